import { meanFigures } from './sample.js';
import { tQuantile } from './student-t.js';

/** When enough days have been played. */
export interface StoppingOptions {
  /** Largest half width of the interval: as a share of the mean, or as it is. */
  readonly relative?: number;
  /** The half width that is precise enough. */
  readonly absolute?: number;
  /** Replications before the first look, and between looks. */
  readonly min: number;
  /** How many days are added at a time. */
  readonly batch: number;
  /** The confidence of intervals, between 0 and 1. */
  readonly confidence?: number;
}

/** A look at the first n values: their mean, the half width of its interval, and whether that is enough. */
export type Look = readonly [n: number, mean: number, half_width: number, stop: boolean];

/** How many replications a precision takes (spec 15 §10): the first look at which it is reached; null if the values end before. */
export function stoppingPoint(
  values: readonly number[],
  { absolute, batch, confidence = 0.95, min, relative }: StoppingOptions,
): { stops_at: number | null; trace: Look[] } {
  if (!(min >= 2 && batch >= 1)) throw new RangeError('looks need at least two values, and one more each time');
  const trace: Look[] = [];
  for (let n = min; n <= values.length; n += batch) {
    const { mean, se } = meanFigures(values.slice(0, n), confidence);
    const half = tQuantile((1 + confidence) / 2, n - 1) * se!;
    const stop = half <= (absolute ?? relative! * Math.abs(mean!));
    trace.push([n, mean!, half, stop]);
    if (stop) return { stops_at: n, trace };
  }
  return { stops_at: null, trace };
}
