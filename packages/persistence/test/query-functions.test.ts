import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CallRecord, Costs, SimulationEvent, TransactionOutcome } from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseScenario, type Scenario, type Simulation } from '../../engine/src/index.js';
import { describeRun } from '../../runs/src/describe.js';
import {
  compareAgentPerformance,
  compareSimulations,
  DatabaseError,
  deleteCheckpoint,
  findSimulation,
  getAgentDailyMetrics,
  getAgentPolicyHistory,
  getCalls,
  getCollateralEvents,
  getCostBreakdownByAgent,
  getCostTimeline,
  getDailyCosts,
  getDailyTransactionSummary,
  getLsmCycles,
  getPolicyAtDay,
  getPolicyDecisionsByTick,
  getSettlementRateByDay,
  getSimulationEvents,
  getSimulationEventSummary,
  getSimulationSummary,
  getTickAgentStates,
  getTickQueueSnapshots,
  getTickRangeSummary,
  getTransactionDelays,
  getTransactions,
  getTransactionsByTick,
  getTransactionStatistics,
  listCheckpoints,
  listSimulations,
  loadCheckpoint,
  NotStoredError,
  pairPayments,
  StandardSimulationPersistenceProvider,
  type CollateralRow,
  type EventQuery,
  type EventRow,
  type LsmCycleRow,
  type SimCashDatabase,
  type SimulationFilter,
  type SqlRow,
  type StoredSimulation,
} from '../src/index.js';
import { simulationTables } from './support/comparing.js';
import { openDatabase, reference, reopen, storeWhole, type LiveRun } from './support/storing.js';

const DAY = 12;
const TRADERS = ['salt', 'ROWAN', 'birch', 'MICA', 'dove'];
const RING = ['ring-c', 'ring-a', 'ring-b'];
/** Banks without payments: their costs are the same, none. */
const IDLE = ['idle-2', 'idle-1'];
const BANKS = [...TRADERS, ...RING, ...IDLE].sort();

/**
 * Some busy days: parts of payments and of their parts, drops, late payments that settle after all, offsets in pairs and rings,
 * collateral that comes and goes, a liquidity pool. Every cost has its price. Its twin gets the same payments but for a few, and has
 * its money elsewhere.
 */
function town(rng_seed: number, num_days: number, twin = false): Scenario {
  const nobody = Object.fromEntries(BANKS.map((id) => [id, 0]));
  const trader = (id: string, policy: string, weights: Record<string, number>, more: object = {}): object => ({
    id,
    opening_balance: !twin ? 40_000 : id === 'birch' ? 90_000 : 10_000,
    unsecured_cap: 10_000,
    policy: { type: 'FromJson', json_path: `${policy}.json` },
    arrival_config: {
      rate_per_tick: 0.7,
      amount_distribution: { type: 'Uniform', min: 3000, max: 70_000 },
      counterparty_weights: { ...nobody, ...weights },
      deadline_range: [2, 9],
      priority_distribution: { type: 'Uniform', min: 0, max: 10 },
    },
    ...more,
  });
  const daily = (from_agent: string, to_agent: string, amount: number, start_tick: number): object => ({
    ...{ type: 'CustomTransactionArrival', from_agent, to_agent, amount, deadline: 5 },
    schedule: { type: 'Repeating', start_tick, interval: DAY },
  });
  const posting = { max_collateral_capacity: 90_000, posted_collateral: 20_000 };
  const document = {
    simulation: { ticks_per_day: DAY, num_days, rng_seed },
    lsm_config: { enable_bilateral: true, enable_cycles: true },
    entry_disposition_offsetting: true,
    cost_rates: {
      overdraft_bps_per_tick: 3,
      collateral_cost_per_tick_bps: 2,
      liquidity_cost_per_tick_bps: 1,
      delay_cost_per_tick_per_cent: 0.0004,
      deadline_penalty: 300,
      eod_penalty_per_transaction: 700,
      split_friction_cost: 40,
    },
    agents: [
      trader('salt', 'splitter_tree', { ROWAN: 2, birch: 1, MICA: 1 }),
      trader('ROWAN', 'collateral_cycle', { salt: 1, birch: 2 }, posting),
      trader('birch', 'dropper', { ROWAN: 1, MICA: 1, dove: 1 }),
      trader(
        'MICA',
        'resplit_returned',
        { salt: 1, birch: 1 },
        { opening_balance: twin ? 60_000 : 10_000, liquidity_pool: 40_000, liquidity_allocation_fraction: 0.25 },
      ),
      trader('dove', 'collateral_timer', { birch: 1, salt: 1 }, { max_collateral_capacity: 90_000 }),
      ...RING.map((id) => ({ id, opening_balance: 0, unsecured_cap: 3000, policy: { type: 'Fifo' } })),
      ...IDLE.map((id) => ({ id, opening_balance: 5, unsecured_cap: 0, policy: { type: 'Fifo' } })),
    ],
    scenario_events: [
      daily('birch', 'dove', 400_000, 1),
      daily('ring-a', 'ring-b', 9000, 2),
      daily('ring-b', 'ring-c', 9100, 3),
      daily('ring-c', 'ring-a', 9200, 3),
      daily('ring-a', 'ring-b', 20_000, 6),
      daily('ring-b', 'ring-a', 15_000, 6),
      daily('ring-b', 'ring-a', twin ? 5501 : 5500, 7),
      ...(twin ? [daily('ring-a', 'ring-c', 100, 20)] : []),
    ],
  };
  const policies = path.join(import.meta.dirname, '../../engine/test/reference/policies');
  return parseScenario(document, { readPolicy: (file) => readFileSync(path.join(policies, file), 'utf8') });
}

type Logged<T extends SimulationEvent['event_type']> = Extract<SimulationEvent, { event_type: T }>;

function eventsOf<T extends SimulationEvent['event_type']>(events: readonly SimulationEvent[], type: T): Logged<T>[] {
  return events.filter((event): event is Logged<T> => event.event_type === type);
}

/** The events of a run, from its own log. */
function eventsIn({ log }: LiveRun): SimulationEvent[] {
  const lines = log.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as SimulationEvent);
}

/** A payment, or a part of one, as the events tell of it. */
interface Leg {
  tx_id: string;
  sender: string;
  receiver: string;
  amount: number;
  /** Arrival of the whole payment. */
  arrival: number;
  parent: Leg | null;
  parts: Leg[];
  settled: number | null;
  dropped: boolean;
  overdue: boolean;
}

/** Legs that an event settles. */
function settledBy(event: SimulationEvent): readonly string[] {
  switch (event.event_type) {
    case 'RtgsImmediateSettlement':
    case 'Queue2LiquidityRelease':
      return [event.tx_id];
    case 'EntryDispositionOffset':
      return [event.incoming_tx_id, event.queued_tx_id];
    case 'LsmBilateralOffset':
    case 'LsmCycleSettlement':
      return event.tx_ids;
    default:
      return [];
  }
}

function legsOf(events: readonly SimulationEvent[]): Leg[] {
  const legs = new Map<string, Leg>();
  for (const { amount, receiver_id: receiver, sender_id: sender, tick, tx_id } of eventsOf(events, 'Arrival')) {
    const fate = { settled: null, dropped: false, overdue: false };
    legs.set(tx_id, { tx_id, sender, receiver, amount, arrival: tick, parent: null, parts: [], ...fate });
  }
  for (const { child_ids, tx_id } of eventsOf(events, 'PolicySplit')) {
    const parent = legs.get(tx_id)!;
    for (const id of child_ids) {
      const part = legs.get(id)!;
      Object.assign(part, { parent, arrival: parent.arrival });
      parent.parts.push(part);
    }
  }
  for (const { tx_id } of eventsOf(events, 'PolicyDrop')) legs.get(tx_id)!.dropped = true;
  for (const { tx_id } of eventsOf(events, 'TransactionWentOverdue')) legs.get(tx_id)!.overdue = true;
  for (const event of events) for (const id of settledBy(event)) legs.get(id)!.settled = event.tick;
  return [...legs.values()];
}

function statusOf({ dropped, overdue, parts, settled }: Leg): string {
  if (settled !== null) return 'settled';
  if (dropped) return 'dropped';
  if (parts.length > 0) return 'split';
  return overdue ? 'overdue' : 'pending';
}

/** Tick in which the last part of a leg has settled; null if one has not. */
function settlementOf(leg: Leg): number | null {
  if (leg.parts.length === 0) return leg.settled;
  const ticks = leg.parts.map(settlementOf);
  return ticks.includes(null) ? null : Math.max(...(ticks as number[]));
}

interface Payment extends Pick<Leg, 'sender' | 'receiver' | 'amount' | 'arrival'> {
  day: number;
  settlement: number | null;
}

/** Whole payments as they arrived. */
function paymentsOf(events: readonly SimulationEvent[]): Payment[] {
  const whole = legsOf(events).filter(({ parent }) => parent === null);
  return whole.map((leg) => ({ ...leg, day: Math.floor(leg.arrival / DAY), settlement: settlementOf(leg) }));
}

const delaysOf = (payments: readonly Payment[]): number[] =>
  payments.flatMap(({ arrival, settlement }) => (settlement === null ? [] : [settlement - arrival]));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const mean = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : sum(numbers) / numbers.length);
const about = (number: number): number => expect.closeTo(number, 9) as number;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const upTo = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

/** The value of which a share of the others is smaller, between two of them in proportion. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return below + (above - below) * (place - Math.floor(place));
}

/** Costs by a key of their events. */
function costsBy(events: readonly SimulationEvent[], keyOf: (event: Logged<'CostAccrual'>) => string): Map<string, Costs> {
  const sums = new Map<string, Costs>();
  for (const event of eventsOf(events, 'CostAccrual')) {
    const before = sums.get(keyOf(event));
    const added = Object.entries(event.costs).map(([name, cents]) => [name, cents + (before?.[name as keyof Costs] ?? 0)]);
    sums.set(keyOf(event), Object.fromEntries(added) as Costs);
  }
  return sums;
}

/** Costs of events under the names that they have in rows of days. */
const costRow = (costs: Costs | undefined) => ({
  liquidity_cost: costs?.liquidity_cost ?? 0,
  delay_cost: costs?.delay_cost ?? 0,
  collateral_cost: costs?.collateral_cost ?? 0,
  split_friction_cost: costs?.split_friction_cost ?? 0,
  deadline_penalty_cost: costs?.penalty_cost ?? 0,
  liquidity_opportunity_cost: costs?.liquidity_opportunity_cost ?? 0,
  total_cost: costs?.total ?? 0,
});

