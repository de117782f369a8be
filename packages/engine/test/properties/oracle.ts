/**
 * A plain, slow model of settlement (spec 04 §§2–12), written straight from its text: lists and full scans, every triangle and every
 * long cycle written out, nothing pruned, nothing remembered. The engine must agree with it in everything that can be observed.
 */

export type RtgsPriority = 'HighlyUrgent' | 'Urgent' | 'Normal';

export interface ModelBank {
  id: string;
  balance: number;
  unsecuredCap: number;
  postedCollateral: number;
  haircut: number;
  bilateralLimits: Map<string, number>;
  multilateralLimit: number | null;
  bilateralOutflows: Map<string, number>;
  totalOutflow: number;
}

export interface ModelPayment {
  id: string;
  sender: string;
  receiver: string;
  amount: number;
  arrivalTick: number;
  deadlineTick: number;
  overdueSince: number | null;
  settled: boolean;
  rtgsPriority: RtgsPriority | null;
  submissionTick: number | null;
}

export interface ModelOptions {
  ticksPerDay: number;
  deferredCrediting: boolean;
  priorityMode: boolean;
  entryDisposition: boolean;
  algorithmSequencing: boolean;
  enableBilateral: boolean;
  enableCycles: boolean;
  maxCycleLength: number;
  maxCyclesPerTick: number;
  /** Penalty for a late payment and estimate of its delay cost, for the event about its settlement. */
  deadlinePenalty: (amount: number) => number;
  estimatedDelay: (remaining: number, ticks: number) => number;
}

export type ModelEvent = { event_type: string; tick: number; [field: string]: unknown };

export interface ModelRow {
  tick: number;
  day: number;
  cycle_type: 'bilateral' | 'multilateral';
  cycle_length: number;
  agents: string[];
  transactions: string[];
  settled_value: number;
  total_value: number;
}

interface Candidate {
  agents: string[];
  payments: ModelPayment[];
  total: number;
}

/** Events of this part of a tick, up to the application of deferred credits; the others are of no concern here. */
export const SETTLEMENT_EVENTS: ReadonlySet<string> = new Set([
  'BilateralLimitExceeded',
  'MultilateralLimitExceeded',
  'OverdueTransactionSettled',
  'RtgsImmediateSettlement',
  'EntryDispositionOffset',
  'QueuedRtgs',
  'Queue2LiquidityRelease',
  'LsmBilateralOffset',
  'LsmCycleSettlement',
  'AlgorithmExecution',
  'DeferredCreditApplied',
]);

/** Ascending by code point, which is the order of the UTF-8 bytes. */
export function compareIds(x: string, y: string): number {
  return x === y ? 0 : Buffer.compare(bytesOf(x), bytesOf(y));
}

const BYTES = new Map<string, Buffer>();

function bytesOf(id: string): Buffer {
  const known = BYTES.get(id);
  if (known) return known;
  const bytes = Buffer.from(id);
  BYTES.set(id, bytes);
  return bytes;
}

export class SettlementModel {
  readonly banks: Map<string, ModelBank>;
  queue: ModelPayment[] = [];
  /** Banks in an outage whose queued payments do not settle, and those to whom none does (spec 15 §2.1). */
  readonly frozen = new Set<string>();
  readonly blocked = new Set<string>();
  /** Results of the latest tick. */
  numSettlements = 0;
  numLsmReleases = 0;
  rows: ModelRow[] = [];

  #store = new Map<string, { amount: number; ids: string[] }>();
  #events: ModelEvent[] = [];
  #tick = 0;

  constructor(
    banks: readonly ModelBank[],
    readonly options: ModelOptions,
  ) {
    this.banks = new Map([...banks].sort((x, y) => compareIds(x.id, y.id)).map((bank) => [bank.id, bank]));
  }

  // --- §2 liquidity, §3 limits ---------------------------------------------------------------------------------------------

  limit(id: string): number {
    const bank = this.banks.get(id)!;
    return bank.unsecuredCap + Math.floor(bank.postedCollateral * Math.max(1 - bank.haircut, 0));
  }

  available(id: string): number {
    const { balance } = this.banks.get(id)!;
    return Math.max(balance, 0) + Math.max(this.limit(id) - Math.max(-balance, 0), 0);
  }

