import { COST_COMPONENTS, EVENT_TYPES, type EventType, type SettlementType, type SimulationEvent } from '@simcash/protocol';
import { BankCosts, LowestPositions } from './bank-day-sums.js';

/** What is known of a run besides its log. Money is cents. */
export interface Opening {
  /** Ticks of a day. */
  ticks_per_day: number;
  /** In the order of their ids. */
  agents: readonly OpeningOfBank[];
  /** Credits arrive at the end of the tick. */
  deferred_crediting: boolean;
  /** Queued payments leave the central queue in the order in which they joined it, as far as they can be paid. */
  is_fifo: boolean;
  /** The scenario has a block `settlement`. */
  has_design: boolean;
  /** Of runs with a clock. */
  calendar: OpeningCalendar | null;
}

/** When the system is open, day by day. */
export interface OpeningCalendar {
  /** Ticks of each day in which it is open; the rest of the day's ticks are closed. */
  open_ticks: readonly number[];
  /** By day, for each full local hour that any day has, the last tick of the day that begins by then; null where the day has none. */
  hours: readonly (readonly (number | null)[])[];
}

/** What a bank had when the run began, in cents. */
export interface OpeningOfBank {
  /** The bank's id. */
  agent_id: string;
  /** Balance at the beginning, in cents. */
  opening_balance: number;
  /** Credit without collateral, in cents. */
  unsecured_cap: number;
  /** Collateral that is posted, in cents. */
  posted_collateral: number;
  /** The share of collateral that gives no credit, 0 to 1. */
  collateral_haircut: number;
}

/** A payment, or a part of one. Banks are positions in the list of banks. */
export interface Transaction {
  /** Place in the order of arrival, parts included. */
  readonly index: number;
  /** The number in its id. */
  readonly number: number;
  readonly sender: number;
  readonly receiver: number;
  readonly amount: number;
  /** Tick of its own `Arrival`. */
  readonly created: number;
  readonly deadline: number;
  readonly priority: number;
  /** What it was cut from. */
  parent: Transaction | null;
  /** Tick in which it was cut into parts itself. */
  splitAt: number | null;
  settledAt: number | null;
  /** At the end of a day in which it still waited. */
  isCancelled: boolean;
  type: SettlementType | null;
}

/** A settlement that the scenario orders between two banks, besides payments (spec 02 §12.8). */
export interface ScheduledSettlement {
  tick: number;
  sender: number;
  receiver: number;
  amount: number;
  settled: boolean;
  /** How many transactions had arrived before it. */
  after: number;
}

/** One step of the log for one bank. */
export interface Step {
  tick: number;
  bank: number;
  cents: number;
}

export type MoveKind = 'allocation' | 'return' | 'transfer' | 'adjustment' | 'shock';

/** A transaction comes (+1) or goes (−1). */
export interface QueueStep {
  tick: number;
  transaction: Transaction;
  step: 1 | -1;
}

export const LSM_KINDS = ['bilateral', 'multilateral', 'entry_disposition', 'netted'] as const;
export type LsmKind = (typeof LSM_KINDS)[number];

/** Payments settled against each other: how much, and how much money moved for it. */
export interface LsmSavings {
  operations: number;
  gross: number;
  net: number;
}

/** The number in an id: `T00000017` is 17 (spec 01 §5.2). */
const numberOf = (id: string): number => Number(id.slice(1));

/** What an `Arrival` says. Banks are positions. */
export type Arrival = Pick<Transaction, 'sender' | 'receiver' | 'amount' | 'deadline' | 'priority'>;

