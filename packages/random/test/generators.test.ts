import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GENERATORS, type GeneratorName } from '../src/generators.js';
import '../../engine/test/support/seed.js';

const NAMES = Object.keys(GENERATORS) as GeneratorName[];
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotated = (value: bigint, by: bigint): bigint => u64(value << by) | (value >> (64n - by));

/** xoroshiro128+ as its authors write it, on whole numbers of any size; 32 bits at a time, the lower ones of each sum. */
function* xoroshiro(state: bigint): Generator<bigint> {
  let [s0, s1] = [state >> 64n, u64(state)];
  for (;;) {
    yield (s0 + s1) & 0xffffffffn;
    s1 ^= s0;
    [s0, s1] = [rotated(s0, 24n) ^ s1 ^ u64(s1 << 16n), rotated(s1, 37n)];
  }
}

/** xorshift128+ in the same way. */
function* xorshift(state: bigint): Generator<bigint> {
  let [s0, s1] = [state >> 64n, u64(state)];
  for (;;) {
    yield (s0 + s1) & 0xffffffffn;
    s0 ^= u64(s0 << 23n);
    [s0, s1] = [s1, s0 ^ s1 ^ (s0 >> 18n) ^ (s1 >> 5n)];
  }
}

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('generators (spec 01 §3.6)', () => {
  it('with 128 bits start from what SplitMix64 makes of the seed', () => {
    for (const name of ['xoroshiro128plus', 'xorshift128plus'] as const)
      expect(GENERATORS[name].fromSeed(0n).state).toBe(0xe220a8397b1dcdaf6e789e6aa1b965f4n);
  });

  it.each([
    ['xoroshiro128plus', xoroshiro],
    ['xorshift128plus', xorshift],
  ] as const)('%s is the published one, two outputs to a number', (name, model) => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const stream = GENERATORS[name].fromSeed(seed);
        const expected = model(stream.state);
        for (let i = 0; i < 20; i++) {
          const high = expected.next().value as bigint;
          expect(stream.next64()).toBe((high << 32n) | (expected.next().value as bigint));
        }
      }),
    );
  });

  it.each(NAMES)('%s goes on from its state, and its copies draw for themselves', (name) => {
    fc.assert(
      fc.property(seeds, fc.nat(50), (seed, before) => {
        const stream = GENERATORS[name].fromSeed(seed);
        for (let i = 0; i < before; i++) stream.nextDouble();
        const { state } = stream;
        expect(state).toBeGreaterThan(0n);
        expect(state).toBeLessThan(2n ** BigInt(GENERATORS[name].stateBits));
        const copies = [GENERATORS[name].fromState(state), stream.clone()];
        const drawn = (rng = stream): number[] => [rng.nextDouble(), rng.range(-5, 1e12), rng.poisson(3), rng.next()];
        const [first, second] = copies.map((copy) => drawn(copy));
        expect(stream.state).toBe(state);
        expect([first, second]).toEqual([drawn(), first]);
      }),
    );
  });

  it.each(NAMES)('%s draws uniformly', (name) => {
    const rng = GENERATORS[name].fromSeed(7n);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(rng.nextDouble() * 10)]!++;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // 9 degrees of freedom: above this in one of a thousand streams.
    expect(chiSquared).toBeLessThan(27.9);
  });
});
