import { CEILINGS, checkCeiling } from './ceilings.js';
import {
  byCodePoint,
  type CallRecord,
  type CollateralAction,
  type CollateralLayer,
  type CollateralRecord,
  type PaymentList,
} from '@simcash/protocol';
import { ArrivalGenerator } from './arrivals/generator.js';
import { ListedArrivals } from './arrivals/listed.js';
import type { ArrivalSource } from './arrivals/source.js';
import { openTicks } from './scenario/open-ticks.js';
import { Clock } from './clock.js';
import { CostAccounts } from './costs/accounts.js';
import { DeadlineCalendar } from './costs/deadlines.js';
import { CostFormulas } from './costs/rates.js';
import { EventLog } from './events/log.js';
import { Banks, type BankOpening } from './ledger/banks.js';
import { CollateralTimers } from './ledger/collateral-timers.js';
import { Limits } from './ledger/limits.js';
import { Counters } from './metrics/counters.js';
import { DailyMetrics } from './metrics/daily.js';
import { Statistics } from './metrics/statistics.js';
import { guard } from './numeric/integers.js';
import { IN_QUEUE1, IN_QUEUE2, NONE, Payments, RELEASED } from './payments/payments.js';
import type { BankPolicy } from './policy/bank-policy.js';
import { ReleaseBudgets } from './policy/budgets.js';
import { PolicyContext } from './policy/context.js';
import type { DecisionTracer } from './policy/explain.js';
import { Policies } from './policy/policies.js';
import { ReleaseChoices } from './policy/release-choices.js';
import { Queue1 } from './queues/queue1.js';
import { Queue2 } from './queues/queue2.js';
import { WaitingValue } from './queues/waiting.js';
import { Work } from './work.js';
import { ScenarioCalendar } from './scenario-events/calendar.js';
import { DEFAULT_HAIRCUT, type AgentConfig, type EngineConfig } from './scenario/config.js';
import { DeferredCredits } from './settlement/deferred-credits.js';
import { LsmRecords } from './settlement/lsm-records.js';
import type { Plugins } from './settlement/algorithms/index.js';
import { Stress } from './stress/stress.js';
import { CentralSystem, queueBands } from './settlement/system.js';

/**
 * The whole state of a simulation. The steps of a tick are functions over it, each in the file of its subject; banks are numbered
 * in id order, payments by row.
 */
export class World {
  /** Payments that came into being in a tick, and which tick that was. */
  #paymentsOfTick = 0;
  #tickOfPayments = -1;
  readonly clock: Clock;
  readonly banks: Banks;
  readonly limits: Limits;
  readonly payments: Payments;
  readonly waiting: WaitingValue;
  readonly queue1: Queue1;
  readonly queue2: Queue2;
  /** How the central system settles. */
  readonly system: CentralSystem;
  readonly deadlines: DeadlineCalendar;
  readonly arrivals: ArrivalGenerator;
  /** Null in runs without a payment list. */
  readonly listed: ListedArrivals | null;
  /** Where payments come from, in the order in which they arrive. */
  readonly sources: readonly ArrivalSource[];
  readonly formulas: CostFormulas;
  readonly costs: CostAccounts;
  readonly counters: Counters;
  readonly statistics: Statistics;
  readonly daily: DailyMetrics;
  readonly lsmRecords: LsmRecords;
  readonly log: EventLog;
  readonly budgets: ReleaseBudgets;
  readonly releaseChoices: ReleaseChoices;
  readonly context: PolicyContext;
  readonly policies: Policies;
  readonly scenarioEvents: ScenarioCalendar;
  /** Credits that wait for the end of the tick; null when receivers are credited at once. */
  readonly deferred: DeferredCredits | null;
  /** Outages, shocks and delays; null in runs without such events. */
  readonly stress: Stress | null;
  readonly timers = new CollateralTimers();
  readonly work = new Work();
  /** State registers by key, per bank. */
  readonly registers: Map<string, number>[];
  /** Liquidity pool per bank, NaN if it has none, and the share it brings in unless its policy document says otherwise. */
  readonly liquidityPool: Float64Array;
  readonly allocationFraction: Float64Array;

