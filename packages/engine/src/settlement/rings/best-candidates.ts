/**
 * Keeps the first `capacity` of many candidates in the order of their totals, largest first.
 *
 * Candidates must be offered in the order that decides between equal totals, so a later one never displaces an equal earlier one
 * (spec 04 §10.3).
 */
export class BestCandidates<T> {
  /** Binary heap, the candidate that would go first on top. */
  readonly #heap: { total: number; order: number; candidate: T }[] = [];
  #offered = 0;

  constructor(private readonly capacity: number) {}

  /** Totals up to this one are of no use any more; −Infinity while there is room. */
  get bar(): number {
    if (this.capacity === 0) return Infinity;
    return this.#heap.length < this.capacity ? -Infinity : this.#heap[0]!.total;
  }

  /** Offers a candidate whose total is above the {@link bar}. */
  add(total: number, candidate: T): void {
    const entry = { total, order: this.#offered++, candidate };
    if (this.#heap.length < this.capacity) {
      this.#heap.push(entry);
      this.#up(this.#heap.length - 1);
    } else {
      this.#heap[0] = entry;
      this.#down(0);
    }
  }

  /** What was kept, in candidate order. */
  inOrder(): T[] {
    return [...this.#heap].sort((x, y) => y.total - x.total || x.order - y.order).map((entry) => entry.candidate);
  }

  #worse(i: number, j: number): boolean {
    const x = this.#heap[i]!;
    const y = this.#heap[j]!;
    return x.total < y.total || (x.total === y.total && x.order > y.order);
  }

  #swap(i: number, j: number): void {
    [this.#heap[i], this.#heap[j]] = [this.#heap[j]!, this.#heap[i]!];
  }

  #up(i: number): void {
    for (let parent = (i - 1) >> 1; i > 0 && this.#worse(i, parent); i = parent, parent = (i - 1) >> 1) this.#swap(i, parent);
  }

  #down(i: number): void {
    for (;;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let worst = i;
      if (left < this.#heap.length && this.#worse(left, worst)) worst = left;
      if (right < this.#heap.length && this.#worse(right, worst)) worst = right;
      if (worst === i) return;
      this.#swap(i, worst);
      i = worst;
    }
  }
}
