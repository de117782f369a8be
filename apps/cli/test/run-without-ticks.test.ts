import { beforeAll, describe, expect, it } from 'vitest';
import { QUIET_SCENARIO } from './support/simcash.js';
import { Asker, directoryWithRuns, scenarioOf } from './support/stored-runs.js';

/** A run that failed in its first tick is stored, and has no tick that anything could be said about. */

const FAILS_AT_ONCE = `${QUIET_SCENARIO}  - {type: CollateralAdjustment, agent: A, delta: -1, schedule: {type: OneTime, tick: 0}}\n`;

let cwd: string;
beforeAll(async () => {
  cwd = await directoryWithRuns({
    none: { scenario: scenarioOf(FAILS_AT_ONCE), fails: true },
    quiet: { scenario: scenarioOf(QUIET_SCENARIO) },
  });
});

const command = new Asker(() => cwd);

describe.concurrent('a run without ticks', () => {
  it('has indicators without values, and says of how many ticks they are', async () => {
    const { code, stderr, stdout } = await command.ask(['indicators', 'none']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'none is failed: its indicators are those of 0 ticks\n' });
    expect(stdout).toContain('none · 2 banks · 0 days of 4 ticks · failed');
    expect(stdout).toContain('payments due 0 · 0.00    settled 0 (–) · 0.00 (– of value)');
    expect(stdout).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('has no rows of days, ticks and pairs, and one of each bank', async () => {
    const lines = async (by: string): Promise<number> =>
      (await command.output('indicators', 'none', '--by', by, '--csv')).trimEnd().split('\n').length - 1;
    expect(await Promise.all(['day', 'tick', 'part', 'pair', 'bank,day', 'bank'].map(lines))).toEqual([0, 0, 0, 0, 0, 2]);
  });

  it('has a page of each bank', async () => {
    const text = await command.output('bank', 'none', 'A');
    expect(text).toContain('0 payments of 0.00 due, 0 settled; sent 0.00, received 0.00');
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  it('can be compared with another one', async () => {
    const { pairing, runs } = await command.json<{ pairing: object; runs: { ticks: number }[] }>('compare', 'none', 'quiet');
    expect(runs.map(({ ticks }) => ticks)).toEqual([0, 4]);
    expect(pairing).toEqual({ quiet: { paired: 0, only_baseline: 0, only_other: 1, first_difference: 1 } });
  });

  it('has no payment to explain, and no tick to ask for', async () => {
    await Promise.all([
      command.refuses('explain none T00000001', 4, 'none has no stored payment T00000001'),
      command.refuses('queues none --tick 0', 2, '--tick: tick 0 lies outside the run'),
    ]);
  });

  it('has no queues at the end of a tick that there is not', async () => {
    const { stderr, stdout } = await command.ask(['queues', 'none']);
    expect(stdout + stderr).not.toContain('tick -1');
  });

  it('does not name a last tick when it is asked for a tick', async () => {
    const { stderr } = await command.ask(['queues', 'none', '--tick', '0']);
    expect(stderr).not.toContain('-1');
  });
});
