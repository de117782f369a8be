import type { CostBreakdown, CostStatistics, Policy, SimulationOutcome } from '@simcash/protocol';
import { simulationId } from '../identifiers.js';
import { agentVariant } from '../policies/policy.js';
import {
  agentEntry,
  breakdownOf,
  costOf,
  costsByAgent,
  effectiveScenario,
  hasPool,
  meanBreakdown,
  sum,
  type AgentEntry,
  type PolicyProfile,
} from '../scenario.js';
import { iterationSeed, sampleSeed } from '../seeds.js';
import { costStatistics } from '../statistics.js';
import { leastRate, type AcceptanceSettings } from '../decisions/acceptance.js';
import type { CandidateSearch } from '../optimizers/candidate-search.js';
import { decideAll } from '../decisions/several.js';
import { pair } from './comparison.js';
import type { Comparison, Emit, IterationEvaluator, PairEvaluation, ProfileEvaluation, Verdict } from './evaluation.js';
import { collectHistories } from './history.js';
import { resample } from './resampling.js';
import { sandbox, sandboxDraw, sandboxPolicy, sandboxScenario, type SampledDraw } from './sandbox.js';
import type { EvaluationSetting } from './setting.js';
import { KnownOutcomes } from './known-outcomes.js';

interface Prepared {
  trials: KnownOutcomes;
  draws: Readonly<Record<string, readonly SampledDraw[]>>;
  log: ProfileEvaluation['log'];
}

/** Judges by samples drawn from one day's payments, each bank alone in a sandbox (spec 11 §6.1, §7). */
export class BootstrapEvaluator implements IterationEvaluator {
  readonly seed: number;
  #prepared: Prepared | null = null;

  constructor(
    private readonly setting: EvaluationSetting,
    private readonly iteration: number,
    private readonly rule: AcceptanceSettings,
  ) {
    this.seed = iterationSeed(setting.masterSeed, iteration, setting.agents[0]!);
  }

