import { z } from 'zod';

/** Digits behind the decimal mark of currencies that do not have two (ISO 4217). */
const EXPONENTS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map(
      (code) => [code, 0],
    ),
  ),
  ...Object.fromEntries(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3])),
  ...{ CLF: 4, UYW: 4 },
};

/** How amounts of a list are read (spec 13 §5). */
export const amountSchema = z
  .strictObject({
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'expected a currency, as EUR' })
      .nullable()
      .default(null)
      .describe('Currency of all payments, by its ISO 4217 code: EUR.'),
    unit: z
      .enum(['major', 'minor'])
      .default('major')
      .describe('Whether amounts are written in units of the currency (major) or in its cents (minor).'),
    exponent: z
      .int()
      .min(0)
      .max(8)
      .nullable()
      .default(null)
      .describe('Digits behind the decimal mark that are kept; those of the currency, 2 without one.'),
    rounding: z
      .enum(['reject', 'half_up'])
      .default('reject')
      .describe('What becomes of amounts with more digits: refused, or rounded half up.'),
  })
  .meta({ id: 'AmountFormatDocument', description: 'How amounts are read.' });

/** How amounts are written: units, separators, signs. */
export type AmountConfig = z.infer<typeof amountSchema>;
export type AmountFault = 'amount_format' | 'amount_precision' | 'amount_not_positive' | 'amount_range';

/** Reads decimal texts into whole cents, never through a binary fraction. */
export class AmountReader {
  /** Digits of the minor unit. */
  readonly exponent: number;
  readonly #shape: RegExp;
  readonly #rounds: boolean;
  readonly #thousands: string | null;

  constructor(
    { currency, exponent, rounding, unit }: AmountConfig,
    { decimal, thousands }: { decimal: string; thousands: string | null },
  ) {
    this.exponent = unit === 'minor' ? 0 : (exponent ?? (currency === null ? 2 : (EXPONENTS[currency] ?? 2)));
    this.#rounds = rounding === 'half_up';
    this.#thousands = thousands;
    const mark = escaped(decimal);
    const whole = thousands === null ? '\\d+' : `\\d{1,3}(?:${escaped(thousands)}\\d{3})+|\\d+`;
    this.#shape = new RegExp(`^([+-]?)(${whole})(?:${mark}(\\d+))?$`, 'u');
  }

  /** Cents; or what is wrong. Signs are kept: whether zero and less are allowed is for {@link positive}. */
  read(text: string): number | AmountFault {
    const match = this.#shape.exec(text);
    if (!match) return 'amount_format';
    const [, sign, written, fraction = ''] = match;
    const whole = this.#thousands === null ? written! : written!.replaceAll(this.#thousands, '');
    const kept = fraction.slice(0, this.exponent).padEnd(this.exponent, '0');
    const beyond = fraction.slice(this.exponent);
    const roundsUp = beyond.length > 0 && beyond.charCodeAt(0) >= 53;
    if (!this.#rounds && /[1-9]/.test(beyond)) return 'amount_precision';
    const digits = `${whole}${kept}`.replace(/^0+(?=\d)/, '');
    const cents =
      digits.length <= 15 ? Number(digits) + (this.#rounds && roundsUp ? 1 : 0) : wide(digits, this.#rounds && roundsUp);
    if (cents === null) return sign === '-' ? 'amount_not_positive' : 'amount_range';
    return sign === '-' ? -cents : cents;
  }

  /** Cents above zero; or what is wrong. */
  positive(text: string): number | AmountFault {
    const cents = this.read(text);
    return typeof cents === 'number' && cents <= 0 ? 'amount_not_positive' : cents;
  }
}

/** Amounts near the end of the exact range; null beyond it. */
function wide(digits: string, roundsUp: boolean): number | null {
  if (digits.length > 16) return null;
  const cents = BigInt(digits) + (roundsUp ? 1n : 0n);
  return cents > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(cents);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
