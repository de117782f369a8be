export { hash64 } from './hash64.js';
export { exponential, lognormal, pareto, standardNormal } from './distributions.js';
export { cos, exp, ln, pow } from './transcendental.js';
export { WeightedChoice } from './weighted-choice.js';
export { poissonLimit, Xorshift64Star } from './xorshift.js';
