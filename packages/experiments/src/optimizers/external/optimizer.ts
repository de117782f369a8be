import type { Policy } from '@simcash/protocol';
import { skewInterval } from '@simcash/statistics';
import { acceptanceRule } from '../../decisions/acceptance-rule.js';
import type { ExperimentDefinition } from '../../definition/schema.js';
import { parametersOf, withParameters } from '../../policies/policy.js';
import { optimizerSeed } from '../../seeds.js';
import type { Tried } from '../candidate-search.js';
import { Circuit } from '../circuit.js';
import { noChange, type Observation, type PolicyOptimizer, type Proposal, type ProposalRequest } from '../optimizer.js';
import { readAnswer, type ExternalAnswer, type ExternalCandidate } from './lines.js';
import { LineProcess, type Silence } from './process.js';

/** A program of the user's that proposes. A file cannot name one. */
export interface ExternalProgram {
  /** Program and arguments. */
  command: readonly string[];
  /** Seconds within which a line has to come. */
  timeoutSeconds: number;
  /** Hears what the program writes to its standard error, a line at a time, and what went wrong with it. */
  note(line: string): void;
}

/** Lines with mistakes after which a proposal is given up. */
const MOST_MISTAKES = 3;

/** What goes wrong at once if it happens five times. */
const LIMITS = { failures: 5, seconds: 150 };

/** Lets another process propose, over lines of JSON; each bank has a process of its own (spec 17 §21). */
export class ExternalOptimizer implements PolicyOptimizer {
  readonly kind = 'external';
  readonly #processes = new Map<string, LineProcess>();
  readonly #circuit: Circuit;
  /** Number of the latest request to a bank's process. */
  readonly #ids = new Map<string, number>();

  constructor(
    private readonly definition: ExperimentDefinition,
    private readonly program: ExternalProgram,
  ) {
    this.#circuit = new Circuit(program.command[0]!, LIMITS);
  }

  get givenUp(): string | null {
    return this.#circuit.open;
  }

  async propose(request: ProposalRequest): Promise<Proposal> {
    const { view } = request;
    const process = await this.#processFor(request);
    if (process === null) return this.#failed('the program does not answer');
    const id = (this.#ids.get(view.agent_id) ?? 0) + 1;
    this.#ids.set(view.agent_id, id);
    const talk = new Talk(this.definition, request, id);
    process.send({
      type: 'propose',
      id,
      iteration: view.iteration,
      current: parametersOf(view.policy),
      budget: talk.budget,
      timeout_seconds: this.program.timeoutSeconds,
    });
    for (let mistakes = 0; mistakes < MOST_MISTAKES;) {
      const answer = await this.#next(process, view.agent_id, request.signal);
      if (answer === null) return this.#failed('the program does not answer');
      const problem = 'error' in answer ? answer.error : talk.problemOf(answer);
      if (problem !== null) {
        mistakes++;
        process.send({ type: 'error', id, message: problem });
      } else if ('type' in answer && answer.type === 'evaluate') {
        const beyond = talk.beyond(answer);
        process.send(beyond === null ? await talk.evaluate(answer) : { type: 'error', id, message: beyond });
      } else if ('type' in answer && answer.type === 'proposal') {
        const [policy, ...others] = answer.candidates.map((candidate) => talk.policyOf(candidate));
        return { status: 'proposed', policy: policy!, others, audit: [] };
      } else {
        return noChange('type' in answer && answer.type === 'no_proposal' ? answer.reason : 'nothing was proposed');
      }
    }
    return this.#failed(`${MOST_MISTAKES} lines of the program had mistakes`);
  }

  observe(agentId: string, observations: readonly Observation[]): void {
    const id = this.#ids.get(agentId);
    for (const [index, observation] of observations.entries())
      this.#processes.get(agentId)?.send({ type: 'observe', id, index, ...observation });
  }

  async close(ending: string | null): Promise<void> {
    await Promise.all(
      [...this.#processes.values()].map((process) => {
        process.send({ type: 'end', ending });
        return process.end();
      }),
    );
    this.#processes.clear();
  }

