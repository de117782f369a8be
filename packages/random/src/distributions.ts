import { cos, exp, ln, pow } from './transcendental.js';
import type { RandomStream } from './stream.js';

const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Mean 0, standard deviation 1: two draws (spec 02 §3). */
export function standardNormal(rng: RandomStream): number {
  const u1 = rng.nextDouble();
  const u2 = rng.nextDouble();
  return Math.sqrt(-2 * ln(u1)) * cos(6.283185307179586 * u2);
}

/** `mu` and `sigma` are mean and standard deviation of the logarithm. */
export const lognormal = (rng: RandomStream, mu: number, sigma: number): number => exp(mu + sigma * standardNormal(rng));

/** A draw from the exponential distribution with rate `lambda` above 0: one draw. */
export const exponential = (rng: RandomStream, lambda: number): number =>
  -ln(Math.max(rng.nextDouble(), SMALLEST_NORMAL)) / lambda;

/** At least `threshold`; the larger `alpha`, the thinner the tail (spec 13 §13.3). */
export const pareto = (rng: RandomStream, threshold: number, alpha: number): number =>
  threshold * pow(1 - rng.nextDouble(), -1 / alpha);
