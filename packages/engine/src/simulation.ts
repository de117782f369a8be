import {
  RTGS_PRIORITIES,
  type AgentCosts,
  type AgentCounters,
  type AgentState,
  type AgentStateBatch,
  type CollateralRecord,
  type DailyAgentMetrics,
  type EventSink,
  type LsmRecord,
  type QueueBatch,
  type SystemMetrics,
  type TickResult,
  type TickTiming,
  type TransactionBatch,
  type TransactionCounts,
  type TransactionDetails,
} from '@simcash/protocol';
import { agentColumns, ClosedTransactions, openTransactions, queueColumns } from './columns.js';
import { createWorld } from './creation.js';
import { AgentNotFoundError, InvalidConfigError, SimulationError } from './errors.js';
import { MemoryEventLog } from './events/memory-log.js';
import { postCollateral, withdrawCollateral, type CollateralOutcome } from './ledger/manual-collateral.js';
import { transactionNumber } from './payments/identifiers.js';
import { NONE } from './payments/payments.js';
import { PaymentsBefore } from './payments/payments-before.js';
import { submitPayment, type PaymentOrder } from './payments/submission.js';
import { checkLiquidityFraction, loadPolicy } from './policy/bank-policy.js';
import { DecisionTracer, type DecisionTrace, type TraceFilter } from './policy/explain.js';
import { PolicyDocumentError } from './policy/issues.js';
import * as queries from './queries.js';
import { resubmitToRtgs, withdrawFromRtgs } from './queues/rtgs-actions.js';
import { resolveScenario, type ScenarioInput } from './scenario/resolve.js';
import type { EngineConfig, PolicyConfig } from './scenario/config.js';
import { restoreWorld, snapshotWorld } from './snapshot.js';
import { runTick, type TickPart } from './tick.js';
import type { World } from './world.js';

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
  /** Collect final payments for {@link Simulation.takeClosedTransactions}. */
  collectClosed?: boolean;
  /** Receives warnings of policies; they are dropped unless given. */
  warn?: (message: string) => void;
  /** Clock in milliseconds for {@link Simulation.timing}; the engine itself has none. */
  now?: () => number;
  /** Also record collateral decisions to do nothing. */
  recordChosenHolds?: boolean;
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
export class Simulation implements Iterable<TickResult> {
  readonly id: string;
  readonly #world: World;
  readonly #options: SimulationOptions;
  readonly #memory: MemoryEventLog | null;
  readonly #sink: EventSink;
  readonly #closed: ClosedTransactions | null;
  /** Payments before the latest tick, and whether it failed; kept for a store only. */
  readonly #before: PaymentsBefore | null;
  #failed = false;
  #timing: TickTiming | null = null;

  private constructor(world: World, options: SimulationOptions) {
    this.#world = world;
    this.#options = options;
    this.#memory = options.sink ? null : new MemoryEventLog();
    this.#sink = options.sink ?? this.#memory!;
    this.#closed = options.collectClosed ? new ClosedTransactions() : null;
    this.#before = options.collectClosed ? new PaymentsBefore(world.payments) : null;
    this.id = options.simulationId ?? `sim-${world.config.rng_seed}`;
    world.recordChosenHolds = options.recordChosenHolds ?? false;
  }

  /**
   * Creates a simulation from a scenario document, an engine configuration, or what `parseScenario` gave.
   *
   * @throws ScenarioError if the document is not valid, InvalidConfigError if the engine refuses it
   */
  static create(scenario: ScenarioInput, options: SimulationOptions = {}): Simulation {
    return new Simulation(createWorld(resolveScenario(scenario), options.warn ?? ignore), options);
  }

  /**
   * Continues from a {@link snapshot}: what follows is exactly what would have followed without the interruption.
   *
   * @throws SnapshotError if the text is no snapshot, contradicts itself, or belongs to another configuration
   */
  static restore(scenario: ScenarioInput, snapshot: string, options: SimulationOptions = {}): Simulation {
    return new Simulation(restoreWorld(resolveScenario(scenario), snapshot, options.warn ?? ignore), options);
  }

