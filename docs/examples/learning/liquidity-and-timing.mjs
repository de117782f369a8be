/**
 * How much liquidity two banks learn to bring in, and in which period they learn to pay, at once (experiment 3), beside the profile
 * that a planner would choose for both, found by trying all:
 *
 *   node docs/examples/learning/liquidity-and-timing.mjs [runs] [episodes]
 */
import { Xorshift64Star } from '@simcash/random';
import { isMain, numbers, open } from './open.mjs';
import { Softmax } from './softmax.mjs';

const LEVELS = 21;
const PERIODS = 3;
const BANKS = ['BANK_A', 'BANK_B'];

/** Plays a day: levels of liquidity, and of every period whether what waits is paid; the costs of both in cents. */
function play(environment, profile) {
  environment.reset();
  let { infos } = environment.step({ BANK_A: profile.BANK_A.level, BANK_B: profile.BANK_B.level });
  for (let period = 0; environment.learners.length > 0; period++)
    ({ infos } = environment.step({ BANK_A: profile.BANK_A.pays[period], BANK_B: profile.BANK_B.pays[period] }));
  return Object.fromEntries(BANKS.map((id) => [id, infos[id].totals.total]));
}

/** What the banks like best after so many days. */
export function learn(environment, seed, episodes, tell = () => undefined) {
  const rng = new Xorshift64Star(BigInt(seed));
  const banks = BANKS.map((id) => ({
    id,
    level: new Softmax(LEVELS, rng),
    pays: Array.from({ length: PERIODS }, () => new Softmax(2, rng)),
  }));
  for (let episode = 0; episode < episodes; episode++) {
    const choices = banks.map(({ id, level, pays }) => [id, { level: level.choose(), pays: pays.map((bank) => bank.choose()) }]);
    const costs = play(environment, Object.fromEntries(choices));
    for (const { id, level, pays } of banks) for (const bank of [level, ...pays]) bank.learn(-costs[id] / 10_000);
    tell(episode, [total(costs)]);
  }
  return Object.fromEntries(banks.map(({ id, level, pays }) => [id, { level: level.best, pays: pays.map(({ best }) => best) }]));
}

/** The profile that costs both together least. */
export function planned(environment) {
  let best = { cost: Infinity };
  const timings = Array.from({ length: 2 ** PERIODS }, (_, bits) => Array.from({ length: PERIODS }, (_, i) => (bits >> i) & 1));
  // A bank that brings in less than the other lives on what that pays: without loss of generality it is BANK_A.
  for (let a = 0; a < LEVELS; a++)
    for (let b = a; b < LEVELS; b++)
      for (const paysA of timings)
        for (const paysB of timings) {
          const profile = { BANK_A: { level: a, pays: paysA }, BANK_B: { level: b, pays: paysB } };
          const cost = total(play(environment, profile));
          if (cost < best.cost) best = { cost, profile };
        }
  return best;
}

const total = (costs) => Object.values(costs).reduce((sum, cents) => sum + cents, 0);

export function experiment(runs, episodes) {
  const environment = open('three-periods.yaml');
  const planner = planned(environment);
  const learned = Array.from({ length: runs }, (_, run) => {
    const profile = learn(environment, run + 1, episodes);
    return { profile, cost: total(play(environment, profile)) };
  });
  return { planner, learned, within: learned.filter(({ cost }) => cost <= planner.cost * 1.05).length };
}

const text = ({ BANK_A: a, BANK_B: b }) =>
  [a, b]
    .map(({ level, pays }) => `${(level / (LEVELS - 1)).toFixed(2)} paying ${pays.map((pay) => (pay ? 'yes' : 'no')).join(', ')}`)
    .join('; ');

if (isMain(import.meta)) {
  const { learned, planner, within } = experiment(...numbers(20, 10_000));
  console.log(`planner: ${planner.cost} cents  ${text(planner.profile)}`);
  for (const { cost, profile } of learned) console.log(`learned: ${cost} cents  ${text(profile)}`);
  console.log(`${within} of ${learned.length} runs cost at most 5% more than the planner’s profile`);
}
