import { createHash, randomInt } from 'node:crypto';
import { copyFileSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, query, rowDifferences, rowsAfter, type Row } from './support/database.js';
import {
  filesIn,
  firstDifference,
  golden,
  joined,
  linesOfTicks,
  output,
  parseLines,
  QUIET_SCENARIO,
  scenarioFile,
  simcash,
  start,
  temporaryDirectory,
  withoutClock,
  type Outcome,
} from './support/simcash.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface Listed {
  simulation_id: string;
  status: string;
  error_message: string | null;
  last_tick: number | null;
  completed_at: string | null;
  total_ticks: number;
}

async function list(database: string, ...flags: string[]): Promise<Listed[]> {
  return JSON.parse(await output(['db', 'simulations', '--json', '--db', database, ...flags])) as Listed[];
}

const replay = (database: string, id: string, ...flags: string[]): Promise<string> =>
  output(['replay', id, '--db', database, '--jsonl', 'events', ...flags]);

/** The row of a simulation, read without the code under test. */
async function storedRow(database: string, id: string): Promise<Row> {
  const [row] = await query(database, `SELECT *, event_count::INTEGER AS events FROM simulations WHERE simulation_id = '${id}'`);
  return row!;
}

describe.concurrent('a stored run', () => {
  it.each([
    'rtgs-two-banks',
    'arrivals-bands',
    'ids-byte-order --level events',
    'mixed-five-days --verbose --timings',
    'events-all-kinds',
    'splits-families --no-snapshots',
    'lsm-cycles --checkpoint-every day',
    'collateral-timers',
    'liquidity-pool-daily',
    'two-hundred-banks',
  ])('is replayed byte for byte: %s', async (line) => {
    const [name, ...flags] = line.split(' ') as [string, ...string[]];
    const { events } = golden(name);
    const database = path.join(temporaryDirectory(), 'a.duckdb');
    const stored = await output([
      'run',
      scenarioFile(name),
      '--save',
      '--id',
      'x',
      '--db',
      database,
      '--jsonl',
      'events',
      ...flags,
    ]);
    expect(firstDifference(stored, events)).toBeUndefined();
    expect(firstDifference(await replay(database, 'x'), events)).toBeUndefined();
    expect(await storedRow(database, 'x')).toMatchObject({
      status: 'completed',
      events: parseLines(events).length,
      event_log_hash: sha256(events),
      persistence_level: flags.includes('events') || flags.includes('--no-snapshots') ? 'EVENTS' : 'FULL',
    });
  });

  it('is replayed in parts that make the whole, and filtered', async () => {
    const { events, lines } = golden('mixed-five-days');
    const database = path.join(temporaryDirectory(), 'a.duckdb');
    await output(['run', scenarioFile('mixed-five-days'), '--save', '--id', 'x', '--db', database, '-q']);
    const [first, second, chosen] = await Promise.all([
      replay(database, 'x', '--ticks', '..22'),
      replay(database, 'x', '--ticks', '23..'),
      replay(database, 'x', '--event-type', 'EndOfDay,Arrival', '--ticks', '10..30'),
    ]);
    expect(firstDifference(first! + second!, events)).toBeUndefined();
    const wanted = linesOfTicks(lines, 10, 30)
      .split('\n')
      .slice(0, -1)
      .filter((line) => /^\{"event_type":"(EndOfDay|Arrival)"/.test(line));
    expect(chosen).toBe(joined(wanted));
  });

  it('changes nothing in the document but what names it', async () => {
    const database = path.join(temporaryDirectory(), 'a.duckdb');
    const file = scenarioFile('splits-families');
    const [plain, saved] = await Promise.all([
      output(['run', file, '--json', '-q']),
      output(['run', file, '--json', '-q', '--save', '--db', database]),
    ]);
    const { simulation, ...rest } = withoutClock(saved) as { simulation: Record<string, unknown> };
    const { database: where, simulation_id: id, ...others } = simulation;
    expect({ ...rest, simulation: others }).toEqual(withoutClock(plain));
    expect(where).toBe(database);
    expect(id).toMatch(/^run-\d{8}-\d{6}-\w+$/);
    expect((await list(database)).map((row) => row.simulation_id)).toEqual([id]);
  });

  it('is summed up by its replay as it was: the same document, the same summary', async () => {
    const database = path.join(temporaryDirectory(), 'a.duckdb');
    const run = ['run', scenarioFile('splits-families'), '--save', '--db', database, '-q'];
    const [document, summary] = [await output([...run, '--id', 'x', '--json']), await output([...run, '--id', 'y'])];
    const [replayed, replayedSummary] = await Promise.all([
      output(['replay', 'x', '--db', database, '--json']),
      output(['replay', 'y', '--db', database]),
    ]);
    const withoutRange = replayed!.replace(/,\n *"replay_range": "full",\n *"ticks_replayed": 20/, '');
    const withoutTime = (text: string): string => text.replace(/("duration_seconds"|"ticks_per_second"): [\d.]+/g, '$1: 0');
    expect(withoutTime(withoutRange)).toBe(withoutTime(document));
    const seconds = / in \d+\.\d\d s$/m;
    expect(replayedSummary!.replace(seconds, '')).toBe(summary.slice(0, summary.indexOf('Stored as')).replace(seconds, ''));
    const { config_hash: hash, config_json: config } = await storedRow(database, 'x');
    expect(hash).toBe(sha256(config as string));
    expect(document).toContain(`"sha256": "${hash as string}"`);
  });

  it('is stored where --db, else $SIMCASH_DB, else the working directory says; the summary tells where', async () => {
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    const run = (id: string, flags: string[], env: Record<string, string>): Promise<string> =>
      output(['run', 's.yaml', '--save', '--id', id, '-q', ...flags], { cwd, env });
    const texts = await Promise.all([
      run('x-1', [], {}),
      run('x-2', [], { SIMCASH_DB: 'env.duckdb' }),
      run('x-3', ['--db', 'flag.duckdb'], { SIMCASH_DB: 'unused.duckdb' }),
    ]);
    expect(Object.keys(filesIn(cwd))).toEqual(['env.duckdb', 'flag.duckdb', 's.yaml', 'simcash.duckdb']);
    const ids = ['x-1', 'x-2', 'x-3'];
    for (const [i, database] of ['simcash.duckdb', 'env.duckdb', 'flag.duckdb'].entries()) {
      expect(texts[i]).toContain(database);
      expect(texts[i]).toMatch(new RegExp(`simcash\\S* replay ${ids[i]}`));
      expect(await query(path.join(cwd, database), 'SELECT simulation_id FROM simulations')).toEqual([{ simulation_id: ids[i] }]);
    }
  });
});

describe.concurrent('db simulations', () => {
  it('lists newest first, with full ids, and leaves the file as it is', async () => {
    const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
    const ids = ['first', `second-${'long-'.repeat(30)}id`, 'third'];
    for (const id of ids) await output(['run', 's.yaml', '--save', '--id', id, '--seed', '18446744073709551615', '-q'], { cwd });
    const before = filesIn(cwd);
    const [table, limited, json] = await Promise.all([
      output(['db', 'simulations'], { cwd }),
      output(['db', 'simulations', '--limit', '2'], { cwd }),
      output(['db', 'simulations', '--json'], { cwd }),
    ]);
    const first = (text: string): string[] =>
      text
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.split(' ')[0]!);
    expect(first(table!)).toEqual([...ids].reverse());
    expect(first(limited!)).toEqual([ids[2], ids[1]]);
    for (const line of table!.trimEnd().split('\n').slice(1)) {
      expect(line).toMatch(/ completed +18446744073709551615 +4\/4 +1 +1 /);
    }
    expect(
      (JSON.parse(json!) as Listed[]).map(({ simulation_id, status, last_tick }) => [simulation_id, status, last_tick]),
    ).toEqual([...ids].reverse().map((id) => [id, 'completed', 3]));
    expect(json).toContain('"rng_seed": 18446744073709551615');
    expect(filesIn(cwd)).toEqual(before);
  });
});

