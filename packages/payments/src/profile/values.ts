import { AmountReader } from '../fields/amount.js';
import { timeReader } from '../fields/time.js';

/** Marks of amounts, the likelier ones first. */
const MARKS = [
  { decimal: '.', thousands: null },
  { decimal: ',', thousands: null },
  { decimal: '.', thousands: ',' },
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: ' ' },
  { decimal: ',', thousands: ' ' },
  { decimal: '.', thousands: "'" },
] as const;

/** The marks with which most amounts can be read. */
export function guessMarks(amounts: readonly string[], currency: string | null): (typeof MARKS)[number] {
  const read = MARKS.map((marks) => {
    const reader = new AmountReader({ currency, exponent: null, rounding: 'reject', unit: 'major' }, marks);
    return amounts.filter((text) => typeof reader.read(text) === 'number').length;
  });
  return MARKS[read.indexOf(Math.max(...read))]!;
}

const DATES = ['%d.%m.%Y', '%d/%m/%Y', '%m/%d/%Y', '%d-%m-%Y', '%Y/%m/%d', '%Y.%m.%d', '%Y%m%d'];
const TIMES = ['%H:%M:%S.%f', '%H:%M:%S', '%H:%M', '%H%M%S'];
const FORMATS = ['iso', ...DATES.flatMap((date) => TIMES.flatMap((time) => [`${date} ${time}`, `${date}T${time}`]))];

/** Formats with which as many times can be read as with any; the first is the likeliest. */
export function guessFormats(times: readonly string[]): string[] {
  const read = FORMATS.map((format) => {
    const reader = timeReader(format);
    return times.filter((text) => reader(text) !== null).length;
  });
  const most = Math.max(...read);
  return most === 0 ? [] : FORMATS.filter((_, i) => read[i] === most);
}
