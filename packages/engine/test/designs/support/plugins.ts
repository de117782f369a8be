import type { SimulationEvent } from '@simcash/protocol';
import { readScenario, Simulation, type SimulationOptions } from '../../../src/index.js';

/** A settlement algorithm as users write it. */
export type Plugin = NonNullable<SimulationOptions['algorithms']>[string];

const payment = (from: string, to: string, amount: number, tick = 0): object => ({
  type: 'CustomTransactionArrival',
  from_agent: from,
  to_agent: to,
  amount,
  deadline: 9,
  schedule: { type: 'OneTime', tick },
});

/**
 * A ring of 20 each and two pairs of 30 and 40; nobody has money. In queue order: 0 A→B 20, 1 A→D 30, 2 B→C 20, 3 B→D 40, 4 C→A 20,
 * 5 D→A 30, 6 D→B 40. A second tick brings nothing, so what was left is looked at again.
 */
export const SCENARIO = {
  simulation: { ticks_per_day: 2, num_days: 1, rng_seed: 1 },
  agents: ['A', 'B', 'C', 'D'].map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
  scenario_events: [
    ...[payment('A', 'B', 20), payment('A', 'D', 30), payment('B', 'C', 20), payment('B', 'D', 40)],
    ...[payment('C', 'A', 20), payment('D', 'A', 30), payment('D', 'B', 40)],
  ],
};

export interface CustomEntry {
  name?: string;
  options?: unknown;
  on_error?: 'skip';
}

export interface CustomRun {
  error: Error | null;
  /** Sets in order of settlement, by place in the queue. */
  sets: number[][];
  reports: { skipped: number; truncated: string | null; sets: number }[];
  simulation: Simulation;
}

const PLACES = ['A B 20', 'A D 30', 'B C 20', 'B D 40', 'C A 20', 'D A 30', 'D B 40'];

/** Runs the scenario with an algorithm of the user's own, until it ends or fails. */
export function runCustom(plugin: Plugin, entry: CustomEntry = {}, options: SimulationOptions = {}): CustomRun {
  const settlement = {
    runs: [{ name: 'own', retry_after: false, algorithms: [{ type: 'custom', module: 'own.js', ...entry }] }],
    report: 'all',
  };
  const simulation = Simulation.create(readScenario({ ...SCENARIO, settlement }), {
    algorithms: { 'own.js': plugin },
    ...options,
  });
  let error: Error | null = null;
  try {
    simulation.run();
  } catch (thrown) {
    error = thrown as Error;
  }
  const events: SimulationEvent[] = [...simulation.events];
  return {
    error,
    simulation,
    sets: events.flatMap((event) =>
      event.event_type === 'LsmNettedSettlement'
        ? [event.tx_ids.map((_, k) => PLACES.indexOf(`${event.senders[k]} ${event.receivers[k]} ${event.amounts[k]}`))]
        : [],
    ),
    reports: events.flatMap((event) => (event.event_type === 'AlgorithmRun' ? [event] : [])),
  };
}
