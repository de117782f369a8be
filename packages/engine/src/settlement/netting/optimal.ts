import { attemptsAmong, STARTS } from './attempts.js';
import { cheapestReduction, type Arc } from './flow.js';
import type { NettingProblem } from './problem.js';
import { searchBest } from './search.js';
import { Selection } from './selection.js';

export interface OptimalOptions {
  objective: 'value' | 'number';
  nodeLimit: number;
}

export interface OptimalResult {
  best: Selection;
  /** What is proven: everything, the objective's value but not the ties, or nothing. */
  proof: 'full' | 'value' | 'none';
  /** Not below the true optimum of the objective. */
  bound: number;
  nodes: number;
}

const OPEN = 0;
const IN = 1;
const OUT = 2;
const CHOICES = [IN, OUT] as const;

/** A payment that is decided one way after the other. */
interface Branch {
  readonly payment: number;
  /** Choices that were tried. */
  tried: number;
  /** Decisions before it was opened, and before its own. */
  readonly mark: number;
  readonly before: number;
}

/**
 * The feasible set of greatest value, then of greatest number (or the other way round), then the one that contains the earliest payment
 * in which two differ (spec 12 §6.11): depth-first branch and bound over the payments in queue order, each first in, then out.
 */
export function optimalSet(problem: NettingProblem, { nodeLimit, objective }: OptimalOptions): OptimalResult {
  const maxStarts = attemptsAmong(problem.payments, 'auto', STARTS);
  const { best } = searchBest(problem, { maxStarts, refillOrder: 'value', maxChain: 8 });
  const search = new BranchAndBound(problem, objective, nodeLimit, best);
  search.run();
  return search.result();
}

class BranchAndBound {
  readonly #state: Uint8Array;
  readonly #inside: Selection;
  /** Incumbent: what it contains, and its two figures. */
  #best: Uint8Array;
  #bestFirst: number;
  #bestSecond: number;
  #nodes = 0;
  /** Largest bound of what was not looked into when the nodes ran out. */
  #unexplored = -Infinity;
  /** Payments that changed their state, to be taken back. */
  readonly #trail: number[] = [];
  readonly #undecidedIn: Float64Array;
  readonly #largest: number;

