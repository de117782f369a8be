import path from 'node:path';
import { table } from '../../../packages/engine/bench/table.mjs';
import { medianProcess } from './process.mjs';
import { readingCases } from './read-cases.mjs';
import { chosen, countEvents, storeRuns } from './read-inputs.mjs';

/** A day of about ten thousand events; longer logs have more such days. */
const DAY = { banks: 100, payments: 2400, ticks: 60, liquidity: 3 };
/** To see that the measurement runs. */
const SMALL_DAY = { banks: 20, payments: 240, ticks: 60, liquidity: 3 };
const DAYS = { small: [1, 2], full: [1, 10, 100], large: [1, 10, 100, 500, 2000] };

/** Processor time of every reading row by the length of the log, as a table; the last column says how it grows in the last step. */
export async function growth(folder, { large, only, runs, size }) {
  const lengths = DAYS[size === 'small' ? 'small' : large ? 'large' : 'full'];
  const day = size === 'small' ? SMALL_DAY : DAY;
  const events = [];
  const rows = new Map();
  for (const days of lengths) {
    process.stderr.write(`${days} days …\n`);
    const database = path.join(folder, `${days}.duckdb`);
    storeRuns(folder, database, ['day', 'again'], { ...day, days });
    events.push(await countEvents(database));
    const cases = readingCases({ database, ...(await chosen(database)) });
    for (const { args, name } of cases.filter((one) => new RegExp(only).test(one.name)))
      rows.set(name, [...(rows.get(name) ?? []), (await medianProcess(args, runs)).cpu]);
  }
  const [before, last] = events.slice(-2);
  const exponent = (times) => Math.log(times.at(-1) / times.at(-2)) / Math.log(last / before);
  return table(
    ['CPU seconds by events', ...events.map((n) => n.toLocaleString('en-US')), 'Grows as events to the'],
    [...rows].map(([name, times]) => [name, ...times.map((time) => time.toFixed(2)), exponent(times).toFixed(2)]),
  );
}
