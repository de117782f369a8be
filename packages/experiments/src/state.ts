import type { ExperimentIteration, Policy, PolicyEvaluation } from '@simcash/protocol';
import type { Round } from '@simcash/statistics';
import { acceptanceRule } from './decisions/acceptance-rule.js';
import { Levels } from './decisions/levels.js';
import {
  BootstrapDetector,
  CostDetector,
  QuietDetector,
  StabilityTracker,
  type ConvergenceDetector,
  type StopReason,
} from './decisions/convergence.js';
import type { ExperimentDefinition } from './definition/schema.js';
import type { HistoryEntry } from './isolation/view.js';
import { fractionOf } from './policies/policy.js';
import type { PolicyProfile } from './scenario.js';

/**
 * Everything that a run remembers from one iteration to the next. It is a fold over complete iterations, so a run that was broken
 * off goes on from what is stored (spec 11 §20.5).
 */
export class ExperimentState {
  profile: PolicyProfile;
  iteration = 0;
  /** Iterations whose cost is known. */
  evaluated = 0;
  finalCost = 0;
  best: { cost: number; iteration: number } | null = null;
  perAgentCosts: Readonly<Record<string, number>> = {};
  /** Whether somebody proposed something valid, and something was accepted, by iteration. */
  readonly rounds: Round[] = [];
  /** In force, by iteration that was evaluated. */
  readonly profiles: PolicyProfile[] = [];
  /** Valid proposals for each bank, oldest first. */
  readonly proposals: Readonly<Record<string, Policy[]>>;
  readonly levels: Levels;
  readonly #detector: ConvergenceDetector;
  readonly #tracker: StabilityTracker;
  readonly #histories: Readonly<Record<string, HistoryEntry[]>>;
  readonly #temporal: boolean;

  /** @param limit the budget that is used up, if one is */
  constructor(
    private readonly definition: ExperimentDefinition,
    initial: PolicyProfile,
    limit: () => string | null,
  ) {
    const { convergence, evaluation, optimized_agents } = definition;
    this.profile = initial;
    this.#temporal = evaluation.mode === 'deterministic-temporal';
    const bootstrap = evaluation.mode === 'bootstrap' && evaluation.num_samples > 1;
    this.#detector =
      evaluation.mode === 'monte-carlo'
        ? new QuietDetector(convergence, this.rounds, limit)
        : bootstrap
          ? new BootstrapDetector(convergence)
          : new CostDetector(convergence);
    this.levels = new Levels(acceptanceRule(definition));
    this.#tracker = new StabilityTracker(optimized_agents, convergence.stability_window);
    this.proposals = Object.fromEntries(optimized_agents.map((id) => [id, []]));
    this.#histories = Object.fromEntries(optimized_agents.map((id) => [id, []]));
  }

  /** What became of a bank's policies so far, oldest first. */
  history(agentId: string): readonly HistoryEntry[] {
    return this.#histories[agentId]!;
  }

  /** Takes note of an iteration's cost, before anything is proposed. */
  observe(total: number, perAgentCosts: Readonly<Record<string, number>>): void {
    this.#detector.record(total);
    this.evaluated++;
    this.profiles.push(this.profile);
    this.finalCost = total;
    this.perAgentCosts = perAgentCosts;
    if (this.best === null || total < this.best.cost) this.best = { cost: total, iteration: this.iteration };
  }

  /** Takes note of decisions about a bank as soon as they are made: the next test may get less of the level. */
  judged(agentId: string, rows: readonly PolicyEvaluation[]): void {
    this.levels.record(
      agentId,
      rows.flatMap(({ judgement }) => judgement?.reason ?? []),
    );
  }

  /** Takes over the decisions of an iteration and moves on to the next. */
  conclude({ costs_per_agent, evaluations, iteration, policies }: ExperimentIteration): void {
    const next: Record<string, Policy> = { ...this.profile };
    const valid = evaluations.filter(isValid);
    this.rounds.push({ valid: valid.length > 0, accepted: evaluations.some(({ accepted }) => accepted) });
    for (const { agent_id, proposed_policy } of valid) this.proposals[agent_id]!.push(proposed_policy);
    for (const agentId of this.definition.optimized_agents) {
      const own = evaluations.filter(({ agent_id }) => agent_id === agentId);
      const judged = own.find(({ accepted }) => accepted) ?? own.at(-1);
      if (judged?.accepted) next[agentId] = judged.proposed_policy;
      this.#tracker.record(agentId, iteration, fractionOf(next[agentId]!));
      const proposal = judged && {
        policy: judged.proposed_policy,
        cost: judged.new_cost,
        accepted: judged.accepted,
        reason: judged.acceptance_reason,
      };
      this.#histories[agentId]!.push({
        iteration,
        policy: policies[agentId]!,
        cost: costs_per_agent[agentId]!,
        proposal: proposal ?? null,
      });
    }
    this.profile = next;
    this.iteration = iteration + 1;
  }

  /** The rule by which the run says stop; null to go on. */
  get costVerdict(): ConvergenceDetector['verdict'] {
    return this.#detector.verdict;
  }

  /** Whether all banks have kept their policies long enough; only in temporal mode (spec 11 §9.3). */
  get policiesStable(): boolean {
    return this.#temporal && this.#tracker.stable;
  }

  /** Why the run stops, policies first: they are what the published reports name (spec 11 §6). */
  stopReason(): { stop_reason: StopReason; text: string } | null {
    if (this.policiesStable) return { stop_reason: 'policy_stability', text: 'policy_stability' };
    return this.costVerdict;
  }
}

const isValid = ({ judgement }: PolicyEvaluation): boolean =>
  judgement !== null && judgement.reason !== 'invalid' && judgement.reason !== 'failed';
