import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { KeptProcess } from './kept-process.js';

export const REPOSITORY = path.join(import.meta.dirname, '..', '..', '..', '..');
const REFERENCE = path.join(REPOSITORY, 'packages', 'engine', 'test', 'reference');

/** The file that `simcash` is. */
export const COMMAND = path.join(REPOSITORY, 'apps', 'cli', 'bin', 'simcash.js');
export const PACKAGES = path.join(REPOSITORY, 'packages');

/** How a command ended and what it wrote. */
export interface Outcome {
  /** Null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** Working directory; one that is thrown away unless given. */
  cwd?: string;
  input?: string;
  env?: Record<string, string>;
  /** Killed after so many milliseconds. */
  timeout?: number;
  /** In a process of its own, where it would notice what a kept one remembers. */
  alone?: boolean;
}

export interface RunningCommand {
  finished: Promise<Outcome>;
  /** What was written to stdout so far. */
  written(): string;
  /** And to stderr. */
  said(): string;
  /** Closes the reading end of stdout, as `head` does. */
  hangUp(): void;
  kill(signal: NodeJS.Signals): void;
}

const PATIENCE = 60_000;

const environment = (env: Record<string, string> = {}): Record<string, string> => {
  const { HOME, PATH } = process.env;
  return { HOME: HOME!, PATH: PATH!, LANG: 'C.UTF-8', ...env };
};

/** Starts the command and lets the caller deal with it while it runs. */
export function start(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  return startNode([COMMAND, ...args], options);
}

/** Starts a Node process in an environment that does not depend on the one of the tests. */
export function startNode(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const { cwd = temporaryDirectory(), env, input, timeout = PATIENCE } = options;
  const child = spawn(process.execPath, args, {
    cwd,
    env: environment(env),
    timeout,
    killSignal: 'SIGKILL',
  });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
    });
  }
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  return {
    finished: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
    }),
    written: () => texts.stdout,
    said: () => texts.stderr,
    hangUp: () => child.stdout.destroy(),
    kill: (signal) => child.kill(signal),
  };
}

const PLACES = Math.max(2, availableParallelism());
let busy = 0;
const waiting: (() => void)[] = [];

/**
 * Runs the command to its end; not more of them at a time than the machine has processors. One process runs many commands, but those
 * that read what they are asked on stdin, or settings of Node; with SIMCASH_TEST_ALONE each has its own.
 */
export async function simcash(args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  if (busy >= PLACES) await new Promise<void>((resolve) => waiting.push(resolve));
  else busy++;
  try {
    return isAlone(options) ? await start(args, options).finished : await inKeptProcess(args, options);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else busy--;
  }
}

const isAlone = ({ alone = false, env, input }: CommandOptions): boolean =>
  alone || input !== undefined || env?.NODE_OPTIONS !== undefined || Boolean(process.env.SIMCASH_TEST_ALONE);

/** They end with the worker that began them. */
const idle: KeptProcess[] = [];
const LARGE = 500_000_000;

async function inKeptProcess(args: readonly string[], options: CommandOptions): Promise<Outcome> {
  const { cwd = temporaryDirectory(), env, timeout = PATIENCE } = options;
  const kept = idle.pop() ?? new KeptProcess();
  const { code, rss, stderr, stdout, thrown } = await kept.run(args, { cwd, env: environment(env), deadline: timeout });
  if (rss > LARGE) kept.end();
  else if (!kept.hasEnded) idle.push(kept);
  return { code, signal: code === null ? 'SIGKILL' : null, stdout, stderr: stderr + (thrown ?? '') };
}

/** Runs a command that is expected to succeed and gives its stdout. */
export async function output(args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, signal, stderr, stdout } = await simcash(args, options);
  if (code !== 0) throw new Error(`simcash ${args.join(' ')} ended with ${code ?? signal}: ${stderr}`);
  return stdout;
}

const directories: string[] = [];
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A directory that is deleted after the tests of the file, with these files in it. */
export function temporaryDirectory(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'simcash-test-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return directory;
}

/** All files below a directory with their contents. */
export function filesIn(directory: string): Record<string, string> {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = found.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(files.map((file) => [path.relative(directory, file), readFileSync(file, 'latin1')]));
}

interface ManifestEntry {
  name: string;
  scenario: string;
  golden: string;
  calls?: string;
  outcome: 'completed' | 'error' | 'load-error';
  ticks: number;
}

export const REFERENCE_SCENARIOS = (
  JSON.parse(readFileSync(path.join(REFERENCE, 'manifest.json'), 'utf8')) as { scenarios: ManifestEntry[] }
).scenarios;

export const scenarioFile = (name: string): string => path.join(REFERENCE, 'scenarios', `${name}.yaml`);
export const policyFile = (name: string): string => path.join(REFERENCE, 'policies', `${name}.json`);

/** The last line of a golden log; of the final state, what these tests look at. */
export interface GoldenEnd {
  final?: {
    agents: { id: string; balance: number; queue1: string[] }[];
    system_metrics: {
      total_arrivals: number;
      total_settlements: number;
      settlement_rate: number;
      avg_delay_ticks: number;
      queue1_total_size: number;
      queue2_total_size: number;
    };
    ticks: [tick: number, arrivals: number, settlements: number, lsmReleases: number, cost: number][];
    daily_metrics: ({ agent_id: string } & Record<string, number>)[];
  };
  error?: { stage: string; tick: number; message: string };
}

export interface GoldenLog {
  /** The event lines, as `--jsonl events` prints them. */
  events: string;
  lines: string[];
  end: GoldenEnd;
}

/** The golden log of a reference scenario. */
export function golden(name: string): GoldenLog {
  const { golden: file } = REFERENCE_SCENARIOS.find((scenario) => scenario.name === name)!;
  const lines = gunzipSync(readFileSync(path.join(REFERENCE, file)))
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  const end = JSON.parse(lines.pop()!) as GoldenEnd;
  return { events: joined(lines), lines, end };
}

export const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

export type Event = { event_type: string; tick: number } & Record<string, unknown>;

/** Every line as a value. */
export function parseLines<T = Event>(text: string): T[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}

/** Where two texts differ first, undefined if they do not; for texts that are too long to be shown. */
export function firstDifference(found: string, expected: string): unknown {
  if (found === expected) return undefined;
  const [a, b] = [found.split('\n'), expected.split('\n')];
  const line = a.findIndex((text, i) => text !== b[i]);
  const at = line === -1 ? a.length : line;
  return { line: at + 1, found: a[at] ?? '(end)', expected: b[at] ?? '(end)', lines: [a.length, b.length] };
}

/** Lines whose tick lies between two ticks, both included. */
export function linesOfTicks(lines: readonly string[], from: number, to: number): string {
  return joined(
    lines.filter((line) => {
      const { tick } = JSON.parse(line) as Event;
      return tick >= from && tick <= to;
    }),
  );
}

/** A document as `--json` prints it, without what the clock says. */
export function withoutClock(text: string): unknown {
  const { performance: _, simulation, ...rest } = JSON.parse(text) as { performance: unknown; simulation: object };
  return { ...rest, simulation: { ...simulation, duration_seconds: 0, ticks_per_second: 0 } };
}

/** A small scenario whose banks pay each other only what is listed. */
export const QUIET_SCENARIO = `simulation:
  ticks_per_day: 4
  num_days: 1
  rng_seed: 1
agents:
  - id: A
    opening_balance: 1000
  - id: B
    opening_balance: 2000
scenario_events:
  - {type: CustomTransactionArrival, from_agent: A, to_agent: B, amount: 100, schedule: {type: OneTime, tick: 1}}
`;
