// Measures what people wait for: reading stored runs back, storing one, starting. Build first; leave the machine alone meanwhile.
//
//   node apps/cli/bench/read.mjs [--runs N] [--db FILE] [--only PATTERN] [--size small] [--growth [--large]]
//
// Every row is the real command in a fresh process, and beside it the same rows with DuckDB's client alone. `--db` names a database that
// keeps the stored runs from one measurement to the next. `--growth` measures reading at 10^4 events and more instead.
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../../packages/engine/bench/table.mjs';
import { growth } from './growth.mjs';
import { medianProcess } from './process.mjs';
import { otherCases, readingCases } from './read-cases.mjs';
import { makeInputs, SIZES } from './read-inputs.mjs';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    db: { type: 'string' },
    only: { type: 'string', default: '' },
    size: { type: 'string', default: 'full' },
    growth: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
  },
});
if (!Object.hasOwn(SIZES, options.size)) throw new Error(`--size is one of ${Object.keys(SIZES).join(', ')}`);
const runs = Number(options.runs);
const folder = mkdtempSync(path.join(tmpdir(), 'simcash-bench-'));
try {
  console.log(
    options.growth ? await growth(folder, { large: options.large, only: options.only, runs, size: options.size }) : await goals(),
  );
  console.log(`\nNode ${process.version}; load of the machine at the end: ${loadavg()[0].toFixed(1)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Every row of the goals, beside DuckDB alone. */
async function goals() {
  const inputs = await makeInputs(folder, options.size, options.db);
  const cases = [...readingCases(inputs), ...otherCases(inputs, folder)].filter(({ name }) =>
    new RegExp(options.only).test(name),
  );
  const rows = [];
  for (const { alone, args, goal, name, prepare, prepareAlone } of cases) {
    process.stderr.write(`${name} …\n`);
    const { cpu, megabytes, seconds } = await medianProcess(args, runs, prepare);
    const bare = alone === null ? null : await medianProcess(alone, runs, prepareAlone);
    rows.push([
      name,
      goalText(goal),
      seconds.toFixed(2),
      cpu.toFixed(2),
      Math.round(megabytes),
      bare === null ? '–' : bare.seconds.toFixed(2),
      bare === null ? '–' : bare.cpu.toFixed(2),
      bare === null ? '–' : Math.round(bare.megabytes),
      bare === null ? '–' : `${(cpu / bare.cpu).toFixed(1)} ×`,
    ]);
  }
  return table(['What', 'Goal', 'Seconds', 'CPU', 'Peak MB', 'DuckDB alone', 'its CPU', 'its MB', 'CPU ratio'], rows);
}

function goalText({ cpu, megabytes, seconds }) {
  return [
    ...(seconds === undefined ? [] : [`${seconds} s`]),
    ...(cpu === undefined ? [] : [`${cpu} s CPU`]),
    ...(megabytes === undefined ? [] : [`${megabytes} MB`]),
  ].join(', ');
}
