import { randomBytes } from 'node:crypto';
import { closeSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { realName } from './confines.js';
import { filesRead } from './reading.js';
import { statusOf } from './status.js';

export interface ForceOptions {
  /** Replace a file that is there. */
  force?: boolean;
}

/** Adds the option without which no file is replaced. */
export function withForceOption(command: Command): Command {
  return command.option('--force', 'replace a file that is there already');
}

/** A file that is written: beside its place until it is complete, so a reader never sees half of it, and an older one stays till then. */
export class OutputFile {
  readonly #target: string;
  readonly #temporary: string;
  #descriptor: number | null;

  private constructor(
    private readonly option: string,
    target: string,
    temporary: string,
    descriptor: number,
  ) {
    this.#target = target;
    this.#temporary = temporary;
    this.#descriptor = descriptor;
  }

  /**
   * Refuses a file that must not be replaced, without creating anything.
   *
   * @param option with its value, as the user wrote it
   * @param inputs what the command reads, and its database
   * @throws CommandError
   */
  static check(option: string, file: string, { force = false }: ForceOptions, inputs: readonly string[] = []): void {
    const there = attempt(option, () => statSync(file, { throwIfNoEntry: false }));
    refuseInput(option, file, inputs);
    if (!there) {
      if (!statusOf(path.dirname(path.resolve(file)))?.isDirectory())
        throw usageError(`${option} cannot be written: there is no directory ${path.dirname(file)}`);
      return;
    }
    if (there.isDirectory()) throw usageError(`${option} is a directory`);
    if (!there.isFile())
      throw usageError(`${option} is no regular file; what belongs on stdout is printed there without this option`);
    if (!force) throw usageError(`${option} is there already: name another file, or replace it with --force`);
  }

  /** Begins the file. @throws CommandError, also for one that was read after it was checked */
  static open(option: string, file: string): OutputFile {
    refuseInput(option, file, []);
    const target = statusOf(file) ? realpathSync(file) : path.resolve(file);
    const temporary = `${target}.new-${randomBytes(4).toString('hex')}`;
    return new OutputFile(
      option,
      target,
      temporary,
      attempt(option, () => openSync(temporary, 'wx')),
    );
  }

  write(bytes: Uint8Array): void {
    let rest = bytes;
    // A file may take less at a time than it is given.
    while (rest.length > 0) rest = rest.subarray(attempt(this.option, () => writeSync(this.#descriptor!, rest)));
  }

  /** Gives the file its name. */
  complete(): void {
    this.#close();
    attempt(this.option, () => renameSync(this.#temporary, this.#target));
  }

  /** Leaves no trace of a file that is not complete. */
  discard(): void {
    if (this.#descriptor === null) return;
    this.#close();
    rmSync(this.#temporary, { force: true });
  }

  #close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

/** Writes a whole text. @throws CommandError as {@link OutputFile.check} does */
export function writeText(
  option: string,
  file: string,
  text: string,
  options: ForceOptions,
  inputs: readonly string[] = [],
): void {
  OutputFile.check(option, file, options, inputs);
  const output = OutputFile.open(option, file);
  try {
    output.write(Buffer.from(text));
    output.complete();
  } finally {
    output.discard();
  }
}

function refuseInput(option: string, file: string, inputs: readonly string[]): void {
  const there = statusOf(file);
  const same = [...inputs, ...filesRead].find(
    (input) => realName(input) === realName(file) || (there !== undefined && isSame(statusOf(input), there)),
  );
  if (same !== undefined) throw usageError(`${option} would destroy ${same}: name another file`);
}

/** A database with the log of what is not yet in it. */
export const databaseFiles = (database: string): string[] => [database, `${database}.wal`];

/** Whether two names are one file: links have other names, and the same number on the same device. */
const isSame = (a: Stats | undefined, b: Stats): boolean => a !== undefined && a.dev === b.dev && a.ino === b.ino;

function attempt<T>(option: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new CommandError(EXIT.failure, `${option} cannot be written: ${(error as Error).message}`);
  }
}
