import { expect } from 'vitest';
import { queries, type Row } from './database.js';
import { output, simcash, temporaryDirectory, type CommandOptions } from './simcash.js';

/** Small sweeps for the tests of the command. */

const bank = (id: string, receiver: string, balance: number): string =>
  `  - {id: ${id}, opening_balance: ${balance}, arrival_config: {rate_per_tick: 1, amount_distribution: {type: Uniform, min: 1000, max: 30000}, counterparty_weights: {${receiver}: 1}, deadline_range: [2, 5]}}`;

const scenario = (balance: number): string => `simulation: {ticks_per_day: 10, num_days: 1, rng_seed: 42}
agents:
${bank('NORTH', 'SOUTH', balance)}
${bank('SOUTH', 'NORTH', 50_000)}
`;

const sweep = (name: string, base: string, rest: string): string => `sweep: ${name}
base: ${base}
axes: [{name: cap, path: agents.NORTH.unsecured_cap, values: [0, 100_000]}]
measures: [total_cost, settlement_rate_value]
${rest}
`;

const FILES: Readonly<Record<string, string>> = {
  'base.yaml': scenario(50_000),
  /** Some days leave the exact range of money, others do not. */
  'frail.yaml': scenario(9_007_199_254_725_000),
  'caps.yaml': sweep('caps', 'base.yaml', 'replications: {count: 4, master_seed: 7}'),
  'more.yaml': sweep('caps', 'base.yaml', 'replications: {count: 5, master_seed: 7}'),
  'failing.yaml': sweep('failing', 'frail.yaml', 'replications: {count: 6, master_seed: 7}'),
  'stopping.yaml': sweep(
    'stopping',
    'base.yaml',
    'stop: {measure: total_cost, absolute: 100_000_000, min: 10, batch: 2, max: 20}',
  ),
};

/** A directory with the sweeps, and others if given. */
export const sweepDirectory = (more: Readonly<Record<string, string>> = {}): string => temporaryDirectory({ ...FILES, ...more });

/** What a command prints that is expected to succeed and to complain of nothing. */
export async function quietly(args: readonly string[], options: CommandOptions): Promise<string> {
  const { code, stderr, stdout } = await simcash(args, options);
  expect({ code, stderr }, args.join(' ')).toEqual({ code: 0, stderr: '' });
  return stdout;
}

export interface SweepDocument {
  schema_version: number;
  sweep_id: string;
  replications: number;
  stop_reason: string;
  cells: { cell: number; labels: Record<string, string> }[];
  statistics: { cell: number; measure: string; scope: string; n: number; mean: number; t_lower: number; t_upper: number }[];
}

export const document = async (args: readonly string[], options: CommandOptions): Promise<SweepDocument> =>
  JSON.parse(await output([...args, '-q', '--json'], options)) as SweepDocument;

/** Columns that are not the same every time, or name the sweep. */
const CLOCK = ['sweep_id', 'attempts', 'duration_seconds', 'created_at', 'completed_at'];

const TABLES = ['sweeps', 'sweep_cells', 'sweep_jobs', 'sweep_values', 'sweep_statistics', 'sweep_conflicts', 'stress_banks'];

/** Rows of the one sweep of a database, without what the clock says and how it is called (spec 15 §13.1). */
export async function tablesOf(file: string): Promise<Record<string, Row[]>> {
  const tables = await queries(file, async (ask) => {
    const found: Record<string, Row[]> = {};
    for (const table of TABLES) {
      const columns = await ask(`SELECT column_name AS name FROM duckdb_columns() WHERE table_name = '${table}'`);
      const compared = columns.map(({ name }) => name as string).filter((name) => !CLOCK.includes(name));
      found[table] = await ask(`SELECT ${compared.map((name) => `"${name}"`).join(', ')} FROM ${table} ORDER BY ALL`);
    }
    return found;
  });
  expect(tables.sweeps).toHaveLength(1);
  return tables;
}

/** Runs `caps.yaml` in parts, one for each file; their ids are p3, p2, p1, so that the smallest is not the first. */
export async function sweepParts(cwd: string, files: readonly string[]): Promise<void> {
  const n = files.length;
  await Promise.all(
    files.map((file, i) =>
      output(['sweep', 'run', 'caps.yaml', '--shard', `${i + 1}/${n}`, '--db', file, '--id', `p${n - i}`], { cwd }),
    ),
  );
}
