import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { SimCashDatabase } from '@simcash/persistence';
import { compareRuns, type RunComparison, type RunPlace } from '@simcash/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { QUIET_SCENARIO, simcash } from './support/simcash.js';
import { Asker, asking, directoryWithRuns, reference, scenarioOf } from './support/stored-runs.js';

/** `simcash compare`: what differs between stored runs, and what does not. */

let cwd: string;
/** What the library finds. */
let richer: RunComparison;
beforeAll(async () => {
  const scenario = reference('rtgs-scarce-queue');
  const rich = reference('rtgs-scarce-queue', ['unsecured_cap: 0', 'unsecured_cap: 30000']);
  const quiet = scenarioOf(QUIET_SCENARIO);
  const stuck = scenarioOf(QUIET_SCENARIO.replace('amount: 100', 'amount: 5000'));
  cwd = await directoryWithRuns({
    poor: { scenario },
    events: { scenario, level: 'EVENTS' },
    summary: { scenario, level: 'SUMMARY' },
    rich: { scenario: rich },
    part: { scenario, untilTick: 6 },
    stuck: { scenario: stuck },
    stopped: { scenario: stuck, untilTick: 3 },
    quiet: { scenario: quiet },
    silent: { scenario: scenarioOf(QUIET_SCENARIO.replace('from_agent: A, to_agent: B', 'from_agent: B, to_agent: A')) },
    ['__proto__']: { scenario: quiet },
  });
  const places = (database: SimCashDatabase): RunPlace[] => ['poor', 'rich'].map((id) => ({ database, id, name: id }));
  richer = await asking(cwd, (database) => compareRuns(places(database)));
  copyFileSync(path.join(cwd, 'simcash.duckdb'), path.join(cwd, 'copy.duckdb'));
});

const command = new Asker(() => cwd);
const compare = (...args: string[]): Promise<string> => command.output('compare', ...args);

type Document = Pick<RunComparison, 'baseline' | 'runs' | 'changed_settings' | 'system' | 'payments' | 'first_event'> & {
  schema_version: number;
  pairing: Record<string, { paired: number; only_baseline: number; only_other: number; first_difference: number | null }>;
  banks: ({ bank: string } & Record<string, unknown>)[];
};
const document = (...args: string[]): Promise<Document> => command.json<Document>('compare', ...args);

describe.concurrent('runs of the same scenario', () => {
  it('are equal at every level of storage: every figure, every payment, and the log', async () => {
    const found = await document('poor', 'events', 'summary');
    expect(found.runs.map(({ level, run }) => [run, level])).toEqual([
      ...[
        ['poor', 'FULL'],
        ['events', 'EVENTS'],
        ['summary', 'SUMMARY'],
      ],
    ]);
    expect(found.changed_settings).toEqual([]);
    for (const values of [found.system, ...found.banks.map(({ bank: _, ...figures }) => figures)].flatMap(Object.values))
      expect(new Set(Object.values(values as object)).size).toBe(1);
    const { payments } = found.runs[0]!;
    for (const run of ['events', 'summary']) {
      expect(found.pairing[run]).toEqual({ paired: payments, only_baseline: 0, only_other: 0, first_difference: null });
      expect(found.payments[run]).toMatchObject({ earlier: { count: 0 }, later: { count: 0 }, wait_difference_value_ticks: 0 });
      expect(found.first_event[run]).toBeNull();
    }
  });

  it('are equal also if they are one and the same, which is named once more', async () => {
    const { pairing, runs } = await document('poor', 'poor');
    expect(runs.map(({ run }) => run)).toEqual(['poor', 'poor (again)']);
    expect(Object.keys(pairing)).toEqual(['poor (again)']);
  });

  it('are told to be equal in words', async () => {
    const text = await compare('poor', 'summary');
    expect(text).toContain('same log');
    expect(text).toContain('Changed settings: none');
    expect(text).toContain('summary: 8 of 8 payments paired.');
    expect(text).toContain('Indicators: no difference');
    expect(text).toContain('each unit of money waited 0.0000 ticks longer');
  });
});