  /** Payments released in this tick, in release order. */
  released: number[] = [];
  /** Payments that became effectively settled in this tick, in settlement order. */
  closed: number[] = [];
  /** Split friction charged in this tick. */
  tickFriction = 0;
  collateralRecords: CollateralRecord[] = [];
  /** Calls from outside that changed something, in order, until a store takes them. */
  calls: CallRecord[] = [];
  /** Whether decisions of collateral trees to do nothing are recorded, too. */
  recordChosenHolds = false;
  /** Notes how policies decide; only while somebody asks for an explanation. */
  tracer: DecisionTracer | null = null;

  /** `policies` in configuration order. */
  constructor(
    readonly config: EngineConfig,
    policies: readonly BankPolicy[],
    readonly warn: (message: string) => void,
    plugins: Plugins,
    list: PaymentList | null,
  ) {
    const order = config.agent_configs
      .map((agent, i) => ({ agent, policy: policies[i]! }))
      .sort((x, y) => byCodePoint(x.agent.id, y.agent.id));
    const agents = order.map(({ agent }) => agent);
    this.policies = new Policies(order.map(({ policy }) => policy));
    const count = agents.length;
    this.clock = new Clock(config.ticks_per_day, config.num_days, openTicks(config));
    this.banks = new Banks(agents.map(openingOf));
    this.limits = new Limits(this.banks);
    agents.forEach((agent, b) => configureLimits(this.limits, this.banks, b, agent));
    this.payments = new Payments();
    this.waiting = new WaitingValue(this.payments, count);
    this.queue1 = new Queue1(this.payments, this.waiting, count);
    this.stress = Stress.of(config.scenario_events, count);
    this.system = new CentralSystem(config, this, plugins);
    this.queue2 = new Queue2(this.payments, this.waiting, count, queueBands(this.system, this.payments));
    this.deadlines = new DeadlineCalendar(this.payments, this.waiting);
    this.arrivals = new ArrivalGenerator(config, this.banks);
    this.formulas = new CostFormulas(config.cost_rates);
    this.costs = new CostAccounts(count);
    this.counters = new Counters(count);
    this.statistics = new Statistics(count);
    this.daily = new DailyMetrics(count);
    this.listed = list === null ? null : new ListedArrivals(list, this.banks);
    this.sources = this.listed === null ? [this.arrivals] : [this.listed, this.arrivals];
    this.log = new EventLog(this.banks.ids);
    this.lsmRecords = new LsmRecords(this.clock, this.banks.ids, config.settlement !== undefined);
    this.budgets = new ReleaseBudgets(count);
    this.releaseChoices = new ReleaseChoices(count);
    this.context = new PolicyContext(this);
    this.scenarioEvents = new ScenarioCalendar(config.scenario_events);
    this.deferred = config.deferred_crediting ? new DeferredCredits() : null;
    this.registers = agents.map(() => new Map());
    this.liquidityPool = Float64Array.from(agents, (agent) => agent.liquidity_pool ?? NaN);
    this.allocationFraction = Float64Array.from(agents, (agent) => agent.liquidity_allocation_fraction ?? 1);
    this.daily.open(this);
  }

