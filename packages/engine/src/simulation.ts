import {
  type AgentStateBatch,
  type EventBatch,
  type EventSink,
  type QueueBatch,
  type SimulationRecords,
  type TickResult,
  type TickTiming,
  type TransactionBatch,
} from '@simcash/protocol';
import { agentColumns, ClosedTransactions, openTransactions, queueColumns } from './columns.js';
import type { PaymentSource } from './arrivals/source.js';
import { createOpening, createWorld } from './creation.js';
import { AgentNotFoundError, SimulationError } from './errors.js';
import { MemoryEventLog } from './events/memory-log.js';
import { PaymentsBefore } from './payments/payments-before.js';
import type { Decider } from './policy/decider.js';
import { DecisionTracer, type DecisionTrace, type TraceFilter } from './policy/explain.js';
import { readView, type FieldView } from './policy/field-view.js';
import type { Plugins } from './settlement/algorithms/index.js';
import type { SettlementPlugin } from './settlement/algorithms/custom.js';
import { resolvedScenario, type ScenarioInput } from './scenario/resolve.js';
import { copyWorld, restoreWorld } from './snapshot/restore.js';
import { snapshotWorld } from './snapshot/save.js';
import { SimulationCalls } from './simulation-calls.js';
import { bankOf } from './simulation-queries.js';
import { Stopwatch } from './stopwatch.js';
import { beginTick, finishTick } from './tick.js';
import { Turns } from './turns.js';
import type { World } from './world.js';

/** How a simulation runs: its sink, its history, what it is told while it runs. Nothing here changes an event. */
export interface SimulationOptions {
  /** Constant id of the run in records; `sim-` and the seed unless given (spec 01 §3.5). */
  simulationId?: string;
  /** Takes the events of each tick; without one the simulation keeps them all in {@link Simulation.events}. */
  sink?: EventSink;
  /**
   * `keep` (default): every payment of the run can be queried. `release`: payments that are final (settled themselves, or split
   * with all parts settled) are let go at the end of their tick, so memory is bounded by what is open.
   */
  history?: 'keep' | 'release';
  /** Receives warnings of policies; they are dropped unless given. */
  warn?: (message: string) => void;
  /** Clock in milliseconds for {@link Simulation.timing}; the engine itself has none. */
  now?: () => number;
  /** Called every few milliseconds within a long tick. What it throws ends the run, and leaves the simulation unusable. */
  onWork?: () => void;
  /** Settlement algorithms of type `custom`, by the text of their `module` (spec 12 §9): trusted code of the user. */
  algorithms?: Readonly<Record<string, SettlementPlugin>>;
  /** Ask custom algorithms twice, and refuse answers that differ. */
  checkDeterminism?: boolean;
  /** Where more payments come from; they are asked in this order before the sources of the scenario. */
  sources?: readonly PaymentSource[];
  /** Who decides about own queues in place of the payment trees, by the id of the bank. */
  deciders?: Readonly<Record<string, Decider>>;
}

/**
 * A payment system with its banks, run tick by tick.
 *
 * ```ts
 * const simulation = Simulation.create(scenario);
 * for (const { tick, num_settlements } of simulation) console.log(tick, num_settlements);
 * for (const event of simulation.events) if (event.event_type === 'Arrival') console.log(event.tx_id);
 * ```
 *
 * All money is whole cents. The same scenario, seed and calls give the same events, byte for byte.
 */
export class Simulation extends SimulationCalls implements Iterable<TickResult> {
  /** As records of the run name it; `sim-` and the seed unless it was given. */
  readonly id: string;
  readonly #world: World;
  readonly #options: SimulationOptions;
  readonly #memory: MemoryEventLog | null;
  readonly #sink: EventSink;
  /** What a store that records this simulation takes, and what it must not miss. */
  #recording: Recording | null = null;
  readonly #deciders: readonly (readonly [bank: number, agentId: string, decider: Decider])[];
  /** What the decider that is being asked sees. */
  readonly #seen: Float64Array;
  readonly #firstTick: number;
  readonly #firstEvent: number;
  #failed = false;
  /** A tick that stands still where banks begin to decide. */
  #open: OpenTick | null = null;
  #timing: TickTiming | null = null;

