import { paymentOf, type IndicatorLog, type Transaction } from './log.js';
import type { PaymentsOfRun } from './pairing.js';

/** A payment, or a part of one that was never split itself: what carries the money (spec 14 §1). Times are those of its payment. */
export interface Leg {
  /** The bank that pays. */
  sender: number;
  /** The bank that is paid. */
  receiver: number;
  /** In cents. */
  amount: number;
  /** The tick in which it arrived. */
  arrival: number;
  /** The last tick in which it is in time. */
  deadline: number;
  /** Null if it is unsettled. */
  settled: number | null;
  /** The payment or part. */
  transaction: Transaction;
}

/** A transaction without parent, and what became of its legs. */
export interface Payment {
  /** The bank that pays. */
  sender: number;
  /** The bank that is paid. */
  receiver: number;
  /** In cents. */
  amount: number;
  /** The tick in which it arrived. */
  arrival: number;
  /** The last tick in which it is in time. */
  deadline: number;
  /** On arrival, 0 … 10. */
  priority: number;
  /** Tick in which the last of its legs settled; null if one is unsettled. */
  settled: number | null;
  /** One of its legs was cancelled at the end of a day. */
  isCancelled: boolean;
}

/** The settled parts of all payments, in the order of their settlement. */
export function legsOf({ transactions }: IndicatorLog): Leg[] {
  return transactions
    .filter(({ splitAt }) => splitAt === null)
    .map((transaction) => {
      const { amount, receiver, sender, settledAt } = transaction;
      const { created, deadline } = paymentOf(transaction);
      return { sender, receiver, amount, arrival: created, deadline, settled: settledAt, transaction };
    });
}

/** In order of arrival. */
export function paymentsOf({ transactions }: IndicatorLog, legs: readonly Leg[]): Payment[] {
  const byIndex = transactions.map(({ amount, created, deadline, parent, priority, receiver, sender }): Payment | null =>
    parent === null
      ? {
          sender,
          receiver,
          amount,
          arrival: created,
          deadline,
          priority: Math.min(priority, 10),
          settled: -1,
          isCancelled: false,
        }
      : null,
  );
  for (const { settled, transaction } of legs) {
    const payment = byIndex[paymentOf(transaction).index]!;
    payment.settled = settled === null || payment.settled === null ? null : Math.max(payment.settled, settled);
    payment.isCancelled ||= transaction.isCancelled;
  }
  return byIndex.filter((payment) => payment !== null);
}

/** The payments that a log has shown so far. */
export function paymentsOfRun(log: IndicatorLog): PaymentsOfRun {
  return { payments: paymentsOf(log, legsOf(log)), banks: log.banks, ticks: log.ticks };
}
