/**
 * Gives readers of files what nobody would write, led by which of our code it reaches: an input that reaches something new is kept,
 * and changed further.
 *
 *   node apps/cli/fuzz/readers.mjs [--seed N] [--cases 2000 | --seconds 60] [--only scenario] [--found fuzz-results]
 *     [--input FILE] [--targets MODULE]
 *
 * Cases and seconds are for each reader. A fault is made as small as it goes and written to the folder; `--input` gives such a file to
 * the reader that `--only` names. Ends with 1 if anything was found.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Coverage } from './coverage.mjs';
import { mutated, smallest } from './mutations.mjs';
import { chance, markdown, sha256 } from './support.mjs';

const { values } = parseArgs({
  options: Object.fromEntries(
    ['seed', 'cases', 'seconds', 'only', 'found', 'input', 'targets'].map((name) => [name, { type: 'string' }]),
  ),
});
const seed = Number(values.seed ?? process.env.SIMCASH_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const cases = Number(values.cases ?? (values.seconds === undefined ? 2000 : Infinity));
const seconds = Number(values.seconds ?? Infinity);
const folder = values.found ?? 'fuzz-results';

// Blocks are counted in code that is loaded while they are.
const coverage = new Coverage();
const { TARGETS } = await import(values.targets ?? './targets.mjs');

/** Counters are asked for once for so many inputs: asking takes longer than most readers. */
const TOGETHER = 20;
/** An input of a few kilobytes that takes longer hangs, or nearly. */
const MOST_MILLISECONDS = 10_000;

/** What is wrong with how a reader takes an input: the same text for the same fault; null if nothing is. */
function fault({ read }, bytes) {
  const began = process.cpuUsage();
  try {
    read(bytes);
  } catch (error) {
    const [place] = /^ +at .*$/m.exec(error?.stack ?? '') ?? [''];
    return `${error?.name}: ${String(error?.message)
      .replaceAll(/\d+|'.*'|".*"/g, '…')
      .slice(0, 120)}${place}`;
  }
  const { system, user } = process.cpuUsage(began);
  return (system + user) / 1000 > MOST_MILLISECONDS ? 'too slow' : null;
}

function fuzz(target) {
  const random = chance(seed);
  const faults = new Map();
  const reached = new Set();
  const corpus = [];
  const run = (bytes) => {
    const found = fault(target, bytes);
    if (found !== null && !faults.has(found)) faults.set(found, bytes);
    return bytes;
  };
  /** Takes in the inputs, of some that have been run, that reached something new. */
  const keep = (inputs) => {
    const fresh = new Set([...coverage.take()].filter((name) => !reached.has(name)));
    if (fresh.size === 0) return;
    for (const bytes of inputs) {
      run(bytes);
      const own = [...coverage.take()].filter((name) => !reached.has(name));
      if (own.length > 0) corpus.push(bytes);
      for (const name of own) reached.add(name);
    }
    // Several together run a piece more often than each of them.
    for (const name of fresh) reached.add(name);
  };
  coverage.take();
  keep(target.seeds.map(run));
  const [first, seeds] = [reached.size, corpus.length];
  const end = performance.now() + seconds * 1000;
  let tried = 0;
  for (; tried < cases && performance.now() < end; tried += TOGETHER) {
    const material = { corpus, words: target.words };
    // What was kept last is tried more often.
    const next = () => mutated(corpus[Math.floor(corpus.length * random() ** 0.5)], random, material);
    keep(Array.from({ length: TOGETHER }, () => run(next())));
  }
  return { tried, kept: corpus.length - seeds, first, reached: reached.size, faults };
}

function written(target, [found, bytes]) {
  const least = smallest(bytes, (shorter) => fault(target, shorter) === found);
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${target.name}-${sha256(found)}`);
  writeFileSync(file, least);
  return `${target.name}: ${found}\n  again: node apps/cli/fuzz/readers.mjs --only ${target.name} --input ${file}`;
}

const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
if (values.input !== undefined) {
  const found = fault(targets[0], readFileSync(values.input));
  console.log(found ?? 'nothing is wrong');
  process.exitCode = found === null ? 0 : 1;
} else {
  console.log(`Readers, seed ${seed}\n`);
  const outcomes = targets.map((target) => ({ target, ...fuzz(target) }));
  const rows = outcomes.map(({ faults, first, kept, reached, target, tried }) => [
    target.name,
    tried,
    kept,
    first,
    reached,
    faults.size,
  ]);
  console.log(markdown(['Reader', 'Inputs', 'Kept', 'Reached by the seeds', 'In the end', 'Faults'], rows));
  const found = outcomes.flatMap(({ faults, target }) => [...faults].map((entry) => written(target, entry)));
  if (found.length > 0) console.log(`\n${found.join('\n')}`);
  process.exitCode = found.length > 0 ? 1 : 0;
}
