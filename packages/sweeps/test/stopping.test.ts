import * as fc from 'fast-check';
import { meanFigures, stoppingPoint } from '@simcash/statistics';
import { describe, expect, it } from 'vitest';
import vectors from './fixtures/sweep-vectors.json' with { type: 'json' };
import { runSweep, type JobResult } from '../src/index.js';
import { CAP, jobsOf, planOf } from './support/small.js';

/** How many replications are enough (spec 15 §10): a function of the values, looked at batch by batch. */

fc.configureGlobal({ seed: Number(process.env.SIMCASH_PROPERTY_SEED ?? 1) });

const { values, ...traces } = vectors.sequential;
const RULES = {
  relative_5_percent: { relative: 0.05, min: 20, batch: 10 },
  absolute_500: { absolute: 500, min: 10, batch: 10 },
  relative_half_percent: { relative: 0.005, min: 50, batch: 50 },
};

const planned = (cells: number, stop: object) =>
  planOf({
    axes: [{ ...CAP, values: Array.from({ length: cells }, (_, i) => i) }],
    measures: ['total_cost'],
    stop: { measure: 'total_cost', ...stop },
  });

/** Where a sweep stops that finds these values; nothing is run, as all of it is done. */
const stopped = (cells: readonly (readonly number[])[], stop: object, arrange = (jobs: JobResult[]) => jobs) =>
  runSweep(planned(cells.length, { ...stop, max: cells[0]!.length }), {
    done: arrange(cells.flatMap((own, cell) => jobsOf(cell, own))),
  });

describe.each(Object.entries(RULES))('the rule %s', (name, rule) => {
  const { stops_at, trace } = traces[name as keyof typeof traces];

  it('leaves the known trace', () => {
    const found = stoppingPoint(values, rule);
    expect(found.stops_at).toBe(stops_at);
    expect(found.trace).toHaveLength(trace.length);
    found.trace.forEach(([n, mean, width, stops], i) => {
      expect([n, stops]).toEqual([trace[i]![0], trace[i]![3]]);
      expect(Math.abs(mean - (trace[i]![1] as number))).toBeLessThanOrEqual(1e-6);
      expect(Math.abs(width - (trace[i]![2] as number))).toBeLessThanOrEqual(1e-6);
    });
  });

  it('ends a sweep at the same place, and says how precise it is', async () => {
    const { precision, replications, stop } = await stopped([values], rule);
    expect([replications, stop]).toEqual(stops_at === null ? [values.length, 'max'] : [stops_at, 'precision']);
    expect(precision).toBeCloseTo(trace.at(-1)![2] as number, 5);
  });
});

describe('a sweep that stops by precision', () => {
  it('waits for the cell that is known worst', async () => {
    const calm = values.map((x) => 1000 + x / 1000);
    const rule = RULES.relative_5_percent;
    expect((await stopped([calm], rule)).replications).toBe(20);
    expect((await stopped([calm, values], rule)).replications).toBe(traces.relative_5_percent.stops_at);
  });

  it('waits for the differences, if these are what counts', async () => {
    const shifted = values.map((x, i) => x + 100 + (i % 3));
    const rule = { ...RULES.relative_5_percent, of: 'difference' };
    expect((await stopped([values, shifted], rule)).replications).toBe(20);
  });

  it('measures differences by the mean of the baseline', async () => {
    // Differences of 10 ± 3 are no more than 1 % of a baseline of 10,000, but a third of themselves.
    const base = values.slice(0, 60).map(() => 10_000);
    const beside = base.map((x, i) => x + 10 + (i % 2 === 0 ? 6 : -6));
    expect((await stopped([base, beside], { relative: 0.01, of: 'difference', min: 10, batch: 10 })).replications).toBe(10);
    expect((await stopped([base, beside], { absolute: 0.5, of: 'difference', min: 10, batch: 10 })).stop).toBe('max');
  });

  it('takes the first look that is precise enough, whatever finished first', async () => {
    const several = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 12, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(several, fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 5 }), async (own, min, batch) => {
        const absolute = 400;
        const looks = Array.from({ length: own.length }, (_, i) => min + i * batch).filter((n) => n < own.length);
        const half = (n: number): number => {
          const { mean, t_upper } = meanFigures(own.slice(0, n), 0.95);
          return t_upper! - mean!;
        };
        const expected = looks.find((n) => half(n) <= absolute) ?? own.length;
        for (const arrange of [(jobs: JobResult[]) => jobs, (jobs: JobResult[]) => jobs.toReversed()])
          expect((await stopped([own], { absolute, min, batch }, arrange)).replications).toBe(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('is of measures that it has', () => {
    expect(() => planOf({ measures: ['total_cost'], stop: { measure: 'delay_indicator', relative: 0.1 } })).toThrow(
      'stop.measure: delay_indicator is none of the measures',
    );
  });

  it('is warned of looking too early', () => {
    expect(planned(1, { relative: 0.1, min: 9 }).warnings).toEqual([expect.stringContaining('stop.min 9')]);
    expect(planned(1, { relative: 0.1, min: 10 }).warnings).toEqual([]);
  });
});