const totalCost = (events: readonly SimulationEvent[]): number =>
  sum(eventsOf(events, 'CostAccrual').map(({ costs }) => costs.total));

/** Rows may have more columns than a test knows; but they are these rows, all of them, in this order. */
function expectRows(found: readonly object[], expected: readonly object[]): void {
  expect(expected.length).toBeGreaterThan(0);
  expect(found).toMatchObject(expected);
}

/** A query for a word that its column never holds is refused, at once or by its promise. */
async function expectRefused(ask: () => Promise<unknown>, message: string | RegExp): Promise<void> {
  const error: unknown = await (async () => ask())().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DatabaseError);
  expect((error as Error).message).toMatch(message);
}

/** Writes the rows of simulations again in an order of no meaning: what a query gives in order, it has to sort. */
async function shuffleRows(database: SimCashDatabase): Promise<void> {
  for (const table of await simulationTables(database)) {
    const columns = table === 'simulation_events' ? '* EXCLUDE (event_id)' : '*';
    await database.execute(`CREATE OR REPLACE TEMP TABLE shuffled AS SELECT ${columns} FROM ${table}`);
    await database.execute(`DELETE FROM ${table}`);
    await database.execute(`INSERT INTO ${table} BY NAME SELECT * FROM shuffled ORDER BY hash(rowid)`);
  }
}

/** Policies that replace others, in no order. */
const REPLACEMENTS = [
  { run: 'busy', bank: 'ROWAN', tick: 20, by: 'manual' },
  { run: 'busy', bank: 'ROWAN', tick: 12, by: 'llm' },
  { run: 'variant', bank: 'ROWAN', tick: 30, by: 'search' },
  { run: 'variant', bank: 'ROWAN', tick: 4, by: 'search' },
  { run: 'busy', bank: 'ROWAN', tick: 5, by: 'search' },
  { run: 'busy', bank: 'salt', tick: 15, by: 'manual' },
].map(({ bank, by, run, tick }) => {
  const json = `{"policy_id":"${bank} ${run} ${tick}"}`;
  return { run, bank, day: Math.floor(tick / DAY), tick, json, hash: sha256(json), by };
});

const HOLD = '{"version":"1.0","policy_id":"hold","payment_tree":{"type":"action","node_id":"a","action":"Hold"}}';
const order = {
  sender: 'ring-a',
  receiver: 'idle-1',
  amount: 250_000,
  deadline_tick: 20,
  priority: 7,
  divisible: false,
} as const;

/** Calls from outside in the order in which they are made, before these ticks; the payments get the ids T00000001 … by themselves. */
const CALLS: Record<'called' | 'called otherwise', Omit<CallRecord, 'tx_id'>[]> = {
  called: [
    { tick: 3, agent_id: 'ring-a', call: { call: 'submit_transaction', ...order } },
    { tick: 3, agent_id: 'ROWAN', call: { call: 'post_collateral', agent_id: 'ROWAN', amount: 700 } },
    { tick: 3, agent_id: 'ring-b', call: { call: 'submit_transaction', ...order, sender: 'ring-b', rtgs_priority: 'Urgent' } },
    { tick: 12, agent_id: 'ROWAN', call: { call: 'withdraw_collateral', agent_id: 'ROWAN', amount: 300 } },
    { tick: 13, agent_id: 'salt', call: { call: 'update_agent_policy', agent_id: 'salt', policy_json: HOLD } },
    { tick: 23, agent_id: 'dove', call: { call: 'post_collateral', agent_id: 'dove', amount: 1 } },
  ],
  'called otherwise': [
    { tick: 4, agent_id: 'MICA', call: { call: 'post_collateral', agent_id: 'MICA', amount: 900 } },
    { tick: 1, agent_id: 'birch', call: { call: 'update_agent_policy', agent_id: 'birch', policy_json: HOLD } },
  ],
};

/** Makes calls when a tick has ended: before the next one. */
function calling(calls: readonly Omit<CallRecord, 'tx_id'>[]): (simulation: Simulation) => void {
  return (simulation) => {
    for (const { call, tick } of calls) if (tick === simulation.currentTick) simulation.repeat(call);
  };
}

