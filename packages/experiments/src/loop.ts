import {
  roundHalfAway,
  type ExperimentEvent,
  type ExperimentIteration,
  type ExperimentResult,
  type ExperimentStart,
  type Policy,
  type PolicyEvaluation,
} from '@simcash/protocol';
import { daySeed } from '@simcash/statistics';
import { Budget } from './budget.js';
import { conclude } from './conclusions/conclude.js';
import { acceptanceSettings } from './decisions/acceptance.js';
import { acceptanceRule, type AcceptanceRule } from './decisions/acceptance-rule.js';
import type { StopReason } from './decisions/convergence.js';
import { BootstrapEvaluator } from './evaluation/bootstrap.js';
import { DeterministicEvaluator } from './evaluation/deterministic.js';
import type { Emit, IterationEvaluator, ProfileEvaluation } from './evaluation/evaluation.js';
import { MonteCarloEvaluator } from './evaluation/monte-carlo.js';
import { settingOf, type EvaluationSetting } from './evaluation/setting.js';
import { simulate } from './evaluation/simulate.js';
import type { ExperimentRun } from './experiment.js';
import { ExperimentInterrupted } from './interrupted.js';
import { fractionOf } from './policies/policy.js';
import { Proposing, samplesOf } from './proposing.js';
import { agentEntry, hasPool, sum, type PolicyProfile } from './scenario.js';
import { iterationSeed } from './seeds.js';
import { ExperimentState } from './state.js';
import { Telling } from './telling.js';

/** Where the costs of iterations say everything. */
const NOT_ESTIMATED = { ending: null, ending_detail: null, regret: null, regret_candidates: [], test: null } as const;

/** The loop of an experiment: evaluate, propose, judge, commit; until a rule says stop (spec 11 §6). */
export class ExperimentLoop {
  readonly #state: ExperimentState;
  readonly #budget: Budget;
  readonly #setting: EvaluationSetting;
  readonly #telling: Telling;
  readonly #proposing: Proposing;
  readonly #rule: AcceptanceRule;

  constructor(private readonly run: ExperimentRun) {
    const { definition, host, initial, optimizer } = run;
    this.#budget = new Budget(definition, host.now, () => (optimizer.givenUp ?? null) !== null);
    this.#telling = new Telling((event) => this.#budget.note(event));
    this.#state = new ExperimentState(definition, initial, () => this.#budget.exhausted);
    this.#proposing = new Proposing(run, this.#state, this.#telling);
    this.#rule = acceptanceRule(definition);
    this.#setting = settingOf(run);
  }

  async *events(): AsyncGenerator<ExperimentEvent, ExperimentResult, undefined> {
    yield* this.#begin();
    let stop = this.#state.evaluated === 0 ? null : this.#state.stopReason();
    while (stop === null) {
      this.#checkSignal();
      stop = yield* this.#iteration();
    }
    return yield* this.#end(stop);
  }

  /** What is known before the first iteration. */
  get start(): ExperimentStart {
    const { config, definition, optimizer, runId, scenario, scenarioPath } = this.run;
    const { description, master_seed, name } = definition;
    return {
      run_id: runId,
      experiment_name: name,
      experiment_type: optimizer.kind,
      description,
      config,
      scenario_path: scenarioPath,
      scenario,
      master_seed,
    };
  }

