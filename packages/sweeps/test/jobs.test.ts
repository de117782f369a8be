import { describe, expect, it } from 'vitest';
import { jobId, runSweep } from '../src/index.js';
import { CAP, FRAIL, LSM, planOf } from './support/small.js';

/** Jobs: named by their content, and a failure among them is a result (spec 15 §13.1, §13.4). */

describe('the id of a job', () => {
  const plan = planOf({ axes: [CAP, LSM], measures: ['total_cost', 'delay_indicator'] });
  const { measures } = plan;
  const id = (cell: number, seed: bigint, ticks: number | null = null, of = measures): string =>
    jobId({ ...plan, measures: of, sweep: { ...plan.sweep, ticks } }, cell, seed);

  it('is made of 32 hexadecimal digits', () => {
    expect(id(0, 1n)).toMatch(/^j-[0-9a-f]{32}$/);
  });

  it('is another one for another cell, seed, length or measure', () => {
    const ids = [id(0, 1n), id(1, 1n), id(2, 1n), id(0, 2n), id(0, 1n, 4), id(0, 1n, null, measures.slice(0, 1))];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('does not depend on the order of measures, nor on the sweep', () => {
    expect(id(0, 1n, null, measures.toReversed())).toBe(id(0, 1n));
    const other = planOf({ sweep: 'other', axes: [LSM, { ...CAP, values: [50_000] }] });
    expect(jobId({ ...other, measures }, 0, 1n)).toBe(id(2, 1n));
  });
});

describe('a job', () => {
  it('runs as many ticks as the sweep says', async () => {
    const events = async (ticks: number | null): Promise<number> => {
      const { results } = await runSweep(planOf({ ticks, measures: ['total_cost'] }), { executor: 'in-process' });
      return [...results.list()][0]!.event_count;
    };
    const [whole, short] = [await events(null), await events(3)];
    expect(short).toBeGreaterThan(0);
    expect(short).toBeLessThan(whole);
    expect(await events(8)).toBe(whole);
  });

  it('that fails says why, has no values, and lets the others go on', async () => {
    const plan = planOf({ replications: { count: 10 }, measures: ['total_cost', 'delay_indicator'] }, { base: FRAIL });
    const { replications, results, stop } = await runSweep(plan, { executor: 'in-process' });
    expect([replications, stop, results.size]).toEqual([10, 'fixed', 10]);
    expect(results.failed.length).toBeGreaterThan(0);
    expect(results.failed.length).toBeLessThan(10);
    for (const { error, values } of results.failed) {
      expect(error).toMatch(/^MoneyRangeError: /);
      expect(values).toEqual([null, null]);
    }
  });

  it('that is done already is not run again', async () => {
    const plan = planOf({ replications: { count: 3 }, measures: ['total_cost'] });
    const told = { cell: 0, replication: 1, seed: '1', values: [123_456], event_count: 0, error: null };
    const { results } = await runSweep(plan, { done: [told] });
    expect(results.values(0, 0, 3)[1]).toBe(123_456);
  });
});