describe('a question about one of several stored runs', () => {
  const scenarios = { busy: town(24, 2), variant: town(16, 3) };
  const ticks = { busy: 2 * DAY, variant: 3 * DAY };
  const runs = ['busy', 'variant'] as const;
  let database: SimCashDatabase;
  let live: Record<'busy' | 'variant', LiveRun>;
  let logs: Record<'busy' | 'variant', SimulationEvent[]>;
  let twin: SimulationEvent[];
  let brokenOff: Record<'until 11' | 'until 22', SimulationEvent[]>;

  const sql = <Row = SqlRow>(text: string, ...values: (string | number)[]): Promise<Row[]> => database.query<Row>(text, values);
  /** The rows of both runs in a table, sorted. */
  const tableOf = async <Row = SqlRow>(table: string, order: string): Promise<Record<'busy' | 'variant', Row[]>> => {
    const text = `SELECT * FROM ${table} WHERE simulation_id = $1 ORDER BY ${order}`;
    return { busy: await sql<Row>(text, 'busy'), variant: await sql<Row>(text, 'variant') };
  };

  beforeAll(async () => {
    const writing = await openDatabase();
    const variant = await storeWhole(writing, 'variant', scenarios.variant, { watch: true });
    const busy = await storeWhole(writing, 'busy', scenarios.busy, { watch: true });
    await storeWhole(writing, 'figures only', scenarios.busy, { level: 'SUMMARY' });
    twin = eventsIn(await storeWhole(writing, 'twin', town(24, 2, true), { level: 'EVENTS' }));
    const interrupted = (untilTick: number): Promise<LiveRun> =>
      storeWhole(writing, `until ${untilTick}`, scenarios.busy, { level: 'EVENTS', untilTick });
    brokenOff = { 'until 11': eventsIn(await interrupted(11)), 'until 22': eventsIn(await interrupted(22)) };
    for (const [run, calls] of Object.entries(CALLS)) await storeWhole(writing, run, scenarios.busy, { onTick: calling(calls) });
    live = { busy, variant };
    logs = { busy: eventsIn(busy), variant: eventsIn(variant) };
    for (const { bank, by, day, hash, json, run, tick } of REPLACEMENTS) {
      const values = [run, bank, day, tick, hash, json, by];
      await writing.execute('INSERT INTO policy_snapshots VALUES ($1, $2, $3, $4, $5, $6, $7)', values);
    }
    await writing.execute(
      `INSERT INTO simulations BY NAME SELECT * REPLACE ('begun' AS simulation_id, 'running' AS status, NULL AS total_arrivals,
         NULL AS total_settlements, NULL AS total_lsm_releases, NULL AS total_cost_cents) FROM simulations WHERE simulation_id = 'busy'`,
    );
    // A few payments on days far apart, and none of the second day settles.
    await writing.execute(
      `INSERT INTO transactions SELECT t.* REPLACE ('scattered' AS simulation_id, v.id AS tx_id, v.day AS arrival_day, v.arrival AS arrival_tick,
         v.settlement AS settlement_tick, v.status AS status, 100 AS amount, CASE v.status WHEN 'settled' THEN 100 ELSE 0 END AS amount_settled)
       FROM (FROM transactions WHERE simulation_id = 'busy' AND status = 'settled' AND parent_tx_id IS NULL ORDER BY tx_id LIMIT 1) t,
         (VALUES ('T1', 9000, 5, 5, 'settled'), ('T2', 9000, 5, 8, 'settled'), ('T3', 20, 1, 2, 'settled'), ('T4', 4500, 3, NULL, 'pending'),
           ('T5', 20, 1, NULL, 'dropped'), ('T6', 4500, 3, NULL, 'overdue')) v(id, day, arrival, settlement, status)`,
    );
    // Payments of two runs under the same numbers: the first is the same in both.
    await writing.execute(
      `INSERT INTO transactions SELECT t.* REPLACE (v.run AS simulation_id, 'T' || v.seq AS tx_id, v.seq AS arrival_seq, v.sender AS sender_id,
         v.receiver AS receiver_id, v.amount AS amount, v.arrival AS arrival_tick)
       FROM (FROM transactions WHERE simulation_id = 'busy' AND status = 'settled' AND parent_tx_id IS NULL ORDER BY tx_id LIMIT 1) t,
         (VALUES ('one way', 1, 'salt', 'dove', 10, 0), ('the other way', 1, 'salt', 'dove', 10, 0),
           ('one way', 2, 'salt', 'dove', 10, 0), ('the other way', 2, 'MICA', 'dove', 10, 0),
           ('one way', 3, 'salt', 'dove', 10, 0), ('the other way', 3, 'salt', 'MICA', 10, 0),
           ('one way', 4, 'salt', 'dove', 10, 0), ('the other way', 4, 'salt', 'dove', 11, 0),
           ('one way', 5, 'salt', 'dove', 10, 0), ('the other way', 5, 'salt', 'dove', 10, 1),
           ('one way', 6, 'salt', 'dove', 10, 0), ('the other way', 7, 'salt', 'dove', 10, 0),
           ('the other way', 8, 'salt', 'dove', 10, 0)) v(run, seq, sender, receiver, amount, arrival)`,
    );
    await shuffleRows(writing);
    database = await reopen(writing, { readOnly: true });
  });

  it('can be put about days on which everything happens', async () => {
    const kinds = [
      ...['PolicySplit', 'PolicyDrop', 'PolicyHold', 'PolicySubmit', 'TransactionWentOverdue', 'OverdueTransactionSettled'],
      ...['LsmBilateralOffset', 'LsmCycleSettlement', 'CollateralPost', 'CollateralWithdraw', 'CostAccrual'],
    ] as const;
    for (const run of runs) {
      for (const kind of kinds) {
        const days = new Set(eventsOf<SimulationEvent['event_type']>(logs[run], kind).map(({ tick }) => Math.floor(tick / DAY)));
        expect(days.size, `${kind} in ${run}`).toBeGreaterThan(1);
      }
      const legs = legsOf(logs[run]);
      expect(new Set(legs.map(statusOf))).toEqual(new Set(['settled', 'dropped', 'split', 'overdue', 'pending']));
      expect(legs.some((leg) => leg.parent?.parent && settlementOf(leg.parent.parent) !== null)).toBe(true);
      expect(paymentsOf(logs[run]).some(({ day, settlement }) => settlement !== null && settlement >= (day + 1) * DAY)).toBe(
        true,
      );
    }
  });

  describe('as a whole', () => {
    it.each(runs)('gives its row and its figures: %s', async (run) => {
      const payments = paymentsOf(logs[run]);
      const settled = delaysOf(payments).length;
      const [row] = await sql<StoredSimulation>('SELECT * FROM simulations WHERE simulation_id = $1', run);
      const cost = totalCost(logs[run]);
      expect(row).toMatchObject({ total_arrivals: payments.length, total_settlements: settled, total_cost_cents: cost });
      expect(settled).toBeLessThan(payments.length);
      expect(await getSimulationSummary(database, run)).toMatchObject({
        ...row,
        total_transactions: payments.length,
        settlement_rate: about(settled / payments.length),
        total_volume: payments.length,
        total_value_cents: sum(payments.map(({ amount }) => amount)),
        avg_daily_cost: about(cost / (ticks[run] / DAY)),
      });
    });

    it('counts nothing of a run that has only begun, and knows that it failed if its process died', async () => {
      const none = { total_arrivals: 0, total_settlements: 0, total_lsm_releases: 0, total_cost_cents: 0 };
      const rates = { total_transactions: 0, settlement_rate: 0, total_volume: 0, total_value_cents: 0, avg_daily_cost: 0 };
      const dead = { status: 'failed', error_message: 'interrupted (process ended)' };
      expect(await getSimulationSummary(database, 'begun')).toMatchObject({ simulation_id: 'begun', ...dead, ...none, ...rates });
      expect(await findSimulation(database, 'begun')).toMatchObject({ simulation_id: 'begun', ...dead, agent_ids: [] });
    });

    it('has no answer if it is not stored', async () => {
      expect(await getSimulationSummary(database, 'absent')).toBeNull();
      expect(await getSimulationSummary(database, 'bus')).toBeNull();
    });

    it.each([
      ['busy', 'variant'],
      ['variant', 'busy'],
    ] as const)('compares it with another one, the first taken from the second: %s, %s', async (first, second) => {
      const figures = (run: 'busy' | 'variant') => {
        const legs = legsOf(logs[run]);
        const payments = paymentsOf(logs[run]);
        const delays = delaysOf(payments);
        const valued = (...statuses: string[]): { count: number; cents: number } => {
          const some = legs.filter((leg) => statuses.includes(statusOf(leg)));
          return { count: some.length, cents: sum(some.map(({ amount }) => amount)) };
        };
        return {
          total_arrivals: payments.length,
          total_settlements: delays.length,
          settlement_rate: delays.length / payments.length,
          total_settled_value: valued('settled').cents,
          avg_delay_ticks: mean(delays),
          unsettled_count: valued('pending', 'overdue').count,
          unsettled_value: valued('pending', 'overdue').cents,
          total_dropped: valued('dropped').count,
          total_dropped_value: valued('dropped').cents,
          total_overdue: eventsOf(logs[run], 'TransactionWentOverdue').length,
          total_cost: totalCost(logs[run]),
        };
      };
      const [sim1, sim2] = [figures(first), figures(second)];
      const names = Object.keys(sim1) as (keyof typeof sim1)[];
      const differences = Object.fromEntries(names.map((name) => [name, sim2[name] - sim1[name]]));
      for (const name of names) expect(differences[name], name).not.toBe(0);
      const all = (numbers: Record<string, number>): object =>
        Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, about(number)]));
      expect(await compareSimulations(database, first, second)).toMatchObject({
        sim1: { simulation_id: first, ...all(sim1) },
        sim2: { simulation_id: second, ...all(sim2) },
        delta: all(differences),
      });
    });

    it('pairs its payments with those of another one in the order of their arrival', async () => {
      const runsOf = { busy: logs.busy, variant: logs.variant, twin };
      const expected = (first: keyof typeof runsOf, second: keyof typeof runsOf) => {
        const [a, b] = [paymentsOf(runsOf[first]), paymentsOf(runsOf[second])];
        const same = (i: number): boolean =>
          (['sender', 'receiver', 'amount', 'arrival'] as const).every((name) => a[i] && b[i] && a[i][name] === b[i][name]);
        const pairs = upTo(Math.min(a.length, b.length)).filter(same);
        const count = (holds: (s: number | null, t: number | null) => boolean): number =>
          pairs.filter((i) => holds(a[i]!.settlement, b[i]!.settlement)).length;
        return {
          paired: pairs.length,
          only_first: a.length - pairs.length,
          only_second: b.length - pairs.length,
          first_unpaired:
            upTo(Math.max(a.length, b.length))
              .filter((i) => !same(i))
              .map((i) => i + 1)[0] ?? null,
          earlier: count((s, t) => s !== null && t !== null && t < s),
          same_tick: count((s, t) => s !== null && t === s),
          later: count((s, t) => s !== null && t !== null && t > s),
          settled_only_first: count((s, t) => s !== null && t === null),
          settled_only_second: count((s, t) => s === null && t !== null),
          unsettled_in_both: count((s, t) => s === null && t === null),
        };
      };
      for (const count of Object.values(expected('busy', 'twin'))) expect(count).toBeGreaterThan(0);
      expect(await pairPayments(database, 'busy', 'twin')).toMatchObject(expected('busy', 'twin'));
      expect(await pairPayments(database, 'twin', 'busy')).toMatchObject(expected('twin', 'busy'));
      expect(await pairPayments(database, 'busy', 'variant')).toMatchObject(expected('busy', 'variant'));
      expect(expected('busy', 'busy')).toMatchObject({
        only_first: 0,
        only_second: 0,
        first_unpaired: null,
        earlier: 0,
        later: 0,
      });
      expect(await pairPayments(database, 'busy', 'busy')).toMatchObject(expected('busy', 'busy'));
    });

    it('pairs only payments of the same banks, amount and tick under the same number', async () => {
      const expected = { paired: 1, only_first: 5, only_second: 6, first_unpaired: 2, same_tick: 1 };
      expect(await pairPayments(database, 'one way', 'the other way')).toMatchObject(expected);
    });

    it('pairs nothing with a run that is not there', async () => {
      const unpaired = { paired: 0, first_unpaired: 1, earlier: 0, same_tick: 0, later: 0, unsettled_in_both: 0 };
      const all = paymentsOf(logs.busy).length;
      expect(await pairPayments(database, 'busy', 'absent')).toMatchObject({ ...unpaired, only_first: all, only_second: 0 });
      expect(await pairPayments(database, 'absent', 'busy')).toMatchObject({ ...unpaired, only_first: 0, only_second: all });
    });

    it('refuses to compare it with one that is not stored', async () => {
      const refusal = new NotStoredError('One or both simulations not found');
      await expect(compareSimulations(database, 'busy', 'absent')).rejects.toThrow(refusal);
      await expect(compareSimulations(database, 'absent', 'busy')).rejects.toThrow(refusal);
      await expect(compareSimulations(database, 'absent', 'busy')).rejects.toBeInstanceOf(NotStoredError);
    });

    it.each(runs)('finds it with its banks in the order of their bytes: %s', async (run) => {
      const [row] = await sql('SELECT * FROM simulations WHERE simulation_id = $1', run);
      expect(await findSimulation(database, run)).toMatchObject({ ...row, agent_ids: BANKS });
    });
  });

  describe('about a bank', () => {
    it.each(runs)('gives its days in order: %s', async (run) => {
      const days = await tableOf('daily_agent_metrics', 'agent_id, day');
      for (const bank of BANKS) {
        const expected = days[run].filter(({ agent_id }) => agent_id === bank);
        expect(expected.map(({ day }) => day)).toEqual(upTo(ticks[run] / DAY));
        expectRows(await getAgentDailyMetrics(database, run, bank), expected);
      }
    });

    it('gives no days of a bank or a run that is not there', async () => {
      expect(await getAgentDailyMetrics(database, 'busy', 'absent')).toEqual([]);
      expect(await getAgentDailyMetrics(database, 'busy', 'rowan')).toEqual([]);
      expect(await getAgentDailyMetrics(database, 'absent', 'ROWAN')).toEqual([]);
    });

    it.each([
      ['busy', 'variant'],
      ['variant', 'busy'],
    ] as const)('compares its costs on the days that both runs have: %s, %s', async (first, second) => {
      const key = (bank: string, day: number): string => `${bank} on day ${day}`;
      const costs = [first, second].map((run) =>
        costsBy(logs[run], ({ agent_id, tick }) => key(agent_id, Math.floor(tick / DAY))),
      );
      for (const bank of BANKS) {
        const expected = [0, 1].map((day) => {
          const [cost1, cost2] = costs.map((all) => all.get(key(bank, day))?.total ?? 0) as [number, number];
          return { day, sim1_total_cost: cost1, sim2_total_cost: cost2, cost_delta: cost2 - cost1 };
        });
        if (TRADERS.includes(bank)) expect(expected.every(({ cost_delta }) => cost_delta !== 0)).toBe(true);
        expectRows(await compareAgentPerformance(database, first, second, bank), expected);
      }
    });

    it('compares no costs of a bank or a run that is not there', async () => {
      expect(await compareAgentPerformance(database, 'busy', 'variant', 'absent')).toEqual([]);
      expect(await compareAgentPerformance(database, 'busy', 'absent', 'ROWAN')).toEqual([]);
      expect(await compareAgentPerformance(database, 'absent', 'busy', 'ROWAN')).toEqual([]);
    });

    it.each(runs)('gives the costs of all banks, the most expensive first: %s', async (run) => {
      const costs = costsBy(logs[run], ({ agent_id }) => agent_id);
      const expected = BANKS.map((agent_id) => ({ agent_id, ...costRow(costs.get(agent_id)) }));
      // Those that cost the same stay in the order of their names.
      expected.sort((a, b) => b.total_cost - a.total_cost);
      const free = expected.filter(({ total_cost }) => total_cost === 0).map(({ agent_id }) => agent_id);
      expect(free).toEqual(expect.arrayContaining(IDLE));
      expect(free).toEqual(free.toSorted());
      const { agent_id: _, ...all } = expected[0]!;
      for (const name of Object.keys(all) as (keyof typeof all)[])
        expect(sum(expected.map((row) => row[name]))).toBeGreaterThan(0);
      expectRows(await getCostBreakdownByAgent(database, run), expected);
    });

    it.each(['busy', 'variant', 'until 11', 'until 22', 'figures only'] as const)(
      'gives costs and drops by bank and by day: %s',
      async (run) => {
        const events = { ...logs, ...brokenOff, 'figures only': logs.busy }[run];
        const closed = Math.floor((events.at(-1)!.tick + 1) / DAY);
        const row = (day: number | null, agent_id: string) => {
          const own = events.filter((event) => day === null || Math.floor(event.tick / DAY) === day);
          const costs = costsBy(own, (event) => event.agent_id).get(agent_id);
          const drops = eventsOf(own, 'PolicyDrop').filter((event) => event.agent_id === agent_id);
          const amounts = drops.map(({ tx_id }) => legsOf(events).find((leg) => leg.tx_id === tx_id)!.amount);
          return { day, agent_id, ...costRow(costs), num_dropped: drops.length, dropped_value: sum(amounts) };
        };
        const days = [...new Set(events.map(({ tick }) => Math.floor(tick / DAY)))];
        // A day that was not closed has only the banks that something happened to.
        const byDay = days
          .flatMap((day) => BANKS.map((bank) => row(day, bank)))
          .filter(({ day, num_dropped, total_cost }) => day! < closed || num_dropped > 0 || total_cost > 0);
        for (const day of days)
          expect(byDay.some((found) => found.day === day && found.dropped_value > 0 && found.total_cost > 0)).toBe(true);
        const byBank = BANKS.filter((bank) => byDay.some(({ agent_id }) => agent_id === bank)).map((bank) => row(null, bank));
        expectRows(await getDailyCosts(database, run, 'day'), byDay);
        expectRows(await getDailyCosts(database, run, 'bank'), byBank);
        for (const bank of BANKS) {
          const ofBank = ({ agent_id }: { agent_id: string }): boolean => agent_id === bank;
          expect(await getDailyCosts(database, run, 'day', bank)).toMatchObject(byDay.filter(ofBank));
          expect(await getDailyCosts(database, run, 'bank', bank)).toMatchObject(byBank.filter(ofBank));
        }
        for (const bank of ['absent', '']) expect(await getDailyCosts(database, run, 'day', bank)).toEqual([]);
      },
    );

    it('gives no costs of a run that is not there', async () => {
      expect(await getCostBreakdownByAgent(database, 'absent')).toEqual([]);
      for (const by of ['bank', 'day'] as const) expect(await getDailyCosts(database, 'absent', by)).toEqual([]);
    });

    it.each(runs)('gives what was charged, tick by tick, and what that came to: %s', async (run) => {
      const charged = costsBy(logs[run], ({ agent_id, tick }) => `${String(tick).padStart(3, '0')} ${agent_id}`);
      const points = [...charged].map(([key, { total }]) => {
        const [tick, agent_id] = [Number(key.slice(0, 3)), key.slice(4)];
        return { key, tick, day: Math.floor(tick / DAY), agent_id, per_tick_cost: total, accumulated_cost: 0 };
      });
      points.sort((a, b) => (a.key < b.key ? -1 : 1));
      const sums = new Map<string, number>();
      for (const point of points) {
        sums.set(point.agent_id, (sums.get(point.agent_id) ?? 0) + point.per_tick_cost);
        point.accumulated_cost = sums.get(point.agent_id)!;
      }
      const expected = points.map(({ key: _, ...point }) => point);
      expectRows(await getCostTimeline(database, run), expected);
      for (const bank of sums.keys()) {
        const own = expected.filter(({ agent_id }) => agent_id === bank);
        expectRows(await getCostTimeline(database, run, bank), own);
      }
      expect([...sums.keys()]).toEqual(expect.arrayContaining(TRADERS));
    });

    it('gives no charges of a bank that has none, or of a run that is not there', async () => {
      for (const bank of ['idle-1', 'absent', '']) expect(await getCostTimeline(database, 'busy', bank)).toEqual([]);
      expect(await getCostTimeline(database, 'absent')).toEqual([]);
      expect(await getCostTimeline(database, 'absent', 'ROWAN')).toEqual([]);
    });
  });

  describe('about policies', () => {
    const initial = (run: 'busy' | 'variant', bank: string): Promise<SqlRow[]> =>
      sql("SELECT * FROM policy_snapshots WHERE simulation_id = $1 AND agent_id = $2 AND created_by = 'init'", run, bank);
    const later = (run: string, bank: string) =>
      REPLACEMENTS.filter((snapshot) => snapshot.run === run && snapshot.bank === bank).sort((a, b) => a.tick - b.tick);

    it.each([
      { run: 'busy', bank: 'ROWAN', from: [0, 5, 12, 20] },
      { run: 'variant', bank: 'ROWAN', from: [0, 4, 30] },
      { run: 'busy', bank: 'salt', from: [0, 15] },
      { run: 'variant', bank: 'idle-1', from: [0] },
    ] as const)('gives all that a bank had, in order: $bank in $run', async ({ bank, from, run }) => {
      const [first] = await initial(run, bank);
      const { policy_hash, policy_json } = first!;
      expect(policy_hash).toBe(sha256(policy_json as string));
      const expected = [
        { snapshot_day: 0, snapshot_tick: 0, policy_hash, policy_json, created_by: 'init' },
        ...later(run, bank).map(({ by, day, hash, json, tick }) => {
          return { snapshot_day: day, snapshot_tick: tick, policy_hash: hash, policy_json: json, created_by: by };
        }),
      ];
      expect(expected.map(({ snapshot_tick }) => snapshot_tick)).toEqual(from);
      expectRows(await getAgentPolicyHistory(database, run, bank), expected);
    });

    it.each([
      { run: 'busy', bank: 'ROWAN', day: 0, from: 5 },
      { run: 'busy', bank: 'ROWAN', day: 1, from: 20 },
      { run: 'busy', bank: 'ROWAN', day: 2, from: 20 },
      { run: 'busy', bank: 'salt', day: 1, from: 15 },
      { run: 'variant', bank: 'ROWAN', day: 0, from: 4 },
      { run: 'variant', bank: 'ROWAN', day: 1, from: 4 },
      { run: 'variant', bank: 'ROWAN', day: 2, from: 30 },
    ] as const)('gives the one in force at the end of a day: $bank in $run on day $day', async ({ bank, day, from, run }) => {
      const { by, day: since, hash } = later(run, bank).find(({ tick }) => tick === from)!;
      const policy_config = { policy_id: `${bank} ${run} ${from}` };
      const expected = { snapshot_day: since, snapshot_tick: from, policy_hash: hash, created_by: by, policy_config };
      expect(await getPolicyAtDay(database, run, bank, day)).toMatchObject(expected);
    });

    it('gives the first one until another follows', async () => {
      const [first] = await initial('busy', 'salt');
      const policy_config = JSON.parse(first!.policy_json as string) as object;
      expect(policy_config).not.toEqual({});
      const expected = { snapshot_day: 0, snapshot_tick: 0, policy_hash: first!.policy_hash, created_by: 'init', policy_config };
      expect(await getPolicyAtDay(database, 'busy', 'salt', 0)).toMatchObject(expected);
    });

    it('gives none before the first day, and none of a bank or a run that is not there', async () => {
      expect(await getPolicyAtDay(database, 'busy', 'ROWAN', -1)).toBeNull();
      expect(await getPolicyAtDay(database, 'busy', 'absent', 0)).toBeNull();
      expect(await getPolicyAtDay(database, 'absent', 'ROWAN', 0)).toBeNull();
      expect(await getAgentPolicyHistory(database, 'busy', 'absent')).toEqual([]);
      expect(await getAgentPolicyHistory(database, 'absent', 'ROWAN')).toEqual([]);
    });
  });

  describe('about payments', () => {
    it.each(runs)('gives all legs, or those of one status, as they were created: %s', async (run) => {
      const legs = await tableOf('transactions', 'created_tick, tx_id');
      expectRows(await getTransactions(database, run), legs[run]);
      expect(legs[run].map(({ tx_id }) => tx_id)).toEqual(legsOf(logs[run]).map(({ tx_id }) => tx_id));
      for (const status of ['settled', 'dropped', 'split', 'overdue', 'pending'] as const) {
        const expected = legs[run].filter((leg) => leg.status === status);
        expectRows(await getTransactions(database, run, status), expected);
        const told = legsOf(logs[run]).filter((leg) => statusOf(leg) === status);
        expect(expected.map(({ tx_id }) => tx_id)).toEqual(told.map(({ tx_id }) => tx_id));
      }
    });

    it('gives no legs of a run that is not there, and refuses a status that there is not', async () => {
      expect(await getTransactions(database, 'scattered', 'split')).toEqual([]);
      for (const status of ['Settled', 'absent', ''] as string[] as TransactionOutcome[])
        await expectRefused(() => getTransactions(database, 'busy', status), /^status is one of settled, /);
      expect(await getTransactions(database, 'absent')).toEqual([]);
      expect(await getTransactions(database, 'figures only')).toEqual([]);
    });

    it.each(runs)('counts payments, not their parts, and how long the settled ones took: %s', async (run) => {
      const payments = paymentsOf(logs[run]);
      const delays = delaysOf(payments);
      expect(payments.length).toBeLessThan(legsOf(logs[run]).length);
      expect(mean(delays)).toBeGreaterThan(0);
      expect(await getTransactionStatistics(database, run)).toMatchObject({
        total_count: payments.length,
        settled_count: delays.length,
        settlement_rate: about(delays.length / payments.length),
        avg_delay_ticks: about(mean(delays)),
      });
    });

    it('counts none if there are none', async () => {
      const none = { total_count: 0, settled_count: 0, settlement_rate: 0, avg_delay_ticks: 0 };
      expect(await getTransactionStatistics(database, 'absent')).toMatchObject(none);
    });

    it.each(runs)('gives the share that settled of those that arrived on each day: %s', async (run) => {
      const expected = upTo(ticks[run] / DAY).map((day) => {
        const arrived = paymentsOf(logs[run]).filter((payment) => payment.day === day);
        const settled = delaysOf(arrived).length;
        expect(settled).toBeGreaterThan(0);
        expect(settled).toBeLessThan(arrived.length);
        const rate = about(settled / arrived.length);
        return { day, total_transactions: arrived.length, settled_transactions: settled, settlement_rate: rate };
      });
      expectRows(await getSettlementRateByDay(database, run), expected);
    });

    it.each(runs)('counts what became of the legs of the payments of each day: %s', async (run) => {
      const expected = upTo(ticks[run] / DAY).map((day) => {
        const legs = legsOf(logs[run]).filter((leg) => Math.floor(leg.arrival / DAY) === day && statusOf(leg) !== 'split');
        const of = (status: string): Leg[] => legs.filter((leg) => statusOf(leg) === status);
        const cents = (some: readonly Leg[]): number => sum(some.map(({ amount }) => amount));
        return {
          day,
          total_count: legs.length,
          settled_count: of('settled').length,
          pending_count: of('pending').length,
          overdue_count: of('overdue').length,
          dropped_count: of('dropped').length,
          total_amount: cents(legs),
          settled_amount: cents(of('settled')),
        };
      });
      for (const name of ['settled_count', 'pending_count', 'overdue_count', 'dropped_count', 'settled_amount'] as const)
        expect(sum(expected.map((row) => row[name])), name).toBeGreaterThan(0);
      expectRows(await getDailyTransactionSummary(database, run), expected);
    });

    it.each(runs)('tells how long the payments of each day took: %s', async (run) => {
      const expected = upTo(ticks[run] / DAY).map((day) => {
        const delays = delaysOf(paymentsOf(logs[run]).filter((payment) => payment.day === day));
        return {
          day,
          avg_delay_ticks: about(mean(delays)),
          max_delay_ticks: Math.max(...delays),
          p50_delay_ticks: about(quantile(delays, 0.5)),
          p95_delay_ticks: about(quantile(delays, 0.95)),
        };
      });
      expectRows(await getTransactionDelays(database, run), expected);
    });

    it('keeps days in order that are far apart, and those without a settled payment', async () => {
      expectRows(await getSettlementRateByDay(database, 'scattered'), [
        { day: 20, total_transactions: 2, settled_transactions: 1, settlement_rate: 0.5 },
        { day: 4500, total_transactions: 2, settled_transactions: 0, settlement_rate: 0 },
        { day: 9000, total_transactions: 2, settled_transactions: 2, settlement_rate: 1 },
      ]);
      expectRows(await getDailyTransactionSummary(database, 'scattered'), [
        { day: 20, total_count: 2, settled_count: 1, dropped_count: 1, total_amount: 200, settled_amount: 100 },
        { day: 4500, total_count: 2, pending_count: 1, overdue_count: 1, total_amount: 200, settled_amount: 0 },
        { day: 9000, total_count: 2, settled_count: 2, total_amount: 200, settled_amount: 200 },
      ]);
      expectRows(await getTransactionDelays(database, 'scattered'), [
        { day: 20, avg_delay_ticks: 1, max_delay_ticks: 1, p50_delay_ticks: 1, p95_delay_ticks: 1 },
        { day: 9000, avg_delay_ticks: 1.5, max_delay_ticks: 3, p50_delay_ticks: 1.5, p95_delay_ticks: about(2.85) },
      ]);
    });

    it('knows no days of a run that is not there', async () => {
      expect(await getSettlementRateByDay(database, 'absent')).toEqual([]);
      expect(await getDailyTransactionSummary(database, 'absent')).toEqual([]);
      expect(await getTransactionDelays(database, 'absent')).toEqual([]);
    });
  });

  describe('about ticks', () => {
    /** All ticks of the run and those beside it. */
    const around = (run: 'busy' | 'variant'): number[] => [-1, ...upTo(ticks[run] + 1)];

    it.each(runs)('gives the legs of payments that arrived in one and the legs that settled in it: %s', async (run) => {
      const legs = (await tableOf('transactions', 'tx_id'))[run];
      for (const tick of around(run)) {
        const arrivals = legs.filter(({ arrival_tick }) => arrival_tick === tick);
        const settlements = legs.filter(({ settlement_tick }) => settlement_tick === tick);
        expect(await getTransactionsByTick(database, run, tick), `tick ${tick}`).toMatchObject({ arrivals, settlements });
      }
      expect(legs.some(({ arrival_tick, settlement_tick }) => settlement_tick !== null && settlement_tick !== arrival_tick)).toBe(
        true,
      );
      expect(legs.filter(({ arrival_tick }) => arrival_tick === 0).length).toBeGreaterThan(1);
      expect(legs.filter(({ settlement_tick }) => settlement_tick === ticks[run] - 1).length).toBeGreaterThan(0);
      expect(await getTransactionsByTick(database, 'absent', 3)).toEqual({ arrivals: [], settlements: [] });
    });

    it.each(runs)('sums up a range with both its ends: %s', async (run) => {
      const last = ticks[run] - 1;
      const payments = paymentsOf(logs[run]);
      const within = (from: number, to: number): object => {
        const inside = (tick: number | null): boolean => tick !== null && tick >= from && tick <= to;
        const settled = payments.filter(({ settlement }) => inside(settlement));
        return {
          total_arrivals: payments.filter(({ arrival }) => inside(arrival)).length,
          total_settlements: settled.length,
          total_cost: totalCost(logs[run].filter(({ tick }) => inside(tick))),
          avg_delay_ticks: about(mean(delaysOf(settled))),
        };
      };
      for (const from of [...upTo(last), last]) {
        for (const to of [from, from + 1, from + 7, last])
          expect(await getTickRangeSummary(database, run, from, to), `${from} to ${to}`).toMatchObject(within(from, to));
      }
      const whole = { total_arrivals: payments.length, total_cost: totalCost(logs[run]) };
      expect(await getTickRangeSummary(database, run, -5, 1000)).toMatchObject({ ...within(0, last), ...whole });
    });

    it('sums up nothing in a range without ticks', async () => {
      const nothing = { total_arrivals: 0, total_settlements: 0, total_cost: 0, avg_delay_ticks: 0 };
      expect(await getTickRangeSummary(database, 'busy', 5, 4)).toMatchObject(nothing);
      expect(await getTickRangeSummary(database, 'busy', ticks.busy, 1000)).toMatchObject(nothing);
      expect(await getTickRangeSummary(database, 'absent', 0, 1000)).toMatchObject(nothing);
    });

    it.each(runs)('gives what policies decided in one, as it is logged: %s', async (run) => {
      const decided = logs[run].flatMap((event, id) => {
        const { event_type, tick } = event;
        if (!['PolicySubmit', 'PolicyHold', 'PolicyDrop', 'PolicySplit'].includes(event_type)) return [];
        const { agent_id, tx_id } = event as Logged<'PolicySubmit'>;
        const { reason = null } = event as { reason?: string };
        const { child_ids = null, num_splits = null } = event as { child_ids?: string[]; num_splits?: number };
        const decision_type = event_type.slice('Policy'.length).toLowerCase();
        const columns = { simulation_id: run, id, agent_id, tick, day: Math.floor(tick / DAY), decision_type, tx_id };
        return [{ ...columns, reason, num_splits, child_tx_ids: child_ids }];
      });
      expect(new Set(decided.map(({ decision_type }) => decision_type)).size).toBe(4);
      for (const tick of around(run)) {
        const expected = decided.filter((decision) => decision.tick === tick);
        expect(await getPolicyDecisionsByTick(database, run, tick), `tick ${tick}`).toMatchObject(expected);
      }
      expect(await getPolicyDecisionsByTick(database, 'absent', 1)).toEqual([]);
    });

    it.each(runs)('gives the banks after one, by name: %s', async (run) => {
      const states = (await tableOf('tick_agent_states', 'tick, agent_id'))[run];
      for (const tick of around(run)) {
        const expected = states.filter((state) => state.tick === tick);
        const found = await getTickAgentStates(database, run, tick);
        expect(found, `tick ${tick}`).toMatchObject(expected);
        const inside = tick >= 0 && tick < ticks[run];
        expect(found.map(({ agent_id }) => agent_id)).toEqual(inside ? BANKS : []);
        if (inside) expect(found).toMatchObject(live[run].views[tick]!.agents!);
      }
      expect(await getTickAgentStates(database, 'absent', 1)).toEqual([]);
      expect(await getTickAgentStates(database, 'figures only', 1)).toEqual([]);
    });

    it.each(runs)('gives what waits in the queues after one, in the order of the queue: %s', async (run) => {
      const senders = new Map(eventsOf(logs[run], 'Arrival').map(({ sender_id, tx_id }) => [tx_id, sender_id]));
      let reordered = 0;
      for (const { queues, result } of live[run].views) {
        const expected: Record<string, { queue1?: string[]; queue2?: string[] }> = {};
        for (const [bank, waiting] of queues!.queue1) if (waiting.length > 0) expected[bank] = { queue1: [...waiting] };
        for (const id of queues!.queue2) ((expected[senders.get(id)!] ??= {}).queue2 ??= []).push(id);
        const found = await getTickQueueSnapshots(database, run, result.tick);
        expect(found, `tick ${result.tick}`).toEqual(expected);
        expect(Object.keys(found)).toEqual(Object.keys(expected).toSorted());
        const lists = Object.values(expected).flatMap(({ queue1 = [], queue2 = [] }) => [queue1, queue2]);
        reordered += lists.filter((list) => list.toSorted().join() !== list.join()).length;
      }
      expect(reordered).toBeGreaterThan(0);
      for (const tick of [-1, ticks[run]]) expect(await getTickQueueSnapshots(database, run, tick)).toEqual({});
      expect(await getTickQueueSnapshots(database, 'absent', 5)).toEqual({});
    });
  });

  describe('about calls from outside', () => {
    it.each(['called', 'called otherwise'] as const)('gives them in order: %s', async (run) => {
      const made = CALLS[run].toSorted((a, b) => a.tick - b.tick);
      const submitted = await sql<{ tx_id: string; sender_id: string }>(
        'SELECT tx_id, sender_id FROM transactions WHERE simulation_id = $1 AND amount = 250000 AND parent_tx_id IS NULL ORDER BY tx_id',
        run,
      );
      const expected = made.map((record) => {
        const isOrder = record.call.call === 'submit_transaction';
        return { ...record, tx_id: isOrder ? submitted.find(({ sender_id }) => sender_id === record.agent_id)!.tx_id : null };
      });
      const found = await getCalls(database, run);
      expectRows(found, expected);
      expect(found.map(({ call }) => call)).toEqual(expected.map(({ call }) => call));
    });

    it('gives none of a run that had none, or that is not there', async () => {
      for (const run of ['busy', 'absent']) expect(await getCalls(database, run)).toEqual([]);
    });
  });

  describe('about collateral and offsets', () => {
    const distinct = <Row, Key extends keyof Row>(rows: readonly Row[], key: Key): Row[Key][] => [
      ...new Set(rows.map((row) => row[key])),
    ];

    it.each(runs)('gives decisions about collateral in order, all or those that are asked for: %s', async (run) => {
      const all = (await tableOf<CollateralRow>('collateral_events', 'collateral_seq'))[run];
      expect(new Set(all.map(({ action }) => action))).toEqual(new Set(['post', 'withdraw', 'hold']));
      type Filter = Exclude<Parameters<typeof getCollateralEvents>[2], undefined>;
      const filters: Filter[] = [
        ...distinct(all, 'tick').map((tick) => ({ tick })),
        ...distinct(all, 'day').map((day) => ({ day })),
        ...distinct(all, 'agent_id').map((agent_id) => ({ agent_id })),
        ...distinct(all, 'action').map((action) => ({ action })),
        ...all.map(({ action, agent_id, day, tick }) => ({ action, agent_id, day, tick })),
        { agent_id: 'ROWAN', action: 'post' },
        { day: 1, action: 'withdraw' },
        { day: 0, agent_id: 'ROWAN', action: 'post' },
      ];
      expect(filters).toContainEqual({ tick: 0 });
      expectRows(await getCollateralEvents(database, run), all);
      for (const filter of filters) {
        const expected = all.filter((row) =>
          Object.entries(filter).every(([name, value]) => row[name as keyof Filter] === value),
        );
        expect(expected.length, JSON.stringify(filter)).toBeGreaterThan(0);
        if (Object.keys(filter).length === 1) expect(expected.length).toBeLessThan(all.length);
        expectRows(await getCollateralEvents(database, run, filter), expected);
      }
    });

    it('gives no decisions about collateral that nobody made', async () => {
      const unmet = [{ tick: -1 }, { tick: 1000 }, { day: 2 }, { agent_id: 'salt' }, { agent_id: '' }, { tick: 0, day: 1 }];
      for (const filter of unmet) expect(await getCollateralEvents(database, 'busy', filter)).toEqual([]);
      for (const action of ['Post', ''] as string[] as 'post'[])
        await expectRefused(
          () => getCollateralEvents(database, 'busy', { action }),
          /^action is one of post, withdraw, hold; got /,
        );
      expect(await getCollateralEvents(database, 'absent')).toEqual([]);
      expect(await getCollateralEvents(database, 'absent', { day: 0 })).toEqual([]);
    });

    it.each(runs)('gives offsets and cycles in order, all or those that are asked for: %s', async (run) => {
      const all = (await tableOf<LsmCycleRow>('lsm_cycles', 'event_seq'))[run];
      type Filter = Exclude<Parameters<typeof getLsmCycles>[2], undefined>;
      const filters: Filter[] = [
        ...distinct(all, 'tick').map((tick) => ({ tick })),
        ...distinct(all, 'day').map((day) => ({ day })),
        { cycle_type: 'bilateral' },
        { cycle_type: 'multilateral' },
        ...all.map(({ cycle_type, day, tick }) => ({ cycle_type, day, tick })),
      ];
      expect(filters).toEqual(expect.arrayContaining([{ day: 0 }, { day: 1 }]));
      expectRows(await getLsmCycles(database, run), all);
      for (const filter of filters) {
        const expected = all.filter((row) =>
          Object.entries(filter).every(([name, value]) => row[name as keyof Filter] === value),
        );
        expect(expected.length).toBeLessThan(all.length);
        expectRows(await getLsmCycles(database, run, filter), expected);
      }
      const logged = logs[run].filter(({ event_type }) => ['LsmBilateralOffset', 'LsmCycleSettlement'].includes(event_type));
      expect(all.map(({ event_seq }) => event_seq)).toEqual(logged.map((event) => logs[run].indexOf(event)));
    });

    it('gives no offsets that did not happen', async () => {
      const unmet = [{ tick: 0 }, { tick: -1 }, { tick: 1000 }, { day: 2 }, { tick: 0, cycle_type: 'bilateral' as const }];
      for (const filter of unmet) expect(await getLsmCycles(database, 'busy', filter)).toEqual([]);
      for (const cycle_type of ['Bilateral', ''] as string[] as 'bilateral'[])
        await expectRefused(
          () => getLsmCycles(database, 'busy', { cycle_type }),
          /^cycle_type is one of bilateral, multilateral; got /,
        );
      expect(await getLsmCycles(database, 'absent')).toEqual([]);
      expect(await getLsmCycles(database, 'absent', { day: 0 })).toEqual([]);
    });
  });

  describe('about events', () => {
    const COPIED = ['sender_id', 'receiver_id', 'amount', 'deadline', 'priority'];
    type Row = Omit<EventRow, 'details'> & { details: Record<string, unknown> };

    const typesOf = (asked: NonNullable<EventQuery['event_type']>): readonly string[] =>
      typeof asked === 'string' ? asked.split(/ *, */) : asked;

    /** The rows of the log as a page shows them. */
    const pageRows = async (run: 'busy' | 'variant'): Promise<Row[]> => {
      const stored = (await tableOf<EventRow>('simulation_events', 'event_seq'))[run];
      expect(stored).toHaveLength(logs[run].length);
      return stored.map((row, seq) => {
        const { event_type, tick, ...details } = logs[run][seq]!;
        expect(row).toMatchObject({ event_type, tick, event_seq: seq });
        const copies = Object.entries(details).filter(([name]) => COPIED.includes(name));
        return { ...row, ...Object.fromEntries(copies), details };
      });
    };

    it.each(runs)('begins with the first hundred, and says how many there are: %s', async (run) => {
      const all = await pageRows(run);
      const page = await getSimulationEvents(database, run);
      expectRows(page.events, all.slice(0, 100));
      const { events: _, ...frame } = page;
      expect(frame).toEqual({ total: all.length, limit: 100, offset: 0, filters: { sort: 'tick_asc' } });
      expect(all.length).toBeGreaterThan(200);
    });

    it.each(['tick_asc', 'tick_desc'] as const)('gives the whole log page by page: %s', async (sort) => {
      const all = await pageRows('busy');
      const found: object[] = [];
      for (let offset = 0; offset < all.length + 37; offset += 37) {
        const page = await getSimulationEvents(database, 'busy', { limit: 37, offset, sort });
        expect(page).toMatchObject({ total: all.length, limit: 37, offset, filters: { sort } });
        expect(page.events).toHaveLength(Math.max(0, Math.min(37, all.length - offset)));
        found.push(...page.events);
      }
      expectRows(found, sort === 'tick_asc' ? all : all.toReversed());
    });

    it('keeps pages between one event and a thousand', async () => {
      const all = await pageRows('variant');
      expect(all.length).toBeGreaterThan(1001);
      for (const [asked, limit] of [
        [-5, 1],
        [0, 1],
        [1, 1],
        [2.9, 2],
        [999, 999],
        [1000, 1000],
        [1001, 1000],
        [Infinity, 1000],
      ] as const) {
        const page = await getSimulationEvents(database, 'variant', { limit: asked });
        expect(page).toMatchObject({ limit, total: all.length });
        expectRows(page.events, all.slice(0, limit));
      }
      for (const [asked, offset] of [
        [-3, 0],
        [1.9, 1],
        [all.length - 1, all.length - 1],
      ] as const) {
        const page = await getSimulationEvents(database, 'variant', { limit: 2, offset: asked });
        expect(page).toMatchObject({ offset, total: all.length });
        expectRows(page.events, all.slice(offset, offset + 2));
      }
      const beyond = await getSimulationEvents(database, 'variant', { offset: all.length });
      expect(beyond).toMatchObject({ events: [], total: all.length });
    });

    it('finds them by every criterion and by several, and repeats what was asked for', async () => {
      const all = await pageRows('busy');
      const split = all.find(({ event_type }) => event_type === 'PolicySplit')!;
      const ring = all.findLast(({ event_type }) => event_type === 'LsmCycleSettlement')!;
      const criteria: EventQuery[] = [
        ...upTo(ticks.busy).map((tick) => ({ tick })),
        { tick_min: 0 },
        { tick_min: 1 },
        { tick_min: ticks.busy - 1 },
        { tick_max: 0 },
        { tick_max: 5 },
        { tick_max: 1000 },
        { tick_min: 11, tick_max: 12 },
        { tick_min: 7, tick_max: 7 },
        { day: 0 },
        { day: 1 },
        ...[...TRADERS, ...RING].map((agent_id) => ({ agent_id })),
        { tx_id: split.tx_id! },
        ...split.tx_ids.map((tx_id) => ({ tx_id })),
        ...ring.tx_ids.map((tx_id) => ({ tx_id })),
        ...['Arrival', 'EndOfDay', 'CostAccrual', 'PolicyDrop'].map((event_type) => ({ event_type })),
        { event_type: 'EndOfDay,PolicyDrop' },
        { event_type: 'Arrival, EndOfDay ,PolicyDrop' },
        { event_type: ['PolicyDrop', 'EndOfDay'] },
        { tick: 5, tick_min: 5, tick_max: 5 },
        { agent_id: 'birch', event_type: 'PolicyDrop', day: 1 },
        { agent_id: ring.agent_ids[1]!, tx_id: ring.tx_ids[1]!, tick: ring.tick, event_type: 'LsmCycleSettlement' },
        { agent_id: 'ROWAN', day: 0, tick_min: 3, tick_max: 8 },
      ];
      for (const asked of criteria) {
        const { agent_id, day, event_type, tick, tick_max = Infinity, tick_min = -Infinity, tx_id } = asked;
        const expected = all.filter(
          (row) =>
            (tick === undefined || row.tick === tick) &&
            row.tick >= tick_min &&
            row.tick <= tick_max &&
            (day === undefined || row.day === day) &&
            (agent_id === undefined || row.agent_ids.includes(agent_id)) &&
            (tx_id === undefined || row.tx_ids.includes(tx_id)) &&
            (event_type === undefined || typesOf(event_type).includes(row.event_type)),
        );
        for (const sort of ['tick_asc', 'tick_desc'] as const) {
          const page = await getSimulationEvents(database, 'busy', { ...asked, sort, limit: 1000 });
          expect(page.total, JSON.stringify(asked)).toBe(expected.length);
          expectRows(page.events, sort === 'tick_asc' ? expected : expected.toReversed());
          expect(page.filters).toEqual({ ...asked, sort });
        }
        const paged = await getSimulationEvents(database, 'busy', { ...asked, limit: 1, offset: expected.length - 1 });
        expect(paged.total).toBe(expected.length);
        expectRows(paged.events, expected.slice(-1));
      }
    });

    it('finds an event by every bank and payment that it involves', async () => {
      const [ring] = eventsOf(logs.busy, 'LsmCycleSettlement');
      const seq = logs.busy.indexOf(ring!);
      expect(new Set(ring!.agents).size).toBe(3);
      for (const agent_id of ring!.agents) {
        const { events } = await getSimulationEvents(database, 'busy', { agent_id, tick: ring!.tick, limit: 1000 });
        expect(events.map(({ event_seq }) => event_seq)).toContain(seq);
      }
      for (const tx_id of ring!.tx_ids) {
        const { events } = await getSimulationEvents(database, 'busy', { tx_id, limit: 1000 });
        expect(events.map(({ event_seq }) => event_seq)).toContain(seq);
      }
    });

    it('finds none where there are none', async () => {
      const unmet: EventQuery[] = [
        ...[{ tick: ticks.busy }, { tick_min: ticks.busy }, { day: 2 }, { day: -1 }, { tick: 0, day: 1 }, { agent_id: 'idle-1' }],
        ...[{ agent_id: '' }, { tx_id: 'T99999999' }, { tx_id: '' }, { event_type: 'BankBudgetSet' }],
      ];
      for (const asked of unmet) {
        const page = await getSimulationEvents(database, 'busy', asked);
        expect(page, JSON.stringify(asked)).toMatchObject({ events: [], total: 0, filters: asked });
      }
      expect(await getSimulationEvents(database, 'absent')).toMatchObject({ events: [], total: 0 });
      expect(await getSimulationEvents(database, 'figures only')).toMatchObject({ events: [], total: 0 });
    });

    it('finds none if no type of event is asked for', async () => {
      expect(await getSimulationEvents(database, 'busy', { event_type: [] })).toMatchObject({ events: [], total: 0 });
    });

    it('copies to the top of a row what its details have, and nothing else', async () => {
      const [arrival] = (await getSimulationEvents(database, 'busy', { event_type: 'Arrival', limit: 1 })).events;
      const { amount, deadline, priority, receiver_id, sender_id } = eventsOf(logs.busy, 'Arrival')[0]!;
      expect(arrival).toMatchObject({ sender_id, receiver_id, amount, deadline, priority });
      expect(typeof amount).toBe('number');
      const [submission] = (await getSimulationEvents(database, 'busy', { event_type: 'RtgsSubmission', limit: 1 })).events;
      const found = COPIED.filter((name) => Object.hasOwn(submission!, name));
      expect(found).toEqual(['amount']);
    });

    it('is refused if it contradicts itself', async () => {
      const contradiction = new DatabaseError('tick_min cannot be greater than tick_max');
      await expect(getSimulationEvents(database, 'busy', { tick_min: 6, tick_max: 5 })).rejects.toThrow(contradiction);
      for (const contradictory of [{ tick: 6, tick_min: 7 }, { tick: 6, tick_max: 5 }, { tick: -1 }])
        await expectRefused(
          () => getSimulationEvents(database, 'busy', contradictory),
          /^tick -?\d lies outside tick_min … tick_max/,
        );
    });

    it('is refused if it asks for what there never is', async () => {
      const sort = 'tick' as 'tick_asc';
      await expectRefused(() => getSimulationEvents(database, 'busy', { sort }), 'sort must be tick_asc or tick_desc, got tick');
      for (const event_type of ['arrival', '', 'Arrival,', 'Arrival,Departure'])
        await expectRefused(() => getSimulationEvents(database, 'busy', { event_type }), /^event_type is one of .*Arrival/);
    });

    const countsOf = (events: readonly SimulationEvent[]): Map<string, number> => {
      const counts = new Map<string, number>();
      for (const { event_type } of events) counts.set(event_type, (counts.get(event_type) ?? 0) + 1);
      return counts;
    };

    it.each(runs)('counts them by type, the most frequent first, and names the last tick and day: %s', async (run) => {
      const counts = countsOf(logs[run]);
      const { event_type_counts, ...totals } = await getSimulationEventSummary(database, run);
      expect(event_type_counts).toEqual(Object.fromEntries(counts));
      expect(Object.values(event_type_counts)).toEqual([...counts.values()].sort((a, b) => b - a));
      expect(totals).toMatchObject({
        total_events: logs[run].length,
        total_ticks: ticks[run] - 1,
        total_days: ticks[run] / DAY - 1,
        agents: BANKS.filter((bank) => !IDLE.includes(bank)),
      });
    });

    it.each(runs)('counts those that are as frequent in the order of their names: %s', async (run) => {
      const counts = [...countsOf(logs[run])].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
      expect(new Set(counts.map(([, count]) => count)).size).toBeLessThan(counts.length);
      const { event_type_counts } = await getSimulationEventSummary(database, run);
      expect(Object.entries(event_type_counts)).toEqual(counts);
    });

    it('counts none if there are none', async () => {
      const none = { total_events: 0, total_ticks: 0, total_days: 0, event_type_counts: {}, agents: [] };
      expect(await getSimulationEventSummary(database, 'absent')).toMatchObject(none);
    });
  });
});

