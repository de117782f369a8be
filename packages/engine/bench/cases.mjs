import { readFileSync } from 'node:fs';
import { readScenario, readScenarioText, withDesign } from '../dist/index.js';
import { listedScenario } from './listed.mjs';
import { policyScenario } from './policies.mjs';
import { target2Scenario } from './target2.mjs';

const SEED = 2024;

/**
 * What is measured. `runs` is the default number of runs; `reference` is the time that the reference implementation took for the same
 * scenario, in seconds; `expectedEvents` guards against a fast engine that computes something else.
 */
export const CASES = [
  reference('bench-50x1d', 2.47, 53_066, 15),
  reference('bench-200x30d', 6.75, 60_162, 15),
  reference('bench-200x30d-xl', 121.9, 116_593, 15),
  reference('bench-gridlock', 2.95, 2_012, 15),
  { name: 'target2-1d', runs: 3, scenario: () => target2Scenario({ seed: SEED }) },
  // The same day from a list: spec 13 §16.
  { name: 'target2-1d-listed', runs: 3, scenario: () => listed(target2Scenario({ seed: SEED })) },
  // The same day under other designs: spec 12 §13.
  ...['t2', 'recommended_fifo'].map((preset) => ({
    name: `target2-1d-${preset}`,
    runs: 3,
    warmUpTicks: 100,
    scenario: () => withDesign(target2Scenario({ seed: SEED }), { preset }),
  })),
  { name: 'target2-10d', runs: 3, warmUpTicks: 300, scenario: () => target2Scenario({ seed: SEED, days: 10 }) },
  // Growth: the same traffic with twice the banks, and ten days that should cost the same each.
  ...twiceTheBanks('banks', 5),
  ...twiceTheBanks('scarce', 1),
  {
    name: 'days-10',
    runs: 5,
    scenario: () => target2Scenario({ seed: SEED, banks: 200, payments: 20_000, ticks: 200, days: 10 }),
  },
  { name: 'policies', runs: 5, evaluations: true, scenario: () => policyScenario({ seed: SEED }) },
];

/** The same payments among 500 and 1,000 banks. With scarce money more banks also mean more queueing, so the log itself grows. */
function twiceTheBanks(name, liquidity) {
  return [500, 1000].map((banks) => ({
    name: `${name}-${banks}`,
    runs: 5,
    scenario: () => target2Scenario({ seed: SEED, banks, liquidity, payments: 50_000, ticks: 300 }),
  }));
}

/** A scenario with the payments that another one generates. */
function listed(generated) {
  const { document, payments } = listedScenario(generated);
  return readScenario(document, { payments });
}

function reference(name, seconds, expectedEvents, runs) {
  return { name, runs, reference: seconds, expectedEvents, scenario: () => scenarioIn(`scenarios/${name}.yaml`) };
}

function scenarioIn(path) {
  const file = new URL(path, import.meta.url);
  const { document } = readScenarioText(readFileSync(file, 'utf8'));
  return readScenario(document, {
    exactIntegers: true,
    readPolicy: (jsonPath) => readFileSync(new URL(jsonPath, file), 'utf8'),
  });
}