  /** The complete state between two ticks as a JSON text; equal states give equal texts. */
  snapshot(): string {
    // Events of calls since the last tick belong to the past of whoever continues from here.
    this.flush();
    return snapshotWorld(this.#world);
  }

  /** The configuration as given at creation; policy updates of the run are not in it. */
  get config(): EngineConfig {
    return this.#world.config;
  }

  /** Number of the next tick, which is the number of ticks run so far. */
  get currentTick(): number {
    return this.#world.clock.tick;
  }

  get currentDay(): number {
    return this.#world.clock.day;
  }

  /** Ticks of the configured run; ticking on is allowed. */
  get totalTicks(): number {
    return this.#world.clock.episodeEnd;
  }

  /** State of the random number generator, an unsigned 64-bit number. */
  get rngState(): bigint {
    return this.#world.arrivals.rng.state;
  }

  /** Events of the whole run so far, whether kept or not. */
  get eventCount(): number {
    return this.#world.log.total;
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
   * Runs one tick. If it fails, what it did so far stays, its events are handed over, and time does not advance (spec 03 §13).
   *
   * @throws SimulationError
   */
  tick(): TickResult {
    const world = this.#world;
    const stopwatch = new Stopwatch(this.#options.now);
    this.#before?.note();
    this.#failed = this.#before !== null;
    try {
      const result = runTick(world, (part) => stopwatch.begin(part));
      this.#close();
      this.#failed = false;
      this.#timing = stopwatch.timing();
      return result;
    } finally {
      this.flush();
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
    // A tick that succeeded has advanced the clock: its events were closed with their own number already.
    if (log.open > 0) this.#sink.write(log.close(clock.tick));
  }

  #close(): void {
    const world = this.#world;
    const { clock, deadlines, log } = world;
    const batch = log.close(clock.tick);
    this.#sink.write(batch);
    if (clock.endsDay) {
      world.daily.close(world);
      world.counters.closeDay();
    }
    deadlines.advance(clock.tick);
    clock.tick++;
    if (clock.tickOfDay === 0) world.daily.open(world);
    this.#release();
  }

  #release(): void {
    const world = this.#world;
    if (world.closed.length === 0) return;
    if (this.#closed) for (const p of world.closed) this.#closed.add(world, p);
    if (this.#options.history === 'release') for (const p of world.closed) world.payments.release(p);
    world.closed = [];
  }

  // --- calls between ticks (spec 03 §11) -------------------------------------------------------------------------------

  /**
   * Submits a payment, which its sender's policy sees in the next tick; returns its id.
   *
   * @throws AgentNotFoundError, InvalidConfigError
   */
  submitTransaction(order: PaymentOrder & { rtgs_priority?: string }): string {
    const { rtgs_priority: priority } = order;
    const declared = priority === undefined ? NONE : rtgsPriorityCode(priority);
    const p = submitPayment(this.#world, order);
    this.#world.payments.declaredPriority[p] = declared;
    return this.#world.payments.id(p);
  }

  /** Takes a payment back from the central queue. @throws SettlementError */
  withdrawFromRtgs(txId: string): void {
    const { payments, queue2 } = this.#world;
    const p = payments.rowOf(transactionNumber(txId));
    const key = p === NONE ? 0 : payments.queueKey[p]!;
    withdrawFromRtgs(this.#world, txId);
    queue2.keepInIndex(p, key);
  }

  /** Declares the RTGS priority of a payment's next release. @throws SettlementError, InvalidConfigError */
  resubmitToRtgs(txId: string, priority: string): void {
    resubmitToRtgs(this.#world, txId, rtgsPriorityCode(priority));
  }

  /** Posts collateral by hand: no capacity check, but a holding period of five ticks begins (spec 01 §4.5.5). */
  postCollateral(agentId: string, amount: number): CollateralOutcome {
    return postCollateral(this.#world, agentId, amount);
  }

  /** Withdraws collateral by hand; refused as a whole if it would uncover used credit. */
  withdrawCollateral(agentId: string, amount: number): CollateralOutcome {
    return withdrawCollateral(this.#world, agentId, amount);
  }

  /**
   * Replaces a bank's policy from the next tick on. Registers, timers, scheduled releases and today's liquidity stay.
   *
   * @param policyJson a policy document
   * @throws InvalidConfigError with all errors of the document; nothing has changed then
   */
  updateAgentPolicy(agentId: string, policyJson: string): void {
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
      throw new InvalidConfigError(`Invalid policy JSON for ${agentId}: ${cause}`);
    }
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

  // --- queries (spec 03 §12) -------------------------------------------------------------------------------------------

  /** Bank ids in agent order: ascending by code point. */
  get agentIds(): readonly string[] {
    return this.#world.banks.ids;
  }

  /** @throws AgentNotFoundError */
  agent(agentId: string): AgentState {
    return queries.agentState(this.#world, this.#bank(agentId));
  }

  /** All banks, in agent order. */
  agents(): AgentState[] {
    return this.agentIds.map((_, b) => queries.agentState(this.#world, b));
  }

  /** A bank's own queue in order. */
  queue1(agentId: string): string[] {
    return this.#world.queue1.list(this.#bank(agentId)).map((p) => this.#world.payments.id(p));
  }

  /** The central queue in order. */
  queue2(): string[] {
    return this.#world.queue2.list().map((p) => this.#world.payments.id(p));
  }

  /** A payment, or null if it never existed or was let go. */
  transaction(txId: string): TransactionDetails | null {
    const { banks, payments } = this.#world;
    const p = payments.rowOf(transactionNumber(txId));
    return p === NONE ? null : payments.details(p, banks.ids);
  }

  /** All payments that are held, in creation order: all of the run, or the open ones with `history: 'release'`. */
  transactions(): TransactionDetails[] {
    const { banks, payments } = this.#world;
    return [...payments.rows()].map((p) => payments.details(p, banks.ids));
  }

  /** Payments that arrived in a day, split parents and parts included. */
  transactionsOfDay(day: number): TransactionDetails[] {
    const { ticksPerDay } = this.#world.clock;
    return this.transactions().filter((transaction) => Math.floor(transaction.arrival_tick / ticksPerDay) === day);
  }

  transactionsNearDeadline(withinTicks: number): queries.NearDeadline[] {
    return queries.nearDeadline(this.#world, withinTicks);
  }

  overdueTransactions(): queries.OverdueTransaction[] {
    return queries.overdue(this.#world);
  }

  /** Costs since the day began; after the last tick of a day that day's, until the next tick. */
  agentCosts(agentId: string): AgentCosts {
    return this.#world.costs.dayCosts(this.#bank(agentId));
  }

  /** Costs since tick 0. */
  agentRunCosts(agentId: string): AgentCosts {
    return this.#world.costs.runCosts(this.#bank(agentId));
  }

  agentDayCounters(agentId: string): AgentCounters {
    return this.#world.counters.ofDay(this.#bank(agentId));
  }

  agentRunCounters(agentId: string): AgentCounters {
    return this.#world.counters.ofRun(this.#bank(agentId));
  }

  /** Most negative balance at the charging of costs today, ≤ 0. */
  agentPeakNetDebit(agentId: string): number {
    return this.#world.costs.peakNetDebit[this.#bank(agentId)]!;
  }

  agentLimits(agentId: string): { bilateral_limits: Record<string, number>; multilateral_limit: number | null } {
    return queries.limits(this.#world, this.#bank(agentId));
  }

  /** What a bank has paid out today, in all and by counterparty. */
  agentOutflows(agentId: string): { bilateral_outflows: Record<string, number>; total_outflow: number } {
    return queries.outflows(this.#world, this.#bank(agentId));
  }

  /** State registers as [key, value], by key. */
  agentRegisters(agentId: string): [key: string, value: number][] {
    return queries.registers(this.#world, this.#bank(agentId));
  }

  /** Current rate of a bank with `arrival_config`; null otherwise. */
  arrivalRate(agentId: string): number | null {
    return this.#world.arrivals.singleRate(this.#bank(agentId));
  }

  /** Policies in force, in configuration order. */
  agentPolicies(): { agent_id: string; policy_config: PolicyConfig }[] {
    const { banks, config, policies } = this.#world;
    return config.agent_configs.map(({ id }) => ({ agent_id: id, policy_config: policies.of(banks.indexOf(id)).config }));
  }

  systemMetrics(): SystemMetrics {
    return queries.systemMetrics(this.#world);
  }

  transactionCounts(): TransactionCounts {
    return queries.transactionCounts(this.#world);
  }

  /** Metrics of a finished day, in agent order; empty until the day is over. */
  dailyMetrics(day: number): DailyAgentMetrics[] {
    return this.#world.daily.ofDay(day);
  }

  /** Collateral decisions of a day in order. */
  collateralRecords(day: number): CollateralRecord[] {
    return this.#world.collateralRecords.filter((record) => record.day === day);
  }

  /** Settled pairs and rings of a day in order. */
  lsmRecords(day: number): LsmRecord[] {
    return this.#world.lsmRecords.ofDay(day);
  }

  /** Payments without parent that offsets or cycles settled, themselves or in part. */
  get offsetPayments(): number {
    return this.#world.statistics.offsetPayments;
  }

  // --- what a store takes (spec 09) ------------------------------------------------------------------------------------

  /** Final payments since the last call, in settlement order. @throws SimulationError unless they are collected */
  takeClosedTransactions(): TransactionBatch {
    if (this.#closed === null) throw new SimulationError('This simulation does not collect closed transactions');
    return this.#closed.take();
  }

  /** Payments that are not final yet, in creation order. If closed ones are collected, what a tick did that failed does not count. */
  openTransactions(): TransactionBatch {
    return openTransactions(this.#world, this.#failed ? this.#before!.view : null);
  }

  /** The banks now, in columns that change with the next tick. */
  agentColumns(): AgentStateBatch {
    return agentColumns(this.#world);
  }

  /** Contents of all queues now. */
  queueColumns(): QueueBatch {
    return queueColumns(this.#world);
  }

  /** Hands over collateral records, LSM records and finished days, and forgets them. */
  takeRecords(): { collateral: CollateralRecord[]; daily: DailyAgentMetrics[]; lsm: LsmRecord[] } {
    const world = this.#world;
    const collateral = world.collateralRecords;
    world.collateralRecords = [];
    return { collateral, daily: world.daily.take(), lsm: world.lsmRecords.take() };
  }

  #bank(agentId: string): number {
    const b = this.#world.banks.indexOf(agentId);
    if (b < 0) throw new AgentNotFoundError(agentId);
    return b;
  }
}

function ignore(): void {}

function rtgsPriorityCode(name: string): number {
  const code = (RTGS_PRIORITIES as readonly string[]).indexOf(name);
  if (code >= 0) return code;
  throw new SimulationError(`Invalid RTGS priority '${name}'. Must be 'HighlyUrgent', 'Urgent', or 'Normal'`);
}

/** Measures the parts of a tick with the caller's clock, if there is one. */
class Stopwatch {
  readonly #micros: Partial<Record<TickPart, number>> = {};
  #part: TickPart | null = null;
  #since = 0;
  readonly #start: number;

  constructor(private readonly now: (() => number) | undefined) {
    this.#start = now?.() ?? 0;
  }

  begin(part: TickPart): void {
    if (!this.now) return;
    this.#finish();
    this.#part = part;
    this.#since = this.now();
  }

  timing(): TickTiming | null {
    if (!this.now) return null;
    this.#finish();
    const micros = (part: TickPart): number => Math.round(this.#micros[part] ?? 0);
    return {
      arrivals_micros: micros('arrivals'),
      policy_eval_micros: micros('policy_eval'),
      rtgs_settlement_micros: micros('rtgs_settlement'),
      rtgs_queue_micros: micros('rtgs_queue'),
      lsm_micros: micros('lsm'),
      cost_accrual_micros: micros('cost_accrual'),
      total_micros: Math.round((this.now() - this.#start) * 1000),
    };
  }

  #finish(): void {
    if (this.#part !== null) this.#micros[this.#part] = (this.now!() - this.#since) * 1000;
    this.#part = null;
  }
}
