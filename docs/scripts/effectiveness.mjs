import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Simulation } from '@simcash/engine';

/**
 * How much of the best possible value settlement designs reach in gridlocks (spec 12 §11), on gridlocks of this script's own:
 *
 *   node docs/scripts/effectiveness.mjs            all of them, some minutes
 *   node docs/scripts/effectiveness.mjs --quick    a tenth of them
 *
 * Values depend on the numbers below only; milliseconds on the machine.
 */

const algorithms = (...list) => ({ runs: [{ name: 'main', algorithms: ['retry', ...list] }] });
const batch = (...list) => ({ entry: { gross: false }, runs: [{ name: 'net', retry_after: false, algorithms: list }] });
const filled = (drop) => ({ type: 'partial_netting', drop, refill: 'chain', refill_order: 'value' });
const rings = (max_length, max_attempts, more = {}) => ({ type: 'rings', max_length, max_attempts, ...more });

/** The designs of the table, in its order. */
export const DESIGNS = {
  '`retry` only': { preset: 'rtgs' },
  'preset `rtgs_lsm` (without `settlement`)': { preset: 'rtgs_lsm' },
  'the same, rings up to 10, 100 attempts': {
    runs: [
      { name: 'retry', algorithms: ['retry'] },
      { name: 'lsm', repeat: 3, algorithms: [{ type: 'bilateral', legacy: true }, rings(10, 100, { legacy: true })] },
    ],
  },
  '`bilateral`': algorithms('bilateral'),
  '`bilateral_subset`': algorithms('bilateral_subset'),
  '`bilateral_fifo`, heads of banks': algorithms('bilateral_fifo'),
  '`bilateral_fifo`, heads of pairs': algorithms({ type: 'bilateral_fifo', heads: 'pair' }),
  '`bilateral_partial`': algorithms('bilateral_partial'),
  '`rings`, `edges: one`, length 6, repeat 5': {
    runs: [{ name: 'main', repeat: 5, algorithms: ['retry', rings(6, 200, { max_queue: 40, edges: 'one' })] }],
  },
  '`multilateral`': algorithms('multilateral'),
  '`dns`, exclude': batch({ type: 'multilateral', on_shortfall: 'exclude' }),
  'preset `dns` (drop)': { preset: 'dns' },
  '`partial_netting` last': algorithms('partial_netting'),
  '`partial_netting` last + chain by value': algorithms(filled('last')),
  '`partial_netting` best_fit': algorithms({ type: 'partial_netting', drop: 'best_fit' }),
  '`partial_netting` best_fit + chain by value': algorithms(filled('best_fit')),
  'bilateral_subset, rings, partial_netting, best_fit + chain, until stable': {
    runs: [
      {
        name: 'main',
        repeat: 'until_stable',
        algorithms: ['retry', 'bilateral_subset', rings(10, 100), 'partial_netting', filled('best_fit')],
      },
    ],
  },
  ...Object.fromEntries(
    ['recommended', 'recommended_fifo', 'best', 'optimal', 't2', 'rits', 'boj', 'gridlock', 'lynx', 'chips', 'rrgs'].map(
      (preset) => [`preset \`${preset}\``, { preset }],
    ),
  ),
};

