import type { ExperimentEvent } from '@simcash/protocol';
import type { ExperimentDefinition } from './definition/schema.js';

/** Counts what an experiment uses up, against its limits (spec 11 §20.4, 17 §1.1): all of it is told as events. */
export class Budget {
  calls = 0;
  promptTokens = 0;
  completionTokens = 0;
  /** Days simulated. */
  simulations = 0;
  readonly #began: number;

  constructor(
    private readonly definition: ExperimentDefinition,
    private readonly now: () => number,
    /** Whether who proposes is given up. */
    private readonly isGivenUp: () => boolean,
  ) {
    this.#began = now();
  }

  note({ event_data, event_type }: ExperimentEvent): void {
    switch (event_type) {
      case 'llm_interaction':
        this.calls++;
        this.promptTokens += event_data.prompt_tokens;
        this.completionTokens += event_data.completion_tokens;
        break;
      case 'evaluation':
        this.simulations += this.definition.evaluation.days.search;
        break;
      case 'search':
        this.simulations += event_data.simulations;
        break;
      case 'acceptance_test':
        this.simulations += 2 * (event_data.num_days ?? 0);
        break;
      default:
    }
  }

  /** The limit that is reached; null if there is none. */
  get exhausted(): string | null {
    const { budget } = this.definition;
    if (this.isGivenUp()) return 'model_failures';
    const reached = (limit: number | undefined, used: number): boolean => limit !== undefined && used >= limit;
    if (reached(budget.llm_calls, this.calls)) return 'llm_calls';
    if (reached(budget.tokens, this.promptTokens + this.completionTokens)) return 'tokens';
    if (reached(budget.usd, this.#usd())) return 'usd';
    if (reached(budget.wall_seconds, this.now() - this.#began)) return 'wall_seconds';
    return this.definition.evaluation.mode === 'monte-carlo' && reached(budget.simulations, this.simulations)
      ? 'simulations'
      : null;
  }

  #usd(): number {
    const prices = this.definition.llm?.usd_per_million_tokens;
    return prices ? (this.promptTokens * prices.prompt + this.completionTokens * prices.completion) / 1e6 : 0;
  }
}
