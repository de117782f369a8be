import { COST_COMPONENTS } from '@simcash/protocol';
import { ofSet } from './deadlines.js';
import { ExactSum, ratio, sum } from './exact.js';
import type { Leg, Payment } from './legs.js';
import type { IndicatorLog } from './log.js';
import type { QueueTimes } from './queue-times.js';
import { waitingAtEnd } from './queues.js';
import type { BankDayIndicators, BankIndicators, CostIndicators } from './sheet.js';
import { WaitSums, type Days } from './waiting.js';

/** Indicators of each bank as sender over the whole run (spec 14 §2–§9). */
export function banksOfRun(
  log: IndicatorLog,
  legs: readonly Leg[],
  payments: readonly Payment[],
  bankDays: readonly BankDayIndicators[],
  times: QueueTimes,
  days: Days,
): BankIndicators[] {
  const list = log.banks.map(() => ({
    value_due: 0,
    value_sent: 0,
    value_received: 0,
    waits: new WaitSums(),
    sentTicks: new ExactSum(),
    receivedTicks: new ExactSum(),
    payments: [] as Payment[],
    days: [] as BankDayIndicators[],
    costs: new Array<number>(COST_COMPONENTS.length + 1).fill(0),
  }));
  for (const leg of legs) {
    const { amount, receiver, sender, settled } = leg;
    const [from, to] = [list[sender]!, list[receiver]!];
    from.waits.addLeg(leg, days);
    from.value_due += amount;
    if (settled === null) continue;
    from.value_sent += amount;
    to.value_received += amount;
    from.sentTicks.addProduct(amount, settled % days.ticksPerDay);
    to.receivedTicks.addProduct(amount, settled % days.ticksPerDay);
  }
  for (const transaction of log.transactions) list[transaction.sender]!.waits.addQueues(transaction, times);
  for (const payment of payments) list[payment.sender]!.payments.push(payment);
  const count = bankDays.length / log.banks.length;
  bankDays.forEach((row, i) => list[Math.floor(i / count)]!.days.push(row));
  list.forEach(({ costs }, b) => {
    for (let day = 0; day < count; day++) log.costs.of(day, b).forEach((cents, i) => (costs[i]! += cents));
  });

  const waiting = waitingAtEnd(log);
  const used = list.map((bank) => sum(bank.days.map(({ max_net_debit }) => max_net_debit)));
  const [allUsed, allSent] = [sum(used), sum(list.map(({ value_sent }) => value_sent))];
  return list.map((bank, b) => {
    const { value_due, value_received, value_sent } = bank;
    const [central, dropped, unsettled] = [waiting.central[b]!, waiting.dropped[b]!, value_due - value_sent];
    const total = (key: keyof BankDayIndicators): number => sum(bank.days.map((row) => row[key] as number));
    const shareSent = ratio(value_sent, allSent);
    const shareUsed = ratio(used[b]!, allUsed);
    return {
      bank: log.banks[b]!,
      payments_due: bank.payments.length,
      value_due,
      payments_settled: bank.payments.filter(({ settled }) => settled !== null).length,
      value_sent,
      value_received,
      unsettled_value_end: unsettled,
      unsettled_own_queue: unsettled - central - dropped,
      unsettled_central_queue: central,
      unsettled_dropped: dropped,
      ...bank.waits.figures,
      liquidity_used: used[b]!,
      turnover_ratio: ratio(total('value_sent'), used[b]!),
      liquidity_provision: shareUsed === null || shareSent === null ? null : ratio(shareUsed, shareSent),
      sent_tick_mean: ratio(bank.sentTicks.value, value_sent),
      received_tick_mean: ratio(bank.receivedTicks.value, value_received),
      funding_incoming: total('funding_incoming'),
      funding_balance: total('funding_balance'),
      funding_credit: total('funding_credit'),
      on_time_share_value: ofSet(bank.payments, days.ticks).on_time_share_value,
      costs: costsByName(bank.costs),
    };
  });
}

export const costsByName = (costs: readonly number[]): CostIndicators =>
  Object.fromEntries([...COST_COMPONENTS, 'total' as const].map((name, i) => [name, costs[i]!])) as Record<
    keyof CostIndicators,
    number
  >;
