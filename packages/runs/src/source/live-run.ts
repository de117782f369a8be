import { Simulation, SimulationError, type Scenario } from '@simcash/engine';
import { paymentsOfRun, type PaymentsOfRun } from '@simcash/indicators';
import type { RunFigures } from '@simcash/pictures';
import { canonicalJson, EventLines, type EventBatch, type SimulationCall, type SimulationEvent } from '@simcash/protocol';
import { agentsOf, transactionsOf } from '@simcash/replay';
import { sha256 as digest } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { configHash } from '../describe.js';
import { explainedBy, type ExplainedPayment } from '../explain/life.js';
import { queuesOf, type QueuesNow } from '../explain/queues.js';
import { executedTo, reasonAt, type WaitingReason } from '../explain/reason.js';
import type { Repeatable } from '../reexecution.js';
import { LiveFigures, timingOf } from '../report/live-figures.js';
import { policiesOf } from './policies.js';
import type {
  EventPage,
  EventQuery,
  ListedPayment,
  PaymentOrder,
  PaymentPage,
  PaymentQuery,
  PaymentStatus,
  PolicyOfBanks,
  RunSource,
} from './source.js';

/** What a live run is called. */
export interface LiveRunOptions {
  /** As addresses and the report name the run. */
  readonly id: string;
  /** What it is called. */
  readonly name?: string;
  /** The file that the scenario came from. */
  readonly configFile?: string;
  /** Of the simulator. */
  readonly version: string;
  /** Calls that were made between ticks when this run was made before. */
  readonly calls?: Repeatable['calls'];
  /** Events up to which the log is kept; 10 million unless given. Figures and payments of a longer run are the same. */
  readonly mostEvents?: number;
}

const MOST_EVENTS = 10_000_000;

/**
 * A run in memory, step by step: it keeps its log as long as that has room, and answers what pages ask of it exactly as the stored run would. Nothing here needs
 * a database, a file or Node.
 */
export class LiveRun implements RunSource, Repeatable {
  readonly id: string;
  readonly configText: string;
  readonly policies: readonly PolicyOfBanks[];
  readonly playground = null;
  /** As far as it has been run; calls go through {@link call}, which notes them. */
  readonly simulation: Simulation;
  /** Made between ticks so far. */
  readonly calls: { tick: number; call: SimulationCall }[] = [];
  readonly #figures: LiveFigures;
  /** The log tick by tick; null once it was let go. */
  #batches: EventBatch[] | null = [];
  #bytes = 0;
  readonly #hash = digest.create();
  readonly #lines = new EventLines();
  #events = 0;
  #failure: string | null = null;

