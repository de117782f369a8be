/**
 * A settlement algorithm of your own: it names sets of queued payments that may settle together, and the engine checks each before any
 * money moves. This one settles the ring of three banks whose payments are equal, and nothing else.
 *
 * Prints:
 *
 *     one by one: 0
 *     with rings: 3 still waiting: [ 'T00000004' ]
 */
import {
  Simulation,
  type AlgorithmDocument,
  type ScenarioEventDocument,
  type ScenarioInput,
  type SettlementPlugin,
} from '@simcash/engine';

const equalRings: SettlementPlugin = {
  name: 'equal rings',
  select({ feasible, payments }) {
    const sets: number[][] = [];
    const taken = new Set<number>();
    const free = (from: string, amount: number) =>
      payments.filter((p) => p.sender === from && p.amount === amount && !taken.has(p.index));
    for (const first of payments)
      for (const second of free(first.receiver, first.amount))
        for (const third of free(second.receiver, first.amount)) {
          const set = [first.index, second.index, third.index];
          if (third.receiver !== first.sender || set.some((i) => taken.has(i)) || !feasible(set)) continue;
          sets.push(set);
          set.forEach((i) => taken.add(i));
        }
    return sets;
  },
};

const owe = (from_agent: string, to_agent: string, amount: number): ScenarioEventDocument => ({
  ...{ type: 'CustomTransactionArrival', from_agent, to_agent, amount },
  schedule: { type: 'OneTime', tick: 1 },
});
const scenario = (algorithms: readonly AlgorithmDocument[]): ScenarioInput => ({
  simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
  agents: ['EAST', 'NORTH', 'SOUTH'].map((id) => ({ id, opening_balance: 0 })),
  scenario_events: [owe('EAST', 'NORTH', 700), owe('NORTH', 'SOUTH', 700), owe('SOUTH', 'EAST', 700), owe('SOUTH', 'NORTH', 100)],
  settlement: { runs: [{ algorithms }] },
});

const runWith = (algorithms: readonly AlgorithmDocument[]) => {
  const options = { algorithms: { rings: equalRings }, checkDeterminism: true };
  const simulation = Simulation.create(scenario(algorithms), options);
  simulation.run();
  return simulation;
};
console.log('one by one:', runWith(['retry']).runTotals().settlements);
const simulation = runWith(['retry', { type: 'custom', module: 'rings' }]);
console.log('with rings:', simulation.runTotals().settlements, 'still waiting:', simulation.queue2());
