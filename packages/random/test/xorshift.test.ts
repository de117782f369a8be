import fc from 'fast-check';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { describe, expect, it } from 'vitest';
import { Xorshift64Star } from '../src/xorshift.js';
import '../../engine/test/support/seed.js';

function draw<T>(seed: bigint, count: number, one: (rng: Xorshift64Star) => T): { values: T[]; state: bigint } {
  const rng = new Xorshift64Star(seed);
  const values = Array.from({ length: count }, () => one(rng));
  return { values, state: rng.state };
}

/** The generator as spec 01 §3.1 writes it, on whole numbers of any size. */
function* model(seed: bigint): Generator<bigint> {
  let state = seed === 0n ? 1n : seed;
  for (;;) {
    state ^= state >> 12n;
    state ^= BigInt.asUintN(64, state << 25n);
    state ^= state >> 27n;
    yield BigInt.asUintN(64, state * 0x2545f4914f6cdd1dn);
  }
}

const seeds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

describe('the stream (spec 01 §3.5)', () => {
  const vectors: { seed: bigint; outputs: bigint[]; state: bigint }[] = [
    {
      seed: 0n,
      outputs: [5180492295206395165n, 12380297144915551517n, 13389498078930870103n, 5599127315341312413n, 1036278371763004928n],
      state: 585415316980522496n,
    },
    {
      seed: 1n,
      outputs: [5180492295206395165n, 12380297144915551517n, 13389498078930870103n, 5599127315341312413n, 1036278371763004928n],
      state: 585415316980522496n,
    },
    {
      seed: 42n,
      outputs: [6255019084209693600n, 14430073426741505498n, 14575455857230217846n, 17414512882241728735n, 14100574548354140678n],
      state: 6045135835962859838n,
    },
    {
      seed: 12345n,
      outputs: [10977518812293740004n, 13893246733018840292n, 1412386850724336324n, 13578198927181985541n, 2204759546661399375n],
      state: 13437934951602944603n,
    },
    {
      seed: 18446744073709551615n,
      outputs: [17954947803125907456n, 10373061909235543779n, 3777559059212774342n, 14219777844791603904n, 7794997853504412167n],
      state: 17803801406600052339n,
    },
  ];

  it.each(vectors)('from seed $seed', ({ seed, outputs, state }) => {
    expect(draw(seed, 5, (rng) => rng.next64())).toEqual({ values: outputs, state });
  });

  it('agrees with the rule written on whole numbers', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const expected = model(seed);
        const { values } = draw(seed, 20, (rng) => rng.next64());
        expect(values).toEqual(values.map(() => expected.next().value));
      }),
    );
  });

  it('goes on from its state', () => {
    fc.assert(
      fc.property(seeds, fc.nat(10), (seed, before) => {
        const rng = new Xorshift64Star(seed);
        for (let i = 0; i < before; i++) rng.next64();
        expect(rng.state).not.toBe(0n);
        const resumed = new Xorshift64Star(rng.state);
        const copy = rng.clone();
        const next = rng.next64();
        expect(resumed.next64()).toBe(next);
        expect(copy.next64()).toBe(next);
      }),
    );
  });

  it('serves distributions of pure-rand', () => {
    const rng = new Xorshift64Star(42n);
    expect(rng.next()).toBe(Number(BigInt.asIntN(32, 6255019084209693600n >> 32n)));
    const dice = Array.from({ length: 600 }, () => uniformInt(rng, 1, 6));
    expect(new Set(dice)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  });
});

describe('doubles', () => {
  it('match the vector of seed 42', () => {
    const expected = [
      0.33908526400192196, 0.7822558479199243, 0.7901370452687786, 0.9440426349851643, 0.7643936779309685, 0.8357398589204187,
    ];
    expect(draw(42n, 6, (rng) => rng.nextDouble()).values).toEqual(expected);
  });

  it('are the upper 53 bits of an output', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const output = model(seed).next().value as bigint;
        const x = new Xorshift64Star(seed).nextDouble();
        expect(x).toBe(Number(output >> 11n) * 2 ** -53);
        expect(x).toBeLessThan(1);
      }),
    );
  });
});

