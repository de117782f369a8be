export { hash64 } from './hash64.js';
export { exponential, lognormal, pareto, standardNormal } from './distributions.js';
export { GENERATORS, type Generator, type GeneratorName } from './generators.js';
export { poissonLimit, RandomStream } from './stream.js';
export { cos, exp, ln, pow } from './transcendental.js';
export { WeightedChoice } from './weighted-choice.js';
export { Xorshift64Star } from './xorshift.js';
