import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as joint from '../examples/learning/liquidity-and-timing.mjs';
import * as twelve from '../examples/learning/liquidity-twelve-periods.mjs';
import * as two from '../examples/learning/liquidity-two-periods.mjs';
import { open } from '../examples/learning/open.mjs';
import * as hunt from '../examples/learning/timing-stag-hunt.mjs';

/** The examples of what banks learn (spec 18 §8), with few episodes; docs/scripts/learning.mjs runs them in full. */

describe('what banks learn', () => {
  it('liquidity, two periods: the only equilibrium', () => {
    expect(two.experiment(3, 6000).near).toBeGreaterThanOrEqual(2);
  });

  it('liquidity, twelve periods: within a few levels of the best response', () => {
    for (const banks of twelve.experiment(1, 6000, 40) as { learned: number; best: number }[][])
      for (const { best, learned } of banks) expect(Math.abs(best - learned)).toBeLessThanOrEqual(0.1);
  });

  it('timing, stag hunt: morning from trust, afternoon from distrust', () => {
    const [trust, distrust, between] = hunt.experiment(8, 400);
    expect(trust).toMatchObject({ beliefs: 'optimistic', morning: 8 });
    expect(distrust).toMatchObject({ beliefs: 'pessimistic', afternoon: 8 });
    expect(between!.morning + between!.afternoon + between!.mixed).toBe(8);
  });

  it('liquidity and timing together: near what a planner would choose', () => {
    const { learned, planner } = joint.experiment(1, 4000) as { learned: { cost: number }[]; planner: { cost: number } };
    expect(planner.cost).toBe(3996);
    expect(learned[0]!.cost).toBeLessThanOrEqual(planner.cost * 1.3);
  });

  it('the game of the stag hunt is the one that its file describes', () => {
    const environment = open('stag-hunt.yaml');
    const costs = (east: number, west: number): number[] => {
      environment.reset();
      environment.step({ EAST: east, WEST: west });
      const { infos } = environment.step({ EAST: 1, WEST: 1 });
      return [infos.EAST!.totals!.total, infos.WEST!.totals!.total];
    };
    expect([costs(1, 1), costs(1, 0), costs(0, 1), costs(0, 0)]).toEqual([
      [0, 0],
      [300, 200],
      [200, 300],
      [200, 200],
    ]);
  });
});

describe.skipIf(spawnSync('python3', ['--version']).status !== 0)('in Python', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'simcash-learning-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('the example runs with the standard library alone', () => {
    const program = path.resolve(import.meta.dirname, '../../apps/cli/bin/simcash.js');
    writeFileSync(path.join(folder, 'simcash_env.py'), execFileSync(process.execPath, [program, 'env', '--client', 'python']));
    const example = path.resolve(import.meta.dirname, '../examples/learning/liquidity_two_periods.py');
    const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1', SIMCASH: `${process.execPath} ${program}` };
    const out = execFileSync('python3', [example, '1', '150'], { env, encoding: 'utf8' });
    expect(out).toMatch(/^BANK_A \d\.\d{3} {2}BANK_B \d\.\d{3}\n\d of 1 runs end within 0\.03 of \(0, 0\.20\)\n$/);
  });
});
