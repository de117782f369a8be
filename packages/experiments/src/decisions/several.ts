import type { PairEvaluation, Verdict } from '../evaluation/evaluation.js';
import { decide, type AcceptanceSettings } from './acceptance.js';

/** Decides about candidates that were compared on the same draws: of those that pass, the one that saves most is accepted. */
export function decideAll(pairs: readonly PairEvaluation[], rule: AcceptanceSettings): Verdict[] {
  const verdicts = pairs.map((pair): Verdict => ({ decision: decide(pair, rule), pair, judgement: null, days: null }));
  return keepBest(verdicts, ({ pair }) => pair!.delta_sum);
}

/** Of several accepted candidates only the one with the largest saving stays accepted, of equal ones the first (spec 17 §5.4). */
export function keepBest(verdicts: readonly Verdict[], savingOf: (verdict: Verdict) => number): Verdict[] {
  const passed = verdicts.filter(({ decision }) => decision.accepted);
  if (passed.length < 2) return [...verdicts];
  const best = passed.reduce((most, verdict) => (savingOf(verdict) > savingOf(most) ? verdict : most));
  return verdicts.map((verdict) => {
    if (verdict === best || !verdict.decision.accepted) return verdict;
    return {
      ...verdict,
      decision: { accepted: false, reason: 'better, but another candidate saves more' },
      judgement: verdict.judgement && { ...verdict.judgement, decision: 'rejected', reason: 'better_but_not_best' },
    };
  });
}
