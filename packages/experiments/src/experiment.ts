import type {
  ExperimentEvent,
  ExperimentIteration,
  ExperimentResult,
  ExperimentStart,
  ExperimentStore,
  LlmInteraction,
  Policy,
  PolicyEvaluation,
  ScenarioDocument,
  StoredExperiment,
} from '@simcash/protocol';
import { Budget } from './budget.js';
import { daySeed } from '@simcash/statistics';
import { conclude } from './conclusions/conclude.js';
import { acceptanceSettings, type AcceptanceSettings } from './decisions/acceptance.js';
import { acceptanceRule, type AcceptanceRule } from './decisions/acceptance-rule.js';
import type { StopReason } from './decisions/convergence.js';
import { evaluationRow, judgedData, refused, type Judgement } from './decisions/judgement.js';
import { RACING, type ExperimentDefinition } from './definition/schema.js';
import { BootstrapEvaluator } from './evaluation/bootstrap.js';
import { DeterministicEvaluator } from './evaluation/deterministic.js';
import type { Emit, IterationEvaluator, ProfileEvaluation, Verdict } from './evaluation/evaluation.js';
import { MonteCarloEvaluator } from './evaluation/monte-carlo.js';
import type { EvaluationSetting } from './evaluation/setting.js';
import { simulate } from './evaluation/simulate.js';
import type { ExperimentHost, PolicyProblem } from './host.js';
import { agentView, publicRules } from './isolation/view.js';
import { optimizerSettings } from './optimizers/create.js';
import type { PolicyOptimizer, Proposal } from './optimizers/optimizer.js';
import { constraintProblems } from './policies/constraints.js';
import { fractionOf } from './policies/policy.js';
import { agentEntry, hasPool, sum, type PolicyProfile } from './scenario.js';
import { ExperimentInterrupted } from './interrupted.js';
import { iterationSeed } from './seeds.js';
import { ExperimentState } from './state.js';

/** An experiment ready to run. */
export interface ExperimentRun {
  runId: string;
  definition: ExperimentDefinition;
  /** The complete experiment file as plain data, for the store. */
  config: Readonly<Record<string, unknown>>;
  /** Path of the scenario as the experiment names it. */
  scenarioPath: string;
  scenario: ScenarioDocument;
  /** Policies of the first iteration. */
  initial: PolicyProfile;
  optimizer: PolicyOptimizer;
  host: ExperimentHost;
  store?: ExperimentStore;
  /** Store the simulations of comparisons, too. */
  persistSamples?: boolean;
  /** Goes on where this run was broken off. */
  resume?: StoredExperiment;
  signal?: AbortSignal;
}

/**
 * Runs an experiment: evaluate, propose, validate, compare on the same draws, accept or reject, commit; until a rule says stop
 * (spec 11 §6). Every step is told as an event; display and store see the same ones.
 *
 * @throws ExperimentInterrupted, and whatever broke an evaluation; the store keeps what was committed and why the run ended
 */
export async function* runExperiment(run: ExperimentRun): AsyncGenerator<ExperimentEvent, ExperimentResult, undefined> {
  const { resume, runId, store } = run;
  const loop = new ExperimentLoop(run);
  // Before anything else: if this fails, the run is not ours, and its row says what somebody else's run has come to.
  await (resume ? store?.reopen(runId) : store?.begin(loop.start));
  // Whoever listens may also stop listening.
  let failure: string | null = 'interrupted';
  try {
    const result = yield* loop.events();
    failure = null;
    return result;
  } catch (error) {
    if (!(error instanceof ExperimentInterrupted)) failure = (error as Error).message;
    throw error;
  } finally {
    if (failure !== null) {
      // What could not be stored is the failure already, or comes too late to matter.
      await run.host.settled?.().catch(() => undefined);
      await store?.fail(runId, failure);
    }
  }
}

/** Where the costs of iterations say everything. */
const NOT_ESTIMATED = { ending: null, ending_detail: null, regret: null, regret_candidates: [], test: null } as const;

