import type { NettingProblem } from './problem.js';

/** A set of payments of a problem with the sums by which it is judged, kept up to date (spec 12 §4). */
export class Selection {
  readonly has: Uint8Array;
  size = 0;
  /** Sum of the amounts, in cents. */
  value = 0;
  /** By bank: paid, received, and paid in classes from 1 and from 2 on. */
  readonly #out: Float64Array;
  readonly #in: Float64Array;
  readonly #outBelow: readonly [Float64Array, Float64Array] | null;
  /** Position of the set at each bilateral limit. */
  readonly #position: Float64Array;

  constructor(readonly problem: NettingProblem) {
    const { availableBelow, banks, limits, payments } = problem;
    this.has = new Uint8Array(payments);
    this.#out = new Float64Array(banks);
    this.#in = new Float64Array(banks);
    this.#outBelow = availableBelow && [new Float64Array(banks), new Float64Array(banks)];
    this.#position = new Float64Array(limits.length);
  }

  static of(problem: NettingProblem, payments: Iterable<number>): Selection {
    const selection = new Selection(problem);
    for (const i of payments) selection.add(i);
    return selection;
  }

  static all(problem: NettingProblem): Selection {
    const selection = new Selection(problem);
    for (let i = 0; i < problem.payments; i++) selection.add(i);
    return selection;
  }

  add(i: number): void {
    this.has[i] = 1;
    this.size++;
    this.#count(i, this.problem.amount[i]!);
  }

  remove(i: number): void {
    this.has[i] = 0;
    this.size--;
    this.#count(i, -this.problem.amount[i]!);
  }

  /** A payment joins the set, or leaves it. */
  move(i: number): void {
    if (this.has[i] === 1) this.remove(i);
    else this.add(i);
  }

  clear(): void {
    for (let i = 0; i < this.has.length; i++) if (this.has[i] === 1) this.remove(i);
  }

  /** Payments of the set in queue order. */
  list(): number[] {
    const list: number[] = [];
    for (let i = 0; i < this.has.length; i++) if (this.has[i] === 1) list.push(i);
    return list;
  }

  /** Receipts less payments of a bank. */
  net(b: number): number {
    return this.#in[b]! - this.#out[b]!;
  }

  /** Largest excess of a bank over its money and its reservations; negative if it has some left (K1, K2). */
  lack(b: number): number {
    return this.lackWith(b, 0, 0);
  }

  /** The same if the bank paid `amount` more in a class, and received more. */
  lackWith(b: number, amount: number, cls: number, more = 0): number {
    const { available, availableBelow } = this.problem;
    const received = this.#in[b]! + more;
    let lack = this.#out[b]! + amount - received - available[b]!;
    if (availableBelow === null) return lack;
    for (let c = 1; c <= 2; c++) {
      const out = this.#outBelow![c - 1]![b]! + (cls >= c ? amount : 0);
      lack = Math.max(lack, out - received - availableBelow[c - 1]![b]!);
    }
    return lack;
  }

  /** What its sender would lack more if a payment outside joined the set. */
  addedLack(i: number): number {
    const { amount, class: cls, sender } = this.problem;
    const s = sender[i]!;
    return Math.max(this.lackWith(s, amount[i]!, cls[i]!), 0) - Math.max(this.lack(s), 0);
  }

  /** Whether its sender could have the money for a payment outside if everything that it may receive joined the set, too. */
  isWithinHope(i: number): boolean {
    const { amount, available, receivable, sender } = this.problem;
    const s = sender[i]!;
    return this.#out[s]! + amount[i]! <= available[s]! + receivable[s]!;
  }

  /** Whether a payment outside could join the set without breaking a limit. */
  allowsAlso(i: number): boolean {
    if (this.problem.hasNoLimits) return true;
    this.add(i);
    const allowed = this.limitsAllow(i);
    this.remove(i);
    return allowed;
  }

  /** Excess of a bank over its multilateral limit (K4); −Infinity without one. */
  overLimit(b: number): number {
    return this.#out[b]! - (this.problem.netLimits ? this.#in[b]! : 0) - this.problem.multilateralRoom[b]!;
  }

  /** What a bank is short of, 0 if nothing (spec 12 §4.4). */
  shortfall(b: number): number {
    return Math.max(this.lack(b), this.overLimit(b), 0);
  }

  /** The same if the bank paid more in a class, and received more. */
  shortfallWith(b: number, paid: number, cls: number, received: number): number {
    const overLimit = this.overLimit(b) + paid - (this.problem.netLimits ? received : 0);
    return Math.max(this.lackWith(b, paid, cls, received), overLimit, 0);
  }

  /** What is missing more, over all banks and bilateral limits, if a payment joins the set, or leaves it. */
  addedShortage(i: number): number {
    const { amount, class: cls, hasNoLimits, limitOf, receiver, relieves, sender } = this.problem;
    const [s, r] = [sender[i]!, receiver[i]!];
    const more = this.has[i] === 1 ? -amount[i]! : amount[i]!;
    if (s === r) return this.shortfallWith(s, more, cls[i]!, more) - this.shortfall(s) + this.#addedExcess(limitOf[i]!, more);
    const ofBanks =
      this.shortfallWith(s, more, cls[i]!, 0) - this.shortfall(s) + this.shortfallWith(r, 0, 0, more) - this.shortfall(r);
    return hasNoLimits ? ofBanks : ofBanks + this.#addedExcess(limitOf[i]!, more) + this.#addedExcess(relieves[i]!, -more);
  }

  #addedExcess(limit: number, more: number): number {
    if (limit < 0) return 0;
    const excess = this.excess(limit);
    return Math.max(excess + more, 0) - Math.max(excess, 0);
  }

  /** Excess over a bilateral limit (K3). */
  excess(limit: number): number {
    return this.#position[limit]! - this.problem.limits[limit]!.room;
  }

  /** Whether a payment in the set, or about to be, breaks neither K3 nor K4. */
  limitsAllow(i: number): boolean {
    const limit = this.problem.limitOf[i]!;
    return this.overLimit(this.problem.sender[i]!) <= 0 && (limit < 0 || this.excess(limit) <= 0);
  }

  isFeasible(): boolean {
    const { banks, limits, work } = this.problem;
    work?.did(banks + limits.length);
    for (let b = 0; b < banks; b++) if (this.shortfall(b) > 0) return false;
    for (let k = 0; k < limits.length; k++) if (this.excess(k) > 0) return false;
    return true;
  }

  #count(i: number, amount: number): void {
    const { class: cls, limitOf, receiver, relieves, sender, work } = this.problem;
    work?.did(5);
    this.value += amount;
    this.#out[sender[i]!]! += amount;
    this.#in[receiver[i]!]! += amount;
    if (this.#outBelow !== null) {
      if (cls[i]! >= 1) this.#outBelow[0][sender[i]!]! += amount;
      if (cls[i]! >= 2) this.#outBelow[1][sender[i]!]! += amount;
    }
    if (limitOf[i]! >= 0) this.#position[limitOf[i]!]! += amount;
    if (relieves[i]! >= 0) this.#position[relieves[i]!]! -= amount;
  }
}

type Score = Pick<Selection, 'value' | 'size'>;

/** Whether `a` has the better score: the greater value, then the greater number (spec 12 §1). */
export function isBetter(a: Score, b: Score): boolean {
  return a.value > b.value || (a.value === b.value && a.size > b.size);
}
