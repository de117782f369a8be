import { EjectionChains } from './ejection-chains.js';
import { extracted } from './extraction.js';
import type { NettingProblem } from './problem.js';
import { refill, refillOrder } from './refill.js';
import { isBetter, type Selection } from './selection.js';

const MAX_CHAIN = 8;

export interface LocalSearchResult {
  best: Selection;
  truncated: boolean;
}

/**
 * Improves a filled set by small changes until none helps (spec 12 §6.13): a payment joins or leaves it, or takes the place of another,
 * and a chain of others makes up for what that costs. Every attempt is a step.
 */
export function improveLocally(problem: NettingProblem, maxSteps: number): LocalSearchResult {
  const order = refillOrder(problem, 'value');
  const [last, bestFit] = (['last', 'best_fit'] as const).map((rule) => {
    const found = extracted(problem, rule);
    refill(found, { order, maxChain: MAX_CHAIN });
    return found;
  });
  const best = isBetter(bestFit!, last!) ? bestFit! : last!;
  const truncated = !new LocalSearch(best, order, maxSteps).run();
  return { best, truncated };
}

class LocalSearch {
  #steps = 0;
  readonly #chains: EjectionChains;

  constructor(
    private readonly best: Selection,
    private readonly order: Int32Array,
    private readonly maxSteps: number,
  ) {
    this.#chains = new EjectionChains(best);
  }

  /** False if steps ran out. */
  run(): boolean {
    while (this.best.size < this.best.problem.payments) {
      const found = this.#move() ?? this.#exchange();
      if (found !== 'improved') return found === null;
    }
    return true;
  }

  /** A payment joins or leaves. */
  #move(): 'improved' | 'exhausted' | null {
    for (const i of this.order) {
      const found = this.#try([i]);
      if (found !== null) return found;
    }
    return null;
  }

  /** A payment joins in the place of one that shares a bank with it. */
  #exchange(): 'improved' | 'exhausted' | null {
    const { has, problem } = this.best;
    const { receiver, sender } = problem;
    for (const i of this.order) {
      if (has[i] === 1) continue;
      for (const j of this.order) {
        const isNear =
          sender[i] === sender[j] || receiver[i] === receiver[j] || sender[i] === receiver[j] || receiver[i] === sender[j];
        if (has[j] === 0 || !isNear) continue;
        const found = this.#try([i, j]);
        if (found !== null) return found;
      }
    }
    return null;
  }

  #try(first: readonly number[]): 'improved' | 'exhausted' | null {
    if (this.#steps >= this.maxSteps) return 'exhausted';
    this.#steps++;
    return this.#chains.improveBy(first) ? 'improved' : null;
  }
}
