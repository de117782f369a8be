import {
  QUEUE_COLUMNS,
  TRANSACTION_COLUMNS,
  TRANSACTION_OUTCOMES,
  type AgentStateBatch,
  type QueueBatch,
  type TransactionBatch,
  type TransactionOutcome,
} from '@simcash/protocol';
import { CANCELLED, DROPPED, IN_QUEUE1, IN_QUEUE2, NONE, OVERDUE, type Payments } from './payments/payments.js';
import type { World } from './world.js';

/** Rows in growing columns. */
class Columns<Name extends string> {
  columns: Record<Name, Float64Array>;
  length = 0;
  #capacity: number;

  /** @param capacity rows that are expected */
  constructor(
    private readonly names: readonly Name[],
    capacity = 64,
  ) {
    this.#capacity = Math.max(capacity, 1);
    this.columns = this.#allocate();
  }

  /** Adds a row; its values are to be written into the columns at the position answered. */
  add(): number {
    if (this.length === this.#capacity) {
      this.#capacity *= 2;
      const larger = this.#allocate();
      for (const name of this.names) larger[name].set(this.columns[name]);
      this.columns = larger;
    }
    return this.length++;
  }

  #allocate(): Record<Name, Float64Array> {
    return Object.fromEntries(this.names.map((name) => [name, new Float64Array(this.#capacity)])) as Record<Name, Float64Array>;
  }
}

/** Collects payments that became final, until somebody takes them. */
export class ClosedTransactions {
  #columns = new Columns(TRANSACTION_COLUMNS);

  add(world: World, p: number): void {
    addTransaction(this.#columns, world, p);
  }

  take(): TransactionBatch {
    const batch = this.#columns;
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
  const { clock, listed, payments: now } = world;
  const payments = before ?? now;
  const columns = new Columns(TRANSACTION_COLUMNS);
  for (const p of now.rows()) {
    if (before !== null && now.createdTick[p] === clock.tick) continue;
    const open = payments.parts[p]! > 0 ? payments.openParts[p]! > 0 : payments.remaining[p]! > 0;
    if (open) addTransaction(columns, { clock, listed, payments }, p);
  }
  return columns;
}

const orNaN = (x: number): number => (x === NONE ? NaN : x);

type TransactionColumns = Columns<(typeof TRANSACTION_COLUMNS)[number]>;

function addTransaction(rows: TransactionColumns, from: Pick<World, 'clock' | 'listed' | 'payments'>, p: number): void {
  const { clock, listed, payments } = from;
  const place = payments.place[p];
  const waited = clock.tick - payments.enteredQueueTick[p]!;
  const parent = payments.parent[p]!;
  const split = payments.parts[p]! > 0;
  const row = rows.add();
  const to = rows.columns;
  to.tx[row] = payments.number[p]!;
  to.arrival_seq[row] = payments.arrivalSeq[p]!;
  to.sender[row] = payments.sender[p]!;
  to.receiver[row] = payments.receiver[p]!;
  to.amount[row] = payments.amount[p]!;
  // A split payment's parts carry the money.
  to.amount_settled[row] = split ? 0 : payments.amount[p]! - payments.remaining[p]!;
  to.priority[row] = payments.priority[p]!;
  to.original_priority[row] = payments.originalPriority[p]!;
  to.is_divisible[row] = payments.divisible[p]!;
  to.arrival_tick[row] = payments.arrivalTick[p]!;
  to.created_tick[row] = payments.createdTick[p]!;
  to.deadline_tick[row] = payments.deadlineTick[p]!;
  to.settlement_tick[row] = split ? NaN : orNaN(payments.settlementTick[p]!);
  to.settlement_type[row] = orNaN(payments.settlementType[p]!);
  to.status[row] = TRANSACTION_OUTCOMES.indexOf(outcome(payments, p));
  to.overdue_since_tick[row] = orNaN(payments.overdueSince[p]!);
  to.parent_tx[row] = parent === NONE ? NaN : payments.number[parent]!;
  to.split_index[row] = parent === NONE ? NaN : payments.splitIndex[p]!;
  to.num_parts[row] = payments.parts[p]!;
  const listIndex = listed?.indexOf(payments.arrivalSeq[p]!) ?? -1;
  to.list_index[row] = listIndex < 0 ? NaN : listIndex + 1;
  to.queue1_ticks[row] = payments.queue1Ticks[p]! + (place === IN_QUEUE1 ? waited : 0);
  to.queue2_ticks[row] = payments.queue2Ticks[p]! + (place === IN_QUEUE2 ? waited : 0);
  to.rtgs_priority[row] = orNaN(payments.rtgsPriority[p]!);
  to.declared_rtgs_priority[row] = orNaN(payments.declaredPriority[p]!);
  to.rtgs_submission_tick[row] = orNaN(payments.rtgsSubmissionTick[p]!);
}

function outcome(payments: World['payments'], p: number): TransactionOutcome {
  const split = payments.parts[p]! > 0;
  if (!split && payments.remaining[p] === 0) return 'settled';
  if (payments.givenUp[p] === CANCELLED) return 'cancelled';
  // Dropped once is dropped, also when the payment was brought back since and waits or was split.
  if (payments.givenUp[p] === DROPPED) return 'dropped';
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
  let queued = 0;
  for (let b = 0; b < banks.count; b++) queued += queue1.size[b]! + queue2.countOfSender[b]!;
  const rows = new Columns(QUEUE_COLUMNS, queued);
  const add = (queue: number, agent: number, position: number, p: number): void => {
    const row = rows.add();
    const to = rows.columns;
    to.queue[row] = queue;
    to.agent[row] = agent;
    to.position[row] = position;
    to.tx[row] = payments.number[p]!;
  };
  for (let b = 0; b < banks.count; b++) {
    for (let p = queue1.first(b), position = 0; p !== NONE; p = queue1.after(p)) add(1, b, position++, p);
  }
  for (let p = queue2.first(), position = 0; p !== NONE; p = queue2.after(p)) add(2, payments.sender[p]!, position++, p);
  return rows;
}
