import type { LlmInteraction } from '@simcash/protocol';
import type { ExperimentDefinition } from './definition/schema.js';

/** Counts what conversations with language models cost, against the experiment's limits (spec 11 §20.4). */
export class Budget {
  calls = 0;
  promptTokens = 0;
  completionTokens = 0;
  readonly #began: number;

  constructor(
    private readonly definition: ExperimentDefinition,
    private readonly now: () => number,
  ) {
    this.#began = now();
  }

  add({ completion_tokens, prompt_tokens }: LlmInteraction): void {
    this.calls++;
    this.promptTokens += prompt_tokens;
    this.completionTokens += completion_tokens;
  }

  /** The limit that is reached; null if there is none. */
  get exhausted(): string | null {
    const { budget } = this.definition;
    const reached = (limit: number | undefined, used: number): boolean => limit !== undefined && used >= limit;
    if (reached(budget.llm_calls, this.calls)) return 'llm_calls';
    if (reached(budget.tokens, this.promptTokens + this.completionTokens)) return 'tokens';
    if (reached(budget.usd, this.#usd())) return 'usd';
    return reached(budget.wall_seconds, this.now() - this.#began) ? 'wall_seconds' : null;
  }

  #usd(): number {
    const prices = this.definition.llm?.usd_per_million_tokens;
    return prices ? (this.promptTokens * prices.prompt + this.completionTokens * prices.completion) / 1e6 : 0;
  }
}
