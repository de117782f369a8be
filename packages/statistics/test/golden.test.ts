import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import * as statistics from '../src/index.js';

/** Results that an independent program has computed (spec 17 §24, 15 §14). */
interface Golden {
  function: string;
  tolerance: number;
  cases: { name: string; args: unknown[]; expected: unknown }[];
}

const { sweep, ...files } = JSON.parse(
  gunzipSync(readFileSync(path.join(import.meta.dirname, 'reference/statistics.json.gz'))).toString(),
) as Record<string, Golden[]> & { sweep: Sweep };

const functions = statistics as unknown as Record<string, (...args: unknown[]) => unknown>;

/** More keys than expected are allowed; numbers may differ by the tolerance, relative above 1. */
function compare(found: unknown, expected: unknown, tolerance: number, at = ''): void {
  if (typeof found === 'bigint') return expect(String(found), at).toBe(expected);
  if (typeof expected === 'number' && !(Number.isInteger(expected) && tolerance === 0)) {
    expect(typeof found, at).toBe('number');
    return expect(Math.abs((found as number) - expected), `${at}: ${String(found)} for ${expected}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected)),
    );
  }
  if (Array.isArray(expected)) {
    expect(found, at).toHaveLength(expected.length);
    return expected.forEach((one, i) => compare((found as unknown[])[i], one, tolerance, `${at}[${i}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected))
      compare((found as Record<string, unknown>)[key], value, tolerance, `${at}.${key}`);
    return;
  }
  expect(found, at).toEqual(expected);
}

const golden = Object.values(files as Record<string, Golden[]>).flat();

describe.each(golden.map((one) => [one.function, one] as const))('%s', (name, { cases, tolerance }) => {
  it(`gives the known results, ${cases.length} of them`, () => {
    for (const { args, expected, name: about } of cases) compare(functions[name]!(...args), expected, tolerance, about);
  });
});

interface Sweep {
  h64: Record<string, string>;
  replication_seeds: string[];
  t_quantiles: Record<string, number>;
  samples: Record<string, { values: number[] }>;
  paired: { baseline: number[]; other: number[] };
  sequential: { values: number[] } & Record<string, { stops_at: number | null; trace: unknown[] }>;
  episodes: Record<string, number[]>;
}

describe('sweeps', () => {
  it('have the known seeds and quantiles', () => {
    for (const [key, hash] of Object.entries(sweep.h64)) expect(String(statistics.h64(key))).toBe(hash);
    sweep.replication_seeds.forEach((seed, r) => expect(String(statistics.replicationSeed(42, r))).toBe(seed));
    for (const [key, value] of Object.entries(sweep.t_quantiles)) {
      const [p, df] = key.split(':').map(Number) as [number, number];
      expect(Math.abs(statistics.tQuantile(p, df) / value - 1)).toBeLessThan(1e-8);
    }
  });

  it('describe the known samples and differences', () => {
    for (const [measure, { values, ...expected }] of Object.entries(sweep.samples))
      compare(statistics.describeSample(values, { master_seed: 42, cell: 0, measure }), expected, 1e-9, measure);
    const { baseline, other, ...expected } = sweep.paired;
    compare(
      statistics.describeDifferences(baseline, other, { master_seed: 42, cell: 1, measure: 'total_cost' }),
      expected,
      1e-9,
      'paired',
    );
  });

  it.each([
    ['relative_5_percent', { relative: 0.05, min: 20, batch: 10 }],
    ['absolute_500', { absolute: 500, min: 10, batch: 10 }],
    ['relative_half_percent', { relative: 0.005, min: 50, batch: 50 }],
  ])('stop where they are known to: %s', (name, options) => {
    compare(statistics.stoppingPoint(sweep.sequential.values, options), sweep.sequential[name], 1e-6, name);
  });

  it('draw the known days', () => {
    for (const [about, days] of Object.entries(sweep.episodes)) {
      const [count, pool] = about.match(/\d+/g)!.map(Number) as [number, number];
      expect(statistics.drawEpisodes(42, pool, count, !about.includes('without'))).toEqual(days);
    }
  });
});
