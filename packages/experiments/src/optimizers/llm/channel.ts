import type { ModelRequest } from '@simcash/statistics';
import type { LlmSettings } from '../../definition/schema.js';
import { Circuit } from '../circuit.js';
import { NoAnswerInTime, requestFailure, type RequestFailure } from './failures.js';
import type { Connection } from './provider.js';

/** What the channel needs from outside. */
export interface ChannelTools {
  now(): number;
  sleep(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Takes keys out of a text. */
  scrub(text: string): string;
}

export interface Prompts {
  system: string;
  user: string;
}

/** What came of a request, without keys. */
export interface Answer {
  /** Empty if there was none. */
  text: string;
  /** Whether the answer ended because it became too long. */
  cutOff: boolean;
  /** Why there is no answer; null if there is one. */
  failure: { kind: RequestFailure['kind']; message: string } | null;
  promptTokens: number;
  completionTokens: number;
  latencySeconds: number;
}

/** Seconds before the second request of a row; doubled before each further one. */
const FIRST_WAIT = 1;
/** No wait is longer, whatever the server wishes. */
const LONGEST_WAIT = 30;

/** Longest time that timers know, in seconds. */
const LONGEST_TIMER = 2_147_483;

/**
 * Asks a model, stubbornly where the line is bad: passing trouble is met with patience, not with new attempts (spec 11 §16), until the
 * circuit opens and the model is given up (spec 17 §10).
 */
export class Channel {
  /** Whether the server is asked for a JSON object; not any more once it has refused. */
  #json = true;
  readonly circuit: Circuit;

  constructor(
    private readonly settings: LlmSettings,
    private readonly connect: () => Promise<Connection>,
    private readonly tools: ChannelTools,
  ) {
    this.circuit = new Circuit(settings.model, { failures: settings.breaker_failures, seconds: settings.breaker_seconds });
  }

  /**
   * Sends one question, which knows nothing of those before it.
   *
   * @throws LlmAuthenticationError if there is no key to send; the signal's reason when it aborts
   */
  async ask(prompts: Prompts, signal?: AbortSignal): Promise<Answer> {
    const { now, scrub, sleep } = this.tools;
    const connection = await this.connect();
    for (let tries = 1; ; tries++) {
      signal?.throwIfAborted();
      const asJson = this.#json;
      const { circuit } = this;
      const started = now();
      const outcome = await this.#send(connection, prompts, asJson, circuit.left(started), signal);
      const ended = now();
      const latencySeconds = ended - started;
      if ('kind' in outcome && outcome.kind === 'refused' && asJson) {
        // Perhaps it was the wish for a JSON object that the server does not understand.
        this.#json = false;
        tries--;
        continue;
      }
      circuit.record(started, ended, outcomeOf(outcome));
      if (!('kind' in outcome)) return { ...outcome, text: scrub(outcome.text), failure: null, latencySeconds };
      if (outcome.kind === 'transport' && circuit.open === null) {
        await sleep(Math.min(waitBefore(circuit.row, outcome.retryAfter), circuit.left(ended)), signal);
        continue;
      }
      const message = outcome.kind === 'transport' ? `no answer in ${tries} tries: ${outcome.message}` : outcome.message;
      return {
        text: outcome.kind === 'garbage' ? scrub(outcome.body) : '',
        cutOff: false,
        failure: { kind: outcome.kind, message: scrub(message) },
        promptTokens: 0,
        completionTokens: 0,
        latencySeconds,
      };
    }
  }

  async #send(
    { maxOutputTokens, model, providerOptions }: Connection,
    { system, user }: Prompts,
    asJson: boolean,
    /** The model is given up then. */
    secondsLeft: number,
    signal?: AbortSignal,
  ): Promise<RequestFailure | Pick<Answer, 'completionTokens' | 'cutOff' | 'promptTokens' | 'text'>> {
    const { generateText, Output, wrapLanguageModel } = await import('ai');
    const { temperature, timeout_seconds } = this.settings;
    const request = {
      // The SDK would print its warnings, which concern settings that a model does not know and may ignore.
      model: wrapLanguageModel({
        model,
        middleware: {
          specificationVersion: 'v3',
          wrapGenerate: async ({ doGenerate }) => ({ ...(await doGenerate()), warnings: [] }),
        },
      }),
      system,
      prompt: user,
      maxOutputTokens,
      temperature,
      providerOptions,
      maxRetries: 0,
      // The answer is wanted as text even where it was to be JSON: reading it is done here, tolerantly.
      output: { ...Output.text(), ...(asJson ? { responseFormat: Promise.resolve({ type: 'json' as const }) } : {}) },
    };
    try {
      const { finishReason, text, usage } = await limited(Math.min(timeout_seconds, secondsLeft), signal, (abortSignal) =>
        generateText({ ...request, abortSignal }),
      );
      return {
        text,
        cutOff: finishReason === 'length',
        promptTokens: usage.inputTokens ?? 0,
        completionTokens: usage.outputTokens ?? 0,
      };
    } catch (error) {
      signal?.throwIfAborted();
      return requestFailure(error);
    }
  }
}

function outcomeOf(outcome: RequestFailure | object): ModelRequest['outcome'] {
  if (!('kind' in outcome)) return 'answered';
  switch (outcome.kind) {
    case 'transport':
      return outcome.outcome;
    case 'authentication':
      return 'unauthorised';
    case 'refused':
      return 'refused';
    default:
      // Whatever came, somebody is there.
      return 'answered';
  }
}

/** Seconds to wait after a number of tries. Chance keeps clients that failed together from coming back together. */
function waitBefore(tries: number, retryAfter: number | null): number {
  const backOff = FIRST_WAIT * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
  return Math.min(LONGEST_WAIT, Math.max(backOff, retryAfter ?? 0));
}

/** Runs something for a limited time. Limit and abort end it at once, even if it does not listen to its signal. */
async function limited<T>(
  seconds: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const ended = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error));
  });
  const stop = (): void => controller.abort(signal?.reason);
  const timeUp = (): void => controller.abort(new NoAnswerInTime(`no answer within ${seconds} s`));
  signal?.addEventListener('abort', stop);
  const timer = setTimeout(timeUp, 1000 * Math.min(seconds, LONGEST_TIMER));
  try {
    return await Promise.race([run(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
