import * as fc from 'fast-check';
import { it } from 'vitest';

/** Multiplies the number of cases of every property: `SIMCASH_PROPERTY_RUNS=20` is a long, thorough run. */
const FACTOR = Number(process.env.SIMCASH_PROPERTY_RUNS ?? 1);

/**
 * Declares a property: `holds` must not throw for any generated value. A failure reports the shrunk value, and the seed and path
 * that give it again.
 */
export function property<T>(name: string, runs: number, values: fc.Arbitrary<T>, holds: (value: T) => void): void {
  it(name, { timeout: 120_000 * Math.max(1, FACTOR) }, () => {
    fc.assert(
      fc.property(values, (value) => void holds(value)),
      { numRuns: Math.max(1, Math.round(runs * FACTOR)) },
    );
  });
}
