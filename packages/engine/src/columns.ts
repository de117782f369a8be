import {
  QUEUE_COLUMNS,
  TRANSACTION_COLUMNS,
  TRANSACTION_OUTCOMES,
  type AgentStateBatch,
  type QueueBatch,
  type TransactionBatch,
  type TransactionOutcome,
} from '@simcash/protocol';
import { IN_QUEUE1, IN_QUEUE2, NONE, OVERDUE, type Payments } from './payments/payments.js';
import type { World } from './world.js';

/** Rows in growing columns. */
class Columns<Name extends string> {
  #columns: Record<Name, Float64Array>;
  length = 0;

  constructor(private readonly names: readonly Name[]) {
    this.#columns = this.#allocate(64);
  }

  add(row: Readonly<Record<Name, number>>): void {
    const full = this.length === this.#columns[this.names[0]!].length;
    if (full) {
      const larger = this.#allocate(this.length * 2);
      for (const name of this.names) larger[name].set(this.#columns[name]);
      this.#columns = larger;
    }
    for (const name of this.names) this.#columns[name][this.length] = row[name];
    this.length++;
  }

  batch(): { length: number; columns: Record<Name, Float64Array> } {
    return { length: this.length, columns: this.#columns };
  }

  #allocate(capacity: number): Record<Name, Float64Array> {
    return Object.fromEntries(this.names.map((name) => [name, new Float64Array(capacity)])) as Record<Name, Float64Array>;
  }
}

/** Collects payments that became final, until somebody takes them. */
export class ClosedTransactions {
  #columns = new Columns(TRANSACTION_COLUMNS);

  add(world: World, p: number): void {
    this.#columns.add(transactionRow(world, p));
  }

  take(): TransactionBatch {
    const batch = this.#columns.batch();
    this.#columns = new Columns(TRANSACTION_COLUMNS);
    return batch;
  }
}

/**
 * Payments that are neither settled themselves nor split with all parts settled, in creation order.
 *
 * @param before the payments before the latest tick, if it failed: then they are shown as they were, without its arrivals
 */
export function openTransactions(world: World, before: Payments | null): TransactionBatch {
  const { clock, payments: now } = world;
  const payments = before ?? now;
  const columns = new Columns(TRANSACTION_COLUMNS);
  for (const p of now.rows()) {
    if (before !== null && now.createdTick[p] === clock.tick) continue;
    const open = payments.parts[p]! > 0 ? payments.openParts[p]! > 0 : payments.remaining[p]! > 0;
    if (open) columns.add(transactionRow({ clock, payments }, p));
  }
  return columns.batch();
}

type TransactionRow = Record<(typeof TRANSACTION_COLUMNS)[number], number>;

const orNaN = (x: number): number => (x === NONE ? NaN : x);

function transactionRow({ clock, payments }: Pick<World, 'clock' | 'payments'>, p: number): TransactionRow {
  const place = payments.place[p];
  const waited = clock.tick - payments.enteredQueueTick[p]!;
  const parent = payments.parent[p]!;
  const split = payments.parts[p]! > 0;
  return {
    tx: payments.number[p]!,
    sender: payments.sender[p]!,
    receiver: payments.receiver[p]!,
    amount: payments.amount[p]!,
    // A split payment's parts carry the money.
    amount_settled: split ? 0 : payments.amount[p]! - payments.remaining[p]!,
    priority: payments.priority[p]!,
    original_priority: payments.originalPriority[p]!,
    is_divisible: payments.divisible[p]!,
    arrival_tick: payments.arrivalTick[p]!,
    created_tick: payments.createdTick[p]!,
    deadline_tick: payments.deadlineTick[p]!,
    settlement_tick: split ? NaN : orNaN(payments.settlementTick[p]!),
    settlement_type: orNaN(payments.settlementType[p]!),
    status: TRANSACTION_OUTCOMES.indexOf(outcome(payments, p)),
    overdue_since_tick: orNaN(payments.overdueSince[p]!),
    parent_tx: parent === NONE ? NaN : payments.number[parent]!,
    split_index: parent === NONE ? NaN : payments.splitIndex[p]!,
    queue1_ticks: payments.queue1Ticks[p]! + (place === IN_QUEUE1 ? waited : 0),
    queue2_ticks: payments.queue2Ticks[p]! + (place === IN_QUEUE2 ? waited : 0),
    rtgs_priority: orNaN(payments.rtgsPriority[p]!),
    declared_rtgs_priority: orNaN(payments.declaredPriority[p]!),
    rtgs_submission_tick: orNaN(payments.rtgsSubmissionTick[p]!),
  };
}

function outcome(payments: World['payments'], p: number): TransactionOutcome {
  const split = payments.parts[p]! > 0;
  if (!split && payments.remaining[p] === 0) return 'settled';
  // Dropped once is dropped, also when the payment was brought back since and waits or was split.
  if (payments.dropped[p] === 1) return 'dropped';
  if (split) return 'split';
  return payments.status[p] === OVERDUE ? 'overdue' : 'pending';
}

/** The banks as they stand now; the columns are the engine's own and change with the next tick. */
export function agentColumns({ banks, costs, queue1, queue2 }: World): AgentStateBatch {
  return {
    length: banks.count,
    columns: {
      balance: banks.balance,
      unsecured_cap: banks.unsecuredCap,
      posted_collateral: banks.postedCollateral,
      allowed_overdraft: banks.overdraftLimit,
      queue1_size: queue1.size,
      queue2_size: queue2.countOfSender,
      ...costs.day,
    },
  };
}

/** Contents of all queues in order: the banks' own queues, then the central one. */
export function queueColumns({ banks, payments, queue1, queue2 }: World): QueueBatch {
  const columns = new Columns(QUEUE_COLUMNS);
  for (let b = 0; b < banks.count; b++) {
    for (let p = queue1.first(b), position = 0; p !== NONE; p = queue1.after(p)) {
      columns.add({ queue: 1, agent: b, position: position++, tx: payments.number[p]! });
    }
  }
  for (let p = queue2.first(), position = 0; p !== NONE; p = queue2.after(p)) {
    columns.add({ queue: 2, agent: payments.sender[p]!, position: position++, tx: payments.number[p]! });
  }
  return columns.batch();
}
