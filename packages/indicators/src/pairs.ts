import type { Leg, Payment } from './legs.js';
import type { PairIndicators } from './sheet.js';

type Counts = { -readonly [K in Exclude<keyof PairIndicators, 'sender' | 'receiver'>]: number };

/** Payments between two banks by sender, then receiver; also those of a bank to itself (spec 14 §2). */
export function pairs(banks: readonly string[], legs: readonly Leg[], payments: readonly Payment[]): PairIndicators[] {
  const byPair = new Map<number, Counts>();
  const of = ({ receiver, sender }: { sender: number; receiver: number }): Counts => {
    const key = sender * banks.length + receiver;
    const counts = byPair.get(key) ?? { value_due: 0, payments_due: 0, value_settled: 0, legs_settled: 0 };
    byPair.set(key, counts);
    return counts;
  };
  for (const payment of payments) {
    const counts = of(payment);
    counts.payments_due++;
    counts.value_due += payment.amount;
  }
  for (const leg of legs) {
    if (leg.settled === null) continue;
    const counts = of(leg);
    counts.legs_settled++;
    counts.value_settled += leg.amount;
  }
  return [...byPair]
    .sort(([a], [b]) => a - b)
    .map(([key, counts]) => ({
      sender: banks[Math.floor(key / banks.length)]!,
      receiver: banks[key % banks.length]!,
      ...counts,
    }));
}
