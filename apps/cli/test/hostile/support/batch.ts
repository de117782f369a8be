import { fork } from 'node:child_process';
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

export interface BatchOptions {
  cwd: string;
  env: Record<string, string>;
  /** A line that takes longer hangs: its process is killed. */
  deadline?: number;
}

type Message = { index: number; begun: true } | ({ index: number; begun?: false } & Omit<LineOutcome, 'args'>);

/** Runs command lines one after the other in one process; a line that hangs, or ends the process, costs a new one for the rest. */
export async function batch(lines: readonly (readonly string[])[], options: BatchOptions): Promise<LineOutcome[]> {
  const outcomes: LineOutcome[] = [];
  while (outcomes.length < lines.length) {
    const rest = lines.slice(outcomes.length);
    const found = await upToTheFirstHang(rest, options);
    outcomes.push(...found);
    if (found.length === 0) throw new Error('the process of a batch ended before its first line');
  }
  return outcomes;
}

function upToTheFirstHang(lines: readonly (readonly string[])[], options: BatchOptions): Promise<LineOutcome[]> {
  const { cwd, deadline = 20_000, env } = options;
  const { PATH } = process.env;
  const child = fork(path.join(import.meta.dirname, 'batch.mjs'), [], {
    cwd,
    env: { PATH, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  // Whatever gets past the program's own way of writing belongs to the line that runs then.
  let stray = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (bytes: Buffer) => (stray += bytes.toString('utf8')));
  return new Promise((resolve, reject) => {
    const found: LineOutcome[] = [];
    let running: number | null = null;
    let timer: NodeJS.Timeout | undefined;
    child.on('message', (message: Message) => {
      clearTimeout(timer);
      if (message.begun) {
        running = message.index;
        timer = setTimeout(() => child.kill('SIGKILL'), deadline);
        return;
      }
      const { begun: _, index, ...outcome } = message;
      found.push({ args: lines[index]!, ...outcome });
      running = null;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const killed = { code: null, stdout: '', milliseconds: deadline, rss: 0 };
      if (running !== null)
        found.push({ args: lines[running]!, ...killed, stderr: stray, thrown: `the process ended with ${code ?? signal}` });
      else if (stray !== '' && found.length > 0) found.at(-1)!.stderr += stray;
      resolve(found);
    });
    child.send({ lines });
  });
}
