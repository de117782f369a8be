import { NONE } from '../payments/payments.js';
import type { PolicyContext } from './context.js';
import { FIELDS, fieldReader, isFieldKnown } from './fields.js';
import type { Read } from './fields/definition.js';

/** Fields of a waiting payment that a view may show; `receiver_index` is the receiver's position in byte order of ids. */
export const QUEUE_FIELDS: readonly string[] = [
  ...[...FIELDS.values()]
    .filter(({ category, read }) => (category === 'TransactionField' || category === 'CostField') && !read.bank)
    .map(({ name }) => name),
  'receiver_index',
];

/** Writes the numbers that a view shows of a bank, from `at` on. */
export let readView: (view: FieldView, context: PolicyContext, bank: number, into: Float64Array, at: number) => void;

/** What somebody outside sees of a bank: numbers that its trees could read, and nothing of any other bank (spec 18 §3). */
export class FieldView {
  static {
    readView = (view, ...rest) => view.#read(...rest);
  }

  readonly #fields: readonly Read[];
  readonly #queue: readonly Read[];
  readonly #max: number;
  /** Numbers that the view has: the fields, those of `max` payments one after the other, and of each whether it is there. */
  readonly width: number;

  /**
   * @param fields names that bank trees may read, registers included
   * @param queue names out of {@link QUEUE_FIELDS}, of the first `max` payments of the own queue
   * @throws RangeError for a name that is not known there
   */
  constructor(fields: readonly string[], queue: { readonly max: number; readonly fields: readonly string[] }) {
    this.#fields = fields.map((name) => {
      if (!isFieldKnown(name, 'bank')) throw new RangeError(`'${name}' is no field that bank trees can read`);
      return fieldReader(name, 'bank')!;
    });
    this.#queue = queue.fields.map((name) => {
      if (!QUEUE_FIELDS.includes(name)) throw new RangeError(`'${name}' is no field of a payment in a queue`);
      return name === 'receiver_index' ? receiverIndex : fieldReader(name, 'payment')!;
    });
    this.#max = queue.max;
    this.width = fields.length + queue.max * (queue.fields.length + 1);
  }

  #read(context: PolicyContext, bank: number, into: Float64Array, at: number): void {
    let next = at;
    context.lookAt(bank);
    for (const read of this.#fields) into[next++] = read(context);
    if (this.#max === 0) return;
    const { queue1 } = context.world;
    const mask = next + this.#max * this.#queue.length;
    into.fill(0, next, mask + this.#max);
    let p = queue1.first(bank);
    for (let i = 0; i < this.#max && p !== NONE; i++, p = queue1.after(p)) {
      context.lookAt(bank, p);
      for (const read of this.#queue) into[next++] = read(context);
      into[mask + i] = 1;
    }
  }
}

const receiverIndex: Read = (c) => c.world.payments.receiver[c.payment]!;
