import { RTGS_PRIORITIES, type LsmRecord, type RtgsPriority, type SimulationEvent } from '@simcash/protocol';
import type { Simulation } from '../../src/index.js';
import { RELEASE } from './policies.js';
import { once, simulate } from './scenarios.js';
import { withoutTick } from './settlement-events.js';

/** So poor that nothing of a bank settles, whether gross, by offset or by ring. */
const DEBT = 1_000_000_000;
const TREASURY = '~treasury';

export interface SettlementExampleParts {
  /** Balances when the example begins. */
  balances: Record<string, number>;
  /** Payments that wait in the central queue then, in queue order. */
  queue?: string[];
  /** First tick of the example. */
  tick?: number;
  /** Limits by bank id. */
  limits?: Record<string, Record<string, unknown>>;
  /** Any top-level key of the scenario. */
  [key: string]: unknown;
}

/** One tick of an example: its events without the tick, payments by their names in the example. */
export interface ExampleTick {
  events: Record<string, unknown>[];
  num_settlements: number;
  num_lsm_releases: number;
}

/**
 * A worked example of the settlement specification: payments are written `t1 A→B 500`, in priority mode `t1 A→B 500 Urgent`, and
 * banks release them at once.
 *
 * To have payments in the queue when the example begins, every bank is in debt before, and has what the example says from then on.
 */
export class SettlementExample {
  readonly simulation: Simulation;
  readonly #names = new Map<string, string>();
  readonly #banks: string[];

  constructor({ balances, queue = [], tick = 5, limits = {}, ...options }: SettlementExampleParts) {
    this.#banks = Object.keys(balances);
    const bank = (id: string): Record<string, unknown> => ({ policy: RELEASE, ...(limits[id] && { limits: limits[id] }) });
    const banks = Object.fromEntries(this.#banks.map((id) => [id, { ...bank(id), opening_balance: balances[id]! - DEBT }]));
    this.simulation = simulate({
      banks: { ...banks, [TREASURY]: { opening_balance: DEBT * this.#banks.length } },
      scenario_events: this.#banks.map((id) =>
        once(queue.length === 0 ? 0 : tick, { type: 'DirectTransfer', from_agent: TREASURY, to_agent: id, amount: DEBT }),
      ),
      ...options,
    });
    this.#fillQueue(queue);
    while (this.simulation.currentTick < tick) this.simulation.tick();
  }

  /** Payments join the queue by bank within a tick, so the next tick begins where the order of banks goes back. */
  #fillQueue(queue: readonly string[]): void {
    let previous = '';
    for (const text of queue) {
      const { from } = parse(text);
      if (from < previous) this.simulation.tick();
      this.#submit(text);
      previous = from;
    }
    if (queue.length > 0) this.simulation.tick();
  }

  /** Runs a tick in which these payments are released. */
  tick(...payments: string[]): ExampleTick {
    payments.forEach((text) => this.#submit(text));
    const { tick, num_settlements, num_lsm_releases } = this.simulation.tick();
    const settlement = this.simulation.events.ofTick(tick).filter(({ event_type }) => !NOT_SETTLEMENT.includes(event_type));
    return { events: settlement.map((event) => this.#named(event)), num_settlements, num_lsm_releases };
  }

  get balances(): Record<string, number> {
    return Object.fromEntries(this.#banks.map((id) => [id, this.simulation.agent(id).balance]));
  }

  /** The central queue. */
  get queue(): string[] {
    return this.simulation.queue2().map((id) => this.#name(id));
  }

  /** Records of settled pairs and rings. */
  get lsmRecords(): LsmRecord[] {
    return this.simulation
      .lsmRecords(0)
      .map((record) => ({ ...record, transactions: record.transactions.map((id) => this.#name(id)) }));
  }

  #submit(text: string): void {
    const { name, from, to, amount, priority } = parse(text);
    const order = { sender: from, receiver: to, amount, deadline_tick: 99, priority: 5, divisible: false };
    this.#names.set(
      this.simulation.submitTransaction({ ...order, ...(priority && { rtgs_priority: priority as RtgsPriority }) }),
      name,
    );
  }

  #named(event: SimulationEvent): Record<string, unknown> {
    const named = (value: unknown): unknown =>
      Array.isArray(value) ? value.map(named) : typeof value === 'string' ? this.#name(value) : value;
    return Object.fromEntries(Object.entries(withoutTick(event)).map(([key, value]) => [key, named(value)]));
  }

  #name(id: string): string {
    return this.#names.get(id) ?? id;
  }
}

const NOT_SETTLEMENT: string[] = ['Arrival', 'RtgsSubmission', 'PolicySubmit', 'ScenarioEventExecuted'];

function parse(text: string): { name: string; from: string; to: string; amount: number; priority: string | undefined } {
  const [, name, from, to, amount, priority] = new RegExp(
    `^(\\S+) (\\S+)→(\\S+) (\\d+)(?: (${RTGS_PRIORITIES.join('|')}))?$`,
  ).exec(text)!;
  return { name: name!, from: from!, to: to!, amount: Number(amount), priority };
}
