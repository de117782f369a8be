import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Simulation, type ScenarioInput } from '../../src/index.js';

/** `optimal` finds the same set whatever the unit of money is, and goes through queues of any length (spec 12 §6.11, §14.7). */

type Payment = readonly [from: string, to: string, units: number];

/** What settles of payments that all wait, by their places, and what is said of it. */
function settled(balances: Readonly<Record<string, number>>, payments: readonly Payment[], unit: number, objective: string) {
  const simulation = Simulation.create({
    simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
    agents: Object.entries(balances).map(([id, units]) => ({ id, opening_balance: units * unit, policy: { type: 'Fifo' } })),
    scenario_events: payments.map(([from_agent, to_agent, units]) => ({
      type: 'CustomTransactionArrival',
      from_agent,
      to_agent,
      amount: units * unit,
      deadline: 1,
      schedule: { type: 'OneTime', tick: 0 },
    })),
    settlement: {
      entry: { gross: false },
      runs: [{ retry_after: false, algorithms: [{ type: 'optimal', objective }] }],
      report: 'all',
    },
  } as ScenarioInput);
  simulation.run();
  const events = [...simulation.events];
  const set = events.flatMap((event) => (event.event_type === 'LsmNettedSettlement' ? event.tx_ids : []));
  const report = events.find((event) => event.event_type === 'AlgorithmRun')!;
  return { set: set.map((id) => Number(id.slice(1))).sort((a, b) => a - b), proof: report.proof, bound: report.bound };
}

describe('amounts', () => {
  it('of billions are told apart as those of cents are', () => {
    const payments: Payment[] = [
      ['B', 'A', 11],
      ['A', 'B', 12],
      ['A', 'B', 5],
      ['A', 'B', 10],
      ['A', 'B', 5],
    ];
    for (const unit of [1, 1e9, 1e11, 1e13])
      expect(settled({ A: 3, B: 2 }, payments, unit, 'number')).toMatchObject({ proof: 'full', bound: 3, set: [1, 3, 5] });
  });

  it('make no difference to what is best', () => {
    const bank = fc.constantFrom('A', 'B', 'C', 'D');
    const payment = fc.tuple(bank, bank, fc.integer({ min: 1000, max: 1250 })).filter(([from, to]) => from !== to);
    fc.assert(
      fc.property(
        fc.record({ A: fc.nat(1200), B: fc.nat(1200), C: fc.nat(1200), D: fc.nat(1200) }),
        fc.array(payment, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(1e6, 1e8, 1e10),
        fc.constantFrom('value', 'number'),
        (balances, payments, unit, objective) => {
          const [small, large] = [1, unit].map((of) => settled(balances, payments, of, objective));
          expect([large!.proof, large!.set]).toEqual([small!.proof, small!.set]);
        },
      ),
      { numRuns: 200 },
    );
  });
});

it('a queue of thousands that settles as a whole does so', () => {
  const payments = Array.from({ length: 4000 }, (_, i): Payment => (i % 2 === 0 ? ['A', 'B', i + 1] : ['B', 'A', i + 1]));
  expect(settled({ A: 1e9, B: 1e9 }, payments, 1, 'value').set.length).toBe(4000);
});

it('a queue of thousands of which one payment cannot settle ends, too', () => {
  const payments = Array.from({ length: 3000 }, (_, i): Payment => (i % 2 === 0 ? ['A', 'B', 2] : ['B', 'A', 2]));
  const { set } = settled({ A: 10, B: 10, C: 0 }, [...payments, ['C', 'A', 1e9]], 1, 'value');
  expect(set.length).toBe(3000);
});
