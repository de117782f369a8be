/**
 * Rows in columns: what the engine hands to the store without making an object per row. Absent values are NaN. Banks are
 * positions in agent order, payments their creation numbers, names positions in the lists of `records.ts`.
 */
export interface ColumnBatch<Name extends string> {
  /** How many there are. */
  readonly length: number;
  /** The columns by name. */
  readonly columns: Readonly<Record<Name, Float64Array | Int32Array>>;
}

/** What happened to a payment in the end; the first that holds (spec 09 §3.5). */
export const TRANSACTION_OUTCOMES = ['settled', 'cancelled', 'dropped', 'split', 'overdue', 'pending'] as const;
/** What became of a payment. */
export type TransactionOutcome = (typeof TRANSACTION_OUTCOMES)[number];

/** A payment as the store keeps it. */
export const TRANSACTION_COLUMNS = [
  ...(['tx', 'arrival_seq', 'sender', 'receiver', 'amount', 'amount_settled', 'priority', 'original_priority'] as const),
  'is_divisible' as const,
  ...([
    'arrival_tick',
    'created_tick',
    'deadline_tick',
    'settlement_tick',
    'settlement_type',
    'status',
    'overdue_since_tick',
  ] as const),
  ...([
    'parent_tx',
    'split_index',
    'num_parts',
    'queue1_ticks',
    'queue2_ticks',
    'rtgs_priority',
    'declared_rtgs_priority',
    'rtgs_submission_tick',
    'list_index',
  ] as const),
] as const;
/** Payments by column. */
export type TransactionBatch = ColumnBatch<(typeof TRANSACTION_COLUMNS)[number]>;

/** Every bank at the end of a tick, one row per bank in agent order; costs are those of the current day. */
export const AGENT_STATE_COLUMNS = [
  ...(['balance', 'unsecured_cap', 'posted_collateral', 'allowed_overdraft', 'queue1_size', 'queue2_size'] as const),
  ...([
    'liquidity_cost',
    'delay_cost',
    'collateral_cost',
    'penalty_cost',
    'split_friction_cost',
    'liquidity_opportunity_cost',
  ] as const),
] as const;
/** States of agents by column. */
export type AgentStateBatch = ColumnBatch<(typeof AGENT_STATE_COLUMNS)[number]>;

/** A bank's own queue, and the central one. */
export const QUEUE_TYPES = ['queue1', 'queue2'] as const;
/** A queue: a bank's own or the central one. */
export type QueueType = (typeof QUEUE_TYPES)[number];

/** Queue contents: queue 1 or 2, its bank (of the central queue the sender), position in the queue, payment. */
export const QUEUE_COLUMNS = ['queue', 'agent', 'position', 'tx'] as const;
/** Contents of queues by column. */
export type QueueBatch = ColumnBatch<(typeof QUEUE_COLUMNS)[number]>;
