import type { SimulationEvent } from '@simcash/protocol';
import type { SettlementConfig } from '../../../src/scenario/settlement/config.js';
import { CLASSES } from '../../../src/scenario/settlement/config.js';
import { available, broken, reservedBefore, sumOf, type RuleBank, type RulePayment } from './rules.js';
import type { Small } from './small.js';

/** A bank as the audit follows it. */
interface Bank extends RuleBank {
  paid: Map<string, number>;
  received: Map<string, number>;
  reserved: [number, number];
  modes: [string, string];
}

interface Payment extends RulePayment {
  id: string;
  priority: number;
  declared: string | null;
  place: 'bank' | 'released' | 'queue' | 'settled';
}

type Receipt = { tick: number; bank: string; cents: number };

/**
 * Follows a run by its log alone and judges every settlement against the state before it (spec 12 §3.4, §4, §5): what it finds is wrong
 * is thrown.
 */
export class Audit {
  readonly banks: Map<string, Bank>;
  readonly payments = new Map<string, Payment>();
  /** The central queue; in class order from the first event of central processing on. */
  queue: Payment[] = [];
  settledSets = 0;
  #store = new Map<string, number>();
  #receipts: Receipt[] = [];
  #tick = -1;
  readonly #deferred: boolean;
  readonly #ticksPerDay: number;

  constructor(
    scenario: Small,
    private readonly design: SettlementConfig,
  ) {
    this.#deferred = scenario.deferred_crediting ?? false;
    this.#ticksPerDay = scenario.simulation.ticks_per_day;
    this.banks = new Map(
      scenario.agents.map(({ id, limits, opening_balance, unsecured_cap = 0 }) => [
        id,
        {
          id,
          balance: opening_balance,
          limit: unsecured_cap,
          reserved: [0, 0],
          modes: ['floor', 'floor'],
          bilateralLimits: new Map(Object.entries(limits?.bilateral_limits ?? {})),
          multilateralLimit: limits?.multilateral_limit ?? null,
          paid: new Map(),
          received: new Map(),
        },
      ]),
    );
  }

