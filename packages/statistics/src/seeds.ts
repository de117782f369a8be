import { hash64, Xorshift64Star } from '@simcash/random';

/** Seeds of days (spec 17 §2): independent of other days, of how many there are, of banks and executors. */
export type DaySet = 'search' | 'acceptance' | 'test';

/**
 * The seed of day `r` of a set of days: the same for the same parts, and independent between sets.
 *
 * @param parts of the key between set and day: the iteration, the bank, `best`
 */
export function daySeed(master: number | string | bigint, set: DaySet, parts: readonly (number | string)[], r: number): bigint {
  return seedOf([master, set, ...parts, r].join(':'));
}

/** Seed of replication r of a sweep: the same in every cell (spec 15 §9). */
export const replicationSeed = (masterSeed: number | string | bigint, r: number): bigint =>
  seedOf(`${masterSeed}:replication:${r}`);

/** 0 counts as 1: a generator could not leave it. */
const seedOf = (key: string): bigint => hash64(key) || 1n;

/**
 * Draws days out of a pool (spec 13 §12.2).
 *
 * @throws RangeError for more days than the pool has, if none comes back
 */
export function drawEpisodes(seed: number | string | bigint, pool: number, days: number, replace: boolean): number[] {
  if (!replace && days > pool) throw new RangeError(`${days} days cannot be drawn out of ${pool} without replacement`);
  const rng = new Xorshift64Star(hash64(`${seed}:episodes`));
  const left = Array.from({ length: pool }, (_, i) => i);
  return Array.from({ length: days }, () => {
    const j = rng.range(0, left.length);
    return replace ? left[j]! : left.splice(j, 1)[0]!;
  });
}

/** Puts a list into a random order: Fisher–Yates from the end (spec 15 §8). */
export function shuffle<T>(list: T[], rng: Xorshift64Star): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = rng.range(0, i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
