import { extract, extracted } from './extraction.js';
import type { NettingProblem } from './problem.js';
import { refill, refillOrder } from './refill.js';
import { isBetter, Selection } from './selection.js';

const MAX_CHAIN = 8;

export interface LocalSearchResult {
  best: Selection;
  truncated: boolean;
}

/**
 * Improves a filled set by small changes until none helps (spec 12 §6.13): a payment is brought in at the expense of others, or put in
 * the place of another. Every attempt is a step.
 */
export function improveLocally(problem: NettingProblem, maxSteps: number): LocalSearchResult {
  const search = new LocalSearch(problem, maxSteps);
  const truncated = !search.run();
  return { best: search.best, truncated };
}

class LocalSearch {
  best: Selection;
  #steps = 0;
  readonly #byAmount: Int32Array;

  constructor(
    private readonly problem: NettingProblem,
    private readonly maxSteps: number,
  ) {
    this.#byAmount = refillOrder(problem, 'value');
    const [last, bestFit] = (['last', 'best_fit'] as const).map((rule) => this.#filled(extracted(problem, rule)));
    this.best = isBetter(bestFit!, last!) ? bestFit! : last!;
  }

  /** False if steps ran out. */
  run(): boolean {
    for (let improved = true; improved;) {
      if (this.best.size === this.problem.payments) return true;
      const found = this.#insert() ?? this.#exchange();
      if (found === 'exhausted') return false;
      improved = found !== null;
    }
    return true;
  }

  /** Brings in a payment that is outside; others make room. */
  #insert(): 'improved' | 'exhausted' | null {
    for (const i of this.#outside()) {
      const step = this.#try(i, -1);
      if (step !== null) return step;
    }
    return null;
  }

  /** Puts a payment that is outside in the place of one inside that shares a bank with it. */
  #exchange(): 'improved' | 'exhausted' | null {
    const { receiver, sender } = this.problem;
    for (const i of this.#outside())
      for (const j of this.#byAmount) {
        const isNear =
          sender[i] === sender[j] || receiver[i] === receiver[j] || sender[i] === receiver[j] || receiver[i] === sender[j];
        if (this.best.has[j] === 0 || !isNear) continue;
        const step = this.#try(i, j);
        if (step !== null) return step;
      }
    return null;
  }

  #try(i: number, j: number): 'improved' | 'exhausted' | null {
    if (this.#steps >= this.maxSteps) return 'exhausted';
    this.#steps++;
    const found = Selection.of(this.problem, this.best.list());
    if (j >= 0) found.remove(j);
    found.add(i);
    if (extract(found, 'best_fit', i) === null) return null;
    this.#filled(found);
    if (!isBetter(found, this.best)) return null;
    this.best = found;
    return 'improved';
  }

  #outside(): Int32Array {
    return this.#byAmount.filter((i) => this.best.has[i] === 0);
  }

  #filled(selection: Selection): Selection {
    refill(selection, { order: this.#byAmount, maxChain: MAX_CHAIN });
    return selection;
  }
}
