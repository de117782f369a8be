import { writeSync } from 'node:fs';
import { createColors } from 'picocolors';
import { CommandError, EXIT } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';

/** Writes primary output. stdout carries exactly one thing: a summary, a JSON document, or JSON lines. */
export function print(text: string): void {
  writeAll(1, text);
}

/** Writes a line for people: errors, warnings, progress, narrative. */
export function note(text: string): void {
  writeAll(2, `${text}\n`);
}

const NAMES = { 1: 'stdout', 2: 'stderr' };

let outlives = false;
const gone = new Set<number>();

/** From now on the program goes on when nobody reads its output any more: what it stores must be complete. */
export function outliveReaders(): void {
  outlives = true;
}

/** Synchronous, so that nothing is lost when the process ends; a reader that went away ends it quietly. */
function writeAll(descriptor: 1 | 2, text: string): void {
  if (gone.has(descriptor)) return;
  let rest = Buffer.from(text, 'utf8');
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') {
        if (!outlives) process.exit(0);
        gone.add(descriptor);
        return;
      }
      if (code !== 'EAGAIN')
        throw new CommandError(EXIT.failure, `${NAMES[descriptor]} cannot be written: ${(error as Error).message}`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Colours for a stream: by terminal, unless the user says otherwise. */
export function colorsFor(stream: NodeJS.WriteStream, options: GlobalOptions): ReturnType<typeof createColors> {
  return createColors(useColor(stream, options));
}

export function useColor(stream: NodeJS.WriteStream, { color }: GlobalOptions): boolean {
  if (color === false || color === 'never') return false;
  if (color === 'always' || process.env.FORCE_COLOR) return true;
  return Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** JSON with integers written out exactly, bigints included, and one trailing newline. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? rawNumber(member) : member), 2).replace(/"\\u0000(\d+)"/g, '$1')}\n`;
}

const rawNumber = (value: bigint): string => `\u0000${value}`;
