import * as fc from 'fast-check';
import { expect, it } from 'vitest';

/**
 * Suites that could run for ever: as many seeded cases as one has time for.
 *
 * `SIMCASH_FUZZ_CASES=100` tries a hundred times as many, `SIMCASH_FUZZ_SEED=7` others; `SIMCASH_FUZZ_ONLY=12` repeats one case.
 */
const FACTOR = Number(process.env.SIMCASH_FUZZ_CASES ?? 1);
export const FUZZ_SEED = Number(process.env.SIMCASH_FUZZ_SEED ?? 1);
const ONLY = process.env.SIMCASH_FUZZ_ONLY;

/** Nobody reads more failures than this; the first ones say what is wrong. */
const MAX_FAILURES = 20;
const MAX_EXAMPLES = 2;

export const casesOf = (cases: number): number => Math.max(1, Math.round(cases * FACTOR));

/** A case that does not hold: which rule, at which place, and enough to see it again. */
export interface Finding {
  /** What the list of known defects names. */
  key: string;
  message: string;
}

/**
 * Declares a suite of seeded cases. `check` returns what is wrong, or null; what it throws is wrong, too. Findings in `known` are
 * passed over, so that the suite is green as long as no other defect shows.
 */
export function fuzz(
  name: string,
  cases: number,
  known: ReadonlySet<string>,
  check: (random: Random, index: number) => Finding | null,
): void {
  it(name, { timeout: 240_000 * Math.max(1, FACTOR) }, () => {
    const failures: string[] = [];
    const seen = new Map<string, number>();
    const seed = seedOf(name);
    const indices = ONLY === undefined ? Array.from({ length: casesOf(cases) }, (_, i) => i) : [Number(ONLY)];
    for (const index of indices) {
      const finding = found(() => check(new Random(Math.imul(seed, 0x9e3779b1) ^ index), index));
      if (finding === null || known.has(finding.key)) continue;
      const times = (seen.get(finding.key) ?? 0) + 1;
      seen.set(finding.key, times);
      if (times > MAX_EXAMPLES) continue;
      failures.push(`SIMCASH_FUZZ_SEED=${FUZZ_SEED} SIMCASH_FUZZ_ONLY=${index} repeats: [${finding.key}] ${finding.message}`);
      if (failures.length >= MAX_FAILURES) break;
    }
    expect(failures).toEqual([]);
  });
}

function found(check: () => Finding | null): Finding | null {
  try {
    return check();
  } catch (error) {
    return { key: 'exception', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** As {@link fuzz}, with values that fast-check generates and makes smaller when one fails. */
export function fuzzValues<T>(name: string, cases: number, values: fc.Arbitrary<T>, holds: (value: T) => void): void {
  it(name, { timeout: 240_000 * Math.max(1, FACTOR) }, () => {
    // Seed and path of a failure are part of fast-check's message; the seed below is that of this suite and FUZZ_SEED.
    fc.assert(
      fc.property(values, (value) => void holds(value)),
      { numRuns: casesOf(cases), seed: seedOf(name) },
    );
  });
}

/** Every suite has cases of its own. */
export function seedOf(name: string): number {
  return [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.codePointAt(0)!, FUZZ_SEED) | 0;
}

/** Random choices from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0, below `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('Nothing to pick from');
    return list[this.below(list.length)]!;
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }
}
