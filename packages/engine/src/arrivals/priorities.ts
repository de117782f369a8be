import type { Band, PriorityDistribution } from '../scenario/config.js';
import type { Xorshift64Star } from './rng.js';

/** Draws an internal priority 0–10 (spec 02 §6). A drawn 0 stays 0. */
export function drawPriority(distribution: PriorityDistribution, rng: Xorshift64Star): number {
  switch (distribution.type) {
    case 'Fixed':
      return distribution.value;
    case 'Uniform':
      return Math.min(rng.range(distribution.min, distribution.max + 1), 10);
    case 'Categorical':
      return Math.min(drawCategory(distribution.values, distribution.weights, rng), 10);
  }
}

function drawCategory(values: readonly number[], weights: readonly number[], rng: Xorshift64Star): number {
  if (values.length === 0) return 5;
  let total = 0;
  for (const weight of weights) total += weight;
  if (total <= 0) return values[0]!;
  let rest = rng.nextDouble() * total;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i]!;
    if (rest <= 0) return values[i]!;
  }
  return values.at(-1)!;
}

const BAND_RANGES: Record<Band, readonly [number, number]> = { urgent: [8, 11], normal: [4, 8], low: [0, 4] };

/** Draws a priority within an arrival band. */
export function drawBandPriority(band: Band, rng: Xorshift64Star): number {
  const [min, max] = BAND_RANGES[band];
  return rng.range(min, max);
}
