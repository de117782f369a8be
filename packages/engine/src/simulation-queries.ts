import type {
  AgentCosts,
  AgentCounters,
  AgentState,
  CollateralRecord,
  CostComponent,
  DailyAgentMetrics,
  LsmRecord,
  RunTotals,
  SettlementCounts,
  SystemMetrics,
  TransactionCounts,
  TransactionDetails,
} from '@simcash/protocol';
import { AgentNotFoundError } from './errors.js';
import { transactionNumber } from './payments/identifiers.js';
import { NONE } from './payments/payments.js';
import { readView, type FieldView } from './policy/field-view.js';
import * as queries from './queries.js';
import type { Truncation } from './settlement/algorithm.js';
import { centralWait, type CentralWait } from './settlement/central-wait.js';
import type { EngineConfig, PolicyConfig } from './scenario/config.js';
import type { World } from './world.js';

/**
 * What can be asked of a simulation at any time (spec 03 §12). It changes nothing; what changes a simulation between its ticks is in
 * `SimulationCalls`.
 */
export abstract class SimulationQueries {
  readonly #world: World;

  protected constructor(world: World) {
    this.#world = world;
  }

  /** The configuration as given at creation; policy updates of the run are not in it. */
  get config(): EngineConfig {
    return this.#world.config;
  }

  /** Number of the next tick, which is the number of ticks run so far. */
  get currentTick(): number {
    return this.#world.clock.tick;
  }

  /** The day of the next tick. */
  get currentDay(): number {
    return this.#world.clock.day;
  }

  /** Ticks of the configured run; ticking on is allowed. */
  get totalTicks(): number {
    return this.#world.clock.episodeEnd;
  }

