import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeGuidelines, type SentBy } from '../src/index.js';

/** Guidelines for throughput (spec 14 §8). */

const half = { by: '12:00', share: 0.5 };
const sent = (bank: string, day: number, by_then: number, total: number, guideline = 0): SentBy => ({
  guideline,
  bank,
  day,
  by_then,
  total,
});

describe('guidelines', () => {
  it('are kept by the mean of the days, and lack what single days lack', () => {
    const rows = judgeGuidelines(
      [half],
      ['A', 'B'],
      [sent('A', 0, 10, 100), sent('A', 1, 95, 100), sent('B', 0, 1, 3), sent('B', 1, 0, 0)],
    );
    expect(rows).toEqual([
      { ...half, bank: null, days: 2, mean_share: (11 / 103 + 0.95) / 2, days_met: 1, met: true, shortfall_value: 41 },
      { ...half, bank: 'A', days: 2, mean_share: 0.525, days_met: 1, met: true, shortfall_value: 40 },
      { ...half, bank: 'B', days: 1, mean_share: 1 / 3, days_met: 0, met: false, shortfall_value: 1 },
    ]);
  });

  it.each([
    [0.7, 3, 70],
    [0.1, 10, 10],
    [0.8, 7, 80],
  ])('of %d are kept if every one of %d days keeps them', (share, days, byThen) => {
    const all = Array.from({ length: days }, (_, day) => sent('A', day, byThen, 100));
    const [, row] = judgeGuidelines([{ by: 1, share }], ['A'], all);
    expect(row).toMatchObject({ mean_share: share, days_met: days, met: true, shortfall_value: 0 });
  });

  it('say nothing of a bank that sends nothing', () => {
    expect(judgeGuidelines([half], ['A'], [sent('A', 0, 0, 0)])[1]).toEqual({
      ...{ ...half, bank: 'A', days: 0, mean_share: null, days_met: 0, met: null, shortfall_value: 0 },
    });
  });

  it('lack no cent that binary fractions make up', () => {
    const shares = fc.integer({ min: 1, max: 1000 }).map((n) => ({ n, share: n / 1000 }));
    fc.assert(
      fc.property(shares, fc.nat(1e12), fc.nat(1e12), ({ n, share }, a, b) => {
        const [by_then, total] = [Math.min(a, b), Math.max(a, b, 1)];
        const [, row] = judgeGuidelines([{ by: 1, share }], ['A'], [sent('A', 0, by_then, total)]);
        const wanted = BigInt(n) * BigInt(total) - 1000n * BigInt(by_then);
        expect(row!.shortfall_value).toBe(wanted <= 0n ? 0 : Number((wanted + 999n) / 1000n));
      }),
    );
  });
});
