import { momentsOf } from '../estimates/skew-interval.js';

/** Whether costs vary by more than the largest coefficient of variation that is allowed; one day says nothing (spec 17 §6.1). */
export function isRisky(costs: readonly number[], most: number | null | undefined): boolean {
  if (most == null || costs.length < 2) return false;
  const { mean, sd } = momentsOf(costs);
  return mean > 0 && sd / mean > most;
}
