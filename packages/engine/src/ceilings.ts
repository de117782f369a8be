import { CeilingError } from './errors.js';

/**
 * How much a scenario may ask for. Far above what any study needs; without them one number in a file would take all memory or all
 * time. Checked before the work begins that would exceed them (docs/reference/limits-and-trust.md).
 */
export const CEILINGS = {
  /** Banks of a scenario. */
  banks: 200_000,
  /** Payments that a bank's generator makes in a tick on average. */
  arrivals_per_bank_and_tick: 100_000,
  /** Payments and parts that come into being in a tick. */
  payments_per_tick: 1_000_000,
  /** Parts into which a policy cuts a payment at once. */
  parts_per_split: 10_000,
  /** Stress events of one type for one bank that come again and again. */
  repeated_windows: 100,
} as const;

/** A bound on what a scenario may ask for, by name. */
export type Ceiling = keyof typeof CEILINGS;

/** @throws CeilingError if there is more of something than may be */
export function checkCeiling(ceiling: Ceiling, found: number, what: string): void {
  if (found > CEILINGS[ceiling]) throw new CeilingError(ceiling, what, found, CEILINGS[ceiling]);
}
