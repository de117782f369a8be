/**
 * Kills the program at random moments and looks at what is left; then lets it write to disks that are a little too small.
 *
 *   node apps/cli/fuzz/kills.mjs [--kills 25] [--seed N] [--rungs 24]
 *
 * Prints what was found as tables of Markdown, and ends with 1 if anything was lost or does not add up.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { climb } from './disk-ladder.mjs';
import { OPERATIONS } from './operations.mjs';
import { chance, killedAfter, markdown, simcash } from './support.mjs';

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' }, rungs: { type: 'string' } } });
const seed = Number(values.seed ?? process.env.SIMCASH_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const kills = Number(values.kills ?? 25);
const rungs = Number(values.rungs ?? 24);
const random = chance(seed);
const root = mkdtempSync(path.join(tmpdir(), 'simcash-kills-'));
let wrong = 0;

/** What is the same for every kill of an operation: what it begins with, what comes of it undisturbed, and how long that takes. */
function undisturbed(operation) {
  const ready = mkdtempSync(path.join(root, `${operation.name}-ready-`));
  operation.prepare(ready);
  const whole = mkdtempSync(path.join(root, `${operation.name}-whole-`));
  cpSync(ready, whole, { recursive: true });
  const { code, milliseconds, stderr } = simcash(operation.args, whole);
  if (code !== 0) throw new Error(`${operation.name} fails undisturbed: ${stderr}`);
  return { ready, expected: operation.result(whole), milliseconds };
}

async function kill(operation, { expected, milliseconds, ready }) {
  const cwd = mkdtempSync(path.join(root, `${operation.name}-`));
  cpSync(ready, cwd, { recursive: true });
  // The first part of a process is loading the program, when there is nothing to lose.
  const moment = Math.round((0.2 + 0.9 * random()) * milliseconds);
  const killed = await killedAfter(moment, operation.args, cwd);
  let left;
  let result;
  try {
    left = operation.left(cwd);
    result = operation.result(cwd) === expected ? 'equal' : 'NOT EQUAL';
  } catch (error) {
    left ??= '';
    result = `WRONG: ${error.message.replaceAll(/\s+/g, ' ').slice(0, 300)} (kept in ${cwd})`;
  }
  if (result === 'equal') rmSync(cwd, { recursive: true });
  else wrong++;
  return [operation.name, `${moment} of ${Math.round(milliseconds)} ms`, killed ? 'killed' : 'had ended', left, result];
}

console.log(`Kills, seed ${seed}\n`);
const known = new Map();
const rows = [];
for (let i = 0; i < kills; i++) {
  const operation = OPERATIONS[i % OPERATIONS.length];
  if (!known.has(operation)) known.set(operation, undisturbed(operation));
  rows.push(await kill(operation, known.get(operation)));
}
console.log(markdown(['What', 'Moment', 'Then', 'What was left', 'In the end'], rows));

const ladder = climb(root, rungs);
console.log(`\nDisks that are too small\n\n${ladder.text}`);
wrong += ladder.wrong;

if (wrong === 0) rmSync(root, { recursive: true });
else console.log(`\n${wrong} wrong; what is left of them is in ${root}`);
process.exitCode = wrong === 0 ? 0 : 1;
