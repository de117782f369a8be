import { Simulation, type Scenario } from '@simcash/engine';
import type { ObservationPlan } from '../definition/plan.js';

/** What learners see, as numbers that have been scaled and clipped (spec 18 §3). */
export class Observer {
  /** Numbers of an observation. */
  readonly width: number;
  /** Takes one observation at a time. */
  readonly seen: Float64Array;
  /** What each learner sees before anything has begun: the same in every episode. */
  readonly #openings: readonly Float64Array[];

  constructor(
    scenario: Scenario,
    private readonly learners: readonly string[],
    private readonly plan: ObservationPlan,
  ) {
    this.width = plan.view.width;
    this.seen = new Float64Array(this.width);
    this.#openings = Simulation.lookBefore(scenario, plan.view, learners);
    for (const seen of this.#openings) this.#scale(seen, 0);
  }

  /** Writes what a learner sees; `simulation` is null before day 0 has been set up. */
  observe(simulation: Simulation | null, learner: number, into: Float64Array, at: number): void {
    if (simulation === null) return into.set(this.#openings[learner]!, at);
    simulation.look(this.plan.view, this.learners[learner]!, into, at);
    this.#scale(into, at);
  }

  #scale(into: Float64Array, at: number): void {
    const { clip, scales } = this.plan;
    for (let i = 0; i < scales.length; i++) {
      const x = into[at + i]! / scales[i]!;
      // A register may hold what is no number; and 0 has no sign.
      into[at + i] = Number.isNaN(x) ? 0 : Math.max(-clip, Math.min(clip, x)) + 0;
    }
  }
}
