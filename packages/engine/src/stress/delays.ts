import { detailsJson } from '../scenario-events/details.js';
import type { World } from '../world.js';
import type { StressState } from './state.js';
import { beganIn, endOf, type StressEvent } from './windows.js';

type PaymentDelay = Extract<StressEvent, { type: 'PaymentDelay' }>;

/** Payments that may not be released for a while after their arrival (spec 15 §3). */
export class Delays {
  readonly #events: readonly PaymentDelay[];
  /** First tick in which a delayed payment may be released, by its number. */
  readonly #until = new Map<number, number>();

  constructor(events: readonly StressEvent[]) {
    this.#events = events.filter((event) => event.type === 'PaymentDelay');
  }

  begin({ clock, log }: World, event: PaymentDelay): void {
    const { agent, delay_ticks, min_amount, payment_type, receiver } = event;
    const until = endOf(event, clock.tick);
    const details = {
      agent,
      delay_ticks,
      min_amount: min_amount ?? null,
      payment_type: payment_type ?? null,
      receiver: receiver ?? null,
      until_tick: until === Infinity ? null : until,
    };
    log.scenarioEventExecuted('payment_delay', detailsJson(details));
  }

  /** A payment arrives: the latest of the windows that it falls into counts. */
  arrived(world: World, p: number): void {
    const { clock, payments } = world;
    for (const event of this.#events) {
      if (beganIn(event, clock.tick) === null || !concerns(world, event, p)) continue;
      const number = payments.number[p]!;
      this.#until.set(number, Math.max(this.until(number), clock.tick + event.delay_ticks));
    }
  }

  /** First tick in which a payment may be released; 0 for one that is not delayed. */
  until(number: number): number {
    return this.#until.get(number) ?? 0;
  }

  /** Delays that are over by this tick are forgotten. */
  forget(tick: number): void {
    for (const [number, until] of this.#until) if (until <= tick) this.#until.delete(number);
  }

  save(): Pick<StressState, 'delayed'> {
    return { delayed: [...this.#until].sort(([x], [y]) => x - y) };
  }

  load({ delayed }: StressState): void {
    for (const [number, until] of delayed) this.#until.set(number, until);
  }
}

function concerns({ banks, listed, payments }: World, event: PaymentDelay, p: number): boolean {
  const { agent, min_amount = 0, payment_type, receiver } = event;
  if (agent !== 'all' && agent !== banks.ids[payments.sender[p]!]) return false;
  if (receiver !== undefined && receiver !== banks.ids[payments.receiver[p]!]) return false;
  if (payments.amount[p]! < min_amount) return false;
  return payment_type === undefined || listed?.typeOf(payments.arrivalSeq[p]!) === payment_type;
}
