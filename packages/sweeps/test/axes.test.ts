import { describe, expect, it } from 'vitest';
import { CAP, labelsOf, planOf } from './support/small.js';

/** What an axis sets (spec 15 §8). */

const RATE = 'cost_rates.delay_cost_per_tick_per_cent';
const BALANCE = 'agents.NORTH.opening_balance';

const levels = (rest: object): number[] => labelsOf(planOf({ axes: [{ name: 'a', ...rest }] })).map(Number);

describe('values of an axis', () => {
  it('are set where the path says, in the scenario of their cell alone', () => {
    const { cells } = planOf({ axes: [CAP] });
    expect(cells.map(({ scenario }) => scenario.config.agent_configs.map((bank) => bank.unsecured_cap))).toEqual([
      [0, 0],
      [50_000, 0],
    ]);
    expect(cells.map(({ settings }) => settings)).toEqual([{ [CAP.path]: 0 }, { [CAP.path]: 50_000 }]);
  });

  it('name elements of lists by position, too', () => {
    const { cells } = planOf({ axes: [{ ...CAP, path: 'agents.1.unsecured_cap' }] });
    expect(cells[1]!.scenario.config.agent_configs.map((bank) => bank.unsecured_cap)).toEqual([0, 50_000]);
  });

  it('are rounded half away from zero where the path holds whole numbers, and only there', () => {
    expect(levels({ path: BALANCE, values: [0.4, 0.5, 2.5, 4.49, -0.5] })).toEqual([0, 1, 3, 4, -1]);
    expect(levels({ path: RATE, values: [0.4, 0.5, 2.5] })).toEqual([0.4, 0.5, 2.5]);
  });

  it.each([
    ['as they are', [1, 2, 1]],
    ['after rounding', [1, 1.4]],
  ])('that are the same %s are refused', (_, values) => {
    expect(() => planOf({ axes: [{ ...CAP, values }] })).toThrow('axes.cap: has the value 1 twice');
  });

  it('may be words and truths', () => {
    const { cells } = planOf({ axes: [{ name: 'cycles', path: 'lsm_config.enable_cycles', values: [true, false] }] });
    expect(cells.map(({ scenario }) => scenario.config.lsm_config?.enable_cycles)).toEqual([true, false]);
  });
});

describe('labelled settings', () => {
  it('set any number of paths, or none', () => {
    const set = { [CAP.path]: 7, 'agents.SOUTH.unsecured_cap': 8 };
    const { cells } = planOf({
      axes: [
        {
          name: 'caps',
          values: [
            { label: 'none', set: {} },
            { label: 'both', set },
          ],
        },
      ],
    });
    expect(cells.map(({ scenario }) => scenario.config.agent_configs.map((bank) => bank.unsecured_cap))).toEqual([
      [0, 0],
      [7, 8],
    ]);
    expect(cells[1]!.settings).toEqual(set);
  });

  it('are called on and off where YAML reads these words as truths', () => {
    const plan = planOf({
      axes: [
        {
          name: 'a',
          values: [
            { label: false, set: {} },
            { label: true, set: { [CAP.path]: 1 } },
          ],
        },
      ],
      baseline: { a: true },
    });
    expect(labelsOf(plan)).toEqual(['off', 'on']);
    expect(plan.baseline).toBe(1);
  });

  it('have labels of their own', () => {
    const same = { label: 'x', set: {} };
    expect(() => planOf({ axes: [{ name: 'a', values: [same, same] }] })).toThrow('axes.a: has the value x twice');
  });
});

describe('a range', () => {
  it('goes by steps as far as they lead, rounding errors forgiven', () => {
    expect(levels({ path: RATE, range: { from: 1, to: 2, step: 0.3 } })).toEqual([1, 1.3, 1.6, 1 + 3 * 0.3]);
    expect(levels({ path: RATE, range: { from: 0, to: 0.3, step: 0.1 } })).toHaveLength(4);
  });

  it('has so many values, both ends included', () => {
    expect(levels({ path: RATE, range: { from: 1, to: 3, count: 5 } })).toEqual([1, 1.5, 2, 2.5, 3]);
    expect(levels({ path: BALANCE, range: { from: 0, to: 5, count: 3 } })).toEqual([0, 3, 5]);
  });

  it('has equal ratios on a log scale', () => {
    const found = levels({ path: RATE, range: { from: 2, to: 32, count: 5, scale: 'log' } });
    expect(found).toHaveLength(5);
    found.forEach((value, i) => expect(value).toBeCloseTo(2 ** (i + 1), 10));
    expect(found[4]).toBe(32);
  });

  it('begins at its first end to the last digit on a log scale, too', () => {
    expect(levels({ path: RATE, range: { from: 10, to: 1000, count: 3, scale: 'log' } })[0]).toBe(10);
  });

  it('gives whole numbers wherever a scenario takes them', () => {
    expect(levels({ path: 'cost_rates.deadline_penalty', range: { from: 100, to: 300, count: 3 } })).toEqual([100, 200, 300]);
  });

  it('says how many values are meant, unless they are drawn', () => {
    expect(() => planOf({ axes: [{ name: 'a', path: RATE, range: { from: 0, to: 1 } }] })).toThrow(
      /axes\.a\.range: step or count/,
    );
  });
});

describe('policies of an axis', () => {
  const FIFO = { type: 'Fifo' };
  const policies = (agent: unknown, second: unknown = { type: 'Deadline', urgency_threshold: 3 }) =>
    planOf(
      { axes: [{ name: 'policy', agent, policies: { fifo: FIFO, other: second } }] },
      { files: { readPolicy: (name) => JSON.stringify({ version: '2.0', policy_id: name, payment_tree: TREE }) } },
    );
  const TREE = { type: 'action', node_id: 'A', action: 'Release' };

  it.each([
    ['a bank', 'NORTH', [0]],
    ['a list of banks', ['SOUTH', 'NORTH'], [0, 1]],
    ['all', 'all', [0, 1]],
  ])('are those of %s', (_, agent, changed) => {
    const { cells } = policies(agent);
    expect(labelsOf(policies(agent))).toEqual(['fifo', 'other']);
    const types = cells[1]!.scenario.config.agent_configs.map(({ policy }) => (policy as { type: string }).type);
    types.forEach((type, i) => expect(type === 'Deadline', `${i}`).toBe(changed.includes(i)));
  });

  it('may stand in files, whose text the scenario then has', () => {
    const { cells } = policies('NORTH', 'hold.json');
    const { agents } = cells[1]!.scenario.source as { agents: { policy: { type: string; json_string: string } }[] };
    expect(agents[0]!.policy).toMatchObject({ type: 'InlineJson', json_string: expect.stringContaining('hold.json') as unknown });
  });

  it('of unknown banks are refused with the cell', () => {
    expect(() => policies(['NORTH', 'EAST'])).toThrow("cell 0 (policy fifo): unknown bank 'EAST'");
  });

  it('that are none are refused with the cell', () => {
    expect(() => policies('NORTH', { type: 'Guess' })).toThrow(/^cell 1 \(policy other\): .*policy/s);
  });
});