/** Takes in a log, event by event, and keeps what indicators are made of (spec 14 §1). */
export class IndicatorLog {
  /** Ids in code-point order: elsewhere banks are positions in this list. */
  readonly banks: readonly string[];
  /** Ticks executed. */
  ticks = 0;
  /** Payments and parts by number. */
  readonly transactions: Transaction[] = [];
  /** Scheduled settlements. */
  readonly scheduled: ScheduledSettlement[] = [];
  /** What settlements did to accounts: one step per event and bank, in the order of the log. */
  readonly flows: LowestPositions;
  /** Moves of liquidity besides payments. */
  readonly moves: (Step & { kind: MoveKind })[] = [];
  /** Credit terms that were set as a whole. */
  readonly terms: { tick: number; bank: number; cap: number; posted: number; haircut: number }[] = [];
  /** Changes of unsecured caps. */
  readonly caps: Step[] = [];
  /** Posted collateral after a change. */
  readonly collateral: Step[] = [];
  /** Costs by bank and component. */
  readonly costs: BankCosts;
  /** Entries into the central queue and exits from it. */
  readonly queueSteps: QueueStep[] = [];
  /** Collateral haircuts after a change. */
  readonly haircuts: { tick: number; bank: number; haircut: number }[] = [];
  /** Payments given up or cancelled, and taken up again. */
  readonly dropSteps: QueueStep[] = [];
  /** What offsetting settled. */
  readonly lsm: Readonly<Record<LsmKind, LsmSavings>>;
  readonly #bankOf: ReadonlyMap<string, number>;
  /** By the number in its id. */
  readonly #byNumber: Transaction[] = [];
  readonly #dropped = new Set<Transaction>();
  #lastOffset = -1;

  constructor(readonly opening: Opening) {
    this.banks = opening.agents.map(({ agent_id }) => agent_id);
    this.#bankOf = new Map(this.banks.map((id, b) => [id, b]));
    this.flows = new LowestPositions(this.banks.length, opening.ticks_per_day);
    this.costs = new BankCosts(this.banks.length, opening.ticks_per_day);
    this.lsm = Object.fromEntries(
      LSM_KINDS.map((kind): [LsmKind, LsmSavings] => [kind, { operations: 0, gross: 0, net: 0 }]),
    ) as Record<LsmKind, LsmSavings>;
  }

  /** Events in the order of the log; those of other types than {@link INDICATOR_EVENTS} change nothing. */
  add(event: SimulationEvent): void {
    (HANDLERS[event.event_type] as ((log: IndicatorLog, event: SimulationEvent) => void) | undefined)?.(this, event);
  }

  /** A payment arrived. */
  arrive(id: number, tick: number, arrival: Arrival): void {
    const { amount, deadline, priority, receiver, sender } = arrival;
    const index = this.transactions.length;
    const state = { parent: null, splitAt: null, settledAt: null, isCancelled: false, type: null };
    const transaction = { index, number: id, sender, receiver, amount, created: tick, deadline, priority, ...state };
    this.#byNumber[id] = transaction;
    this.transactions.push(transaction);
  }

  /** A payment was split into parts. */
  cut(id: number, parts: readonly number[], tick: number): void {
    const parent = this.#byNumber[id]!;
    parent.splitAt = tick;
    for (const part of parts) this.#byNumber[part]!.parent = parent;
  }