  /** Creates a payment, with everything that has to know of it. `parent` is the row of the payment it is cut from. */
  createPayment(sender: number, receiver: number, amount: number, deadline: number, priority: number, parent = NONE): number {
    const { clock, deadlines, payments, statistics } = this;
    if (clock.tick !== this.#tickOfPayments) {
      this.#tickOfPayments = clock.tick;
      this.#paymentsOfTick = 0;
    }
    // The text is made for the one payment that is too many, not for every payment.
    if (++this.#paymentsOfTick > CEILINGS.payments_per_tick)
      checkCeiling('payments_per_tick', this.#paymentsOfTick, `payments in tick ${clock.tick}`);
    const arrival = parent === NONE ? clock.tick : payments.arrivalTick[parent]!;
    const p = payments.create(sender, receiver, amount, arrival, deadline, priority);
    payments.createdTick[p] = clock.tick;
    payments.parent[p] = parent;
    statistics.createdAmount[sender]! += amount;
    if (parent === NONE) {
      payments.arrivalSeq[p] = ++statistics.arrivals;
      statistics.arrivedValue = guard(statistics.arrivedValue + amount, 'the value of all payments');
      statistics.arrivedValueOf[sender]! += amount;
      this.counters.arrivals[sender]!++;
    } else {
      payments.arrivalSeq[p] = payments.arrivalSeq[parent]!;
      statistics.children++;
    }
    deadlines.add(p, clock.tick);
    return p;
  }

  /** Takes over what the open tick of another simulation in this state has done so far. */
  continueTick(other: World): void {
    this.#paymentsOfTick = other.#paymentsOfTick;
    this.#tickOfPayments = other.#tickOfPayments;
    this.log.continueFrom(other.log);
    this.budgets.continueFrom(other.budgets);
    this.releaseChoices.continueFrom(other.releaseChoices);
    this.closed = other.closed.map((p) => this.payments.rowOf(other.payments.number[p]!));
  }

  /** Puts a payment among those that settle or queue in this tick. */
  release(p: number): void {
    this.payments.place[p] = RELEASED;
    this.released.push(p);
  }

  /** Sets the current priority (at most 10), also of a payment that waits. */
  setPriority(p: number, priority: number): void {
    const { payments } = this;
    const waits = payments.place[p] === IN_QUEUE1 || payments.place[p] === IN_QUEUE2;
    const set = (): void => void (payments.priority[p] = Math.min(priority, 10));
    if (waits) this.waiting.reclassify(p, set);
    else set();
  }

  /** Logs that a payment waits for a tick set in advance. */
  holdUntilScheduled(p: number): void {
    const { log, payments } = this;
    const reason = log.texts.keep(`ScheduledRelease { tick: ${payments.scheduledRelease[p]} }`);
    log.policyHold(payments.sender[p]!, payments.number[p]!, reason);
  }

  /** Records a collateral decision; called after the change, with the total before it (spec 01 §7). */
  recordCollateral(
    b: number,
    action: CollateralAction,
    amount: number,
    reason: string,
    layer: CollateralLayer,
    before: number,
  ): void {
    const { banks, clock } = this;
    this.collateralRecords.push({
      agent_id: banks.ids[b]!,
      tick: clock.tick,
      day: clock.day,
      action,
      amount,
      reason,
      layer,
      balance_before: banks.balance[b]!,
      posted_collateral_before: before,
      posted_collateral_after: banks.postedCollateral[b]!,
      available_capacity_after: banks.remainingCollateralCapacity(b),
      // The event is logged right after the record.
      event_seq: action === 'hold' ? null : this.log.total,
    });
  }

  /** A collateral tree chose to do nothing. */
  recordChosenHold(b: number, layer: CollateralLayer): void {
    if (this.recordChosenHolds) this.recordCollateral(b, 'hold', 0, 'HoldCollateral', layer, this.banks.postedCollateral[b]!);
  }
}

function openingOf(agent: AgentConfig): BankOpening {
  return {
    id: agent.id,
    balance: agent.opening_balance,
    unsecuredCap: agent.unsecured_cap,
    postedCollateral: agent.posted_collateral ?? 0,
    haircut: agent.collateral_haircut ?? DEFAULT_HAIRCUT,
    collateralCapacity: agent.max_collateral_capacity ?? null,
  };
}

function configureLimits(limits: Limits, banks: Banks, b: number, agent: AgentConfig): void {
  if (!agent.limits) return;
  const bilateral = new Map<number, number>();
  for (const [id, cents] of Object.entries(agent.limits.bilateral_limits)) {
    const counterparty = banks.indexOf(id);
    if (counterparty >= 0) bilateral.set(counterparty, cents);
  }
  limits.configure(b, bilateral, agent.limits.multilateral_limit ?? Infinity);
}
