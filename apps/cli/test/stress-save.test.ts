import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query, type Row } from './support/database.js';
import { output, simcash, temporaryDirectory } from './support/simcash.js';
import { tablesOf } from './support/sweeps.js';

/** `simcash stress --save` and `--workers`: a stress test is a sweep (spec 15 §5, §7, §11). */

/** X pays Y, who pays Z, who pays X and Y: the example of spec 15 §6, with a price on waiting. */
const pay = (from: string, to: string, amount: number, tick: number): string =>
  `  - {type: CustomTransactionArrival, from_agent: ${from}, to_agent: ${to}, amount: ${amount}, deadline: 50, schedule: {type: OneTime, tick: ${tick}}}`;
const CHAIN = `simulation: {ticks_per_day: 6, num_days: 1, rng_seed: 1}
agents: [{id: X, opening_balance: 30}, {id: Y, opening_balance: 10}, {id: Z, opening_balance: 0}]
lsm_config: {enable_bilateral: false, enable_cycles: false}
cost_rates: {delay_cost_per_tick_per_cent: 0.5}
scenario_events:
${[pay('X', 'Y', 30, 0), pay('Y', 'Z', 35, 1), pay('Z', 'X', 20, 2), pay('Z', 'Y', 5, 3)].join('\n')}
`;

const cwd = temporaryDirectory({ 's.yaml': CHAIN });
const at = (file: string): string => path.join(cwd, file);
const TEST = ['stress', 's.yaml', '--outage', 'each', '--seeds', '4,9', '--json'];
const SAVED = [...TEST, '--save', '--id', 'x'];

interface Figures extends Record<string, unknown> {
  bank: string;
  extra_costs: Record<string, number>;
}
interface Seed extends Record<string, unknown> {
  seed: string;
  groups: Record<string, Record<string, number | null>>;
  extra_costs: Record<string, number>;
  banks: Figures[];
}
interface Document {
  sweep_id?: string;
  baseline: { seeds: Row[]; banks: ({ bank: string } & Row)[] };
  cases: {
    case: string;
    stricken: string | null;
    events: object[];
    seeds: Seed[];
    statistics: Record<string, { mean: number }>;
  }[];
  ranking: ({ case: string } & Row)[];
}

const ask = async (args: readonly string[]): Promise<Document> => JSON.parse(await output(args, { cwd })) as Document;
const numbers = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value,
    ]),
  );

let saved: Document;
beforeAll(async () => {
  saved = await ask([...SAVED, '-q', '--db', '1.duckdb']);
});

