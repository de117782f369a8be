import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, HAS_REDIS, RedisServer } from '../../../packages/sweeps/test/support/redis.js';
import { query, type Row } from './support/database.js';
import { output, PACKAGES, simcash, start, temporaryDirectory, type Outcome, type RunningCommand } from './support/simcash.js';
import { sweepDirectory, tablesOf } from './support/sweeps.js';

/** Sweeps whose runs are done by other processes, which may die at any time, and so may the server (spec 15 §13.4, §13.5). */

interface Message {
  id: string;
  data: { jobs: { cell: number; replication: number; seed: string }[] } & Record<string, unknown>;
  returnvalue: { values: number[] }[];
  moveToCompleted(value: unknown, token: string, fetchNext: boolean): Promise<unknown>;
}
interface Messages {
  add(name: string, data: unknown, options: object): Promise<Message>;
  getJobCounts(...states: string[]): Promise<Record<string, number>>;
  getJobs(states: string[]): Promise<Message[]>;
  getCompleted(): Promise<Message[]>;
  close(): Promise<void>;
}
interface Taker {
  getNextJob(token: string): Promise<Message | undefined>;
  close(): Promise<void>;
}

const require = createRequire(path.join(PACKAGES, 'sweeps', 'package.json'));
const { Queue, Worker } = require('bullmq') as {
  Queue: new (name: string, options: object) => Messages;
  Worker: new (name: string, process: null, options: object) => Taker;
};

const sweep = (name: string, base: string, rest: string): string =>
  `sweep: ${name}\nbase: ${base}\nmeasures: [total_cost, settlement_rate_value]\nstatistics: {bootstrap: 10}\n${rest}\n`;
const CAP = '{name: cap, path: agents.NORTH.unsecured_cap, values: [0, 100_000]}';
const days = (...numbers: number[]): string => `{name: days, path: simulation.num_days, values: [${numbers.join(', ')}]}`;

const cwd = sweepDirectory({
  /** A second or two on one core, in many portions. */
  'long.yaml': sweep('long', 'base.yaml', `replications: {count: 40, master_seed: 7}\naxes: [${CAP}, ${days(20)}]`),
  /** As many runs, each of a day: for what does not depend on how long they take. */
  'short.yaml': sweep('short', 'base.yaml', `replications: {count: 40, master_seed: 7}\naxes: [${CAP}]`),
  /** Half a second for a run. */
  'slow.yaml': sweep('slow', 'base.yaml', `replications: {count: 3, master_seed: 7}\naxes: [${days(1000)}]`),
  /** The run of the second cell does not end in time. */
  'heavy.yaml': sweep('heavy', 'base.yaml', `replications: {count: 1, master_seed: 7}\naxes: [${days(1, 100_000, 2)}]`),
  'three.yaml': sweep(
    'three',
    'base.yaml',
    `replications: {count: 2, master_seed: 7}
axes: [{name: cap, path: agents.NORTH.unsecured_cap, values: [0, 66_600, 100_000]}]`,
  ),
  'precise.yaml': sweep(
    'precise',
    'base.yaml',
    `axes: [${CAP}]\nstop: {measure: settlement_rate_value, absolute: 0.05, min: 4, batch: 3, max: 60}`,
  ),
  /** Ends a thread that is given the second cell of three.yaml. */
  'die.cjs': `if (!require('node:worker_threads').isMainThread) {
  const { stringify } = JSON;
  JSON.stringify = (...args) => {
    const text = stringify(...args);
    if (/"unsecured_cap":"?66600/.test(text)) process.exit(9);
    return text;
  };
}
`,
});
const at = (file: string): string => path.join(cwd, file);

/** Waits for something that is expected to happen soon. */
async function until<T>(what: string, find: () => Promise<T | false | undefined> | T | false | undefined): Promise<T> {
  for (const end = Date.now() + 100_000; Date.now() < end; await after(20)) {
    const found = await find();
    if (found !== false && found !== undefined) return found;
  }
  throw new Error(`not seen in time: ${what}`);
}

