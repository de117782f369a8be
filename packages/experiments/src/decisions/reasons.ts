import { currency, type AcceptanceTest, type DecisionReason } from '@simcash/protocol';
import { shareText } from '../report/share-text.js';
import type { AcceptanceRule } from './acceptance-rule.js';

const count = (n: number): string => n.toLocaleString('en-US');

/** A probability with three digits, or `< 0.0001`. */
const probability = (p: number): string => (p < 0.0001 ? '< 0.0001' : `= ${p.toPrecision(3)}`);

/** The sentence about a decision (spec 17 §5.2). */
export function reasonText(reason: DecisionReason, test: AcceptanceTest | null, rule: AcceptanceRule): string {
  if (test === null) return reason === 'same_policy' ? 'no better one found' : reason;
  const least = (floor: number | null, old: number): string => shareText(Math.min(floor ?? 0, old));
  const days = test.num_days === 1 ? 'the day' : `${count(test.num_days)} days`;
  switch (reason) {
    case 'floor_payments':
      return `settles ${shareText(test.new_settlement_rate)} of the payments, less than ${least(rule.min_settlement_rate, test.old_settlement_rate)}`;
    case 'floor_value':
      return `settles ${shareText(test.new_settlement_value)} of the value, less than ${least(rule.min_settlement_value, test.old_settlement_value)}`;
    case 'not_better':
      return test.margin_cents > 0
        ? `saves no more than the ${currency(test.margin_cents)} a day that are asked for`
        : `saves nothing on ${days}`;
    case 'not_significant':
      return `not significant: p ${probability(test.p_value!)} on ${days}, asked for < ${Number(test.alpha.toPrecision(3))}`;
    case 'risk':
      return `too risky: its costs vary more than ${rule.max_coefficient_of_variation} times their mean`;
    default:
      return test.p_value === null ? `saves on ${days}` : `p ${probability(test.p_value)} on ${days}`;
  }
}
