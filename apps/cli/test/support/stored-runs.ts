import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenario, readScenarioText, type Scenario } from '@simcash/engine';
import { SimCashDatabase } from '@simcash/persistence';
import { recordSimulation, type RecordOptions } from '@simcash/runs';
import { expect, vi } from 'vitest';
import { batch } from '../hostile/support/batch.js';
import type { LineOutcome } from './kept-process.js';
import { scenarioFile, temporaryDirectory } from './simcash.js';

export const scenarioOf = (text: string, options: Parameters<typeof readScenario>[1] = {}): Scenario =>
  readScenario(readScenarioText(text).document, { exactIntegers: true, ...options });

/** A scenario of the reference suite, with some of its text replaced. */
export function reference(name: string, ...replaced: [from: string, to: string][]): Scenario {
  const file = scenarioFile(name);
  const text = replaced.reduce(
    (before, [from, to]) => {
      if (!before.includes(from)) throw new Error(`${name} has no '${from}'`);
      return before.replace(from, to);
    },
    readFileSync(file, 'utf8'),
  );
  return scenarioOf(text, { readPolicy: (json) => readFileSync(path.join(path.dirname(file), json), 'utf8') });
}

// Tests that run at the same time share a process of the command.
vi.setConfig({ maxConcurrency: 30 });

export type RunToStore = Omit<RecordOptions, 'id'> & { scenario: Scenario; fails?: boolean };

/** A directory with a database `simcash.duckdb`, in which these runs are stored by their ids. */
export async function directoryWithRuns(
  runs: Readonly<Record<string, RunToStore>>,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const directory = temporaryDirectory(files);
  const database = await SimCashDatabase.open(path.join(directory, 'simcash.duckdb'));
  for (const [id, { fails = false, scenario, ...options }] of Object.entries(runs)) {
    const recorded = recordSimulation(database, scenario, { id, ...options });
    await (fails ? expect(recorded).rejects.toThrow() : recorded);
  }
  database.close();
  return directory;
}

/** Asks the library what it knows of the runs in such a directory; one question at a time, as it has a database open only once. */
export async function asking<T>(directory: string, ask: (database: SimCashDatabase) => Promise<T>): Promise<T> {
  const database = await SimCashDatabase.open(path.join(directory, 'simcash.duckdb'), { readOnly: true });
  try {
    return await ask(database);
  } finally {
    database.close();
  }
}

/** Asks the command in a directory: lines that are asked at the same time share a process, since starting one takes half a second. */
export class Asker {
  #waiting: { args: readonly string[]; answer: (outcome: LineOutcome) => void; fail: (error: unknown) => void }[] = [];
  #isBusy = false;

  constructor(private readonly cwd: () => string) {}

  ask(args: readonly string[]): Promise<LineOutcome> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ args, answer, fail });
      if (this.#isBusy) return;
      this.#isBusy = true;
      setImmediate(() => void this.#work());
    });
  }

  /** What a command prints that must succeed. */
  async output(...args: string[]): Promise<string> {
    const { code, stderr, stdout, thrown } = await this.ask(args);
    expect({ code, thrown }, `${args.join(' ')}: ${stderr}`).toEqual({ code: 0, thrown: null });
    return stdout;
  }

  async json<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.output(...args, '--json')) as T;
  }

  /** A line is refused with one error, nothing on stdout, and the exit code of docs/reference/cli.md. */
  async refuses(line: string, code: number, message: string): Promise<void> {
    const { stderr, stdout, thrown, ...found } = await this.ask(line.split(' '));
    const errors = stderr.match(/^error: /gm)?.length;
    expect({ code: found.code, stdout, errors, thrown }, stderr).toEqual({ code, stdout: '', errors: 1, thrown: null });
    expect(stderr.split('\n')[0]).toContain(`error: ${message}`);
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting.splice(0);
      try {
        const outcomes = await batch(
          lines.map(({ args }) => args),
          { cwd: this.cwd(), env: {} },
        );
        for (const [i, { answer }] of lines.entries()) answer(outcomes[i]!);
      } catch (error) {
        for (const { fail } of lines) fail(error);
      }
    }
    this.#isBusy = false;
  }
}