describe('a stress test that is saved', () => {
  it('prints what it prints unsaved, on one thread and on two', async () => {
    const { sweep_id, ...printed } = saved;
    expect(sweep_id).toBe('x');
    for (const workers of ['1', '2']) expect(await ask([...TEST, '-q', '--workers', workers])).toEqual(printed);
  });

  it('leaves the same rows for any number of workers, and says that stored runs are run one by one', async () => {
    const { code, stderr, stdout } = await simcash([...SAVED, '--workers', '2', '--db', '2.duckdb'], { cwd });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'note: runs that are stored run one after the other, where the database is\n',
    });
    expect(JSON.parse(stdout)).toEqual(saved);
    expect(await tablesOf(at('2.duckdb'))).toEqual(await tablesOf(at('1.duckdb')));
  });

  it('has a row per case with its events', async () => {
    const cells = await query(
      at('1.duckdb'),
      'SELECT case_name, stricken_agent_id, events, is_baseline FROM sweep_cells ORDER BY cell',
    );
    expect(cells[0]).toEqual({ case_name: null, stricken_agent_id: null, events: null, is_baseline: true });
    expect(
      cells
        .slice(1)
        .map(({ case_name, events, stricken_agent_id }) => [case_name, stricken_agent_id, JSON.parse(events as string)]),
    ).toEqual(saved.cases.map((one) => [one.case, one.stricken, one.events]));
    expect(await query(at('1.duckdb'), 'SELECT kind, status FROM sweeps')).toEqual([{ kind: 'stress', status: 'completed' }]);
  });

  it('has the figures of every case and seed as rows', async () => {
    const rows = await query(
      at('1.duckdb'),
      `SELECT case_name, seed::VARCHAR AS seed, map_from_entries(list((measure, coalesce(value_cents::DOUBLE, value)))) AS figures
       FROM sweep_values JOIN sweep_cells USING (sweep_id, cell) JOIN sweep_jobs USING (sweep_id, cell, replication)
       WHERE case_name IS NOT NULL GROUP BY ALL`,
    );
    expect(rows).toHaveLength(saved.cases.length * 2);
    for (const { case_name, figures, seed } of rows) {
      const printed = saved.cases.find((one) => one.case === case_name)!.seeds.find((one) => one.seed === seed)!;
      const found = new Map((figures as { key: string; value: number | null }[]).map(({ key, value }) => [key, value]));
      for (const name of ['primary_unsettled', 'secondary_unsettled', 'contagion', 'banks_affected', 'sink_peak', 'extra_cost'])
        expect([name, found.get(name)]).toEqual([name, printed[name]]);
      for (const [group, own] of Object.entries(printed.groups))
        for (const [name, value] of Object.entries(own)) expect([name, found.get(`${group}.${name}`)]).toEqual([name, value]);
      expect(found.get('extra_delay_cost')).toBe(printed.extra_costs.delay_cost);
    }
  });

  it('has the figures of every bank as rows', async () => {
    const rows = await query(
      at('1.duckdb'),
      `SELECT case_name, seed::VARCHAR AS seed, b.* FROM stress_banks b JOIN sweep_cells USING (sweep_id, cell)
         JOIN sweep_jobs USING (sweep_id, cell, replication) WHERE case_name IS NOT NULL`,
    );
    expect(rows).toHaveLength(saved.cases.length * 2 * saved.baseline.banks.length);
    let affected = 0;
    for (const { agent_id, case_name, seed, ...row } of rows) {
      const printed = saved.cases
        .find((one) => one.case === case_name)!
        .seeds.find((one) => one.seed === seed)!
        .banks.find(({ bank }) => bank === agent_id)!;
      const { bank: _, extra_costs, ...figures } = printed;
      const { delay_cost, penalty_cost } = extra_costs;
      expect(numbers(row)).toMatchObject({ ...figures, extra_delay_cost: delay_cost, extra_penalty_cost: penalty_cost });
      if (figures.deterioration_max !== 0) affected++;
    }
    expect(affected).toBeGreaterThan(0);
  });

  it('has its order of criticality as a view', async () => {
    const rows = await query(at('1.duckdb'), 'SELECT * FROM v_stress_ranking ORDER BY place');
    expect(rows.map(({ case_name }) => case_name)).toEqual(saved.ranking.map((row) => row.case));
    for (const [i, printed] of saved.ranking.entries())
      for (const name of [
        'criticality',
        'secondary_unsettled',
        'extra_delay_value_ticks',
        'value_share',
        'pagerank',
        'sinkrank',
      ]) {
        const [found, wanted] = [rows[i]![name], printed[name]];
        if (wanted === null) expect([name, found]).toEqual([name, null]);
        else expect(Math.abs((found as number) - (wanted as number))).toBeLessThanOrEqual(1e-12 * Math.abs(wanted as number));
      }
    expect(rows.map((row) => [row.stricken_agent_id, row.secondary_unsettled, row.extra_delay_value_ticks])).toEqual([
      ['X', 40, 190],
      ['Y', 20, 80],
      ['Z', 0, 0],
    ]);
  });

  it('has every run, which can be verified', async () => {
    const runs = await query(
      at('1.duckdb'),
      "SELECT simulation_id AS id FROM simulations WHERE run_purpose = 'stress' ORDER BY id",
    );
    expect(runs).toHaveLength((saved.cases.length + 1) * 2);
    const text = await output(['replay', 'x-c0001-r000001', '--verify', '--db', '1.duckdb'], { cwd });
    expect(text).toContain('are what executing the stored configuration gives');
    const [struck] = await query(
      at('1.duckdb'),
      `SELECT config_json -> 'scenario_events' -> 0 ->> 'agent' AS bank FROM simulations WHERE simulation_id = 'x-c0001-r000001'`,
    );
    expect(struck).toEqual({ bank: 'X' });
  });

  it('goes on where it was, as a sweep, and says the same', async () => {
    copyFileSync(at('1.duckdb'), at('half.duckdb'));
    await execute(
      at('half.duckdb'),
      `DELETE FROM sweep_jobs WHERE cell > 1; DELETE FROM sweep_values WHERE cell > 1; DELETE FROM stress_banks WHERE cell > 1;
       DELETE FROM sweep_statistics; UPDATE sweeps SET status = 'running', used_replications = NULL, stop_reason = NULL, completed_at = NULL`,
    );
    const resumed = await ask(['sweep', 'run', '--resume', 'x', '--db', 'half.duckdb', '-q', '--json']);
    expect({ ...resumed, stress: 's.yaml' }).toEqual(saved);
    expect(await tablesOf(at('half.duckdb'))).toEqual(await tablesOf(at('1.duckdb')));
  });

  it('is told as a text, too', async () => {
    const text = await output(['sweep', 'run', '--resume', 'x', '--db', '1.duckdb', '-q'], { cwd });
    expect(text).toContain('Order of criticality');
    expect(text).toMatch(/\nStored as x in 1\.duckdb\.\n$/);
    expect(await output(['sweep', 'report', 'x', '--measure', 'secondary_unsettled', '--db', '1.duckdb'], { cwd })).toContain(
      'outage X',
    );
  });

  it.each([
    [['--id', 'y'], /--id needs --save/],
    [['--level', 'full'], /--level needs --save/],
    [['--save', '--level', 'all'], /--level/],
  ])('is refused with %j', async (args, message) => {
    const { code, stderr } = await simcash(['stress', 's.yaml', ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
