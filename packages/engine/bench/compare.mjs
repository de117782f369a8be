/** Compares two result files of run.mjs: `node compare.mjs BEFORE.json AFTER.json`. */
import { readFileSync } from 'node:fs';
import { table } from './table.mjs';

const files = process.argv.slice(2);
if (files.length !== 2) {
  console.error('node packages/engine/bench/compare.mjs BEFORE.json AFTER.json');
  process.exit(1);
}
const [before, after] = files.map((file) => JSON.parse(readFileSync(file, 'utf8')));
const rows = Object.entries(after.cases).flatMap(([name, now]) => {
  const then = before.cases[name];
  return then ? [row(name, then, now)] : [];
});
for (const { commit, cpu, created, node } of [before, after])
  console.log(`${created}  ${commit ?? 'no commit'}, Node ${node}, ${cpu}`);
if (before.cpu !== after.cpu || before.node !== after.node)
  console.log('These are different machines or versions of Node: the ratios say little.');
console.log('');
console.log(table(['Case', 'Before s', 'After s', 'Faster by', 'CPU', '', 'RSS', 'Live', 'Work'], rows));
console.log(
  '\nFaster by: time before / time after; CPU: the same in processor time. (=) the ranges of the runs overlap. RSS, live: memory after / memory before.',
);

function row(name, then, now) {
  const overlap = then.seconds.min <= now.seconds.max && now.seconds.min <= then.seconds.max;
  const same = then.events === now.events && then.payments === now.payments;
  return [
    name,
    then.seconds.median.toFixed(3),
    now.seconds.median.toFixed(3),
    `${(then.seconds.median / now.seconds.median).toFixed(2)} ×`,
    `${(then.cpu_seconds.median / now.cpu_seconds.median).toFixed(2)} ×`,
    overlap ? '(=)' : '',
    (now.peak_rss_mib / then.peak_rss_mib).toFixed(2),
    (now.live_mib / then.live_mib).toFixed(2),
    same ? 'same' : 'DIFFERS',
  ];
}
