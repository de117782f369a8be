import type { Policy, RunPurpose, SimulationOutcome } from '@simcash/protocol';
import type { SimulationIdentity } from '../identifiers.js';
import { agentVariant } from '../policies/policy.js';
import {
  agentEntry,
  breakdownOf,
  costOf,
  costsByAgent,
  effectiveScenario,
  hasPool,
  sum,
  type PolicyProfile,
} from '../scenario.js';
import { costStatistics } from '../statistics.js';
import { iterationSeed } from '../seeds.js';
import { leastRate, type AcceptanceSettings } from '../decisions/acceptance.js';
import type { CandidateSearch } from '../optimizers/candidate-search.js';
import { decideAll } from '../decisions/several.js';
import { pair } from './comparison.js';
import type { Comparison, Emit, IterationEvaluator, PairEvaluation, ProfileEvaluation, Verdict } from './evaluation.js';
import type { EvaluationSetting } from './setting.js';
import { simulate } from './simulate.js';
import { KnownOutcomes } from './known-outcomes.js';

/** Judges by one simulation of the whole scenario (spec 11 §6.1, §6.3). */
export class DeterministicEvaluator implements IterationEvaluator {
  readonly seed: number;
  readonly #trials = new Map<number, KnownOutcomes>();

  constructor(
    private readonly setting: EvaluationSetting,
    private readonly iteration: number,
    private readonly rule: AcceptanceSettings,
  ) {
    this.seed = iterationSeed(setting.masterSeed, iteration, setting.agents[0]!);
  }

  async evaluate(profile: PolicyProfile, emit: Emit): Promise<ProfileEvaluation> {
    const { agents, costScope } = this.setting;
    const { outcome, simulation_id } = await simulate(this.setting, profile, this.#identity('evaluation'), this.seed, emit);
    const per_agent_costs = costsByAgent(outcome, agents, costScope);
    return {
      total_cost: sum(Object.values(per_agent_costs)),
      per_agent_costs,
      per_agent_breakdown: Object.fromEntries(agents.map((id) => [id, breakdownOf(outcome, id, costScope)])),
      per_agent_statistics: Object.fromEntries(agents.map((id) => [id, costStatistics([per_agent_costs[id]!])])),
      settlement_rate: outcome.settlement_rate,
      avg_delay_ticks: outcome.avg_delay_ticks,
      simulation_id,
      log: outcome.events,
    };
  }

  search(agentId: string, profile: PolicyProfile): CandidateSearch {
    return this.#trialsFor(agentId).search(agentId, profile, this.setting.costScope, leastRate(this.rule));
  }

  async judge({ agentId, candidates, profile }: Comparison, emit: Emit): Promise<Verdict[]> {
    const pairs: PairEvaluation[] = [];
    for (const candidate of candidates) pairs.push(await this.#compare(agentId, profile, candidate, emit));
    return decideAll(pairs, this.rule);
  }

  async #compare(agentId: string, profile: PolicyProfile, candidate: Policy, emit: Emit): Promise<PairEvaluation> {
    const { agents, costScope, persistSamples } = this.setting;
    const seed = this.#comparisonSeed(agentId);
    if (!persistSamples) {
      const [before, after] = await this.#trialsFor(agentId).outcomes(agentId, profile, [profile[agentId]!, candidate]);
      return { ...pair(agentId, [seed], before!, after!, costScope), agent_stats: this.#stats(after![0]!, agents) };
    }
    const identity = (variant: 'old' | 'new'): SimulationIdentity => this.#identity('comparison', { agent_id: agentId, variant });
    const before = await simulate(this.setting, profile, identity('old'), seed, emit);
    const after = await simulate(this.setting, { ...profile, [agentId]: candidate }, identity('new'), seed, emit);
    return {
      ...pair(agentId, [seed], [before.outcome], [after.outcome], costScope),
      agent_stats: this.#stats(after.outcome, agents),
      simulation_id: after.simulation_id,
    };
  }

  #identity(purpose: RunPurpose, members: Partial<SimulationIdentity> = {}): SimulationIdentity {
    return { run_id: this.setting.runId, iteration: this.iteration, purpose, ...members };
  }

  #stats(outcome: SimulationOutcome, agents: readonly string[]): PairEvaluation['agent_stats'] {
    return Object.fromEntries(agents.map((id) => [id, costStatistics([costOf(outcome, id, this.setting.costScope)])]));
  }

  /** The published runs compared with each bank's own seed; the right thing is the seed of the evaluation (spec 11 Q2). */
  #comparisonSeed(agentId: string): number {
    return this.setting.asReference ? iterationSeed(this.setting.masterSeed, this.iteration, agentId) : this.seed;
  }

  #trialsFor(agentId: string): KnownOutcomes {
    const seed = this.#comparisonSeed(agentId);
    const { agents, host, scenario, ticks } = this.setting;
    const known = this.#trials.get(seed);
    if (known) return known;
    const pool = (id: string): boolean => hasPool(agentEntry(scenario, id));
    const trials = new KnownOutcomes(
      host.executor,
      (id, profile, candidates) => ({
        scenario: effectiveScenario(scenario, profile, seed),
        ticks,
        agent_id: id,
        report: agents,
        variants: candidates.map((candidate) => agentVariant(candidate, pool(id))),
        draws: [{ seed, payments: [], settlements: [] }],
      }),
      true,
    );
    this.#trials.set(seed, trials);
    return trials;
  }
}
