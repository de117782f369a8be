/** When may a set of queued payments settle? Spec 12 §4 from its text, without any code of the product. */

export interface RulePayment {
  from: string;
  to: string;
  amount: number;
  /** 0 highly urgent, 1 urgent, 2 normal. */
  class: number;
}

/** A bank at the moment at which a set is judged. */
export interface RuleBank {
  id: string;
  balance: number;
  /** Credit line. */
  limit: number;
  /** Left of what is reserved for highly urgent and for urgent payments. */
  reserved: [number, number];
  bilateralLimits: ReadonlyMap<string, number>;
  multilateralLimit: number | null;
  /** Paid and received since the day began, by counterparty. */
  paid: ReadonlyMap<string, number>;
  received: ReadonlyMap<string, number>;
}

export const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((sum, x) => sum + x, 0);

export function available({ balance, limit }: RuleBank): number {
  return Math.max(balance, 0) + Math.max(limit - Math.max(-balance, 0), 0);
}

/** What kept free of payments of a class. */
export const reservedBefore = ({ reserved }: RuleBank, cls: number): number =>
  (cls > 0 ? reserved[0] : 0) + (cls > 1 ? reserved[1] : 0);

/** Which rules a set breaks; none for a feasible one. */
export function broken(banks: Iterable<RuleBank>, set: readonly RulePayment[], limits: 'gross' | 'net'): string[] {
  const found: string[] = [];
  for (const bank of banks) {
    const { id } = bank;
    const sum = (matches: (payment: RulePayment) => boolean): number => sumOf(set.filter(matches).map(({ amount }) => amount));
    const incoming = sum(({ to }) => to === id);
    const outgoing = sum(({ from }) => from === id);
    if (outgoing - incoming > available(bank)) found.push(`K1 of ${id}`);
    for (const cls of [1, 2]) {
      const lessUrgent = sum((payment) => payment.from === id && payment.class >= cls);
      if (lessUrgent - incoming > Math.max(available(bank) - reservedBefore(bank, cls), 0))
        found.push(`K2 of ${id}, class ${cls}`);
    }
    const counted = (paid: number, received: number): number => (limits === 'net' ? paid - received : paid);
    for (const [other, limit] of bank.bilateralLimits) {
      const room = Math.max(limit - counted(bank.paid.get(other) ?? 0, bank.received.get(other) ?? 0), 0);
      const there = sum(({ from, to }) => from === id && to === other);
      const back = sum(({ from, to }) => from === other && to === id);
      if (counted(there, back) > room) found.push(`K3 of ${id} towards ${other}`);
    }
    if (bank.multilateralLimit !== null) {
      const room = Math.max(bank.multilateralLimit - counted(sumOf(bank.paid.values()), sumOf(bank.received.values())), 0);
      if (counted(outgoing, incoming) > room) found.push(`K4 of ${id}`);
    }
  }
  return found;
}

/** All subsets of the numbers below `count`, as lists. */
export function* subsets(count: number): Generator<number[]> {
  for (let bits = 0; bits < 2 ** count; bits++) yield Array.from({ length: count }, (_, i) => i).filter((i) => (bits >> i) & 1);
}