  get money(): number {
    return sumOf([...this.banks.values()].map(({ balance }) => balance)) + sumOf(this.#store.values());
  }

  follow(events: Iterable<SimulationEvent>): this {
    for (const event of events) this.#apply(event);
    this.#sort();
    return this;
  }

  #apply(event: SimulationEvent): void {
    if (event.tick !== this.#tick) this.#beginTick(event.tick);
    switch (event.event_type) {
      case 'Arrival': {
        const { amount, priority, receiver_id: to, sender_id: from, tx_id: id } = event;
        this.payments.set(id, { id, from, to, amount, priority, class: 2, declared: null, place: 'bank' });
        return this.#classify(id);
      }
      case 'RtgsSubmission':
        this.#payment(event.tx_id, 'bank').place = 'released';
        this.payments.get(event.tx_id)!.declared = event.rtgs_priority;
        return this.#classify(event.tx_id);
      case 'QueuedRtgs': {
        const payment = this.#payment(event.tx_id, 'released');
        payment.place = 'queue';
        this.queue.push(payment);
        return;
      }
      case 'RtgsWithdrawal':
        this.#toBank([event.tx_id]);
        return;
      case 'ReservationSet': {
        const k = event.class === 'urgent' ? 1 : 0;
        const bank = this.banks.get(event.agent_id)!;
        same('available at the start of the day', event.available, available(bank));
        bank.reserved[k] = event.amount;
        bank.modes[k] = event.mode;
        return;
      }
      case 'RtgsImmediateSettlement':
        return this.#gross(this.#payment(event.tx_id, 'released'), 'entry');
      case 'Queue2LiquidityRelease': {
        this.#sort();
        const payment = this.#payment(event.tx_id, 'queue');
        const byReceipts = event.release_reason === 'receipt_reactive';
        if (byReceipts) this.#checkReceipts(payment);
        this.#gross(payment, 'queue');
        if (byReceipts) this.#receipts.push({ tick: this.#tick, bank: payment.from, cents: -payment.amount });
        return;
      }
      case 'EntryDispositionOffset': {
        const pair = [this.#payment(event.incoming_tx_id, 'released'), this.#payment(event.queued_tx_id, 'queue')];
        return this.#settleSet(pair, 'offset at entry');
      }
      case 'LsmBilateralOffset':
      case 'LsmCycleSettlement':
        this.#sort();
        return this.#settleSet(this.#queued(event.tx_ids), event.event_type);
      case 'LsmNettedSettlement': {
        this.#sort();
        const set = this.#queued(event.tx_ids);
        const nets = this.#nets(set);
        same('agents', event.agents, [...nets.keys()]);
        same('net positions', event.net_positions, [...nets.values()]);
        same(
          'senders',
          event.senders,
          set.map(({ from }) => from),
        );
        same(
          'receivers',
          event.receivers,
          set.map(({ to }) => to),
        );
        same(
          'amounts',
          event.amounts,
          set.map(({ amount }) => amount),
        );
        same('total value', event.total_value, sumOf(event.amounts));
        same('dropped', event.dropped, event.considered - set.length);
        const largest = Math.max(0, ...[...nets.values()].map((net) => -net));
        same('largest net outflow', event.max_net_outflow, largest);
        const payer = largest === 0 ? '' : [...nets].find(([, net]) => -net === largest)![0];
        same('its payer', event.max_net_outflow_agent, payer);
        if (event.dropped < 0) throw new Error('more payments settle than were considered');
        return this.#settleSet(set, event.algorithm);
      }
      case 'SettlementUnwound':
        this.#sort();
        same(
          'unwound',
          event.tx_ids,
          this.queue.filter(({ id }) => event.tx_ids.includes(id)).map(({ id }) => id),
        );
        this.#toBank(event.tx_ids);
        return;
      case 'DeferredCreditApplied':
        this.banks.get(event.agent_id)!.balance += event.amount;
        this.#store.set(event.agent_id, (this.#store.get(event.agent_id) ?? 0) - event.amount);
    }
  }

  #beginTick(tick: number): void {
    for (const [id, cents] of this.#store) if (cents !== 0) throw new Error(`${id} has credits of ${cents} after its tick`);
    // Central processing has sorted the queue in every tick, whether a run was due or not.
    this.#sort();
    const isSameDay = Math.floor(tick / this.#ticksPerDay) === Math.floor(this.#tick / this.#ticksPerDay);
    this.#tick = tick;
    if (isSameDay) return;
    for (const bank of this.banks.values()) {
      bank.paid.clear();
      bank.received.clear();
    }
  }

  #classify(id: string): void {
    const payment = this.payments.get(id)!;
    const { priority, urgent_receivers: urgent } = this.design.queue;
    const names = ['HighlyUrgent', 'Urgent'];
    if (urgent.includes(payment.to)) payment.class = 0;
    else if (priority === 'rtgs') payment.class = names.includes(payment.declared ?? '') ? names.indexOf(payment.declared!) : 2;
    else if (priority === 'internal') payment.class = payment.priority >= 8 ? 0 : payment.priority >= 4 ? 1 : 2;
  }

  #sort(): void {
    this.queue = this.queue.toSorted((x, y) => x.class - y.class);
  }

  #payment(id: string, place: Payment['place']): Payment {
    const payment = this.payments.get(id);
    if (payment?.place !== place) throw new Error(`${id} is ${payment?.place ?? 'unknown'}, not ${place}`);
    return payment;
  }

  #queued(ids: readonly string[]): Payment[] {
    return [...new Set(ids)].map((id) => this.#payment(id, 'queue'));
  }

