import { canonicalJson, type ComparedDay, type Policy, type ProposalDecision, type SimulationOutcome } from '@simcash/protocol';
import { daySeed, decideProposal, holm, pairedTest, raceLooks, type PlayedDay, type RaceResult } from '@simcash/statistics';
import type { AcceptanceRule } from '../decisions/acceptance-rule.js';
import { acceptanceTest } from '../decisions/acceptance-test.js';
import { reasonText } from '../decisions/reasons.js';
import { keepBest } from '../decisions/several.js';
import type { CandidateSearch } from '../optimizers/candidate-search.js';
import { isSamePolicy, parametersOf } from '../policies/policy.js';
import { breakdownOf, costOf, meanBreakdown, sum, type PolicyProfile } from '../scenario.js';
import { Days } from './days.js';
import type { Comparison, Emit, IterationEvaluator, ProfileEvaluation, Verdict } from './evaluation.js';
import { dayStatistics, meanCents, playedDay, share, together, tried } from './played-days.js';
import type { EvaluationSetting } from './setting.js';
import { simulate } from './simulate.js';

/** Judges by many independent days of the true scenario, the same for every variant (spec 17 §1). */
export class MonteCarloEvaluator implements IterationEvaluator {
  readonly #days: Days<SimulationOutcome>;
  /** Candidates and days of each bank's search. */
  readonly #searched = new Map<string, { candidates: number; simulations: number }>();

