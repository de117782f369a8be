import {
  RTGS_PRIORITIES,
  type AgentStateBatch,
  type EventBatch,
  type EventSink,
  type PaymentOrder,
  type QueueBatch,
  type ReleaseChoice,
  type RtgsPriority,
  type SimulationCall,
  type SimulationRecords,
  type TickResult,
  type TickTiming,
  type TransactionBatch,
} from '@simcash/protocol';
import { agentColumns, ClosedTransactions, openTransactions, queueColumns } from './columns.js';
import { createOpening, createWorld } from './creation.js';
import { AgentNotFoundError, InvalidConfigError, SettlementError, SimulationError } from './errors.js';
import { MemoryEventLog } from './events/memory-log.js';
import { postCollateral, withdrawCollateral, type CollateralOutcome } from './ledger/manual-collateral.js';
import { transactionNumber } from './payments/identifiers.js';
import { NONE } from './payments/payments.js';
import { PaymentsBefore } from './payments/payments-before.js';
import { submitPayment } from './payments/submission.js';
import { checkLiquidityFraction, loadPolicy } from './policy/bank-policy.js';
import { checkedChoice } from './policy/release-choices.js';
import { DecisionTracer, type DecisionTrace, type TraceFilter } from './policy/explain.js';
import { PolicyDocumentError } from './policy/issues.js';
import { readView, type FieldView } from './policy/field-view.js';
import type { Plugins } from './settlement/algorithms/index.js';
import type { SettlementPlugin } from './settlement/algorithms/custom.js';
import { resubmitToRtgs, withdrawFromRtgs } from './queues/rtgs-actions.js';
import { resolvedScenario, type ScenarioInput } from './scenario/resolve.js';
import { restoreWorld } from './snapshot/restore.js';
import { snapshotWorld } from './snapshot/save.js';
import { bankOf, SimulationQueries } from './simulation-queries.js';
import { Stopwatch } from './stopwatch.js';
import { beginTick, finishTick } from './tick.js';
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
export class Simulation extends SimulationQueries implements Iterable<TickResult> {
  /** As records of the run name it; `sim-` and the seed unless it was given. */
  readonly id: string;
  readonly #world: World;
  readonly #options: SimulationOptions;
  readonly #memory: MemoryEventLog | null;
  readonly #sink: EventSink;
  /** What a store that records this simulation takes, and what it must not miss. */
  #recording: Recording | null = null;
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
    this.#mustBeBetweenTicks();
    // Events of calls since the last tick belong to the past of whoever continues from here.
    this.flush();
    return snapshotWorld(this.#world);
  }

