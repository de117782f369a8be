/**
 * When two banks learn to pay, if each would rather wait for the other (the stag hunt of Bech and Garratt 2003): tabular Q-learning,
 * begun with trust, with distrust, or with anything in between:
 *
 *   node docs/examples/learning/timing-stag-hunt.mjs [starts] [episodes]
 */
import { Xorshift64Star } from '@simcash/random';
import { isMain, numbers, open } from './open.mjs';

const BANKS = ['EAST', 'WEST'];
const [WAIT, PAY] = [0, 1];
const [RATE, EXPLORES] = [0.1, 0.05];

/** What a bank expects of waiting and of paying in the morning, in cents: from the costs of the four cases. */
const BELIEFS = {
  optimistic: () => [-200, 0],
  pessimistic: () => [-200, -300],
  random: (rng) => [-200, -300 * rng.nextDouble()],
};

/** What the banks do in the end: "morning", "afternoon", or "mixed". */
export function learn(environment, beliefs, seed, episodes, tell = () => undefined) {
  const rng = new Xorshift64Star(BigInt(seed));
  const expected = Object.fromEntries(BANKS.map((id) => [id, BELIEFS[beliefs](rng)]));
  const greedy = (id) => (expected[id][PAY] > expected[id][WAIT] ? PAY : WAIT);
  for (let episode = 0; episode < episodes; episode++) {
    environment.reset();
    const explores = EXPLORES / (1 + episode / 500);
    const choice = (id) => (rng.nextDouble() < explores ? Math.floor(2 * rng.nextDouble()) : greedy(id));
    const actions = Object.fromEntries(BANKS.map((id) => [id, choice(id)]));
    const morning = environment.step(actions);
    // Whatever waits is paid in the afternoon: nothing is gained by waiting longer.
    const afternoon = environment.step({ EAST: PAY, WEST: PAY });
    for (const id of BANKS) {
      const reward = morning.rewards[id] + afternoon.rewards[id];
      expected[id][actions[id]] += RATE * (reward - expected[id][actions[id]]);
    }
    tell(episode, BANKS.map(greedy));
  }
  const choices = BANKS.map(greedy);
  if (choices[0] !== choices[1]) return 'mixed';
  return choices[0] === PAY ? 'morning' : 'afternoon';
}

/** By beliefs at the start, how many of the starts ended where. */
export function experiment(starts, episodes) {
  const environment = open('stag-hunt.yaml');
  return Object.keys(BELIEFS).map((beliefs) => {
    const ends = { morning: 0, afternoon: 0, mixed: 0 };
    for (let start = 1; start <= starts; start++) ends[learn(environment, beliefs, start, episodes)]++;
    return { beliefs, starts, episodes, ...ends };
  });
}

if (isMain(import.meta))
  for (const { afternoon, beliefs, mixed, morning, starts } of experiment(...numbers(200, 1000)))
    console.log(`${beliefs.padEnd(11)}  of ${starts} starts: ${morning} morning, ${afternoon} afternoon, ${mixed} mixed`);