describe.skipIf(!HAS_REDIS)('sweep run --executor bullmq', () => {
  let server: RedisServer;
  let whole: Record<string, Row[]>;
  let wholeShort: Record<string, Row[]>;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    const inProcess = async (name: string): Promise<Record<string, Row[]>> => {
      const db = `${name}-here.duckdb`;
      await output(['sweep', 'run', `${name}.yaml`, '-q', '--executor', 'in-process', '--db', db], { cwd });
      return tablesOf(at(db));
    };
    [whole, wholeShort] = await Promise.all([inProcess('long'), inProcess('short')]);
  });
  afterAll(async () => {
    for (const end of ends.reverse()) await end();
    await server.stop();
  });

  const started = (args: readonly string[], env: Record<string, string>): RunningCommand => {
    const command = start(args, { cwd, env, timeout: 110_000 });
    ends.push(() => command.kill('SIGKILL'));
    return command;
  };
  const sweepOf = (queue: string, args: readonly string[]): string[] => [
    'sweep',
    'run',
    '--executor',
    'bullmq',
    '--queue',
    queue,
    '--db',
    `${queue}.duckdb`,
    ...args,
  ];
  /** One that is watched or ended while it runs. */
  const coordinator = (queue: string, args: readonly string[], { url } = server): RunningCommand =>
    started(sweepOf(queue, args), { SIMCASH_REDIS_URL: url });
  /** One that is left alone: it needs no process of its own. */
  const coordinated = (queue: string, args: readonly string[]): Promise<Outcome> =>
    simcash(sweepOf(queue, args), { cwd, env: { SIMCASH_REDIS_URL: server.url }, timeout: 110_000 });
  const worker = (queue: string, args: readonly string[] = [], env: Record<string, string> = {}): RunningCommand =>
    started(['worker', '--queue', queue, '--concurrency', '1', '--lock', '2', ...args], {
      SIMCASH_REDIS_URL: server.url,
      ...env,
    });
  const messages = (queue: string, { port } = server): Messages => {
    const opened = new Queue(queue, { connection: { host: '127.0.0.1', port } });
    ends.push(() => opened.close());
    return opened;
  };
  /** A worker that ends when all is done; it comes when there is something to do. */
  async function drainer(queue: string, args: readonly string[], n = 1): Promise<RunningCommand[]> {
    const opened = messages(queue);
    await until('messages', async () => (await count(opened, 'wait')) > 0);
    return Array.from({ length: n }, () => worker(queue, ['--drain', ...args]));
  }
  const count = async (queue: Messages, state: string): Promise<number> => (await queue.getJobCounts(state))[state]!;

  /** The sweep has ended well, and the database is that of a sweep in one process. */
  async function expectWhole(finished: Promise<Outcome>, db: string, expected = whole): Promise<void> {
    const { code, stderr } = await finished;
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(await tablesOf(at(db))).toEqual(expected);
  }

  it('does not notice that a worker is killed again and again', async () => {
    const queue = messages('killed');
    const command = coordinated('killed', ['long.yaml', '-q']);
    let ended = false;
    void command.then(() => (ended = true));
    let kills = 0;
    while (kills < 3) {
      const victim = worker('killed', ['--lock', '1', '-q']);
      await until('a portion under way', async () => ended || (await count(queue, 'active')) > 0);
      if (ended) break;
      victim.kill('SIGKILL');
      await victim.finished;
      kills++;
    }
    expect(kills).toBe(3);
    const last = worker('killed', ['--lock', '1', '-q']);
    await expectWhole(command, 'killed.duckdb');
    last.kill('SIGTERM');
    expect((await last.finished).code).toBe(0);
  });

  it('does not notice that the server is restarted and forgets', async () => {
    const name = 'forgets';
    const own = await RedisServer.start();
    ends.push(() => own.stop());
    const one = worker(name, ['-q', '--lock', '1'], { SIMCASH_REDIS_URL: own.url });
    const command = coordinator(name, ['long.yaml', '-q', '--jsonl'], own);
    await until('lines', () => command.written().split('\n').length > 2 && command);
    await own.restart();
    await expectWhole(command.finished, `${name}.duckdb`);
    one.kill('SIGTERM');
    const ended = await one.finished;
    expect(ended.code).toBe(0);
    expect([ended.stderr, (await command.finished).stderr]).toEqual(['', '']);
  });

  it('that is interrupted ends soon, and goes on', async () => {
    const queue = messages('int');
    const one = worker('int', ['-q']);
    const command = coordinator('int', ['long.yaml', '--id', 'x', '--jsonl']);
    await until('lines', () => command.written() !== '' && command);
    command.kill('SIGINT');
    const { code, stderr } = await command.finished;
    expect(code).toBe(130);
    expect(stderr).toContain('simcash sweep run --resume x');
    expect(await queue.getJobCounts('wait', 'active', 'delayed', 'completed')).toEqual({
      ...{ wait: 0, active: 0, delayed: 0, completed: 0 },
    });
    const [done] = await query(at('int.duckdb'), 'SELECT count(*)::INTEGER AS n FROM sweep_jobs');
    expect(done!.n).toBeLessThan(80);
    await expectWhole(coordinated('int', ['--resume', 'x', '-q']), 'int.duckdb');
    one.kill('SIGTERM');
    await one.finished;
  });

  it('that is killed goes on, with the results that lay in the queue', async () => {
    const queue = messages('kill');
    const command = coordinator('kill', ['long.yaml', '--id', 'x', '-q']);
    await until('messages', async () => (await count(queue, 'wait')) > 1);
    command.kill('SIGKILL');
    await command.finished;
    const one = worker('kill', ['--drain', '-q']);
    expect((await one.finished).code).toBe(0);
    const left = (await queue.getCompleted()).flatMap(({ returnvalue }) => returnvalue);
    expect(left.length).toBeGreaterThan(0);
    const stored = async (): Promise<number> =>
      Number((await query(at('kill.duckdb'), 'SELECT count(*)::INTEGER AS n FROM sweep_jobs'))[0]!.n);
    const before = await stored();
    // Nobody works: what is stored now was there.
    const again = coordinator('kill', ['--resume', 'x', '-q']);
    await until('messages', async () => (await count(queue, 'wait')) > 0);
    again.kill('SIGTERM');
    expect((await again.finished).code).toBe(143);
    expect(await count(queue, 'completed')).toBe(0);
    // Besides, the coordinator runs the first one itself.
    expect(await stored()).toBe(before + left.length + 1);
    const second = worker('kill', ['-q']);
    await expectWhole(coordinated('kill', ['--resume', 'x', '-q']), 'kill.duckdb');
    second.kill('SIGTERM');
    await second.finished;
  });

  /** A sweep to whose queue somebody adds the results of one run before it is run. */
  async function forged(
    name: string,
    ...changes: number[]
  ): Promise<{ command: Promise<Outcome>; run: { cell: number; replication: number } }> {
    const queue = messages(name);
    const command = coordinated(name, ['short.yaml', '--id', 'x', '--jsonl']);
    const [real] = await until('a message', async () => {
      const waiting = await queue.getJobs(['wait']);
      return waiting.length > 0 && waiting;
    });
    const [cell, replication] = [1, 30];
    const [row] = await query(
      at('short-here.duckdb'),
      `SELECT seed::VARCHAR AS seed, job_id, event_count::INTEGER AS n, list(coalesce(value_cents::DOUBLE, value) ORDER BY measure) AS found
       FROM sweep_jobs JOIN sweep_values USING (sweep_id, cell, replication)
       WHERE cell = ${cell} AND replication = ${replication} GROUP BY ALL`,
    );
    const { job_id, seed } = row as { job_id: string; seed: string };
    const [rate, cost] = row!.found as [number, number];
    const run = { cell, replication, seed, job_id };
    for (const [i, change] of changes.entries()) {
      const result = { cell, replication, seed, values: [cost + change, rate], event_count: row!.n, error: null };
      await queue.add('portion', { ...real!.data, jobs: [run] }, { jobId: `forged-${i}`, lifo: true });
      const taker = new Worker(name, null, { connection: { host: '127.0.0.1', port: server.port } });
      const taken = await taker.getNextJob('token');
      expect(taken!.id).toBe(`forged-${i}`);
      await taken!.moveToCompleted([result], 'token', false);
      await taker.close();
      await until('that it was taken', async () => (await count(queue, 'completed')) === 0);
    }
    const one = worker(name, ['-q']);
    void command.then(() => one.kill('SIGTERM'));
    return { command, run };
  }

  describe('with results that contradict each other', () => {
    it('keeps both, counts the first, and ends with 6', async () => {
      const { command, run } = await forged('conflict', 5);
      const { code, stderr } = await command;
      expect(code).toBe(6);
      expect(stderr).toMatch(/error: 1 runs? came twice with different values/);
      const own = ({ cell, replication }: Row): boolean => cell === run.cell && replication === run.replication;
      const tables = await tablesOf(at('conflict.duckdb'));
      expect(tables.sweep_jobs).toEqual(wholeShort.sweep_jobs);
      const changed = wholeShort.sweep_values!.map((row) =>
        own(row) && row.measure === 'total_cost' ? { ...row, value_cents: String(Number(row.value_cents) + 5) } : row,
      );
      expect(new Set(tables.sweep_values!.map((row) => JSON.stringify(row)))).toEqual(
        new Set(changed.map((row) => JSON.stringify(row))),
      );
      const cost = (of: Record<string, Row[]>): number =>
        Number(of.sweep_values!.find((row) => own(row) && row.measure === 'total_cost')!.value_cents);
      expect(tables.sweep_conflicts).toHaveLength(1);
      const [conflict] = tables.sweep_conflicts as [Row];
      expect(conflict).toMatchObject({ cell: run.cell, replication: run.replication });
      expect((JSON.parse(String(conflict.values_a)) as number[])[0]).toBe(cost(wholeShort) + 5);
      expect((JSON.parse(String(conflict.values_b)) as number[])[0]).toBe(cost(wholeShort));
    });

    it('compares with what is stored what lay in the queue', async () => {
      const db = 'stored.duckdb';
      await output(['sweep', 'run', 'caps.yaml', '-q', '--id', 'x', '--executor', 'in-process', '--db', db], { cwd });
      const [row] = await query(
        at(db),
        `SELECT engine_version, sha256(definition::VARCHAR) AS definition, sha256(base_config::VARCHAR) AS base, job_id,
           seed::VARCHAR AS seed, event_count::INTEGER AS n FROM sweeps JOIN sweep_jobs USING (sweep_id)
         WHERE cell = 1 AND replication = 1`,
      );
      const { base, definition, engine_version, job_id, n, seed } = row!;
      const run = { cell: 1, replication: 1, seed };
      const texts = { definition_sha256: definition, base_sha256: base };
      await messages('stored').add(
        'portion',
        { sweep_id: 'x', engine_version, ...texts, jobs: [{ ...run, job_id }] },
        { jobId: 'forged' },
      );
      const taker = new Worker('stored', null, { connection: { host: '127.0.0.1', port: server.port } });
      const result = { ...run, values: [123_456, 0.5], event_count: n, error: null };
      await (await taker.getNextJob('token'))!.moveToCompleted([result], 'token', false);
      await taker.close();
      expect((await coordinated('stored', ['--resume', 'x', '-q'])).code).toBe(6);
    });

    it('prints the one that counts', async () => {
      const { command, run } = await forged('lines', 5, 9);
      const { stdout } = await command;
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { cell: number; replication: number; values: { total_cost: number } });
      const line = lines.find(({ cell, replication }) => cell === run.cell && replication === run.replication)!;
      const [stored] = await query(
        at('lines.duckdb'),
        `SELECT value_cents::INTEGER AS n FROM sweep_values
         WHERE measure = 'total_cost' AND cell = ${run.cell} AND replication = ${run.replication}`,
      );
      expect(line.values.total_cost).toBe(stored!.n);
    });
  });

  // At once: these wait most of their time, for workers that are tried again or that see that nothing is left.
  it.concurrent('stores what threads store, and names the queue', async () => {
    const args = ['sweep', 'run', 'short.yaml', '-q', '--executor', 'worker-threads', '--workers', '2'];
    await expectWhole(simcash([...args, '--db', 'threads.duckdb'], { cwd }), 'threads.duckdb', wholeShort);
    const command = coordinated('two', ['short.yaml']);
    const all = await drainer('two', ['--json', '-q'], 2);
    await expectWhole(command, 'two.duckdb', wholeShort);
    expect((await command).stderr).toContain(`worker --queue two\n`);
    const outcomes = await Promise.all(all.map(({ finished }) => finished));
    const runs = outcomes.map(({ stdout }) => (JSON.parse(stdout) as { runs: number }).runs);
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(all.map(() => ({ code: 0, stderr: '' })));
    expect(runs.reduce((sum, n) => sum + n, 0)).toBe(2 * 40 - 1);
  });

  it.concurrent.each([
    ['does not end in time', 'heavy', 1, ['--job-timeout', '2'], {}],
    ['ends its thread', 'three', 2, [], { NODE_OPTIONS: '--require ./die.cjs' }],
  ] as const)('names the run that %s, and does the others', async (_, name, replications, options, env) => {
    const one = worker(name, ['-q', ...options, '--concurrency', '2'], env);
    const { code, stderr } = await coordinated(name, [`${name}.yaml`, '-q']);
    one.kill('SIGTERM');
    expect((await one.finished).code).toBe(0);
    expect(code).toBe(1);
    expect(stderr).toContain(`error: ${replications} of ${3 * replications} runs failed`);
    for (let r = 0; r < replications; r++)
      expect(stderr).toMatch(new RegExp(`cell 1, replication ${r}, seed \\d+: worker died 3 times`));
    const jobs = await query(at(`${name}.duckdb`), 'SELECT cell, status, error_message FROM sweep_jobs ORDER BY ALL');
    const expected = Array.from({ length: 3 * replications }, (_, i) => {
      const cell = Math.floor(i / replications);
      return cell === 1
        ? { cell, status: 'failed', error_message: 'worker died 3 times' }
        : { cell, status: 'done', error_message: null };
    });
    expect(jobs).toEqual(expected);
  });

  it.concurrent('takes an error of a simulation for a result', async () => {
    const here = await simcash(
      ['sweep', 'run', 'failing.yaml', '-q', '--executor', 'in-process', '--db', 'failing-here.duckdb'],
      { cwd },
    );
    expect(here.code).toBe(1);
    const command = coordinated('failing', ['failing.yaml', '-q']);
    const [one] = await drainer('failing', ['--json', '-q']);
    const { code, stderr } = await command;
    expect({ code, stderr }).toEqual({ code: 1, stderr: here.stderr });
    expect(await tablesOf(at('failing.duckdb'))).toEqual(await tablesOf(at('failing-here.duckdb')));
    // All but the one that the coordinator tries, each once.
    expect(JSON.parse((await one!.finished).stdout)).toEqual({ schema_version: 1, queue: 'failing', runs: 11 });
  });

  it.concurrent('does as many replications as precision needs, and workers end with --drain', async () => {
    await output(['sweep', 'run', 'precise.yaml', '-q', '--executor', 'in-process', '--db', 'precise-here.duckdb'], { cwd });
    const here = await tablesOf(at('precise-here.duckdb'));
    expect(here.sweeps).toMatchObject([{ stop_reason: 'precision' }]);
    const command = coordinated('precise', ['precise.yaml', '-q']);
    const [one] = await drainer('precise', []);
    await expectWhole(command, 'precise.duckdb', here);
    const { code, stdout } = await one!.finished;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ runs done for precise\n$/);
  });

  it('has workers that finish what is under way at SIGTERM, and give it back at a second one', async () => {
    const queue = messages('slow');
    const command = coordinated('slow', ['slow.yaml', '-q']);
    const busy = async (): Promise<RunningCommand> => {
      const one = worker('slow', ['--json', '-q']);
      await until('a portion under way', async () => (await count(queue, 'active')) > 0);
      return one;
    };
    const runs = async ({ finished }: RunningCommand): Promise<number> => {
      const { code, stderr, stdout } = await finished;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return (JSON.parse(stdout) as { runs: number }).runs;
    };
    const impatient = await busy();
    impatient.kill('SIGTERM');
    await after(50);
    impatient.kill('SIGTERM');
    expect(await runs(impatient)).toBe(0);
    expect(await queue.getJobCounts('wait', 'active', 'delayed')).toEqual({ wait: 2, active: 0, delayed: 0 });
    const patient = await busy();
    patient.kill('SIGTERM');
    expect(await runs(patient)).toBe(1);
    const last = worker('slow', ['-q']);
    await output(['sweep', 'run', 'slow.yaml', '-q', '--executor', 'in-process', '--db', 'slow-here.duckdb'], { cwd });
    await expectWhole(command, 'slow.duckdb', await tablesOf(at('slow-here.duckdb')));
    last.kill('SIGTERM');
    await last.finished;
  });

  it('has workers that leave portions of other versions to others', async () => {
    const queue = messages('version');
    const sha = 'ab'.repeat(32);
    const data = {
      ...{ sweep_id: 'x', engine_version: '99.0.0', definition_sha256: sha, base_sha256: sha },
      jobs: [{ cell: 0, replication: 0, seed: '1', job_id: 'j-1' }],
    };
    await queue.add('portion', data, { jobId: 'p-1' });
    const { code, stderr, stdout } = await worker('version', ['-q']).finished;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: version needs version 99\.0\.0, this worker is \d+\.\d+\.\d+\n$/);
    expect(await queue.getJobCounts('wait', 'active', 'failed')).toEqual({ wait: 1, active: 0, failed: 0 });
  });

  describe('that cannot be carried out', () => {
    const FILES = {
      'base.yaml':
        'simulation: {ticks_per_day: 4, num_days: 1, rng_seed: 1}\nagents: [{id: A, opening_balance: 1}, {id: B, opening_balance: 1}]\n',
      's.yaml': 'sweep: s\nbase: base.yaml\nreplications: {count: 2, master_seed: 1}\n',
    };
    const SWEEP = ['sweep', 'run', 's.yaml', '--executor', 'bullmq'];
    const WORKER = ['worker', '--queue', 'q', '--drain', '-q'];
    const SECRET = 'hunter2';

    /** Ends with one sentence. @returns the files that it left behind */
    const refused = async (
      args: readonly string[],
      url: string | null,
      code: number,
      message: RegExp,
      timeout = 30_000,
    ): Promise<string[]> => {
      const folder = temporaryDirectory(FILES);
      const env: Record<string, string> = url === null ? {} : { SIMCASH_REDIS_URL: url };
      const outcome = await start(args, { cwd: folder, env, timeout }).finished;
      expect(outcome.stderr).not.toContain(SECRET);
      expect(outcome.stderr).not.toContain('internal error');
      expect(outcome.stderr.match(/^error: /gm)).toHaveLength(1);
      expect(outcome.stderr).toMatch(message);
      expect({ code: outcome.code, stdout: outcome.stdout }).toEqual({ code, stdout: '' });
      return readdirSync(folder).filter((name) => !(name in FILES));
    };

    it.each([
      [WORKER, null, 2, /SIMCASH_REDIS_URL/],
      [WORKER, SECRET, 1, /SIMCASH_REDIS_URL must look like/],
      [SWEEP, `redis://u:${SECRET}@127.0.0.1:PORT`, 1, /no Redis server answers at 127\.0\.0\.1:\d+: .*ECONNREFUSED/],
      [['worker'], 'redis://127.0.0.1:PORT', 2, /--queue/],
      [[...WORKER, '--concurrency', '0'], 'redis://127.0.0.1:PORT', 2, /--concurrency needs/],
      [['sweep', 'run', 's.yaml', '--queue', 'q'], null, 2, /--queue and --blobs go with --executor bullmq/],
    ] as const)('%j at %s is refused with %i', async (args, url, code, message) => {
      const left = await refused(args, url?.replace('PORT', String(await freePort())) ?? null, code, message);
      expect(left).toEqual([]);
    });

    // BullMQ itself refuses such names only when it is too late to end well.
    it.each([
      [['worker', '--queue', 'a:b', '--drain', '-q'], 2],
      [['worker', '--queue', '', '--drain', '-q'], 2],
      [[...WORKER, '--lock', '0'], 2],
      [[...SWEEP, '--queue', 'a:b', '--db', 'colon.duckdb'], 2],
    ] as const)('%j is refused', async (args, code) => {
      await refused(args, server.url, code, /--(queue|lock)/, 10_000);
    });

    // More milliseconds than a timer can have would be no pause at all.
    it('a lock of years is refused, or is one', async () => {
      const { stderr } = await simcash([...WORKER, '--lock', '99999999'], {
        cwd,
        env: { SIMCASH_REDIS_URL: server.url },
      });
      expect(stderr).not.toContain('TimeoutOverflowWarning');
    });
  });
});