/** Whole numbers below a bound from a seed (mulberry32). */
function generator(seed) {
  let state = seed | 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

/** One tick in which banks owe each other more than they have. */
function gridlock(seed, { amount, balance, banks, payments }) {
  const below = generator(seed);
  const between = ([low, high]) => low + below(high - low + 1);
  const ids = Array.from({ length: between(banks) }, (_, i) => `BANK_${i}`);
  const agents = ids.map((id) => ({ id, opening_balance: balance(between), policy: { type: 'Fifo' } }));
  const arrival = () => {
    const from = below(ids.length);
    const to = (from + 1 + below(ids.length - 1)) % ids.length;
    const schedule = { type: 'OneTime', tick: 0 };
    const parties = { from_agent: ids[from], to_agent: ids[to] };
    return { type: 'CustomTransactionArrival', ...parties, amount: amount(between), deadline: 1, schedule };
  };
  return {
    simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
    agents,
    scenario_events: Array.from({ length: between(payments) }, arrival),
  };
}

const small = { amount: (between) => between([6, 20]), balance: (between) => between([0, 5]) };
const equal = { amount: (between) => 10 * between([1, 3]), balance: (between) => 10 * between([0, 1]) };
const dense = { amount: (between) => between([10, 100]), balance: () => 5 };

/** Gridlocks by family: how many, and of what kind. */
export const FAMILIES = {
  G: { count: 400, seed: 1000, kind: { ...small, banks: [3, 6], payments: [6, 13] } },
  M: { count: 60, seed: 2000, kind: { ...small, banks: [4, 8], payments: [20, 40] } },
  E: { count: 100, seed: 3000, kind: { ...equal, banks: [4, 4], payments: [12, 12] } },
  D6: { count: 5, seed: 4000, kind: { ...dense, banks: [6, 6], payments: [100, 100] } },
  D8: { count: 5, seed: 5000, kind: { ...dense, banks: [8, 8], payments: [200, 200] } },
};

export function gridlocks(family, count = FAMILIES[family].count) {
  const { kind, seed } = FAMILIES[family];
  return Array.from({ length: count }, (_, i) => gridlock(seed + i, kind));
}

/** The published Ubin tests among the golden instances. */
function ubin() {
  const file = fileURLToPath(new URL('../../packages/engine/test/reference/designs.json.gz', import.meta.url));
  const { instances } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  return Object.values(instances).filter(({ family }) => family === 'ubin');
}

/** Value that settles under a design, and how long the run took. */
export function settle(scenario, settlement) {
  const simulation = Simulation.create({ ...scenario, settlement });
  const began = performance.now();
  simulation.run();
  const ms = performance.now() - began;
  const settled = simulation.transactions().filter((payment) => payment.settlement_tick !== null);
  const report = [...simulation.events].find((event) => event.event_type === 'AlgorithmRun' && event.algorithm === 'optimal');
  return { value: settled.reduce((sum, { amount }) => sum + amount, 0), ms, report };
}

/** The most that all payments at once can settle on the opening balances. */
export function optimum(scenario) {
  const { report, value } = settle(scenario, batch('optimal'));
  if (report !== undefined && report.proof !== 'full' && report.proof !== 'value') throw new Error('an optimum is not proven');
  return value;
}

/** Not below it: what a linear program could settle, if payments could be cut. */
function bound(scenario) {
  return settle(scenario, { ...batch({ type: 'optimal', node_limit: 1 }), report: 'all' }).report.bound;
}

const mean = (numbers) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
const total = (runs) => runs.reduce((sum, { value }) => sum + value, 0);
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

function familyTable(share) {
  const scenarios = Object.fromEntries(
    ['G', 'M', 'E'].map((name) => [name, gridlocks(name, Math.ceil(FAMILIES[name].count * share))]),
  );
  const best = Object.fromEntries(Object.entries(scenarios).map(([name, list]) => [name, list.map(optimum)]));
  const instances = ubin();
  const solvable = best.G.filter((value) => value > 0).length;
  const rows = Object.entries(DESIGNS).map(([name, block]) => {
    const runs = Object.fromEntries(
      Object.entries(scenarios).map(([family, list]) => [family, list.map((scenario) => settle(scenario, block))]),
    );
    const part = (family) => (total(runs[family]) / best[family].reduce((sum, x) => sum + x, 0)).toFixed(3);
    const count = (matches) => runs.G.filter(({ value }, i) => best.G[i] > 0 && matches(value, best.G[i])).length;
    const published = instances.filter(({ optimum, scenario }) => settle(scenario, block).value === optimum.value).length;
    return [
      name,
      ...[part('G'), count((value) => value === 0), count((value, most) => value === most), part('M'), part('E'), published],
      ...['G', 'M'].map((family) => mean(runs[family].map(({ ms }) => ms)).toFixed(2)),
    ];
  });
  const head = ['design', 'G value', `G nothing (of ${solvable})`, `G optimal (of ${solvable})`, 'M value', 'equal amounts'];
  return table([...head, `Ubin tests at the optimum (of ${instances.length})`, 'ms per run, G', 'ms per run, M'], rows);
}

/** Too large for a proof in reasonable time, and for long rings. */
const NOT_DENSE = /rings up to 10|, rings, |preset `optimal`/;

function denseTable(share) {
  const families = ['D6', 'D8'].map((name) => gridlocks(name, Math.ceil(FAMILIES[name].count * share)));
  const bounds = families.map((list) => list.reduce((sum, scenario) => sum + bound(scenario), 0));
  const rows = Object.entries(DESIGNS)
    .filter(([name]) => !NOT_DENSE.test(name))
    .map(([name, block]) => [
      name,
      ...families.flatMap((list, k) => {
        const runs = list.map((scenario) => settle(scenario, block));
        return [total(runs), (total(runs) / bounds[k]).toFixed(3), mean(runs.map(({ ms }) => ms)).toFixed(1)];
      }),
    ]);
  const columns = ['6 banks, 100 payments', '8 banks, 200 payments'].flatMap((name) => [
    name,
    'of the linear bound',
    'ms per run',
  ]);
  return table(['design', ...columns], rows);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const share = process.argv.includes('--quick') ? 0.1 : 1;
  console.log(familyTable(share));
  console.log(`\n${denseTable(share)}`);
}
