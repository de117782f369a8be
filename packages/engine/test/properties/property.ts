import * as fc from 'fast-check';
import { it } from 'vitest';
import { SEED } from '../support/seed.js';

const FACTOR = Number(process.env.SIMCASH_PROPERTY_RUNS ?? 1);

/**
 * Declares a property: `holds` must not throw for any generated value. A failure reports the shrunk value, and the seed and path
 * that give it again.
 */
export function property<T>(name: string, runs: number, values: fc.Arbitrary<T>, holds: (value: T) => void): void {
  it(name, { timeout: 120_000 * Math.max(1, FACTOR) }, () => {
    fc.assert(
      fc.property(values, (value) => void holds(value)),
      { numRuns: Math.max(1, Math.round(runs * FACTOR)), seed: seedOf(name) },
    );
  });
}

/** Every property has cases of its own, although many draw from the same values. */
function seedOf(name: string): number {
  return [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.codePointAt(0)!, SEED) | 0;
}
