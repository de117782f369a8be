import type { EventOf, SimulationEvent } from './engine.js';
import { compareIds } from './oracle.js';
import type { AgentDocument, ScenarioDocument } from './scenarios.js';
import { openWindows } from './windows.js';

/**
 * The state of a run recomputed from its scenario and its event log alone (spec 08 §6, spec 03 §10): balances, collateral, limits,
 * queues, registers and what became of every payment.
 */

export interface FoldedPayment {
  id: string;
  sender: string;
  receiver: string;
  amount: number;
  deadline: number;
  /** Tick of its `Arrival`; a part's arrival tick is its parent's. */
  createdTick: number;
  arrivalTick: number;
  originalPriority: number;
  parent: string | null;
  children: string[];
  place: 'queue1' | 'queue2' | 'released' | 'nowhere';
  settledTick: number | null;
  overdueSince: number | null;
  dropped: boolean;
  /** Taken from its queue at the end of a day, for good. */
  cancelled: boolean;
  rtgsPriority: string | null;
  submissionTick: number | null;
  scheduledTick: number | null;
}

export interface FoldedBank {
  id: string;
  document: AgentDocument;
  balance: number;
  unsecuredCap: number;
  posted: number;
  haircut: number;
  allocated: number;
  queue1: string[];
  registers: Map<string, number>;
  bilateralOutflows: Map<string, number>;
  totalOutflow: number;
}

/** The outage of a bank, with what others settled to it since then less what came from it (spec 15 §2.2). */
export interface FoldedOutage {
  since: number;
  exposure: Map<string, number>;
  /** Banks that pay it nothing at present, and what they were told to withhold. */
  reacted: Set<string>;
  withheld: Set<string>;
}

const SCHEDULED = /^ScheduledRelease \{ tick: (\d+) \}$/;

/** Tick of a `ScheduledRelease` reason, null for other reasons. */
export function scheduledTick(reason: string): number | null {
  const match = SCHEDULED.exec(reason);
  return match ? Number(match[1]) : null;
}

/** Ids that an event says are settled, each once (spec 08 §6); settlements without payment have none. */
export function settledIds(event: SimulationEvent): string[] {
  switch (event.event_type) {
    case 'RtgsImmediateSettlement':
      return isSynthetic(event) ? [] : [event.tx_id];
    case 'Queue2LiquidityRelease':
      return [event.tx_id];
    case 'LsmBilateralOffset':
    case 'LsmCycleSettlement':
      return [...new Set(event.tx_ids)];
    case 'EntryDispositionOffset':
      return [event.incoming_tx_id, event.queued_tx_id];
    default:
      return [];
  }
}

/** Whether the settlement is that of a scenario event, which has no payment. */
export function isSynthetic({ tx_id }: EventOf<'RtgsImmediateSettlement'>): boolean {
  return tx_id.startsWith('scheduled_settlement_');
}

/** The parts named by the splits among some events, with their parents. */
export function partsOf(events: Iterable<SimulationEvent>): Map<string, string> {
  const parents = new Map<string, string>();
  for (const event of events) {
    if (event.event_type === 'PolicySplit') for (const child of event.child_ids) parents.set(child, event.tx_id);
  }
  return parents;
}

export class LogFold {
  readonly banks: Map<string, FoldedBank>;
  readonly payments = new Map<string, FoldedPayment>();
  queue2: string[] = [];
  /** Payments released in the running tick that have neither settled nor been queued yet, in release order. */
  pending: string[] = [];
  /** Central queue per sender as published after the LSM of the latest tick. */
  index = new Map<string, string[]>();
  /** Cents that shocks have brought to all banks, less what they took (spec 15 §3). */
  shocked = 0;
  /** The central system is out: it neither sorts its queue nor publishes its index. */
  systemIsOut = false;
  /** Banks in an outage. */
  readonly outages = new Map<string, FoldedOutage>();
  /** First tick in which a payment may be released, where a delay keeps it back. */
  readonly delayed = new Map<string, number>();
  readonly #deferred: boolean;
  readonly #priorityMode: boolean;
  #store = new Map<string, number>();
  #parents = new Map<string, string>();

