import type { CandidateRegret, CostsInForce, Ending, Estimates, Policy, RegretReport } from '@simcash/protocol';
import { experimentEnding, type Round } from '@simcash/statistics';
import type { AcceptanceRule } from '../decisions/acceptance-rule.js';
import type { ExperimentDefinition } from '../definition/schema.js';
import type { EvaluationSetting } from '../evaluation/setting.js';
import type { PolicyProfile } from '../scenario.js';
import { certify } from './certificate.js';
import { endingText, verdictOf } from './ending.js';
import { bestProfile, costsInForce, estimate } from './estimates.js';
import { costDays } from './test-days.js';

/** What a run has come to when it stops. */
export interface Course {
  rounds: readonly Round[];
  /** In force, by iteration; the last one is the final profile. */
  profiles: readonly PolicyProfile[];
  /** What was proposed for each bank, oldest first. */
  proposals: Readonly<Record<string, readonly Policy[]>>;
  /** A budget that is used up. */
  limit: string | null;
}

export interface Conclusion {
  ending: Ending;
  detail: string | null;
  text: string;
  regret: RegretReport | null;
  regretCandidates: readonly CandidateRegret[];
  test: Estimates;
  inForce: readonly CostsInForce[];
  bestIteration: number;
}

/** Test days on which every iteration's policies are played, to be drawn (spec 17 §9). */
const DRAWN = 200;

/** Limits under which nothing more is simulated than is needed. */
const SPENT = new Set(['simulations', 'wall_seconds']);

/** Estimates what was found on fresh days, certifies it, and says how the run ended (spec 17 §7–§9). */
export async function conclude(
  definition: ExperimentDefinition,
  setting: EvaluationSetting,
  rule: AcceptanceRule,
  { limit, profiles, proposals, rounds }: Course,
): Promise<Conclusion> {
  const { convergence, evaluation, optimized_agents } = definition;
  const final = profiles.at(-1)!;
  const testDays = costDays(setting, 'test');
  const isCertified = !SPENT.has(limit ?? '') && rounds.some(({ valid }) => valid);
  const certificate = isCertified ? await certify(definition, final, proposals, testDays, rule.tail_days) : null;
  const regret = certificate?.report ?? null;
  const { stability_window: window } = convergence;
  const { detail, ending } = experimentEnding({
    rounds,
    window,
    max_iterations: convergence.max_iterations,
    limit,
    certificate: verdictOf(regret),
  });
  const bestIteration = await bestProfile(profiles, costDays(setting, 'best'), evaluation.days.search);
  const test = await estimate(
    optimized_agents,
    { initial: profiles[0]!, final, best: profiles[bestIteration]! },
    testDays,
    evaluation.days.test,
  );
  return {
    ending: ending!,
    detail,
    text: endingText(ending!, detail, regret, window),
    regret,
    regretCandidates: certificate?.candidates ?? [],
    test,
    inForce: await costsInForce(optimized_agents, profiles, testDays, Math.min(DRAWN, evaluation.days.test)),
    bestIteration,
  };
}
