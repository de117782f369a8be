// Runs a game of ten banks over 36 ticks with twenty seeds in one process; what it takes to load the engine is left out.
import { CountingSink, parseScenario, Simulation, withSeed } from '@simcash/engine';
import { begin } from './usage.mjs';

const BANKS = Array.from({ length: 10 }, (_, b) => `BANK_${b}`);
const game = {
  simulation: { ticks_per_day: 36, num_days: 1, rng_seed: 1 },
  agents: BANKS.map((id) => ({
    id,
    opening_balance: 200_000,
    unsecured_cap: 100_000,
    arrival_config: {
      rate_per_tick: 1,
      amount_distribution: { type: 'Uniform', min: 1000, max: 40_000 },
      counterparty_weights: Object.fromEntries(BANKS.filter((other) => other !== id).map((other) => [other, 1])),
      deadline_range: [4, 18],
    },
  })),
};

begin();
const scenario = parseScenario(game);
for (let seed = 1; seed <= 20; seed++)
  Simulation.create(withSeed(scenario, BigInt(seed)), { sink: new CountingSink(), history: 'release' }).run();
