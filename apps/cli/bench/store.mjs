// Measures the store: budgets of spec 09 §13, and how fast runs are stored. Build first; leave the machine alone meanwhile.
//
//   node apps/cli/bench/store.mjs [--runs N] [--out FILE]
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readScenario } from '@simcash/engine';
import { CASES } from '../../../packages/engine/bench/cases.mjs';
import { table } from '../../../packages/engine/bench/table.mjs';
import { queryBudget, storage, writeBudgets } from './budgets.mjs';
import { bare, median, record, withFreshDatabase } from './support.mjs';

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '5' }, out: { type: 'string' } } });
const runs = Number(options.runs);
const STORED = ['bench-50x1d', 'bench-200x30d', 'bench-200x30d-xl', 'bench-gridlock', 'target2-1d'];
const WARM_UP_MILLIS = 3000;
const TARGETS = { EVENTS: 400_000, FULL: 250_000 };

const scenarioOf = (name) => {
  const scenario = CASES.find((one) => one.name === name).scenario();
  return 'config' in scenario ? scenario : readScenario(scenario);
};

/** Runs a scenario alone, and stores it in a database of its own. */
async function measure(scenario, level) {
  const alone = bare(scenario);
  const { result } = await withFreshDatabase((_, provider) => record(provider, 'run', scenario, level));
  return { rate: result.events / result.seconds, slowdown: result.ticking / alone, events: result.events };
}

/** Until the engine and the store are compiled: JavaScript's compiler takes a second core meanwhile, which DuckDB needs. */
async function warmUp(work) {
  const began = performance.now();
  do await work();
  while (performance.now() - began < WARM_UP_MILLIS);
}

const small = scenarioOf('bench-50x1d');
const budgets = [...(await writeBudgets()), await queryBudget(small)];
const sizes = await storage(small);
const throughput = [];
for (const name of STORED) {
  const scenario = scenarioOf(name);
  for (const level of Object.keys(TARGETS)) {
    process.stderr.write(`${name} ${level} …\n`);
    const measured = [];
    await warmUp(() => measure(scenario, level));
    for (let i = 0; i < runs; i++) measured.push(await measure(scenario, level));
    throughput.push({
      name,
      level,
      events: measured[0].events,
      events_per_second: median(measured.map(({ rate }) => rate)),
      target: TARGETS[level],
      tick_slowdown: median(measured.map(({ slowdown }) => slowdown)),
    });
  }
}

const whole = (x) => Math.round(x).toLocaleString('en-US');
console.log(
  [
    table(
      ['Budget', 'ms', 'at most'],
      budgets.map(({ budget, milliseconds, name }) => [name, milliseconds.toFixed(1), budget]),
    ),
    table(
      ['Storage of bench-50x1d', 'KB', 'bytes/event'],
      sizes.map(({ bytes, level, per_event }) => [level, whole(bytes / 1000), per_event.toFixed(1)]),
    ),
    table(
      ['Stored runs', 'Level', 'Events', 'Events/s', 'Target', 'Ticks slower by'],
      throughput.map((row) => [
        row.name,
        row.level,
        whole(row.events),
        whole(row.events_per_second),
        whole(row.target),
        `${row.tick_slowdown.toFixed(2)} ×`,
      ]),
    ),
  ].join('\n\n'),
);
const created = new Date().toISOString();
const out = options.out ?? path.join('bench-results', `store-${created.replaceAll(':', '-')}.json`);
mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
const report = { created, node: process.version, cpu: cpus()[0]?.model ?? 'unknown', budgets, sizes, throughput };
writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nWritten to ${out}`);
