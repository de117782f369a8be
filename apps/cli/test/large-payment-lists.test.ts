import { describe, expect, it } from 'vitest';
import { simcash, temporaryDirectory } from './support/simcash.js';

/** A list whose amounts are exact, and whose sum is beyond the exact range. */
const FILES = {
  's.yaml': `simulation: {num_days: 1, ticks_per_day: 4, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000, policy: {type: Fifo}}
payments: {file: pay.csv}
`,
  'pay.csv': `external_ref,tick,sender,receiver,amount
A,1,NORTH,SOUTH,90071992547409.91
B,2,SOUTH,NORTH,90071992547409.90
`,
};

describe('a list that is worth more than the exact range', () => {
  it('is told to programs to the cent', async () => {
    const { code, stdout } = await simcash(['payments', 'check', 's.yaml', '--json'], { cwd: temporaryDirectory(FILES) });
    expect([code, (JSON.parse(stdout) as { value: unknown }).value]).toEqual([0, '18014398509481981']);
  });

  it('is told to people to the cent', async () => {
    const { stdout } = await simcash(['payments', 'check', 's.yaml'], { cwd: temporaryDirectory(FILES) });
    expect(stdout).toContain('180,143,985,094,819.81');
  });

  it('does not hide the other lists of its database', async () => {
    const cwd = temporaryDirectory(FILES);
    const run = await simcash(['run', 's.yaml', '--save', '--quiet'], { cwd });
    expect(run.stderr).toContain('Amount out of range');
    const { code, stderr } = await simcash(['payments', 'list'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
  });
});
