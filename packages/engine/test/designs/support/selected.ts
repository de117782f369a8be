import * as fc from 'fast-check';
import { expect } from 'vitest';
import { readScenario, Simulation, type ScenarioInput, type SettlementPlugin } from '../../../src/index.js';
import { rulesOf, sumOf, type Rule, type RuleBank, type RulePayment } from './rules.js';
import { small, type Block, type Small, type SmallOptions } from './small.js';

/** What one algorithm selects from a queue: everything waits in one tick, and nothing else settles. */

const ONE_TICK: SmallOptions = { maxTicks: 1, maxDays: 1, self: true };

/** Constraints beside those of the scenario. */
const blocks: fc.Arbitrary<Block> = fc.record(
  {
    limits: fc.constantFrom('gross' as const, 'net' as const),
    queue: fc.constantFrom({ priority: 'internal' }, { priority: 'internal' }, {}),
    reservations: fc.constantFrom<unknown[]>(
      [],
      [{ class: 'highly_urgent', amount: 5 }],
      [
        { class: 'highly_urgent', amount: 3, agents: ['A'] },
        { class: 'urgent', amount: 6 },
      ],
    ),
  },
  { noNullPrototype: true },
);

export interface Report {
  considered: number;
  dropped: number;
  refilled: number;
  truncated: string | null;
  proof: string | null;
  bound: number | null;
}

/** The queue that an algorithm met, what it settled of it (places in the queue), and what it said. */
export interface Selected {
  queue: (RulePayment & { id: string })[];
  sets: number[][];
  report: Report | null;
  /** What every set has to keep to. */
  rules: Rule[];
  feasible: (set: readonly number[]) => boolean;
  amount: (set: readonly number[]) => number;
}

/** Lets everything wait, then the algorithm choose. */
export function select(scenario: Small, block: Block, algorithm: unknown, plugins?: Record<string, SettlementPlugin>): Selected {
  const run = { name: 'only', retry_after: false, algorithms: [algorithm] };
  const settlement = { ...block, entry: { gross: false }, runs: [run], report: 'all' };
  const simulation = Simulation.create({ ...scenario, settlement } as unknown as ScenarioInput, { algorithms: plugins });
  simulation.run();
  const events = [...simulation.events];
  const design = readScenario({ ...scenario, settlement }).config.settlement!;
  const arrivals = new Map(events.flatMap((event) => (event.event_type === 'Arrival' ? [[event.tx_id, event] as const] : [])));
  const classOf = (priority: number): number =>
    design.queue.priority === 'none' ? 2 : priority >= 8 ? 0 : priority >= 4 ? 1 : 2;
  const queue = events
    .flatMap((event) => (event.event_type === 'QueuedRtgs' ? [arrivals.get(event.tx_id)!] : []))
    .map(({ amount, priority, receiver_id: to, sender_id: from, tx_id: id }) => ({
      id,
      from,
      to,
      amount,
      class: classOf(priority),
    }))
    .sort((x, y) => x.class - y.class);
  const places = new Map(queue.map(({ id }, i) => [id, i]));
  const reserved = (id: string, cls: string): number =>
    sumOf(
      events.flatMap((event) =>
        event.event_type === 'ReservationSet' && event.agent_id === id && event.class === cls ? [event.amount] : [],
      ),
    );
  const banks: RuleBank[] = scenario.agents.map(({ id, limits, opening_balance, unsecured_cap = 0 }) => ({
    id,
    balance: opening_balance,
    limit: unsecured_cap,
    reserved: [reserved(id, 'highly_urgent'), reserved(id, 'urgent')],
    bilateralLimits: new Map(Object.entries(limits?.bilateral_limits ?? {})),
    multilateralLimit: limits?.multilateral_limit ?? null,
    paid: new Map(),
    received: new Map(),
  }));
  const of = (set: readonly number[]): RulePayment[] => set.map((i) => queue[i]!);
  const rules = rulesOf(banks, design.limits);
  return {
    queue,
    sets: events.flatMap((event) =>
      event.event_type === 'LsmNettedSettlement' || event.event_type === 'LsmBilateralOffset'
        ? [event.tx_ids.map((id) => places.get(id)!)]
        : [],
    ),
    report: (events.find(({ event_type }) => event_type === 'AlgorithmRun') as Report | undefined) ?? null,
    rules,
    feasible: (set) => rules.every(({ room, weight }) => sumOf(of(set).map(weight)) <= room),
    amount: (set) => sumOf(of(set).map(({ amount }) => amount)),
  };
}

/** The set that settled, empty if none did. */
export const setOf = ({ sets }: Selected): number[] => {
  expect(sets.length).toBeLessThanOrEqual(1);
  return sets[0] ?? [];
};

/** A scenario of one tick, and what its design says beside the algorithm. */
export const problems = (options: SmallOptions = {}): fc.Arbitrary<[Small, Block]> =>
  fc.tuple(small({ ...ONE_TICK, payments: { min: 1, max: 10 }, ...options }), blocks);
