import type { ListOrigin, PaymentList } from '@simcash/protocol';
import type { AcceptedColumns } from './accepted-columns.js';
import { listHash } from './identity.js';
import { RTGS_WORDS, type RtgsWord } from './source/schema.js';

/** A payment of a data set, in ticks and cents. */
export interface DataSetPayment {
  /** Position in the order of the data set, from 1. */
  readonly arrival_index: number;
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The bank that pays. */
  readonly sender_id: string;
  /** The bank that is paid. */
  readonly receiver_id: string;
  /** In cents. */
  readonly amount: number;
  /** Raw: the engine caps it when the payment arrives. */
  readonly deadline_tick: number;
  /** From 0 to 10; the higher, the more urgent. */
  readonly priority: number;
  /** The priority in the central settlement; null if none was declared. */
  readonly rtgs_priority: RtgsWord | null;
  /** Whether a policy may split the payment. */
  readonly is_divisible: boolean;
  /** The payment's reference in the list. */
  readonly external_ref: string | null;
  /** What kind of payment it is, in the words of the list. */
  readonly payment_type: string | null;
  /** The customer for whom the bank pays. */
  readonly on_behalf_of: string | null;
  /** Whether the payment must settle at a given time. */
  readonly time_critical: boolean;
  /** Position of its source, from 0, and its row there, from 1. */
  readonly source: number;
  /** The row of the file that the payment comes from. */
  readonly source_row: number;
}

/** The accepted payments of all sources in their final order (spec 13 §7.3, §9.1). */
export class DataSet implements PaymentList {
  /** SHA-256 over the payments in order. */
  readonly sha256: string;
  readonly #order: Uint32Array;

  constructor(
    private readonly banks: readonly string[],
    private readonly columns: AcceptedColumns,
    readonly origin: ListOrigin,
  ) {
    this.#order = columns.sorted();
    this.sha256 = listHash(this);
  }

  /** How many there are. */
  get length(): number {
    return this.#order.length;
  }

  /** Σ of the amounts, exact. */
  get totalValue(): bigint {
    return this.columns.totalValue;
  }

  /** Payments in order. */
  *[Symbol.iterator](): Generator<DataSetPayment> {
    for (let index = 0; index < this.#order.length; index++) yield this.at(index);
  }

  /** The payment at a place, from 0. */
  at(index: number): DataSetPayment {
    const { columns } = this;
    const i = this.#order[index]!;
    const rtgs = columns.rtgs.at(i);
    return {
      arrival_index: index + 1,
      tick: columns.tick.at(i),
      sender_id: this.banks[columns.sender.at(i)]!,
      receiver_id: this.banks[columns.receiver.at(i)]!,
      amount: columns.amount.at(i),
      deadline_tick: columns.deadline.at(i),
      priority: columns.priority.at(i),
      rtgs_priority: rtgs < 0 ? null : RTGS_WORDS[rtgs]!,
      is_divisible: columns.divisible.at(i) === 1,
      external_ref: columns.externalRef[i]!,
      payment_type: columns.paymentType.at(i),
      on_behalf_of: columns.onBehalfOf.at(i),
      time_critical: columns.timeCritical.at(i) === 1,
      source: columns.source.at(i),
      source_row: columns.row.at(i),
    };
  }

  /** Time of the payment at a place, from 0, as the list gives it: microseconds; infinite for a list of ticks. */
  instantAt(index: number): number {
    return this.columns.own.at(this.#order[index]!);
  }
}
