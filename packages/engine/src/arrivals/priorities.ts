import type { Band, PriorityDistribution } from '../scenario/config.js';
import type { RandomStream } from '@simcash/random';

/** Draws an internal priority, 0–10. A drawn 0 stays 0. */
export type DrawPriority = (rng: RandomStream) => number;

/** How a distribution's priorities are drawn (spec 02 §6). */
export function priorityDraw(distribution: PriorityDistribution): DrawPriority {
  switch (distribution.type) {
    case 'Fixed':
      return () => distribution.value;
    case 'Uniform':
      return (rng) => Math.min(rng.range(distribution.min, distribution.max + 1), 10);
    case 'Categorical':
      return categoryDraw(distribution.values, distribution.weights);
  }
}

function categoryDraw(values: readonly number[], weights: readonly number[]): DrawPriority {
  if (values.length === 0) return () => 5;
  let total = 0;
  for (const weight of weights) total += weight;
  if (total <= 0) return () => Math.min(values[0]!, 10);
  return (rng) => {
    let rest = rng.nextDouble() * total;
    for (let i = 0; i < weights.length; i++) {
      rest -= weights[i]!;
      if (rest <= 0) return Math.min(values[i]!, 10);
    }
    return Math.min(values.at(-1)!, 10);
  };
}

const BAND_RANGES: Record<Band, readonly [number, number]> = { urgent: [8, 11], normal: [4, 8], low: [0, 4] };

/** Draws a priority within an arrival band. */
export function bandPriorityDraw(band: Band): DrawPriority {
  const [min, max] = BAND_RANGES[band];
  return (rng) => rng.range(min, max);
}
