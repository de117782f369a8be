import { createInterface } from 'node:readline/promises';
import type { GlobalOptions } from './global-options.js';

/** Asks on the terminal; without one, or with --no-input, the answer is no. */
export async function confirm(question: string, options: GlobalOptions): Promise<boolean> {
  if (options.input === false || !process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
