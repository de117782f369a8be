import { COST_COMPONENTS } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { measureReader, runSweep, type SweepPlan } from '../src/index.js';
import { BASE, planOf } from './support/small.js';

/** What is read off every run (spec 15 §8). */

const COSTLY = {
  ...BASE,
  cost_rates: {
    delay_cost_per_tick_per_cent: 0.01,
    overdraft_bps_per_tick: 10,
    deadline_penalty: { mode: 'fixed', amount: 500 },
    overdue_delay_multiplier: 2,
  },
  agents: BASE.agents.map((bank) => ({ ...bank, unsecured_cap: 20_000 })),
};

const planned = (measures: readonly string[]): SweepPlan => planOf({ measures, seeds: [1, 2, 3] }, { base: COSTLY });
const valuesOf = async (measures: readonly string[]): Promise<(number | null)[][]> =>
  [...(await runSweep(planned(measures), { executor: 'in-process' })).results.list()].map(({ values }) => [...values]);

describe('measures', () => {
  it('of costs add up: components to the total, banks to the system', async () => {
    const components = COST_COMPONENTS.map((name) => `cost.${name}`);
    const found = await valuesOf(['total_cost', 'bank.NORTH.total_cost', 'bank.SOUTH.total_cost', ...components]);
    for (const [total, north, south, ...parts] of found) {
      expect(total).toBeGreaterThan(0);
      expect(north! + south!).toBe(total);
      expect(parts.reduce<number>((sum, part) => sum + part!, 0)).toBe(total);
    }
    expect(found.some(([, , , ...parts]) => parts.filter((part) => part! > 0).length >= 3)).toBe(true);
  });

  it('are the same whatever else is measured', async () => {
    const alone = await valuesOf(['cost.penalty_cost', 'bank.NORTH.total_cost']);
    const beside = await valuesOf(['delay_indicator', 'cost.penalty_cost', 'bank.NORTH.total_cost']);
    expect(beside.map(([, ...rest]) => rest)).toEqual(alone);
    expect(alone.some(([penalty]) => penalty! > 0)).toBe(true);
  });

  it('of banks are indicators of the bank', async () => {
    const [[system, north, south]] = (await valuesOf(['value_settled', 'bank.NORTH.value_sent', 'bank.SOUTH.value_sent'])) as [
      number[],
    ];
    expect(north! + south!).toBe(system);
  });

  it.each(['total_cost', 'cost.delay_cost', 'bank.NORTH.total_cost', 'liquidity_used', 'value_settled', 'funding_credit'])(
    'such as %s are money',
    (name) => {
      expect(measureReader(name, ['NORTH']).isMoney).toBe(true);
    },
  );

  it.each(['delay_indicator', 'settlement_rate_value', 'payments_settled'])('such as %s are not', (name) => {
    expect(measureReader(name, ['NORTH']).isMoney).toBe(false);
  });

  it('of a bank are found where one name begins with another', () => {
    expect(measureReader('bank.A.total_cost', ['A', 'A.B']).cost).toEqual({ bank: 'A', component: 'total' });
    expect(measureReader('bank.A.B.total_cost', ['A', 'A.B']).cost).toEqual({ bank: 'A.B', component: 'total' });
  });

  it.each(['weather', 'cost.weather', 'bank.EAST.total_cost', 'bank.NORTH.weather', 'total'])(
    '%s is refused, naming those that are known',
    (name) => {
      expect(() => planned([name])).toThrow(new RegExp(`^measures: unknown measure '${name}'; known are .*cost`));
    },
  );

  it('are not the same one twice', () => {
    expect(() => planned(['total_cost', 'total_cost'])).toThrow(/measures/);
  });
});
