import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExperimentEvent, ExperimentStore, StoredExperiment } from '@simcash/protocol';
import { afterAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { ExperimentRepository, SimCashDatabase } from '../../persistence/src/index.js';
import { ExperimentInterrupted, MemoryExperimentStore, narrate, runExperiment, type ExperimentRun } from '../src/index.js';
import { document, type Changes, type Experiment } from './support/paper.js';
import { conduct, finish, prepared } from './support/running.js';

/** What every store of experiments has to do (spec 11 §20.5, §22 invariant 13). */
const directory = mkdtempSync(path.join(tmpdir(), 'simcash-experiments-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A store that can be left and opened again, as by another process. */
interface Opened {
  store: ExperimentStore;
  reopen(): Promise<void>;
  close(): void;
}

let files = 0;

const STORES: Record<string, () => Promise<Opened>> = {
  async memory() {
    return { store: new MemoryExperimentStore(), reopen: async () => undefined, close: () => undefined };
  },
  async 'a DuckDB file'() {
    const file = path.join(directory, `${files++}.duckdb`);
    let database = await SimCashDatabase.open(file);
    const repository = (): ExperimentRepository => new ExperimentRepository(database);
    const opened: Opened = {
      store: repository(),
      async reopen() {
        database.close();
        database = await SimCashDatabase.open(file);
        opened.store = repository();
      },
      close: () => database.close(),
    };
    return opened;
  },
};

/** Runs of every mode, with optimizers of every sort that needs no network. */
const RUNS: readonly [name: string, experiment: Experiment, changes: Changes][] = [
  ['pairwise', 1, {}],
  ['temporal', 3, { evaluation: { mode: 'deterministic-temporal' } }],
  [
    'bootstrap with cem',
    2,
    {
      evaluation: { num_samples: 4 },
      convergence: { max_iterations: 4 },
      optimizer: { type: 'cem', population: 4, iterations: 2 },
    },
  ],
  ['tree mutation', 1, { convergence: { max_iterations: 4 }, optimizer: { type: 'tree-mutation', candidates: 4 } }],
  [
    'refused proposals',
    1,
    {
      convergence: { max_iterations: 5 },
      optimizer: { type: 'scripted', proposals: { BANK_A: [0.2, 7, null, 0.1], BANK_B: [{ a: 1 }, 0.3] } },
    },
  ],
];

/** Events between the places where runs are broken off; a file takes its time to be opened again. */
const STRIDES: Record<string, number> = { memory: 1, 'a DuckDB file': 7 };

/** Tells a run to stop after a number of events; whether it did, or was through with everything by then. */
async function breakOff(run: ExperimentRun, events: number): Promise<boolean> {
  const controller = new AbortController();
  let told = 0;
  try {
    for await (const _ of runExperiment({ ...run, signal: controller.signal })) if (++told === events) controller.abort();
    return false;
  } catch (error) {
    if (error instanceof ExperimentInterrupted) return true;
    throw error;
  }
}

/** A stored run without what the clock says. */
function timeless(run: StoredExperiment): unknown {
  return JSON.parse(JSON.stringify({ ...run, created_at: '', completed_at: run.completed_at === null ? null : '' }));
}

describe.each(Object.keys(STORES))('a run kept in %s', (kind) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await STORES[kind]!();
  });
  afterEach(() => opened.close());

  const ready = (experiment: Experiment, changes: Changes, members: Partial<ExperimentRun> = {}): Promise<ExperimentRun> =>
    prepared(experiment, changes, { config: document(experiment, changes), store: opened.store, ...members });

  it.each(RUNS)('is what it is in memory: %s', async (_, experiment, changes) => {
    const inMemory = await conduct(experiment, changes, { config: document(experiment, changes) });
    const run = await finish(await ready(experiment, changes));
    await opened.reopen();
    const stored = (await opened.store.load('run'))!;
    expect(timeless(stored)).toEqual(timeless(inMemory.stored));
    expect(stored.result).toEqual(run.result);
  });

  it.each(RUNS)('is told again as it was told: %s', async (_, experiment, changes) => {
    const { events } = await finish(await ready(experiment, changes));
    await opened.reopen();
    const stored = await opened.store.events('run');
    expect(stored).toEqual(JSON.parse(JSON.stringify(events)));
    const all = { iterations: true, bootstrap: true, llm: true, policy: true, metrics: true, simulations: true };
    const lines = (told: readonly ExperimentEvent[]): string[] => told.flatMap((event) => narrate(event, all));
    expect(lines(stored)).toEqual(lines(events));
  });

  it.each(RUNS)('goes on, wherever it was broken off, as if it had not been: %s', async (_, experiment, changes) => {
    const whole = await conduct(experiment, changes, { config: document(experiment, changes) });
    const committed = new Set<number>();
    for (let told = 1; told < whole.events.length; told += STRIDES[kind]!) {
      const runId = `broken-${told}`;
      if (!(await breakOff(await ready(experiment, changes, { runId }), told))) continue;
      await opened.reopen();
      const left = (await opened.store.load(runId))!;
      expect(left).toMatchObject({ status: 'failed', error_message: 'interrupted', result: null });
      committed.add(left.iterations.length);

      const resumed = await finish(await ready(experiment, changes, { runId, resume: left }));
      expect(resumed.result).toEqual(whole.result);
      const named = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(runId, 'run'));
      expect(named(timeless(resumed.stored))).toEqual(timeless(whole.stored));
      expect(named(await opened.store.events(runId))).toEqual(JSON.parse(JSON.stringify(whole.events)));
    }
    expect(committed.size).toBeGreaterThan(2);
  });

  it.each<Changes>([
    {},
    // One iteration more, and the policies would have been stable for long enough.
    {
      evaluation: { mode: 'deterministic-temporal' },
      convergence: { max_iterations: 5 },
      optimizer: { type: 'scripted', proposals: {} },
    },
  ])('goes on when everything but its end was committed: %j', async (changes) => {
    const whole = await conduct(1, changes, { config: document(1, changes) });
    const { store } = opened;
    Object.assign(store, { finish: () => Promise.reject(new Error('no disk')) });
    await expect(finish(await ready(1, changes))).rejects.toThrow('no disk');
    Reflect.deleteProperty(store, 'finish');
    await opened.reopen();
    const resume = (await opened.store.load('run'))!;
    expect(resume.iterations).toHaveLength(whole.stored.iterations.length);
    const resumed = await finish(await ready(1, changes, { resume }));
    expect(timeless(resumed.stored)).toEqual(timeless(whole.stored));
    expect(await opened.store.events('run')).toEqual(JSON.parse(JSON.stringify(whole.events)));
  });

  it('is called interrupted when nobody listens any more', async () => {
    for await (const _ of runExperiment(await ready(1, {}))) break;
    expect(await opened.store.load('run')).toMatchObject({ status: 'failed', error_message: 'interrupted' });
  });

  it('keeps every decision: one for each bank and iteration that had a proposal', async () => {
    const { events, stored } = await finish(
      await ready(2, { evaluation: { num_samples: 3 }, convergence: { max_iterations: 3 } }),
    );
    const told = events.flatMap(({ event_data, event_type, iteration }) =>
      event_type === 'policy_change' || event_type === 'policy_rejected'
        ? [[iteration, event_data.agent_id, event_type === 'policy_change', event_data.reason]]
        : [],
    );
    const kept = stored.iterations.flatMap(({ evaluations, iteration }) =>
      evaluations.map(({ accepted, acceptance_reason, agent_id }) => [iteration, agent_id, accepted, acceptance_reason]),
    );
    expect(kept).toEqual(told);
    expect(kept.map(([iteration, agent]) => `${String(iteration)} ${String(agent)}`)).toEqual(
      [0, 1].flatMap((iteration) => [`${iteration} BANK_A`, `${iteration} BANK_B`]),
    );
  });

  it('says why it failed', async () => {
    const run = await ready(1, {});
    const host = { ...run.host, simulate: () => Promise.reject(new Error('no disk')) };
    await expect(finish({ ...run, host })).rejects.toThrow('no disk');
    expect(await opened.store.load('run')).toMatchObject({ status: 'failed', error_message: 'no disk', iterations: [] });
  });

  it('cannot be begun twice', async () => {
    await finish(await ready(1, { convergence: { max_iterations: 1 } }));
    const before = timeless((await opened.store.load('run'))!);
    await expect(finish(await ready(3, {}))).rejects.toThrow(/experiment run (exists|is stored) already/);
    expect(timeless((await opened.store.load('run'))!)).toEqual(before);
  });

  it('is not there under another name', async () => expect(await opened.store.load('nobody')).toBeNull());
});