  constructor(readonly scenario: ScenarioDocument) {
    this.#deferred = scenario.deferred_crediting ?? false;
    this.#priorityMode = scenario.priority_mode ?? false;
    const agents = [...scenario.agents].sort((x, y) => compareIds(x.id, y.id));
    this.banks = new Map(
      agents.map((document) => [
        document.id,
        {
          id: document.id,
          document,
          balance: document.opening_balance,
          unsecuredCap: document.unsecured_cap ?? 0,
          posted: document.posted_collateral ?? 0,
          haircut: document.collateral_haircut ?? 0.02,
          allocated: 0,
          queue1: [],
          registers: new Map(),
          bilateralOutflows: new Map(),
          totalOutflow: 0,
        },
      ]),
    );
  }

  bank(id: string): FoldedBank {
    const bank = this.banks.get(id);
    if (!bank) throw new Error(`No bank ${id}`);
    return bank;
  }

  payment(id: string): FoldedPayment {
    const payment = this.payments.get(id);
    if (!payment) throw new Error(`No payment ${id} has arrived`);
    return payment;
  }

  /** Credit that waits for the end of the tick. */
  stored(id: string): number {
    return this.#store.get(id) ?? 0;
  }

  get storeIsEmpty(): boolean {
    return this.#store.size === 0;
  }

  isOut(id: string): boolean {
    return this.outages.has(id);
  }

  /** Whether a payment is kept in its bank's queue, by a delay or because its receiver is in an outage (spec 15 §2.2, §3). */
  isWithheld(id: string, tick: number): boolean {
    const { receiver, sender } = this.payment(id);
    return tick < (this.delayed.get(id) ?? 0) || this.outages.get(receiver)?.reacted.has(sender) === true;
  }

  /** Why payments of a bank's queue are held back that are held back for the first time in this tick, in queue order. */
  newlyWithheld(bank: string, tick: number): { tx_id: string; reason: string }[] {
    return this.bank(bank).queue1.flatMap((tx_id) => {
      const { createdTick, receiver } = this.payment(tx_id);
      const until = this.delayed.get(tx_id) ?? 0;
      const outage = this.outages.get(receiver);
      return [
        ...(createdTick === tick && tick < until ? [{ tx_id, reason: `Delayed { tick: ${until} }` }] : []),
        ...(outage?.reacted.has(bank) && !outage.withheld.has(tx_id) ? [{ tx_id, reason: 'CounterpartyOutage' }] : []),
      ];
    });
  }

  /** `unsecured cap + ⌊posted × (1 − haircut)⌋` (spec 01 §4.3). */
  limit(id: string): number {
    const { haircut, posted, unsecuredCap } = this.bank(id);
    return unsecuredCap + Math.floor(posted * Math.max(1 - haircut, 0));
  }

  available(id: string): number {
    const { balance } = this.bank(id);
    return Math.max(balance, 0) + Math.max(this.limit(id) - Math.max(-balance, 0), 0);
  }

  capacity(id: string): number {
    const { document, unsecuredCap } = this.bank(id);
    return document.max_collateral_capacity ?? 10 * unsecuredCap;
  }

