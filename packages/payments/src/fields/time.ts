import { dayNumber } from '../clock/dates.js';
import { DAY_MICROS, MICROS } from '../clock/zone.js';

/** Microseconds of a date and time: an instant if an offset was written, else local time as if it were UTC. */
interface ReadTime {
  readonly micros: number;
  readonly isInstant: boolean;
}

/** Reads date and time. Null if the text is not of the format, or there is no such date. */
export type TimeReader = (text: string) => ReadTime | null;

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)? ?(Z|[+-]\d{2}:?\d{2})?$/;

/** `iso`, or a pattern of `%Y %m %d %H %M %S %f %z` and literal text (spec 13 §4). */
export function timeReader(format: string): TimeReader {
  const { names, shape } = format === 'iso' ? { names: ['Y', 'm', 'd', 'H', 'M', 'S', 'f', 'z'], shape: ISO } : shapeOf(format);
  const at = (name: string): number => names.indexOf(name) + 1;
  const [year, month, day, hour, minute, second, fraction, zone] = ['Y', 'm', 'd', 'H', 'M', 'S', 'f', 'z'].map(at) as [
    ...[number, number, number, number, number, number, number, number],
  ];
  /** The date of the row before: rows follow each other in time. */
  const before = { year: NaN, month: NaN, day: NaN, date: null as number | null };
  const dateOf = (y: number, m: number, d: number): number | null => {
    if (y !== before.year || m !== before.month || d !== before.day)
      Object.assign(before, { year: y, month: m, day: d, date: dayNumber(y, m, d) });
    return before.date;
  };
  return (text) => {
    const match = shape.exec(text);
    if (!match) return null;
    const number = (place: number, missing: number): number =>
      place === 0 || match[place] === undefined ? missing : Number(match[place]);
    const date = dateOf(number(year, 1970), number(month, 1), number(day, 1));
    const [h, m, s] = [number(hour, 0), number(minute, 0), number(second, 0)];
    if (date === null || h > 23 || m > 59 || s > 59) return null;
    const digits = fraction === 0 ? undefined : match[fraction];
    const micros = date * DAY_MICROS + (h * 3600 + m * 60 + s) * MICROS + (digits === undefined ? 0 : fractionOf(digits));
    const offset = zone === 0 ? undefined : match[zone];
    if (offset === undefined) return { micros, isInstant: false };
    const shift = offsetOf(offset);
    return shift === null ? null : { micros: micros - shift, isInstant: true };
  };
}

/** Microseconds of the digits behind the decimal mark; more than six are cut off. */
const fractionOf = (digits: string): number => Number(digits.slice(0, 6).padEnd(6, '0'));

function offsetOf(zone: string): number | null {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60 * MICROS;
}

const PARTS: Readonly<Record<string, string>> = {
  Y: '(\\d{4})',
  m: '(\\d{1,2})',
  d: '(\\d{1,2})',
  H: '(\\d{1,2})',
  M: '(\\d{2})',
  S: '(\\d{2})',
  f: '(\\d+)',
  z: '(Z|[+-]\\d{2}:?\\d{2})',
};

/** @throws RangeError for a pattern with an unknown part, or one that stands twice */
function shapeOf(format: string): { names: string[]; shape: RegExp } {
  const names: string[] = [];
  const text = format.replace(/%(.?)|[\\^$.*+?()[\]{}|/]/gsu, (token, name: string | undefined) => {
    if (name === undefined) return `\\${token}`;
    if (name === '%') return '%';
    if (PARTS[name] === undefined) throw new RangeError(`unknown part %${name}: a pattern has %Y %m %d %H %M %S %f %z`);
    if (names.includes(name)) throw new RangeError(`%${name} stands twice`);
    names.push(name);
    return PARTS[name];
  });
  return { names, shape: new RegExp(`^${text}$`, 'u') };
}

/** Seconds of `HH:MM[:SS]`, up to 47:59:59; null if it is no such text. */
export function timeOfDaySeconds(text: string): number | null {
  const match = /^(\d{2}):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (!match || Number(match[1]) > 47) return null;
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0);
}
