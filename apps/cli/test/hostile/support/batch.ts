import { KeptProcess, type LineOptions, type LineOutcome } from '../../support/kept-process.js';

type BatchOptions = Omit<LineOptions, 'deadline'> & Partial<LineOptions>;

/** Runs command lines one after the other in one process; a line that hangs, or ends the process, costs a new one for the rest. */
export async function batch(lines: readonly (readonly string[])[], options: BatchOptions): Promise<LineOutcome[]> {
  const { PATH } = process.env;
  const env = { PATH: PATH!, LANG: 'C.UTF-8', ...options.env };
  const outcomes: LineOutcome[] = [];
  let kept = new KeptProcess();
  for (const args of lines) {
    if (kept.hasEnded) kept = new KeptProcess();
    outcomes.push(await kept.run(args, { deadline: 20_000, ...options, env }));
  }
  kept.end();
  return outcomes;
}
