import { describe, expect } from 'vitest';
import { create, makeCalls, type Run } from './drive.js';
import type { SimulationEvent, TransactionDetails } from './engine.js';
import { LogFold, effectivelySettled, settledIds } from './fold.js';
import { property } from './property.js';
import { anyWorkload, type Workload } from './scenarios.js';

type Columns = { length: number; columns: Readonly<Record<string, ArrayLike<number>>> };
type Row = Record<string, number | null>;

const SETTLEMENT_TYPES = [
  'rtgs_immediate',
  'queue2_release',
  'lsm_bilateral',
  'lsm_cycle',
  'entry_disposition',
  'lsm_queue_retry',
];
const OUTCOMES = ['settled', 'cancelled', 'dropped', 'split', 'overdue', 'pending'];
const RTGS_PRIORITIES = ['HighlyUrgent', 'Urgent', 'Normal'];

function rowsOf({ columns, length }: Columns): Row[] {
  const absent = (x: number): number | null => (Number.isNaN(x) ? null : x);
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, absent(column[i]!)])),
  );
}

/** How the payments that an event settles were settled; a release after an offset or cycle of its tick is the LSM's own (spec 09 §3.5). */
function settlementType(event: SimulationEvent, afterLsm: boolean): string | null {
  switch (event.event_type) {
    case 'RtgsImmediateSettlement':
      return 'rtgs_immediate';
    case 'Queue2LiquidityRelease':
      return afterLsm ? 'lsm_queue_retry' : 'queue2_release';
    case 'LsmBilateralOffset':
      return 'lsm_bilateral';
    case 'LsmCycleSettlement':
      return 'lsm_cycle';
    case 'EntryDispositionOffset':
      return 'entry_disposition';
    default:
      return null;
  }
}

interface Recording {
  simulation: Run['simulation'];
  fold: LogFold;
  closed: Row[];
  types: Map<string, string>;
  /** Payments in the order in which they became final, those of one tick in any order. */
  divisible: Set<string>;
  droppedEver: Set<string>;
  /** Numbers of ticks at whose end a payment stood in a queue. */
  queue1Ticks: Map<string, number>;
  queue2Ticks: Map<string, number>;
  overdueSince: Map<string, number>;
}

