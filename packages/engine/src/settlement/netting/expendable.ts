import { firstPlace } from '../../numeric/first-place.js';
import type { NettingProblem } from './problem.js';
import type { Selection } from './selection.js';

/** How the payment to be dropped is chosen (spec 12 §6.8). */
export type DropRule = 'last' | 'best_fit';

/** Names what is to leave a set next, which then leaves it; nothing joins the set meanwhile. */
export interface Expendable {
  /** A payment of bank `b`, which is short of `d`; −1 if there is none. */
  ofBank(b: number, d: number): number;
  /** A payment of the pair of a bilateral limit, which is exceeded by `d`. */
  ofPair(limit: number, d: number): number;
}

/** What a rule drops of a set; `kept` is never named, −1 for none. */
export function expendable(selection: Selection, rule: DropRule, kept: number): Expendable {
  return rule === 'last' ? new Last(selection, kept) : new BestFit(selection, kept);
}

/** The last in queue order. */
class Last implements Expendable {
  /** By bank: behind this place of its list all have left. */
  readonly #end: Int32Array;

  constructor(
    private readonly selection: Selection,
    private readonly kept: number,
  ) {
    this.#end = Int32Array.from(selection.problem.from, (own) => own.length - 1);
  }

  ofBank(b: number): number {
    const { has, problem } = this.selection;
    const own = problem.from[b]!;
    let end = this.#end[b]!;
    while (end >= 0 && has[own[end]!] === 0) end--;
    this.#end[b] = end;
    for (let k = end; k >= 0; k--) if (has[own[k]!] === 1 && own[k] !== this.kept) return own[k]!;
    return -1;
  }

  ofPair(limit: number): number {
    return pairIn(this.selection, limit, this.kept).at(-1) ?? -1;
  }
}

/** Of the least urgent class the smallest amount that is enough, else the largest; of equal ones the last in queue order. */
class BestFit implements Expendable {
  /** Payments of each bank, once it was asked for, in order of fit, and how many of them are left. */
  readonly #lists: Int32Array[] = [];
  readonly #left: Int32Array;

  constructor(
    private readonly selection: Selection,
    private readonly kept: number,
  ) {
    this.#left = new Int32Array(selection.problem.banks);
  }

  ofBank(b: number, d: number): number {
    const { has, problem } = this.selection;
    const list = this.#listOf(b);
    while (this.#left[b]! > 0) {
      const place = fitting(problem, list, this.#left[b]!--, d);
      const i = list[place]!;
      list.copyWithin(place, place + 1);
      // Others were dropped for a limit of their pair.
      if (has[i] === 1) return i;
    }
    return -1;
  }

  ofPair(limit: number, d: number): number {
    const { problem } = this.selection;
    const pair = problem.inOrderOfFit(pairIn(this.selection, limit, this.kept));
    return pair.length === 0 ? -1 : pair[fitting(problem, pair, pair.length, d)]!;
  }

  #listOf(b: number): Int32Array {
    const { has, problem } = this.selection;
    const known = this.#lists[b];
    if (known !== undefined) return known;
    const list = problem.byFit(b).filter((i) => has[i] === 1 && i !== this.kept);
    this.#left[b] = list.length;
    return (this.#lists[b] = list);
  }
}

/** Payments of a set that use up a bilateral limit, in queue order. */
function pairIn({ has, problem }: Selection, limit: number, kept: number): Int32Array {
  return problem.from[problem.limits[limit]!.sender]!.filter((i) => has[i] === 1 && i !== kept && problem.limitOf[i] === limit);
}

/** Place of the payment that fits `d` best among the first `size` of a list that is in order of fit. */
function fitting({ amount, class: cls, receiver, sender }: NettingProblem, list: Int32Array, size: number, d: number): number {
  const last = list[size - 1]!;
  const isToItself = sender[last] === receiver[last];
  const wanted = Math.min(d, amount[last]!);
  return firstPlace(size - 1, (place) => {
    const i = list[place]!;
    return cls[i] === cls[last] && (sender[i] === receiver[i]) === isToItself && amount[i]! >= wanted;
  });
}