  /** A payment entered or left its bank's queue. */
  queue(id: number, tick: number, step: 1 | -1): void {
    this.queueSteps.push({ tick, transaction: this.#byNumber[id]!, step });
  }

  /** A payment was dropped. */
  drop(id: number, tick: number): void {
    const transaction = this.#byNumber[id]!;
    this.#dropped.add(transaction);
    this.dropSteps.push({ tick, transaction, step: 1 });
  }

  /** A payment that waited at the end of a day is given up for good. */
  cancel(id: number, tick: number, queue: string): void {
    const transaction = this.#byNumber[id]!;
    transaction.isCancelled = true;
    if (queue === 'queue2') this.queue(id, tick, -1);
    this.dropSteps.push({ tick, transaction, step: 1 });
  }

  /** A payment that was given up may be taken up again. */
  resubmit(id: number, tick: number): void {
    const transaction = this.#byNumber[id]!;
    if (this.#dropped.delete(transaction)) this.dropSteps.push({ tick, transaction, step: -1 });
  }

  /** How the scan of the queue that released a payment is called (spec 09 §3.5, 12 §8.5). */
  releaseType(reason: string, tick: number): SettlementType {
    if (reason === 'receipt_reactive') return 'receipt_reactive';
    return this.#lastOffset === tick ? 'lsm_queue_retry' : 'queue2_release';
  }

  /** Queued payments settle against each other. A bank's payments to itself are named twice and settle once (spec 04 Q426). */
  offset(kind: LsmKind, type: SettlementType, named: readonly number[], tick: number): void {
    const ids = [...new Set(named)];
    this.#lastOffset = tick;
    const nets = new Map<number, number>();
    let gross = 0;
    for (const id of ids) {
      const { amount, receiver, sender } = this.#byNumber[id]!;
      gross += amount;
      nets.set(sender, (nets.get(sender) ?? 0) - amount);
      nets.set(receiver, (nets.get(receiver) ?? 0) + amount);
      this.queue(id, tick, -1);
    }
    let net = 0;
    for (const change of nets.values()) net += Math.max(-change, 0);
    this.save(kind, gross, net);
    this.settle(ids, tick, type, kind === 'netted');
  }

  /** Payments were offset: their sum, and what was paid of it. */
  save(kind: LsmKind, gross: number, net: number): void {
    const savings = this.lsm[kind];
    savings.operations++;
    savings.gross += gross;
    savings.net += net;
  }

  /** Settles one payment. */
  settleOne(id: number, tick: number, type: SettlementType): void {
    const transaction = this.#byNumber[id];
    // Settlements that no payment stands behind have their own event.
    if (!transaction) return;
    const { amount, receiver, sender } = transaction;
    transaction.settledAt = tick;
    transaction.type = type;
    const isDeferred = this.opening.deferred_crediting;
    if (sender === receiver && !isDeferred) return;
    this.flows.add(tick, sender, -amount);
    if (!isDeferred) this.flows.add(tick, receiver, amount);
  }

  /** Settles payments in one step of the log. Deferred credits have steps of their own, of a netted set what is left of them. */
  settle(ids: readonly number[], tick: number, type: SettlementType, atNet = false): void {
    const { deferred_crediting: deferred } = this.opening;
    const changes = new Map<number, number>();
    const change = (bank: number, cents: number): void => void changes.set(bank, (changes.get(bank) ?? 0) + cents);
    for (const id of ids) {
      const transaction = this.#byNumber[id]!;
      transaction.settledAt = tick;
      transaction.type = type;
      change(transaction.sender, -transaction.amount);
      if (!deferred || atNet) change(transaction.receiver, transaction.amount);
    }
    for (const [bank, cents] of changes) if (!(deferred && atNet && cents > 0)) this.flows.add(tick, bank, cents);
  }

  /** The scenario made something happen. */
  scenarioEvent(type: string, detailsJson: string, tick: number): void {
    const details = JSON.parse(detailsJson) as Details;
    if (type === 'liquidity_shock' || type === 'liquidity_restored') return this.#shock(details, tick);
    if (type === 'collateral_adjustment') this.caps.push({ tick, bank: this.bank(details.agent!), cents: details.delta! });
    if (type !== 'direct_transfer' && type !== 'scheduled_settlement') return;
    const [sender, receiver, amount] = [this.bank(details.from_agent!), this.bank(details.to_agent!), details.amount!];
    const steps = [
      { tick, bank: sender, cents: -amount },
      { tick, bank: receiver, cents: amount },
    ];
    if (type === 'direct_transfer') {
      for (const step of steps) this.moves.push({ ...step, kind: 'transfer' });
      return;
    }
    const settled = details.settled === true;
    this.scheduled.push({ tick, sender, receiver, amount, settled, after: this.transactions.length });
    if (settled && sender !== receiver) for (const { bank, cents } of steps) this.flows.add(tick, bank, cents);
  }

  /** What accounts set: the balance as a move of liquidity, credit and collateral as they are from then on. */
  adjust(event: Extract<SimulationEvent, { event_type: 'AccountAdjustment' }>): void {
    const { tick } = event;
    const bank = this.bank(event.agent_id);
    if (event.balance_delta !== 0) this.moves.push({ tick, bank, cents: event.balance_delta, kind: 'adjustment' });
    this.terms.push({
      tick,
      bank,
      cap: event.unsecured_cap_after,
      posted: event.posted_collateral_after,
      haircut: event.collateral_haircut_after,
    });
  }

  #shock(details: Details, tick: number): void {
    const bank = this.bank(details.agent!);
    if (details.balance_moved !== 0) this.moves.push({ tick, bank, cents: details.balance_moved!, kind: 'shock' });
    this.caps.push({ tick, bank, cents: details.unsecured_cap_moved! });
    this.collateral.push({ tick, bank, cents: details.posted_collateral_after! });
    this.haircuts.push({ tick, bank, haircut: details.collateral_haircut_after! });
  }

  /** The number of a bank. */
  bank(id: string): number {
    return this.#bankOf.get(id)!;
  }
}

interface Details {
  agent?: string;
  delta?: number;
  balance_moved?: number;
  unsecured_cap_moved?: number;
  posted_collateral_after?: number;
  collateral_haircut_after?: number;
  from_agent?: string;
  to_agent?: string;
  amount?: number;
  settled?: boolean;
}

type Handlers = { [T in EventType]?: (log: IndicatorLog, event: Extract<SimulationEvent, { event_type: T }>) => void };

const posted = (log: IndicatorLog, event: { tick: number; agent_id: string; new_total: number }): void =>
  void log.collateral.push({ tick: event.tick, bank: log.bank(event.agent_id), cents: event.new_total });

const HANDLERS: Handlers = {
  Arrival: (log, event) =>
    log.arrive(numberOf(event.tx_id), event.tick, {
      sender: log.bank(event.sender_id),
      receiver: log.bank(event.receiver_id),
      amount: event.amount,
      deadline: event.deadline,
      priority: event.priority,
    }),
  PolicySplit: (log, event) => log.cut(numberOf(event.tx_id), event.child_ids.map(numberOf), event.tick),
  PolicyDrop: (log, event) => log.drop(numberOf(event.tx_id), event.tick),
  PaymentCancelled: (log, event) => log.cancel(numberOf(event.tx_id), event.tick, event.queue),
  QueuedRtgs: (log, event) => log.queue(numberOf(event.tx_id), event.tick, 1),
  RtgsWithdrawal: (log, event) => log.queue(numberOf(event.tx_id), event.tick, -1),
  RtgsResubmission: (log, event) => log.resubmit(numberOf(event.tx_id), event.tick),
  SettlementUnwound: (log, event) => event.tx_ids.forEach((id) => log.queue(numberOf(id), event.tick, -1)),
  RtgsImmediateSettlement: (log, event) => log.settleOne(numberOf(event.tx_id), event.tick, 'rtgs_immediate'),
  Queue2LiquidityRelease: (log, event) => {
    log.queue(numberOf(event.tx_id), event.tick, -1);
    log.settleOne(numberOf(event.tx_id), event.tick, log.releaseType(event.release_reason, event.tick));
  },
  EntryDispositionOffset: (log, event) => {
    const { incoming_amount: incoming, queued_amount: queued, tick } = event;
    log.save('entry_disposition', incoming + queued, Math.abs(incoming - queued));
    log.queue(numberOf(event.queued_tx_id), tick, -1);
    log.settle([numberOf(event.incoming_tx_id), numberOf(event.queued_tx_id)], tick, 'entry_disposition');
  },
  LsmBilateralOffset: (log, event) => log.offset('bilateral', 'lsm_bilateral', event.tx_ids.map(numberOf), event.tick),
  LsmCycleSettlement: (log, event) => log.offset('multilateral', 'lsm_cycle', event.tx_ids.map(numberOf), event.tick),
  LsmNettedSettlement: (log, event) =>
    log.offset('netted', `lsm_netted_${event.algorithm}` as SettlementType, event.tx_ids.map(numberOf), event.tick),
  DeferredCreditApplied: (log, event) => log.flows.add(event.tick, log.bank(event.agent_id), event.amount),
  AccountAdjustment: (log, event) => log.adjust(event),
  LiquidityAllocation: (log, event) =>
    void log.moves.push({ tick: event.tick, bank: log.bank(event.agent_id), cents: event.amount, kind: 'allocation' }),
  LiquidityReturn: (log, event) =>
    void log.moves.push({ tick: event.tick, bank: log.bank(event.agent_id), cents: -event.amount, kind: 'return' }),
  CollateralPost: posted,
  CollateralWithdraw: posted,
  CollateralTimerWithdrawn: posted,
  CostAccrual: (log, { agent_id, costs, tick }) =>
    log.costs.add(tick, log.bank(agent_id), [...COST_COMPONENTS.map((name) => costs[name]), costs.total]),
  ScenarioEventExecuted: (log, event) => log.scenarioEvent(event.scenario_event_type, event.details_json, event.tick),
};

/** The only events that indicators are made of. */
export const INDICATOR_EVENTS: ReadonlySet<EventType> = new Set(EVENT_TYPES.filter((type) => HANDLERS[type] !== undefined));

/** The payment that a transaction is, or is a part of. */
export function paymentOf(transaction: Transaction): Transaction {
  let payment = transaction;
  while (payment.parent !== null) payment = payment.parent;
  return payment;
}