  /** The event log. @throws SimulationError if a sink takes the events */
  get events(): MemoryEventLog {
    if (this.#memory === null) throw new SimulationError('The events of this simulation went to its sink');
    return this.#memory;
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
    const stopwatch = new Stopwatch(this.#options.now);
    this.#recording?.before.note();
    this.#failed = this.#recording !== null;
    try {
      return { stopwatch, arrivals: beginTick(this.#world, (part) => stopwatch.begin(part)) };
    } catch (error) {
      this.flush();
      throw error;
    }
  }

  /** Runs the remaining ticks of the configured run, or up to `untilTick`, which is not run itself. */
  run({ untilTick = this.totalTicks }: { untilTick?: number } = {}): TickResult[] {
    const results: TickResult[] = [];
    while (this.currentTick < untilTick) results.push(this.tick());
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

  // --- calls between ticks (spec 03 §11) -------------------------------------------------------------------------------

  /**
   * Submits a payment, which its sender's policy sees in the next tick; returns its id.
   *
   * @throws AgentNotFoundError, InvalidConfigError
   */
  submitTransaction(order: PaymentOrder): string {
    const { rtgs_priority: priority } = order;
    this.#mustBeBetweenTicks();
    const declared = priority === undefined ? NONE : rtgsPriorityCode(priority);
    const p = submitPayment(this.#world, order);
    this.#world.payments.declaredPriority[p] = declared;
    const id = this.#world.payments.id(p);
    this.#note(order.sender, id, { call: 'submit_transaction', ...order });
    return id;
  }

  /** Takes a payment back from the central queue. @throws SettlementError */
  withdrawFromRtgs(txId: string): void {
    this.#mustBeBetweenTicks();
    const { payments, queue2 } = this.#world;
    const p = payments.rowOf(transactionNumber(txId));
    this.#mustBeInService(p);
    const key = p === NONE ? 0 : payments.queueKey[p]!;
    withdrawFromRtgs(this.#world, txId);
    queue2.keepInIndex(p, key);
    this.#note(this.#senderOf(txId), txId, { call: 'withdraw_from_rtgs', tx_id: txId });
  }

  /** Declares the RTGS priority of a payment's next release. @throws SettlementError, InvalidConfigError */
  resubmitToRtgs(txId: string, priority: RtgsPriority): void {
    this.#mustBeBetweenTicks();
    this.#mustBeInService(this.#world.payments.rowOf(transactionNumber(txId)));
    resubmitToRtgs(this.#world, txId, rtgsPriorityCode(priority));
    this.#note(this.#senderOf(txId), txId, { call: 'resubmit_to_rtgs', tx_id: txId, rtgs_priority: priority });
  }

  /** Posts collateral by hand: no capacity check, but a holding period of five ticks begins (spec 01 §4.5.5). */
  postCollateral(agentId: string, amount: number): CollateralOutcome {
    this.#mustBeBetweenTicks();
    const outcome = postCollateral(this.#world, agentId, amount);
    if (outcome.success) this.#note(agentId, null, { call: 'post_collateral', agent_id: agentId, amount });
    return outcome;
  }

  /** Withdraws collateral by hand; refused as a whole if it would uncover used credit. */
  withdrawCollateral(agentId: string, amount: number): CollateralOutcome {
    this.#mustBeBetweenTicks();
    const outcome = withdrawCollateral(this.#world, agentId, amount);
    if (outcome.success) this.#note(agentId, null, { call: 'withdraw_collateral', agent_id: agentId, amount });
    return outcome;
  }

  /**
   * Replaces a bank's policy from the next tick on. Registers, timers, scheduled releases and today's liquidity stay.
   *
   * @param policyJson a policy document
   * @throws InvalidConfigError with all errors of the document; nothing has changed then
   */
  updateAgentPolicy(agentId: string, policyJson: string): void {
    this.#mustBeBetweenTicks();
    const world = this.#world;
    const b = world.banks.indexOf(agentId);
    if (b < 0) throw new InvalidConfigError(`Unknown agent: ${agentId}`);
    try {
      const policy = loadPolicy({ type: 'FromJson', json: policyJson });
      checkLiquidityFraction(agentId, policy);
      world.policies.replace(b, policy);
    } catch (error) {
      if (!(error instanceof PolicyDocumentError)) throw error;
      const cause = error.issues[0]?.code === 'ParseError' ? `Failed to parse JSON: ${error.message}` : error.message;
      throw new InvalidConfigError(`Invalid policy JSON for ${agentId}: ${cause}`, {
        cause: error,
        issues: error.issues.map((issue) => ({ agent_id: agentId, ...issue })),
      });
    }
    this.#note(agentId, null, { call: 'update_agent_policy', agent_id: agentId, policy_json: policyJson });
  }

  /**
   * Says what a bank releases from its own queue the next time that banks decide, in place of its payment tree: in the tick that
   * {@link beginTick} has begun, else in the next one in which they decide. It can be said anew until then (spec 18 §2).
   *
   * @throws AgentNotFoundError, InvalidConfigError for a choice that is none
   */
  decideRelease(agentId: string, choice: ReleaseChoice): void {
    const b = bankOf(this.#world, agentId);
    const own = checkedChoice(choice);
    this.#world.releaseChoices.set(b, own);
    this.#note(agentId, null, { call: 'decide_release', agent_id: agentId, choice: own });
  }

  /** Makes a recorded call once more. @throws SimulationError if it cannot be made now */
  repeat(call: SimulationCall): void {
    switch (call.call) {
      case 'submit_transaction': {
        const { call: _, ...order } = call;
        this.submitTransaction(order);
        return;
      }
      case 'withdraw_from_rtgs':
        return this.withdrawFromRtgs(call.tx_id);
      case 'resubmit_to_rtgs':
        return this.resubmitToRtgs(call.tx_id, call.rtgs_priority);
      case 'post_collateral':
        return mustSucceed(this.postCollateral(call.agent_id, call.amount));
      case 'withdraw_collateral':
        return mustSucceed(this.withdrawCollateral(call.agent_id, call.amount));
      case 'update_agent_policy':
        return this.updateAgentPolicy(call.agent_id, call.policy_json);
      case 'decide_release':
        return this.decideRelease(call.agent_id, call.choice);
    }
  }

  #mustBeBetweenTicks(): void {
    if (this.#open !== null) throw new SimulationError(`Tick ${this.currentTick} stands still: only releases can be decided now`);
  }

  /** A bank in an outage does nothing about its payments (spec 15 §2.1). */
  #mustBeInService(p: number): void {
    const world = this.#world;
    const refusal = p === NONE ? null : world.stress?.outages.refusal(world, world.payments.sender[p]!);
    if (refusal) throw new SettlementError(refusal);
  }

  #note(agentId: string, txId: string | null, call: SimulationCall): void {
    this.#world.calls.push({ tick: this.currentTick, agent_id: agentId, tx_id: txId, call });
  }

  #senderOf(txId: string): string {
    return this.transaction(txId)!.sender_id;
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
    if (clock.tick !== this.#firstTick || log.total - log.open !== this.#firstEvent)
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

function mustSucceed({ message, success }: CollateralOutcome): void {
  if (!success) throw new SimulationError(message);
}

function rtgsPriorityCode(name: RtgsPriority): number {
  const code = RTGS_PRIORITIES.indexOf(name);
  if (code >= 0) return code;
  throw new SimulationError(`Invalid RTGS priority '${name}'. Must be 'HighlyUrgent', 'Urgent', or 'Normal'`);
}
