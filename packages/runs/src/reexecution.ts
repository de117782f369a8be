import { Simulation, type Scenario, type SimulationOptions } from '@simcash/engine';
import type { CallRecord, EventSink } from '@simcash/protocol';
import { CallSequence } from './call-sequence.js';

/** What a run can be executed again from. */
export interface Repeatable {
  /** The scenario that is run. */
  readonly scenario: Scenario;
  /** Calls from outside, in order. */
  readonly calls: readonly Pick<CallRecord, 'tick' | 'call'>[];
}

/** A run that is executed once more: the same scenario, the same calls at the same ticks. */
export class Reexecution {
  /** As far as it has been run again. */
  readonly simulation: Simulation;
  readonly #calls: CallSequence;

  /** `algorithms` are the settlement algorithms of its own that the run had. */
  constructor({ calls, scenario }: Repeatable, sink: EventSink, algorithms: NonNullable<SimulationOptions['algorithms']> = {}) {
    this.simulation = Simulation.create(scenario, { sink, history: 'release', algorithms });
    this.#calls = new CallSequence(calls);
  }

  /** Makes the calls that precede the next tick. */
  makeCalls(): void {
    this.#calls.makeBefore(this.simulation);
  }

  /** Runs up to a tick, which is not run itself; its calls are not made yet. */
  runTo(tick: number): Simulation {
    while (this.simulation.currentTick < tick) {
      this.makeCalls();
      this.simulation.tick();
    }
    return this.simulation;
  }
}
