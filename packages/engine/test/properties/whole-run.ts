import { ArrivalModel } from './arrivals-model.js';
import { collateralCost, delayCost, estimatedDelay, opportunityCost, overdraftCost, penaltyFor } from './costs.js';
import type { SimulationEvent } from './engine.js';
import { LogFold } from './fold.js';
import { DOUBLES, doubleText, isDue } from './grammar.js';
import { compareIds, SettlementModel, type ModelPayment } from './oracle.js';
import { decide, documentOf, toByte, toCents, toCount, type Decision } from './policy-model.js';
import type { PolicyDocument } from './policies.js';
import type { Call, CostDocument, EventDocument, ScenarioDocument, StressDocument, Workload } from './scenarios.js';
import { endingWindows, openWindows, windowOf, type Window } from './windows.js';

/**
 * A whole simulation put together from the plain models, tick phase by tick phase (spec 03 §4). Its state is what the fold makes of
 * the events it has logged itself, and the little that the log does not tell.
 */

interface Timer {
  amount: number;
  reason: string;
  postedAt: number;
}

interface Restoration {
  agent: string;
  until: number;
  balance: number;
  cap: number;
  posted: number;
  haircut: number;
}

interface Budget {
  remaining: number;
  focus: string[] | null;
  each: number | null;
  usage: Map<string, number>;
}

const REASONS = [
  'UrgentLiquidityNeed',
  'PreemptivePosting',
  'LiquidityRestored',
  'EndOfDayCleanup',
  'DeadlineEmergency',
  'CostOptimization',
];
const HOLD_WORDS = ['InsufficientLiquidity', 'AwaitingInflows', 'LowPriority'];

type Fields = Record<string, unknown>;

export class WholeRun {
  readonly fold: LogFold;
  readonly arrivals: ArrivalModel;
  tick = 0;
  numArrivals = 0;
  numSettlements = 0;
  numLsmReleases = 0;
  readonly #scenario: ScenarioDocument;
  readonly #rates: CostDocument;
  readonly #policies: Map<string, { document: PolicyDocument; supplied: boolean }>;
  readonly #priorities = new Map<string, number>();
  readonly #declared = new Map<string, string>();
  readonly #timers = new Map<string, Map<number, Timer[]>>();
  readonly #postedAt = new Map<string, number>();
  #budgets = new Map<string, Budget>();
  /** What comes back when shocks end. */
  #restorations: Restoration[] = [];
  #events: SimulationEvent[] = [];

  constructor({ scenario }: Workload) {
    this.#scenario = scenario;
    this.#rates = scenario.cost_rates ?? {};
    this.fold = new LogFold(scenario);
    this.arrivals = new ArrivalModel(scenario);
    this.#policies = new Map(scenario.agents.map((agent) => [agent.id, documentOf(agent)]));
  }

