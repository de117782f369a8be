import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { visible } from '@simcash/protocol';

/** Longest line, in characters. */
const LONGEST_LINE = 1024 * 1024;
/** Seconds that a process has after the last line, and again after it was asked to end. */
const GRACE = 5;

/** How another process came to say nothing. */
export type Silence = 'timeout' | 'exit' | 'too long';

/** Another process that is talked to in lines of JSON. */
export class LineProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: string[] = [];
  #silence: Silence | null = null;
  #wake: () => void = () => undefined;

  /**
   * @param command program and arguments; there is no shell
   * @param note hears what the process writes to its standard error, a line at a time
   */
  constructor([program, ...args]: readonly string[], note: (line: string) => void) {
    this.#child = spawn(program!, args, { stdio: 'pipe', env: withoutKeys(process.env) });
    const end = (silence: Silence): void => {
      this.#silence ??= silence;
      this.#wake();
    };
    this.#child.on('error', () => end('exit'));
    // What a process has written before its end is still read.
    this.#child.on('close', () => end('exit'));
    this.#child.stdin.on('error', () => end('exit'));
    createInterface({ input: this.#child.stderr }).on('line', (line) => note(visible(line)));
    let unfinished = 0;
    this.#child.stdout.on('data', (chunk: Buffer) => {
      const last = chunk.lastIndexOf(10);
      unfinished = last === -1 ? unfinished + chunk.length : chunk.length - last;
      if (unfinished > LONGEST_LINE) end('too long');
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
  }

  send(message: object): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** The next line, or why there is none. */
  async next(seconds: number, signal?: AbortSignal): Promise<string | Silence> {
    signal?.throwIfAborted();
    const timer = setTimeout(() => {
      this.#silence ??= 'timeout';
      this.#wake();
    }, seconds * 1000);
    const stop = (): void => this.#wake();
    signal?.addEventListener('abort', stop);
    try {
      const isOver = (): boolean => this.#lines.length > 0 || this.#silence !== null || signal?.aborted === true;
      while (!isOver()) await new Promise<void>((resolve) => (this.#wake = resolve));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    }
    signal?.throwIfAborted();
    return this.#lines.shift() ?? this.#silence!;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Closes its standard input and waits for its end; whoever does not end is ended. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit').then(() => true);
    const within = (seconds: number): Promise<boolean> =>
      Promise.race([exited, new Promise<boolean>((resolve) => setTimeout(() => resolve(false), seconds * 1000).unref())]);
    if (await within(GRACE)) return;
    this.#child.kill('SIGTERM');
    if (!(await within(GRACE))) this.#child.kill('SIGKILL');
  }
}

/** Keys to services are no business of another program. */
const withoutKeys = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/_API_KEY$/i.test(name)));