  /** State of the random number generator, an unsigned 64-bit number: of a longer state the lowest bits. */
  get rngState(): bigint {
    return BigInt.asUintN(64, this.#world.arrivals.rng.state);
  }

  /** Events of the whole run so far, whether kept or not. */
  get eventCount(): number {
    return this.#world.log.total;
  }

  /** Why a payment waits in the central queue: its place, what its bank lacks, limits; null if it does not wait there. */
  centralWait(txId: string): CentralWait | null {
    return centralWait(this.#world, txId);
  }

  /** Id of the payment with a reference of the payment list, of several the first that is held; null if none has arrived. */
  idOf(reference: string): string | null {
    const { listed, payments } = this.#world;
    if (listed === null) return null;
    for (const p of payments.rows())
      if (payments.parent[p] === NONE && listed.referenceOf(payments.arrivalSeq[p]!) === reference) return payments.id(p);
    return null;
  }

  /** Bank ids in agent order: ascending by code point. */
  get agentIds(): readonly string[] {
    return this.#world.banks.ids;
  }

  /** The state of a bank. @throws AgentNotFoundError */
  agent(agentId: string): AgentState {
    return queries.agentState(this.#world, bankOf(this.#world, agentId));
  }

  /** All banks, in agent order. */
  agents(): AgentState[] {
    return this.agentIds.map((_, b) => queries.agentState(this.#world, b));
  }

  /** A bank's own queue in order. */
  queue1(agentId: string): string[] {
    return this.#world.queue1.list(bankOf(this.#world, agentId)).map((p) => this.#world.payments.id(p));
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

  /** Pending payments whose deadlines are at most so many ticks away. */
  transactionsNearDeadline(withinTicks: number): queries.NearDeadline[] {
    return queries.nearDeadline(this.#world, withinTicks);
  }

  /** Payments that are past their deadlines and not settled. */
  overdueTransactions(): queries.OverdueTransaction[] {
    return queries.overdue(this.#world);
  }

  /** Costs since the day began; after the last tick of a day that day's, until the next tick. */
  agentCosts(agentId: string): AgentCosts {
    return this.#world.costs.dayCosts(bankOf(this.#world, agentId));
  }

  /** What the latest {@link decideRelease} of a bank came to: payments that it was about, and those that it released. */
  releases(agentId: string): { asked: number; released: number } {
    const { asked, released } = this.#world.releaseChoices;
    const b = bankOf(this.#world, agentId);
    return { asked: asked[b]!, released: released[b]! };
  }

  /** Writes what a view shows of a bank now, as {@link FieldView.width} numbers from `at` on. */
  look(view: FieldView, agentId: string, into: Float64Array, at = 0): void {
    readView(view, this.#world.context, bankOf(this.#world, agentId), into, at);
  }

  /** Costs since tick 0, by component and bank in agent order; the columns change while the simulation runs. */
  get costColumns(): Readonly<Record<CostComponent, Readonly<Float64Array>>> {
    return this.#world.costs.run;
  }

  /** Costs since tick 0. */
  agentRunCosts(agentId: string): AgentCosts {
    return this.#world.costs.runCosts(bankOf(this.#world, agentId));
  }

  /** What a bank has done since the day began; throws `AgentNotFoundError`. */
  agentDayCounters(agentId: string): AgentCounters {
    return this.#world.counters.ofDay(bankOf(this.#world, agentId));
  }

  /** What a bank has done since the run began; throws `AgentNotFoundError`. */
  agentRunCounters(agentId: string): AgentCounters {
    return this.#world.counters.ofRun(bankOf(this.#world, agentId));
  }

  /** Payments that the bank had to make since tick 0, and what of them settled; values are NaN after a snapshot that has none. */
  agentSettlement(agentId: string): SettlementCounts {
    return queries.settlementOf(this.#world, bankOf(this.#world, agentId));
  }

  /** Lowest balance at the end of any tick so far; the balance itself before the first one. */
  agentLowestBalance(agentId: string): number {
    const b = bankOf(this.#world, agentId);
    return Math.min(this.#world.daily.lowest[b]!, this.currentTick === 0 ? this.#world.banks.balance[b]! : Infinity);
  }

  /** Most negative balance at the charging of costs today, ≤ 0. */
  agentPeakNetDebit(agentId: string): number {
    return this.#world.costs.peakNetDebit[bankOf(this.#world, agentId)]!;
  }

  /** The limits of a bank, in cents; throws `AgentNotFoundError`. */
  agentLimits(agentId: string): { bilateral_limits: Record<string, number>; multilateral_limit: number | null } {
    return queries.limits(this.#world, bankOf(this.#world, agentId));
  }

  /** What a bank has paid out today, in all and by counterparty. */
  agentOutflows(agentId: string): { bilateral_outflows: Record<string, number>; total_outflow: number } {
    return queries.outflows(this.#world, bankOf(this.#world, agentId));
  }

  /** State registers as [key, value], by key. */
  agentRegisters(agentId: string): [key: string, value: number][] {
    return queries.registers(this.#world, bankOf(this.#world, agentId));
  }

  /** Current rate of a bank with `arrival_config`; null otherwise. */
  arrivalRate(agentId: string): number | null {
    return this.#world.arrivals.singleRate(bankOf(this.#world, agentId));
  }

  /** Policies in force, in configuration order. */
  agentPolicies(): { agent_id: string; policy_config: PolicyConfig }[] {
    const { banks, config, policies } = this.#world;
    return config.agent_configs.map(({ id }) => ({ agent_id: id, policy_config: policies.of(banks.indexOf(id)).config }));
  }

  /** Figures of the whole system so far. */
  systemMetrics(): SystemMetrics {
    return queries.systemMetrics(this.#world);
  }

  /** What the run has counted so far. */
  runTotals(): RunTotals {
    return queries.runTotals(this.#world);
  }

  /** How many payments and parts there are, and how many settled. */
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

  /** How often a parameter of the settlement design held something back, by reason, since this object was made (spec 12 §8.3). */
  get cutOffs(): Readonly<Partial<Record<Truncation, number>>> {
    return this.#world.system.cutOffs;
  }

  /** Settled pairs and rings of a day in order. */
  lsmRecords(day: number): LsmRecord[] {
    return this.#world.lsmRecords.ofDay(day);
  }
}

/** Position of a bank. @throws AgentNotFoundError */
export function bankOf({ banks }: World, agentId: string): number {
  const b = banks.indexOf(agentId);
  if (b < 0) throw new AgentNotFoundError(agentId);
  return b;
}
