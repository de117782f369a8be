import { guard } from '../numeric/integers.js';
import { NONE, type Payments } from '../payments/payments.js';

/** Rows at first: V8 keeps typed arrays of 64 bytes in its own heap, and short simulations would else spend their time on making them. */
const ROWS = 8;

/**
 * The central queue by ordered pair of banks (sender, receiver): sum, number and list of the queued payments from one to the other.
 *
 * Kept up to date with every change of the queue, so that offsetting, ring search and the policy fields about counterparties
 * never scan it (spec 04 §16 O1, O5). A pair is a row number; rows appear with the first payment and stay.
 */
export class Pairs {
  readonly #rowOf = new Map<number, number>();
  #rows = 0;
  /** Pairs with queued payments in both directions, as the row of the smaller bank's direction, in no particular order. */
  readonly ready: number[] = [];
  /** Rows with queued payments, in no particular order. */
  readonly active: number[] = [];
  /** Active rows by sender and by receiver. */
  readonly outgoing: number[][];
  readonly incoming: number[][];

  from = new Int32Array(ROWS);
  to = new Int32Array(ROWS);
  sum = new Float64Array(ROWS);
  count = new Int32Array(ROWS);
  head = new Int32Array(ROWS);
  #tail = new Int32Array(ROWS);
  /** Row of the opposite direction, NONE as long as nothing was ever queued there. */
  opposite = new Int32Array(ROWS);
  #readyAt = new Int32Array(ROWS);
  #activeAt = new Int32Array(ROWS);
  #outgoingAt = new Int32Array(ROWS);
  #incomingAt = new Int32Array(ROWS);

  constructor(
    private readonly payments: Payments,
    private readonly banks: number,
  ) {
    this.outgoing = Array.from({ length: banks }, () => []);
    this.incoming = Array.from({ length: banks }, () => []);
  }

  /** Row of a pair, NONE if nothing was ever queued from `sender` to `receiver`. */
  row(sender: number, receiver: number): number {
    return this.#rowOf.get(sender * this.banks + receiver) ?? NONE;
  }

  /** Queued cents from one bank to another. */
  value(sender: number, receiver: number): number {
    const row = this.row(sender, receiver);
    return row === NONE ? 0 : this.sum[row]!;
  }

  /** Adds a payment that joined the queue, at the place that its queue key gives it. */
  add(p: number): void {
    const { payments } = this;
    const row = this.#rowFor(payments.sender[p]!, payments.receiver[p]!);
    payments.pair[p] = row;
    let after = this.#tail[row]!;
    while (after !== NONE && payments.queueKey[after]! > payments.queueKey[p]!) after = payments.previousOfPair[after]!;
    const before = after === NONE ? this.head[row]! : payments.nextOfPair[after]!;
    payments.previousOfPair[p] = after;
    payments.nextOfPair[p] = before;
    if (after === NONE) this.head[row] = p;
    else payments.nextOfPair[after] = p;
    if (before === NONE) this.#tail[row] = p;
    else payments.previousOfPair[before] = p;
    this.sum[row] = guard(this.sum[row]! + payments.remaining[p]!, 'the value of queued payments');
    if (this.count[row]!++ === 0) this.#activate(row);
  }

  /** Takes out a payment that leaves the queue. */
  remove(p: number): void {
    const { payments } = this;
    const row = payments.pair[p]!;
    const next = payments.nextOfPair[p]!;
    const previous = payments.previousOfPair[p]!;
    if (previous === NONE) this.head[row] = next;
    else payments.nextOfPair[previous] = next;
    if (next === NONE) this.#tail[row] = previous;
    else payments.previousOfPair[next] = previous;
    this.sum[row]! -= payments.remaining[p]!;
    if (--this.count[row]! === 0) this.#deactivate(row);
  }

  /** Payments of a pair in queue order. */
  list(row: number): number[] {
    const list: number[] = [];
    for (let p = this.head[row]!; p !== NONE; p = this.payments.nextOfPair[p]!) list.push(p);
    return list;
  }

  #activate(row: number): void {
    this.#activeAt[row] = this.active.push(row) - 1;
    this.#outgoingAt[row] = this.outgoing[this.from[row]!]!.push(row) - 1;
    this.#incomingAt[row] = this.incoming[this.to[row]!]!.push(row) - 1;
    const opposite = this.opposite[row]!;
    if (opposite !== NONE && this.count[opposite]! > 0) {
      const key = this.#readyRow(row);
      this.#readyAt[key] = this.ready.push(key) - 1;
    }
  }

  #deactivate(row: number): void {
    swapRemove(this.active, this.#activeAt, this.#activeAt[row]!);
    swapRemove(this.outgoing[this.from[row]!]!, this.#outgoingAt, this.#outgoingAt[row]!);
    swapRemove(this.incoming[this.to[row]!]!, this.#incomingAt, this.#incomingAt[row]!);
    const opposite = this.opposite[row]!;
    // A bank's payments to itself face themselves: their count has just become 0.
    if (opposite === row || (opposite !== NONE && this.count[opposite]! > 0)) {
      swapRemove(this.ready, this.#readyAt, this.#readyAt[this.#readyRow(row)]!);
    }
  }

  #readyRow(row: number): number {
    return this.from[row]! <= this.to[row]! ? row : this.opposite[row]!;
  }

  #rowFor(sender: number, receiver: number): number {
    const key = sender * this.banks + receiver;
    const known = this.#rowOf.get(key);
    if (known !== undefined) return known;
    if (this.#rows === this.from.length) this.#grow();
    const row = this.#rows++;
    this.#rowOf.set(key, row);
    this.from[row] = sender;
    this.to[row] = receiver;
    this.head[row] = this.#tail[row] = NONE;
    const opposite = sender === receiver ? row : this.row(receiver, sender);
    this.opposite[row] = opposite;
    if (opposite !== NONE) this.opposite[opposite] = row;
    return row;
  }

  #grow(): void {
    const grown = <T extends Int32Array | Float64Array>(column: T): T => {
      const larger = new (column.constructor as new (length: number) => T)(column.length * 2);
      larger.set(column);
      return larger;
    };
    this.from = grown(this.from);
    this.to = grown(this.to);
    this.sum = grown(this.sum);
    this.count = grown(this.count);
    this.head = grown(this.head);
    this.#tail = grown(this.#tail);
    this.opposite = grown(this.opposite);
    this.#readyAt = grown(this.#readyAt);
    this.#activeAt = grown(this.#activeAt);
    this.#outgoingAt = grown(this.#outgoingAt);
    this.#incomingAt = grown(this.#incomingAt);
  }
}

/** Removes the element at `position` by putting the last one there; `positions` tells where each element stands. */
function swapRemove(list: number[], positions: Int32Array, position: number): void {
  const last = list.pop()!;
  if (position === list.length) return;
  list[position] = last;
  positions[last] = position;
}