describe('the list of simulations', () => {
  const AT = (day: number): string => `TIMESTAMP '2031-05-${String(day).padStart(2, '0')} 10:00:00'`;
  /** From the newest to the oldest; those that began together by name. */
  const NEWEST_FIRST = ['g', 'b', 'k', 'a', 'j', 'm', 'c', 'd', 'l', 'f', 'e', 'h'];
  const COPIES: Record<string, { started: number; status?: string; experiment?: string; purpose?: string }> = {
    a: { started: 20, status: 'failed' },
    b: { started: 27, experiment: 'e1', purpose: 'evaluation' },
    c: { started: 18, status: 'running', experiment: 'e1', purpose: 'evaluation' },
    d: { started: 18, experiment: 'e2', purpose: 'evaluation' },
    e: { started: 3, status: 'failed', experiment: 'e1', purpose: 'final' },
    f: { started: 5 },
    g: { started: 28, status: 'running' },
    h: { started: 1, experiment: 'e1', purpose: 'evaluation' },
    j: { started: 20, status: 'failed', experiment: 'e2', purpose: 'final' },
    k: { started: 20.5, experiment: 'e1', purpose: 'final' },
    l: { started: 18, experiment: 'e2', purpose: 'bootstrap' },
    m: { started: 20, status: 'failed', experiment: 'e1', purpose: 'evaluation' },
  };
  let database: SimCashDatabase;

  beforeAll(async () => {
    const writing = await openDatabase();
    await storeWhole(writing, 'one', reference('rtgs-two-banks'));
    for (const run of ['e1', 'e2']) {
      await writing.execute(
        `INSERT INTO experiments (run_id, experiment_name, experiment_type, config, status, created_at, num_iterations, converged)
         VALUES ('${run}', '${run}', 'search', '{}', 'completed', ${AT(1)}, 0, false)`,
      );
    }
    for (const [id, { experiment, purpose = 'standalone', started, status = 'completed' }] of Object.entries(COPIES)) {
      const begun = started % 1 === 0 ? AT(started) : `${AT(Math.floor(started))} + INTERVAL 3 MILLISECONDS`;
      await writing.execute(
        `INSERT INTO simulations BY NAME SELECT * REPLACE ('${id}' AS simulation_id, ${begun} AS started_at, '${status}' AS status,
           ${experiment === undefined ? 'NULL' : `'${experiment}'`} AS experiment_run_id, '${purpose}' AS run_purpose)
         FROM simulations WHERE simulation_id = 'one'`,
      );
    }
    await writing.execute("DELETE FROM simulations WHERE simulation_id = 'one'");
    await shuffleRows(writing);
    database = await reopen(writing, { readOnly: true });
  });

  const ids = (rows: readonly { simulation_id: string }[]): string[] => rows.map(({ simulation_id }) => simulation_id);

  it('has all of them with all columns, the newest first', async () => {
    const stored = await database.query<StoredSimulation>('SELECT * FROM simulations ORDER BY started_at DESC, simulation_id');
    expect(ids(stored)).toEqual(NEWEST_FIRST);
    // Nobody runs them any more.
    const dead = { status: 'failed', error_message: 'interrupted (process ended)' };
    const expected = stored.map((row) => (row.status === 'running' ? { ...row, ...dead } : row));
    expect(expected.filter((row) => !stored.includes(row as StoredSimulation))).toHaveLength(2);
    expectRows(await listSimulations(database), expected);
  });

  it.each<[SimulationFilter, string[]]>([
    [{ status: 'failed' }, ['g', 'a', 'j', 'm', 'c', 'e']],
    [{ status: 'running' }, []],
    [{ status: 'completed' }, ['b', 'k', 'd', 'l', 'f', 'h']],
    [{ experiment_run_id: 'e1' }, ['b', 'k', 'm', 'c', 'e', 'h']],
    [{ experiment_run_id: 'e2' }, ['j', 'd', 'l']],
    [{ experiment_run_id: 'e3' }, []],
    [{ run_purpose: 'standalone' }, ['g', 'a', 'f']],
    [{ run_purpose: 'evaluation' }, ['b', 'm', 'c', 'd', 'h']],
    [{ run_purpose: 'initial' }, []],
    [{ experiment_run_id: 'e1', run_purpose: 'evaluation' }, ['b', 'm', 'c', 'h']],
    [{ experiment_run_id: 'e1', run_purpose: 'evaluation', status: 'completed' }, ['b', 'h']],
    [{ experiment_run_id: 'e2', run_purpose: 'standalone' }, []],
    [{ limit: 1 }, ['g']],
    [{ limit: 3, offset: 2 }, ['k', 'a', 'j']],
    [{ offset: 10 }, ['e', 'h']],
    [{ offset: 12 }, []],
    [{ limit: 0 }, []],
    [{ status: 'completed', limit: 2, offset: 1 }, ['k', 'd']],
    [{ experiment_run_id: 'e1', limit: 10, offset: 4 }, ['e', 'h']],
  ])('has those that are asked for: %o', async (filter, expected) => {
    expect(ids(await listSimulations(database, filter))).toEqual(expected);
  });

  it('has a run that goes on as running', async () => {
    const recording = await openDatabase();
    const provider = new StandardSimulationPersistenceProvider(recording);
    await storeWhole(recording, 'over', reference('rtgs-two-banks'));
    await provider.persistSimulationStart('alive', describeRun(reference('rtgs-two-banks'), { level: 'SUMMARY' }));
    const alive = { simulation_id: 'alive', status: 'running', error_message: null, last_tick: null };
    expectRows(await listSimulations(recording, { status: 'running' }), [alive]);
    expect(await findSimulation(recording, 'alive')).toMatchObject(alive);
    expect(await getSimulationSummary(recording, 'alive')).toMatchObject(alive);
    expect(ids(await listSimulations(recording, { status: 'completed' }))).toEqual(['over']);
  });

  it('is the same page by page', async () => {
    const pages: string[] = [];
    for (let offset = 0; offset < 15; offset += 5) pages.push(...ids(await listSimulations(database, { limit: 5, offset })));
    expect(pages).toEqual(NEWEST_FIRST);
  });

  it('gives the ten newest to whoever looks for one that is not there', async () => {
    const error: unknown = await findSimulation(database, 'absent').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotStoredError);
    expect(error).toMatchObject({
      message: `simulation absent not found in ${database.path}`,
      known: NEWEST_FIRST.slice(0, 10),
    });
  });
});