  bilateralOk(sender: string, receiver: string, amount: number): boolean {
    const bank = this.banks.get(sender)!;
    const limit = bank.bilateralLimits.get(receiver);
    return limit === undefined || (bank.bilateralOutflows.get(receiver) ?? 0) + amount <= limit;
  }

  multilateralOk(sender: string, amount: number): boolean {
    const bank = this.banks.get(sender)!;
    return bank.multilateralLimit === null || bank.totalOutflow + amount <= bank.multilateralLimit;
  }

  clearOutflows(): void {
    for (const bank of this.banks.values()) {
      bank.bilateralOutflows.clear();
      bank.totalOutflow = 0;
    }
  }

  // --- a tick --------------------------------------------------------------------------------------------------------------

  /** Settles what was released and works on the queue: tick phases 9–12 and 14. Returns the events in order. */
  run(tick: number, released: readonly ModelPayment[]): ModelEvent[] {
    this.#tick = tick;
    this.#events = [];
    this.#store = new Map();
    this.rows = [];
    this.numSettlements = 0;
    for (const payment of released) this.#settleOrQueue(payment);
    this.#retryStep();
    this.#lsm();
    this.#applyCredits();
    return this.#events;
  }

  #log(event_type: string, fields: Record<string, unknown>): void {
    this.#events.push({ event_type, tick: this.#tick, ...fields });
  }

  /** Moves the money, in deferred mode the receiver's part only into the store. */
  #pay(payment: ModelPayment): void {
    const amount = payment.settled ? 0 : payment.amount;
    const sender = this.banks.get(payment.sender)!;
    sender.balance -= amount;
    sender.totalOutflow += amount;
    sender.bilateralOutflows.set(payment.receiver, (sender.bilateralOutflows.get(payment.receiver) ?? 0) + amount);
    if (!this.options.deferredCrediting) {
      this.banks.get(payment.receiver)!.balance += amount;
    } else {
      const credit = this.#store.get(payment.receiver) ?? { amount: 0, ids: [] };
      credit.amount += amount;
      credit.ids.push(payment.id);
      this.#store.set(payment.receiver, credit);
    }
    payment.settled = true;
  }

  #applyCredits(): void {
    for (const id of this.banks.keys()) {
      const credit = this.#store.get(id);
      if (!credit) continue;
      this.banks.get(id)!.balance += credit.amount;
      this.#log('DeferredCreditApplied', { agent_id: id, amount: credit.amount, source_transactions: credit.ids });
    }
  }

  // --- §5 immediate settlement -----------------------------------------------------------------------------------------------

  #settleOrQueue(payment: ModelPayment): void {
    const { id, sender, receiver, amount } = payment;
    if (this.blocked.has(receiver)) {
      this.queue.push(payment);
      return this.#log('QueuedRtgs', { tx_id: id, sender_id: sender });
    }
    const bank = this.banks.get(sender)!;
    const before = bank.balance;
    const canPay = amount <= this.available(sender);
    const bilateralOk = this.bilateralOk(sender, receiver, amount);
    const multilateralOk = this.multilateralOk(sender, amount);
    if (!bilateralOk) {
      this.#log('BilateralLimitExceeded', {
        sender,
        receiver,
        tx_id: id,
        amount,
        current_bilateral_outflow: bank.bilateralOutflows.get(receiver) ?? 0,
        bilateral_limit: bank.bilateralLimits.get(receiver)!,
      });
    }
    if (!multilateralOk) {
      this.#log('MultilateralLimitExceeded', {
        sender,
        tx_id: id,
        amount,
        current_total_outflow: bank.totalOutflow,
        multilateral_limit: bank.multilateralLimit!,
      });
    }
    if (canPay && bilateralOk && multilateralOk) {
      this.#pay(payment);
      this.numSettlements++;
      if (payment.overdueSince !== null) this.#logOverdueSettlement(payment);
      this.#log('RtgsImmediateSettlement', {
        tx_id: id,
        sender,
        receiver,
        amount,
        sender_balance_before: before,
        sender_balance_after: bank.balance,
      });
      return;
    }
    if (this.options.entryDisposition && !canPay && bilateralOk && multilateralOk && sender !== receiver) {
      const partner = this.queue.find((queued) => this.#offsets(payment, queued));
      if (partner) return this.#settleTogether(payment, partner);
    }
    this.queue.push(payment);
    this.#log('QueuedRtgs', { tx_id: id, sender_id: sender });
  }

  #logOverdueSettlement({ id, sender, receiver, amount, deadlineTick, overdueSince }: ModelPayment): void {
    const ticks = this.#tick - overdueSince!;
    this.#log('OverdueTransactionSettled', {
      tx_id: id,
      sender_id: sender,
      receiver_id: receiver,
      amount,
      settled_amount: amount,
      deadline_tick: deadlineTick,
      overdue_since_tick: overdueSince,
      total_ticks_overdue: ticks,
      deadline_penalty_cost: this.options.deadlinePenalty(amount),
      estimated_delay_cost: this.options.estimatedDelay(amount, ticks),
    });
  }

  /** Whether no outage keeps a payment from settling. */
  #isFree({ receiver, sender }: ModelPayment): boolean {
    return !this.frozen.has(sender) && !this.blocked.has(receiver);
  }

  /** §5.1: whether the queued payment goes the opposite way and both are feasible together. */
  #offsets(submitted: ModelPayment, queued: ModelPayment): boolean {
    const a = submitted.sender;
    const b = submitted.receiver;
    if (queued.sender !== b || queued.receiver !== a || !this.#isFree(queued)) return false;
    const netA = queued.amount - submitted.amount;
    const netB = submitted.amount - queued.amount;
    if (netA < 0 && -netA > this.available(a)) return false;
    if (netB < 0 && -netB > this.available(b)) return false;
    return this.bilateralOk(b, a, queued.amount) && this.multilateralOk(b, queued.amount);
  }

  #settleTogether(submitted: ModelPayment, queued: ModelPayment): void {
    this.#pay(submitted);
    this.#pay(queued);
    this.queue = this.queue.filter((payment) => payment !== queued);
    this.numSettlements += 2;
    this.#log('EntryDispositionOffset', {
      incoming_tx_id: submitted.id,
      queued_tx_id: queued.id,
      agent_a: submitted.sender,
      agent_b: submitted.receiver,
      offset_amount: Math.min(submitted.amount, queued.amount),
      incoming_amount: submitted.amount,
      queued_amount: queued.amount,
    });
  }

  // --- §4.2 order, §6 retry --------------------------------------------------------------------------------------------------

  #retryStep(): void {
    if (this.options.priorityMode) this.#sortQueue();
    const released = this.#retry();
    this.#algorithm(1, released.length, sum(released.map((payment) => payment.amount)));
  }

  #sortQueue(): void {
    const band = ({ rtgsPriority }: ModelPayment): number =>
      rtgsPriority === 'HighlyUrgent' ? 0 : rtgsPriority === 'Urgent' ? 1 : 2;
    const submission = ({ submissionTick }: ModelPayment): number => submissionTick ?? Infinity;
    const later = (x: number, y: number): number => (x === y ? 0 : x < y ? -1 : 1);
    this.queue = [...this.queue].sort((x, y) => band(x) - band(y) || later(submission(x), submission(y)));
  }

  /** One scan of the whole queue; reports and counts what it settles. */
  #retry(): ModelPayment[] {
    const scan = this.queue;
    const released: ModelPayment[] = [];
    this.queue = [];
    for (const payment of scan) {
      const { amount, deadlineTick, receiver, sender } = payment;
      if (payment.settled) continue;
      if (this.#tick > deadlineTick && payment.overdueSince === null) payment.overdueSince = this.#tick;
      const isWithin = this.bilateralOk(sender, receiver, amount) && this.multilateralOk(sender, amount);
      if (this.#isFree(payment) && amount <= this.available(sender) && isWithin) {
        this.#pay(payment);
        released.push(payment);
      } else {
        this.queue.push(payment);
      }
    }
    for (const { id, sender, receiver, amount, arrivalTick } of released) {
      this.#log('Queue2LiquidityRelease', {
        tx_id: id,
        sender,
        receiver,
        amount,
        queue_wait_ticks: this.#tick - arrivalTick,
        release_reason: 'liquidity_available',
      });
    }
    this.numSettlements += released.length;
    return released;
  }

  /** §11. */
  #algorithm(algorithm: number, settlements: number, settled_value: number): void {
    if (!this.options.algorithmSequencing) return;
    this.#log('AlgorithmExecution', {
      algorithm,
      result: settlements > 0 ? 'Success' : 'NoProgress',
      settlements,
      settled_value,
    });
  }

  // --- §8 coordinator ----------------------------------------------------------------------------------------------------------

  #lsm(): void {
    let pairs = 0;
    let pairValue = 0;
    let cycles = 0;
    let cycleValue = 0;
    for (let iteration = 0; iteration < 3 && this.queue.length > 0; iteration++) {
      let settled = 0;
      if (this.options.enableBilateral) {
        const values = this.#bilateralPass();
        pairs += values.length;
        pairValue += sum(values);
        settled += values.length;
        if (values.length > 0) settled += this.#retry().length;
      }
      if (this.options.enableCycles && this.queue.length > 0) {
        const attempted = this.#candidates().slice(0, this.options.maxCyclesPerTick);
        const values = attempted.filter((candidate) => this.#attempt(candidate)).map((candidate) => candidate.total);
        this.queue = this.queue.filter((payment) => !payment.settled);
        cycles += values.length;
        cycleValue += sum(values);
        settled += values.length;
        if (values.length > 0) settled += this.#retry().length;
      }
      if (settled === 0) break;
    }
    this.numLsmReleases = pairs + cycles;
    this.numSettlements += this.numLsmReleases;
    this.rows.sort(compareRows);
    this.#algorithm(2, pairs, pairValue);
    this.#algorithm(3, cycles, cycleValue);
  }

  // --- §9 bilateral offsetting ---------------------------------------------------------------------------------------------------

  /** Queued payments of every ordered pair of banks, each list in queue order. */
  #buckets(): Map<string, Map<string, ModelPayment[]>> {
    const buckets = new Map<string, Map<string, ModelPayment[]>>();
    for (const payment of this.queue.filter((queued) => this.#isFree(queued))) {
      const ofSender = buckets.get(payment.sender) ?? new Map<string, ModelPayment[]>();
      buckets.set(payment.sender, ofSender);
      ofSender.set(payment.receiver, [...(ofSender.get(payment.receiver) ?? []), payment]);
    }
    return buckets;
  }

  /** Returns the smaller direction of each pair that settled. */
  #bilateralPass(): number[] {
    const buckets = this.#buckets();
    const bucket = (from: string, to: string): ModelPayment[] => buckets.get(from)?.get(to) ?? [];
    const ids = [...this.banks.keys()];
    const ready = ids
      .flatMap((a, i) => ids.slice(i).map((b) => ({ a, b, fromA: bucket(a, b), fromB: bucket(b, a) })))
      .filter(({ fromA, fromB }) => fromA.length > 0 && fromB.length > 0)
      .map((pair) => ({ ...pair, x: total(pair.fromA), y: total(pair.fromB) }))
      .sort((p, q) => Math.min(q.x, q.y) - Math.min(p.x, p.y) || compareIds(p.a, q.a) || compareIds(p.b, q.b));
    const settled: number[] = [];
    for (const { a, b, fromA, fromB, x, y } of ready) {
      const payer = x > y ? a : b;
      if (this.banks.get(payer)!.balance - Math.abs(x - y) < -this.limit(payer)) continue;
      if (!this.bilateralOk(a, b, x) || !this.multilateralOk(a, x)) continue;
      if (!this.bilateralOk(b, a, y) || !this.multilateralOk(b, y)) continue;
      for (const payment of [...fromA, ...fromB]) this.#pay(payment);
      settled.push(Math.min(x, y));
      const tx_ids = [...fromA, ...fromB].map((payment) => payment.id);
      this.#log('LsmBilateralOffset', { agent_a: a, agent_b: b, tx_ids, amount_a: x, amount_b: y, amount: x + y });
      this.#row('bilateral', [a, b, a], tx_ids, Math.min(x, y), x + y);
    }
    this.queue = this.queue.filter((payment) => !payment.settled);
    return settled;
  }

  // --- §10 cycles ----------------------------------------------------------------------------------------------------------------

  #candidates(): Candidate[] {
    const list = [...this.#triangles(), ...this.#longCycles()];
    return list.sort((x, y) => y.total - x.total);
  }

  #triangles(): Candidate[] {
    const buckets = this.#buckets();
    const ids = [...this.banks.keys()];
    const found: Candidate[] = [];
    const ring = (...agents: [string, string, string]): void => {
      const edges = agents.map((from, i) => buckets.get(from)?.get(agents[(i + 1) % 3]!) ?? []);
      if (edges.some((edge) => edge.length === 0)) return;
      found.push({ agents: [...agents, agents[0]], payments: edges.flat(), total: total(edges.flat()) });
    };
    for (let u = 0; u < ids.length; u++) {
      for (let v = u + 1; v < ids.length; v++) {
        for (let w = v + 1; w < ids.length; w++) {
          ring(ids[u]!, ids[v]!, ids[w]!);
          ring(ids[u]!, ids[w]!, ids[v]!);
        }
      }
    }
    return found;
  }

  #longCycles(): Candidate[] {
    const { maxCycleLength } = this.options;
    const queue = this.queue.filter((queued) => this.#isFree(queued));
    if (maxCycleLength < 4 || queue.length > 100) return [];
    const found: Candidate[] = [];
    const outgoing = new Map([...this.banks.keys()].map((id) => [id, queue.filter(({ sender }) => sender === id)]));
    const search = (start: string, agents: string[], path: ModelPayment[]): void => {
      if (path.length >= maxCycleLength) return;
      for (const payment of outgoing.get(agents.at(-1)!)!) {
        const { receiver } = payment;
        const next = [...path, payment];
        if (receiver === start && path.length >= 1) {
          if (next.length >= 4) found.push({ agents: [...agents, start], payments: next, total: total(next) });
        } else if (!agents.includes(receiver)) {
          search(start, [...agents, receiver], next);
        }
      }
    };
    for (const start of this.banks.keys()) search(start, [start], []);
    return found;
  }

  /** §10.4: all or nothing, and nothing leaves no trace. */
  #attempt({ agents, payments, total: value }: Candidate): boolean {
    if (payments.some((payment) => payment.settled)) return false;
    const members = [...new Set(agents)].sort(compareIds);
    const received = (id: string): number => total(payments.filter((payment) => payment.receiver === id));
    const paid = (id: string): number => total(payments.filter((payment) => payment.sender === id));
    const net = new Map(members.map((id) => [id, received(id) - paid(id)]));
    for (const id of members) if (net.get(id)! < 0 && this.available(id) < -net.get(id)!) return false;
    for (const { amount, receiver, sender } of payments) {
      if (!this.bilateralOk(sender, receiver, amount) || !this.multilateralOk(sender, amount)) return false;
    }
    for (const payment of payments) this.#pay(payment);
    const max_net_outflow = Math.max(0, ...members.map((id) => -net.get(id)!));
    const tx_ids = payments.map((payment) => payment.id);
    this.#log('LsmCycleSettlement', {
      agents,
      tx_amounts: payments.map((payment) => payment.amount),
      total_value: value,
      net_positions: agents.map((id) => net.get(id)!),
      max_net_outflow,
      max_net_outflow_agent: max_net_outflow === 0 ? '' : members.findLast((id) => net.get(id) === -max_net_outflow)!,
      tx_ids,
      cycle_value: value,
    });
    this.#row('multilateral', agents, tx_ids, value, value);
    return true;
  }

  // --- §12 rows --------------------------------------------------------------------------------------------------------------------

  #row(
    cycle_type: ModelRow['cycle_type'],
    agents: string[],
    transactions: string[],
    settled_value: number,
    total_value: number,
  ): void {
    const day = Math.floor(this.#tick / this.options.ticksPerDay);
    this.rows.push({
      tick: this.#tick,
      day,
      cycle_type,
      cycle_length: agents.length - 1,
      agents,
      transactions,
      settled_value,
      total_value,
    });
  }
}

function compareRows(x: ModelRow, y: ModelRow): number {
  return (
    compareIds(x.cycle_type, y.cycle_type) ||
    y.settled_value - x.settled_value ||
    y.total_value - x.total_value ||
    compareLists(x.agents, y.agents) ||
    compareLists(x.transactions, y.transactions)
  );
}

function compareLists(x: readonly string[], y: readonly string[]): number {
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return compareIds(x[i]!, y[i]!);
  return x.length - y.length;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((result, x) => result + x, 0);
const total = (payments: readonly ModelPayment[]): number => sum(payments.map((payment) => payment.amount));
