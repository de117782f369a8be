import * as fc from 'fast-check';
import { it } from 'vitest';

/** The same cases in every run; `SIMCASH_PROPERTY_SEED=7` tries others, `SIMCASH_PROPERTY_RUNS=20` twenty times as many. */
const SEED = Number(process.env.SIMCASH_PROPERTY_SEED ?? 1);
const FACTOR = Number(process.env.SIMCASH_PROPERTY_RUNS ?? 1);

/** Declares a property: `holds` must not throw for any generated value. */
export function property<T>(
  name: string,
  runs: number,
  values: fc.Arbitrary<T>,
  holds: (value: T) => void | Promise<void>,
): void {
  it(name, { timeout: 120_000 * Math.max(1, FACTOR) }, () =>
    fc.assert(
      fc.asyncProperty(values, async (value) => {
        await holds(value);
      }),
      { numRuns: Math.max(1, Math.round(runs * FACTOR)), seed: seedOf(name) },
    ),
  );
}

/** Every property has cases of its own, although many draw from the same values. */
function seedOf(name: string): number {
  return [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.codePointAt(0)!, SEED) | 0;
}
