import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { output, simcash, temporaryDirectory } from './support/simcash.js';

/** Reading a part of a run takes what the part takes, however long the run is; rows are counted, not seconds. */

const TICKS = 40;
const BANKS = Array.from({ length: 10 }, (_, b) => `BANK_${b}`);
const scenario = (days: number): string =>
  JSON.stringify({
    simulation: { ticks_per_day: TICKS, num_days: days, rng_seed: 7 },
    agents: BANKS.map((id) => ({
      id,
      opening_balance: 60_000,
      unsecured_cap: 30_000,
      arrival_config: {
        rate_per_tick: 1.5,
        amount_distribution: { type: 'Uniform', min: 1000, max: 30_000 },
        counterparty_weights: Object.fromEntries(BANKS.filter((other) => other !== id).map((other) => [other, 1])),
        deadline_range: [4, 12],
      },
    })),
  });

const COUNTER = pathToFileURL(path.join(import.meta.dirname, 'support', 'count-rows.mjs')).href;
/** Opening a file reads the versions of its schema, the run, and its banks. */
const OPENING = 50;

const directory = temporaryDirectory({ 'short.json': scenario(1), 'long.json': scenario(4) });
const RUNS = ['short', 'long'] as const;
type Run = (typeof RUNS)[number];

/** Lines that a command prints about a run, and rows that the database hands over to it. */
async function read(
  command: readonly string[],
  run: Run,
  options: readonly string[] = [],
): Promise<{ lines: number; rows: number }> {
  const file = path.join(directory, 'rows');
  const { code, stderr, stdout } = await simcash([...command, run, '--db', 'runs.duckdb', ...options], {
    cwd: directory,
    env: { NODE_OPTIONS: `--import ${COUNTER}`, ROWS_FETCHED: file },
  });
  expect(code, stderr).toBe(0);
  return { lines: `${stdout}${stderr}`.trimEnd().split('\n').length, rows: Number(readFileSync(file, 'utf8')) };
}

describe('of what is stored no more is fetched than is shown:', () => {
  const logs: Partial<Record<Run, string[]>> = {};
  beforeAll(async () => {
    for (const run of RUNS) {
      await output(['run', `${run}.json`, '--save', '--db', 'runs.duckdb', '--id', run, '--level', 'events', '--quiet'], {
        cwd: directory,
      });
      logs[run] = (await output(['events', run, '--db', 'runs.duckdb'], { cwd: directory })).trimEnd().split('\n');
    }
  }, 120_000);

  it('the runs have thousands of events, and begin alike', () => {
    expect(logs.short!.length).toBeGreaterThan(2000);
    expect(logs.long!.length).toBeGreaterThan(3.5 * logs.short!.length);
    expect(logs.long!.slice(0, 1000)).toEqual(logs.short!.slice(0, 1000));
  });

  it('a whole log is fetched once', async () => {
    const { lines, rows } = await read(['events'], 'short');
    expect(lines).toBe(logs.short!.length);
    expect(rows).toBeGreaterThanOrEqual(lines);
    expect(rows).toBeLessThanOrEqual(lines + OPENING);
  }, 60_000);

  it.each([
    ['events of a payment', ['events'], ['--tx', 'T00000012'], 1],
    ['events of a bank in some ticks', ['events'], ['--agent', 'BANK_3', '--ticks', '10..19'], 1],
    ['events of some ticks', ['events'], ['--ticks', '20..22'], 1],
    ['costs by bank', ['costs'], [], 1],
    // To tell of ticks in the middle it must know the payments that were open when they began.
    ['the narrative of some ticks', ['replay'], ['--verbose', '--ticks', '20..22'], 3],
  ] as const)(
    '%s, and the same of a run four times as long',
    async (_, command, options, perLine) => {
      const short = await read(command, 'short', options);
      const long = await read(command, 'long', options);
      expect(short.rows).toBeLessThanOrEqual(perLine * short.lines + OPENING);
      expect(long.rows).toBe(short.rows);
    },
    60_000,
  );

  it.each(RUNS)(
    'events of a bank, in the %s run',
    async (run) => {
      const { lines, rows } = await read(['events'], run, ['--agent', 'BANK_3']);
      expect(lines).toBeLessThan(logs[run]!.length / 2);
      expect(rows).toBeLessThanOrEqual(lines + OPENING);
    },
    60_000,
  );
});
