import type { NettingProblem } from './problem.js';
import { Selection } from './selection.js';

/** How the payment to be dropped is chosen (spec 12 §6.8). */
export type DropRule = 'last' | 'best_fit';

/**
 * Takes payments out of a set until it is feasible: first of the worst pair beyond a bilateral limit, then of the bank that is short of
 * most (spec 12 §6.8). Returns how many; null if a step names no payment but the one to be kept.
 */
export function extract(selection: Selection, rule: DropRule, kept = -1): number | null {
  const { problem } = selection;
  const short = new ShortBanks(selection);
  let dropped = 0;
  for (;;) {
    const limit = worstLimit(selection);
    const b = limit < 0 ? short.worst() : problem.limits[limit]!.sender;
    if (b < 0) return dropped;
    problem.work?.did(problem.limits.length + problem.from[b]!.length);
    const d = limit < 0 ? selection.shortfall(b) : selection.excess(limit);
    const i = rule === 'last' ? lastOf(selection, b, limit, kept) : bestFit(selection, b, limit, d, kept);
    if (i < 0) return null;
    selection.remove(i);
    short.changed(problem.sender[i]!);
    short.changed(problem.receiver[i]!);
    dropped++;
  }
}

/** The greatest set that is feasible with every bank's payments from the front of its queue, by extraction from the end. */
export function extracted(problem: NettingProblem, rule: DropRule): Selection {
  const selection = Selection.all(problem);
  extract(selection, rule);
  return selection;
}

function worstLimit(selection: Selection): number {
  let worst = -1;
  let most = 0;
  for (let k = 0; k < selection.problem.limits.length; k++) {
    const excess = selection.excess(k);
    if (excess > most) [worst, most] = [k, excess];
  }
  return worst;
}

/** Payments that the step may drop: those of the bank, or of the pair of a limit; those to oneself only if there are no others. */
function* candidates({ has, problem }: Selection, b: number, limit: number, kept: number): Generator<number> {
  for (const i of problem.from[b]!) if (has[i] === 1 && i !== kept && (limit < 0 || problem.limitOf[i] === limit)) yield i;
}

function lastOf({ has, problem }: Selection, b: number, limit: number, kept: number): number {
  const own = problem.from[b]!;
  for (let k = own.length - 1; k >= 0; k--) {
    const i = own[k]!;
    if (has[i] === 1 && i !== kept && (limit < 0 || problem.limitOf[i] === limit)) return i;
  }
  return -1;
}

/** Of the least urgent class the smallest amount that is enough, else the largest; of equal ones the last in the queue. */
function bestFit(selection: Selection, b: number, limit: number, d: number, kept: number): number {
  const { amount, class: cls, receiver } = selection.problem;
  let best = -1;
  const toItself = (i: number): boolean => limit < 0 && receiver[i] === b;
  const isPreferred = (i: number): boolean => {
    if (best < 0) return true;
    if (toItself(i) !== toItself(best)) return toItself(best);
    if (cls[i] !== cls[best]) return cls[i]! > cls[best]!;
    const [x, y] = [amount[i]!, amount[best]!];
    if (x >= d !== y >= d) return x >= d;
    return x >= d ? x <= y : x >= y;
  };
  for (const i of candidates(selection, b, limit, kept)) if (isPreferred(i)) best = i;
  return best;
}

/** Banks by what they are short of, the largest first, equal ones by id: a heap in which old entries are passed over. */
class ShortBanks {
  readonly #heap: { bank: number; shortfall: number; version: number }[] = [];
  readonly #version: Int32Array;

  constructor(private readonly selection: Selection) {
    this.#version = new Int32Array(selection.problem.banks);
    for (let b = 0; b < selection.problem.banks; b++) this.#push(b);
  }

  changed(b: number): void {
    this.#version[b]!++;
    this.#push(b);
  }

  /** −1 if no bank is short of anything. */
  worst(): number {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined) return -1;
      if (top.version === this.#version[top.bank]) return top.bank;
      this.#pop();
    }
  }

  #push(bank: number): void {
    const shortfall = this.selection.shortfall(bank);
    if (shortfall <= 0) return;
    const heap = this.#heap;
    let i = heap.push({ bank, shortfall, version: this.#version[bank]! }) - 1;
    for (let parent = (i - 1) >> 1; i > 0 && this.#comesFirst(i, parent); i = parent, parent = (i - 1) >> 1)
      this.#swap(i, parent);
  }

  #pop(): void {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    heap.pop();
    for (let i = 0; ;) {
      let first = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < heap.length && this.#comesFirst(child, first)) first = child;
      if (first === i) return;
      this.#swap(i, first);
      i = first;
    }
  }

  #comesFirst(i: number, j: number): boolean {
    const [x, y] = [this.#heap[i]!, this.#heap[j]!];
    return x.shortfall > y.shortfall || (x.shortfall === y.shortfall && x.bank < y.bank);
  }

  #swap(i: number, j: number): void {
    [this.#heap[i], this.#heap[j]] = [this.#heap[j]!, this.#heap[i]!];
  }
}
