import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { EventBatch, PersistenceLevel, SimulationStart, TickView } from '@simcash/protocol';
import { afterAll } from 'vitest';
import { readScenario, Simulation, transactionId, type Scenario } from '../../../engine/src/index.js';
import { loadScenario, REFERENCE_SCENARIOS } from '../../../engine/test/support/reference.js';
import { agentStates, queueContents } from '../../../replay/src/index.js';
import { describeRun } from '../../../runs/src/describe.js';
import { displayContext } from '../../../runs/src/display-context.js';
import {
  SimCashDatabase,
  SimulationRecorder,
  StandardSimulationPersistenceProvider,
  StoredStateProvider,
  type LoadedCheckpoint,
  type OpenOptions,
  type RecordingOptions,
} from '../../src/index.js';

const directories: string[] = [];
const databases = new Set<SimCashDatabase>();
afterAll(() => {
  for (const database of databases) database.close();
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is deleted after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'simcash-persistence-'));
  directories.push(directory);
  return directory;
}

export const temporaryFile = (): string => path.join(temporaryDirectory(), 'a.duckdb');

/**
 * A copy of a file that version 0.1.0 wrote, with schema version 2: runs `splits-in-lsm`, `mixed-five-days` and
 * `liquidity-pool-daily` (FULL, with checkpoints at the end of each day), `events-only` (EVENTS), and experiment `exp-old`.
 */
export const earlierFile = (): string => unpacked('schema-2.duckdb.gz');

/** A database of version 11, as the last release before version 12 left it: the run `one`, and `caps`, a sweep of 2 × 3 runs. */
export const fileWithSweep = (): string => unpacked('schema-11.duckdb.gz');

function unpacked(name: string): string {
  const file = temporaryFile();
  writeFileSync(file, gunzipSync(readFileSync(path.join(import.meta.dirname, '../fixtures', name))));
  return file;
}

/** Opens a database (a new one unless given) that is closed after the tests of the file, if it is not closed before. */
export async function openDatabase(file = temporaryFile(), options: OpenOptions = {}): Promise<SimCashDatabase> {
  const database = await SimCashDatabase.open(file, options);
  databases.add(database);
  return database;
}

export function close(database: SimCashDatabase): void {
  if (databases.delete(database)) database.close();
}

/** Closes a database and opens its file again. */
export async function reopen(database: SimCashDatabase, options: { readOnly?: boolean } = {}): Promise<SimCashDatabase> {
  close(database);
  return openDatabase(database.path, options);
}

/** A scenario of the reference suite. */
export function reference(name: string): Scenario {
  const found = REFERENCE_SCENARIOS.find((scenario) => scenario.name === name);
  if (!found) throw new Error(`there is no reference scenario ${name}`);
  return loadScenario(found);
}

/** A scenario of the reference suite with another seed or another number of days. */
export function changed(name: string, change: { rng_seed?: bigint; num_days?: number }): Scenario {
  const { config } = reference(name);
  return readScenario({ ...config, ...change }, { exactIntegers: true });
}

export interface StoreOptions extends Omit<RecordingOptions, 'onTick'> {
  level?: PersistenceLevel;
  /** Why it is run. */
  context?: Partial<SimulationStart>;
  resume?: LoadedCheckpoint;
  /** Keep what the display sees of each tick. */
  watch?: boolean;
  onTick?: (simulation: Simulation) => void;
}

/** What the run itself had to say, to be compared with what is stored. */
export interface LiveRun {
  /** Event lines of the run, without those of a tick that failed. */
  log: string;
  views: TickView[];
  reason: string | null;
  error: Error | null;
}

/** Stores a run in the way in which the command does it; an error of the run is part of the answer. */
export async function store(
  database: SimCashDatabase,
  id: string,
  scenario: Scenario,
  { context = {}, level = 'FULL', onTick, resume, watch = false, ...recording }: StoreOptions = {},
): Promise<LiveRun> {
  const start: SimulationStart = {
    ...describeRun(scenario, { level }),
    ...context,
    ...(resume ? { first_tick: resume.checkpoint_tick } : {}),
  };
  const recorder = new SimulationRecorder(new StandardSimulationPersistenceProvider(database, 'test'), id, start);
  let log = '';
  let open: EventBatch | null = null;
  const settings = { sink: { write: (batch: EventBatch) => void (open = batch.copy()) }, history: 'release' } as const;
  const simulation = resume ? Simulation.restore(scenario, resume.state_json, settings) : Simulation.create(scenario, settings);
  const views: TickView[] = [];
  const run: LiveRun = { log, views, reason: null, error: null };
  try {
    run.reason = await recorder.run(simulation, {
      ...recording,
      onTick(result) {
        log += open!.toNdjson();
        if (watch) {
          views.push({
            result,
            events: [...open!],
            agents: agentStates(simulation.agentIds, simulation.agentColumns()),
            queues: queueContents(simulation.agentIds, simulation.queueColumns(), transactionId),
          });
        }
        onTick?.(simulation);
      },
    });
  } catch (error) {
    run.error = error as Error;
  }
  return { ...run, log };
}

/** Stores a run that must succeed. */
export async function storeWhole(
  database: SimCashDatabase,
  id: string,
  scenario: Scenario,
  options: StoreOptions = {},
): Promise<LiveRun> {
  const run = await store(database, id, scenario, options);
  if (run.error) throw run.error;
  return run;
}

/** The views that a replay has of a stored run. */
export async function storedViews(
  database: SimCashDatabase,
  id: string,
  scenario: Scenario,
  { from = 0, hasStates = true, to }: { from?: number; to: number; hasStates?: boolean },
): Promise<TickView[]> {
  const provider = new StoredStateProvider(database, id, displayContext(scenario.config), hasStates);
  const views: TickView[] = [];
  for await (const view of provider.views(from, to)) views.push(view);
  return views;
}

/** The run that the engine alone makes of a scenario: everything it knows at the end, and its log. */
export function runLive(scenario: Scenario): { simulation: Simulation; log: string } {
  const texts: string[] = [];
  const simulation = Simulation.create(scenario, { sink: { write: (batch) => void texts.push(batch.toNdjson()) } });
  simulation.run();
  return { simulation, log: texts.join('') };
}