  async evaluate(profile: PolicyProfile, emit: Emit): Promise<ProfileEvaluation> {
    const { agents, costScope } = this.setting;
    const { log, trials } = (this.#prepared = await this.#prepare(profile, emit));
    const costs: Record<string, number[]> = {};
    const breakdowns: Record<string, CostBreakdown> = {};
    const rates: number[] = [];
    const delays: number[] = [];
    for (const agentId of agents) {
      const [outcomes] = await trials.outcomes(agentId, profile, [profile[agentId]!]);
      costs[agentId] = outcomes!.map((outcome) => costOf(outcome, agentId, costScope));
      breakdowns[agentId] = meanBreakdown(outcomes!.map((outcome) => breakdownOf(outcome, agentId, costScope)));
      rates.push(...outcomes!.map((outcome) => outcome.settlement_rate));
      delays.push(...outcomes!.map((outcome) => outcome.avg_delay_ticks));
      this.#emitSamples(agentId, costs[agentId], outcomes!, emit);
    }
    const pooled = Object.values(costs).flat();
    const mean = (values: readonly number[]): number => Math.trunc(sum(values) / values.length);
    return {
      total_cost: mean(pooled),
      per_agent_costs: Object.fromEntries(agents.map((id) => [id, mean(costs[id]!)])),
      per_agent_breakdown: breakdowns,
      per_agent_statistics: Object.fromEntries(agents.map((id): [string, CostStatistics] => [id, costStatistics(costs[id]!)])),
      settlement_rate: sum(rates) / rates.length,
      avg_delay_ticks: sum(delays) / delays.length,
      simulation_id: simulationId({ run_id: this.setting.runId, iteration: this.iteration, purpose: 'initial' }),
      log,
    };
  }

  search(agentId: string, profile: PolicyProfile): CandidateSearch {
    return this.#prepared!.trials.search(agentId, profile, this.setting.costScope, leastRate(this.rule));
  }

  async judge({ agentId, candidates, profile }: Comparison, emit: Emit): Promise<Verdict[]> {
    const pairs: PairEvaluation[] = [];
    for (const candidate of candidates) pairs.push(await this.#compare(agentId, profile, candidate, emit));
    return decideAll(pairs, this.rule);
  }

  async #compare(agentId: string, profile: PolicyProfile, candidate: Policy, emit: Emit): Promise<PairEvaluation> {
    const { asReference, costScope, persistSamples } = this.setting;
    const { draws, trials } = this.#prepared!;
    const current = profile[agentId]!;
    const [before, after] = persistSamples
      ? [await this.#simulateSamples(agentId, current, 'old', emit), await this.#simulateSamples(agentId, candidate, 'new', emit)]
      : await trials.outcomes(agentId, profile, [current, candidate]);
    const seeds = draws[agentId]!.map(({ seed }) => seed);
    const result = { ...pair(agentId, seeds, before!, after!, costScope), scenario_seed: null };
    // The published implementation knows neither rate nor delay of a sample (spec 11 Q18).
    return asReference ? { ...result, settlement_rate: null, avg_delay: null } : result;
  }

  /** Runs the day from which samples are drawn, and draws them (spec 11 §6). */
  async #prepare(profile: PolicyProfile, emit: Emit): Promise<Prepared> {
    const { agents, asReference, costScope, host, numSamples, perAgentSamples, runId, scenario, ticks } = this.setting;
    const identity = { run_id: runId, iteration: this.iteration, purpose: 'initial' } as const;
    const context = await host.simulate({ scenario: effectiveScenario(scenario, profile, this.seed), ticks }, identity);
    const histories = collectHistories(context.events, agents, { asReference });
    const draws: Record<string, SampledDraw[]> = {};
    for (const agentId of agents) {
      const samplerSeed = perAgentSamples ? iterationSeed(this.setting.masterSeed, this.iteration, agentId) : this.seed;
      draws[agentId] = Array.from({ length: numSamples }, (_, k) =>
        sandboxDraw(resample(histories[agentId]!, k, sampleSeed(samplerSeed, k), ticks), agentId, ticks),
      );
    }
    emit({
      iteration: this.iteration,
      event_type: 'context_simulation_complete',
      event_data: {
        simulation_id: simulationId(identity),
        seed: this.seed,
        per_agent_costs: costsByAgent(context, agents, costScope),
        num_events: context.num_events,
        sample_seeds: Object.fromEntries(agents.map((id) => [id, draws[id]!.map(({ seed }) => seed)])),
      },
    });
    const trials = new KnownOutcomes(
      host.executor,
      (agentId, _profile, candidates) => ({
        scenario: this.#sandbox(agentId),
        ticks,
        agent_id: agentId,
        report: [agentId],
        variants: candidates.map((candidate) => this.#variant(agentId, candidate)),
        draws: draws[agentId]!,
      }),
      false,
    );
    return { trials, draws, log: context.events };
  }

  #entry(agentId: string): AgentEntry {
    return agentEntry(this.setting.scenario, agentId) ?? { id: agentId };
  }

  #sandbox(agentId: string): ReturnType<typeof sandbox> {
    const { asReference, scenario, ticks } = this.setting;
    return sandbox(scenario, this.#entry(agentId), { asReference, ticks });
  }

  #variant(agentId: string, policy: Policy): ReturnType<typeof agentVariant> {
    return agentVariant(sandboxPolicy(policy), hasPool(this.#entry(agentId)));
  }

  async #simulateSamples(agentId: string, policy: Policy, variant: 'old' | 'new', emit: Emit): Promise<SimulationOutcome[]> {
    const { costScope, host, runId, ticks } = this.setting;
    const outcomes: SimulationOutcome[] = [];
    for (const [sample, draw] of this.#prepared!.draws[agentId]!.entries()) {
      const scenario = sandboxScenario(this.#sandbox(agentId), draw, agentId, { ...this.#variant(agentId, policy) });
      const identity = {
        run_id: runId,
        iteration: this.iteration,
        purpose: 'bootstrap',
        agent_id: agentId,
        variant,
        sample,
      } as const;
      const outcome = await host.simulate({ scenario, ticks }, identity);
      const total_cost = costOf(outcome, agentId, costScope);
      emit({
        iteration: this.iteration,
        event_type: 'simulation_run',
        event_data: {
          simulation_id: simulationId(identity),
          purpose: 'bootstrap',
          seed: draw.seed,
          ticks,
          total_cost,
          per_agent_costs: { [agentId]: total_cost },
          num_events: outcome.num_events,
        },
      });
      outcomes.push(outcome);
    }
    return outcomes;
  }

  #emitSamples(agentId: string, costs: readonly number[], outcomes: readonly SimulationOutcome[], emit: Emit): void {
    const mean = Math.trunc(sum(costs) / costs.length);
    const spread = sum(costs.map((cost) => (cost - mean) ** 2)) / costs.length;
    emit({
      iteration: this.iteration,
      event_type: 'bootstrap_evaluation',
      event_data: {
        agent_id: agentId,
        mean_cost: mean,
        std_cost: Math.trunc(Math.sqrt(spread)),
        seed_results: outcomes.map(({ settlement_rate }, k) => ({
          seed: this.#prepared!.draws[agentId]![k]!.seed,
          cost: costs[k]!,
          settlement_rate,
        })),
      },
    });
  }
}
