import type { ScenarioEvent } from '../scenario/config.js';
import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';
import { Delays } from './delays.js';
import { Outages } from './outages.js';
import { Shocks } from './shocks.js';
import type { StressState } from './state.js';
import { isStressEvent, type StressEvent } from './windows.js';

/** What stress events have brought about (spec 15 Part A). Simulations whose scenario has none of them have none of this. */
export class Stress {
  readonly outages: Outages;
  readonly shocks: Shocks;
  readonly delays: Delays;

  private constructor(events: readonly StressEvent[], banks: number) {
    this.outages = new Outages(events, banks);
    this.shocks = new Shocks(banks);
    this.delays = new Delays(events);
  }

  /** Null for a scenario without stress events. */
  static of(events: readonly ScenarioEvent[], banks: number): Stress | null {
    const stressing = events.filter(isStressEvent);
    return stressing.length === 0 ? null : new Stress(stressing, banks);
  }

  /** Windows that are over by this tick end: first outages, then what shocks took comes back (start of phase 3). */
  endWindows(world: World): void {
    this.outages.end(world);
    this.shocks.restore(world);
    this.delays.forget(world.clock.tick);
  }

  /** An event that falls due. */
  begin(world: World, event: StressEvent): void {
    switch (event.type) {
      case 'ParticipantOutage':
        return this.outages.beginOfBank(world, event);
      case 'SystemOutage':
        return this.outages.beginOfSystem(world, event);
      case 'LiquidityShock':
        return this.shocks.strike(world, event);
      case 'PaymentDelay':
        return this.delays.begin(world, event);
    }
  }

  /** Whether a payment of a bank's own queue is kept back: it is delayed, or its bank does not pay the receiver at present. */
  withholds({ clock, payments }: World, p: number): boolean {
    return (
      this.delays.until(payments.number[p]!) > clock.tick || this.outages.hasReacted(payments.sender[p]!, payments.receiver[p]!)
    );
  }

  /** Logs the payments of a bank that are kept back for the first time, in queue order. */
  logWithheld(world: World, b: number): void {
    const { clock, log, payments, queue1 } = world;
    for (let p = queue1.first(b); p !== NONE; p = queue1.after(p)) {
      const number = payments.number[p]!;
      const until = this.delays.until(number);
      if (until > clock.tick && payments.createdTick[p] === clock.tick)
        log.policyHold(b, number, log.texts.keep(`Delayed { tick: ${until} }`));
      if (this.outages.noteWithheld(b, payments.receiver[p]!, number))
        log.policyHold(b, number, log.texts.keep('CounterpartyOutage'));
    }
  }

  save(world: World): StressState {
    return { ...this.outages.save(), ...this.shocks.save(world), ...this.delays.save() };
  }

  load(world: World, state: StressState): void {
    this.outages.load(world, state);
    this.shocks.load(world, state);
    this.delays.load(state);
  }
}