class ExperimentLoop {
  readonly #state: ExperimentState;
  readonly #budget: Budget;
  readonly #setting: EvaluationSetting;
  readonly #acceptance: AcceptanceSettings;
  readonly #rule: AcceptanceRule;
  /** Events of the iteration so far. */
  #told: ExperimentEvent[] = [];

  constructor(private readonly run: ExperimentRun) {
    const { definition, host, initial, runId, scenario } = run;
    const { evaluation, master_seed, optimized_agents, seeds, semantics } = definition;
    this.#budget = new Budget(definition, host.now);
    this.#state = new ExperimentState(definition, initial, () => this.#budget.exhausted);
    this.#acceptance = acceptanceSettings(definition);
    this.#rule = acceptanceRule(definition);
    const { racing, screen_days } = { racing: RACING, screen_days: evaluation.days.search, ...optimizerSettings(definition) };
    const asReference = semantics === 'reference';
    this.#setting = {
      host,
      runId,
      scenario,
      masterSeed: master_seed,
      agents: optimized_agents,
      ticks: evaluation.ticks,
      numSamples: evaluation.num_samples,
      days: { search: evaluation.days.search, screen: screen_days, acceptance: evaluation.days.acceptance },
      racing,
      signal: run.signal,
      costScope: evaluation.cost_scope ?? (asReference ? 'last_day' : 'total'),
      asReference,
      perAgentSamples: seeds.per_agent_samples,
      persistSamples: run.persistSamples ?? false,
    };
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
        num_samples: this.#samples,
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
    record.evaluations.forEach((row) => this.#state.judged(row));
    this.#state.conclude(record);
  }

  /** Evaluates, lets every bank's policy be improved, and commits. Returns why the run stops here, null if it goes on. */
  async *#iteration(): AsyncGenerator<ExperimentEvent, { stop_reason: StopReason; text: string } | null, undefined> {
    const { definition } = this.run;
    const { iteration, profile } = this.#state;
    this.#told = [];
    const evaluator = this.#evaluator(iteration);
    yield this.#tell({ iteration, event_type: 'iteration_start', event_data: { seed: evaluator.seed } });
    const evaluation = yield* this.#collect((emit) => evaluator.evaluate(profile, emit));
    this.#state.observe(evaluation.total_cost, evaluation.per_agent_costs);
    yield this.#tell(this.#evaluationEvent(iteration, profile, evaluation));

