/**
 * How much liquidity two banks learn to bring in when who pays first lends to the other (experiment 1):
 *
 *   node docs/examples/learning/liquidity-two-periods.mjs [runs] [episodes]
 *
 * The only equilibrium is (0, 0.20): BANK_A pays with what BANK_B has paid it.
 */
import { Xorshift64Star } from '@simcash/random';
import { isMain, numbers, open } from './open.mjs';
import { Softmax } from './softmax.mjs';

const LEVELS = 21;
const LAST = 100;

/** Fractions of both banks, averaged over the last episodes of one run of learning. */
export function learn(environment, seed, episodes, tell = () => undefined) {
  const rng = new Xorshift64Star(BigInt(seed));
  const banks = { BANK_A: new Softmax(LEVELS, rng), BANK_B: new Softmax(LEVELS, rng) };
  const ends = [0, 0];
  for (let episode = 0; episode < episodes; episode++) {
    environment.reset();
    const levels = { BANK_A: banks.BANK_A.choose(), BANK_B: banks.BANK_B.choose() };
    const { rewards } = environment.step(levels);
    for (const id of environment.plan.learners) banks[id].learn(rewards[id]);
    const fractions = [levels.BANK_A / (LEVELS - 1), levels.BANK_B / (LEVELS - 1)];
    tell(episode, fractions);
    if (episode >= episodes - LAST) fractions.forEach((fraction, bank) => (ends[bank] += fraction / LAST));
  }
  return ends;
}

/** Runs of learning: how many end near the equilibrium, and the mean fractions of each. */
export function experiment(runs, episodes) {
  const environment = open('two-periods.yaml');
  const ends = Array.from({ length: runs }, (_, run) => learn(environment, run + 1, episodes));
  const near = ends.filter(([a, b]) => Math.abs(a) <= 0.03 && Math.abs(b - 0.2) <= 0.03).length;
  return { runs, episodes, near, ends };
}

if (isMain(import.meta)) {
  const { ends, near, runs } = experiment(...numbers(50, 6000));
  for (const [a, b] of ends) console.log(`BANK_A ${a.toFixed(3)}  BANK_B ${b.toFixed(3)}`);
  console.log(`${near} of ${runs} runs end within 0.03 of (0, 0.20)`);
}
