/**
 * How much liquidity two banks learn to bring in on days of random payments (experiment 2), and what it costs them beside the best
 * response, found by a full search on the same days:
 *
 *   node docs/examples/learning/liquidity-twelve-periods.mjs [runs] [episodes] [days]
 */
import { Xorshift64Star } from '@simcash/random';
import { isMain, numbers, open } from './open.mjs';
import { Softmax } from './softmax.mjs';

const LEVELS = 21;
const BANKS = ['BANK_A', 'BANK_B'];
/** Days on which a bank tries a level before it draws a lesson: one day says little. */
const TRIED = 10;

/** Levels that the banks like best after so many days, each of them another one. */
export function learn(environment, seed, episodes, tell = () => undefined) {
  const rng = new Xorshift64Star(BigInt(seed));
  const banks = Object.fromEntries(BANKS.map((id) => [id, new Softmax(LEVELS, rng)]));
  for (let lesson = 0; lesson < episodes / TRIED; lesson++) {
    const levels = Object.fromEntries(BANKS.map((id) => [id, banks[id].choose()]));
    const paid = Object.fromEntries(BANKS.map((id) => [id, 0]));
    for (let day = 0; day < TRIED; day++) {
      environment.reset();
      const { rewards } = environment.step(levels);
      for (const id of BANKS) paid[id] += rewards[id] / TRIED;
    }
    for (const id of BANKS) banks[id].learn(paid[id]);
    tell(
      lesson * TRIED,
      BANKS.map((id) => levels[id] / (LEVELS - 1)),
    );
  }
  return Object.fromEntries(BANKS.map((id) => [id, banks[id].best]));
}

/** Mean cost of a bank in cents over days that nobody has learned from. */
export function meanCost(environment, levels, bank, days) {
  let cents = 0;
  for (let day = 0; day < days; day++) {
    environment.reset({ seed: 1_000_000 + day });
    cents += environment.step(levels).infos[bank].totals.total;
  }
  return cents / days;
}

/** What a bank learned, and what it could have done at best while the other does what it learned. */
function beside(environment, levels, days) {
  return BANKS.map((bank) => {
    const costs = Array.from({ length: LEVELS }, (_, level) => meanCost(environment, { ...levels, [bank]: level }, bank, days));
    const best = Math.min(...costs);
    const fraction = (level) => level / (LEVELS - 1);
    const learned = costs[levels[bank]];
    return {
      bank,
      learned: fraction(levels[bank]),
      best: fraction(costs.indexOf(best)),
      cost: learned,
      best_cost: best,
      ratio: learned / best,
    };
  });
}

export function experiment(runs, episodes, days) {
  const environment = open('twelve-periods.yaml');
  return Array.from({ length: runs }, (_, run) => {
    environment.reset({ seed: run });
    return beside(environment, learn(environment, run + 1, episodes), days);
  });
}

if (isMain(import.meta))
  for (const banks of experiment(...numbers(10, 20_000, 300)))
    for (const { bank, best, best_cost, cost, learned, ratio } of banks)
      console.log(
        `${bank} learned ${learned.toFixed(2)} at ${cost.toFixed(0)} cents a day; the best response is ${best.toFixed(2)} at ` +
          `${best_cost.toFixed(0)}: ${((ratio - 1) * 100).toFixed(1)}% above`,
      );