  constructor(
    private readonly problem: NettingProblem,
    private readonly objective: 'value' | 'number',
    private readonly nodeLimit: number,
    start: Selection,
  ) {
    this.#state = new Uint8Array(problem.payments);
    this.#inside = new Selection(problem);
    this.#best = start.has.slice();
    [this.#bestFirst, this.#bestSecond] = this.#figures(start.value, start.size);
    this.#undecidedIn = new Float64Array(problem.banks);
    for (let i = 0; i < problem.payments; i++) this.#undecidedIn[problem.receiver[i]!]! += problem.amount[i]!;
    this.#largest = problem.amount.reduce((most, amount) => Math.max(most, amount), 0);
  }

  /** Depth first, on a stack of our own: a queue may be longer than the machine's is deep. */
  run(): void {
    // Nothing is better than everything.
    if (this.#best.every((isIn) => isIn === 1)) return;
    const branches: Branch[] = [];
    this.#open(0, branches);
    for (let branch = branches.at(-1); branch !== undefined; branch = branches.at(-1)) {
      this.#takeBack(branch.before);
      const choice = CHOICES[branch.tried++];
      if (choice === undefined) {
        this.#takeBack(branch.mark);
        branches.pop();
        continue;
      }
      this.#decide(branch.payment, choice);
      if (choice === OUT) this.#leaveOutEqualOnes(branch.payment);
      this.#open(branch.payment + 1, branches);
    }
  }

  result(): OptimalResult {
    const best = Selection.of(
      this.problem,
      [...this.#best.keys()].filter((i) => this.#best[i] === 1),
    );
    const complete = this.#unexplored === -Infinity;
    const bound = Math.max(this.#bestFirst, this.#unexplored);
    return { best, proof: complete ? 'full' : bound <= this.#bestFirst ? 'value' : 'none', bound, nodes: this.#nodes };
  }

  #figures(value: number, size: number): [first: number, second: number] {
    return this.objective === 'value' ? [value, size] : [size, value];
  }

  /** Looks at the decisions made: they become a branch at the next open payment, or lead nowhere. */
  #open(from: number, branches: Branch[]): void {
    if (this.#nodes >= this.nodeLimit) {
      this.#unexplored = Math.max(this.#unexplored, this.#bound());
      return;
    }
    this.#nodes++;
    const mark = this.#trail.length;
    if (this.#propagate() && this.#isPromising()) {
      let i = from;
      while (i < this.#state.length && this.#state[i] !== OPEN) i++;
      if (i < this.#state.length) {
        branches.push({ payment: i, tried: 0, mark, before: this.#trail.length });
        return;
      }
      this.#keep();
    }
    this.#takeBack(mark);
  }

  /** All payments are decided: feasibility was kept up on the way but for what they bring in together. */
  #keep(): void {
    if (!this.#inside.isFeasible()) return;
    const [first, second] = this.#figures(this.#inside.value, this.#inside.size);
    const isGreater = first > this.#bestFirst || (first === this.#bestFirst && second > this.#bestSecond);
    const isEqual = first === this.#bestFirst && second === this.#bestSecond;
    if (!isGreater && !(isEqual && this.#comparedWithBest() > 0)) return;
    this.#best = this.#inside.has.slice();
    [this.#bestFirst, this.#bestSecond] = [first, second];
  }

  /** Whether something better than the incumbent may still come of the decisions made. */
  #isPromising(): boolean {
    const first = this.#bound();
    if (first !== this.#bestFirst) return first > this.#bestFirst;
    const second = this.#boundOfSecond();
    if (second !== this.#bestSecond) return second > this.#bestSecond;
    return this.#comparedWithBest() >= 0;
  }

  /** 1 if the decisions lead to sets that come before the incumbent, −1 if behind it, 0 as long as both have the same payments. */
  #comparedWithBest(): number {
    for (let i = 0; i < this.#state.length; i++) {
      if (this.#state[i] === OPEN) return 0;
      if ((this.#state[i] === IN ? 1 : 0) !== this.#best[i]) return this.#state[i] === IN ? 1 : -1;
    }
    return 0;
  }

  /** The most of the objective that the relaxation leaves. */
  #bound(): number {
    const { amount, available, banks, receiver, sender } = this.problem;
    const lack = new Float64Array(banks);
    for (let b = 0; b < banks; b++) lack[b] = -available[b]! - this.#inside.net(b);
    const arcs: Arc[] = [];
    const joint = this.objective === 'value' ? new Map<number, Arc>() : null;
    let most = this.objective === 'value' ? this.#inside.value : this.#inside.size;
    for (let i = 0; i < this.#state.length; i++) {
      if (this.#state[i] !== OPEN) continue;
      most += joint ? amount[i]! : 1;
      const [from, to] = [sender[i]!, receiver[i]!];
      if (from === to) continue;
      lack[from]! += amount[i]!;
      lack[to]! -= amount[i]!;
      const key = from * banks + to;
      const known = joint?.get(key);
      if (known !== undefined) {
        known.capacity += amount[i]!;
        continue;
      }
      const arc = { from, to, capacity: amount[i]!, cost: joint ? 1 : this.#largest / amount[i]! };
      arcs.push(arc);
      joint?.set(key, arc);
    }
    // Prices per cent are of the size of 1, however large the amounts are: a whole payment costs `largest`.
    const reduction = cheapestReduction(lack, arcs) / (joint ? 1 : this.#largest);
    return Math.floor(most - reduction + 1e-6);
  }

  /** The most of the second figure if the first one is that of the incumbent. */
  #boundOfSecond(): number {
    const { amount } = this.problem;
    const open: number[] = [];
    for (let i = 0; i < this.#state.length; i++) if (this.#state[i] === OPEN) open.push(amount[i]!);
    open.sort((x, y) => x - y);
    if (this.objective === 'number') {
      const missing = this.#bestFirst - this.#inside.size;
      return this.#inside.value + open.slice(open.length - missing).reduce((sum, x) => sum + x, 0);
    }
    let missing = this.#bestFirst - this.#inside.value;
    let size = this.#inside.size;
    for (const x of open) {
      if (x > missing) break;
      missing -= x;
      size++;
    }
    return size;
  }

  /** Decides what no longer can be decided otherwise; false if the decisions contradict each other. */
  #propagate(): boolean {
    for (let changed = true; changed;) {
      changed = false;
      for (let b = 0; b < this.problem.banks; b++) if (this.#lackAtBest(b, 0, 0) > 0) return false;
      for (let i = 0; i < this.#state.length; i++) {
        if (this.#state[i] !== OPEN) continue;
        if (!this.#mayBeIn(i)) this.#decide(i, OUT);
        else if (this.#mustBeIn(i)) this.#decide(i, IN);
        else continue;
        changed = true;
      }
    }
    return this.problem.netLimits || this.problem.limits.every((_, k) => this.#inside.excess(k) <= 0);
  }

  /** What a bank lacks if everything that may come in comes in. */
  #lackAtBest(b: number, amount: number, cls: number): number {
    const { multilateralRoom, netLimits } = this.problem;
    const money = this.#inside.lackWith(b, amount, cls) - this.#undecidedIn[b]!;
    if (multilateralRoom[b] === Infinity) return money;
    const over = this.#inside.overLimit(b) + amount - (netLimits ? this.#undecidedIn[b]! : 0);
    return Math.max(money, over);
  }

  #mayBeIn(i: number): boolean {
    const { amount, class: cls, limitOf, netLimits, sender } = this.problem;
    if (this.#lackAtBest(sender[i]!, amount[i]!, cls[i]!) > 0) return false;
    const limit = limitOf[i]!;
    return netLimits || limit < 0 || this.#inside.excess(limit) + amount[i]! <= 0;
  }

  /** Without it its receiver could not pay what it has to. */
  #mustBeIn(i: number): boolean {
    const { amount, receiver, sender } = this.problem;
    if (receiver[i] === sender[i]) return false;
    return this.#inside.lack(receiver[i]!) - this.#undecidedIn[receiver[i]!]! + amount[i]! > 0;
  }

  /** Of equal payments of a pair the earlier ones are taken first. */
  #leaveOutEqualOnes(i: number): void {
    const { amount, class: cls, from, receiver, sender } = this.problem;
    for (const j of from[sender[i]!]!)
      if (j > i && this.#state[j] === OPEN && receiver[j] === receiver[i] && amount[j] === amount[i] && cls[j] === cls[i])
        this.#decide(j, OUT);
  }

  #decide(i: number, choice: number): void {
    this.#state[i] = choice;
    this.#trail.push(i);
    this.#undecidedIn[this.problem.receiver[i]!]! -= this.problem.amount[i]!;
    if (choice === IN) this.#inside.add(i);
  }

  #takeBack(mark: number): void {
    while (this.#trail.length > mark) {
      const i = this.#trail.pop()!;
      if (this.#state[i] === IN) this.#inside.remove(i);
      this.#state[i] = OPEN;
      this.#undecidedIn[this.problem.receiver[i]!]! += this.problem.amount[i]!;
    }
  }
}