/** A run of 400 days, which never gets to its end in these tests, and what is compared: its first ten days. */
const CHECKPOINT_TICKS = 5;
const LONG = [
  'run',
  scenarioFile('mixed-five-days'),
  '--set',
  'simulation.num_days=400',
  '--checkpoint-every',
  String(CHECKPOINT_TICKS),
  '-q',
];
const COMPARED_TICKS = 120;
const TICKS_PER_DAY = 12;
const BANKS = 6;

/** Waits until so many bytes of transactions have been written. */
async function written(database: string, bytes: number): Promise<void> {
  const size = (): number => statSync(`${database}.wal`, { throwIfNoEntry: false })?.size ?? 0;
  while (size() < bytes) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What is stored agrees with itself and ends with a tick. */
async function expectConsistent(database: string, lastTick: number): Promise<void> {
  expect(await rowsAfter(database, 'x', lastTick, TICKS_PER_DAY)).toEqual({});
  const ticks = lastTick + 1;
  const days = Math.floor(ticks / TICKS_PER_DAY);
  const count = (table: string): string => `(SELECT count(*)::INTEGER FROM ${table} WHERE simulation_id = 'x')`;
  const [counts] = await query(
    database,
    `SELECT ${count('tick_summaries')} AS summaries, ${count('tick_agent_states')} AS states,
       ${count('daily_agent_metrics')} AS bank_days, ${count('daily_system_metrics')} AS days, ${count('simulation_events')} AS events,
       (SELECT coalesce(sum(num_events), 0)::INTEGER FROM tick_summaries WHERE simulation_id = 'x') AS summed,
       (SELECT coalesce(max(event_seq) + 1, 0)::INTEGER FROM simulation_events WHERE simulation_id = 'x') AS numbered`,
  );
  const { events } = counts as { events: number };
  expect(counts).toEqual({
    summaries: ticks,
    states: ticks * BANKS,
    bank_days: days * BANKS,
    days,
    events,
    summed: events,
    numbered: events,
  });
}

describe.concurrent('a run that is broken off', () => {
  const directory = temporaryDirectory();
  const whole = path.join(directory, 'whole.duckdb');
  const finished = path.join(directory, 'finished.duckdb');
  let wholeLines: string[] = [];

  beforeAll(async () => {
    const log = path.join(directory, 'log.ndjson');
    const until = ['--until-tick', String(COMPARED_TICKS)];
    await Promise.all([
      output([...LONG, ...until, '--save', '--id', 'x', '--db', whole, '--events-out', log]),
      output(['run', scenarioFile('rtgs-two-banks'), '--save', '--id', 'before', '--db', finished, '-q']),
    ]);
    wholeLines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  });

  /** Starts the long run in a database with a finished one, and sends signals when so much has been written. */
  async function brokenOff(
    bytes: number,
    wait: number,
    signals: readonly NodeJS.Signals[],
    ...flags: string[]
  ): Promise<[string, Outcome]> {
    const database = path.join(temporaryDirectory(), 'a.duckdb');
    copyFileSync(finished, database);
    const command = start([...LONG, '--save', '--id', 'x', '--db', database, ...flags]);
    await written(database, bytes);
    await new Promise((resolve) => setTimeout(resolve, randomInt(wait + 1)));
    for (const signal of signals) {
      command.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return [database, await command.finished];
  }

  /** The stored events are those that the uninterrupted run had up to that tick, as far as they are compared. */
  async function expectPrefix(database: string, lastTick: number): Promise<void> {
    const upTo = Math.min(lastTick, COMPARED_TICKS - 1);
    const stored = await replay(database, 'x', ...(upTo < 0 ? [] : ['--ticks', `..${upTo}`]));
    expect(firstDifference(stored, linesOfTicks(wholeLines, 0, upTo))).toBeUndefined();
  }

  /** From its last checkpoint that is compared, the run ends as the uninterrupted one. */
  async function expectResumable(database: string): Promise<void> {
    const [checkpoint] = await query(
      database,
      `SELECT arg_max(checkpoint_id, checkpoint_tick) AS id FROM simulation_checkpoints WHERE checkpoint_tick < ${COMPARED_TICKS}`,
    );
    const id = checkpoint!.id as string | null;
    if (id === null) return;
    await output([...LONG, '--resume', id, '--db', database, '--until-tick', String(COMPARED_TICKS)]);
    const { event_log_hash: hash } = await storedRow(whole, 'x');
    expect(await storedRow(database, 'x')).toMatchObject({ status: 'completed', error_message: null, event_log_hash: hash });
    expect(await rowDifferences(whole, database, 'x')).toEqual({});
  }

  it.each([
    { what: 'before its first day is stored', bytes: 1, wait: 0 },
    { what: 'in its first days', bytes: 150_000, wait: 100 },
    { what: 'later', bytes: 400_000, wait: 300 },
  ])('by SIGKILL $what: whole days, listed truthfully, ends as if nothing had been', async ({ bytes, wait }) => {
    const [database, outcome] = await brokenOff(bytes, wait, ['SIGKILL']);
    expect(outcome).toMatchObject({ code: null, signal: 'SIGKILL', stderr: '' });

    const listed = await list(database);
    expect(listed.find(({ simulation_id: id }) => id === 'before')).toMatchObject({ status: 'completed', last_tick: 23 });
    const run = listed.find(({ simulation_id: id }) => id === 'x');
    if (!run) return expect(bytes).toBe(1);
    expect(run).toMatchObject({ status: 'failed', completed_at: null, error_message: 'interrupted (process ended)' });
    const last = run.last_tick ?? -1;
    // What is committed ends with a day or with a checkpoint, and every checkpoint up to there can be resumed.
    expect(((last + 1) % TICKS_PER_DAY) * ((last + 1) % CHECKPOINT_TICKS)).toBe(0);
    const [checkpoints] = await query(
      database,
      "SELECT count(*)::INTEGER AS n FROM simulation_checkpoints WHERE simulation_id = 'x'",
    );
    expect(checkpoints).toEqual({ n: Math.floor((last + 1) / CHECKPOINT_TICKS) });
    await expectConsistent(database, last);
    await expectPrefix(database, last);

    await output(['run', scenarioFile('rtgs-two-banks'), '--save', '--id', 'after', '--db', database, '-q']);
    expect(await storedRow(database, 'x')).toMatchObject({
      status: 'failed',
      error_message: 'interrupted (process ended)',
      completed_at: null,
      last_tick: run.last_tick,
    });
    expect(await storedRow(database, 'after')).toMatchObject({ status: 'completed' });
    expect(await rowDifferences(finished, database, 'before')).toEqual({});
    await expectResumable(database);
  });

  it.each([
    { signal: 'SIGINT', exitCode: 130 },
    { signal: 'SIGTERM', exitCode: 143 },
  ] as const)('by $signal: every finished tick, ends as if nothing had been', async ({ exitCode, signal }) => {
    const [database, { code, stderr, stdout }] = await brokenOff(150_000, 200, [signal], '--json');
    expect(code, stderr).toBe(exitCode);
    expect(stderr).toContain('interrupted');
    if (stdout !== '') expect(JSON.parse(stdout)).toMatchObject({ simulation: { completed: false } });
    const run = (await list(database)).find(({ simulation_id: id }) => id === 'x')!;
    expect(run).toMatchObject({ status: 'failed', error_message: 'interrupted', completed_at: null });
    const last = run.last_tick!;
    await expectConsistent(database, last);
    await expectPrefix(database, last);
    if (last < COMPARED_TICKS) {
      const log = linesOfTicks(wholeLines, 0, last);
      expect(await storedRow(database, 'x')).toMatchObject({ event_log_hash: sha256(log), events: parseLines(log).length });
    }
    if (signal === 'SIGINT') await expectResumable(database);
  });

  it('by several SIGINTs: at once, and the database still opens', async () => {
    const [database, { code, signal }] = await brokenOff(150_000, 100, ['SIGINT', 'SIGINT', 'SIGINT']);
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    const { last_tick: last, status } = await storedRow(database, 'x');
    expect(['running', 'failed']).toContain(status);
    await expectConsistent(database, (last as number | null) ?? -1);
  });

  it('without --save: whole ticks are printed', async () => {
    const command = start([
      'run',
      scenarioFile('mixed-five-days'),
      '--set',
      'simulation.num_days=400',
      '-q',
      '--jsonl',
      'events',
    ]);
    while (command.written().length < 100_000) await new Promise((resolve) => setTimeout(resolve, 5));
    command.kill('SIGINT');
    const { code, stderr, stdout } = await command.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/^error: interrupted/m);
    const last = parseLines(stdout).at(-1)!.tick;
    const expected = linesOfTicks(wholeLines, 0, last);
    expect(firstDifference(last < COMPARED_TICKS ? stdout : stdout.slice(0, expected.length), expected)).toBeUndefined();
  });
});

describe.concurrent('a run that is resumed from a checkpoint', () => {
  it.each([
    { name: 'mixed-five-days', every: '7', until: '31', flags: [] },
    { name: 'splits-families', every: 'day', until: '13', flags: [] },
    { name: 'scheduled-releases', every: '3', until: '11', flags: ['--level', 'events'] },
  ])('ends as an uninterrupted one: $name, every $every', async ({ every, flags, name, until }) => {
    const directory = temporaryDirectory();
    const [whole, parts] = [path.join(directory, 'whole.duckdb'), path.join(directory, 'parts.duckdb')];
    const run = (database: string, ...more: string[]): Promise<string> =>
      output([
        'run',
        scenarioFile(name),
        '--id',
        'x',
        '--db',
        database,
        '--checkpoint-every',
        every,
        '--jsonl',
        'events',
        '-q',
        ...more,
      ]);
    const { events, lines } = golden(name);
    await Promise.all([run(whole, '--save', ...flags), run(parts, '--save', '--until-tick', until, ...flags)]);
    const [checkpoint] = await query(parts, 'SELECT max(checkpoint_tick) AS tick FROM simulation_checkpoints');
    const resumed = await run(parts, '--resume', 'latest');
    expect(firstDifference(resumed, linesOfTicks(lines, checkpoint!.tick as number, Infinity))).toBeUndefined();
    expect(await storedRow(parts, 'x')).toMatchObject({ status: 'completed', event_log_hash: sha256(events) });
    expect(await rowDifferences(whole, parts, 'x')).toEqual({});
  });

  it('is stored with the number of its ticks, also when it was stopped with --until-tick before', async () => {
    const database = path.join(temporaryDirectory(), 'a.duckdb');
    const run = ['run', scenarioFile('rtgs-two-banks'), '--id', 'x', '--db', database, '-q'];
    await output([...run, '--save', '--checkpoint-every', '5', '--until-tick', '7']);
    await output([...run, '--resume', 'latest']);
    expect(await storedRow(database, 'x')).toMatchObject({ status: 'completed', last_tick: 23, total_ticks: 24 });
  });

  it('prints the document of the whole run', async () => {
    const directory = temporaryDirectory();
    const database = path.join(directory, 'a.duckdb');
    const run = (...more: string[]): Promise<string> =>
      output(['run', scenarioFile('mixed-five-days'), '--id', 'x', '--db', database, '--json', '-q', ...more]);
    const stopped = await run('--save', '--checkpoint-every', 'day', '--until-tick', '50');
    expect(JSON.parse(stopped)).toMatchObject({ simulation: { ticks_executed: 50, completed: false } });
    const resumed = withoutClock(await run('--resume', 'latest'));
    const other = ['--save', '--id', 'x', '--db', path.join(directory, 'b.duckdb'), '--json', '-q'];
    const whole = withoutClock(await output(['run', scenarioFile('mixed-five-days'), ...other])) as { simulation: object };
    expect(resumed).toEqual({ ...whole, simulation: { ...whole.simulation, database } });
  });

  it('by its id, even one of a finished run; and refuses another scenario', async () => {
    const directory = temporaryDirectory();
    const [whole, again] = [path.join(directory, 'whole.duckdb'), path.join(directory, 'again.duckdb')];
    const run = ['run', scenarioFile('mixed-five-days'), '-q', '--checkpoint-every', '5'];
    await output([...run, '--save', '--id', 'x', '--db', whole]);
    copyFileSync(whole, again);
    const other = await simcash([...run, '--resume', 'x-cp25-auto', '--db', again, '--seed', '4']);
    expect(other.stdout).toBe('');
    expect(other.code).not.toBe(0);
    expect(other.stderr).toMatch(/^error: .*mismatch/im);
    expect(await rowDifferences(whole, again, 'x')).toEqual({});
    await output([...run, '--resume', 'x-cp25-auto', '--db', again]);
    expect(await rowDifferences(whole, again, 'x')).toEqual({});
  });

  it('whose state was changed is refused', async () => {
    const directory = temporaryDirectory();
    const database = path.join(directory, 'a.duckdb');
    const run = ['run', scenarioFile('rtgs-two-banks'), '-q', '--db', database];
    await output([...run, '--save', '--id', 'x', '--checkpoint-every', '6', '--until-tick', '13']);
    await execute(database, "UPDATE simulation_checkpoints SET state_json = replace(state_json, '900000', '900001')");
    await execute(database, "UPDATE simulation_checkpoints SET state_json = state_json || ' '");
    const { code, stderr, stdout } = await simcash([...run, '--resume', 'latest', '--id', 'x']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^error: .*state hash mismatch/m);
  });
});
