import type { BankRegret, CandidateRegret, Policy, RegretReport } from '@simcash/protocol';
import { certificateLooks, momentsOf, type Certificate } from '@simcash/statistics';
import type { ExperimentDefinition } from '../definition/schema.js';
import type { Days } from '../evaluation/days.js';
import { sum, type PolicyProfile } from '../scenario.js';
import { candidatesFor, type Candidate } from './candidates.js';
import type { DayCosts } from './test-days.js';

/** What every bank could still save in a profile, against stated candidates, on test days (spec 17 §8). */
export async function certify(
  definition: ExperimentDefinition,
  profile: PolicyProfile,
  /** What was proposed for each bank in the run, oldest first. */
  proposals: Readonly<Record<string, readonly Policy[]>>,
  days: Days<DayCosts>,
  tailDays: number,
): Promise<{ report: RegretReport; candidates: CandidateRegret[] } | null> {
  const { convergence, evaluation, optimized_agents, policy_constraints } = definition;
  const { certificate, epsilon_cents, epsilon_pct } = convergence;
  if (certificate === false) return null;
  const { test } = evaluation.days;
  const looks = certificate.days ?? [test, 2 * test, 4 * test];
  const candidates = optimized_agents.map((id) => candidatesFor(profile[id]!, policy_constraints!, proposals[id]!, certificate));
  const comparisons = sum(candidates.map(({ length }) => length));
  const rules = { alpha: certificate.alpha, epsilon_cents, epsilon_pct, tail_days: tailDays };
  const banks: Record<string, BankRegret> = {};
  const rows: CandidateRegret[] = [];
  for (const [b, id] of optimized_agents.entries()) {
    const own = candidates[b]!;
    const play = async (policies: readonly Policy[], to: number): Promise<number[][]> =>
      (await days.play(id, profile, policies, to)).map((costs) => costs.map((day) => day[b]!));
    const steps = certificateLooks(own.length, comparisons, looks, rules);
    let step = steps.next();
    while (!step.done) {
      const { candidates: asked, from, to } = step.value;
      const [current, ...others] = await play([profile[id]!, ...asked.map((c) => own[c]!.policy)], to);
      step = steps.next({ current: current!.slice(from), candidates: others.map((costs) => costs.slice(from)) });
    }
    const found = step.value;
    const [costs] = await play([profile[id]!], found.days);
    banks[id] = bankRegret(found, own, momentsOf(costs!).mean);
    rows.push(...found.candidates.map((figures) => ({ agent_id: id, ...own[figures.candidate]!, ...figures })));
  }
  const total = (key: 'regret' | 'lower' | 'upper'): number => sum(Object.values(banks).map((bank) => bank[key]));
  const report: RegretReport = {
    candidates: comparisons,
    epsilon_cents,
    epsilon_pct,
    alpha: certificate.alpha,
    nash_conv: { mean: total('regret'), lower: total('lower'), upper: total('upper') },
    banks,
  };
  return { report, candidates: rows };
}

function bankRegret(
  { best, days, epsilon_cents, lower, regret, upper, verdict }: Certificate,
  candidates: readonly Candidate[],
  mean: number,
): BankRegret {
  return {
    verdict,
    days,
    epsilon_cents,
    regret,
    lower,
    upper,
    percent: mean > 0 ? (100 * regret) / mean : null,
    best: best === null ? null : candidates[best]!.label,
  };
}
