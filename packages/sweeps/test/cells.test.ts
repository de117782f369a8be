import { readScenario, type ScenarioInput } from '@simcash/engine';
import { describe, expect, it } from 'vitest';
import { planSweep, readSweep } from '../src/index.js';
import { BASE, CAP, labelsOf, LSM, planOf } from './support/small.js';

/** Which cells a design has, in which order, and what is refused before anything runs (spec 15 §8). */

const A = { name: 'a', path: 'agents.NORTH.unsecured_cap', values: [0, 1, 2] };
const B = { name: 'b', path: 'agents.SOUTH.unsecured_cap', values: [7, 8] };

describe('the full design', () => {
  it('has all combinations, the first axis slowest', () => {
    const plan = planOf({ axes: [A, B] });
    expect(labelsOf(plan)).toEqual(['0 7', '0 8', '1 7', '1 8', '2 7', '2 8']);
    expect(plan.cells.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(plan.cells[3]!.labels).toEqual({ a: '1', b: '8' });
  });

  it('has one cell without axes: the base as it is', () => {
    const { cells } = planOf({});
    expect(cells).toHaveLength(1);
    expect(cells[0]).toMatchObject({ labels: {}, settings: {} });
  });

  it('has one cell without axes of a base that a program has made, too', () => {
    const base = readScenario({ ...BASE, cost_rates: { deadline_penalty: 500 } } as unknown as ScenarioInput);
    const noFiles = () => '';
    expect(planSweep(readSweep({ sweep: 's' }), base, { readPolicy: noFiles, readDesign: noFiles }).cells).toHaveLength(1);
  });

  it('has ten thousand cells at most', () => {
    const many = (count: number) => ({ range: { from: 0, to: count - 1, count } });
    expect(() => planOf({ axes: [{ ...CAP, values: undefined, ...many(10_001) }] })).toThrow(
      /axes: make 10001 cells; at most 10000/,
    );
  });
});

describe('the design zip', () => {
  it('takes the i-th values together', () => {
    expect(labelsOf(planOf({ design: 'zip', axes: [{ ...A, values: [5, 6] }, B] }))).toEqual(['5 7', '6 8']);
  });

  it('needs axes of equal length', () => {
    expect(() => planOf({ design: 'zip', axes: [A, B] })).toThrow(/axes: zip needs axes with the same number of values/);
  });

  it('needs an axis at all', () => {
    expect(() => planOf({ design: 'zip' })).toThrow(/axes/);
  });
});

describe('the design list', () => {
  const list = (...cells: object[]) => planOf({ design: 'list', axes: [A, LSM], cells });

  it('has the cells it names, by label or value, in their order', () => {
    expect(labelsOf(list({ a: 2, lsm: 'on' }, { a: '0', lsm: false }, { lsm: 'off', a: 2 }))).toEqual(['2 on', '0 off', '2 off']);
  });

  it('names a value of every axis', () => {
    expect(() => list({ a: 0, lsm: 'on' }, { a: 0 })).toThrow('cells.1: says nothing of axis lsm');
    expect(() => list({ a: 5, lsm: 'on' })).toThrow('cells.0.a: 5 is no value of the axis (0, 1, 2)');
  });

  it('names no axis that there is not', () => {
    expect(() => list({ a: 0, lsm: 'on', colour: 1 })).toThrow(/colour/);
  });
});

describe('the baseline', () => {
  it('is the first cell unless one is named', () => {
    expect(planOf({ axes: [A, LSM] }).baseline).toBe(0);
    expect(planOf({ axes: [A, LSM], baseline: { a: 1, lsm: 'on' } }).baseline).toBe(3);
    expect(planOf({ axes: [A, LSM], baseline: { lsm: 'on' } }).baseline).toBe(1);
  });

  it('is one of the cells', () => {
    expect(() => planOf({ axes: [A], baseline: { a: 9 } })).toThrow(/baseline\.a: 9 is no value/);
    expect(() => planOf({ design: 'list', axes: [A], cells: [{ a: 0 }], baseline: { a: 1 } })).toThrow(
      'baseline: is none of the cells',
    );
  });

  it('names no axis that there is not', () => {
    expect(() => planOf({ axes: [A], baseline: { colour: 1 } })).toThrow(/colour/);
  });
});

describe('the seed', () => {
  it('is no axis: every cell has those of the replications', () => {
    expect(() => planOf({ axes: [{ name: 'seed', path: 'simulation.rng_seed', values: [1, 2] }] })).toThrow(
      'axes.seed: sets simulation.rng_seed: seeds are those of the replications',
    );
  });
});

describe('a cell whose scenario is invalid', () => {
  it('is refused with its number, its labels and the path', () => {
    expect(() => planOf({ axes: [{ ...A, values: [0, -5] }, B] })).toThrow(
      /^cell 2 \(a -5, b 7\): agents\[0\]\.unsecured_cap: must be at least 0/,
    );
  });

  it('is refused for a key that no scenario has', () => {
    expect(() => planOf({ axes: [{ ...A, path: 'agents.NORTH.unsecured_capp' }] })).toThrow(/^cell 0 .*unsecured_capp/);
    expect(() => planOf({ axes: [{ ...A, path: 'agents.EAST.unsecured_cap' }] })).toThrow(
      /^axes\.a: agents\.EAST.*no element 'EAST'/,
    );
  });
});

describe('a path that two axes set', () => {
  it('is refused, however it is written', () => {
    expect(() => planOf({ axes: [A, { ...B, path: A.path }] })).toThrow(/^axes\.b: sets .*which axis a sets, too/);
    expect(() => planOf({ axes: [A, { ...B, path: 'agents.0.unsecured_cap' }] })).toThrow(/^axes\.b: sets/);
    expect(() => planOf({ axes: [A, { name: 'x', values: [{ label: 'y', set: { [A.path]: 3 } }] }] })).toThrow(/^axes\.x: sets/);
  });

  it('is refused where one sets what contains it', () => {
    const whole = { name: 'whole', values: [{ label: 'x', set: { lsm_config: { enable_cycles: false } } }] };
    const part = { name: 'part', path: 'lsm_config.enable_cycles', values: [true, false] };
    expect(() => planOf({ axes: [whole, part] })).toThrow(/lsm_config/);
  });

  it('is refused where both set the policy of a bank', () => {
    const policies = { fifo: { type: 'Fifo' } };
    expect(() =>
      planOf({
        axes: [
          { name: 'x', agent: 'NORTH', policies },
          { name: 'y', agent: 'all', policies },
        ],
      }),
    ).toThrow(/NORTH/);
  });

  it('is refused where both set the settlement design', () => {
    expect(() =>
      planOf({
        axes: [
          { name: 'x', designs: ['rtgs'] },
          { name: 'y', designs: ['rtgs_lsm'] },
        ],
      }),
    ).toThrow(/settlement/);
  });
});
