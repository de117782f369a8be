import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/** What a command line came to. */
export interface LineOutcome {
  args: readonly string[];
  /** Null if the process was killed before the line ended. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** What got past the program's own handling of errors. */
  thrown: string | null;
  milliseconds: number;
  /** Memory of the process at the end of the line. */
  rss: number;
}

export interface LineOptions {
  cwd: string;
  env: Record<string, string>;
  /** A line that takes longer hangs: its process is killed. */
  deadline: number;
}

/** A process that runs one command line after the other. */
export class KeptProcess {
  /** Whether it ended: its next line needs another one. */
  hasEnded = false;
  readonly #child: ChildProcess;
  #line = 0;
  /** Whatever gets past the program's own way of writing belongs to the line that runs then. */
  #stray = '';

  constructor() {
    this.#child = fork(path.join(import.meta.dirname, 'kept-process.mjs'), [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Not what the tests themselves are run with.
      execArgv: [],
      serialization: 'advanced',
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (bytes: Buffer) => (this.#stray += bytes.toString('utf8')));
    this.#child.on('close', () => (this.hasEnded = true));
  }

  /** Runs a line to its end. Never while another one runs. */
  run(args: readonly string[], { cwd, deadline, env }: LineOptions): Promise<LineOutcome> {
    const child = this.#child;
    const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
    return new Promise((resolve) => {
      const end = (outcome: Omit<LineOutcome, 'args'>): void => {
        clearTimeout(timer);
        child.removeAllListeners('message').off('close', killed);
        this.#stray = '';
        resolve({ args, ...outcome });
      };
      const killed = (code: number | null, signal: NodeJS.Signals | null): void =>
        end({
          ...{ code: null, stdout: '', stderr: this.#stray, milliseconds: deadline, rss: 0 },
          thrown: `the process ended with ${code ?? signal}`,
        });
      child.on('close', killed);
      child.on('message', (outcome: Omit<LineOutcome, 'args'>) => end({ ...outcome, stderr: outcome.stderr + this.#stray }));
      child.send({ args, cwd, env, line: this.#line++ });
    });
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
