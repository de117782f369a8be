import type { EventType, SimulationEvent } from './engine.js';
import type { ObservedTick, Run } from './drive.js';
import { LogFold, scheduledTick } from './fold.js';
import { compareIds } from './oracle.js';
import type { EventDocument, ScenarioDocument, StressDocument } from './scenarios.js';
import { endingWindows, openWindows, type Window } from './windows.js';

type Of<T extends EventType> = Extract<SimulationEvent, { event_type: T }>;

/**
 * The order of events within a tick (spec 08 §2) as a parser: it knows from the log so far which banks and payments must speak at
 * which position, follows the tick event by event, and refuses whatever comes at the wrong place or is missing.
 */
export class TickParser {
  #events: readonly SimulationEvent[] = [];
  #at = 0;
  #tick = 0;
  readonly #bankIds: readonly string[];

  constructor(
    private readonly scenario: ScenarioDocument,
    private readonly fold: LogFold,
  ) {
    this.#bankIds = [...fold.banks.keys()];
  }

  /**
   * Parses the events of one tick and applies them to the log's fold. `order` gives the banks' own queues the order in which
   * decisions are made; `beforeSettlement` is called when all decisions have been made.
   */
  parse(
    { callEvents, events, result, startsDay, endsDay, strategicMoves, tick }: ObservedTick,
    order: QueueOrder,
    beforeSettlement?: () => void,
  ): void {
    const { ticks_per_day, num_days } = this.scenario.simulation;
    this.#tick = tick;
    this.fold.announce([...callEvents, ...events]);
    this.#begin(callEvents);
    if (tick === 0) this.#allocations();
    this.#calls();
    this.#end('calls');
    this.#begin(events);
    if (startsDay && tick > 0 && (this.scenario.daily_liquidity_reallocation ?? true)) this.#allocations();
    this.#endings();
    for (const event of this.scenario.scenario_events ?? [])
      if (isDue(event, tick)) this.#scenarioEvent(event, ticks_per_day * num_days);
    this.#arrivals(result.num_arrivals);
    this.#perBank(['CollateralPost', 'CollateralWithdraw'], strategicMoves);
    this.#perBank(['BankBudgetSet', 'StateRegisterSet']);
    this.#timers();
    this.#reactions();
    this.#escalations();
    if (this.fold.systemIsOut) for (const bank of this.fold.banks.values()) bank.queue1 = order(bank.queue1);
    else this.#central(order, beforeSettlement);
    this.fold.endTick();
    this.#perBank(['CollateralPost', 'CollateralWithdraw']);
    this.#deferredCredits();
    this.#costs();
    if (endsDay) this.#endOfDay();
    this.#end('tick');
  }