describe.concurrent('runs of two scenarios', () => {
  it('have in JSON what the library finds, and the setting that was changed', async () => {
    const { code, stderr, stdout } = await simcash(['compare', 'poor', 'rich', '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const found = JSON.parse(stdout) as Document;
    const { banks, sheets: _, ...expected } = richer;
    const { pairing, schema_version, ...rest } = found;
    expect(schema_version).toBe(1);
    expect(rest).toEqual({ ...expected, banks: banks.map(({ bank, figures }) => ({ bank, ...figures })) });
    expect(pairing.rich).toEqual({ paired: 8, only_baseline: 0, only_other: 0, first_difference: null });
    expect(found.changed_settings).toEqual([{ path: 'agents.DENEB.unsecured_cap', values: { poor: 0, rich: 30_000 } }]);
  });

  it('have the opposite differences when they change places', async () => {
    const rows = async (...ids: string[]): Promise<Map<string, [value: string, difference: string]>> => {
      const [head, ...lines] = (await compare(...ids, '--csv')).trimEnd().split('\n');
      expect(head).toBe('scope,key,indicator,run,value,difference');
      const cells = lines.map((line) => line.split(','));
      return new Map(cells.filter((row) => row[3] === ids[1]).map((row) => [row.slice(0, 3).join(','), [row[4]!, row[5]!]]));
    };
    const [here, there] = await Promise.all([rows('poor', 'rich'), rows('rich', 'poor')]);
    expect([...there.keys()].sort()).toEqual([...here.keys()].sort());
    expect(here.size).toBeGreaterThan(100);
    for (const [name, [, difference]] of here)
      expect([name, -Number(there.get(name)![1]) + 0]).toEqual([name, Number(difference) + 0]);
    expect([...here.values()].filter(([, difference]) => Number(difference) !== 0).length).toBeGreaterThan(20);
  });

  it('show where their logs part, and which payments waited shorter', async () => {
    const text = await compare('poor', 'rich', '--payments', '1');
    const { rich } = richer.first_event;
    expect(text).toContain(`The logs part at event ${rich!.event_seq}, tick ${rich!.tick}:\n  baseline ${rich!.baseline}`);
    expect(text).toMatch(/agents\.DENEB\.unsecured_cap +0 +30000/);
    expect(text).toMatch(/each unit of money waited \d+\.\d{4} ticks less/);
    const [, table] = text.split(/^Payment +Sender.*\n/m);
    expect(table!.trimEnd().split('\n')).toHaveLength(1);
  });

  it('from two databases are named by their files', async () => {
    const found = await document('poor', '--with', 'copy.duckdb:rich');
    expect(found.runs.map(({ run }) => run)).toEqual(['poor', 'copy.duckdb:rich']);
    const { poor, rich } = richer.system.value_settled!;
    expect(found.system.value_settled).toEqual({
      poor,
      'copy.duckdb:rich': rich,
    });
  });

  it('of which one stopped earlier are compared without their waits', async () => {
    const found = await document('poor', 'part');
    expect(found.payments.part).toMatchObject({ wait_difference_value_ticks: null, wait_difference_mean: null });
    expect(await compare('poor', 'part')).toContain('the runs have different lengths: waits are not compared');
  });

  it('of which one stopped earlier have no payment among the changed ones that settles in neither', async () => {
    const { largest } = (await document('stuck', 'stopped', '--payments', '1')).payments.stopped!;
    const inNeither = largest.filter(({ settlement_tick: { baseline, other } }) => baseline === null && other === null);
    expect(inNeither).toEqual([]);
  });

  it('have a difference for a pair of banks that pays in the baseline only', async () => {
    expect(await compare('quiet', 'silent', '--by', 'pair')).toMatch(/silent +A +B +0\.00 +-1\.00/);
  });

  it('are paired whatever they are called', async () => {
    expect(Object.keys((await document('quiet', '__proto__')).pairing)).toEqual(['__proto__']);
  });
});

describe.concurrent('comparisons are refused', () => {
  it.each<[line: string, code: number, message: string]>([
    ['compare poor', 2, 'compare needs 2 to 50 runs, got 1'],
    ['compare poor nobody', 4, 'simulation nobody not found in simcash.duckdb'],
    ['compare poor rich poor', 2, 'a run is named twice: poor, rich, poor'],
    ['compare poor rich --by hour', 2, "option '--by <what>' argument 'hour' is invalid. Allowed choices are bank, day,"],
    ['compare poor rich --payments 0', 2, "--payments needs a whole number of at least 1, got '0'"],
    ['compare poor --with copy.duckdb', 2, "--with needs DATABASE:RUN, got 'copy.duckdb'"],
    ['compare poor --with copy.duckdb:nobody', 4, 'simulation nobody not found in copy.duckdb'],
    ['compare poor --with none.duckdb:rich', 5, 'database none.duckdb does not exist'],
    ['compare poor rich --db none.duckdb', 5, 'database none.duckdb does not exist'],
  ])('%s', (line, code, message) => command.refuses(line, code, message));

  it('when a run of another database is named twice', async () => {
    const twice = ['--with', 'copy.duckdb:rich', '--with', 'copy.duckdb:rich'];
    expect(await command.ask(['compare', 'poor', ...twice])).toMatchObject({ code: 2, stdout: '' });
  });
});
