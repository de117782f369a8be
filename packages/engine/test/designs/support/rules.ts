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

/** One line of spec 12 §4: what the payments of a set weigh in it, added up, is at most the room. */
export interface Rule {
  name: string;
  weight: (payment: RulePayment) => number;
  room: number;
}

export function rulesOf(banks: Iterable<RuleBank>, limits: 'gross' | 'net'): Rule[] {
  return [...banks].flatMap((bank) => [...moneyRules(bank), ...limitRules(bank, limits)]);
}

function moneyRules(bank: RuleBank): Rule[] {
  const { id } = bank;
  const lessUrgent =
    (least: number) =>
    (payment: RulePayment): number =>
      (payment.from === id && payment.class >= least ? payment.amount : 0) - (payment.to === id ? payment.amount : 0);
  const unreserved = (cls: number): number => Math.max(available(bank) - reservedBefore(bank, cls), 0);
  return [
    { name: `K1 of ${id}`, weight: lessUrgent(0), room: available(bank) },
    ...[1, 2].map((cls) => ({ name: `K2 of ${id}, class ${cls}`, weight: lessUrgent(cls), room: unreserved(cls) })),
  ];
}

function limitRules({ bilateralLimits, id, multilateralLimit, paid, received }: RuleBank, limits: 'gross' | 'net'): Rule[] {
  const isNet = limits === 'net';
  const rule = (
    name: string,
    limit: number,
    position: [paid: number, received: number],
    isOther: (bank: string) => boolean,
  ): Rule => ({
    name,
    weight: ({ amount, from, to }) =>
      (from === id && isOther(to) ? amount : 0) - (isNet && to === id && isOther(from) ? amount : 0),
    room: Math.max(limit - (isNet ? position[0] - position[1] : position[0]), 0),
  });
  const towards = [...bilateralLimits].map(([other, limit]) =>
    rule(`K3 of ${id} towards ${other}`, limit, [paid.get(other) ?? 0, received.get(other) ?? 0], (bank) => bank === other),
  );
  if (multilateralLimit === null) return towards;
  return [...towards, rule(`K4 of ${id}`, multilateralLimit, [sumOf(paid.values()), sumOf(received.values())], () => true)];
}

/** Which rules a set breaks; none for a feasible one. */
export function broken(banks: Iterable<RuleBank>, set: readonly RulePayment[], limits: 'gross' | 'net'): string[] {
  return rulesOf(banks, limits)
    .filter(({ room, weight }) => sumOf(set.map(weight)) > room)
    .map(({ name }) => name);
}

/** All subsets of the numbers below `count`, as lists. */
export function* subsets(count: number): Generator<number[]> {
  for (let bits = 0; bits < 2 ** count; bits++) yield Array.from({ length: count }, (_, i) => i).filter((i) => (bits >> i) & 1);
}