  /** What does not take place while the central system is out. */
  #central(order: QueueOrder, beforeSettlement?: () => void): void {
    this.#queue1Decisions(order);
    this.#queue2Decisions();
    beforeSettlement?.();
    this.#releases();
    this.#retry();
    this.#algorithm(1);
    this.#lsm();
    this.#algorithm(2);
    this.#algorithm(3);
  }

  // --- cursor --------------------------------------------------------------------------------------------------------------

  #begin(events: readonly SimulationEvent[]): void {
    this.#events = events;
    this.#at = 0;
  }

  #end(what: string): void {
    if (this.#at < this.#events.length) this.#fail(`the ${what} should have ended`);
  }

  #peek(ahead = 0): SimulationEvent | undefined {
    return this.#events[this.#at + ahead];
  }

  #is<T extends EventType>(type: T, ahead = 0): boolean {
    return this.#peek(ahead)?.event_type === type;
  }

  #take<T extends EventType>(type: T): Of<T> {
    const event = this.#peek();
    if (event?.event_type !== type) this.#fail(`${type} expected`);
    this.#at++;
    this.fold.apply(event);
    return event as unknown as Of<T>;
  }

  #require(condition: boolean, problem: string): void {
    if (!condition) this.#fail(problem);
  }

  #fail(problem: string): never {
    const shown = this.#events.slice(Math.max(0, this.#at - 2), this.#at + 2).map((event) => JSON.stringify(event));
    throw new Error(`Tick ${this.#tick}, event ${this.#at}: ${problem}\n${shown.join('\n')}`);
  }

  /** Banks in agent order, each at most once. */
  #ascending(previous: string | null, id: string): string {
    this.#require(previous === null || compareIds(previous, id) < 0, `${id} after ${previous}: banks in agent order`);
    return id;
  }

  // --- positions 0–4 --------------------------------------------------------------------------------------------------------

  #allocations(): void {
    for (const id of this.#bankIds) {
      if (this.fold.bank(id).document.liquidity_pool === undefined) continue;
      this.#require(this.#take('LiquidityAllocation').agent_id === id, `allocation of ${id}`);
    }
  }

  #calls(): void {
    for (let event = this.#peek(); event !== undefined; event = this.#peek()) {
      switch (event.event_type) {
        case 'CollateralPost':
          this.#require(event.reason === 'ManualPost', 'a call');
          break;
        case 'CollateralWithdraw':
          this.#require(event.reason === 'ManualWithdraw', 'a call');
          break;
        case 'Arrival':
        case 'RtgsWithdrawal':
        case 'RtgsResubmission':
          break;
        default:
          this.#fail('the event of a call');
      }
      this.#take(event.event_type);
    }
  }

  /** Windows that are over: outages, of the system first and then of banks in order, and what comes back after shocks. */
  #endings(): void {
    const ending = <T extends StressDocument['type']>(type: T): Window<T>[] => endingWindows(this.scenario, type, this.#tick);
    const ended = (scope: string, agent: string | null, from: number): void => {
      const { agent_id, scope: found, started_tick } = this.#take('OutageEnded');
      this.#require(found === scope && agent_id === agent && started_tick === from, `the end of the outage of ${agent ?? scope}`);
    };
    for (const { from } of ending('SystemOutage')) ended('system', null, from);
    for (const { event, from } of ending('ParticipantOutage').sort(byBank)) ended('participant', event.agent, from);
    for (const { event } of ending('LiquidityShock').sort(byBank)) {
      const { details_json, scenario_event_type } = this.#take('ScenarioEventExecuted');
      const { agent } = JSON.parse(details_json) as { agent: string };
      this.#require(scenario_event_type === 'liquidity_restored' && agent === event.agent, `liquidity of ${event.agent} back`);
    }
  }

  /** Banks that stop paying others, and take their payments back. */
  #reactions(): void {
    let previous: string | null = null;
    while (this.#is('CounterpartyReaction')) {
      const { agent_id: j, counterparty_id: k, exposure } = this.#peek() as Of<'CounterpartyReaction'>;
      const outage = this.fold.outages.get(k);
      this.#require(outage !== undefined && !outage.reacted.has(j) && j !== k, `${j} has not reacted to ${k} yet`);
      this.#require(exposure === (outage!.exposure.get(j) ?? 0), `exposure of ${j} to ${k}`);
      if (previous !== null && previous !== k) this.#ascending(previous, k);
      previous = k;
      this.#take('CounterpartyReaction');
      while (this.#is('RtgsWithdrawal')) {
        const { receiver, sender } = this.fold.payment((this.#peek() as Of<'RtgsWithdrawal'>).tx_id);
        this.#require(sender === j && receiver === k, `a payment of ${j} to ${k}`);
        this.#take('RtgsWithdrawal');
      }
    }
  }

  #scenarioEvent(event: EventDocument, episodeEnd: number): void {
    const tick = this.#tick;
    const { agents } = this.scenario;
    const hasArrivals = ({ arrival_bands, arrival_config }: (typeof agents)[number]): boolean =>
      !!(arrival_config ?? arrival_bands);
    const generator = agents.some(hasArrivals);
    switch (event.type) {
      case 'DirectTransfer':
        return this.#executed('direct_transfer', {
          amount: event.amount,
          from_agent: event.from_agent,
          to_agent: event.to_agent,
        });
      case 'CustomTransactionArrival': {
        const { amount, from_agent, to_agent, priority = 5, is_divisible = false } = event;
        const { ticks_per_day } = this.scenario.simulation;
        const raw = tick + (event.deadline ?? Math.max(Math.floor(ticks_per_day / 10), 5));
        const lastOfDay = (Math.floor(tick / ticks_per_day) + 1) * ticks_per_day - 1;
        const capped = Math.min(raw, episodeEnd, this.scenario.deadline_cap_at_eod ? lastOfDay : Infinity);
        const arrival = this.#take('Arrival');
        const expected = [from_agent, to_agent, amount, Math.max(capped, tick + 1), priority, is_divisible];
        const found = [
          arrival.sender_id,
          arrival.receiver_id,
          arrival.amount,
          arrival.deadline,
          arrival.priority,
          arrival.is_divisible,
        ];
        this.#require(JSON.stringify(found) === JSON.stringify(expected), `arrival of ${JSON.stringify(expected)}`);
        return this.#executed('custom_transaction_arrival', {
          amount,
          deadline: raw,
          from_agent,
          is_divisible,
          priority,
          to_agent,
          tx_id: arrival.tx_id,
        });
      }
      case 'CollateralAdjustment':
        return this.#executed('collateral_adjustment', { agent: event.agent, delta: event.delta });
      case 'GlobalArrivalRateChange':
        return generator ? this.#executed('global_arrival_rate_change', { multiplier: event.multiplier }) : undefined;
      case 'AgentArrivalRateChange': {
        if (!hasArrivals(agents.find(({ id }) => id === event.agent)!)) return;
        return this.#executed('agent_arrival_rate_change', {
          agent: event.agent,
          multiplier: event.multiplier,
          new_rate: ANY,
          old_rate: ANY,
        });
      }
      case 'CounterpartyWeightChange':
        if (!generator) return;
        return this.#executed('counterparty_weight_change', {
          agent: event.agent,
          auto_balance_others: event.auto_balance_others ?? false,
          counterparty: event.counterparty,
          new_weight: event.new_weight,
        });
      case 'DeadlineWindowChange':
        if (!generator) return;
        return this.#executed('deadline_window_change', {
          max_ticks_multiplier: event.max_ticks_multiplier ?? null,
          min_ticks_multiplier: event.min_ticks_multiplier ?? null,
        });
      case 'ScheduledSettlement': {
        const { amount, from_agent, to_agent } = event;
        const reason = this.#whyNotScheduled(from_agent, to_agent, amount);
        if (reason !== null) {
          return this.#executed('scheduled_settlement', {
            amount,
            from_agent,
            reason,
            settled: false,
            to_agent,
          });
        }
        const settlement = this.#take('RtgsImmediateSettlement');
        this.#require(settlement.tx_id === `scheduled_settlement_${from_agent}_${to_agent}_${amount}_${tick}`, 'synthetic id');
        return this.#executed('scheduled_settlement', { amount, from_agent, settled: true, to_agent });
      }
      default: {
        // Their details are those of the whole-run model.
        const { scenario_event_type: type } = this.#take('ScenarioEventExecuted');
        return this.#require(type === STRESS_NAMES[event.type], event.type);
      }
    }
  }

  #whyNotScheduled(from: string, to: string, amount: number): string | null {
    const outage = openWindows(this.scenario, 'ParticipantOutage', this.#tick).find(({ event }) => event.agent === to);
    // A window belongs to its ticks, not to the place of its event in the list.
    if (openWindows(this.scenario, 'SystemOutage', this.#tick).length > 0) return 'system_outage';
    if (outage?.event.incoming === 'block') return 'participant_outage';
    return amount > this.fold.available(from) ? 'insufficient_liquidity' : null;
  }

  /** Details must be compact JSON with ascending keys, doubles recognisable as such (spec 08 §4). */
  #executed(type: string, details: Record<string, unknown>): void {
    const event = this.#take('ScenarioEventExecuted');
    this.#require(event.scenario_event_type === type, type);
    const parsed = JSON.parse(event.details_json) as Record<string, unknown>;
    const keys = Object.keys(details).sort();
    const text = keys.map((key) => {
      const value = details[key] === ANY ? parsed[key] : details[key];
      return `${JSON.stringify(key)}:${DOUBLES.has(key) && value !== null ? doubleText(value as number) : JSON.stringify(value)}`;
    });
    this.#require(event.details_json === `{${text.join(',')}}`, `details {${text.join(',')}}`);
  }

  #arrivals(count: number): void {
    let previous: string | null = null;
    for (let i = 0; i < count; i++) {
      const { is_divisible, sender_id } = this.#take('Arrival');
      if (sender_id !== previous) previous = this.#ascending(previous, sender_id);
      this.#require(!is_divisible, 'generated payments are not divisible');
    }
  }

  // --- positions 5–8 --------------------------------------------------------------------------------------------------------

  /** At most one event per bank, banks in agent order; `atMost` so many of them. */
  #perBank(
    types: readonly ('CollateralPost' | 'CollateralWithdraw' | 'BankBudgetSet' | 'StateRegisterSet')[],
    atMost = Infinity,
  ): void {
    let previous: string | null = null;
    for (let count = 0; count < atMost; count++) {
      const event = this.#peek() as Of<(typeof types)[number]> | undefined;
      if (event === undefined || !types.includes(event.event_type)) return;
      if (event.event_type === 'StateRegisterSet') {
        if (event.decision_path === null) return;
        this.#require(/^([^→]+\((true|false)\) → )*[^→()]+$/u.test(event.decision_path), 'a decision path');
        const old = this.fold.bank(event.agent_id).registers.get(event.register_key) ?? 0;
        this.#require(Object.is(old + 0, event.old_value + 0), `old value ${old}`);
      }
      if (event.event_type === 'CollateralPost' || event.event_type === 'CollateralWithdraw') {
        this.#require(!event.reason.startsWith('Manual'), 'a policy decision');
      }
      previous = this.#ascending(previous, event.agent_id);
      this.#take(event.event_type);
    }
  }

  #timers(): void {
    let previous: string | null = null;
    while (this.#is('CollateralTimerWithdrawn') || this.#is('CollateralTimerBlocked')) {
      const { agent_id, event_type } = this.#peek() as Of<'CollateralTimerWithdrawn'>;
      if (agent_id !== previous) previous = this.#ascending(previous, agent_id);
      this.#take(event_type);
    }
  }

  #escalations(): void {
    let previous = '';
    while (this.#is('PriorityEscalated')) {
      this.#require(this.scenario.priority_escalation?.enabled ?? false, 'escalation is off');
      const { tx_id } = this.#take('PriorityEscalated');
      this.#require(tx_id > previous, 'payments in creation order');
      this.#require(['queue1', 'queue2'].includes(this.fold.payment(tx_id).place), 'only waiting payments escalate');
      previous = tx_id;
    }
  }

  // --- position 9: decisions about the banks' own queues ----------------------------------------------------------------------

  #queue1Decisions(orderOf: QueueOrder): void {
    for (const bank of this.fold.banks.values()) {
      const order = orderOf(bank.queue1);
      bank.queue1 = [...order];
      if (this.fold.isOut(bank.id)) continue;
      const scheduled = (id: string): number => this.fold.payment(id).scheduledTick ?? Infinity;
      const isWithheld = new Set(order.filter((id) => this.fold.isWithheld(id, this.#tick)));
      const due = order
        .filter((id) => scheduled(id) <= this.#tick && !isWithheld.has(id))
        .sort((x, y) => scheduled(x) - scheduled(y) || (x < y ? -1 : 1));
      for (const id of due) this.#release(id);
      for (const { reason, tx_id } of this.fold.newlyWithheld(bank.id, this.#tick)) {
        const hold = this.#take('PolicyHold');
        this.#require(hold.tx_id === tx_id && hold.reason === reason && hold.agent_id === bank.id, `${tx_id}: ${reason}`);
      }
      for (const id of order) if (scheduled(id) === Infinity && !due.includes(id) && !isWithheld.has(id)) this.#decision(id);
    }
  }

  #release(id: string): void {
    const { amount, receiver, sender } = this.fold.payment(id);
    const submission = this.#take('RtgsSubmission');
    this.#require(submission.tx_id === id, `submission of ${id}`);
    this.#require(
      submission.sender === sender && submission.receiver === receiver && submission.amount === amount,
      'the payment as it arrived',
    );
    const { agent_id, tx_id } = this.#take('PolicySubmit');
    this.#require(agent_id === sender && tx_id === id, `PolicySubmit of ${id}`);
  }

  #decision(id: string): void {
    const event = this.#peek();
    if (event?.event_type === 'Arrival') return this.#split(id);
    if (event?.event_type === 'RtgsSubmission') return this.#release(id);
    const type = event?.event_type;
    if (type !== 'PolicyHold' && type !== 'PolicyDrop' && type !== 'TransactionReprioritized' && type !== 'RtgsResubmission') {
      this.#fail(`a decision about ${id}`);
    }
    const decision = this.#take(type);
    this.#require(decision.tx_id === id, `a decision about ${id}`);
    const { amount, sender } = this.fold.payment(id);
    this.#require(('agent_id' in decision ? decision.agent_id : decision.sender) === sender, `a decision of ${sender}`);
    if (decision.event_type === 'PolicyDrop') this.#require(decision.reason === 'Expired deadline', 'the reason');
    if (decision.event_type !== 'PolicyHold') return;
    const later = scheduledTick(decision.reason);
    if (later !== null) this.#require(later > this.#tick, 'a tick to come');
    if (decision.reason === 'AmountTooSmallToSplit') this.#require(amount === 1, 'one cent');
    this.#require(HOLD_REASONS.test(decision.reason), 'a known reason');
  }

  /** Parts, friction, the split itself, and the parts that wait for their ticks. */
  #split(id: string): void {
    const parent = this.fold.payment(id);
    const children: Of<'Arrival'>[] = [];
    let immediate: boolean | null = null;
    while (this.#is('Arrival')) {
      const child = this.#take('Arrival');
      children.push(child);
      const submitted = this.#is('RtgsSubmission');
      immediate ??= submitted;
      this.#require(immediate === submitted, 'either all parts are submitted or none');
      if (submitted) {
        const submission = this.#take('RtgsSubmission');
        this.#require(submission.tx_id === child.tx_id && submission.amount === child.amount, `submission of ${child.tx_id}`);
        this.#require(submission.internal_priority === child.priority, 'priority of the part');
      }
    }
    const friction = (this.scenario.cost_rates?.split_friction_cost ?? 1000) * (children.length - 1);
    if (friction > 0) {
      const { agent_id, costs } = this.#take('CostAccrual');
      this.#require(
        agent_id === parent.sender && costs.split_friction_cost === friction && costs.total === friction,
        `friction ${friction}`,
      );
    }
    const split = this.#take('PolicySplit');
    this.#require(split.tx_id === id && split.agent_id === parent.sender, `split of ${id}`);
    this.#require(split.num_splits === children.length && children.length >= 2, 'number of parts');
    this.#require(
      JSON.stringify(split.child_ids) === JSON.stringify(children.map((child) => child.tx_id)),
      'the parts that arrived',
    );
    for (const child of children) {
      const same =
        child.sender_id === parent.sender && child.receiver_id === parent.receiver && child.deadline === parent.deadline;
      this.#require(same && !child.is_divisible && child.priority === children[0]!.priority, 'parts of the payment');
    }
    const base = Math.floor(parent.amount / children.length);
    const amounts = children.map((child) => child.amount);
    this.#require(amounts.slice(0, -1).every((amount) => amount === base) && base >= 1, 'equal parts');
    this.#require(amounts.at(-1) === parent.amount - base * (children.length - 1), 'the last part takes the rest');
    if (immediate === false) this.#scheduledParts(split);
  }

  #scheduledParts({ agent_id, child_ids }: Of<'PolicySplit'>): void {
    const scheduled: { id: string; tick: number }[] = [];
    while (this.#is('PolicyHold') && child_ids.includes((this.#peek() as Of<'PolicyHold'>).tx_id)) {
      const hold = this.#take('PolicyHold');
      const tick = scheduledTick(hold.reason);
      this.#require(tick !== null && hold.agent_id === agent_id, 'a scheduled release');
      scheduled.push({ id: hold.tx_id, tick: tick! });
    }
    const last = child_ids.slice(child_ids.length - scheduled.length);
    this.#require(JSON.stringify(scheduled.map(({ id }) => id)) === JSON.stringify(last), 'the last parts, in order');
    const gap = (scheduled[0]?.tick ?? 0) - this.#tick;
    this.#require(scheduled.length === 0 || gap > 0, 'a tick to come');
    scheduled.forEach(({ tick }, i) => this.#require(tick === this.#tick + gap * (i + 1), 'equal gaps'));
  }

  // --- positions 10–15: the central queue ----------------------------------------------------------------------------------------

  #queue2Decisions(): void {
    for (const id of this.#bankIds) {
      if (this.fold.isOut(id)) continue;
      for (const tx of this.fold.index.get(id) ?? []) {
        const event = this.#peek();
        if (event?.event_type === 'RtgsWithdrawal' && event.tx_id === tx) {
          this.#take('RtgsWithdrawal');
          if (this.#is('RtgsResubmission') && (this.#peek() as Of<'RtgsResubmission'>).tx_id === tx)
            this.#take('RtgsResubmission');
        } else if (event?.event_type === 'PolicyHold' && event.tx_id === tx && QUEUE2_FAILURES.test(event.reason)) {
          this.#require(this.fold.payment(tx).place !== 'queue2', 'it could have been withdrawn');
          this.#take('PolicyHold');
        }
      }
    }
  }

  #releases(): void {
    for (const id of [...this.fold.pending]) {
      if (this.#is('BilateralLimitExceeded')) this.#require(this.#take('BilateralLimitExceeded').tx_id === id, `limit of ${id}`);
      if (this.#is('MultilateralLimitExceeded'))
        this.#require(this.#take('MultilateralLimitExceeded').tx_id === id, `limit of ${id}`);
      if (this.#is('EntryDispositionOffset')) {
        this.#require(this.scenario.entry_disposition_offsetting ?? false, 'entry disposition is off');
        this.#require(this.#take('EntryDispositionOffset').incoming_tx_id === id, `offset of ${id}`);
      } else if (this.#is('QueuedRtgs')) {
        this.#require(this.#take('QueuedRtgs').tx_id === id, `queuing of ${id}`);
      } else {
        if (this.#is('OverdueTransactionSettled'))
          this.#require(this.#take('OverdueTransactionSettled').tx_id === id, `settlement of ${id}`);
        this.#require(this.#take('RtgsImmediateSettlement').tx_id === id, `settlement of ${id}`);
      }
    }
  }

  /** Releases in the order of one scan; returns their number. */
  #retry(): number {
    const scan = this.fold.sortedQueue2();
    let count = 0;
    let position = -1;
    while (this.#is('Queue2LiquidityRelease')) {
      const { tx_id } = this.#peek() as Of<'Queue2LiquidityRelease'>;
      const next = scan.indexOf(tx_id);
      // A second scan begins where the order goes back.
      if (next <= position) break;
      position = next;
      this.#take('Queue2LiquidityRelease');
      count++;
    }
    return count;
  }

  #lsm(): void {
    const { enable_bilateral = true, enable_cycles = true, max_cycles_per_tick = 10 } = this.scenario.lsm_config ?? {};
    for (let iteration = 0; iteration < 3; iteration++) {
      const pairs = enable_bilateral ? this.#pairs() : 0;
      if (pairs > 0) this.#retry();
      let cycles = 0;
      while (cycles < max_cycles_per_tick && this.#is('LsmCycleSettlement')) {
        this.#require(enable_cycles, 'cycles are off');
        this.#take('LsmCycleSettlement');
        cycles++;
      }
      if (cycles > 0) this.#retry();
      if (pairs + cycles === 0) return;
    }
  }

  #pairs(): number {
    let previous: Of<'LsmBilateralOffset'> | null = null;
    let count = 0;
    while (this.#is('LsmBilateralOffset')) {
      const pair = this.#peek() as Of<'LsmBilateralOffset'>;
      if (previous !== null && comparePairs(previous, pair) >= 0) break;
      this.#take('LsmBilateralOffset');
      previous = pair;
      count++;
    }
    return count;
  }

  #algorithm(number: 1 | 2 | 3): void {
    if (!this.scenario.algorithm_sequencing) return;
    const { algorithm, result, settlements } = this.#take('AlgorithmExecution');
    this.#require(algorithm === number && result === (settlements > 0 ? 'Success' : 'NoProgress'), `algorithm ${number}`);
  }

  // --- positions 17–19 --------------------------------------------------------------------------------------------------------------

  #deferredCredits(): void {
    let previous: string | null = null;
    while (this.#is('DeferredCreditApplied')) previous = this.#ascending(previous, this.#take('DeferredCreditApplied').agent_id);
  }

  #costs(): void {
    for (const id of this.#bankIds) {
      const order = [...this.fold.bank(id).queue1, ...(this.fold.index.get(id) ?? [])];
      let position = -1;
      while (this.#is('TransactionWentOverdue') && (this.#peek() as Of<'TransactionWentOverdue'>).sender_id === id) {
        const { tx_id } = this.#take('TransactionWentOverdue');
        const next = order.indexOf(tx_id);
        this.#require(next > position, 'waiting payments in queue order');
        position = next;
      }
      const event = this.#peek();
      if (event?.event_type !== 'CostAccrual' || event.agent_id !== id || event.costs.total <= 0) continue;
      // At the end of a day a bank's only event may be the penalty of position 19; then it charges nothing but that.
      this.#take('CostAccrual');
    }
  }

  /** Everything that waits goes, banks in order and then the central queue. */
  #cancellations(): void {
    const queues = [...[...this.fold.banks.values()].map(({ queue1 }) => [...queue1]), [...this.fold.queue2]];
    queues.forEach((ids, i) => {
      for (const id of ids) {
        const { amount, receiver, sender } = this.fold.payment(id);
        const event = this.#take('PaymentCancelled');
        this.#require(
          event.tx_id === id && event.queue === (i < queues.length - 1 ? 'queue1' : 'queue2'),
          `cancellation of ${id}`,
        );
        this.#require(event.sender_id === sender && event.receiver_id === receiver, `banks of ${id}`);
        this.#require(
          event.amount === amount && event.remaining_amount === amount && event.reason === 'end_of_day',
          `${id} as it is`,
        );
      }
    });
    this.fold.publishIndex();
  }

  #endOfDay(): void {
    let previous: string | null = null;
    while (this.#is('CostAccrual')) {
      const { agent_id, costs } = this.#take('CostAccrual');
      previous = this.#ascending(previous, agent_id);
      this.#require(costs.total === costs.penalty_cost, 'only the penalty');
    }
    let register = { agent: null as string | null, key: '' };
    while (this.#is('StateRegisterSet')) {
      const { agent_id, decision_path, new_value, old_value, reason, register_key } = this.#peek() as Of<'StateRegisterSet'>;
      this.#require(decision_path === null && new_value === 0 && reason === 'eod_reset', 'a reset');
      this.#require(Object.is(old_value + 0, (this.fold.bank(agent_id).registers.get(register_key) ?? NaN) + 0), 'the old value');
      if (register.agent !== agent_id) register = { agent: this.#ascending(register.agent, agent_id), key: '' };
      this.#require(compareIds(register.key, register_key) < 0, 'keys in order');
      register.key = register_key;
      this.#take('StateRegisterSet');
    }
    const { day } = this.#take('EndOfDay');
    this.#require(day === Math.floor(this.#tick / this.scenario.simulation.ticks_per_day), 'the day that ends');
    if (this.scenario.end_of_day?.unsettled === 'cancel') this.#cancellations();
    if (!(this.scenario.daily_liquidity_reallocation ?? true)) return;
    for (const id of this.#bankIds) {
      const { allocated } = this.fold.bank(id);
      if (allocated === 0) continue;
      const event = this.#take('LiquidityReturn');
      this.#require(event.agent_id === id && event.amount === allocated, `return of ${allocated} by ${id}`);
    }
  }
}

