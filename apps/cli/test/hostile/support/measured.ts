import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { COMMAND, startNode, temporaryDirectory, type CommandOptions, type Outcome } from '../../support/simcash.js';

export interface Measured extends Outcome {
  /** Most memory that the process had at a time. */
  megabytes: number;
  /** Processor time, of the program and of the system for it. */
  seconds: number;
}

/** Runs the command and says what it used; a process that was killed is said to have used no end of it. */
export async function measured(args: readonly string[], options: CommandOptions = {}): Promise<Measured> {
  const file = path.join(temporaryDirectory(), 'usage.json');
  const env = { ...options.env, USAGE_FILE: file };
  const preload = path.join(import.meta.dirname, 'usage.mjs');
  const outcome = await startNode(['--import', preload, COMMAND, ...args], { ...options, env }).finished;
  const used = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { megabytes: number; seconds: number })
    : { megabytes: Infinity, seconds: Infinity };
  return { ...outcome, ...used };
}
