import { mean, ratio } from './exact.js';
import type { BankDayIndicators, Bcbs248 } from './sheet.js';

/** The monitoring tools for intraday liquidity of the Basel Committee, per bank over the days of the run (spec 14 §11). */
export function bcbs248(bankDays: readonly BankDayIndicators[]): Bcbs248[] {
  const byBank = new Map<string, BankDayIndicators[]>();
  for (const row of bankDays) byBank.set(row.bank, [...(byBank.get(row.bank) ?? []), row]);
  return [...byBank].map(([bank, days]) => {
    const of = (key: keyof BankDayIndicators): number[] => days.map((day) => day[key] as number);
    const largest = (key: keyof BankDayIndicators): number[] =>
      of(key)
        .sort((a, b) => b - a)
        .slice(0, 3);
    const average = (key: keyof BankDayIndicators): number => mean(of(key))!;
    return {
      bank,
      a1_max_negative: largest('max_net_debit'),
      a1_max_negative_mean: average('max_net_debit'),
      a1_max_positive: largest('max_net_credit'),
      a1_max_positive_mean: average('max_net_credit'),
      a2_available_lowest: of('opening_available')
        .sort((a, b) => a - b)
        .slice(0, 3),
      a2_available_mean: average('opening_available'),
      a3_sent: largest('value_sent'),
      a3_sent_mean: average('value_sent'),
      a3_received: largest('value_received'),
      a3_received_mean: average('value_received'),
      c1_throughput_mean: meanThroughput(days),
    };
  });
}

/** Mean over the days with outgoing payments, and with such a part or hour, of the share sent by its end. */
function meanThroughput(days: readonly BankDayIndicators[]): (number | null)[] {
  const paying = days.filter(({ value_sent }) => value_sent > 0);
  return days[0]!.throughput_buckets.map((_, k) =>
    mean(paying.flatMap(({ throughput_buckets: by, value_sent }) => (by[k] === null ? [] : [ratio(by[k]!, value_sent)!]))),
  );
}
