import { RTGS_PRIORITIES, type ListedPayment, type PaymentList } from '@simcash/protocol';
import { InvalidConfigError } from '../errors.js';
import type { Banks } from '../ledger/banks.js';
import { firstPlace } from '../numeric/first-place.js';
import { capDeadline } from '../payments/deadline-cap.js';
import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';
import { logArrivals } from './arrival.js';
import type { ArrivalSource } from './source.js';

/** The payment list of a run: which payments have been taken, and which of the run's payments they became (spec 13 §7.4). */
export class ListedArrivals implements ArrivalSource {
  /** Payments taken so far: they come in order. */
  taken = 0;
  /** Place in the list by `arrival_seq`. */
  readonly #places = new Map<number, number>();

  constructor(
    readonly list: PaymentList,
    private readonly banks: Pick<Banks, 'indexOf'>,
  ) {}

  /** Payments that arrive in this tick (phase 4a). */
  arrive(world: World): number {
    const { clock, config, payments, queue1 } = world;
    const { sources } = config.payments!;
    const created: number[] = [];
    for (const { payment, receiver, sender } of this.#takeUntil(clock.tick)) {
      const { amount, deadline_tick, is_divisible, priority, rtgs_priority } = payment;
      // Deadlines of a stored run were capped when its payments arrived.
      const isCapped = sources[payment.source]?.run !== undefined;
      const deadline = isCapped ? Math.max(deadline_tick, clock.tick + 1) : capDeadline(world, deadline_tick);
      const p = world.createPayment(sender, receiver, amount, deadline, priority);
      payments.divisible[p] = is_divisible ? 1 : 0;
      payments.declaredPriority[p] = rtgs_priority === null ? NONE : RTGS_PRIORITIES.indexOf(rtgs_priority);
      this.#places.set(payments.arrivalSeq[p]!, this.taken - 1);
      queue1.append(p, clock.tick);
      created.push(p);
    }
    logArrivals(world, created);
    return created.length;
  }

  /** The list's payments of a tick, which are taken now. */
  *#takeUntil(tick: number): Generator<{ payment: ListedPayment; sender: number; receiver: number }> {
    while (this.taken < this.list.length) {
      const payment = this.list.at(this.taken);
      if (payment.tick > tick) return;
      this.taken++;
      yield { payment, sender: this.#bank(payment.sender_id), receiver: this.#bank(payment.receiver_id) };
    }
  }

  /** Place in the list of a payment, or of the one that it is a part of; −1 if it is not from the list. */
  indexOf(arrivalSeq: number): number {
    return this.#places.get(arrivalSeq) ?? -1;
  }

  /** The reference of a payment, or of the one that it is a part of; null if it is not from the list, or has none. */
  referenceOf(arrivalSeq: number): string | null {
    const place = this.#places.get(arrivalSeq);
    return place === undefined ? null : this.list.at(place).external_ref;
  }

  /** The type of a payment; null if it is not from the list, or has none. */
  typeOf(arrivalSeq: number): string | null {
    const place = this.#places.get(arrivalSeq);
    return place === undefined ? null : this.list.at(place).payment_type;
  }

  /** Whether a payment must settle by its deadline, as its list says. */
  isTimeCritical(arrivalSeq: number): boolean {
    const place = this.#places.get(arrivalSeq);
    return place !== undefined && this.list.at(place).time_critical;
  }

  /** What has been taken, and the places of payments that are still of interest, for snapshots. */
  save(arrivalSeqs: Iterable<number>): { taken: number; places: [arrivalSeq: number, place: number][] } {
    const places = [...new Set(arrivalSeqs)]
      .sort((a, b) => a - b)
      .flatMap((seq): [number, number][] => (this.#places.has(seq) ? [[seq, this.#places.get(seq)!]] : []));
    return { taken: this.taken, places };
  }

  load({ places, taken }: { taken: number; places: readonly (readonly [arrivalSeq: number, place: number])[] }): void {
    this.taken = taken;
    for (const [seq, place] of places) this.#places.set(seq, place);
  }

  /** Payments of the list that arrive before a tick. */
  countBefore(tick: number): number {
    return firstPlace(this.list.length, (i) => this.list.at(i).tick >= tick);
  }

  #bank(id: string): number {
    const bank = this.banks.indexOf(id);
    if (bank < 0) throw new InvalidConfigError(`the payment list names ${id}, which is no bank of the scenario`);
    return bank;
  }
}
