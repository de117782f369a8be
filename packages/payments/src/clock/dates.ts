/** Calendar dates as numbers of days since 1970-01-01, so that no time zone can get in. */

const DAY_MILLIS = 86_400_000;

/** The day number of a date; null if there is no such date. */
export function dayNumber(year: number, month: number, day: number): number | null {
  const millis = Date.UTC(year, month - 1, day);
  const date = new Date(millis);
  // Years below 100 would mean 1900 and later.
  const isThere = year >= 100 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isThere ? millis / DAY_MILLIS : null;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The day number of `YYYY-MM-DD`; null if it is no such text or no such date. */
export function parseIsoDate(text: string): number | null {
  const match = ISO_DATE.exec(text);
  return match && dayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The date of a day number, as `YYYY-MM-DD`. */
export function isoDate(number: number): string {
  return new Date(number * DAY_MILLIS).toISOString().slice(0, 10);
}

/** 0 is Monday. */
export const weekday = (number: number): number => (((number + 3) % 7) + 7) % 7;
