import type { SimulationEvent } from './events.js';
import type { CostComponent } from './events/definition.js';
import type { TickResult } from './records.js';

/** A bank at the end of a tick, as displayed and stored (spec 09 §3.9); costs are those of the current day. */
export interface AgentTickState extends Record<CostComponent, number> {
  /** The bank's id. */
  agent_id: string;
  /** In cents; below 0, credit is in use. */
  balance: number;
  /** Credit without collateral, in cents. */
  unsecured_cap: number;
  /** Collateral that is posted, in cents. */
  posted_collateral: number;
  /** The most that the balance may be below 0, in cents. */
  allowed_overdraft: number;
  /** Payments in the bank's own queue. */
  queue1_size: number;
  /** Payments in the central queue. */
  queue2_size: number;
}

/** Contents of all queues at the end of a tick, in order. */
export interface QueueContents {
  /** Payments in the banks' own queues, by bank. */
  queue1: ReadonlyMap<string, readonly string[]>;
  /** Payments in the central queue, in order. */
  queue2: readonly string[];
}

/**
 * Everything that the display needs to know about a tick. A running simulation and a database give the same view of the same
 * tick, so that replay shows exactly what the run showed (INV-5, Pattern 7).
 */
export interface TickView {
  /** What the tick or experiment led to. */
  result: TickResult;
  /** All of the tick, in the order of the log. */
  events: readonly SimulationEvent[];
  /** Banks in agent order; null when the database does not have them (level EVENTS). */
  agents: readonly AgentTickState[] | null;
  /** What waits in the queues; null if it is not known. */
  queues: QueueContents | null;
}

/** What the display must know before the first tick. */
export interface DisplayContext {
  /** Ticks of a day. */
  ticks_per_day: number;
  /** The banks. */
  agents: readonly { agent_id: string; opening_balance: number; collateral_haircut: number }[];
  /** What a waiting cent costs a tick. */
  delay_cost_per_tick_per_cent: number;
  /** How many times as much overdue payments cost. */
  overdue_delay_multiplier: number;
  /** Local time at which a tick begins, with the date in runs of several days; null for closed ticks. Absent without a clock. */
  localTime?: (tick: number) => string | null;
}

/** A tick as people read it: `12`, with a clock `12 (10:00)`. */
export function tickText({ localTime }: DisplayContext, tick: number): string {
  return localTime === undefined ? String(tick) : `${tick} (${localTime(tick) ?? 'closed'})`;
}

/** Source of tick views: a running simulation, or a stored one. */
export interface StateProvider {
  /** What a display has to know of the whole run. */
  readonly context: DisplayContext;
  /** Views of the ticks `from … to`, in order. */
  views(from: number, to: number): AsyncIterable<TickView>;
  /** What the display has to know when it begins with a tick that is not the first. */
  before(tick: number): Promise<StateBefore>;
}

/** What happened before a tick, as far as it still matters. */
export interface StateBefore {
  /** Events about payments that are open when the tick begins, and about their parts, in order. */
  events: readonly SimulationEvent[];
  /** Totals of the tick's day so far. */
  day: DayTotals;
}

/** What a day came to: payments and parts that arrived, legs settled, those of them settled against each other, costs in cents. */
export interface DayTotals {
  /** Payments that arrived. */
  arrivals: number;
  /** Payments that settled. */
  settlements: number;
  /** What offsetting settled. */
  lsm: number;
  /** Costs of the day, in cents. */
  cost: number;
}