  /** Makes the calls of a tick and runs it; returns all its events. */
  runTick(calls: readonly Call[]): SimulationEvent[] {
    this.#events = [];
    const { ticks_per_day } = this.#scenario.simulation;
    if (this.tick === 0) this.#allocate();
    for (const call of calls) if (call.before_tick === this.tick) this.#call(call);
    if (this.tick > 0 && this.tick % ticks_per_day === 0 && (this.#scenario.daily_liquidity_reallocation ?? true))
      this.#allocate();
    this.#endWindows();
    for (const event of this.#scenario.scenario_events ?? []) if (isDue(event, this.tick)) this.#scenarioEvent(event);
    this.#arrive();
    for (const id of this.#ids) this.#collateral(id, 'strategic_collateral_tree');
    for (const id of this.#ids) this.#bankTree(id);
    for (const id of this.#ids) this.#fireTimers(id);
    this.#react();
    this.#escalate();
    this.#sortQueue1();
    if (!this.fold.systemIsOut) {
      this.#decideQueue1();
      this.#decideQueue2();
    }
    const credits = this.fold.systemIsOut ? this.#settleNothing() : this.#settle();
    for (const id of this.#ids) this.#collateral(id, 'end_of_tick_collateral_tree');
    for (const credit of credits) this.#emit(credit);
    for (const id of this.#ids) this.#charge(id);
    if (this.tick % ticks_per_day === ticks_per_day - 1) this.#endDay();
    this.tick++;
    return this.#events;
  }

  get #ids(): string[] {
    return [...this.fold.banks.keys()];
  }

  #log(event_type: string, fields: Fields): void {
    this.#emit({ event_type, tick: this.tick, ...fields });
  }

  #emit(event: Fields): void {
    this.#events.push(event as unknown as SimulationEvent);
    this.fold.apply(event as unknown as SimulationEvent);
  }

  // --- stress events (spec 15) --------------------------------------------------------------------------------------------------

  #open<T extends StressDocument['type']>(type: T): Window<T>[] {
    return openWindows(this.#scenario, type, this.tick);
  }

  #outage(id: string): Window<'ParticipantOutage'> | undefined {
    return this.#open('ParticipantOutage').find(({ event }) => event.agent === id);
  }

  #isOut(id: string): boolean {
    return this.#outage(id) !== undefined;
  }

  #endWindows(): void {
    const ended = (fields: { scope: string; agent_id: string | null; started_tick: number }, banks: string[]): void => {
      const unsent = banks.flatMap((id) => this.fold.bank(id).queue1).map((tx) => this.fold.payment(tx).amount);
      this.#log('OutageEnded', {
        ...fields,
        unsent_count: unsent.length,
        unsent_value: unsent.reduce((sum, cents) => sum + cents, 0),
      });
    };
    for (const { from } of endingWindows(this.#scenario, 'SystemOutage', this.tick))
      ended({ scope: 'system', agent_id: null, started_tick: from }, this.#ids);
    const banks = endingWindows(this.#scenario, 'ParticipantOutage', this.tick).map(({ event, from }) => ({
      id: event.agent,
      from,
    }));
    for (const { from, id } of banks.sort((x, y) => compareIds(x.id, y.id)))
      ended({ scope: 'participant', agent_id: id, started_tick: from }, [id]);
    const due = this.#restorations.filter(({ until }) => until === this.tick);
    this.#restorations = this.#restorations.filter(({ until }) => until !== this.tick);
    for (const { agent, balance, cap, haircut, posted } of due.sort((x, y) => compareIds(x.agent, y.agent)))
      this.#move('liquidity_restored', agent, -balance, -cap, -posted, haircut, {});
  }

  #move(
    type: string,
    agent: string,
    balance_moved: number,
    capDelta: number,
    postedDelta: number,
    haircut: number,
    more: Fields,
  ): Omit<Restoration, 'until'> {
    const bank = this.fold.bank(agent);
    const before = { cap: bank.unsecuredCap, haircut: bank.haircut, posted: bank.posted };
    const cap = Math.max(before.cap + capDelta, 0);
    const posted = Math.max(before.posted + postedDelta, 0);
    const moved = { balance: balance_moved, cap: cap - before.cap, posted: posted - before.posted };
    this.#executed(type, {
      ...{
        ...more,
        agent,
        balance_moved: moved.balance + 0,
        unsecured_cap_moved: moved.cap,
        posted_collateral_moved: moved.posted,
      },
      ...{ balance_after: bank.balance + balance_moved, unsecured_cap_after: cap, posted_collateral_after: posted },
      collateral_haircut_after: haircut,
    });
    return { agent, ...moved, haircut: before.haircut };
  }

  #stressEvent(event: StressDocument & EventDocument): void {
    const { to } = windowOf(event, this.tick)!;
    const until_tick = to === Infinity ? null : to;
    switch (event.type) {
      case 'SystemOutage':
        return this.#executed('system_outage', { until_tick });
      case 'ParticipantOutage': {
        const { agent, central_queue = 'process', incoming = 'accept', reaction } = event;
        const told = reaction && {
          after_ticks: reaction.after_ticks ?? null,
          banks: reaction.banks ?? 'all',
          central_queue: reaction.central_queue ?? 'keep',
          exposure: reaction.exposure ?? null,
        };
        return this.#executed('participant_outage', { agent, central_queue, incoming, reaction: told ?? null, until_tick });
      }
      case 'LiquidityShock': {
        const { agent, balance_delta, balance_factor, collateral_haircut, posted_collateral_delta, unsecured_cap_delta } = event;
        const { balance, haircut } = this.fold.bank(agent);
        const byFactor = balance_factor !== undefined && balance > 0 ? Math.floor(balance * balance_factor) - balance : 0;
        const keys = { balance_delta, balance_factor, collateral_haircut, posted_collateral_delta, unsecured_cap_delta };
        const told = Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, value ?? null]));
        const moved = this.#move(
          'liquidity_shock',
          agent,
          balance_delta ?? byFactor,
          unsecured_cap_delta ?? 0,
          posted_collateral_delta ?? 0,
          collateral_haircut ?? haircut,
          { ...told, until_tick },
        );
        if (to === Infinity) return;
        this.#restorations.push({ ...moved, until: to });
        return;
      }
      case 'PaymentDelay': {
        const { agent, delay_ticks, min_amount = null, receiver = null } = event;
        return this.#executed('payment_delay', { agent, delay_ticks, min_amount, payment_type: null, receiver, until_tick });
      }
    }
  }

  #react(): void {
    const stricken = this.#open('ParticipantOutage').sort((x, y) => compareIds(x.event.agent, y.event.agent));
    for (const { event, from } of stricken) {
      const { agent: k, reaction } = event;
      if (reaction === undefined) continue;
      const { after_ticks, banks = 'all', central_queue = 'keep', exposure: most } = reaction;
      const { exposure, reacted } = this.fold.outages.get(k)!;
      for (const j of this.#ids) {
        if (j === k || reacted.has(j) || !(banks === 'all' || banks.includes(j))) continue;
        const e = exposure.get(j) ?? 0;
        const byTime = after_ticks !== undefined && this.tick >= from + after_ticks;
        if (!byTime && (most === undefined || e < most)) continue;
        const trigger = byTime ? 'time' : 'exposure';
        this.#log('CounterpartyReaction', { agent_id: j, counterparty_id: k, trigger, exposure: e });
        if (central_queue !== 'withdraw') continue;
        const mine = (tx: string): boolean => this.fold.payment(tx).sender === j && this.fold.payment(tx).receiver === k;
        for (const tx of this.fold.queue2.filter(mine)) this.#withdraw(tx);
      }
    }
  }

  #settleNothing(): Fields[] {
    this.numSettlements = this.numLsmReleases = 0;
    return [];
  }

  #decide(tree: string, bank: string, payment: string | null): Decision | null {
    const kind = tree === 'payment_tree' ? 'payment' : tree === 'bank_tree' ? 'bank' : 'collateral';
    const priority = (id: string): number => this.#priorities.get(id)!;
    return decide(this.#policies.get(bank)!.document, tree, { fold: this.fold, tick: this.tick, bank, payment, kind, priority });
  }

  // --- liquidity and calls ----------------------------------------------------------------------------------------------------

  #allocate(): void {
    const day = Math.floor(this.tick / this.#scenario.simulation.ticks_per_day);
    for (const { balance, document, id } of this.fold.banks.values()) {
      if (document.liquidity_pool === undefined) continue;
      const { document: policy, supplied } = this.#policies.get(id)!;
      const wanted = (policy.parameters as Record<string, number> | undefined)?.initial_liquidity_fraction;
      const fraction = (supplied ? wanted : undefined) ?? document.liquidity_allocation_fraction ?? 1;
      const amount = Math.floor(document.liquidity_pool * fraction);
      this.#log('LiquidityAllocation', { day, agent_id: id, fraction, amount, balance_after: balance + amount });
    }
  }

  #call(call: Call): void {
    switch (call.call) {
      case 'submit': {
        const { amount, due_in, priority, receiver, rtgs_priority, sender } = call;
        const id = this.#submit(sender, receiver, amount, this.tick + due_in, priority, amount % 2 === 0);
        if (rtgs_priority !== undefined) this.#declared.set(id, rtgs_priority);
        return;
      }
      case 'withdraw': {
        const { queue2 } = this.fold;
        const tx = queue2[call.pick % queue2.length];
        if (tx !== undefined && call.pick % 11 !== 10 && !this.#isOut(this.fold.payment(tx).sender)) this.#withdraw(tx);
        return;
      }
      case 'resubmit': {
        const number = this.fold.payments.size - call.pick;
        if (number > 0) this.#resubmitByCall(idOf(number), call.rtgs_priority);
        return;
      }
      case 'revive': {
        const dropped = [...this.fold.payments.values()].filter(
          ({ cancelled, dropped, place }) => dropped && !cancelled && place === 'nowhere',
        );
        if (dropped.length > 0) this.#resubmitByCall(dropped[call.pick % dropped.length]!.id, call.rtgs_priority);
        return;
      }
      case 'post_collateral':
        if (this.#isOut(call.agent)) return;
        this.#postedAt.set(call.agent, this.tick);
        return this.#log('CollateralPost', {
          agent_id: call.agent,
          amount: call.amount,
          reason: 'ManualPost',
          new_total: this.fold.bank(call.agent).posted + call.amount,
        });
      case 'withdraw_collateral':
        if (this.#isOut(call.agent)) return;
        return this.#withdrawByHand(call.agent, call.amount === 'all' ? this.fold.bank(call.agent).posted : call.amount);
      case 'update_policy':
        this.#policies.set(call.agent, { document: call.policy, supplied: true });
    }
  }

  #submit(sender: string, receiver: string, amount: number, raw: number, priority: number, is_divisible: boolean): string {
    const { deadline_cap_at_eod, simulation } = this.#scenario;
    let deadline = Math.min(raw, simulation.num_days * simulation.ticks_per_day);
    if (deadline_cap_at_eod)
      deadline = Math.min(deadline, (Math.floor(this.tick / simulation.ticks_per_day) + 1) * simulation.ticks_per_day - 1);
    return this.#arrival({
      sender_id: sender,
      receiver_id: receiver,
      amount,
      deadline: Math.max(deadline, this.tick + 1),
      priority,
      is_divisible,
    });
  }

  #arrival(fields: {
    sender_id: string;
    receiver_id: string;
    amount: number;
    deadline: number;
    priority: number;
    is_divisible: boolean;
  }): string {
    const tx_id = idOf(this.fold.payments.size + 1);
    this.#priorities.set(tx_id, Math.min(fields.priority, 10));
    this.#log('Arrival', { tx_id, ...fields });
    return tx_id;
  }

  /** Whether it could be withdrawn. */
  #withdraw(tx_id: string): boolean {
    const { place, rtgsPriority, sender } = this.fold.payment(tx_id);
    if (place !== 'queue2') return false;
    this.#log('RtgsWithdrawal', { tx_id, sender, original_rtgs_priority: rtgsPriority ?? 'None' });
    return true;
  }

  #resubmitByCall(tx_id: string, priority: string): void {
    if (!this.#isOut(this.fold.payment(tx_id).sender)) this.#resubmit(tx_id, priority);
  }

  #resubmit(tx_id: string, new_rtgs_priority: string): boolean {
    const { cancelled, children, rtgsPriority, sender, settledTick } = this.fold.payment(tx_id);
    if (rtgsPriority !== null || children.length > 0 || settledTick !== null || cancelled) return false;
    const old_rtgs_priority = this.#declared.get(tx_id) ?? 'None';
    this.#declared.set(tx_id, new_rtgs_priority);
    this.#log('RtgsResubmission', { tx_id, sender, old_rtgs_priority, new_rtgs_priority });
    return true;
  }

  #withdrawByHand(id: string, amount: number): void {
    const { posted } = this.fold.bank(id);
    const postedAt = this.#postedAt.get(id);
    if (amount <= 0) return;
    if (postedAt !== undefined && this.tick < postedAt + 5) return;
    if (amount > this.#withdrawable(id, 0)) return;
    if (amount === posted) this.#postedAt.set(id, 0);
    this.#log('CollateralWithdraw', { agent_id: id, amount, reason: 'ManualWithdraw', new_total: posted - amount });
  }

  /** Spec 01 §4.5.2. */
  #withdrawable(id: string, buffer: number): number {
    const { balance, haircut, posted, unsecuredCap } = this.fold.bank(id);
    const weight = Math.max(1 - haircut, 0);
    if (weight <= 0) return posted;
    const target = Math.max(-balance, 0) + buffer;
    return Math.max(0, posted - Math.ceil((target - Math.min(unsecuredCap, target)) / weight));
  }

  // --- scenario events and arrivals ------------------------------------------------------------------------------------------------

  #executed(scenario_event_type: string, details: Fields): void {
    const keys = Object.keys(details).sort();
    const text = keys.map((key) => {
      const value = details[key];
      return `${JSON.stringify(key)}:${DOUBLES.has(key) && value !== null ? doubleText(value as number) : JSON.stringify(value)}`;
    });
    this.#log('ScenarioEventExecuted', { scenario_event_type, details_json: `{${text.join(',')}}` });
  }

  #scenarioEvent(event: EventDocument): void {
    const executed = (type: string, details: Fields): void => this.#executed(type, details);
    const rate = event.type === 'AgentArrivalRateChange' ? this.arrivals.rate(event.agent) : null;
    const generator = this.#ids.some((id) => this.arrivals.rate(id) !== null);
    this.arrivals.change(event);
    switch (event.type) {
      case 'DirectTransfer': {
        const { amount, from_agent, to_agent } = event;
        return executed('direct_transfer', { amount, from_agent, to_agent });
      }
      case 'CustomTransactionArrival': {
        const { amount, from_agent, is_divisible = false, priority = 5, to_agent } = event;
        const deadline = this.tick + (event.deadline ?? Math.max(Math.floor(this.#scenario.simulation.ticks_per_day / 10), 5));
        const tx_id = this.#submit(from_agent, to_agent, amount, deadline, priority, is_divisible);
        return executed('custom_transaction_arrival', { amount, deadline, from_agent, is_divisible, priority, to_agent, tx_id });
      }
      case 'CollateralAdjustment':
        return executed('collateral_adjustment', { agent: event.agent, delta: event.delta });
      case 'GlobalArrivalRateChange':
        return generator ? executed('global_arrival_rate_change', { multiplier: event.multiplier }) : undefined;
      case 'AgentArrivalRateChange': {
        if (rate === null) return;
        const { agent, multiplier } = event;
        return executed('agent_arrival_rate_change', { agent, multiplier, new_rate: this.arrivals.rate(agent), old_rate: rate });
      }
      case 'CounterpartyWeightChange': {
        if (!generator) return;
        const { agent, auto_balance_others = false, counterparty, new_weight } = event;
        return executed('counterparty_weight_change', { agent, auto_balance_others, counterparty, new_weight });
      }
      case 'DeadlineWindowChange': {
        if (!generator) return;
        const { max_ticks_multiplier = null, min_ticks_multiplier = null } = event;
        return executed('deadline_window_change', { max_ticks_multiplier, min_ticks_multiplier });
      }
      case 'ScheduledSettlement': {
        const { amount, from_agent, to_agent } = event;
        const reason = this.#whyNotScheduled(from_agent, to_agent, amount);
        if (reason !== null) return executed('scheduled_settlement', { amount, from_agent, reason, settled: false, to_agent });
        const before = this.fold.bank(from_agent).balance;
        this.#log('RtgsImmediateSettlement', {
          tx_id: `scheduled_settlement_${from_agent}_${to_agent}_${amount}_${this.tick}`,
          sender: from_agent,
          receiver: to_agent,
          amount,
          sender_balance_before: before,
          sender_balance_after: from_agent === to_agent ? before : before - amount,
        });
        return executed('scheduled_settlement', { amount, from_agent, settled: true, to_agent });
      }
      default:
        return this.#stressEvent(event);
    }
  }

  #whyNotScheduled(from: string, to: string, amount: number): string | null {
    // A window belongs to its ticks, not to the place of its event in the list.
    if (openWindows(this.#scenario, 'SystemOutage', this.tick).length > 0) return 'system_outage';
    const outage = openWindows(this.#scenario, 'ParticipantOutage', this.tick).find(({ event }) => event.agent === to);
    if (outage?.event.incoming === 'block') return 'participant_outage';
    return amount > this.fold.available(from) ? 'insufficient_liquidity' : null;
  }

  #arrive(): void {
    const arrivals = this.arrivals.tick(this.tick);
    for (const arrival of arrivals) this.#arrival({ ...arrival, is_divisible: false });
    this.numArrivals = arrivals.length;
  }

  // --- collateral and bank trees ------------------------------------------------------------------------------------------------------

  #collateral(id: string, tree: string): void {
    if (this.#isOut(id)) return;
    const decision = this.#decide(tree, id, null);
    if (decision === null || decision.action === 'HoldCollateral') return;
    const wanted = toCents(decision.number('amount')!);
    if (wanted <= 0) return;
    const { posted } = this.fold.bank(id);
    const text = decision.literal('reason');
    const reason = REASONS.includes(text as string) ? (text as string) : 'UrgentLiquidityNeed';
    if (decision.action === 'WithdrawCollateral') {
      const amount = Math.min(wanted, posted, this.#policyWithdrawal(id));
      if (amount > 0) this.#log('CollateralWithdraw', { agent_id: id, amount, reason, new_total: posted - amount });
      return;
    }
    const amount = Math.max(Math.min(wanted, this.fold.capacity(id) - posted), 0);
    if (amount === 0) return;
    const after = decision.number('auto_withdraw_after_ticks') ?? 0;
    if (after > 0) this.#timer(id, this.tick + toCount(after), { amount, reason, postedAt: this.tick });
    this.#log('CollateralPost', { agent_id: id, amount, reason, new_total: posted + amount });
  }

  #timer(id: string, due: number, timer: Timer): void {
    const timers = this.#timers.get(id) ?? new Map<number, Timer[]>();
    this.#timers.set(id, timers);
    timers.set(due, [...(timers.get(due) ?? []), timer]);
  }

  /** Posted collateral less the smallest that still covers the credit in use (spec 01 §4.5.3). */
  #policyWithdrawal(id: string): number {
    const { balance, haircut, posted, unsecuredCap } = this.fold.bank(id);
    const weight = Math.max(1 - haircut, 0);
    const need = Math.max(Math.max(-balance, 0) - unsecuredCap, 0);
    if (Math.floor(posted * weight) < need) return 0;
    let low = 0;
    let high = posted;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (Math.floor(middle * weight) >= need) high = middle;
      else low = middle + 1;
    }
    return posted - low;
  }

  #bankTree(id: string): void {
    this.#budgets.delete(id);
    if (this.#isOut(id)) return;
    const decision = this.#decide('bank_tree', id, null);
    if (decision === null || decision.action === 'NoAction') return;
    if (decision.action === 'SetReleaseBudget') {
      const max = toCents(decision.number('max_value_to_release')!);
      const listed = decision.literal('focus_counterparties');
      const names = Array.isArray(listed) ? listed.filter((name): name is string => typeof name === 'string') : [];
      const focus = names.length > 0 ? names : null;
      const limit = decision.number('max_per_counterparty');
      const each = limit === null ? null : toCents(limit);
      this.#budgets.set(id, { remaining: max, focus, each, usage: new Map() });
      return this.#log('BankBudgetSet', {
        agent_id: id,
        max_value: max,
        focus_counterparties: focus,
        max_per_counterparty: each,
      });
    }
    const { registers } = this.fold.bank(id);
    const key = decision.literal('key') as string;
    if (!key.startsWith('bank_state_') || (registers.size >= 10 && !registers.has(key))) return;
    const old = registers.get(key) ?? 0;
    const value = decision.number('value')!;
    this.#log('StateRegisterSet', {
      agent_id: id,
      register_key: key,
      old_value: old + 0,
      new_value: (decision.action === 'SetState' ? value : old + value) + 0,
      reason: decision.literal('reason') ?? 'policy_action',
      decision_path: decision.path,
    });
  }

  #fireTimers(id: string): void {
    const due = this.#timers.get(id)?.get(this.tick) ?? [];
    this.#timers.get(id)?.delete(this.tick);
    for (const { amount, postedAt, reason } of due) {
      const { balance, posted } = this.fold.bank(id);
      const byHand = this.#postedAt.get(id);
      const most = this.#withdrawable(id, 100);
      const refuse = (text: string): void =>
        this.#log('CollateralTimerBlocked', {
          agent_id: id,
          requested_amount: amount,
          reason: text,
          original_reason: reason,
          posted_at_tick: postedAt,
        });
      if (byHand !== undefined && this.tick < byHand + 5) {
        refuse(`Minimum holding period not met: ${byHand + 5 - this.tick} tick(s) remaining (posted at tick ${byHand})`);
      } else if (most <= 0) {
        const used = Math.max(-balance, 0);
        const limit = this.fold.limit(id);
        refuse(`No headroom available for withdrawal: credit_used=${used}, allowed_limit=${limit}, headroom=${limit - used}`);
      } else {
        const actual = Math.min(amount, most, posted);
        if (actual === posted) this.#postedAt.delete(id);
        this.#log('CollateralTimerWithdrawn', {
          agent_id: id,
          amount: actual,
          original_reason: reason,
          posted_at_tick: postedAt,
          new_total: posted - actual,
        });
      }
    }
  }

  // --- payments -----------------------------------------------------------------------------------------------------------------------

  #escalate(): void {
    const { enabled = false, max_boost = 3, start_escalating_at_ticks: start = 20 } = this.#scenario.priority_escalation ?? {};
    if (!enabled) return;
    for (const { deadline, id, originalPriority, place, sender } of this.fold.payments.values()) {
      if (place !== 'queue1' && place !== 'queue2') continue;
      const left = Math.max(deadline - this.tick, 0);
      if (left > start) continue;
      const boost = Math.floor(max_boost * (start > 0 ? 1 - left / start : 1) + 0.5);
      const priority = Math.min(10, originalPriority + boost);
      if (priority <= this.#priorities.get(id)!) continue;
      this.#priorities.set(id, priority);
      this.#log('PriorityEscalated', {
        tx_id: id,
        sender_id: sender,
        original_priority: originalPriority,
        escalated_priority: priority,
        ticks_until_deadline: left,
        boost_applied: boost,
      });
    }
  }

  #sortQueue1(): void {
    const { queue1_ordering = 'fifo' } = this.#scenario;
    const priority = (id: string): number => this.#priorities.get(id)!;
    const deadline = (id: string): number => this.fold.payment(id).deadline;
    if (queue1_ordering !== 'fifo') {
      for (const bank of this.fold.banks.values())
        bank.queue1.sort((x, y) => priority(y) - priority(x) || deadline(x) - deadline(y));
    }
  }

  #decideQueue1(): void {
    for (const { id, queue1 } of this.fold.banks.values()) {
      if (this.#isOut(id)) continue;
      const scheduled = (tx: string): number => this.fold.payment(tx).scheduledTick ?? Infinity;
      const due = queue1.filter((tx) => scheduled(tx) <= this.tick && !this.fold.isWithheld(tx, this.tick));
      for (const tx of due.sort((x, y) => scheduled(x) - scheduled(y) || compareIds(x, y))) this.#release(tx);
      for (const held of this.fold.newlyWithheld(id, this.tick)) this.#log('PolicyHold', { agent_id: id, ...held });
      const waiting = queue1.filter((tx) => scheduled(tx) === Infinity && !this.fold.isWithheld(tx, this.tick));
      const decisions = waiting.map((tx) => ({ tx, decision: this.#decide('payment_tree', id, tx)! }));
      for (const { decision, tx } of decisions) this.#execute(id, tx, decision);
    }
  }

  #release(tx_id: string): void {
    const { amount, receiver, sender } = this.fold.payment(tx_id);
    this.#log('RtgsSubmission', {
      tx_id,
      sender,
      receiver,
      amount,
      internal_priority: this.#priorities.get(tx_id)!,
      rtgs_priority: this.#declared.get(tx_id) ?? 'Normal',
    });
    this.#log('PolicySubmit', { agent_id: sender, tx_id });
  }

  #execute(bank: string, tx_id: string, decision: Decision): void {
    const { amount, deadline } = this.fold.payment(tx_id);
    const hold = (reason: string): void => this.#log('PolicyHold', { agent_id: bank, tx_id, reason });
    switch (decision.action) {
      case 'Release':
      case 'ReleaseWithCredit':
        return this.#releaseByDecision(bank, tx_id, decision, hold);
      case 'Split':
      case 'PaceAndRelease': {
        const parts = Math.min(toCount(decision.number('num_splits')!), amount);
        return parts < 2 ? hold('AmountTooSmallToSplit') : this.#split(bank, tx_id, parts, null);
      }
      case 'StaggerSplit': {
        const parts = Math.min(toCount(decision.number('num_splits')!), amount);
        if (parts < 2) return hold('AmountTooSmallToSplit');
        const first = Math.min(toCount(decision.number('stagger_first_now')!), parts);
        const gap = toCount(decision.number('stagger_gap_ticks')!);
        return this.#split(bank, tx_id, parts, { first, gap, boost: toByte(decision.number('priority_boost_children')!) });
      }
      case 'Hold': {
        const reason = decision.literal('reason');
        if (typeof reason !== 'string') return hold('Custom("Policy decision")');
        if (reason === 'NearDeadline') return hold(`NearDeadline { ticks_remaining: ${Math.max(deadline - this.tick, 0)} }`);
        return hold(HOLD_WORDS.includes(reason) ? reason : `Custom("${reason.replaceAll('"', '\\"')}")`);
      }
      case 'Drop':
        return this.#log('PolicyDrop', { agent_id: bank, tx_id, reason: 'Expired deadline' });
      case 'Reprioritize': {
        const new_priority = toByte(decision.number('new_priority')!);
        const old_priority = this.#priorities.get(tx_id)!;
        this.#priorities.set(tx_id, Math.min(new_priority, 10));
        return this.#log('TransactionReprioritized', { agent_id: bank, tx_id, old_priority, new_priority });
      }
      case 'WithdrawFromRtgs':
        return hold(`WithdrawFromRtgs failed: Settlement error: Transaction ${tx_id} not found in RTGS Queue 2`);
      case 'ResubmitToRtgs':
        this.#resubmit(tx_id, decision.literal('rtgs_priority') as string);
    }
  }

  #releaseByDecision(bank: string, tx_id: string, decision: Decision, hold: (reason: string) => void): void {
    const flag = decision.literal('priority_flag');
    if (typeof flag === 'string') this.#priorities.set(tx_id, flag === 'HIGH' ? 10 : flag === 'LOW' ? 1 : 5);
    const target = decision.number('timed_for_tick');
    if (target !== null && toCount(target) > this.tick) return hold(`ScheduledRelease { tick: ${toCount(target)} }`);
    const { amount, receiver } = this.fold.payment(tx_id);
    const budget = this.#budgets.get(bank);
    if (budget) {
      const { each, focus, remaining, usage } = budget;
      const used = usage.get(receiver) ?? 0;
      if (amount > remaining || (focus && !focus.includes(receiver)) || (each !== null && used + amount > each))
        return hold('BudgetExhausted');
      budget.remaining -= amount;
      usage.set(receiver, used + amount);
    }
    this.#release(tx_id);
  }

  #split(bank: string, tx_id: string, parts: number, stagger: { first: number; gap: number; boost: number } | null): void {
    const { amount, deadline, receiver } = this.fold.payment(tx_id);
    const base = Math.floor(amount / parts);
    const first = this.fold.payments.size + 1;
    const child_ids = Array.from({ length: parts }, (_, i) => idOf(first + i));
    const split = { event_type: 'PolicySplit', tick: this.tick, agent_id: bank, tx_id, num_splits: parts, child_ids };
    this.fold.announce([split as SimulationEvent]);
    const priority = Math.min(this.#priorities.get(tx_id)! + (stagger?.boost ?? 0), 10);
    child_ids.forEach((child, i) => {
      const part = i < parts - 1 ? base : amount - base * (parts - 1);
      this.#arrival({ sender_id: bank, receiver_id: receiver, amount: part, deadline, priority, is_divisible: false });
      if (stagger) return;
      const rtgs_priority = this.#declared.get(tx_id) ?? 'Normal';
      this.#log('RtgsSubmission', {
        tx_id: child,
        sender: bank,
        receiver,
        amount: part,
        internal_priority: priority,
        rtgs_priority,
      });
    });
    const friction = (this.#rates.split_friction_cost ?? 1000) * (parts - 1);
    if (friction > 0) this.#log('CostAccrual', { agent_id: bank, costs: costs({ split_friction_cost: friction }) });
    this.#emit(split);
    if (!stagger || stagger.gap === 0) return;
    child_ids.slice(stagger.first).forEach((child, i) => {
      const reason = `ScheduledRelease { tick: ${this.tick + stagger.gap * (i + 1)} }`;
      this.#log('PolicyHold', { agent_id: bank, tx_id: child, reason });
    });
  }

  #decideQueue2(): void {
    const deciding = this.#ids.filter((bank) => !this.#isOut(bank));
    const decisions = deciding.flatMap((bank) =>
      // No tree is evaluated for what is withheld, such as what a reaction has just taken back.
      (this.fold.index.get(bank) ?? [])
        .filter((tx) => this.fold.payment(tx).place === 'queue2' || !this.fold.isWithheld(tx, this.tick))
        .map((tx) => ({ bank, tx, decision: this.#decide('payment_tree', bank, tx) })),
    );
    for (const { bank, decision, tx } of decisions) {
      if (decision?.action !== 'WithdrawFromRtgs' && decision?.action !== 'ResubmitToRtgs') continue;
      const compound = decision.action === 'ResubmitToRtgs';
      if (this.#withdraw(tx)) {
        if (compound) this.#resubmit(tx, decision.literal('rtgs_priority') as string);
        continue;
      }
      const step = compound ? 'ResubmitToRtgs withdraw step failed' : 'WithdrawFromRtgs failed';
      const reason = `${step}: Settlement error: Transaction ${tx} not found in RTGS Queue 2`;
      this.#log('PolicyHold', { agent_id: bank, tx_id: tx, reason });
    }
  }

  // --- settlement ---------------------------------------------------------------------------------------------------------------------

  /** Phases 9–12; returns the credits that wait for phase 14. */
  #settle(): Fields[] {
    const model = settlementModel(this.#scenario, this.fold);
    for (const { event } of this.#open('ParticipantOutage')) {
      if (event.central_queue === 'freeze') model.frozen.add(event.agent);
      if (event.incoming === 'block') model.blocked.add(event.agent);
    }
    const events = model.run(
      this.tick,
      this.fold.pending.map((id) => modelPayment(this.fold, id)),
    );
    this.numSettlements = model.numSettlements;
    this.numLsmReleases = model.numLsmReleases;
    for (const event of events) if (event.event_type !== 'DeferredCreditApplied') this.#emit(event);
    this.fold.endTick();
    return events.filter(({ event_type }) => event_type === 'DeferredCreditApplied');
  }

  // --- costs and end of day --------------------------------------------------------------------------------------------------------------

  #waiting(id: string): string[] {
    return [...this.fold.bank(id).queue1, ...this.fold.queue2.filter((tx) => this.fold.payment(tx).sender === id)];
  }

  #charge(id: string): void {
    let penalty_cost = 0;
    for (const tx of this.#waiting(id)) {
      const { amount, deadline, overdueSince, receiver, sender } = this.fold.payment(tx);
      if (this.tick <= deadline || overdueSince !== null) continue;
      const deadline_penalty_cost = penaltyFor(this.#rates.deadline_penalty ?? 50_000, amount);
      penalty_cost += deadline_penalty_cost;
      this.#log('TransactionWentOverdue', {
        tx_id: tx,
        sender_id: sender,
        receiver_id: receiver,
        amount,
        remaining_amount: amount,
        deadline_tick: deadline,
        ticks_overdue: this.tick - deadline,
        deadline_penalty_cost,
      });
    }
    const { allocated, balance, posted } = this.fold.bank(id);
    const waiting = this.#waiting(id).map((tx) => {
      const { amount, overdueSince } = this.fold.payment(tx);
      return { remaining: amount, priority: this.#priorities.get(tx)!, overdue: overdueSince !== null };
    });
    const charged = costs({
      liquidity_cost: overdraftCost(this.#rates, balance),
      delay_cost: delayCost(this.#rates, waiting),
      collateral_cost: collateralCost(this.#rates, posted),
      penalty_cost,
      liquidity_opportunity_cost: opportunityCost(this.#rates, allocated),
    });
    if (charged.total! > 0) this.#log('CostAccrual', { agent_id: id, costs: charged });
  }

  #endDay(): void {
    let total_penalties = 0;
    for (const id of this.#ids) {
      const late = this.#waiting(id).filter((tx) => this.fold.payment(tx).deadline < this.tick);
      if (late.length === 0) continue;
      const penalty_cost = late.reduce(
        (sum, tx) => sum + penaltyFor(this.#rates.eod_penalty ?? 10_000, this.fold.payment(tx).amount),
        0,
      );
      total_penalties += penalty_cost;
      this.#log('CostAccrual', { agent_id: id, costs: costs({ penalty_cost }) });
    }
    for (const { id, registers } of this.fold.banks.values()) {
      for (const [key, old] of [...registers].sort(([x], [y]) => compareIds(x, y))) {
        this.#log('StateRegisterSet', {
          agent_id: id,
          register_key: key,
          old_value: old + 0,
          new_value: 0,
          reason: 'eod_reset',
          decision_path: null,
        });
      }
    }
    const day = Math.floor(this.tick / this.#scenario.simulation.ticks_per_day);
    const unsettled_count = this.#ids.reduce((sum, id) => sum + this.#waiting(id).length, 0);
    this.#log('EndOfDay', { day, unsettled_count, total_penalties });
    if (this.#scenario.end_of_day?.unsettled === 'cancel') this.#cancelWaiting();
    if (!(this.#scenario.daily_liquidity_reallocation ?? true)) return;
    for (const { allocated, balance, id } of this.fold.banks.values()) {
      if (allocated !== 0) this.#log('LiquidityReturn', { agent_id: id, amount: allocated, balance_after: balance - allocated });
    }
  }

  #cancelWaiting(): void {
    const cancel = (tx_id: string, queue: string): void => {
      const { amount, receiver, sender } = this.fold.payment(tx_id);
      const what = { tx_id, sender_id: sender, receiver_id: receiver, amount, remaining_amount: amount };
      this.#log('PaymentCancelled', { ...what, queue, reason: 'end_of_day' });
    };
    for (const { queue1 } of this.fold.banks.values()) for (const tx of [...queue1]) cancel(tx, 'queue1');
    for (const tx of [...this.fold.queue2]) cancel(tx, 'queue2');
    this.fold.publishIndex();
  }
}

/** The plain settlement model in the state that a log tells. */
export function settlementModel(scenario: ScenarioDocument, fold: LogFold): SettlementModel {
  const {
    enable_bilateral = true,
    enable_cycles = true,
    max_cycle_length = 4,
    max_cycles_per_tick = 10,
  } = scenario.lsm_config ?? {};
  const banks = [...fold.banks.values()].map(
    ({ balance, bilateralOutflows, document, haircut, id, posted, totalOutflow, unsecuredCap }) => ({
      id,
      balance,
      unsecuredCap,
      postedCollateral: posted,
      haircut,
      bilateralLimits: new Map(Object.entries(document.limits?.bilateral_limits ?? {})),
      multilateralLimit: document.limits?.multilateral_limit ?? null,
      bilateralOutflows: new Map(bilateralOutflows),
      totalOutflow,
    }),
  );
  const model = new SettlementModel(banks, {
    ticksPerDay: scenario.simulation.ticks_per_day,
    deferredCrediting: scenario.deferred_crediting ?? false,
    priorityMode: scenario.priority_mode ?? false,
    entryDisposition: scenario.entry_disposition_offsetting ?? false,
    algorithmSequencing: scenario.algorithm_sequencing ?? false,
    enableBilateral: enable_bilateral,
    enableCycles: enable_cycles,
    maxCycleLength: max_cycle_length,
    maxCyclesPerTick: max_cycles_per_tick,
    deadlinePenalty: (amount) => penaltyFor(scenario.cost_rates?.deadline_penalty ?? 50_000, amount),
    estimatedDelay: (remaining, ticks) => estimatedDelay(scenario.cost_rates ?? {}, remaining, ticks),
  });
  model.queue = fold.queue2.map((id) => modelPayment(fold, id));
  return model;
}

export function modelPayment(fold: LogFold, id: string): ModelPayment {
  const { amount, arrivalTick, deadline, overdueSince, receiver, rtgsPriority, sender, submissionTick } = fold.payment(id);
  const priority = rtgsPriority as ModelPayment['rtgsPriority'];
  return {
    id,
    sender,
    receiver,
    amount,
    arrivalTick,
    deadlineTick: deadline,
    overdueSince,
    settled: false,
    rtgsPriority: priority,
    submissionTick,
  };
}

const idOf = (number: number): string => `T${String(number).padStart(8, '0')}`;

function costs(parts: Partial<Record<string, number>>): Record<string, number> {
  const all: Record<string, number> = {
    liquidity_cost: 0,
    delay_cost: 0,
    collateral_cost: 0,
    penalty_cost: 0,
    split_friction_cost: 0,
    liquidity_opportunity_cost: 0,
    ...parts,
  };
  return { ...all, total: Object.values(all).reduce((sum, cents) => sum + cents, 0) };
}