  /** The central queue in the order of its next scan. */
  sortedQueue2(): string[] {
    if (!this.#priorityMode) return [...this.queue2];
    const bands = ['HighlyUrgent', 'Urgent', 'Normal'];
    const band = (id: string): number => bands.indexOf(this.payment(id).rtgsPriority ?? 'Normal');
    const tick = (id: string): number => this.payment(id).submissionTick ?? Number.MAX_SAFE_INTEGER;
    return [...this.queue2].sort((x, y) => band(x) - band(y) || tick(x) - tick(y));
  }

  /** Applies all events of a tick; those of calls before it first, if there were any. */
  applyAll(events: readonly SimulationEvent[]): void {
    this.announce(events);
    for (const event of events) this.apply(event);
  }

  /** Tells which payments of the events to come are parts of others; an `Arrival` alone does not say so. */
  announce(events: readonly SimulationEvent[]): void {
    this.#parents = partsOf(events);
  }

  apply(event: SimulationEvent): void {
    switch (event.event_type) {
      case 'Arrival':
        return this.#arrive(event);
      case 'RtgsSubmission':
        return this.#submit(event);
      case 'PolicyHold':
        return this.#hold(event);
      case 'PolicyDrop': {
        const payment = this.#takeFromQueue1(event.tx_id);
        payment.dropped = true;
        payment.overdueSince ??= event.tick;
        return;
      }
      case 'PolicySplit':
        this.#takeFromQueue1(event.tx_id).children = [...event.child_ids];
        return;
      case 'StateRegisterSet': {
        const { registers } = this.bank(event.agent_id);
        if (event.reason === 'eod_reset' && event.decision_path === null) registers.delete(event.register_key);
        else registers.set(event.register_key, event.new_value);
        return;
      }
      case 'CollateralPost':
      case 'CollateralWithdraw':
      case 'CollateralTimerWithdrawn':
        this.bank(event.agent_id).posted = event.new_total;
        return;
      case 'RtgsImmediateSettlement':
        if (!isSynthetic(event)) return this.#pay(event.tx_id, event.tick);
        this.bank(event.sender).balance -= event.amount;
        this.bank(event.receiver).balance += event.amount;
        return;
      case 'QueuedRtgs': {
        const payment = this.#takePending(event.tx_id);
        payment.place = 'queue2';
        this.queue2.push(payment.id);
        return;
      }
      case 'Queue2LiquidityRelease':
      case 'LsmBilateralOffset':
      case 'LsmCycleSettlement':
      case 'EntryDispositionOffset':
        for (const id of settledIds(event)) this.#pay(id, event.tick);
        return;
      case 'RtgsWithdrawal': {
        const payment = this.payment(event.tx_id);
        this.#takeFromQueue2(payment);
        payment.rtgsPriority = payment.submissionTick = null;
        this.#appendToQueue1(payment);
        return;
      }
      case 'RtgsResubmission': {
        const payment = this.payment(event.tx_id);
        if (payment.place !== 'nowhere') return;
        payment.dropped = false;
        this.#appendToQueue1(payment);
        return;
      }
      case 'DeferredCreditApplied':
        this.bank(event.agent_id).balance += event.amount;
        this.#store.set(event.agent_id, this.stored(event.agent_id) - event.amount);
        if (this.stored(event.agent_id) === 0) this.#store.delete(event.agent_id);
        return;
      case 'TransactionWentOverdue':
        this.payment(event.tx_id).overdueSince = event.tick;
        return;
      case 'LiquidityAllocation':
        this.bank(event.agent_id).balance += event.amount;
        this.bank(event.agent_id).allocated = event.amount;
        return;
      case 'LiquidityReturn':
        this.bank(event.agent_id).balance -= event.amount;
        this.bank(event.agent_id).allocated = 0;
        return;
      case 'EndOfDay':
        for (const bank of this.banks.values()) {
          bank.bilateralOutflows.clear();
          bank.totalOutflow = 0;
        }
        return;
      case 'PaymentCancelled': {
        const payment = this.payment(event.tx_id);
        if (payment.place !== event.queue)
          throw new Error(`${payment.id} is cancelled in ${event.queue}, but is in ${payment.place}`);
        if (payment.place === 'queue1') this.#takeFromQueue1(payment.id);
        else this.#takeFromQueue2(payment);
        payment.place = 'nowhere';
        payment.cancelled = true;
        return;
      }
      case 'OutageEnded':
        if (event.scope === 'system') this.systemIsOut = false;
        else this.outages.delete(event.agent_id!);
        return;
      case 'CounterpartyReaction':
        this.outages.get(event.counterparty_id)!.reacted.add(event.agent_id);
        return;
      case 'ScenarioEventExecuted':
        return this.#execute(event);
    }
  }

  /** The end of a tick's settlement: the queue has its scanned order, and its index is published. */
  endTick(): void {
    if (this.systemIsOut) return;
    this.queue2 = this.sortedQueue2();
    this.publishIndex();
  }

  publishIndex(): void {
    const queue = this.sortedQueue2();
    this.index = new Map([...this.banks.keys()].map((id) => [id, queue.filter((tx) => this.payment(tx).sender === id)]));
  }

  #arrive(event: EventOf<'Arrival'>): void {
    const parent = this.#parents.get(event.tx_id) ?? null;
    const payment: FoldedPayment = {
      id: event.tx_id,
      sender: event.sender_id,
      receiver: event.receiver_id,
      amount: event.amount,
      deadline: event.deadline,
      createdTick: event.tick,
      arrivalTick: parent === null ? event.tick : this.payment(parent).arrivalTick,
      originalPriority: Math.min(event.priority, 10),
      parent,
      children: [],
      place: 'nowhere',
      settledTick: null,
      overdueSince: null,
      dropped: false,
      cancelled: false,
      rtgsPriority: null,
      submissionTick: null,
      scheduledTick: null,
    };
    if (this.payments.has(payment.id)) throw new Error(`${payment.id} arrives twice`);
    this.payments.set(payment.id, payment);
    if (parent === null) {
      this.#delay(payment);
      this.#appendToQueue1(payment);
    } else {
      payment.place = 'released';
      this.pending.push(payment.id);
    }
  }

