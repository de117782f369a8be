import type { Work } from '../../work.js';

/**
 * Which of some queued payments may settle together? Everything that decides it (spec 12 §4), in numbers: banks in id order, payments
 * in queue order, money in cents. What stands here does not change while an algorithm looks for a set.
 */
export interface NettingProblem {
  readonly banks: number;
  readonly payments: number;
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
  /** The limit that a payment uses up, −1 for none, and in net mode the one whose position it lowers. */
  readonly limitOf: Int32Array;
  readonly relieves: Int32Array;
  /** Payments by sender and by receiver, in queue order. */
  readonly from: readonly Int32Array[];
  readonly to: readonly Int32Array[];
  /** Told of what is done to solve it; null if nobody wants to know. */
  readonly work: Work | null;
}

/** Room below a bilateral limit. */
export interface BilateralRoom {
  readonly sender: number;
  readonly receiver: number;
  readonly room: number;
}

/** What a problem is made of; the rest follows. */
export type ProblemParts = Pick<
  NettingProblem,
  | 'sender'
  | 'receiver'
  | 'amount'
  | 'class'
  | 'available'
  | 'availableBelow'
  | 'multilateralRoom'
  | 'netLimits'
  | 'limits'
  | 'work'
>;

/** Completes a problem with what follows from its parts. */
export function nettingProblem(parts: ProblemParts): NettingProblem {
  const { available, limits, netLimits, receiver, sender } = parts;
  const banks = available.length;
  const index = new Map(limits.map((limit, k) => [limit.sender * banks + limit.receiver, k]));
  const limitOf = new Int32Array(sender.length).fill(-1);
  const relieves = new Int32Array(sender.length).fill(-1);
  if (limits.length > 0)
    for (let i = 0; i < sender.length; i++) {
      const own = index.get(sender[i]! * banks + receiver[i]!) ?? -1;
      // A payment to oneself adds nothing to a net position.
      if (netLimits && sender[i] === receiver[i]) continue;
      limitOf[i] = own;
      if (netLimits) relieves[i] = index.get(receiver[i]! * banks + sender[i]!) ?? -1;
    }
  return {
    ...parts,
    banks,
    payments: sender.length,
    limitOf,
    relieves,
    from: grouped(sender, banks),
    to: grouped(receiver, banks),
  };
}

function grouped(keys: Int32Array, groups: number): Int32Array[] {
  const sizes = new Int32Array(groups);
  for (const key of keys) sizes[key]!++;
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  sizes.fill(0);
  keys.forEach((key, i) => (lists[key]![sizes[key]!++] = i));
  return lists;
}