    const evaluations: PolicyEvaluation[] = [];
    const verdict = this.#state.costVerdict;
    if (verdict === null) {
      const current: Record<string, Policy> = { ...profile };
      for (const agentId of definition.optimized_agents) {
        this.#checkSignal();
        if (this.#budget.exhausted !== null) break;
        const rows = yield* this.#optimise(agentId, { ...current }, evaluation, evaluator);
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
    await this.run.store?.commitIteration(this.run.runId, record, this.#told);
    if (verdict !== null) return this.#state.stopReason();
    this.#state.conclude(record);
    if (this.#isMonteCarlo) return null;
    if (this.#state.policiesStable) return this.#state.stopReason();
    const { exhausted } = this.#budget;
    return exhausted === null ? null : { stop_reason: 'budget', text: `Budget exhausted (${exhausted})` };
  }

  #evaluator(iteration: number): IterationEvaluator {
    if (this.#isMonteCarlo) return new MonteCarloEvaluator(this.#setting, iteration, this.#rule);
    const Evaluator = this.#samples > 1 ? BootstrapEvaluator : DeterministicEvaluator;
    return new Evaluator(this.#setting, iteration, this.#acceptance);
  }

  get #isMonteCarlo(): boolean {
    return this.run.definition.evaluation.mode === 'monte-carlo';
  }

  /** Asks for a proposal for one bank and judges it. Returns a row for every policy that was proposed. */
  async *#optimise(
    agentId: string,
    profile: PolicyProfile,
    evaluation: ProfileEvaluation,
    evaluator: IterationEvaluator,
  ): AsyncGenerator<ExperimentEvent, PolicyEvaluation[], undefined> {
    const { optimizer } = this.run;
    const { iteration } = this.#state;
    let proposal: Proposal;
    try {
      proposal = yield* this.#collect((emit) => this.#propose(agentId, profile, evaluation, evaluator, emit));
    } catch (error) {
      if (!(error instanceof ExperimentInterrupted)) yield* this.#tellFailure(agentId, error as Error);
      throw error;
    }
    const rows: PolicyEvaluation[] = [];
    const { mode } = this.run.definition.evaluation;
    const common = {
      agentId,
      mode,
      old: profile[agentId]!,
      evaluatedCost: evaluation.per_agent_costs[agentId]!,
      samples: this.#samples,
    };
    for (const interaction of proposal.audit) {
      yield this.#tell({ iteration, event_type: 'llm_interaction', event_data: interaction });
      const { parsed_policy, parsing_error } = interaction;
      if (parsed_policy !== null && parsing_error !== null)
        rows.push(
          evaluationRow({
            ...common,
            proposed: parsed_policy,
            attempt: rows.length,
            verdict: refused('invalid', parsing_error, mode),
          }),
        );
    }
    if (proposal.status !== 'proposed') {
      const data =
        proposal.status === 'failed'
          ? { reason: 'no valid proposal', errors: proposal.errors }
          : { reason: proposal.reason, errors: [] };
      yield this.#tell({
        iteration,
        event_type: 'no_proposal',
        event_data: { agent_id: agentId, optimizer: optimizer.kind, ...data },
      });
      return rows;
    }
    const verdict = yield* this.#judge(agentId, profile, proposal.policy, evaluator);
    const judgement: Judgement = { ...common, verdict, proposed: proposal.policy, attempt: rows.length };
    rows.push(evaluationRow(judgement));
    if (verdict.judgement) {
      const { acceptance, ...decided } = verdict.judgement;
      yield this.#tell({
        iteration,
        event_type: 'acceptance_test',
        event_data: { agent_id: agentId, ...decided, ...acceptance },
      });
    }
    rows.forEach((row) => this.#state.judged(row));
    yield this.#tell({
      iteration,
      event_type: verdict.decision.accepted ? 'policy_change' : 'policy_rejected',
      event_data: judgedData(judgement, optimizer.kind),
    });
    return rows;
  }

  /** What led to a failure that ends the run is stored at once: no iteration will be committed with it. */
  async *#tellFailure(
    agentId: string,
    error: Error & { audit?: readonly LlmInteraction[] },
  ): AsyncGenerator<ExperimentEvent, void, undefined> {
    const { iteration } = this.#state;
    const { audit = [], message, name } = error;
    const events: ExperimentEvent[] = [
      ...audit.map((interaction): ExperimentEvent => ({ iteration, event_type: 'llm_interaction', event_data: interaction })),
      { iteration, event_type: 'llm_error', event_data: { agent_id: agentId, error: message, error_type: name } },
    ];
    await this.run.host.settled?.();
    await this.run.store?.append(this.run.runId, events);
    yield* events;
  }

  #propose(
    agentId: string,
    profile: PolicyProfile,
    evaluation: ProfileEvaluation,
    evaluator: IterationEvaluator,
    emit: Emit,
  ): Promise<Proposal> {
    const { definition, optimizer, scenario, signal } = this.run;
    const { iteration } = this.#state;
    const constraints = definition.policy_constraints!;
    const view = agentView(agentId, evaluation, {
      iteration,
      max_iterations: definition.convergence.max_iterations,
      evaluation_mode: definition.evaluation.mode,
      acceptance: this.#acceptance,
      days: this.#isMonteCarlo ? definition.evaluation.days.search : null,
      policy: profile[agentId]!,
      constraints,
      rules: publicRules(scenario, definition.evaluation.ticks),
      history: this.#state.history(agentId),
    });
    return optimizer.propose({
      view,
      seed: iterationSeed(definition.master_seed, iteration, agentId),
      problems: (policy) => this.#problems(policy, profile[agentId]!),
      search: evaluator.search(agentId, profile, emit),
      ...(signal ? { signal } : {}),
    });
  }

  #problems(policy: Policy, current: Policy): PolicyProblem[] {
    const language = this.run.host.policyProblems(policy);
    // A document that the language refuses may nest endlessly or hold anything; the constraints look at sound ones only.
    return language.length > 0 ? language : constraintProblems(policy, current, this.run.definition.policy_constraints!);
  }

  async *#judge(
    agentId: string,
    profile: PolicyProfile,
    policy: Policy,
    evaluator: IterationEvaluator,
  ): AsyncGenerator<ExperimentEvent, Verdict, undefined> {
    const { mode } = this.run.definition.evaluation;
    const problems = this.#problems(policy, profile[agentId]!);
    if (problems.length > 0) {
      const text = problems.map(({ message, path }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
      return refused('invalid', text, mode);
    }
    if (mode === 'deterministic-temporal') {
      const decision = { accepted: true, reason: 'every valid proposal is accepted in temporal mode' };
      return { decision, pair: null, judgement: null, days: null };
    }
    try {
      const comparison = { agentId, profile, candidate: policy, ...this.#state.levels.next(agentId) };
      return yield* this.#collect((emit) => evaluator.judge(comparison, emit));
    } catch (error) {
      if (error instanceof ExperimentInterrupted) throw error;
      const { message } = error as Error;
      yield this.#tell({
        iteration: this.#state.iteration,
        event_type: 'comparison_error',
        event_data: { agent_id: agentId, error: message },
      });
      return refused('failed', message, mode);
    }
  }

  /** Whether banks see what those before them in the list have just changed; else all answer to the same state. */
  get #isSequential(): boolean {
    const { mode, update } = this.run.definition.evaluation;
    return mode !== 'deterministic-temporal' && update === 'sequential';
  }

  /** Samples of a bootstrap, days of monte-carlo; 1 where one simulation decides. */
  get #samples(): number {
    const { days, mode, num_samples } = this.run.definition.evaluation;
    if (mode === 'monte-carlo') return days.acceptance;
    return mode === 'bootstrap' ? num_samples : 1;
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
    this.#told = [];
    yield* this.#collect((emit) => this.#simulateFinal(iterations - 1, profile, emit));
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
    yield this.#tell(event);
    await this.run.host.settled?.();
    await store?.finish(runId, result, this.#told);
    return result;
  }

  /** What a run over many days has come to, on days that nothing was decided by (spec 17 §7–§9). */
  async *#conclusion(iterations: number): AsyncGenerator<ExperimentEvent, ExperimentResult, undefined> {
    const { profiles, proposals, rounds } = this.#state;
    const course = { profiles, proposals, rounds, limit: this.#budget.exhausted };
    const found = await conclude(this.run.definition, this.#setting, this.#rule, course);
    const iteration = iterations - 1;
    for (const [agent_id, bank] of Object.entries(found.regret?.banks ?? {}))
      yield this.#tell({ iteration, event_type: 'certificate', event_data: { agent_id, ...bank } });
    yield this.#tell({ iteration, event_type: 'estimates', event_data: found.test });
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

  #tell(event: ExperimentEvent): ExperimentEvent {
    this.#told.push(event);
    this.#budget.note(event);
    return event;
  }

  /** Does some work and passes on the events that it emits. */
  async *#collect<T>(
    work: (emit: (event: ExperimentEvent) => void) => Promise<T>,
  ): AsyncGenerator<ExperimentEvent, T, undefined> {
    const emitted: ExperimentEvent[] = [];
    const result = await work((event) => emitted.push(event));
    for (const event of emitted) yield this.#tell(event);
    return result;
  }

  #checkSignal(): void {
    if (this.run.signal?.aborted) throw new ExperimentInterrupted('the experiment was interrupted');
  }
}

const roundHalfAway = (cents: number): number => Math.sign(cents) * Math.round(Math.abs(cents));
