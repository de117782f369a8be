import { SETTLING_EVENTS, type SimulationEvent } from '@simcash/protocol';
import { agentsOf, transactionsOf } from './involvement.js';

/** Which events to show: values within a criterion are alternatives, all criteria must hold (spec 10 §13.3). */
export interface FilterCriteria {
  /** Kinds of events. */
  eventTypes?: readonly string[];
  /** The banks. */
  agents?: readonly string[];
  /** Payments by id. */
  transactions?: readonly string[];
  /** Inclusive; either end may be open. */
  ticks?: { from?: number; to?: number };
}

/** Events whose receiver counts as involved; others concern the bank that acts (spec 10 §5). */
const RECEIVER_COUNTS = new Set<string>([
  ...SETTLING_EVENTS,
  'OverdueTransactionSettled',
  'ScenarioEventExecuted',
  'SettlementUnwound',
  'CounterpartyReaction',
]);

/** What a store is asked for. */
export interface StoreCriteria {
  /** Kinds of events. */
  types?: readonly string[];
  /** The banks. */
  agents?: readonly string[];
  /** Events that concern everybody involved; others concern the acting bank. */
  involving?: readonly string[];
  /** Payments by id. */
  transactions?: readonly string[];
}

/** Selects events; without criteria it lets everything pass. */
export class EventFilter {
  readonly #types: ReadonlySet<string> | null;
  readonly #agents: readonly string[] | null;
  /** Ids and references; a payment's id is added when its arrival shows that it has one of the references. */
  readonly #transactions: Set<string> | null;
  readonly #from: number;
  readonly #to: number;

  constructor({ agents, eventTypes, ticks, transactions }: FilterCriteria) {
    this.#types = eventTypes?.length ? new Set(eventTypes) : null;
    this.#agents = agents?.length ? agents : null;
    this.#transactions = transactions?.length ? new Set(transactions) : null;
    this.#from = ticks?.from ?? 0;
    this.#to = ticks?.to ?? Infinity;
  }

  /** The same criteria for a store, which then reads what passes and nothing else. */
  get criteria(): StoreCriteria {
    return {
      ...(this.#types === null ? {} : { types: [...this.#types] }),
      ...(this.#agents === null ? {} : { agents: this.#agents, involving: [...RECEIVER_COUNTS] }),
      ...(this.#transactions === null ? {} : { transactions: [...this.#transactions] }),
    };
  }

  /** First and last tick from which anything may pass. */
  get ticks(): readonly [from: number, to: number] {
    return [this.#from, this.#to];
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

  /** Whether an event is shown. */
  matches(event: SimulationEvent): boolean {
    if (event.event_type === 'Arrival' && event.external_ref != null && this.#transactions?.has(event.external_ref))
      this.#transactions.add(event.tx_id);
    if (!this.includesTick(event.tick)) return false;
    if (this.#types !== null && !this.#types.has(event.event_type)) return false;
    if (this.#agents !== null && !this.#concerns(event, this.#agents)) return false;
    return this.#transactions === null || transactionsOf(event).some((id) => this.#transactions!.has(id));
  }

  #concerns(event: SimulationEvent, agents: readonly string[]): boolean {
    const involved = agentsOf(event);
    const counted = RECEIVER_COUNTS.has(event.event_type) ? involved : involved.slice(0, 1);
    return counted.some((id) => agents.includes(id));
  }
}
