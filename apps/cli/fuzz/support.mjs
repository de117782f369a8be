import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';

const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
const COMMAND = path.join(REPOSITORY, 'apps/cli/bin/simcash.js');

export const fileOf = (name) => path.join(REPOSITORY, name);
export const sha256 = (text) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Runs a command to its end. */
export function simcash(args, cwd) {
  const began = performance.now();
  const { signal, status, stderr, stdout } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    timeout: 120_000,
  });
  return { code: status, signal, stderr, stdout, milliseconds: performance.now() - began };
}

/** Runs a command that has to succeed. */
export function output(args, cwd) {
  const { code, stderr, stdout } = simcash(args, cwd);
  if (code !== 0) throw new Error(`simcash ${args.join(' ')} ended with ${code}: ${stderr.slice(0, 500)}`);
  return stdout;
}

/** Starts a command beside others, and waits for its end. */
export function started(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'], timeout: 240_000 });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

/** Starts a command and kills it after a time. Gives whether it was still running. */
export function killedAfter(milliseconds, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd, stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('error', reject);
    child.on('close', (_, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

/** Numbers that are the same for a seed (mulberry32). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A table of Markdown. */
export const markdown = (head, rows) =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
