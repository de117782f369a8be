import type { RefillOrder } from '../../scenario/settlement/config.js';
import { extract, extracted } from './extraction.js';
import type { NettingProblem } from './problem.js';
import { addChain, refill, refillOrder } from './refill.js';
import { isBetter, Selection } from './selection.js';

export interface SearchOptions {
  maxStarts: number;
  refillOrder: RefillOrder;
  maxChain: number;
}

export interface SearchResult {
  best: Selection;
  /** Whether a further start was due when their number ran out. */
  truncated: boolean;
}

/** The best of many extractions, each filled up again, and improved payment by payment (spec 12 §6.9). */
export function searchBest(problem: NettingProblem, options: SearchOptions): SearchResult {
  const search = new Search(problem, options);
  const truncated = !(search.start() && search.improve());
  return { best: search.best, truncated };
}

class Search {
  best: Selection;
  #starts = 0;
  /** Sets that were filled, by their payments. */
  readonly #filled = new Set<string>();
  readonly #order: Int32Array;
  readonly #byAmount: Int32Array;

  constructor(
    private readonly problem: NettingProblem,
    private readonly options: SearchOptions,
  ) {
    this.#order = refillOrder(problem, options.refillOrder);
    this.#byAmount = options.refillOrder === 'value' ? this.#order : refillOrder(problem, 'value');
    this.best = new Selection(problem);
    this.#offerFilled(extracted(problem, 'last'));
    this.#offerFilled(extracted(problem, 'best_fit'));
  }

  /** Three starts from each payment. False if their number ran out. */
  start(): boolean {
    const { problem } = this;
    for (const i of this.#byAmount) {
      const starts: (() => Selection | null)[] = [
        () => {
          const within = Selection.all(problem);
          return extract(within, 'best_fit', i) === null ? null : within;
        },
        () => {
          const outside = Selection.all(problem);
          outside.remove(i);
          extract(outside, 'best_fit');
          return outside;
        },
        () => {
          const seed = new Selection(problem);
          return addChain(seed, i, this.options.maxChain) ? seed : null;
        },
      ];
      for (const start of starts) {
        if (!this.#mayStart()) return false;
        const found = start();
        if (found !== null) this.#offerFilled(found);
      }
    }
    return true;
  }

  /** Leaves out one payment of the best set after another, until a whole pass is in vain. False if starts ran out. */
  improve(): boolean {
    for (let improved = true; improved;) {
      improved = false;
      const { best } = this;
      for (const i of this.#byAmount) {
        if (best.has[i] === 0) continue;
        if (!this.#mayStart()) return false;
        const found = Selection.of(this.problem, best.list());
        found.remove(i);
        extract(found, 'best_fit');
        refill(found, { order: this.#order, maxChain: this.options.maxChain, without: i });
        if (!this.#offerFilled(found)) continue;
        improved = true;
        break;
      }
    }
    return true;
  }

  #mayStart(): boolean {
    return this.#starts++ < this.options.maxStarts;
  }

  /** Fills a set and keeps it if it is the best so far. */
  #offerFilled(found: Selection): boolean {
    // Equal sets are filled equally, and equal ones are not better.
    const name = found.list().join();
    if (this.#filled.has(name)) return false;
    this.#filled.add(name);
    refill(found, { order: this.#order, maxChain: this.options.maxChain });
    if (!isBetter(found, this.best)) return false;
    this.best = found;
    return true;
  }
}