describe('offsets of a run', () => {
  it('stay in the order of their events, even after the millionth', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'x', reference('lsm-bilateral'));
    await database.execute('DELETE FROM lsm_cycles WHERE event_seq > (SELECT min(event_seq) FROM lsm_cycles)');
    for (const n of [1_000_000, 999_999, 1_000_001]) {
      await database.execute(
        `INSERT INTO lsm_cycles SELECT * REPLACE ('x-lsm${n}' AS cycle_id, ${n} AS event_seq) FROM lsm_cycles WHERE cycle_id = 'x-lsm000000'`,
      );
    }
    const cycles = await getLsmCycles(database, 'x');
    expect(cycles.map(({ cycle_id }) => cycle_id)).toEqual(['x-lsm000000', 'x-lsm999999', 'x-lsm1000000', 'x-lsm1000001']);
  });
});

describe('checkpoints of several runs', () => {
  const TICKS = { busy: [6, 12, 18, 24], variant: [12, 24, 36] };
  const INFO = [
    ...['checkpoint_id', 'simulation_id', 'checkpoint_tick', 'checkpoint_day', 'checkpoint_timestamp', 'checkpoint_type'],
    ...['description', 'created_by', 'state_hash', 'config_hash', 'next_event_seq', 'num_agents', 'num_transactions'],
    'total_size_bytes',
  ].join(', ');
  let database: SimCashDatabase;
  let logs: Record<'busy' | 'variant', SimulationEvent[]>;
  const sql = <Row = SqlRow>(text: string, ...values: (string | number)[]): Promise<Row[]> => database.query<Row>(text, values);
  const ids = (rows: readonly { checkpoint_id: string }[]): string[] => rows.map(({ checkpoint_id }) => checkpoint_id);

  beforeAll(async () => {
    database = await openDatabase();
    const variant = await storeWhole(database, 'variant', town(16, 3), { level: 'EVENTS', checkpointEvery: 'day' });
    const busy = await storeWhole(database, 'busy', town(24, 2), { checkpointEvery: 6 });
    await storeWhole(database, 'without', reference('rtgs-two-banks'));
    logs = { busy: eventsIn(busy), variant: eventsIn(variant) };
    for (const type of ['final', 'manual', 'auto']) {
      await database.execute(
        `INSERT INTO simulation_checkpoints SELECT * REPLACE ('busy-cp12-${type}' AS checkpoint_id, '${type}' AS checkpoint_type,
           'by hand' AS description) FROM simulation_checkpoints WHERE checkpoint_id = 'busy-cp12-end_of_day'`,
      );
    }
    await shuffleRows(database);
  });

  it('are listed by run, tick and type, without their states', async () => {
    const busy = [
      ...['busy-cp6-auto', 'busy-cp12-manual', 'busy-cp12-auto', 'busy-cp12-end_of_day', 'busy-cp12-final'],
      ...['busy-cp18-auto', 'busy-cp24-end_of_day'],
    ];
    const variant = ['variant-cp12-end_of_day', 'variant-cp24-end_of_day', 'variant-cp36-end_of_day'];
    const rows = await sql<{ checkpoint_id: string }>(`SELECT ${INFO} FROM simulation_checkpoints`);
    const row = (id: string): object => rows.find(({ checkpoint_id }) => checkpoint_id === id)!;
    expect(rows).toHaveLength(busy.length + variant.length);
    expectRows(await listCheckpoints(database, 'busy'), busy.map(row));
    expectRows(await listCheckpoints(database, 'variant'), variant.map(row));
    const all = await listCheckpoints(database);
    expectRows(all, [...busy, ...variant].map(row));
    expect(all.some((checkpoint) => Object.hasOwn(checkpoint, 'state_json'))).toBe(false);
    for (const id of ['without', 'absent']) expect(await listCheckpoints(database, id)).toEqual([]);
  });

  it.each(['busy', 'variant'] as const)('say what the run had done by then: %s', async (run) => {
    const events = logs[run];
    const daily = (await listCheckpoints(database, run)).filter(({ description }) => description === null);
    const expected = TICKS[run].map((tick) => {
      const ends = tick % DAY === 0;
      return {
        simulation_id: run,
        checkpoint_tick: tick,
        checkpoint_day: tick / DAY - (ends ? 0 : 0.5),
        checkpoint_type: ends ? 'end_of_day' : 'auto',
        next_event_seq: events.filter((event) => event.tick < tick).length,
        num_agents: BANKS.length,
      };
    });
    expectRows(daily, expected);
  });

  it.each([
    { run: 'busy', type: 'auto', tick: 6, level: 'FULL' },
    { run: 'busy', type: 'final', tick: 12, level: 'FULL' },
    { run: 'busy', type: 'auto', tick: 18, level: 'FULL' },
    { run: 'variant', type: 'end_of_day', tick: 12, level: 'EVENTS' },
    { run: 'variant', type: 'end_of_day', tick: 36, level: 'EVENTS' },
  ] as const)('are loaded by their ids: $run, tick $tick', async ({ level, run, tick, type }) => {
    const id = `${run}-cp${tick}-${type}`;
    const [row] = await sql('SELECT * FROM simulation_checkpoints WHERE checkpoint_id = $1', id);
    const [simulation] = await sql('SELECT config_json, config_hash FROM simulations WHERE simulation_id = $1', run);
    const loaded = await loadCheckpoint(database, id);
    expect(loaded).toMatchObject({ ...row, ...simulation, persistence_level: level });
    expect(sha256(loaded.state_json)).toBe(loaded.state_hash);
    expect(loaded.total_size_bytes).toBe(Buffer.byteLength(loaded.state_json));
  });

  it.each([
    { run: 'busy', id: 'busy-cp24-end_of_day' },
    { run: 'variant', id: 'variant-cp36-end_of_day' },
  ] as const)('have a latest one in each run: $run', async ({ id, run }) => {
    expect(await loadCheckpoint(database, 'latest', run)).toEqual(await loadCheckpoint(database, id));
    expect(await loadCheckpoint(database, 'latest', run)).toMatchObject({ checkpoint_id: id, simulation_id: run });
  });

  it('have none of a run that has none, and no latest one of no run', async () => {
    for (const run of ['without', 'absent']) {
      await expect(loadCheckpoint(database, 'latest', run)).rejects.toThrow(
        new NotStoredError(`simulation ${run} has no checkpoint in ${database.path}`),
      );
      await expect(loadCheckpoint(database, 'latest', run)).rejects.toMatchObject({ name: 'NotStoredError', known: [] });
    }
    await expect(loadCheckpoint(database, 'latest')).rejects.toThrow(
      new DatabaseError('the latest checkpoint of which simulation?'),
    );
  });

  it('are named, the newest first, to whoever looks for one that is not there', async () => {
    const many = await openDatabase();
    await storeWhole(many, 'old', reference('rtgs-two-banks'), { checkpointEvery: 6 });
    for (const [i, id] of [...'lkjihgfedcb'].entries()) {
      await many.execute(
        `INSERT INTO simulation_checkpoints SELECT * REPLACE ('${id}-cp6-auto' AS checkpoint_id, '${id}' AS simulation_id,
           TIMESTAMP '2031-05-${10 + i} 10:00:00' AS checkpoint_timestamp) FROM simulation_checkpoints WHERE checkpoint_id = 'old-cp6-auto'`,
      );
    }
    const newest = await many.query<{ checkpoint_id: string }>(
      'SELECT checkpoint_id FROM simulation_checkpoints ORDER BY checkpoint_timestamp DESC LIMIT 10',
    );
    const error: unknown = await loadCheckpoint(many, 'absent').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotStoredError);
    expect(error).toMatchObject({ message: `Checkpoint absent not found in ${many.path}`, known: ids(newest) });
  });

  it('are not loaded if their states were changed', async () => {
    const changed = await openDatabase();
    await storeWhole(changed, 'x', reference('rtgs-two-banks'), { checkpointEvery: 6 });
    const [before] = await changed.query<{ state_hash: string; state_json: string }>(
      "SELECT state_hash, state_json FROM simulation_checkpoints WHERE checkpoint_id = 'x-cp6-auto'",
    );
    await changed.execute("UPDATE simulation_checkpoints SET state_json = state_json || ' ' WHERE checkpoint_id = 'x-cp6-auto'");
    await expect(loadCheckpoint(changed, 'x-cp6-auto')).rejects.toThrow(
      new DatabaseError(
        `checkpoint x-cp6-auto: integrity check failed: state hash mismatch (stored ${before!.state_hash}, computed ${sha256(`${before!.state_json} `)})`,
      ),
    );
    expect(await loadCheckpoint(changed, 'latest', 'x')).toMatchObject({ checkpoint_tick: 24 });
  });

  it('are deleted one by one', async () => {
    const file = await openDatabase();
    for (const id of ['x', 'y']) await storeWhole(file, id, reference('rtgs-two-banks'), { checkpointEvery: 3 });
    const before = ids(await listCheckpoints(file));
    expect(before.length).toBeGreaterThan(4);
    expect(await deleteCheckpoint(file, 'absent')).toBe(false);
    expect(ids(await listCheckpoints(file))).toEqual(before);
    expect(await deleteCheckpoint(file, 'x-cp6-auto')).toBe(true);
    const left = await file.query<{ checkpoint_id: string }>('SELECT checkpoint_id FROM simulation_checkpoints');
    expect(ids(left).toSorted()).toEqual(before.filter((id) => id !== 'x-cp6-auto').toSorted());
    expect(await deleteCheckpoint(file, 'x-cp6-auto')).toBe(false);
    expect((await file.query('SELECT 1 FROM simulations')).length).toBe(2);
  });
});
