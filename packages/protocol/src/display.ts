import type { CostComponent, SimulationEvent } from './events.js';
import type { TickResult } from './records.js';

/** A bank at the end of a tick, as displayed and stored (spec 09 §3.9); costs are those of the current day. */
export interface AgentTickState extends Record<CostComponent, number> {
  agent_id: string;
  balance: number;
  unsecured_cap: number;
  posted_collateral: number;
  allowed_overdraft: number;
  queue1_size: number;
  queue2_size: number;
}

/** Contents of all queues at the end of a tick, in order. */
export interface QueueContents {
  queue1: ReadonlyMap<string, readonly string[]>;
  queue2: readonly string[];
}

/**
 * Everything that the display needs to know about a tick. A running simulation and a database give the same view of the same
 * tick, so that replay shows exactly what the run showed (INV-5, Pattern 7).
 */
export interface TickView {
  result: TickResult;
  events: readonly SimulationEvent[];
  /** Banks in agent order; null when the database does not have them (level EVENTS). */
  agents: readonly AgentTickState[] | null;
  queues: QueueContents | null;
}

/** What the display must know before the first tick. */
export interface DisplayContext {
  ticks_per_day: number;
  agents: readonly { agent_id: string; opening_balance: number; collateral_haircut: number }[];
  delay_cost_per_tick_per_cent: number;
  overdue_delay_multiplier: number;
}

/** Source of tick views: a running simulation, or a stored one. */
export interface StateProvider {
  readonly context: DisplayContext;
  /** Views of the ticks `from … to`, in order. */
  views(from: number, to: number): AsyncIterable<TickView>;
  /** Events of the ticks before `tick`, in order: what the display has to know when it begins in the middle. */
  eventsBefore(tick: number): AsyncIterable<readonly SimulationEvent[]>;
}