  #failed(error: string): Proposal {
    return { status: 'failed', errors: [this.givenUp ?? error], audit: [] };
  }

  /** The bank's process, which has said that it is ready; null if it does not. */
  async #processFor({ seed, signal, view }: ProposalRequest): Promise<LineProcess | null> {
    const known = this.#processes.get(view.agent_id);
    if (known) return known;
    const process = new LineProcess(this.program.command, this.program.note);
    this.#processes.set(view.agent_id, process);
    const { evaluation, name, policy_constraints } = this.definition;
    const { alpha, min_improvement_pct, min_settlement_rate, min_settlement_value } = acceptanceRule(this.definition);
    process.send({
      type: 'hello',
      protocol: 1,
      experiment: name,
      bank: view.agent_id,
      seed: optimizerSeed(seed, 'external', view.agent_id),
      space: policy_constraints!.allowed_parameters.map(({ description: _, ...parameter }) => parameter),
      days: view.days === null ? { search: 1, acceptance: 1 } : { search: view.days, acceptance: evaluation.days.acceptance },
      rule: { alpha, min_improvement_pct, min_settlement_rate, min_settlement_value },
    });
    for (let mistakes = 0; mistakes < MOST_MISTAKES; mistakes++) {
      const answer = await this.#next(process, view.agent_id, signal);
      if (answer === null) return null;
      if ('type' in answer && answer.type === 'ready') return process;
      process.send({ type: 'error', id: null, message: 'error' in answer ? answer.error : 'ready has to be said first' });
    }
    process.kill();
    this.#giveUp(view.agent_id, 'it did not say that it is ready');
    return null;
  }

  /** The next answer of a process; null if it has none, and is ended. */
  async #next(process: LineProcess, agentId: string, signal?: AbortSignal): Promise<ExternalAnswer | { error: string } | null> {
    const started = performance.now() / 1000;
    const line = await process.next(this.program.timeoutSeconds, signal);
    const ended = performance.now() / 1000;
    if (line === 'timeout' || line === 'exit' || line === 'too long') {
      if (line !== 'exit') process.kill();
      this.#giveUp(agentId, WHY[line]);
      this.#circuit.record(started, ended, line === 'exit' ? 'refused' : 'timeout');
      return null;
    }
    this.#circuit.record(started, ended, 'answered');
    return readAnswer(line);
  }

  #giveUp(agentId: string, why: string): void {
    this.#processes.delete(agentId);
    this.program.note(`${this.program.command[0]} for ${agentId}: ${why}`);
  }
}

const WHY: Readonly<Record<Silence, string>> = {
  timeout: 'no line came in time',
  exit: 'the program has ended',
  'too long': 'a line is longer than 1 MiB',
};

/** One proposal: what is evaluated for it, within its budget. */
class Talk {
  readonly #racingBudget: number;
  readonly #days: number;
  #used = 0;

  constructor(
    definition: ExperimentDefinition,
    private readonly request: ProposalRequest,
    private readonly id: number,
  ) {
    this.#days = request.view.days ?? 1;
    const { optimizer } = definition;
    const racing = optimizer && 'racing' in optimizer && optimizer.racing ? optimizer.racing.budget : 0.3;
    this.#racingBudget = Math.floor(racing * 21 * this.#days);
  }

  /** Simulations that are left. */
  get budget(): { simulations: number } {
    return { simulations: this.#racingBudget - this.#used };
  }

  policyOf(candidate: ExternalCandidate): Policy {
    return withParameters(this.request.view.policy, candidate as Readonly<Record<string, number>>);
  }

  /** What is wrong with an answer; null if nothing is. */
  problemOf(answer: ExternalAnswer): string | null {
    if (answer.type === 'ready') return 'ready was said before';
    return answer.id === this.id ? null : `the id is ${this.id}, not ${answer.id}`;
  }

  /** What an evaluation asks for that there is not: it simulates nothing, and is no mistake. Null if there is all of it. */
  beyond({ candidates, days, from_day }: Extract<ExternalAnswer, { type: 'evaluate' }>): string | null {
    if (from_day + days > this.#days) return `there are ${this.#days} search days`;
    const simulations = candidates.length * days;
    return simulations > this.budget.simulations
      ? `${simulations} simulations are more than the ${this.budget.simulations} left`
      : null;
  }

  async evaluate({
    candidates,
    costs: withCosts,
    days,
    from_day,
  }: Extract<ExternalAnswer, { type: 'evaluate' }>): Promise<object> {
    const policies = candidates.map((candidate) => this.policyOf(candidate));
    const problems = policies.map((policy) => this.request.problems(policy));
    const sound = policies.filter((_, i) => problems[i]!.length === 0);
    this.#used += sound.length * days;
    const tried = sound.length === 0 ? [] : await this.request.search.tryOut(sound, { from: from_day, to: from_day + days });
    const results = problems.map((found) =>
      found.length > 0 ? { error: found.map(({ message }) => message).join('; ') } : resultOf(tried.shift()!, withCosts ?? false),
    );
    return { type: 'evaluated', id: this.id, results, budget: this.budget };
  }
}

function resultOf({ costs, isAdmissible, settlement_rate }: Tried, withCosts: boolean): object {
  const { lower, mean, n, sd, upper } = skewInterval(costs);
  return { n, mean, sd, lower, upper, admissible: isAdmissible, settlement_rate, ...(withCosts ? { costs } : {}) };
}
