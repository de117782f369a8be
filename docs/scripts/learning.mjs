import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { linesSvg } from '@simcash/pictures';
import * as joint from '../examples/learning/liquidity-and-timing.mjs';
import * as twelve from '../examples/learning/liquidity-twelve-periods.mjs';
import * as two from '../examples/learning/liquidity-two-periods.mjs';
import { open } from '../examples/learning/open.mjs';
import * as hunt from '../examples/learning/timing-stag-hunt.mjs';

/**
 * What banks learn (spec 18 §8): the figures of the guide "Let banks learn" and its drawings.
 *
 *   node docs/scripts/learning.mjs        all of it, some minutes
 */

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Means over runs and over stretches of episodes, of each of several numbers. */
function averaged(runs, episodes, names, play) {
  const STRETCHES = 120;
  const sums = names.map(() => new Float64Array(STRETCHES));
  const counts = new Float64Array(STRETCHES);
  for (let run = 0; run < runs; run++)
    play(run, (episode, values) => {
      const stretch = Math.floor((episode * STRETCHES) / episodes);
      counts[stretch]++;
      values.forEach((value, i) => (sums[i][stretch] += value));
    });
  return names.map((name, i) => ({
    name,
    points: Array.from(counts, (count, k) => [((k + 0.5) * episodes) / STRETCHES, sums[i][k] / count]).filter(([, y]) => y === y),
  }));
}

const draw = (name, title, lines, y) =>
  writeFileSync(here(`../guide/pictures/${name}.svg`), `${linesSvg({ title, x: 'episodes', y }, lines)}\n`);
const BANKS = ['BANK_A', 'BANK_B'];

console.log('1. Liquidity, two periods');
{
  const { near, runs } = two.experiment(50, 6000);
  console.log(`   ${near} of ${runs} runs end within 0.03 of (0, 0.20)`);
  const environment = open('two-periods.yaml');
  const lines = averaged(50, 6000, BANKS, (run, tell) => two.learn(environment, run + 1, 6000, tell));
  draw('learning-two-periods', 'Share of the pool brought in, mean of 50 runs of learning', lines, 'share');
}

console.log('2. Liquidity, twelve periods');
{
  const runs = twelve.experiment(10, 20_000, 300);
  const worst = Math.max(...runs.flat().map(({ ratio }) => ratio));
  console.log(
    `   ${runs.filter((banks) => banks.every(({ ratio }) => ratio <= 1.05)).length} of ${runs.length} runs within 5% of the best response; the worst bank ${((worst - 1) * 100).toFixed(1)}% above`,
  );
  const environment = open('twelve-periods.yaml');
  const lines = averaged(
    10,
    20_000,
    BANKS,
    (run, tell) => (environment.reset({ seed: run }), twelve.learn(environment, run + 1, 20_000, tell)),
  );
  draw('learning-twelve-periods', 'Share of the pool brought in, mean of 10 runs of learning', lines, 'share');
}

console.log('3. Timing, stag hunt');
{
  for (const { afternoon, beliefs, mixed, morning, starts } of hunt.experiment(200, 1000))
    console.log(`   ${beliefs}: of ${starts} starts ${morning} in the morning, ${afternoon} in the afternoon, ${mixed} mixed`);
  const environment = open('stag-hunt.yaml');
  const lines = ['optimistic', 'random', 'pessimistic'].flatMap((beliefs) =>
    averaged(200, 1000, [beliefs], (run, tell) =>
      hunt.learn(environment, beliefs, run + 1, 1000, (episode, [east, west]) => tell(episode, [(east + west) / 2])),
    ),
  );
  draw(
    'learning-stag-hunt',
    'Share of banks that pay in the morning, by what they believe at first; 200 starts each',
    lines,
    'share',
  );
}

console.log('4. Liquidity and timing together');
{
  const { learned, planner, within } = joint.experiment(20, 10_000);
  console.log(
    `   planner ${planner.cost} cents; ${within} of ${learned.length} runs at most 5% above, the dearest ${Math.max(...learned.map(({ cost }) => cost))} cents`,
  );
  const environment = open('three-periods.yaml');
  const [costs] = averaged(20, 10_000, ['learned'], (run, tell) => joint.learn(environment, run + 1, 10_000, tell));
  const late = costs.points.filter(([episode]) => episode > 500);
  draw(
    'learning-joint',
    'Cost of both banks in cents after the first 500 days, mean of 20 runs of learning',
    [
      { name: 'learned', points: late },
      { name: 'planner', points: late.map(([episode]) => [episode, planner.cost]) },
    ],
    'cents',
  );
}

console.log('5. Liquidity, two periods, in Python');
{
  const folder = mkdtempSync(path.join(tmpdir(), 'simcash-'));
  const program = here('../../apps/cli/bin/simcash.js');
  writeFileSync(path.join(folder, 'simcash_env.py'), execFileSync(process.execPath, [program, 'env', '--client', 'python']));
  const example = here('../examples/learning/liquidity_two_periods.py');
  const env = { ...process.env, PYTHONPATH: folder, SIMCASH: `${process.execPath} ${program}` };
  const out = execFileSync('python3', [example, '50', '6000'], { env, encoding: 'utf8' });
  console.log(`   ${out.trimEnd().split('\n').at(-1)}`);
  rmSync(folder, { recursive: true });
}
