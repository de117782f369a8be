import type { BankDaySeries } from '@simcash/protocol';
import type { BankTicks } from './bank-ticks.js';
import { endOfDay, numberOfDays, type Days } from './waiting.js';

/** What is stored of every bank's days, tick by tick (spec 14 §12). */
export function* bankDaySeries(ids: readonly string[], series: BankTicks, days: Days): Generator<BankDaySeries> {
  for (const [bank, agent_id] of ids.entries())
    for (let day = 0; day < numberOfDays(days); day++) {
      const first = bank * series.ticks + day * days.ticksPerDay;
      const end = bank * series.ticks + endOfDay(day, days);
      const of = (cents: Float64Array): Float64Array => cents.subarray(first, end);
      const [sent_so_far, received] = [soFar(of(series.sent)), soFar(of(series.received))];
      yield {
        agent_id,
        day,
        due_so_far: soFar(of(series.due)),
        sent_so_far,
        value_received: of(series.received),
        payments_sent: of(series.paymentsSent),
        payments_received: of(series.paymentsReceived),
        unsettled_value: of(series.unsettled),
        net_position: received.map((cents, tick) => cents - sent_so_far[tick]!),
        net_position_due: soFar(of(series.netDue)),
        balance: of(series.balance),
        credit_limit: of(series.limit),
      };
    }
}

function soFar(cents: Float64Array): Float64Array {
  let sum = 0;
  return cents.map((added) => (sum += added));
}