/** Stress events as their execution is logged. */
const STRESS_NAMES: Record<StressDocument['type'], string> = {
  ParticipantOutage: 'participant_outage',
  SystemOutage: 'system_outage',
  LiquidityShock: 'liquidity_shock',
  PaymentDelay: 'payment_delay',
};

const byBank = (x: { event: { agent: string } }, y: { event: { agent: string } }): number =>
  compareIds(x.event.agent, y.event.agent);

/** Puts the payments of a bank's queue in the order in which its policy sees them. */
export type QueueOrder = (queue: readonly string[]) => string[];

/** Parses a run tick by tick; after each tick the fold holds what its log tells. */
export function* parsed(
  run: Run,
  beforeSettlement?: (fold: LogFold) => void,
): Generator<{ fold: LogFold; observed: ObservedTick }> {
  const { scenario } = run.workload;
  const fold = new LogFold(scenario);
  const parser = new TickParser(scenario, fold);
  for (const observed of run.ticks) {
    parser.parse(observed, queueOrder(scenario, fold, observed), () => beforeSettlement?.(fold));
    yield { fold, observed };
  }
}

/** First in, first out; or by priority and deadline as they are when the tick's decisions begin (spec 03 §8b). */
function queueOrder({ queue1_ordering = 'fifo' }: ScenarioDocument, fold: LogFold, { before, events }: ObservedTick): QueueOrder {
  if (queue1_ordering === 'fifo') return (queue) => [...queue];
  const escalated = new Map(
    events.flatMap((e) => (e.event_type === 'PriorityEscalated' ? [[e.tx_id, e.escalated_priority]] : [])),
  );
  const priority = (id: string): number =>
    escalated.get(id) ?? before.transactions.get(id)?.priority ?? fold.payment(id).originalPriority;
  return (queue) => [...queue].sort((x, y) => priority(y) - priority(x) || fold.payment(x).deadline - fold.payment(y).deadline);
}

