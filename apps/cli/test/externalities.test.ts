import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

/** `simcash externalities`: every bank alone behaves like a benchmark. */

const DEMO = path.resolve(import.meta.dirname, '../../../docs/examples/scenarios/demo.yaml');
const cwd = temporaryDirectory({ 's.yaml': readFileSync(DEMO, 'utf8') });
const ask = (...args: string[]): Promise<string> => output(['externalities', ...args, '-q'], { cwd });

interface Document {
  banks: string[];
  replications: number;
  sweep_id?: string;
  measures: Record<string, { changes: { n: number; mean: number | null }[][] }>;
}
let document: Document;
beforeAll(async () => {
  writeFileSync(
    path.join(cwd, 'release.json'),
    JSON.stringify({ version: '1.0', policy_id: 'release', payment_tree: { type: 'action', node_id: 'p', action: 'Release' } }),
  );
  document = JSON.parse(await ask('s.yaml', '--seeds', '1..3', '--json')) as Document;
});

describe('simcash externalities', () => {
  it('gives a matrix for each measure, and the same ones as CSV', async () => {
    const { banks, measures, replications } = document;
    expect(replications).toBe(3);
    expect(Object.keys(measures)).toEqual(['total_cost', 'delay_indicator', 'liquidity_used', 'unsettled_value_end']);
    const lines = (await ask('s.yaml', '--seeds', '1..3', '--csv')).trim().split('\n').slice(1);
    expect(lines).toHaveLength(4 * banks.length ** 2);
    const [measure, bank, affected, n, mean] = lines[1]!.split(',');
    expect([measure, bank, affected]).toEqual(['total_cost', banks[0], banks[1]]);
    expect([Number(n), Number(mean)]).toEqual([3, measures.total_cost!.changes[0]![1]!.mean]);
  });

  it('is the same for a policy file that does what the built-in policy does, and for any number of threads', async () => {
    const same = JSON.parse(
      await ask('s.yaml', '--seeds', '1..3', '--against', 'release.json', '--workers', '2', '--json'),
    ) as Document;
    expect(same.measures).toEqual(document.measures);
  });

  it('is a sweep like any other when it is saved', async () => {
    const { sweep_id } = JSON.parse(await ask('s.yaml', '--seeds', '1..3', '--save', '--id', 'ext', '--json')) as Document;
    expect(sweep_id).toBe('ext');
    expect(await output(['sweep', 'status', 'ext'], { cwd })).toMatch(/^ext: completed, /);
    expect(await output(['sweep', 'report', 'ext', '--csv'], { cwd })).toContain('as_benchmark');
  });

  it('draws a heat map', async () => {
    await ask('s.yaml', '--seeds', '1..2', '--chart', 'm.svg');
    expect(readFileSync(path.join(cwd, 'm.svg'), 'utf8')).toMatch(
      /^<svg [^]*Change of costs if a bank behaved like fifo[^]*<\/svg>$/,
    );
  });

  it.each([
    [['s.yaml', '--against', 'nowhere.json'], 3, 'nowhere.json'],
    [['s.yaml', '--chart', 'm.png'], 2, 'charts are SVG'],
    [['s.yaml', '--chart', 's.svg', '--seeds', '1', '--replications', '2'], 2, 'exclude each other'],
    [['s.yaml', '--id', 'x'], 2, '--id needs --save'],
    [['s.yaml', '--json', '--csv'], 2, 'exclude each other'],
    [['nowhere.yaml'], 3, 'nowhere.yaml'],
  ])('refuses %j', async (args, expected, message) => {
    const { code, stderr, stdout } = await simcash(['externalities', ...args], { cwd });
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(message);
  });
});
