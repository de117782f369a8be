/**
 * Damages databases, and the logs beside them, and lets two programs write to one; then looks at what is said.
 *
 *   node apps/cli/fuzz/damage.mjs [--cases 20] [--seed N]
 *
 * What is wrong: an end without a word or with a stack, a hang, and a run whose events are others although `db verify` finds nothing.
 * Prints tables of Markdown; ends with 1 if anything was wrong. A database with which it was stays in the folder that is named.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chance, fileOf, killedAfter, markdown, output, sha256, simcash, started } from './support.mjs';

const { values } = parseArgs({ options: { cases: { type: 'string' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? process.env.SIMCASH_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const cases = Number(values.cases ?? 20);
const random = chance(seed);
const root = mkdtempSync(path.join(tmpdir(), 'simcash-damage-'));
const DEMO = fileOf('docs/examples/scenarios/demo.yaml');
const store = (id) => ['run', DEMO, '--save', '--id', id, '--checkpoint-every', '10', '--db', 'a.duckdb', '-q'];

/** DuckDB reads and writes blocks of this size, and has a sum over each. */
const PAGE = 256 * 1024;

const DAMAGES = {
  'a bit': (bytes) => {
    bytes[Math.floor(random() * bytes.length)] ^= 1 << Math.floor(random() * 8);
    return bytes;
  },
  'a page of chance': (bytes) => {
    const from = Math.floor((random() * bytes.length) / PAGE) * PAGE;
    for (let i = from; i < Math.min(bytes.length, from + PAGE); i++) bytes[i] = Math.floor(random() * 256);
    return bytes;
  },
  'a page of zeros': (bytes) => {
    const from = Math.floor((random() * bytes.length) / PAGE) * PAGE;
    return bytes.fill(0, from, from + PAGE);
  },
  'a page of another place': (bytes) => {
    const place = () => Math.floor((random() * bytes.length) / PAGE) * PAGE;
    bytes.copyWithin(place(), place(), Math.min(bytes.length, place() + PAGE));
    return bytes;
  },
  'the beginning': (bytes) => {
    bytes[Math.floor(random() * Math.min(bytes.length, 12_288))] ^= 1 << Math.floor(random() * 8);
    return bytes;
  },
  'the end cut off': (bytes) => bytes.subarray(0, Math.floor(random() * bytes.length)),
};

/** What is wrong with how a command ended; null if nothing is. */
function fault(args, { code, signal, stderr }) {
  const line = `simcash ${args.join(' ')}: ${stderr.replaceAll(/\s+/g, ' ').slice(0, 200)}`;
  if (signal !== null) return `${signal}: ${line}`;
  if (![0, 1, 2, 3, 4, 5, 6].includes(code)) return `exit code ${code}: ${line}`;
  if (/internal error/i.test(stderr) || /^ {4}at .*:\d+:\d+\)?$/m.test(stderr)) return `not in words: ${line}`;
  return code !== 0 && stderr.trim() === '' ? `no word: ${line}` : null;
}

function damage(name, part, ready, expected) {
  const cwd = mkdtempSync(path.join(root, 'case-'));
  cpSync(ready, cwd, { recursive: true });
  const file = path.join(cwd, part);
  writeFileSync(file, DAMAGES[name](readFileSync(file)));
  const said = [];
  const wrong = [];
  const run = (...args) => {
    const ended = simcash([...args, '--db', 'a.duckdb'], cwd);
    said.push(ended.code);
    const found = fault(args, ended);
    if (found !== null) wrong.push(found);
    return ended;
  };
  // What is damaged may also be what was never reached.
  const isSound = run('db', 'check').code === 0 && run('db', 'verify').code === 0;
  const events = run('events', 'k');
  for (const args of [['list'], ['replay', 'k', '-q'], ['indicators', 'k'], ['db', 'export', 'k', '--out', 'out']]) run(...args);
  if (isSound && expected !== null && events.code === 0 && sha256(events.stdout) !== expected)
    wrong.push('other events, and nothing found');
  if (wrong.length === 0) rmSync(cwd, { recursive: true });
  return [part, name, said.join(' '), wrong.length === 0 ? '' : `WRONG: ${wrong.join('; ')} (kept in ${cwd})`];
}

/** A database with a run; and one that was left, with its log, in the middle of one. */
async function prepared() {
  const whole = mkdtempSync(path.join(root, 'whole-'));
  const { milliseconds } = simcash(store('k'), whole);
  const expected = sha256(output(['events', 'k', '--db', 'a.duckdb'], whole));
  for (let share = 0.9; share > 0.3; share -= 0.05) {
    const killed = mkdtempSync(path.join(root, 'killed-'));
    await killedAfter(share * milliseconds, store('k'), killed);
    if (existsSync(path.join(killed, 'a.duckdb.wal'))) return { whole, killed, expected };
  }
  return { whole, killed: null, expected };
}

/** One of two that write at once is refused in words; what the other one writes is whole. */
async function twoWriters(waits) {
  const cwd = mkdtempSync(path.join(root, 'two-'));
  const more = waits ? ['--db-wait', '120'] : [];
  const both = await Promise.all(['x', 'y'].map((id) => started([...store(id), ...more], cwd)));
  const codes = both.map(({ code }) => code);
  const isRight = waits
    ? codes.every((code) => code === 0)
    : codes.every((code) => code === 0 || code === 5) && codes.includes(0);
  const verified = simcash(['db', 'verify', '--db', 'a.duckdb'], cwd);
  const wrong = [...both.map((ended, i) => fault([`writer ${i + 1}`], ended)).filter((found) => found !== null)];
  if (!isRight) wrong.push(`the writers ended with ${codes.join(' and ')}`);
  if (verified.code !== 0) wrong.push(`db verify: ${verified.stderr.slice(0, 200)}`);
  return [
    waits ? 'waiting for each other' : 'at once',
    codes.join(' '),
    wrong.length === 0 ? '' : `WRONG: ${wrong.join('; ')} (${cwd})`,
  ];
}

console.log(`Damage, seed ${seed}\n`);
const { expected, killed, whole } = await prepared();
const places = [
  ['a.duckdb', whole, expected],
  ...(killed === null ? [] : ['a.duckdb.wal', 'a.duckdb'].map((part) => [part, killed, null])),
];
const rows = Array.from({ length: cases }, (_, i) => {
  const names = Object.keys(DAMAGES);
  const [part, ready, events] = places[Math.floor(i / names.length) % places.length];
  return damage(names[i % names.length], part, ready, events);
});
console.log(markdown(['File', 'Damage', 'Exit codes', ''], rows));
const writers = [await twoWriters(false), await twoWriters(true)];
console.log(`\n${markdown(['Two writers', 'Exit codes', ''], writers)}`);
const isWrong = [...rows, ...writers].some((row) => row.at(-1) !== '');
if (isWrong) console.log(`\nleft in ${root}: ${readdirSync(root).join(', ')}`);
else rmSync(root, { recursive: true });
process.exitCode = isWrong ? 1 : 0;
