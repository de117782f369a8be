import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createColors } from 'picocolors';
import { CommandError, EXIT } from '../exit-codes.js';
import type { GlobalOptions } from '../global-options.js';
import { visible } from '@simcash/protocol';

/** Writes primary output. stdout carries exactly one thing: a summary, a JSON document, or JSON lines. */
export function print(text: string): void {
  writeAll(1, text);
}

/** Writes text for people to stdout: nothing in it acts on a terminal but our own colours, whatever names it contains. */
export function say(text: string): void {
  writeAll(1, safe(text));
}

/** Writes lines for people to stderr: errors, warnings. A name with line breaks makes no lines of its own. */
export function note(...lines: readonly string[]): void {
  noteText(lines.map(visible).join('\n'));
}

/** Writes a text of several lines to stderr, in which names have been made visible. */
export function noteText(text: string): void {
  writeAll(2, `${safe(text)}\n`);
}

/** Writes a line for programs to stderr. */
export function noteForPrograms(text: string): void {
  writeAll(2, `${text}\n`);
}

/** Stands for the beginning of a colour until a text has been made safe; no file can know it. */
const INK = String.fromCodePoint(0xe000, ...Array.from(randomBytes(8), (byte) => 0xe000 + byte));
const ESCAPE = '\u001b[';

/** Line breaks are ours as well as colours: names have theirs made visible where they are put into lines. */
const safe = (text: string): string => text.split('\n').map(visible).join('\n').replaceAll(INK, ESCAPE);

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
  const colors = createColors(useColor(stream, options));
  const inked =
    (paint: Paint): Paint =>
    (text) =>
      paint(text).replaceAll(ESCAPE, INK);
  return Object.fromEntries(
    Object.entries(colors).map(([name, paint]) => [
      name,
      typeof paint === 'function' ? inked(paint as Paint) : (paint as unknown),
    ]),
  ) as unknown as typeof colors;
}

type Paint = (text: string | number | null | undefined) => string;

export function useColor(stream: NodeJS.WriteStream, { color }: GlobalOptions): boolean {
  if (color === false || color === 'never') return false;
  if (color === 'always' || process.env.FORCE_COLOR) return true;
  return Boolean(stream.isTTY) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

/** JSON with integers written out exactly, bigints included, and one trailing newline. */
export function json(value: unknown): string {
  const text = JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? `${INK}${member}` : member), 2);
  return `${text.replaceAll(new RegExp(`"${INK}(-?\\d+)"`, 'g'), '$1')}\n`;
}