/** Runs a workload and notes what the store's rows must say. */
function record(work: Workload): Recording {
  const simulation = create(work);
  simulation.record({ write: () => undefined });
  const recording: Recording = {
    simulation,
    fold: new LogFold(work.scenario),
    closed: [],
    types: new Map(),
    divisible: new Set(),
    droppedEver: new Set(),
    queue1Ticks: new Map(),
    queue2Ticks: new Map(),
    overdueSince: new Map(),
  };
  while (simulation.currentTick < simulation.totalTicks) {
    const tick = simulation.currentTick;
    makeCalls(simulation, work.calls);
    simulation.tick();
    noteEvents(recording, simulation.events.ofTick(tick));
    for (const id of simulation.agentIds) for (const tx of simulation.queue1(id)) count(recording.queue1Ticks, tx);
    for (const tx of simulation.queue2()) count(recording.queue2Ticks, tx);
    recording.closed.push(...rowsOf(simulation.takeClosedTransactions() as Columns));
  }
  return recording;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function noteEvents({ divisible, droppedEver, fold, overdueSince, types }: Recording, events: readonly SimulationEvent[]): void {
  let afterLsm = false;
  fold.announce(events);
  for (const event of events) {
    afterLsm ||= event.event_type === 'LsmBilateralOffset' || event.event_type === 'LsmCycleSettlement';
    for (const id of settledIds(event)) types.set(id, settlementType(event, afterLsm)!);
    if (event.event_type === 'Arrival' && event.is_divisible) divisible.add(event.tx_id);
    if (event.event_type === 'PolicyDrop') droppedEver.add(event.tx_id);
    const marks = event.event_type === 'PolicyDrop' || event.event_type === 'TransactionWentOverdue';
    if (marks && !overdueSince.has(event.tx_id)) overdueSince.set(event.tx_id, event.tick);
    fold.apply(event);
  }
}

/** Position of the payment at the root of a family among all payments without parent (spec 13 §8). */
function arrivalSeq(fold: LogFold, id: string): number {
  const { parent } = fold.payment(id);
  if (parent !== null) return arrivalSeq(fold, parent);
  const originals = [...fold.payments.values()].filter((payment) => payment.parent === null);
  return originals.findIndex((payment) => payment.id === id) + 1;
}

/** The row of a payment by the definitions of spec 09 §3.5, from the log and the queries. */
function expectedRow(recording: Recording, found: TransactionDetails): Row {
  const { divisible, droppedEver, fold, overdueSince, queue1Ticks, queue2Ticks, simulation, types } = recording;
  const payment = fold.payment(found.tx_id);
  const number = (id: string): number => Number(id.slice(1));
  const code = (names: readonly string[], name: string | null): number | null => (name === null ? null : names.indexOf(name));
  const settled = payment.settledTick !== null;
  const outcome = settled
    ? 'settled'
    : payment.cancelled
      ? 'cancelled'
      : droppedEver.has(payment.id)
        ? 'dropped'
        : payment.children.length > 0
          ? 'split'
          : overdueSince.has(payment.id)
            ? 'overdue'
            : 'pending';
  return {
    tx: number(payment.id),
    arrival_seq: arrivalSeq(fold, payment.id),
    sender: simulation.agentIds.indexOf(payment.sender),
    receiver: simulation.agentIds.indexOf(payment.receiver),
    amount: payment.amount,
    amount_settled: settled ? payment.amount : 0,
    priority: found.priority,
    original_priority: payment.originalPriority,
    is_divisible: divisible.has(payment.id) ? 1 : 0,
    arrival_tick: payment.arrivalTick,
    created_tick: payment.createdTick,
    deadline_tick: payment.deadline,
    settlement_tick: payment.settledTick,
    settlement_type: code(SETTLEMENT_TYPES, types.get(payment.id) ?? null),
    status: OUTCOMES.indexOf(outcome),
    overdue_since_tick: overdueSince.get(payment.id) ?? null,
    parent_tx: payment.parent === null ? null : number(payment.parent),
    split_index: payment.parent === null ? null : fold.payment(payment.parent).children.indexOf(payment.id) + 1,
    num_parts: payment.children.length,
    list_index: null,
    queue1_ticks: queue1Ticks.get(payment.id) ?? 0,
    queue2_ticks: queue2Ticks.get(payment.id) ?? 0,
    rtgs_priority: code(RTGS_PRIORITIES, payment.rtgsPriority),
    declared_rtgs_priority: code(RTGS_PRIORITIES, found.declared_rtgs_priority),
    rtgs_submission_tick: payment.submissionTick,
  };
}

describe('what a store takes', () => {
  property('is a row for every payment, final or open, that says what the log says', 100, anyWorkload(), (work) => {
    const recording = record(work);
    const { closed, fold, simulation } = recording;
    const open = rowsOf(simulation.openTransactions() as Columns);
    const rows = [...closed, ...open].sort((x, y) => x.tx! - y.tx!);
    expect(rows).toEqual(simulation.transactions().map((found) => expectedRow(recording, found)));
    const final = [...fold.payments.keys()].filter((id) => effectivelySettled(fold.payments, id));
    expect(closed.map(({ tx }) => tx!).sort((x, y) => x - y)).toEqual(final.map((id) => Number(id.slice(1))));
  });

  property('are banks and queues as queries tell them', 50, anyWorkload(), (work) => {
    const simulation = create(work);
    while (simulation.currentTick < simulation.totalTicks) {
      makeCalls(simulation, work.calls);
      simulation.tick();
      const { columns } = simulation.agentColumns();
      simulation
        .agents()
        .forEach(({ agent_id, allowed_overdraft_limit, balance, posted_collateral, queue1_size, unsecured_cap }, b) => {
          const costs = simulation.agentCosts(agent_id);
          const found = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column[b]]));
          expect(found).toMatchObject({
            ...{ balance, unsecured_cap, posted_collateral, allowed_overdraft: allowed_overdraft_limit, queue1_size },
            ...{ liquidity_cost: costs.liquidity_cost, delay_cost: costs.delay_cost, collateral_cost: costs.collateral_cost },
            ...{ penalty_cost: costs.deadline_penalty, split_friction_cost: costs.split_friction_cost },
            ...{ liquidity_opportunity_cost: costs.liquidity_opportunity_cost },
            queue2_size: simulation.queue2().filter((id) => simulation.transaction(id)!.sender_id === agent_id).length,
          });
        });
      const ids = simulation.agentIds;
      const number = (id: string): number => Number(id.slice(1));
      const own = ids.flatMap((id, agent) =>
        simulation.queue1(id).map((tx, position) => ({ queue: 1, agent, position, tx: number(tx) })),
      );
      const sender = (tx: string): number => ids.indexOf(simulation.transaction(tx)!.sender_id);
      const central = simulation.queue2().map((tx, position) => ({ queue: 2, agent: sender(tx), position, tx: number(tx) }));
      expect(rowsOf(simulation.queueColumns() as Columns)).toEqual([...own, ...central]);
    }
  });
});
