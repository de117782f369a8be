import { describe, expect, it } from 'vitest';
import { withoutFiles } from '../src/index.js';
import { BASE, labelsOf, planOf } from './support/small.js';

/** Settlement designs as an axis (spec 15 §8, 12 §10). */

const DOCUMENT = { ...BASE, lsm_config: { enable_bilateral: true, enable_cycles: false } };
const planned = (designs: unknown, readDesign?: (name: string) => unknown) =>
  planOf({ axes: [{ name: 'design', designs }] }, { base: DOCUMENT, files: readDesign === undefined ? {} : { readDesign } });

describe('designs of an axis', () => {
  it('are presets, in the order of the list', () => {
    const plan = planned(['rtgs', 'rtgs_lsm']);
    expect(labelsOf(plan)).toEqual(['rtgs', 'rtgs_lsm']);
    for (const { scenario } of plan.cells) expect(scenario.config.settlement).toBeDefined();
    const [first, second] = plan.cells.map(({ scenario }) => JSON.stringify(scenario.config.settlement));
    expect(first).not.toBe(second);
  });

  it('leave the scenario as it is where document is named, and drop the keys they replace elsewhere', () => {
    const [own, preset] = planned(['document', 'rtgs']).cells;
    expect(own!.scenario.source).toEqual(DOCUMENT);
    expect(own!.settings).toEqual({});
    expect(preset!.scenario.source).not.toHaveProperty('lsm_config');
    expect(preset!.settings).toEqual({ settlement: 'rtgs' });
  });

  it('may have names of their own, and stand in the document or in files', () => {
    const plan = planned({ gross: 'rtgs', file: 'lsm.yaml', here: { preset: 'dns' } }, (name) => {
      expect(name).toBe('lsm.yaml');
      return { preset: 'rtgs_lsm' };
    });
    expect(labelsOf(plan)).toEqual(['gross', 'file', 'here']);
    expect(plan.cells.map(({ scenario }) => (scenario.source as { settlement: { preset: string } }).settlement.preset)).toEqual([
      'rtgs',
      'rtgs_lsm',
      'dns',
    ]);
  });

  it('need no files any more once their content is in the document', () => {
    const { cells, sweep } = planned(['rtgs', 'x.yaml'], () => ({ preset: 'dns' }));
    const alone = withoutFiles(sweep, { readPolicy: () => '', readDesign: () => ({ preset: 'dns' }) });
    expect(planOf(alone, { base: DOCUMENT }).cells.map(({ scenario }) => scenario.source)).toEqual(
      cells.map(({ scenario }) => scenario.source),
    );
  });

  it('are not the same one twice', () => {
    expect(() => planned(['rtgs', 'rtgs'])).toThrow(/twice/);
  });
});
