import type { Work } from '../../work.js';

/** Room below a bilateral limit. */
export interface BilateralRoom {
  readonly sender: number;
  readonly receiver: number;
  readonly room: number;
}

/** What decides which of some queued payments may settle together (spec 12 §4): banks in id order, payments in queue order, cents. */
export interface ProblemParts {
  readonly sender: Int32Array;
  readonly receiver: Int32Array;
  readonly amount: Float64Array;
  /** 0 highly urgent, 1 urgent, 2 normal. */
  readonly class: Uint8Array;
  /** What each bank can pay in all … */
  readonly available: Float64Array;
  /** … for payments of classes from 1, and from 2, on; null where nothing is reserved. */
  readonly availableBelow: readonly [urgent: Float64Array, normal: Float64Array] | null;
  /** Room below the multilateral limits, Infinity where there is none. */
  readonly multilateralRoom: Float64Array;
  /** Limits count what is paid less what is received. */
  readonly netLimits: boolean;
  /** Bilateral limits that could matter, by sender, then receiver. */
  readonly limits: readonly BilateralRoom[];
  /** Told of what is done to solve it; null if nobody wants to know. */
  readonly work: Work | null;
}

/** Which of some queued payments may settle together, in numbers. What stands here does not change while an algorithm looks for a set. */
export class NettingProblem implements ProblemParts {
  readonly banks: number;
  readonly payments: number;
  readonly sender: Int32Array;
  readonly receiver: Int32Array;
  readonly amount: Float64Array;
  readonly class: Uint8Array;
  readonly available: Float64Array;
  readonly availableBelow: ProblemParts['availableBelow'];
  readonly multilateralRoom: Float64Array;
  readonly netLimits: boolean;
  readonly limits: readonly BilateralRoom[];
  readonly work: Work | null;
  /** Whether money and reservations are all that could keep payments from settling. */
  readonly hasNoLimits: boolean;
  /** The limit that a payment uses up, −1 for none, and in net mode the one whose position it lowers. */
  readonly limitOf: Int32Array;
  readonly relieves: Int32Array;
  #from: readonly Int32Array[] | null = null;
  #to: readonly Int32Array[] | null = null;
  readonly #byFit: Int32Array[] = [];
  readonly #byAmountTo: Int32Array[] = [];
  #between: Map<number, number[]> | null = null;
  #receivable: Float64Array | null = null;

  constructor(parts: ProblemParts) {
    this.banks = parts.available.length;
    this.payments = parts.sender.length;
    this.sender = parts.sender;
    this.receiver = parts.receiver;
    this.amount = parts.amount;
    this.class = parts.class;
    this.available = parts.available;
    this.availableBelow = parts.availableBelow;
    this.multilateralRoom = parts.multilateralRoom;
    this.netLimits = parts.netLimits;
    this.limits = parts.limits;
    this.work = parts.work;
    this.hasNoLimits = this.limits.length === 0 && this.multilateralRoom.every((room) => room === Infinity);
    this.limitOf = new Int32Array(this.payments).fill(-1);
    this.relieves = new Int32Array(this.payments).fill(-1);
    if (this.limits.length > 0) this.#findLimits();
  }

  /** Payments by sender, in queue order. */
  get from(): readonly Int32Array[] {
    return (this.#from ??= grouped(this.sender, this.banks));
  }

  /** Payments by receiver, in queue order. */
  get to(): readonly Int32Array[] {
    return (this.#to ??= grouped(this.receiver, this.banks));
  }

  /** The most that each bank can receive: all payments to it but those that no feasible set contains. */
  get receivable(): Float64Array {
    return (this.#receivable ??= mostReceived(this));
  }

  /** Payments of a bank, those that best fit drops first at the end: see {@link inOrderOfFit}. */
  byFit(b: number): Int32Array {
    return (this.#byFit[b] ??= this.inOrderOfFit(this.from[b]!));
  }

  /** Payments to oneself first, then others; of each kind by class, then by amount, of equal ones the last in the queue first. */
  inOrderOfFit(list: Int32Array): Int32Array {
    const { amount, class: cls, receiver, sender } = this;
    const toOther = (i: number): number => (sender[i] === receiver[i] ? 0 : 1);
    return list.toSorted((i, j) => toOther(i) - toOther(j) || cls[i]! - cls[j]! || amount[i]! - amount[j]! || j - i);
  }

  /** Payments to a bank, the largest first, equal ones in queue order. */
  byAmountTo(b: number): Int32Array {
    const { amount } = this;
    return (this.#byAmountTo[b] ??= this.to[b]!.toSorted((i, j) => amount[j]! - amount[i]! || i - j));
  }

  /** Payments of a sender to a receiver, in queue order. */
  between(sender: number, receiver: number): readonly number[] {
    this.#between ??= pairsOf(this);
    return this.#between.get(sender * this.banks + receiver) ?? [];
  }

  #findLimits(): void {
    const { banks, limits, netLimits, receiver, sender } = this;
    const index = new Map(limits.map((limit, k) => [limit.sender * banks + limit.receiver, k]));
    for (let i = 0; i < sender.length; i++) {
      // A payment to oneself adds nothing to a net position.
      if (netLimits && sender[i] === receiver[i]) continue;
      this.limitOf[i] = index.get(sender[i]! * banks + receiver[i]!) ?? -1;
      if (netLimits) this.relieves[i] = index.get(receiver[i]! * banks + sender[i]!) ?? -1;
    }
  }
}

/** A payment that exceeds the money and all receipts of its bank settles in no set, so it is no receipt either. */
function mostReceived({ amount, available, banks, from, receiver }: NettingProblem): Float64Array {
  const most = new Float64Array(banks);
  for (let i = 0; i < amount.length; i++) most[receiver[i]!]! += amount[i]!;
  const isOut = new Uint8Array(amount.length);
  const changed = new Set(most.keys());
  for (const b of changed) {
    changed.delete(b);
    for (const i of from[b]!) {
      if (isOut[i] === 1 || amount[i]! <= available[b]! + most[b]!) continue;
      isOut[i] = 1;
      most[receiver[i]!]! -= amount[i]!;
      changed.add(receiver[i]!);
    }
  }
  return most;
}

function pairsOf({ banks, payments, receiver, sender }: NettingProblem): Map<number, number[]> {
  const pairs = new Map<number, number[]>();
  for (let i = 0; i < payments; i++) {
    const key = sender[i]! * banks + receiver[i]!;
    const pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, [i]);
    else pair.push(i);
  }
  return pairs;
}

function grouped(keys: Int32Array, groups: number): Int32Array[] {
  const sizes = new Int32Array(groups);
  for (let i = 0; i < keys.length; i++) sizes[keys[i]!]!++;
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  for (let i = 0; i < keys.length; i++) lists[keys[i]!]![sizes[keys[i]!]!++] = i;
  return lists;
}
