/**
 * How fast environments are, in the world of experiment 2 (two banks, twelve ticks, both learn; spec 18 §9):
 *
 *   npm run bench:environments
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CountingSink, readScenario, readScenarioText, Simulation, withSeed } from '@simcash/engine';
import { createEnvironment, createVectorEnvironment } from '@simcash/environments';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const SECONDS = 4;
const file = here('../../../docs/examples/experiments/scenarios/twelve-period.yaml');
const scenario = readScenario(readScenarioText(readFileSync(file, 'utf8')).document, { exactIntegers: true });
const decisions = [
  { at: 'day_start', action: 'fraction' },
  { at: 'tick', action: 'release_all' },
];
const definition = { scenario: 'twelve-period.yaml', learners: ['BANK_A', 'BANK_B'], decisions };
const LEARNERS = 2;

/** How often `work` can be done in a second; `work` answers what is counted. */
function rate(work) {
  const until = (seconds) => {
    const begin = performance.now();
    let count = 0;
    while (performance.now() - begin < seconds * 1000) count += work();
    return count / ((performance.now() - begin) / 1000);
  };
  until(1);
  return until(SECONDS);
}

function episode(environment) {
  environment.reset();
  let steps = 0;
  for (; environment.learners.length > 0; steps++) {
    const action = environment.point === 'day_start' ? 0.5 : 1;
    environment.step({ BANK_A: action, BANK_B: action });
  }
  return steps * LEARNERS;
}

const show = (what, value, unit, goal) =>
  console.log(
    `${what.padEnd(52)} ${Math.round(value).toLocaleString('en-GB').padStart(9)} ${unit}${goal === undefined ? '' : `   goal ${goal}`}`,
  );

const COUNTED = new CountingSink();
let seed = 0n;
const runs = rate(() => {
  Simulation.create(withSeed(scenario, seed++), { sink: COUNTED, history: 'release' }).run();
  return 1;
});
show('decisions that the simulation alone could give', runs * 13 * LEARNERS, 'a second');

const environment = createEnvironment(definition, { scenario });
show(
  'decisions in process, reset included',
  rate(() => episode(environment)),
  'a second',
  '150,000',
);

const SIZE = 64;
const vector = createVectorEnvironment(definition, SIZE, { scenario });
vector.reset();
const actions = { day_start: new Float64Array(SIZE * LEARNERS).fill(0.5), tick: new Float64Array(SIZE * LEARNERS).fill(1) };
show(
  `decisions in a vector of ${SIZE}`,
  rate(() => (vector.step(actions[vector.point]), SIZE * LEARNERS)),
  'a second',
  '400,000',
);

const half = createEnvironment(definition, { scenario });
half.reset({ seed: 1 });
half.step({ BANK_A: 0.5, BANK_B: 0.5 });
for (let tick = 0; tick < 6; tick++) half.step({ BANK_A: 1, BANK_B: 1 });
show('a fork in the middle of an episode', 1e6 / rate(() => (half.fork(), 1)), 'µs');

const python = `
import time
from simcash_env import SimCash
with SimCash("env.json") as env:
    steps, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < ${SECONDS}:
        observations, infos = env.reset()
        while env.agents:
            action = 0.5 if observations["BANK_A"]["point"] == "day_start" else 1
            observations, rewards, terminations, truncations, infos = env.step({bank: action for bank in env.agents})
            steps += 1
print(steps / ${SECONDS})
`;
const folder = mkdtempSync(path.join(tmpdir(), 'simcash-'));
const program = here('../../../apps/cli/bin/simcash.js');
writeFileSync(path.join(folder, 'twelve-period.yaml'), readFileSync(file));
writeFileSync(path.join(folder, 'env.json'), JSON.stringify(definition));
writeFileSync(path.join(folder, 'simcash_env.py'), execFileSync(process.execPath, [program, 'env', '--client', 'python']));
writeFileSync(path.join(folder, 'steps.py'), python);
const env = { ...process.env, SIMCASH: `${process.execPath} ${program}` };
show(
  'steps over lines of JSON from Python',
  Number(execFileSync('python3', ['steps.py'], { cwd: folder, env })),
  'a second',
  '15,000',
);
rmSync(folder, { recursive: true });

global.gc?.();
const before = process.memoryUsage().heapUsed;
for (let i = 0; i < 100_000; i++) episode(environment);
global.gc?.();
show('growth of memory over 100,000 episodes', (process.memoryUsage().heapUsed - before) / 1024, 'KiB', 'none');