  constructor(
    /** The scenario that is run. */
    readonly scenario: Scenario,
    private readonly options: LiveRunOptions,
  ) {
    this.id = options.id;
    this.configText = canonicalJson(scenario.source);
    this.policies = policiesOf(scenario.config);
    this.#figures = new LiveFigures(scenario.config);
    this.simulation = Simulation.create(scenario, { sink: { write: (batch) => this.#take(batch) } });
  }

  /** Number of events so far. */
  get eventCount(): number {
    return this.#events;
  }

  /** Memory that its log takes, in bytes. */
  get logBytes(): number {
    return this.#bytes;
  }

  /** Whether the run has ended. */
  get isComplete(): boolean {
    return this.simulation.currentTick >= this.simulation.totalTicks;
  }

  /** What ended the run before its time. */
  get failure(): string | null {
    return this.#failure;
  }

  /** SHA-256 of the log so far: of a complete run the `event_log_hash` of the stored one. */
  get logHash(): string {
    return bytesToHex(this.#hash.clone().digest());
  }

  /** Runs the next tick, after the calls that were made before it. What goes wrong ends the run. */
  tick(): void {
    const { simulation } = this;
    try {
      for (const { call, tick } of this.options.calls ?? []) if (tick === simulation.currentTick) this.call(call);
      simulation.tick();
    } catch (error) {
      this.#failure = (error as Error).message;
      throw error;
    }
  }

  /** Changes the run between two ticks; that becomes part of what it is. @throws SimulationError if it cannot be done now */
  call(call: SimulationCall): void {
    const tick = this.simulation.currentTick;
    this.simulation.repeat(call);
    this.calls.push({ tick, call });
  }

  /** The figures of the run so far. */
  async figures(): Promise<RunFigures> {
    const { configFile, id, name, version } = this.options;
    return this.#figures.figures(this.simulation, {
      simulation_id: id,
      name: name ?? null,
      description: null,
      config_file: configFile ?? null,
      status: this.#failure === null ? (this.isComplete ? 'completed' : 'running') : 'failed',
      error_message: this.#failure,
      level: 'EVENTS',
      events: this.#events,
      config_hash: configHash(this.scenario),
      event_log_hash: this.isComplete ? this.logHash : null,
      engine_version: version,
    });
  }

  /** A page of the payments that a query asks for. */
  async payments({ bank, from, limit, sort, status }: PaymentQuery): Promise<PaymentPage> {
    const ticks = this.simulation.currentTick;
    const found = timingOf(this.#log)
      .filter(({ receiver, sender }) => bank === '' || sender === bank || receiver === bank)
      .filter(CONDITIONS[status])
      .sort((a, b) => ORDERS[sort](a, b, ticks) || (a.tx_id < b.tx_id ? -1 : 1));
    const value = found.reduce((sum, { amount }) => sum + amount, 0);
    return { total: found.length, value, rows: found.slice(from, from + limit) };
  }

  /** A payment and its life; null if there is none of this name. @throws SimulationError if the log was let go */
  async payment(name: string): Promise<ExplainedPayment | null> {
    const { simulation } = this;
    const tx = simulation.transaction(name) === null ? simulation.idOf(name) : name;
    if (tx === null) return null;
    const events: SimulationEvent[] = [];
    for (const batch of this.#kept)
      for (let i = 0; i < batch.length; i++) {
        const event = batch.at(i);
        if (transactionsOf(event).includes(tx)) events.push(event);
      }
    return explainedBy(tx, events, simulation.transaction(tx), simulation.currentTick);
  }

  async reason(tx: string, tick: number): Promise<WaitingReason | string> {
    return reasonAt(this, tx, tick);
  }

  async queues(tick: number, bank?: string): Promise<QueuesNow | string> {
    return queuesOf(tick + 1 === this.simulation.currentTick ? this.simulation : executedTo(this, tick + 1), bank);
  }

  /** The events in order. @throws SimulationError if the log was let go */
  async events({ bank, limit, tick, tx, type }: EventQuery): Promise<EventPage> {
    const found = this.#kept
      .filter((batch) => batch.tick === tick)
      .flatMap((batch) => {
        const lines = batch.toNdjson().trimEnd().split('\n');
        return [...batch].map((event, i) => ({ event, line: lines[i]! }));
      })
      .filter(({ event }) => type === '' || event.event_type === type)
      .filter(({ event }) => bank === '' || agentsOf(event).includes(bank))
      .filter(({ event }) => tx === '' || transactionsOf(event).includes(tx));
    return { total: found.length, lines: found.slice(0, limit).map(({ line }) => line) };
  }

  /** The payments so far, to be compared with those of another run. */
  get comparable(): PaymentsOfRun {
    return paymentsOfRun(this.#log);
  }

  /** The log as JSON lines, tick by tick. @throws SimulationError if it was let go */
  *lines(): Generator<string> {
    for (const batch of this.#kept) yield batch.toNdjson();
  }

  get #kept(): readonly EventBatch[] {
    if (this.#batches !== null) return this.#batches;
    throw new SimulationError(
      `The log of ${this.id} is not kept: it has ${this.#events} events, more than ${this.#mostEvents}. ` +
        'simcash run --save stores runs of any length.',
    );
  }

  get #mostEvents(): number {
    return this.options.mostEvents ?? MOST_EVENTS;
  }

  get #log() {
    const { log } = this.#figures.indicators;
    log.ticks = this.simulation.currentTick;
    return log;
  }

  #take(batch: EventBatch): void {
    if (batch.length === 0) return;
    this.#figures.write(batch);
    this.#lines.clear();
    batch.writeLines(this.#lines);
    this.#hash.update(this.#lines.view);
    this.#events += batch.length;
    if (this.#batches === null) return;
    const copy = batch.copy();
    this.#batches.push(copy);
    this.#bytes += copy.tape.byteLength + copy.starts.byteLength;
    if (this.#events > this.#mostEvents) [this.#batches, this.#bytes] = [null, 0];
  }
}

const CONDITIONS: Readonly<Record<PaymentStatus, (payment: ListedPayment) => boolean>> = {
  '': () => true,
  settled: ({ settlement_tick }) => settlement_tick !== null,
  late: ({ deadline_tick, settlement_tick }) => settlement_tick !== null && settlement_tick > deadline_tick,
  open: ({ settlement_tick }) => settlement_tick === null,
};

type Order = (a: ListedPayment, b: ListedPayment, ticks: number) => number;
/** The largest first. */
const descending =
  (measure: (payment: ListedPayment, ticks: number) => number): Order =>
  (a, b, ticks) =>
    measure(b, ticks) - measure(a, ticks);

const ORDERS: Readonly<Record<PaymentOrder, Order>> = {
  '': (a, b) => a.arrival_tick - b.arrival_tick,
  amount: descending(({ amount }) => amount),
  delay: descending(({ arrival_tick, settlement_tick }, ticks) => (settlement_tick ?? ticks) - arrival_tick),
  late: descending(({ deadline_tick, settlement_tick }, ticks) => (settlement_tick ?? ticks) - deadline_tick),
};
