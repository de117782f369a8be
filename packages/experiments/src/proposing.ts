import type { ExperimentEvent, LlmInteraction, Policy, PolicyEvaluation } from '@simcash/protocol';
import { acceptanceSettings, type AcceptanceSettings } from './decisions/acceptance.js';
import { evaluationRow, judgedData, refused, type Judgement } from './decisions/judgement.js';
import { keepBest } from './decisions/several.js';
import type { ExperimentDefinition } from './definition/schema.js';
import type { Emit, IterationEvaluator, ProfileEvaluation, Verdict } from './evaluation/evaluation.js';
import type { ExperimentRun } from './experiment.js';
import type { PolicyProblem } from './host.js';
import { ExperimentInterrupted } from './interrupted.js';
import { agentView, publicRules } from './isolation/view.js';
import type { Observation, Proposal } from './optimizers/optimizer.js';
import { constraintProblems } from './policies/constraints.js';
import type { PolicyProfile } from './scenario.js';
import { iterationSeed } from './seeds.js';
import type { ExperimentState } from './state.js';
import type { Telling } from './telling.js';

/** Asks for better policies, and judges what is proposed. */
export class Proposing {
  readonly #acceptance: AcceptanceSettings;

  constructor(
    private readonly run: ExperimentRun,
    private readonly state: ExperimentState,
    private readonly telling: Telling,
  ) {
    this.#acceptance = acceptanceSettings(run.definition);
  }

  /** Asks for a proposal for one bank and judges it. Returns a row for every policy that was proposed. */
  async *optimise(
    agentId: string,
    profile: PolicyProfile,
    evaluation: ProfileEvaluation,
    evaluator: IterationEvaluator,
  ): AsyncGenerator<ExperimentEvent, PolicyEvaluation[], undefined> {
    const { optimizer } = this.run;
    const { iteration } = this.state;
    let proposal: Proposal;
    try {
      proposal = yield* this.telling.collect((emit) => this.#propose(agentId, profile, evaluation, evaluator, emit));
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
      samples: samplesOf(this.run.definition),
    };
    for (const interaction of proposal.audit) {
      yield this.telling.tell({ iteration, event_type: 'llm_interaction', event_data: interaction });
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
      yield this.telling.tell({
        iteration,
        event_type: 'no_proposal',
        event_data: { agent_id: agentId, optimizer: optimizer.kind, ...data },
      });
      return rows;
    }
    const candidates = [proposal.policy, ...(proposal.others ?? [])];
    const verdicts = yield* this.#judge(agentId, profile, candidates, evaluator);
    for (const [i, verdict] of verdicts.entries()) {
      const judgement: Judgement = { ...common, verdict, proposed: candidates[i]!, attempt: rows.length };
      rows.push(evaluationRow(judgement));
      if (verdict.judgement) {
        const { acceptance, ...decided } = verdict.judgement;
        yield this.telling.tell({
          iteration,
          event_type: 'acceptance_test',
          event_data: { agent_id: agentId, ...decided, ...acceptance },
        });
      }
      yield this.telling.tell({
        iteration,
        event_type: verdict.decision.accepted ? 'policy_change' : 'policy_rejected',
        event_data: judgedData(judgement, optimizer.kind),
      });
    }
    this.state.judged(agentId, rows);
    optimizer.observe?.(agentId, verdicts.map(observed));
    return rows;
  }

  /** What led to a failure that ends the run is stored at once: no iteration will be committed with it. */
  async *#tellFailure(
    agentId: string,
    error: Error & { audit?: readonly LlmInteraction[] },
  ): AsyncGenerator<ExperimentEvent, void, undefined> {
    const { iteration } = this.state;
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
    const { iteration } = this.state;
    const constraints = definition.policy_constraints!;
    const view = agentView(agentId, evaluation, {
      iteration,
      max_iterations: definition.convergence.max_iterations,
      evaluation_mode: definition.evaluation.mode,
      acceptance: this.#acceptance,
      days: definition.evaluation.mode === 'monte-carlo' ? definition.evaluation.days.search : null,
      policy: profile[agentId]!,
      constraints,
      rules: publicRules(scenario, definition.evaluation.ticks),
      history: this.state.history(agentId),
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
    policies: readonly Policy[],
    evaluator: IterationEvaluator,
  ): AsyncGenerator<ExperimentEvent, Verdict[], undefined> {
    const { mode } = this.run.definition.evaluation;
    const refusals = policies.map((policy): Verdict | null => {
      const problems = this.#problems(policy, profile[agentId]!);
      if (problems.length === 0) return null;
      const text = problems.map(({ message, path }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
      return refused('invalid', text, mode);
    });
    const valid = policies.filter((_, i) => refusals[i] === null);
    const judged = valid.length === 0 ? [] : yield* this.#compare(agentId, profile, valid, evaluator);
    return refusals.map((refusal) => refusal ?? judged.shift()!);
  }

  /** Verdicts about valid candidates, in their order. */
  async *#compare(
    agentId: string,
    profile: PolicyProfile,
    candidates: readonly Policy[],
    evaluator: IterationEvaluator,
  ): AsyncGenerator<ExperimentEvent, Verdict[], undefined> {
    const { mode } = this.run.definition.evaluation;
    if (mode === 'deterministic-temporal') {
      const decision = { accepted: true, reason: 'every valid proposal is accepted in temporal mode' };
      return keepBest(
        candidates.map(() => ({ decision, pair: null, judgement: null, days: null })),
        () => 0,
      );
    }
    try {
      const comparison = { agentId, profile, candidates, ...this.state.levels.next(agentId) };
      return yield* this.telling.collect((emit) => evaluator.judge(comparison, emit));
    } catch (error) {
      if (error instanceof ExperimentInterrupted) throw error;
      const { message } = error as Error;
      yield this.telling.tell({
        iteration: this.state.iteration,
        event_type: 'comparison_error',
        event_data: { agent_id: agentId, error: message },
      });
      return candidates.map(() => refused('failed', message, mode));
    }
  }
}

function observed({ decision, judgement, pair }: Verdict): Observation {
  const test = judgement?.acceptance;
  const oneDay = pair && { mean: pair.delta_sum, lower: null, upper: null };
  return {
    decision: decision.accepted ? 'accepted' : 'rejected',
    reason: judgement?.reason ?? decision.reason,
    saving: test ? { mean: test.saving_mean, lower: test.saving_lower, upper: test.saving_upper } : oneDay,
    p_value: test?.p_value ?? null,
  };
}

/** Samples of a bootstrap, days of monte-carlo; 1 where one simulation decides. */
export function samplesOf({ evaluation }: ExperimentDefinition): number {
  const { days, mode, num_samples } = evaluation;
  if (mode === 'monte-carlo') return days.acceptance;
  return mode === 'bootstrap' ? num_samples : 1;
}
