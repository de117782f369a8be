import type { AcceptedRow } from './row.js';
import { RTGS_WORDS } from './source/schema.js';

/** A column of numbers that grows: a list may have millions of payments, and no number needs an object. */
class NumberColumn {
  length = 0;

  constructor(private values: Float64Array | Int32Array | Uint8Array | Int8Array) {}

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new (this.values.constructor as new (length: number) => typeof this.values)(2 * this.length);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index]!;
  }
}

/** A column of texts that recur. */
class WordColumn {
  readonly #places = new NumberColumn(new Int32Array(FIRST));
  readonly #words: (string | null)[] = [];
  readonly #known = new Map<string | null, number>();

  push(word: string | null): void {
    let place = this.#known.get(word);
    if (place === undefined) {
      place = this.#words.push(word) - 1;
      this.#known.set(word, place);
    }
    this.#places.push(place);
  }

  at(index: number): string | null {
    return this.#words[this.#places.at(index)]!;
  }
}

const FIRST = 1024;

/** Payments as they were read, in columns. */
export class AcceptedColumns {
  readonly tick = new NumberColumn(new Int32Array(FIRST));
  readonly effective = new NumberColumn(new Float64Array(FIRST));
  readonly own = new NumberColumn(new Float64Array(FIRST));
  readonly sender = new NumberColumn(new Int32Array(FIRST));
  readonly receiver = new NumberColumn(new Int32Array(FIRST));
  readonly amount = new NumberColumn(new Float64Array(FIRST));
  readonly deadline = new NumberColumn(new Float64Array(FIRST));
  readonly priority = new NumberColumn(new Uint8Array(FIRST));
  /** Position in {@link RTGS_WORDS}; −1 for none. */
  readonly rtgs = new NumberColumn(new Int8Array(FIRST));
  readonly divisible = new NumberColumn(new Uint8Array(FIRST));
  readonly timeCritical = new NumberColumn(new Uint8Array(FIRST));
  readonly externalRef: (string | null)[] = [];
  readonly paymentType = new WordColumn();
  readonly onBehalfOf = new WordColumn();
  readonly source = new NumberColumn(new Int32Array(FIRST));
  readonly row = new NumberColumn(new Float64Array(FIRST));
  totalValue = 0n;
  #value = 0;
  /** Lists nearly always are in the order in which payments arrive. */
  #isInOrder = true;

  add(source: number, row: number, payment: AcceptedRow): void {
    this.tick.push(payment.tick);
    this.effective.push(payment.effective);
    this.own.push(payment.own);
    this.sender.push(payment.sender);
    this.receiver.push(payment.receiver);
    this.amount.push(payment.amount);
    this.deadline.push(payment.deadline);
    this.priority.push(payment.priority);
    this.rtgs.push(payment.rtgsPriority === null ? -1 : RTGS_WORDS.indexOf(payment.rtgsPriority));
    this.divisible.push(payment.isDivisible ? 1 : 0);
    this.timeCritical.push(payment.isTimeCritical ? 1 : 0);
    this.externalRef.push(payment.externalRef);
    this.paymentType.push(payment.paymentType);
    this.onBehalfOf.push(payment.onBehalfOf);
    this.source.push(source);
    this.row.push(row);
    const last = this.tick.length - 1;
    if (this.#isInOrder && last > 0) this.#isInOrder = this.#compare(last - 1, last) < 0;
    const sum = this.#value + payment.amount;
    if (Number.isSafeInteger(sum)) this.#value = sum;
    else {
      this.totalValue += BigInt(this.#value) + BigInt(payment.amount);
      this.#value = 0;
    }
  }

  /** Places by tick, effective instant, own instant, source and row: the last two are the order in which they were read. */
  sorted(): Uint32Array {
    this.totalValue += BigInt(this.#value);
    this.#value = 0;
    const order = Uint32Array.from({ length: this.tick.length }, (_, i) => i);
    return this.#isInOrder ? order : order.sort((a, b) => this.#compare(a, b));
  }

  #compare(a: number, b: number): number {
    const { effective, own, tick } = this;
    return tick.at(a) - tick.at(b) || by(effective.at(a), effective.at(b)) || by(own.at(a), own.at(b)) || a - b;
  }
}

/** Infinite differences of lists of ticks are no numbers: equal instants must not be subtracted. */
const by = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
