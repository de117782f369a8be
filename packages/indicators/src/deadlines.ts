import { ratio } from './exact.js';
import type { Payment } from './legs.js';
import { BANDS, OUTCOMES, type Band, type DeadlineIndicators, type Outcome } from './sheet.js';

/** What became of payments at their deadlines, of all and by band of their priority on arrival (spec 14 §5). */
export function deadlines(payments: readonly Payment[], ticks: number): Record<Band, DeadlineIndicators> {
  return Object.fromEntries(
    BANDS.map((band) => [band, ofSet(band === 'all' ? payments : payments.filter((payment) => bandOf(payment) === band), ticks)]),
  ) as Record<Band, DeadlineIndicators>;
}

export function ofSet(payments: readonly Payment[], ticks: number): DeadlineIndicators {
  const outcomes = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, { count: 0, value: 0 }])) as Record<
    Outcome,
    { count: number; value: number }
  >;
  for (const payment of payments) {
    const outcome = outcomes[outcomeOf(payment, ticks)];
    outcome.count++;
    outcome.value += payment.amount;
  }
  const share = (key: 'count' | 'value'): number | null =>
    ratio(outcomes.on_time[key], outcomes.on_time[key] + outcomes.late[key] + outcomes.missed_unsettled[key]);
  return { ...outcomes, on_time_share_value: share('value'), on_time_share_count: share('count') };
}

function outcomeOf({ deadline, isCancelled, settled }: Payment, ticks: number): Outcome {
  if (settled !== null) return settled <= deadline ? 'on_time' : 'late';
  return isCancelled || deadline <= ticks - 1 ? 'missed_unsettled' : 'open';
}

/** Whether a payment settled late, or did not settle although its deadline has passed. */
export const isMissed = (payment: Payment, ticks: number): boolean =>
  ['late', 'missed_unsettled'].includes(outcomeOf(payment, ticks));

const bandOf = ({ priority }: Payment): Band => (priority >= 8 ? 'urgent' : priority >= 4 ? 'normal' : 'low');
