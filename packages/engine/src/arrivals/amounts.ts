import { InvalidConfigError } from '../errors.js';
import { guard, roundHalfAway } from '../numeric/integers.js';
import { cos, exp, ln } from '../numeric/transcendental.js';
import type { AmountDistribution } from '../scenario/config.js';
import type { Xorshift64Star } from './rng.js';

const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Draws a payment amount in cents, at least 1. */
export type DrawAmount = (rng: Xorshift64Star) => number;

/** How a distribution's amounts are drawn (spec 02 §3). */
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
      return (rng) => clamp(-ln(Math.max(rng.nextDouble(), SMALLEST_NORMAL)) / distribution.lambda, 1);
  }
}

/** The parameters are moments of the amount itself, not of its logarithm (Quirk Q202). */
function logNormalDraw(mean: number, deviation: number): DrawAmount {
  if (mean <= 0 || deviation < 0) return () => 1;
  const variance = ln(1 + (deviation * deviation) / (mean * mean));
  const mu = ln(mean) - variance / 2;
  const sigma = Math.sqrt(variance);
  return (rng) => clamp(exp(mu + sigma * standardNormal(rng)), roundHalfAway(mean));
}

function standardNormal(rng: Xorshift64Star): number {
  const u1 = rng.nextDouble();
  const u2 = rng.nextDouble();
  return Math.sqrt(-2 * ln(u1)) * cos(6.283185307179586 * u2);
}

function clamp(raw: number, fallback: number): number {
  const amount = Number.isFinite(raw) && raw > 0 ? roundHalfAway(raw) : fallback;
  return guard(Math.max(amount, 1), 'a drawn amount');
}
