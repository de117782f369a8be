import type { Rule, RulePayment } from './rules.js';

/** Spec 12 §6.8, §6.9 and §6.13 word for word, without a thought of speed and without any code of the product. */

export interface PlainQueue {
  /** In queue order. */
  queue: readonly RulePayment[];
  rules: readonly Rule[];
}

export type PlainDrop = 'last' | 'best_fit';
export type PlainOrder = 'queue' | 'value' | 'priority';

/** Places in the queue. */
type Chosen = readonly number[];

/** The best of several: the first one by ascending keys. */
function firstBy<T>(all: readonly T[], keys: (one: T) => readonly (number | string)[]): T | undefined {
  const compare = (x: T, y: T): number => {
    const [a, b] = [keys(x), keys(y)];
    const k = a.findIndex((key, i) => key !== b[i]);
    return k < 0 ? 0 : a[k]! < b[k]! ? -1 : 1;
  };
  return all.toSorted(compare)[0];
}

export class PlainNetting {
  readonly #all: number[];
  readonly #banks: string[];

  constructor(private readonly given: PlainQueue) {
    this.#all = given.queue.map((_, i) => i);
    this.#banks = [...new Set(given.queue.flatMap(({ from, to }) => [from, to]))].sort();
  }

  /** Extraction of Q* less `without`, in which `kept` is never named; null if a step names nothing else. */
  extraction(rule: PlainDrop, { kept = -1, from = this.#all }: { kept?: number; from?: Chosen } = {}): Chosen | null {
    let set = [...from];
    for (;;) {
      const dropped = this.#toDrop(set, rule, kept);
      if (dropped === null) return set;
      if (dropped < 0) return null;
      set = set.filter((i) => i !== dropped);
    }
  }

  refill(set: Chosen, { maxChain, order, without = -1 }: { maxChain: number; order: PlainOrder; without?: number }): Chosen {
    let filled = set;
    for (let added = true; added;) {
      added = false;
      for (const i of this.#ordered(order)) {
        const longer = filled.includes(i) || i === without ? null : this.chain(i, filled, maxChain, without);
        if (longer === null) continue;
        filled = longer;
        added = true;
      }
    }
    return filled;
  }

  chain(i: number, set: Chosen, maxChain: number, without = -1): Chosen | null {
    const longer = [...set, i];
    if (this.#breaksLimits(longer)) return null;
    for (let length = 1; ; length++) {
      const b = firstBy(
        this.#banks.filter((bank) => this.#lack(bank, longer) > 0),
        (bank) => [-this.#lack(bank, longer), bank],
      );
      if (b === undefined) return longer;
      if (length === maxChain) return null;
      const d = this.#lack(b, longer);
      const { queue } = this.given;
      const payers = this.#all.filter(
        (j) =>
          !longer.includes(j) &&
          j !== without &&
          queue[j]!.to === b &&
          queue[j]!.from !== b &&
          !this.#breaksLimits([...longer, j]),
      );
      const adds = (j: number): number => {
        const { from } = queue[j]!;
        return Math.max(this.#lack(from, [...longer, j]), 0) - Math.max(this.#lack(from, longer), 0);
      };
      const enough = payers.filter((j) => queue[j]!.amount >= d);
      const next =
        firstBy(enough, (j) => [adds(j), queue[j]!.amount, j]) ?? firstBy(payers, (j) => [-queue[j]!.amount, adds(j), j]);
      if (next === undefined) return null;
      longer.push(next);
    }
  }

  /** The best set, and whether a further start was due. */
  search({
    maxChain,
    maxStarts,
    order,
  }: {
    maxChain: number;
    maxStarts: number;
    order: PlainOrder;
  }): [set: Chosen, truncated: boolean] {
    const fill = (set: Chosen): Chosen => this.refill(set, { maxChain, order });
    let best: Chosen = fill(this.extraction('last')!);
    const offer = (set: Chosen | null): boolean => {
      if (set === null) return false;
      const filled = fill(set);
      if (!this.#isBetter(filled, best)) return false;
      best = filled;
      return true;
    };
    offer(this.extraction('best_fit'));
    let starts = 0;
    for (const i of this.#ordered('value')) {
      for (const start of [
        () => this.extraction('best_fit', { kept: i }),
        () => this.extraction('best_fit', { from: this.#all.filter((j) => j !== i) }),
        () => this.chain(i, [], maxChain),
      ]) {
        if (starts++ >= maxStarts) return [best, true];
        offer(start());
      }
    }
    for (let improved = true; improved;) {
      improved = false;
      const known = best;
      for (const i of this.#ordered('value').filter((j) => known.includes(j))) {
        if (starts++ >= maxStarts) return [best, true];
        const less = this.extraction('best_fit', { from: this.#all.filter((j) => known.includes(j) && j !== i) })!;
        improved = offer(this.refill(less, { maxChain, order, without: i }));
        if (improved) break;
      }
    }
    return [best, false];
  }

  /** The best set, and whether a further step was due. */
  localSearch(maxSteps: number): [set: Chosen, truncated: boolean] {
    const { queue } = this.given;
    const banksOf = (i: number): string[] => [queue[i]!.from, queue[i]!.to];
    const order = this.#ordered('value');
    const [last, bestFit] = (['last', 'best_fit'] as const).map((rule) =>
      this.refill(this.extraction(rule)!, { maxChain: 8, order: 'value' }),
    );
    let best = this.#isBetter(bestFit!, last!) ? bestFit! : last!;
    let steps = 0;
    for (let improved = true; improved && best.length < order.length;) {
      improved = false;
      const [inside, outside] = [true, false].map((isInside) => order.filter((i) => best.includes(i) === isInside));
      const near = (i: number): number[] => inside!.filter((j) => banksOf(j).some((bank) => banksOf(i).includes(bank)));
      for (const first of [...order.map((i) => [i]), ...outside!.flatMap((i) => near(i).map((j) => [i, j]))]) {
        if (steps++ >= maxSteps) return [best, true];
        const better = this.#ejectionChain(best, first);
        if (better === null) continue;
        best = better;
        improved = true;
        break;
      }
    }
    return [best, false];
  }

  #ejectionChain(best: Chosen, first: readonly number[]): Chosen | null {
    const { queue, rules } = this.given;
    const limits = rules.filter(({ name }) => name.startsWith('K3'));
    const toggled = (set: Chosen, i: number): Chosen => (set.includes(i) ? set.filter((j) => j !== i) : [...set, i]);
    const missing = (set: Chosen): number =>
      [
        ...this.#banks.map((bank) => this.#shortfall(bank, set)),
        ...limits.map((limit) => Math.max(this.#excess(limit, set), 0)),
      ].reduce((sum, x) => sum + x, 0);
    const price = (set: Chosen, i: number): number => 2 * missing(toggled(set, i)) - this.#value(toggled(set, i));
    const moved = [...first];
    let set = first.reduce(toggled, best);
    for (;;) {
      const limit = firstBy(
        limits.filter((one) => this.#excess(one, set) > 0),
        (one) => [-this.#excess(one, set), ...pairOf(one)],
      );
      const bank = firstBy(
        this.#banks.filter((one) => this.#shortfall(one, set) > 0),
        (one) => [-this.#shortfall(one, set), one],
      );
      if (limit === undefined && bank === undefined && this.#isBetter(set, best)) return set;
      if (moved.length >= 8) return null;
      const helps = (i: number): boolean => {
        const isInside = set.includes(i);
        if (limit !== undefined) return isInside ? limit.weight(queue[i]!) > 0 : limit.weight(queue[i]!) < 0;
        if (bank !== undefined) return (isInside ? queue[i]!.from : queue[i]!.to) === bank;
        return !isInside;
      };
      const next = firstBy(
        this.#all.filter((i) => !moved.includes(i) && helps(i)),
        (i) => [price(set, i), set.includes(i) ? 0 : 1, i],
      );
      if (next === undefined) return null;
      moved.push(next);
      set = toggled(set, next);
    }
  }

  #isBetter(a: Chosen, b: Chosen): boolean {
    const [x, y] = [this.#value(a), this.#value(b)];
    return x > y || (x === y && a.length > b.length);
  }

  /** The payment that the next step of an extraction drops; −1 if none may be, null if the set is feasible. */
  #toDrop(set: Chosen, rule: PlainDrop, kept: number): number | null {
    const { queue, rules } = this.given;
    const broken = rules.filter(({ name }) => name.startsWith('K3')).filter((limit) => this.#excess(limit, set) > 0);
    const worst = firstBy(broken, (limit) => [-this.#excess(limit, set), ...pairOf(limit)]);
    const short = this.#banks.filter((bank) => this.#shortfall(bank, set) > 0);
    const b = firstBy(short, (bank) => [-this.#shortfall(bank, set), bank]);
    if (worst === undefined && b === undefined) return null;
    const [payer, payee] = worst === undefined ? [b!, null] : pairOf(worst);
    const d = worst === undefined ? this.#shortfall(b!, set) : this.#excess(worst, set);
    const named = set.filter((i) => i !== kept && queue[i]!.from === payer && (payee === null || queue[i]!.to === payee));
    if (named.length === 0) return -1;
    if (rule === 'last') return Math.max(...named);
    const others = named.filter((i) => worst !== undefined || queue[i]!.to !== payer);
    const candidates = others.length > 0 ? others : named;
    const least = Math.max(...candidates.map((i) => queue[i]!.class));
    const ofClass = candidates.filter((i) => queue[i]!.class === least);
    const enough = ofClass.filter((i) => queue[i]!.amount >= d);
    return firstBy(enough, (i) => [queue[i]!.amount, -i]) ?? firstBy(ofClass, (i) => [-queue[i]!.amount, -i])!;
  }

  #ordered(order: PlainOrder): number[] {
    const { queue } = this.given;
    const keys = (i: number): number[] => [
      order === 'priority' ? queue[i]!.class : 0,
      order === 'queue' ? 0 : -queue[i]!.amount,
      i,
    ];
    return this.#all.toSorted((i, j) => {
      const [a, b] = [keys(i), keys(j)];
      return a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!;
    });
  }

  #breaksLimits(set: Chosen): boolean {
    return this.given.rules.some((rule) => /^K[34]/.test(rule.name) && this.#excess(rule, set) > 0);
  }

  #lack(bank: string, set: Chosen): number {
    return this.#most(set, ({ name }) => name === `K1 of ${bank}` || name.startsWith(`K2 of ${bank},`));
  }

  #shortfall(bank: string, set: Chosen): number {
    return Math.max(
      this.#lack(bank, set),
      this.#most(set, ({ name }) => name === `K4 of ${bank}`),
      0,
    );
  }

  #most(set: Chosen, isMeant: (rule: Rule) => boolean): number {
    return Math.max(...this.given.rules.filter(isMeant).map((rule) => this.#excess(rule, set)));
  }

  #excess({ room, weight }: Rule, set: Chosen): number {
    return set.reduce((sum, i) => sum + weight(this.given.queue[i]!), 0) - room;
  }

  #value(set: Chosen): number {
    return set.reduce((sum, i) => sum + this.given.queue[i]!.amount, 0);
  }
}

function pairOf({ name }: Rule): [payer: string, payee: string] {
  const [, payer, payee] = /^K3 of (\w+) towards (\w+)$/.exec(name)!;
  return [payer!, payee!];
}
