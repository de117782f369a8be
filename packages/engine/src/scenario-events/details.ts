/** A double in the details of a scenario event; other numbers are whole. */
export class Double {
  constructor(readonly value: number) {}
}

type DetailValue = string | number | boolean | null | Double | readonly string[] | Details;

/** Details of an event; keys in ascending order. */
export interface Details {
  readonly [key: string]: DetailValue;
}

/** Compact JSON, where doubles can be told from whole numbers; keys must be given in ascending order (spec 08 §4). */
export function detailsJson(details: Details): string {
  let members = '';
  for (const key in details) {
    const value = details[key]!;
    members += `${members === '' ? '' : ','}"${key}":${valueText(value)}`;
  }
  return `{${members}}`;
}

function valueText(value: DetailValue): string {
  if (value instanceof Double) return doubleText(value.value);
  if (typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value);
  return typeof value === 'object' && value !== null ? detailsJson(value as Details) : String(value);
}

/** Shortest digits that give the same double, with a fraction or an exponent: `2.0`, `0.00001`, `1e16`, `1e-6`. */
export function doubleText(x: number): string {
  if (Object.is(x, -0)) return '-0.0';
  if (!Number.isFinite(x)) return JSON.stringify(String(x));
  const [mantissa, exponentText] = Math.abs(x).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  const position = Number(exponentText) + 1;
  const sign = x < 0 ? '-' : '';
  if (x === 0) return '0.0';
  if (position > 16 || position <= -5) return `${sign}${mantissa}e${position - 1}`;
  if (position <= 0) return `${sign}0.${'0'.repeat(-position)}${digits}`;
  const whole = digits.slice(0, position).padEnd(position, '0');
  return `${sign}${whole}.${digits.slice(position) || '0'}`;
}
