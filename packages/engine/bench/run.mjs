import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CASES } from './cases.mjs';
import { table } from './table.mjs';

const USAGE = `Measures the engine. Build first; leave the machine alone meanwhile.

node packages/engine/bench/run.mjs [--only REGEX] [--runs N] [--out FILE]

  --only REGEX  the cases whose name matches: ${CASES.map(({ name }) => name).join(', ')}
  --runs N      runs of each case (default: 3 to 15, by case), after a warm-up
  --out FILE    where the results go (default: bench-results/<time>.json); compare two with compare.mjs`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (options.help) {
  console.log(USAGE);
  process.exit();
}
if (options.runs !== undefined && !/^[1-9]\d*$/.test(options.runs)) fail(`--runs ${options.runs} is not a number of runs`);
const chosen = CASES.filter(({ name }) => new RegExp(options.only).test(name));
if (chosen.length === 0) fail(`no case matches ${options.only}\n\n${USAGE}`);

const created = new Date().toISOString();
const out = options.out ?? path.join('bench-results', `${created.replaceAll(':', '-')}.json`);
const cases = {};
for (const { name } of chosen) {
  process.stderr.write(`${name} …\n`);
  cases[name] = runCase(name);
}
const report = {
  created,
  commit: commit(),
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cases,
  ratios: ratios(cases),
};
mkdirSync(path.dirname(path.resolve(out)), { recursive: true });
writeFileSync(out, `${JSON.stringify(report, null, 2)}\n`);
console.log(text(report));
console.log(`Written to ${out}`);

/** Time and memory are measured in a process each, so that neither disturbs the other. */
function runCase(name) {
  return {
    ...inChild([], [name, 'time', ...(options.runs === undefined ? [] : [options.runs])]),
    ...inChild(['--expose-gc'], [name, 'memory']),
  };
}

function inChild(flags, args) {
  const script = fileURLToPath(new URL('case.mjs', import.meta.url));
  const child = spawnSync(process.execPath, [...flags, script, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 26,
  });
  if (child.status !== 0) fail(`${args.join(' ')} failed`);
  return JSON.parse(child.stdout);
}

function commit() {
  try {
    const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const changed = git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' and changes';
    return git('rev-parse', '--short', 'HEAD') + changed;
  } catch {
    return null;
  }
}

/** How cost grows, from cases that belong together. */
function ratios(cases) {
  const result = {};
  const relate = (name, more, less, of) => {
    if (cases[more] && cases[less]) result[name] = of(cases[more]) / of(cases[less]);
  };
  relate('ten days / one day, CPU seconds', 'target2-10d', 'target2-1d', (one) => one.cpu_seconds.median);
  relate('ten days / one day, CPU seconds per event', 'target2-10d', 'target2-1d', (one) => one.cpu_seconds.median / one.events);
  relate('ten days / one day, peak memory', 'target2-10d', 'target2-1d', (one) => one.peak_rss_mib);
  relate('ten days / one day, memory in use at the end', 'target2-10d', 'target2-1d', (one) => one.live_mib);
  relate('a day from a list / generated, CPU seconds', 'target2-1d-listed', 'target2-1d', (one) => one.cpu_seconds.median);
  relate('twice the banks, CPU seconds', 'banks-1000', 'banks-500', (one) => one.cpu_seconds.median);
  relate('twice the banks, peak memory', 'banks-1000', 'banks-500', (one) => one.peak_rss_mib);
  relate('twice the banks, scarce money, CPU seconds', 'scarce-1000', 'scarce-500', (one) => one.cpu_seconds.median);
  relate('twice the banks, scarce money, events', 'scarce-1000', 'scarce-500', (one) => one.events);
  for (const name of ['target2-10d', 'days-10']) {
    const days = cases[name]?.day_cpu_seconds;
    if (days) result[`${name}: last day / first day, CPU seconds`] = days.at(-1) / days[0];
  }
  return result;
}

function text({ commit, cpu, node, cases, ratios }) {
  const rows = Object.entries(cases).map(([name, one]) => [
    name,
    one.seconds.all.length,
    one.seconds.median.toFixed(3),
    `${one.seconds.min.toFixed(3)}–${one.seconds.max.toFixed(3)}`,
    one.cpu_seconds.median.toFixed(3),
    ...[one.ticks_per_second, one.payments_per_second, one.events_per_second].map(whole),
    whole(one.payments),
    whole(one.longest_queue2),
    one.peak_rss_mib.toFixed(0),
    one.live_mib.toFixed(0),
    one.speed_up ? `${one.speed_up.toFixed(0)} ×` : '',
  ]);
  const head = [
    'Case',
    'Runs',
    'Median s',
    'Range s',
    'CPU s',
    'Ticks/s',
    'Payments/s',
    'Events/s',
    'Payments',
    'Longest Q2',
    'RSS MiB',
    'Live MiB',
    'Speed-up',
  ];
  const parts = Object.keys(Object.values(cases)[0].parts);
  const shares = Object.entries(cases).map(([name, one]) => [name, ...parts.map((part) => percent(one.parts[part]))]);
  const evaluations = Object.entries(cases.policies?.evaluations ?? {}).map(([name, one]) =>
    one === null ? [name, 'nothing waits', '', ''] : [name, one.nanoseconds.toFixed(0), one.conditions.toFixed(1), one.payments],
  );
  return [
    `\n${commit ?? 'no commit'}, Node ${node}, ${cpu}\n`,
    table(head, rows),
    '\nShares of a tick',
    table(['Case', ...parts], shares),
    ...(Object.keys(ratios).length > 0
      ? [
          '\nGrowth',
          table(
            ['', 'Ratio'],
            Object.entries(ratios).map(([name, ratio]) => [name, ratio.toFixed(2)]),
          ),
        ]
      : []),
    ...(evaluations.length > 0
      ? ['\nOne evaluation of a payment tree', table(['Policy', 'ns', 'Conditions', 'Payments'], evaluations)]
      : []),
    '',
  ].join('\n');
}

function whole(x) {
  return Math.round(x).toLocaleString('en-US');
}

function percent(share) {
  return `${(share * 100).toFixed(0)} %`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