  #toBank(ids: readonly string[]): void {
    for (const id of ids) {
      this.#payment(id, 'queue').place = 'bank';
      this.queue = this.queue.filter((payment) => payment.id !== id);
      this.payments.get(id)!.declared = null;
      this.#classify(id);
    }
  }

  /** Spec 12 §3.4: who waits before a payment that settles gross? */
  #gross(payment: Payment, where: 'entry' | 'queue'): void {
    const name = CLASSES[payment.class]!;
    if (where === 'entry' && !this.design.entry.gross[name]) throw new Error(`${payment.id} may not enter gross`);
    const discipline = this.design.queue.discipline[name];
    const place = this.queue.indexOf(payment);
    const isBefore = (other: Payment, i: number): boolean =>
      other.class < payment.class || (discipline === 'strict' && other.class === payment.class && (place < 0 || i < place));
    const blocking = this.queue.find((other, i) => other.from === payment.from && isBefore(other, i));
    if (discipline !== 'bypass' && blocking) throw new Error(`${payment.id} overtakes ${blocking.id} at ${where}`);
    const bank = this.banks.get(payment.from)!;
    // Alone a payment to oneself needs its amount like any other, although it moves nothing.
    if (payment.amount > available(bank)) throw new Error(`${payment.id} is not covered`);
    if (payment.amount > Math.max(available(bank) - reservedBefore(bank, payment.class), 0))
      throw new Error(`${payment.id} uses money that is reserved`);
    this.#settleSet([payment], where, false);
  }

  #checkReceipts({ amount, from, id }: Payment): void {
    const windows = this.design.runs.flatMap((run) =>
      run.algorithms.flatMap((one) => (one.type === 'receipt_reactive' ? [one.window] : [])),
    );
    const began = this.#tick - (this.#tick % this.#ticksPerDay);
    const rooms = windows.map((window) => {
      const first = window === 'day' ? began : this.#tick - window + 1;
      return sumOf(this.#receipts.filter((one) => one.bank === from && one.tick >= first).map(({ cents }) => cents));
    });
    if (amount > Math.max(...rooms)) throw new Error(`${id} is more than its bank received`);
  }

  #nets(set: readonly Payment[]): Map<string, number> {
    const ids = [...this.banks.keys()].filter((id) => set.some(({ from, to }) => from === id || to === id));
    const signed = (id: string, { amount, from, to }: Payment): number => (to === id ? amount : 0) - (from === id ? amount : 0);
    return new Map(ids.map((id) => [id, sumOf(set.map((payment) => signed(id, payment)))]));
  }

  #settleSet(set: readonly Payment[], what: string, isSet = true): void {
    const rules = broken(this.banks.values(), set, this.design.limits);
    if (rules.length > 0) throw new Error(`${what} of ${set.map(({ id }) => id).join(' ')} breaks ${rules.join(', ')}`);
    const nets = this.#nets(set);
    this.#useReservations(set, nets, isSet);
    for (const payment of set) {
      const { amount, from, to } = payment;
      payment.place = 'settled';
      this.queue = this.queue.filter((other) => other !== payment);
      const [sender, receiver] = [this.banks.get(from)!, this.banks.get(to)!];
      sender.paid.set(to, (sender.paid.get(to) ?? 0) + amount);
      receiver.received.set(from, (receiver.received.get(from) ?? 0) + amount);
      this.#receipts.push({ tick: this.#tick, bank: to, cents: amount });
    }
    // A netted set moves net positions; anything else moves every payment.
    const isNetted = !['entry', 'queue', 'offset at entry', 'LsmBilateralOffset', 'LsmCycleSettlement'].includes(what);
    if (isNetted) for (const [id, net] of nets) this.#move(id, net);
    else
      for (const { amount, from, to } of set) {
        this.#move(from, -amount);
        this.#move(to, amount);
      }
    if (!this.#deferred)
      for (const [id, net] of nets) {
        const { balance, limit } = this.banks.get(id)!;
        if (net < 0 && balance < -limit) throw new Error(`${what} leaves ${id} at ${balance}, below its credit line`);
      }
    this.settledSets++;
  }

  #move(id: string, cents: number): void {
    if (cents < 0 || !this.#deferred) this.banks.get(id)!.balance += cents;
    else if (cents > 0) this.#store.set(id, (this.#store.get(id) ?? 0) + cents);
  }

  /** Spec 12 §4.2, `consumed`. */
  #useReservations(set: readonly Payment[], nets: ReadonlyMap<string, number>, isSet: boolean): void {
    const use = (bank: Bank, cls: number, cents: number): void => {
      let rest = cents;
      for (let j = cls; j <= 1; j++) {
        if (bank.modes[j as 0 | 1] !== 'consumed') continue;
        const used = Math.min(bank.reserved[j as 0 | 1], rest);
        bank.reserved[j as 0 | 1] -= used;
        rest -= used;
      }
    };
    if (!isSet) return use(this.banks.get(set[0]!.from)!, set[0]!.class, set[0]!.amount);
    for (const [id, net] of nets) {
      let rest = Math.max(-net, 0);
      for (const cls of [0, 1]) {
        const share = Math.min(
          rest,
          sumOf(set.filter((one) => one.from === id && one.class === cls).map(({ amount }) => amount)),
        );
        use(this.banks.get(id)!, cls, share);
        rest -= share;
      }
    }
  }
}

function same(what: string, told: unknown, found: unknown): void {
  if (JSON.stringify(told) !== JSON.stringify(found))
    throw new Error(`${what}: the event says ${JSON.stringify(told)}, by the payments it is ${JSON.stringify(found)}`);
}