  async *#begin(): AsyncGenerator<ExperimentEvent, void, undefined> {
    const { definition, optimizer, resume, runId, store } = this.run;
    const { description, evaluation, master_seed, name, optimized_agents, semantics } = definition;
    if (resume) {
      const events = (await store?.events(runId)) ?? [];
      for (const record of resume.iterations) this.#retrace(record, events);
      return;
    }
    const event: ExperimentEvent = {
      iteration: 0,
      event_type: 'experiment_start',
      event_data: {
        run_id: runId,
        experiment_name: name,
        description,
        evaluation_mode: evaluation.mode,
        optimizer: optimizer.kind,
        semantics,
        master_seed,
        num_samples: samplesOf(definition),
        ticks: evaluation.ticks,
        max_iterations: definition.convergence.max_iterations,
        optimized_agents,
      },
    };
    await store?.append(runId, [event]);
    yield event;
  }

  /** Takes over a stored iteration: what it used up, what it cost, and what was decided unless it was the last one. */
  #retrace(record: ExperimentIteration, events: readonly ExperimentEvent[]): void {
    const own = events.filter(({ iteration }) => iteration === record.iteration);
    const evaluated = own.findIndex(({ event_type }) => event_type === 'evaluation') + 1;
    own.slice(0, evaluated).forEach((event) => this.#budget.note(event));
    this.#state.observe(record.total_cost, record.costs_per_agent);
    const isLast = this.#state.costVerdict !== null;
    own.slice(evaluated).forEach((event) => this.#budget.note(event));
    if (isLast) return;
    for (const id of this.run.definition.optimized_agents)
      this.#state.judged(
        id,
        record.evaluations.filter(({ agent_id }) => agent_id === id),
      );
    this.#state.conclude(record);
  }

  /** Evaluates, lets every bank's policy be improved, and commits. Returns why the run stops here, null if it goes on. */
  async *#iteration(): AsyncGenerator<ExperimentEvent, { stop_reason: StopReason; text: string } | null, undefined> {
    const { definition } = this.run;
    const { iteration, profile } = this.#state;
    this.#telling.events = [];
    const evaluator = this.#evaluator(iteration);
    yield this.#telling.tell({ iteration, event_type: 'iteration_start', event_data: { seed: evaluator.seed } });
    const evaluation = yield* this.#telling.collect((emit) => evaluator.evaluate(profile, emit));
    this.#state.observe(evaluation.total_cost, evaluation.per_agent_costs);
    yield this.#telling.tell(this.#evaluationEvent(iteration, profile, evaluation));

    const evaluations: PolicyEvaluation[] = [];
    const verdict = this.#state.costVerdict;
    if (verdict === null) {
      const current: Record<string, Policy> = { ...profile };
      for (const agentId of definition.optimized_agents) {
        this.#checkSignal();
        if (this.#budget.exhausted !== null) break;
        const rows = yield* this.#proposing.optimise(agentId, { ...current }, evaluation, evaluator);
        evaluations.push(...rows);
        const accepted = rows.findLast((row) => row.accepted);
        if (accepted && this.#isSequential) current[agentId] = accepted.proposed_policy;
      }
    }
    const record: ExperimentIteration = {
      iteration,
      total_cost: evaluation.total_cost,
      costs_per_agent: evaluation.per_agent_costs,
      accepted_changes: Object.fromEntries(
        definition.optimized_agents.map((id) => [id, evaluations.some((row) => row.agent_id === id && row.accepted)]),
      ),
      policies: profile,
      evaluation_simulation_id: evaluation.simulation_id,
      evaluations,
    };
    await this.run.host.settled?.();
    await this.run.store?.commitIteration(this.run.runId, record, this.#telling.events);
    if (verdict !== null) return this.#state.stopReason();
    this.#state.conclude(record);
    if (this.#isMonteCarlo) return null;
    if (this.#state.policiesStable) return this.#state.stopReason();
    const { exhausted } = this.#budget;
    return exhausted === null ? null : { stop_reason: 'budget', text: `Budget exhausted (${exhausted})` };
  }

  #evaluator(iteration: number): IterationEvaluator {
    if (this.#isMonteCarlo) return new MonteCarloEvaluator(this.#setting, iteration, this.#rule);
    const Evaluator = samplesOf(this.run.definition) > 1 ? BootstrapEvaluator : DeterministicEvaluator;
    return new Evaluator(this.#setting, iteration, acceptanceSettings(this.run.definition));
  }

  get #isMonteCarlo(): boolean {
    return this.run.definition.evaluation.mode === 'monte-carlo';
  }

  /** Whether banks see what those before them in the list have just changed; else all answer to the same state. */
  get #isSequential(): boolean {
    const { mode, update } = this.run.definition.evaluation;
    return mode !== 'deterministic-temporal' && update === 'sequential';
  }

  #evaluationEvent(iteration: number, profile: PolicyProfile, evaluation: ProfileEvaluation): ExperimentEvent {
    return {
      iteration,
      event_type: 'evaluation',
      event_data: {
        total_cost: evaluation.total_cost,
        sum_cost: sum(Object.values(evaluation.per_agent_costs)),
        per_agent_costs: evaluation.per_agent_costs,
        per_agent_liquidity: this.#liquidity(profile),
        per_agent_breakdown: evaluation.per_agent_breakdown,
        settlement_rate: evaluation.settlement_rate,
        avg_delay_ticks: evaluation.avg_delay_ticks,
      },
    };
  }

  async *#end({
    stop_reason,
    text,
  }: {
    stop_reason: StopReason;
    text: string;
  }): AsyncGenerator<ExperimentEvent, ExperimentResult, undefined> {
    const { definition, runId, store } = this.run;
    const { best, evaluated: iterations, finalCost, perAgentCosts, profile } = this.#state;
    this.#telling.events = [];
    yield* this.#telling.collect((emit) => this.#simulateFinal(iterations - 1, profile, emit));
    const result: ExperimentResult = this.#isMonteCarlo
      ? yield* this.#conclusion(iterations)
      : {
          ...NOT_ESTIMATED,
          num_iterations: iterations,
          // The published implementation counted running out of iterations as convergence (spec 11 Q4).
          converged:
            stop_reason === 'stability' ||
            stop_reason === 'policy_stability' ||
            (stop_reason === 'max_iterations' && definition.semantics === 'reference'),
          convergence_reason: text,
          final_cost: finalCost,
          best_cost: best?.cost ?? 0,
          best_iteration: best?.iteration ?? 0,
        };
    const { regret: _regret, regret_candidates: _candidates, test: _test, ...figures } = result;
    const event: ExperimentEvent = {
      iteration: iterations - 1,
      event_type: 'experiment_end',
      event_data: {
        ...figures,
        stop_reason,
        per_agent_costs: perAgentCosts,
        final_liquidity: this.#liquidity(profile),
        llm_calls: this.#budget.calls,
        prompt_tokens: this.#budget.promptTokens,
        completion_tokens: this.#budget.completionTokens,
      },
    };
    yield this.#telling.tell(event);
    await this.run.host.settled?.();
    await store?.finish(runId, result, this.#telling.events);
    return result;
  }

  /** What a run over many days has come to, on days that nothing was decided by (spec 17 §7–§9). */
  async *#conclusion(iterations: number): AsyncGenerator<ExperimentEvent, ExperimentResult, undefined> {
    const { profiles, proposals, rounds } = this.#state;
    const course = { profiles, proposals, rounds, limit: this.#budget.exhausted };
    const found = await conclude(this.run.definition, this.#setting, this.#rule, course);
    const iteration = iterations - 1;
    for (const [agent_id, bank] of Object.entries(found.regret?.banks ?? {}))
      yield this.#telling.tell({ iteration, event_type: 'certificate', event_data: { agent_id, ...bank } });
    yield this.#telling.tell({ iteration, event_type: 'estimates', event_data: { ...found.test, in_force: found.inForce } });
    return {
      num_iterations: iterations,
      converged: found.ending === 'converged',
      convergence_reason: found.text,
      final_cost: roundHalfAway(found.test.final['*']!.mean),
      best_cost: roundHalfAway(found.test.best['*']!.mean),
      best_iteration: found.bestIteration,
      ending: found.ending,
      ending_detail: found.detail,
      regret: found.regret,
      regret_candidates: found.regretCandidates,
      test: found.test,
    };
  }

  /** The day with the policies that the run ends with, which in temporal mode no iteration has evaluated (spec 09 §7.3). */
  async #simulateFinal(iteration: number, profile: PolicyProfile, emit: Emit): Promise<void> {
    const { definition, runId } = this.run;
    const seed = this.#isMonteCarlo
      ? daySeed(definition.master_seed, 'test', [], 0)
      : iterationSeed(definition.master_seed, iteration, definition.optimized_agents[0]!);
    await simulate(this.#setting, profile, { run_id: runId, iteration, purpose: 'final' }, seed, emit);
  }

  #liquidity(profile: PolicyProfile): Record<string, number | null> {
    const { definition, scenario } = this.run;
    return Object.fromEntries(
      definition.optimized_agents.map((id) => [id, hasPool(agentEntry(scenario, id)) ? fractionOf(profile[id]!) : null]),
    );
  }

  #checkSignal(): void {
    if (this.run.signal?.aborted) throw new ExperimentInterrupted('the experiment was interrupted');
  }
}