  constructor(
    private readonly setting: EvaluationSetting,
    private readonly iteration: number,
    private readonly rule: AcceptanceRule,
  ) {
    this.#days = new Days(
      setting,
      (day) => daySeed(setting.masterSeed, 'search', [iteration], day),
      (outcome) => outcome,
    );
  }

  get seed(): string {
    return String(this.#days.seedOf(0));
  }

  async evaluate(profile: PolicyProfile, emit: Emit): Promise<ProfileEvaluation> {
    const { agents, costScope, days, runId } = this.setting;
    // The first of the days is stored, and shows the banks what a day is like.
    const identity = { run_id: runId, iteration: this.iteration, purpose: 'evaluation' } as const;
    const { outcome: first, simulation_id } = await simulate(this.setting, profile, identity, this.#days.seedOf(0), emit);
    const [outcomes] = await this.#days.play(agents[0]!, profile, [profile[agents[0]!]!], days.search);
    const costs = (id: string): number[] => outcomes!.map((outcome) => costOf(outcome, id, costScope));
    const per_agent_costs = Object.fromEntries(agents.map((id) => [id, meanCents(costs(id))]));
    return {
      total_cost: sum(Object.values(per_agent_costs)),
      per_agent_costs,
      per_agent_breakdown: Object.fromEntries(
        agents.map((id) => [id, meanBreakdown(outcomes!.map((outcome) => breakdownOf(outcome, id, costScope)))]),
      ),
      per_agent_statistics: Object.fromEntries(agents.map((id) => [id, dayStatistics(costs(id))])),
      settlement_rate: share(
        sum(outcomes!.map(({ settlements }) => settlements)),
        sum(outcomes!.map(({ arrivals }) => arrivals)),
      ),
      avg_delay_ticks: sum(outcomes!.map(({ avg_delay_ticks }) => avg_delay_ticks)) / outcomes!.length,
      simulation_id,
      log: first.events,
    };
  }

  search(agentId: string, profile: PolicyProfile, emit: Emit): CandidateSearch {
    const spent = { candidates: 0, simulations: 0 };
    this.#searched.set(agentId, spent);
    const play = (candidates: readonly Policy[], n: number): Promise<PlayedDay[][]> =>
      this.#play(agentId, profile, candidates, n);
    return {
      tryOut: async (candidates, { from, to } = { from: 0, to: this.setting.days.screen }) => {
        const [inForce, ...played] = await play([profile[agentId]!, ...candidates], to);
        spent.candidates += candidates.length;
        spent.simulations += candidates.length * (to - from);
        return played.map((days) => tried(together(days.slice(from)), together(inForce!.slice(from)), this.rule));
      },
      race: async (listed) => {
        const candidates = [...new Map(listed.map((policy) => [canonicalJson(policy), policy])).values()];
        const result = await this.#race(candidates, profile[agentId]!, play);
        spent.candidates += candidates.length;
        spent.simulations += result.evaluations;
        emit({
          iteration: this.iteration,
          event_type: 'search',
          event_data: { agent_id: agentId, candidates: candidates.map(parametersOf), simulations: spent.simulations, ...result },
        });
        return result.winner === null ? null : candidates[result.winner]!;
      },
    };
  }

  async judge({ agentId, alpha, candidates, profile, rank }: Comparison): Promise<Verdict[]> {
    const { masterSeed } = this.setting;
    const current = profile[agentId]!;
    const different = candidates.filter((candidate) => !isSamePolicy(candidate, current));
    const seedOf = (day: number): bigint => daySeed(masterSeed, 'acceptance', [this.iteration, agentId], day);
    const days = new Days(this.setting, seedOf, (outcome) => outcome);
    const n = different.length === 0 ? 0 : this.setting.days.acceptance;
    const [before, ...after] = await days.play(agentId, profile, [current, ...different], n);
    const levels = this.#levels(agentId, before!, after, alpha);
    const verdicts = candidates.map((candidate) => {
      const place = different.indexOf(candidate);
      return place === -1
        ? this.#samePolicy(agentId)
        : this.#decide(agentId, before!, after[place]!, { alpha: levels[place]!, rank }, seedOf);
    });
    return keepBest(verdicts, ({ judgement }) => judgement!.acceptance!.saving_mean);
  }

  /**
   * What the p of each of several candidates has to stay below: by Holm's rule the smallest p gets the hardest level, and after the first
   * that fails none passes (spec 17 §5.4).
   */
  #levels(agentId: string, before: readonly SimulationOutcome[], after: readonly SimulationOutcome[][], alpha: number): number[] {
    if (after.length === 1) return [alpha];
    const costs = (outcomes: readonly SimulationOutcome[]): number[] =>
      outcomes.map((outcome) => costOf(outcome, agentId, this.setting.costScope));
    const p = after.map((outcomes) => pairedTest(costs(before), costs(outcomes), this.rule).p_value ?? 1);
    const passes = holm(p, alpha);
    const place = (i: number): number => p.filter((other, k) => other < p[i]! || (other === p[i] && k < i)).length;
    return p.map((own, i) => {
      const level = alpha / (p.length - place(i));
      return passes[i] ? level : Math.min(level, own);
    });
  }

  #spent(agentId: string): Pick<ProposalDecision, 'candidates_searched' | 'search_simulations'> {
    const searched = this.#searched.get(agentId);
    return {
      candidates_searched: searched?.candidates || null,
      search_simulations: searched?.simulations || null,
    };
  }

  #samePolicy(agentId: string): Verdict {
    const reason = 'same_policy';
    return {
      decision: { accepted: false, reason: reasonText(reason, null, this.rule) },
      pair: null,
      judgement: { decision: 'rejected', reason, ...this.#spent(agentId), acceptance: null },
      days: null,
    };
  }

  #decide(
    agentId: string,
    before: readonly SimulationOutcome[],
    after: readonly SimulationOutcome[],
    { alpha, rank }: { alpha: number; rank: number },
    seedOf: (day: number) => bigint,
  ): Verdict {
    const { costScope } = this.setting;
    const n = before.length;
    const [oldDays, newDays] = [before, after].map((outcomes) =>
      outcomes.map((outcome) => playedDay(outcome, agentId, costScope, this.rule)),
    );
    const [old, now] = [together(oldDays!), together(newDays!)];
    const { decision, reason, test } = decideProposal({ old, new: now, settings: { ...this.rule, alpha } });
    const acceptance = acceptanceTest(test!, old, now, { alpha, rank });
    return {
      decision: { accepted: decision === 'accepted', reason: reasonText(reason, acceptance, this.rule) },
      pair: {
        old_cost: meanCents(old.costs),
        new_cost: meanCents(now.costs),
        delta_sum: sum(old.costs) - sum(now.costs),
        deltas: [],
        new_statistics: { ...dayStatistics(now.costs), ci_95_lower: null, ci_95_upper: null },
        delta_statistics: dayStatistics(old.costs.map((cost, day) => cost - now.costs[day]!)),
        settlement_rate: acceptance.new_settlement_rate,
        avg_delay: sum(after.map(({ avg_delay_ticks }) => avg_delay_ticks)) / n,
        breakdown: meanBreakdown(after.map((outcome) => breakdownOf(outcome, agentId, costScope))),
        agent_stats: { [agentId]: dayStatistics(now.costs) },
        scenario_seed: null,
        simulation_id: null,
      },
      judgement: { decision, reason, ...this.#spent(agentId), acceptance },
      days: old.costs.map((old_cost, day): ComparedDay => ({
        seed: seedOf(day),
        old_cost,
        new_cost: now.costs[day]!,
        old_settled: oldDays![day]!.settled,
        new_settled: newDays![day]!.settled,
        arrived: newDays![day]!.arrived,
      })),
    };
  }

  async #race(
    candidates: readonly Policy[],
    inForce: Policy,
    play: (candidates: readonly Policy[], n: number) => Promise<PlayedDay[][]>,
  ): Promise<RaceResult> {
    const { days, racing } = this.setting;
    const all = candidates.length * days.search;
    const batch = racing ? racing.batch : days.search;
    // At least the first look of everybody (spec 17 §6.2).
    const budget = Math.max(Math.floor((racing ? racing.budget : 1) * all), candidates.length * Math.min(batch, days.search));
    const incumbent = candidates.findIndex((candidate) => isSamePolicy(candidate, inForce));
    const looks = raceLooks(candidates.length, days.search, {
      batch,
      budget,
      alpha: racing ? racing.alpha : 0,
      tail_days: this.rule.tail_days,
      incumbent: incumbent === -1 ? null : incumbent,
      floor: this.rule.min_settlement_rate,
      value_floor: this.rule.min_settlement_value,
      max_coefficient_of_variation: this.rule.max_coefficient_of_variation,
    });
    let look = looks.next();
    while (!look.done) {
      const { candidates: asked, from, to } = look.value;
      const played = await play(
        asked.map((c) => candidates[c]!),
        to,
      );
      look = looks.next(played.map((days) => days.slice(from)));
    }
    return look.value;
  }

  async #play(agentId: string, profile: PolicyProfile, candidates: readonly Policy[], n: number): Promise<PlayedDay[][]> {
    const outcomes = await this.#days.play(agentId, profile, candidates, n);
    const { costScope } = this.setting;
    return outcomes.map((played) => played.map((outcome) => playedDay(outcome, agentId, costScope, this.rule)));
  }
}