/** A number that the details state; other properties check it. */
const ANY = Symbol('any');
/** Details of scenario events that are doubles. */
export const DOUBLES = new Set([
  'multiplier',
  'old_rate',
  'new_rate',
  'new_weight',
  'min_ticks_multiplier',
  'max_ticks_multiplier',
  'balance_factor',
  'collateral_haircut',
  'collateral_haircut_after',
]);

/** Shortest digits, always recognisable as a double (spec 08 §4). */
export function doubleText(x: number): string {
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const sign = x < 0 ? '-' : '';
  const [mantissa, exponent] = Math.abs(x).toExponential().split('e');
  const digits = mantissa!.replace('.', '');
  const position = Number(exponent) + 1;
  if (position <= -5 || position > 16) return `${sign}${mantissa}e${Number(exponent)}`;
  if (position <= 0) return `${sign}0.${'0'.repeat(-position)}${digits}`;
  if (digits.length <= position) return `${sign}${digits.padEnd(position, '0')}.0`;
  return `${sign}${digits.slice(0, position)}.${digits.slice(position)}`;
}

/** All reasons of spec 08 §3.1 that a decision about a payment in Queue 1 can have. */
const HOLD_REASONS = new RegExp(
  `^(${[
    'InsufficientLiquidity|AwaitingInflows|LowPriority|BudgetExhausted|AmountTooSmallToSplit',
    'NearDeadline \\{ ticks_remaining: \\d+ \\}|ScheduledRelease \\{ tick: \\d+ \\}|Custom\\(".*"\\)',
    'WithdrawFromRtgs failed: Settlement error: Transaction T\\d{8} not found in RTGS Queue 2',
  ].join('|')})$`,
  'u',
);

const QUEUE2_FAILURES =
  /^(WithdrawFromRtgs failed|ResubmitToRtgs withdraw step failed): Settlement error: Transaction T\d{8} not found in RTGS Queue 2$/;

/** Whether a scenario event happens in a tick. */
export function isDue({ schedule }: EventDocument, tick: number): boolean {
  if (schedule.type === 'OneTime') return tick === schedule.tick;
  return tick >= schedule.start_tick && (tick - schedule.start_tick) % schedule.interval === 0;
}

/** Larger mutual amount first, then by the two banks. */
function comparePairs(x: Of<'LsmBilateralOffset'>, y: Of<'LsmBilateralOffset'>): number {
  const mutual = (pair: Of<'LsmBilateralOffset'>): number => Math.min(pair.amount_a, pair.amount_b);
  return mutual(y) - mutual(x) || compareIds(x.agent_a, y.agent_a) || compareIds(x.agent_b, y.agent_b);
}
