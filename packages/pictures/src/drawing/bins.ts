import type { TimeFrame } from '../figures.js';

/** Points that a picture has at most. */
const MOST_POINTS = 1000;

/** Ticks put together so that no picture has more points than pixels (spec 16 R1607). */
export interface Bins {
  /** Ticks of a bin. */
  readonly width: number;
  /** How many there are. */
  readonly count: number;
  /** First tick of each bin, and the end. */
  readonly starts: readonly number[];
}

/** Bins do not cross a day if a day has at least two of them. */
export function binsOf(ticks: number, { ticksPerDay }: TimeFrame): Bins {
  const width = Math.max(1, Math.ceil(ticks / MOST_POINTS));
  const starts: number[] = [];
  if (ticksPerDay >= 2 * width) {
    for (let day = 0; day < ticks; day += ticksPerDay)
      for (let tick = day; tick < Math.min(day + ticksPerDay, ticks); tick += width) starts.push(tick);
  } else for (let tick = 0; tick < ticks; tick += width) starts.push(tick);
  return { width, count: starts.length, starts: [...starts, ticks] };
}

const over = (values: readonly number[], { count, starts }: Bins, fold: (part: readonly number[]) => number): number[] =>
  Array.from({ length: count }, (_, i) => fold(values.slice(starts[i], starts[i + 1])));

/** The last value of each bin. */
export const lastOf = (values: readonly number[], bins: Bins): number[] =>
  bins.width === 1 ? [...values] : over(values, bins, (part) => part.at(-1)!);
export const largestOf = (values: readonly number[], bins: Bins): number[] =>
  bins.width === 1 ? [...values] : over(values, bins, (part) => part.reduce((most, x) => Math.max(most, x), -Infinity));
export const sumOf = (values: readonly number[], bins: Bins): number[] =>
  bins.width === 1 ? [...values] : over(values, bins, (part) => part.reduce((sum, x) => sum + x, 0));