describe('whole numbers of a range', () => {
  it('match the vector of seed 42', () => {
    expect(draw(42n, 8, (rng) => rng.range(0, 100)).values).toEqual([0, 98, 46, 35, 78, 75, 62, 23]);
  });

  it('match the vector of a range that is wider than 2^53', () => {
    const wide = [3327801419445846, 7945419901178907, 188463059294408, 1662722827393132, 2741714684489763, 3649364841256274];
    expect(draw(42n, 6, (rng) => rng.range(-(10 ** 12), 2 ** 53 - 1)).values).toEqual(wide);
  });

  it('are the remainder of an output, for sizes on both sides of 2^32', () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 2 ** 32 - 3, max: 2 ** 32 + 3 }),
      fc.integer({ min: 1, max: 2 ** 53 - 1 }),
    );
    fc.assert(
      fc.property(seeds, size, fc.integer({ min: -(10 ** 12), max: 0 }), (seed, size, min) => {
        const output = model(seed).next().value as bigint;
        expect(new Xorshift64Star(seed).range(min, min + size)).toBe(min + Number(output % BigInt(size)));
      }),
    );
  });
});

describe('Poisson counts', () => {
  const vectors: { seed: bigint; rate: number; counts: number[]; state: bigint }[] = [
    { seed: 42n, rate: 2.5, counts: [6, 3, 2, 0, 2, 4, 2, 4, 3, 5, 5, 1], state: 14429069925350310106n },
    { seed: 7n, rate: 500, counts: [485, 496, 483, 535], state: 17826500965758052057n },
    { seed: 7n, rate: 900, counts: [876, 897, 925, 932], state: 11767270282907884089n },
    { seed: 7n, rate: 1000, counts: [981, 1018, 991, 1016], state: 8915032767227675091n },
    { seed: 7n, rate: 500.0000001, counts: [485, 496, 481, 535], state: 12902912418895798024n },
    { seed: 3n, rate: 1234.5, counts: [1153, 1268, 1224, 1291], state: 1935271241866890114n },
  ];

  it.each(vectors)('of rate $rate from seed $seed', ({ seed, rate, counts, state }) => {
    expect(draw(seed, counts.length, (rng) => rng.poisson(rate))).toEqual({ values: counts, state });
  });

  it('of rate 0 and below are 0 and draw nothing', () => {
    expect(draw(42n, 3, (rng) => rng.poisson(0))).toEqual({ values: [0, 0, 0], state: 42n });
    expect(draw(42n, 1, (rng) => rng.poisson(-1))).toEqual({ values: [0], state: 42n });
  });

  it.each([
    { rate: 0.01, extra: 1 },
    { rate: 3, extra: 1 },
    { rate: 500, extra: 1 },
    { rate: 900, extra: 2 },
    { rate: 1000, extra: 2 },
    { rate: 1234.5, extra: 3 },
  ])('of rate $rate draw as many doubles as they count, and $extra more', ({ rate, extra }) => {
    const rng = new Xorshift64Star(99n);
    for (let i = 0; i < 20; i++) {
      const same = rng.clone();
      const count = rng.poisson(rate);
      for (let drawn = 0; drawn < count + extra; drawn++) same.nextDouble();
      expect(same.state).toBe(rng.state);
    }
  });

  it('have the mean that was asked for, also far above 745', () => {
    const { values } = draw(1n, 400, (rng) => rng.poisson(5000));
    const mean = values.reduce((sum, count) => sum + count, 0) / values.length;
    // Four standard errors of the mean.
    expect(Math.abs(mean - 5000)).toBeLessThan(4 * Math.sqrt(5000 / 400));
  });
});

it.each([
  [58745492n, [12589652497657446430n, 10578983904145886735n, 7653372555710840500n, 17821605623362276990n]],
  [1n, [5180492295206395165n, 12380297144915551517n, 13389498078930870103n]],
])('gives the known numbers from state %s', (state, numbers) => {
  const rng = new Xorshift64Star(state);
  expect(numbers.map(() => rng.next64())).toEqual(numbers);
});