  private constructor(world: World, options: SimulationOptions) {
    super(world);
    this.#world = world;
    world.work.tell = options.onWork ?? null;
    this.#options = options;
    this.#memory = options.sink ? null : new MemoryEventLog();
    this.#sink = options.sink ?? this.#memory!;
    this.#firstTick = world.clock.tick;
    this.#firstEvent = world.log.total - world.log.open;
    this.id = options.simulationId ?? `sim-${world.config.rng_seed}`;
    this.#deciders = Object.entries(options.deciders ?? {}).map(([id, decider]) => [bankOf(world, id), id, decider]);
    this.#seen = new Float64Array(Math.max(0, ...this.#deciders.map(([, , { view }]) => view.width)));
  }

  /**
   * Creates a simulation from a scenario document, an engine configuration, or what `parseScenario` gave.
   *
   * @throws ScenarioError if the document is not valid, InvalidConfigError if the engine refuses it
   */
  static create(scenario: ScenarioInput, options: SimulationOptions = {}): Simulation {
    const { config, payments } = resolvedScenario(scenario);
    return new Simulation(createWorld(config, options.warn ?? ignore, pluginsOf(options), payments), options);
  }

  /**
   * Continues from a {@link snapshot}: what follows is exactly what would have followed without the interruption.
   *
   * @throws SnapshotError if the text is no snapshot, contradicts itself, or belongs to another configuration
   */
  static restore(scenario: ScenarioInput, snapshot: string, options: SimulationOptions = {}): Simulation {
    const { config, payments } = resolvedScenario(scenario);
    return new Simulation(restoreWorld(config, snapshot, options.warn ?? ignore, pluginsOf(options), payments), options);
  }

  /**
   * What a view shows of banks before anything has begun: balances as configured, and nothing else (spec 18 §3).
   *
   * @throws ScenarioError, InvalidConfigError, AgentNotFoundError
   */
  static lookBefore(scenario: ScenarioInput, view: FieldView, agentIds: readonly string[]): Float64Array[] {
    const { banks, context } = createOpening(resolvedScenario(scenario).config);
    return agentIds.map((id) => {
      const b = banks.indexOf(id);
      if (b < 0) throw new AgentNotFoundError(id);
      const seen = new Float64Array(view.width);
      readView(view, context, b, seen, 0);
      return seen;
    });
  }

