import { roundHalfAway } from '@simcash/protocol';
import { exponential, ln, lognormal, pareto, standardNormal, WeightedChoice, type RandomStream } from '@simcash/random';
import { InvalidConfigError } from '../errors.js';
import { guard } from '../numeric/integers.js';
import type { AmountDistribution } from '../scenario/config.js';

/** Draws a payment amount in cents, at least 1. */
export type DrawAmount = (rng: RandomStream) => number;

/** How a distribution's amounts are drawn (spec 02 §3, 13 §13.3). */
export function amountDraw(distribution: AmountDistribution): DrawAmount {
  switch (distribution.type) {
    case 'Uniform':
      return (rng) => {
        const amount = rng.range(distribution.min, distribution.max + 1);
        if (amount <= 0)
          throw new InvalidConfigError(`amount must be positive: a Uniform distribution from ${distribution.min} drew ${amount}`);
        return amount;
      };
    case 'Normal':
      return (rng) => clamp(distribution.mean + distribution.std_dev * standardNormal(rng), 1);
    case 'LogNormal':
      return logNormalDraw(distribution.mean, distribution.std_dev);
    case 'Exponential':
      return (rng) => clamp(exponential(rng, distribution.lambda), 1);
    case 'Pareto': {
      const { alpha, threshold } = distribution;
      return (rng) => clamp(pareto(rng, threshold, alpha), roundHalfAway(threshold));
    }
    case 'Empirical': {
      const { values, weights } = distribution;
      const choice = new WeightedChoice(weights ?? values.map(() => 1));
      return (rng) => values[choice.draw(rng)]!;
    }
    case 'Mixture': {
      const { components } = distribution;
      const choice = new WeightedChoice(components.map(({ weight }) => weight));
      const draws = components.map((component) => amountDraw(component.distribution));
      return (rng) => draws[choice.draw(rng)]!(rng);
    }
  }
}

/** The parameters are moments of the amount itself, not of its logarithm (Quirk Q202). */
function logNormalDraw(mean: number, deviation: number): DrawAmount {
  if (mean <= 0 || deviation < 0) return () => 1;
  const variance = ln(1 + (deviation * deviation) / (mean * mean));
  const mu = ln(mean) - variance / 2;
  const sigma = Math.sqrt(variance);
  return (rng) => clamp(lognormal(rng, mu, sigma), roundHalfAway(mean));
}

function clamp(raw: number, fallback: number): number {
  const amount = Number.isFinite(raw) && raw > 0 ? roundHalfAway(raw) : fallback;
  return guard(Math.max(amount, 1), 'a drawn amount');
}
