import type { Selection } from './selection.js';

/** Banks that are short of something, in a heap: the largest shortfall first, equal ones by id (spec 12 §4.4). */
export class ShortBanks {
  readonly #heap: Int32Array;
  #size = 0;
  /** Where a bank stands in the heap, −1 if it is short of nothing. */
  readonly #place: Int32Array;
  readonly #shortfall: Float64Array;

  constructor(private readonly selection: Selection) {
    const { banks } = selection.problem;
    this.#heap = new Int32Array(banks);
    this.#place = new Int32Array(banks).fill(-1);
    this.#shortfall = new Float64Array(banks);
    for (let b = 0; b < banks; b++) this.changed(b);
  }

  /** −1 if no bank is short of anything. */
  worst(): number {
    return this.#size === 0 ? -1 : this.#heap[0]!;
  }

  /** What a bank pays or receives has changed. */
  changed(b: number): void {
    const shortfall = this.selection.shortfall(b);
    const before = this.#shortfall[b]!;
    if (shortfall === before) return;
    this.#shortfall[b] = shortfall;
    if (before === 0) this.#rise(this.#size++, b);
    else if (shortfall === 0) this.#leave(b);
    else if (shortfall > before) this.#rise(this.#place[b]!, b);
    else this.#sink(this.#place[b]!, b);
  }

  #leave(b: number): void {
    const place = this.#place[b]!;
    const last = this.#heap[--this.#size]!;
    this.#place[b] = -1;
    if (last === b) return;
    this.#rise(place, last);
    this.#sink(this.#place[last]!, last);
  }

  #rise(place: number, b: number): void {
    for (let parent = (place - 1) >> 1; place > 0 && this.#comesFirst(b, this.#heap[parent]!); parent = (place - 1) >> 1) {
      this.#put(this.#heap[parent]!, place);
      place = parent;
    }
    this.#put(b, place);
  }

  #sink(place: number, b: number): void {
    for (let child = 2 * place + 1; child < this.#size; child = 2 * place + 1) {
      if (child + 1 < this.#size && this.#comesFirst(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!this.#comesFirst(this.#heap[child]!, b)) break;
      this.#put(this.#heap[child]!, place);
      place = child;
    }
    this.#put(b, place);
  }

  #put(b: number, place: number): void {
    this.#heap[place] = b;
    this.#place[b] = place;
  }

  #comesFirst(a: number, b: number): boolean {
    const [x, y] = [this.#shortfall[a]!, this.#shortfall[b]!];
    return x > y || (x === y && a < b);
  }
}
