/**
 * How a field is written on the event tape (see {@link EventBatch}) and what it is when decoded.
 *
 * `tx` – transaction id · `agent` – bank id · `agent_or_empty` – bank id or `""` · `agent_or_null` – bank id or null · `cents`,
 * `tick`, `int` – whole number ·
 * `cents_or_null`, `int_or_null` – whole number or null · `bool` · `float` – double · `text` · `text_or_null` · `txs`, `agents`,
 * `cents_list` – lists · `texts_or_null` – list of texts or null · `tx_or_null` – transaction id or null · `costs` – the six cost
 * components and their total.
 */
export type FieldKind =
  | 'tx'
  | 'tx_or_null'
  | 'agent'
  | 'agent_or_empty'
  | 'agent_or_null'
  | 'cents'
  | 'cents_or_null'
  | 'tick'
  | 'int'
  | 'int_or_null'
  | 'bool'
  | 'float'
  | 'text'
  | 'text_or_null'
  | 'txs'
  | 'agents'
  | 'cents_list'
  | 'texts_or_null'
  | 'costs';

/** The parts of a `CostAccrual`, in the order in which they are written; all in cents (spec 05 §2). */
export const COST_COMPONENTS = [
  'liquidity_cost',
  'delay_cost',
  'collateral_cost',
  'penalty_cost',
  'split_friction_cost',
  'liquidity_opportunity_cost',
] as const;

/** A component of the costs. */
export type CostComponent = (typeof COST_COMPONENTS)[number];

/** Six cost components in cents and their sum. */
export type Costs = Record<CostComponent, number> & { total: number };

/** One entry of the catalogue. */
export interface EventDefinition {
  /** What happened, in one sentence. */
  readonly about: string;
  /** Fields after `event_type` and `tick`, in log order. */
  readonly fields: Readonly<Record<string, FieldKind>>;
  /** Field that names the acting bank (column `agent_id` of the event store), if any. */
  readonly agent?: string;
  /** Field that names the transaction the event is about (column `tx_id`), if any. */
  readonly transaction?: string;
  /** Fields whose banks are involved, in the order of column `agent_ids`. */
  readonly agents: readonly string[];
  /** Fields whose transactions are involved, in the order of column `tx_ids`. */
  readonly transactions: readonly string[];
  /** Fields whose transactions settle, each in full; nothing if none does. */
  readonly settles?: readonly string[];
  /** Whether it settles payments against each other in the central queue. */
  readonly offsets?: true;
}

export const define = <const T extends Readonly<Record<string, EventDefinition>>>(catalogue: T): T => catalogue;
