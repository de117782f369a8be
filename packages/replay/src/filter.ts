import type { SimulationEvent } from '@simcash/protocol';
import { agentsOf, transactionsOf } from './involvement.js';

/** Which events to show: values within a criterion are alternatives, all criteria must hold (spec 10 §13.3). */
export interface FilterCriteria {
  eventTypes?: readonly string[];
  agents?: readonly string[];
  transactions?: readonly string[];
  /** Inclusive; either end may be open. */
  ticks?: { from?: number; to?: number };
}

/** Events whose receiver counts as involved; others concern the bank that acts (spec 10 §5). */
const RECEIVER_COUNTS = new Set([
  'RtgsImmediateSettlement',
  'Queue2LiquidityRelease',
  'LsmBilateralOffset',
  'LsmCycleSettlement',
  'OverdueTransactionSettled',
  'EntryDispositionOffset',
  'ScenarioEventExecuted',
]);

/** Selects events; without criteria it lets everything pass. */
export class EventFilter {
  readonly #types: ReadonlySet<string> | null;
  readonly #agents: readonly string[] | null;
  readonly #transactions: readonly string[] | null;
  readonly #from: number;
  readonly #to: number;

  constructor({ agents, eventTypes, ticks, transactions }: FilterCriteria) {
    this.#types = eventTypes?.length ? new Set(eventTypes) : null;
    this.#agents = agents?.length ? agents : null;
    this.#transactions = transactions?.length ? transactions : null;
    this.#from = ticks?.from ?? 0;
    this.#to = ticks?.to ?? Infinity;
  }

  /** Whether everything passes. */
  get passesAll(): boolean {
    return (
      this.#types === null && this.#agents === null && this.#transactions === null && this.#from === 0 && this.#to === Infinity
    );
  }

  /** Whether any event of the tick may pass. */
  includesTick(tick: number): boolean {
    return tick >= this.#from && tick <= this.#to;
  }

  matches(event: SimulationEvent): boolean {
    if (!this.includesTick(event.tick)) return false;
    if (this.#types !== null && !this.#types.has(event.event_type)) return false;
    if (this.#agents !== null && !this.#concerns(event, this.#agents)) return false;
    return this.#transactions === null || transactionsOf(event).some((id) => this.#transactions!.includes(id));
  }

  #concerns(event: SimulationEvent, agents: readonly string[]): boolean {
    const involved = agentsOf(event);
    const counted = RECEIVER_COUNTS.has(event.event_type) ? involved : involved.slice(0, 1);
    return counted.some((id) => agents.includes(id));
  }
}
