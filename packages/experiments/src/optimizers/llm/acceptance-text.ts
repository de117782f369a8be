import type { EvaluationMode } from '@simcash/protocol';
import type { AcceptanceSettings } from '../../decisions/acceptance.js';
import { shareText } from '../../report/share-text.js';

/** The rule by which proposals are accepted, in words: the one that the experiment applies, no other (spec 11 §8.2). */
export function acceptanceText(mode: EvaluationMode, settings: AcceptanceSettings): string {
  if (mode === 'deterministic-temporal')
    return `Your proposal takes effect in the next iteration whatever it costs: nothing compares it with the policy in force first, and a
worse policy is not rejected. Other banks may change their policies at the same time. Propose what you expect to be cheapest.`;
  const conditions =
    mode === 'bootstrap' ? ofSamples(settings) : mode === 'monte-carlo' ? ofDays(settings) : ofOneSimulation(settings);
  return `${mode === 'bootstrap' ? SAMPLED : mode === 'monte-carlo' ? PLAYED : SIMULATED}
It replaces the policy in force only if
${conditions.map((condition) => `- ${condition}`).join('\n')}`;
}

const SAMPLED = `Your proposal and the policy in force are both run on the same samples, which are drawn from your bank's own payments.`;

const PLAYED = `Your proposal and the policy in force are both played on the same days, which nobody has seen before. Days differ: payments are drawn anew
for each. The policies of all other banks are unchanged.`;

const SIMULATED = `Your proposal and the policy in force are both simulated with the same seed, with the policies of all other banks unchanged.`;

function cheaper({ min_improvement_pct: least }: AcceptanceSettings): string[] {
  const saves = 'it costs your bank less; equal cost is a rejection';
  return least > 0 ? [saves, `it saves at least ${least}% of the cost`] : [saves];
}

function ofOneSimulation(settings: AcceptanceSettings): string[] {
  const { min_settlement_rate: least } = settings;
  return [...cheaper(settings), ...(least === null ? [] : [`at least ${shareText(least)} of all payments settle`])];
}

function ofDays(settings: AcceptanceSettings): string[] {
  const {
    max_coefficient_of_variation: max,
    min_settlement_rate: least,
    require_statistical_significance: significant,
  } = settings;
  return [
    ...cheaper(settings).map((condition) => condition.replace('costs your bank less', 'costs your bank less on average')),
    ...(significant ? ['the saving is too clear to be chance: a rare great loss weighs more than many small savings'] : []),
    ...(least === null ? [] : [`at least ${shareText(least)} of your payments settle, or as many as with the policy in force`]),
    ...(max === null ? [] : [`the standard deviation of its cost over the days is at most ${max} times its mean cost`]),
  ];
}

function ofSamples(settings: AcceptanceSettings): string[] {
  const { asReference, max_coefficient_of_variation: max, require_statistical_significance: significant } = settings;
  const what = asReference ? "the new policy's cost" : 'the saving';
  return [
    ...cheaper(settings),
    ...(significant ? [`the 95% confidence interval of ${what} lies above zero`] : []),
    ...(max === null ? [] : [`the standard deviation of its cost over the samples is at most ${max} times its mean cost`]),
  ];
}
