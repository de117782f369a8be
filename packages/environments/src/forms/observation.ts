import type { EnvironmentPlan } from '../definition/plan.js';
import type { Space } from '../decisions/space.js';
import type { DecisionPoint, Episode } from '../episode/episode.js';

/** What a learner sees at a point of decision; of no other bank anything (spec 18 §3). */
export interface Observation {
  /** The decision that it is for. */
  readonly point: DecisionPoint;
  /** Days are counted from 0. */
  readonly day: number;
  /** The tick that is about to begin, or stands still. */
  readonly tick: number;
  /** The fields, scaled and clipped. */
  readonly values: readonly number[];
  /** Fields of the first payments of the own queue, a row for each; rows of zeros where there are none. */
  readonly queue: readonly (readonly number[])[];
  /** 1 for rows with a payment. */
  readonly mask: readonly number[];
}

/** Spaces of the parts of an observation, the same at every point. */
export interface ObservationSpace {
  /** The space of the values. */
  readonly values: Space;
  /** Of one row of the queue; null without one. */
  readonly queue: (Space & { readonly rows: number }) | null;
  /** The space of the mask of allowed actions; null without one. */
  readonly mask: Space | null;
}

export function observationSpace({ observation: { clip, fields, queue } }: EnvironmentPlan): ObservationSpace {
  const box = (n: number): Space => ({
    type: 'box',
    low: new Array<number>(n).fill(-clip),
    high: new Array<number>(n).fill(clip),
  });
  return {
    values: box(fields.length),
    queue: queue.max === 0 ? null : { ...box(queue.fields.length), rows: queue.max },
    mask: queue.max === 0 ? null : { type: 'multi_binary', n: queue.max },
  };
}

export function observationOf(plan: EnvironmentPlan, episode: Episode, learner: number): Observation {
  const { fields, queue } = plan.observation;
  const { seen } = plan.observer;
  episode.observe(learner, seen);
  const each = queue.fields.length;
  const part = (from: number, to: number): number[] => Array.prototype.slice.call(seen, from, to);
  const first = fields.length;
  const mask = first + queue.max * each;
  return {
    point: episode.point,
    day: episode.day,
    tick: episode.tick,
    values: part(0, first),
    queue: Array.from({ length: queue.max }, (_, row) => part(first + row * each, first + (row + 1) * each)),
    mask: part(mask, seen.length),
  };
}
