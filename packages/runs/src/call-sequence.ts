import type { Simulation } from '@simcash/engine';
import type { CallRecord } from '@simcash/protocol';

/** Calls from outside that a run had, made once more at the ticks that they preceded. */
export class CallSequence {
  #next = 0;

  /** `calls` in their order. */
  constructor(private readonly calls: readonly Pick<CallRecord, 'tick' | 'call'>[]) {}

  /** Makes the calls that precede the next tick. @throws SimulationError for one that cannot be made */
  makeBefore(simulation: Simulation): void {
    for (; this.calls[this.#next]?.tick === simulation.currentTick; this.#next++) simulation.repeat(this.calls[this.#next]!.call);
  }
}