  /** The complete state between two ticks as a JSON text; equal states give equal texts. */
  snapshot(): string {
    this.mustBeBetweenTicks();
    // Events of calls since the last tick belong to the past of whoever continues from here.
    this.flush();
    return snapshotWorld(this.#world);
  }

  /**
   * A copy of this simulation as it stands, in a tick that stands still, too, which goes its own way from here. Nothing is written as
   * text and read again: it costs what copying the state costs.
   *
   * @param options what differs; algorithms, sources, deciders, history and clock are those of this simulation unless given. Events go
   * to a log of its own that begins here unless there is a sink, and so do records
   */
  fork(options: SimulationOptions = {}): Simulation {
    const { sink: _, simulationId: __, warn: ___, onWork: ____, ...inherited } = this.#options;
    const settings = { ...inherited, ...options };
    const fork = new Simulation(copyWorld(this.#world, settings.warn ?? ignore, pluginsOf(settings)), settings);
    if (this.#open !== null) fork.#open = { arrivals: this.#open.arrivals, stopwatch: new Stopwatch(settings.now) };
    return fork;
  }

  /** The event log. @throws SimulationError if a sink takes the events */
  get events(): MemoryEventLog {
    if (this.#memory === null) throw new SimulationError('The events of this simulation went to its sink');
    return this.#memory;
  }

  protected override get standsStill(): boolean {
    return this.#open !== null;
  }

  /** Duration of the parts of the latest tick; null without a clock. */
  get timing(): TickTiming | null {
    return this.#timing;
  }

  /**
   * Runs one tick, or the rest of the one that {@link beginTick} began. If it fails, what it did so far stays, its events are handed
   * over, and time does not advance (spec 03 §13).
   *
   * @throws SimulationError
   */
  tick(): TickResult {
    const { arrivals, stopwatch } = this.#open ?? this.#begin();
    this.#open = null;
    try {
      const result = finishTick(this.#world, arrivals, (part) => stopwatch.begin(part));
      this.#close();
      this.#failed = false;
      this.#timing = stopwatch.timing();
      return result;
    } finally {
      this.flush();
    }
  }

  /**
   * Runs the next tick up to the point at which banks decide about their own queues, and lets it stand still there: queues are in
   * their order, nothing is released yet. {@link decideRelease} may be called then, and {@link tick} goes on. Outside the opening
   * hours nobody decides: nothing happens, and the answer is false.
   *
   * @throws SimulationError
   */
  beginTick(): boolean {
    if (this.#world.clock.isClosed) return false;
    this.#open ??= this.#begin();
    return true;
  }

  #begin(): OpenTick {
    const { isClosed } = this.#world.clock;
    const stopwatch = new Stopwatch(this.#options.now);
    if (!isClosed) this.#order();
    this.#recording?.before.note();
    this.#failed = this.#recording !== null;
    try {
      const arrivals = beginTick(this.#world, (part) => stopwatch.begin(part));
      if (!isClosed) this.#decide();
      return { stopwatch, arrivals };
    } catch (error) {
      this.flush();
      throw error;
    }
  }

  /** Takes what the user's sources have for this tick. */
  #order(): void {
    for (const source of this.#options.sources ?? []) for (const order of source.orders(this)) this.submitTransaction(order);
  }

  /** Asks the user's deciders, banks in the order in which they are named. */
  #decide(): void {
    const { queue1 } = this.#world;
    for (const [bank, agentId, decider] of this.#deciders) {
      if (queue1.size[bank] === 0) continue;
      this.look(decider.view, agentId, this.#seen);
      const choice = decider.decide(this.#seen.subarray(0, decider.view.width));
      if (choice !== null) this.decideRelease(agentId, choice);
    }
  }

  /** Runs the remaining ticks of the configured run, or up to `untilTick`, which is not run itself. */
  run({ untilTick = this.totalTicks }: { untilTick?: number } = {}): TickResult[] {
    const results: TickResult[] = [];
    while (this.currentTick < untilTick) results.push(this.tick());
    return results;
  }

  /**
   * The same, in which everything else in the process has its turn every few milliseconds.
   *
   * @param signal ends it after the running tick; that is no failure, and the run can go on
   */
  async runAsync({
    signal,
    untilTick = this.totalTicks,
  }: { untilTick?: number; signal?: { readonly aborted: boolean } } = {}): Promise<TickResult[]> {
    const results: TickResult[] = [];
    const turns = new Turns();
    while (this.currentTick < untilTick) {
      if (signal?.aborted) break;
      results.push(this.tick());
      await turns.give();
    }
    return results;
  }

  /** Runs tick by tick up to the end of the configured run. */
  *[Symbol.iterator](): Generator<TickResult> {
    while (this.currentTick < this.totalTicks) yield this.tick();
  }

  /** Hands events of calls made since the last tick to the sink; otherwise they go with the next tick. */
  flush(): void {
    const { clock, log } = this.#world;
    if (this.#open !== null) return;
    // A tick that succeeded has advanced the clock: its events were closed with their own number already.
    if (log.open > 0) this.#write(log.close(clock.tick));
  }

  #close(): void {
    const world = this.#world;
    const { clock, deadlines, log } = world;
    this.#write(log.close(clock.tick));
    if (clock.endsDay) {
      world.daily.close(world);
      world.counters.closeDay();
    }
    deadlines.advance(clock.tick, clock.isClosed);
    clock.tick++;
    if (clock.tickOfDay === 0) world.daily.open(world);
    this.#release();
  }

  /** What cannot be shown is not stored either: a tick is complete or it is not there. */
  #write(batch: EventBatch): void {
    this.#sink.write(batch);
    this.#recording?.store.write(batch);
  }

  #release(): void {
    const world = this.#world;
    if (world.closed.length === 0) return;
    if (this.#recording) for (const p of world.closed) this.#recording.closed.add(world, p);
    if (this.#options.history === 'release') for (const p of world.closed) world.payments.release(p);
    world.closed = [];
  }

  /** Runs the next tick and tells how policies decided in it: about one payment, by one bank, or all. */
  explainTick(filter: TraceFilter = {}): { result: TickResult; traces: DecisionTrace[] } {
    const world = this.#world;
    world.tracer = new DecisionTracer(world, filter);
    try {
      return { result: this.tick(), traces: world.tracer.traces };
    } finally {
      world.tracer = null;
    }
  }

  // --- what a store takes (spec 09) ------------------------------------------------------------------------------------

  /**
   * Hands the events of every tick to a store as well, and collects final payments and the payments before each tick for it, until
   * {@link stopRecording}. With `chosenHolds` decisions of collateral trees to do nothing are recorded, too.
   *
   * @throws SimulationError if it is recorded already, or ticks and events are gone that the store would miss
   */
  record(store: EventSink, { chosenHolds }: { chosenHolds: boolean } = { chosenHolds: false }): void {
    const { clock, log, payments } = this.#world;
    if (this.#recording) throw new SimulationError('This simulation is being recorded already');
    if (clock.tick !== this.#firstTick || log.total - log.open !== this.#firstEvent || this.#open !== null)
      throw new SimulationError('This simulation has run already: a recording must begin before its first tick');
    this.#recording = { store, closed: new ClosedTransactions(), before: new PaymentsBefore(payments) };
    this.#world.recordChosenHolds = chosenHolds;
  }

  /** Keeps no more records for a recorder. */
  stopRecording(): void {
    this.#recording = null;
    this.#world.recordChosenHolds = false;
  }

  /** Final payments since the last call, in settlement order. @throws SimulationError unless it is recorded */
  takeClosedTransactions(): TransactionBatch {
    if (this.#recording === null)
      throw new SimulationError('Closed transactions are collected while a simulation is recorded only');
    return this.#recording.closed.take();
  }

  /** Payments that are not final yet, in creation order. While it is recorded, what a tick did that failed does not count. */
  openTransactions(): TransactionBatch {
    return openTransactions(this.#world, this.#failed && this.#recording ? this.#recording.before.view : null);
  }

  /** The banks now, in columns that change with the next tick. */
  agentColumns(): AgentStateBatch {
    return agentColumns(this.#world);
  }

  /** Contents of all queues now. */
  queueColumns(): QueueBatch {
    return queueColumns(this.#world);
  }

  /** Hands over calls, collateral records, LSM records and finished days, and forgets them. */
  takeRecords(): SimulationRecords {
    const world = this.#world;
    const { calls, collateralRecords: collateral } = world;
    world.calls = [];
    world.collateralRecords = [];
    return { calls, collateral, daily: world.daily.take(), lsm: world.lsmRecords.take(), ...world.system.takeReports() };
  }
}

function ignore(): void {}

function pluginsOf({ algorithms = {}, checkDeterminism = false, now }: SimulationOptions): Plugins {
  return { modules: algorithms, checkDeterminism, ...(now ? { now } : {}) };
}

interface OpenTick {
  /** Null outside the opening hours. */
  arrivals: number | null;
  stopwatch: Stopwatch;
}

interface Recording {
  store: EventSink;
  closed: ClosedTransactions;
  before: PaymentsBefore;
}