  #delay({ amount, createdTick, id, receiver, sender }: FoldedPayment): void {
    for (const { event } of openWindows(this.scenario, 'PaymentDelay', createdTick)) {
      const isMeant =
        (event.agent === 'all' || event.agent === sender) &&
        (event.receiver === undefined || event.receiver === receiver) &&
        amount >= (event.min_amount ?? 0);
      if (isMeant) this.delayed.set(id, Math.max(this.delayed.get(id) ?? 0, createdTick + event.delay_ticks));
    }
  }

  #submit(event: EventOf<'RtgsSubmission'>): void {
    const payment = this.payment(event.tx_id);
    if (payment.place === 'queue1') {
      this.#takeFromQueue1(payment.id);
      payment.place = 'released';
      payment.scheduledTick = null;
      this.pending.push(payment.id);
    } else if (payment.place !== 'released') {
      throw new Error(`${payment.id} is submitted but not waiting`);
    }
    payment.rtgsPriority = event.rtgs_priority;
    payment.submissionTick = event.tick;
  }

  #hold({ reason, tx_id }: EventOf<'PolicyHold'>): void {
    if (reason === 'CounterpartyOutage') this.outages.get(this.payment(tx_id).receiver)!.withheld.add(tx_id);
    const tick = scheduledTick(reason);
    if (tick === null) return;
    const payment = this.payment(tx_id);
    payment.scheduledTick = tick;
    if (payment.place !== 'released') return;
    this.#takePending(tx_id);
    this.#appendToQueue1(payment);
  }

  #execute({ details_json, scenario_event_type, tick }: EventOf<'ScenarioEventExecuted'>): void {
    const details = JSON.parse(details_json) as {
      from_agent: string;
      to_agent: string;
      amount: number;
      agent: string;
      delta: number;
      balance_moved: number;
      unsecured_cap_moved: number;
      posted_collateral_moved: number;
      balance_after: number;
      unsecured_cap_after: number;
      posted_collateral_after: number;
      collateral_haircut_after: number;
    };
    if (scenario_event_type === 'direct_transfer') {
      this.bank(details.from_agent).balance -= details.amount;
      this.bank(details.to_agent).balance += details.amount;
    } else if (scenario_event_type === 'collateral_adjustment') {
      this.bank(details.agent).unsecuredCap += details.delta;
    } else if (scenario_event_type === 'liquidity_shock' || scenario_event_type === 'liquidity_restored') {
      const bank = this.bank(details.agent);
      bank.balance += details.balance_moved;
      bank.unsecuredCap += details.unsecured_cap_moved;
      bank.posted += details.posted_collateral_moved;
      bank.haircut = details.collateral_haircut_after;
      this.shocked += details.balance_moved;
      const { balance_after, posted_collateral_after, unsecured_cap_after } = details;
      const told = [balance_after, unsecured_cap_after, posted_collateral_after];
      if (String(told) !== String([bank.balance, bank.unsecuredCap, bank.posted]))
        throw new Error(`${details_json} moves to ${bank.balance}, ${bank.unsecuredCap}, ${bank.posted}`);
    } else if (scenario_event_type === 'system_outage') {
      this.systemIsOut = true;
    } else if (scenario_event_type === 'participant_outage') {
      this.outages.set(details.agent, { since: tick, exposure: new Map(), reacted: new Set(), withheld: new Set() });
    }
  }

  #pay(id: string, tick: number): void {
    const payment = this.payment(id);
    if (payment.settledTick !== null) throw new Error(`${id} settles twice`);
    if (payment.cancelled) throw new Error(`${id} settles although it was cancelled`);
    if (payment.place === 'queue2') this.#takeFromQueue2(payment);
    else this.#takePending(id);
    payment.place = 'nowhere';
    payment.settledTick = tick;
    const sender = this.bank(payment.sender);
    this.#expose(payment.receiver, payment.sender, payment.amount);
    this.#expose(payment.sender, payment.receiver, -payment.amount);
    sender.balance -= payment.amount;
    sender.totalOutflow += payment.amount;
    sender.bilateralOutflows.set(payment.receiver, (sender.bilateralOutflows.get(payment.receiver) ?? 0) + payment.amount);
    if (this.#deferred) this.#store.set(payment.receiver, this.stored(payment.receiver) + payment.amount);
    else this.bank(payment.receiver).balance += payment.amount;
  }

  #expose(stricken: string, other: string, cents: number): void {
    const exposure = this.outages.get(stricken)?.exposure;
    if (stricken !== other) exposure?.set(other, (exposure.get(other) ?? 0) + cents);
  }

  #appendToQueue1(payment: FoldedPayment): void {
    payment.place = 'queue1';
    this.bank(payment.sender).queue1.push(payment.id);
  }

  #takeFromQueue1(id: string): FoldedPayment {
    const payment = this.payment(id);
    const { queue1 } = this.bank(payment.sender);
    const at = queue1.indexOf(id);
    if (at < 0) throw new Error(`${id} is not in the queue of ${payment.sender}`);
    queue1.splice(at, 1);
    payment.place = 'nowhere';
    return payment;
  }

  #takeFromQueue2(payment: FoldedPayment): void {
    const at = this.queue2.indexOf(payment.id);
    if (at < 0) throw new Error(`${payment.id} is not in the central queue`);
    this.queue2.splice(at, 1);
  }

  #takePending(id: string): FoldedPayment {
    const at = this.pending.indexOf(id);
    if (at < 0) throw new Error(`${id} has not been released`);
    this.pending.splice(at, 1);
    return this.payment(id);
  }
}

/** Whether a payment is settled, itself or through all its parts (spec 03 §12). */
export function effectivelySettled(payments: ReadonlyMap<string, FoldedPayment>, id: string): boolean {
  const { children, settledTick } = payments.get(id)!;
  return children.length > 0 ? children.every((child) => effectivelySettled(payments, child)) : settledTick !== null;
}

/** When it was: the tick of its own settlement, or of its last part's. */
export function effectiveSettlementTick(payments: ReadonlyMap<string, FoldedPayment>, id: string): number {
  const { children, settledTick } = payments.get(id)!;
  return children.length > 0 ? Math.max(...children.map((child) => effectiveSettlementTick(payments, child))) : settledTick!;
}
