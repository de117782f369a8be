import { isDeepStrictEqual } from 'node:util';
import { setTimeout } from 'node:timers/promises';
import type { LlmInteraction, Policy } from '@simcash/protocol';
import type { LlmSettings } from '../../definition/schema.js';
import { parametersOf, sameTrees } from '../../policies/policy.js';
import type { PolicyOptimizer, Proposal, ProposalRequest } from '../optimizer.js';
import { Channel, type Answer } from './channel.js';
import { LlmAuthenticationError, LlmFailure } from './errors.js';
import { keyScrubber, keyVariables } from './keys.js';
import { callOptions, connect, modelName, type ChatModel, type Connection } from './provider.js';
import { promptData } from './prompt-data.js';
import { readPolicy } from './response.js';
import { systemPrompt } from './system-prompt.js';
import { userPrompt, type FailedAttempt } from './user-prompt.js';

/** What the optimizer that asks a language model is given. */
export interface LlmOptimizerOptions {
  /** Texts of the experiment for its prompts: under `all` for every bank, under a bank's id for that bank. */
  customization?: Readonly<Record<string, string>>;
  /** Describes the policy language: the JSON text of the policy schema, of which the allowed part is shown, or prose. */
  policyLanguage?: string;
  /** Takes the place of the model that the settings name. */
  model?: ChatModel;
  /** Seconds of a clock; measures answers. */
  now(): number;
  /** Called for each interaction as soon as it is over. */
  onInteraction?: (interaction: LlmInteraction) => void;
  /** Where keys are looked up; the process's own environment if absent. */
  env?: NodeJS.ProcessEnv;
  /** Waits between requests to a server in trouble. */
  sleep?: (seconds: number, signal?: AbortSignal) => Promise<void>;
}

const pause = (seconds: number, signal?: AbortSignal): Promise<void> =>
  setTimeout(1000 * seconds, undefined, signal === undefined ? {} : { signal });

/**
 * Asks a language model for better policies (spec 11 §11). It is told what is in the bank's view and nothing else; what it answers
 * is checked, and it is asked again with the problems until an answer is allowed or the attempts are used up.
 */
export class LlmOptimizer implements PolicyOptimizer {
  readonly kind = 'llm';
  readonly #channel: Channel;
  readonly #scrub: (text: string) => string;
  #connection: Promise<Connection> | null = null;

  constructor(
    private readonly settings: LlmSettings,
    private readonly options: LlmOptimizerOptions,
  ) {
    const { env = process.env, model, now, sleep = pause } = options;
    this.#scrub = keyScrubber(env);
    const connection = async (): Promise<Connection> =>
      model === undefined ? connect(settings, env) : { model, ...callOptions(settings) };
    const connectOnce = (): Promise<Connection> => (this.#connection ??= connection());
    this.#channel = new Channel(settings, connectOnce, { now: () => now(), scrub: this.#scrub, sleep });
  }

  get givenUp(): string | null {
    return this.#channel.circuit.open;
  }

  /**
   * @throws LlmAuthenticationError if the server wants another key; LlmFailure if no attempt succeeded and the settings say `abort`;
   *   the signal's reason when it aborts
   */
  async propose({ problems, signal, view }: ProposalRequest): Promise<Proposal> {
    const data = promptData(view);
    const system = this.#scrub(systemPrompt(data, this.options));
    const audit: LlmInteraction[] = [];
    let failed: FailedAttempt | null = null;
    for (let attempt = 1; attempt <= this.settings.max_retries && this.givenUp === null; attempt++) {
      const user = this.#scrub(userPrompt(data, failed));
      const answer = await this.#channel.ask({ system, user }, signal);
      const { errors, policy } = this.#read(answer, problems);
      const interaction: LlmInteraction = {
        agent_id: view.agent_id,
        attempt,
        model: this.settings.model,
        system_prompt: system,
        user_prompt: user,
        raw_response: answer.text,
        parsed_policy: policy,
        parsing_error: errors.length === 0 ? null : errors.join('\n'),
        prompt_tokens: answer.promptTokens,
        completion_tokens: answer.completionTokens,
        latency_seconds: answer.latencySeconds,
      };
      audit.push(interaction);
      this.options.onInteraction?.(interaction);
      if (answer.failure?.kind === 'authentication') {
        const { base_url } = this.settings;
        const variables = keyVariables(base_url === null ? modelName(this.settings).provider : 'openai-compatible');
        throw new LlmAuthenticationError(`${answer.failure.message}; set ${variables} to a key that it accepts`, audit);
      }
      if (policy !== null && errors.length === 0) {
        const isNew = !(sameTrees(policy, view.policy) && isDeepStrictEqual(parametersOf(policy), parametersOf(view.policy)));
        if (isNew) return { status: 'proposed', policy, audit };
        return { status: 'no-change', reason: 'the model keeps the policy in force', audit };
      }
      failed = { errors, answer: policy ?? answer.text };
    }
    const errors = failed?.errors ?? [];
    if (this.settings.on_failure === 'abort') throw new LlmFailure(view.agent_id, errors, audit);
    return { status: 'failed', errors, audit };
  }

  /** The policy in an answer, if there is one, and everything that speaks against using it. */
  #read({ cutOff, failure, text }: Answer, problems: ProposalRequest['problems']): { policy: Policy | null; errors: string[] } {
    if (failure !== null) return { policy: null, errors: [failure.message] };
    if (cutOff) return { policy: null, errors: [`the answer was cut off at ${this.settings.max_tokens} tokens (max_tokens)`] };
    const { error, policy } = readPolicy(text);
    if (policy === null) return { policy: null, errors: [this.#scrub(error)] };
    // Escapes in the text may have hidden a key from the first look.
    const clean = JSON.parse(this.#scrub(JSON.stringify(policy))) as Policy;
    return { policy: clean, errors: problems(clean).map(({ message, path }) => this.#scrub(`${path}: ${message}`)) };
  }
}
