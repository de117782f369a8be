import { describe, expect, it } from 'vitest';
import { jobId, planOfTexts, readSweep, sweepTexts, withoutFiles, planSweep, NO_FILES, type SweepPlan } from '../src/index.js';
import { BASE, labelsOf, scenarioOf } from './support/small.js';

/** A sweep that is made ready from its texts is the sweep that was stored (spec 15 §11). */

describe('a stored sweep', () => {
  it.each([
    [
      'policies',
      { name: 'policy', agent: 'all', policies: { late: { type: 'Deadline', urgency_threshold: 3 }, fifo: { type: 'Fifo' } } },
      ['late', 'fifo'],
    ],
    ['designs', { name: 'design', designs: { two: 'rtgs_lsm', one: 'rtgs' } }, ['two', 'one']],
    ['designs of a list', { name: 'design', designs: ['rtgs_lsm', 'rtgs'] }, ['rtgs_lsm', 'rtgs']],
    ['values', { name: 'cap', path: 'agents.NORTH.unsecured_cap', values: [5, 0] }, ['5', '0']],
  ])('has the cells of %s in the order of its document', (_, axis, labels) => {
    const base = scenarioOf(BASE);
    const plan = planSweep(withoutFiles(readSweep({ sweep: 'small', axes: [axis] }), NO_FILES), base, NO_FILES);
    expect(labelsOf(plan)).toEqual(labels);
    const again = planOfTexts(sweepTexts(plan, base));
    expect(labelsOf(again)).toEqual(labels);
    expect(again.baseline).toBe(plan.baseline);
    const names = (of: SweepPlan): string[] => of.cells.map(({ index }) => jobId(of, index, 1n));
    expect(names(again)).toEqual(names(plan));
    expect(sweepTexts(again, base)).toEqual(sweepTexts(plan, base));
  });
});
