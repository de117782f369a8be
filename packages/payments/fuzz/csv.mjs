#!/usr/bin/env node
/**
 * Damages valid payment lists and reads them: any bytes give a report or one error, in a time that grows with their length, in
 * bounded memory (spec 13 §17, §19).
 *
 *   node packages/payments/fuzz/csv.mjs [cases=20000] [seed=1]
 *
 * Uses the built package. Ends with 1 and prints what it found; a case is found again by its seed.
 */
import { CsvError, PaymentsError, readPayments } from '../dist/index.js';

const [cases, seed] = [Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 1)];
/** Milliseconds of the processor for a kilobyte, and for a case as such. */
const [MS_PER_KB, MS_PER_CASE] = [4, 250];
const MB = 1024 * 1024;
const MOST_GROWTH = 256 * MB;
const LONGEST_MESSAGE = 1000;
const DIALECTS = [
  {},
  { delimiter: ';' },
  { delimiter: '\t', quote: "'" },
  { encoding: 'latin-1' },
  { comment: '#', skip_lines: 1 },
];
const BANKS = ['NORTH', 'SOUTH', 'WEST'];
const HEADER = ['external_ref', 'time', 'sender', 'receiver', 'amount', 'deadline', 'payment_type'];
const SCENARIO = {
  simulation: { num_days: 3 },
  agents: BANKS.map((id) => ({ id })),
  clock: { time_zone: 'Europe/Berlin', tick: '15m', opening: '07:00', closing: '18:00', first_day: '2024-03-27' },
};

/** Numbers from 0 up to 1 (mulberry32). */
function randomOf(start) {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Draw {
  constructor(start) {
    this.random = randomOf(start);
  }
  below(n) {
    return Math.floor(this.random() * n);
  }
  of(list) {
    return list[this.below(list.length)];
  }
}

const two = (n) => String(n).padStart(2, '0');

function validList(draw, { delimiter = ',', quote = '"', skip_lines: skipped = 0 }) {
  const written = (text) =>
    text.includes(delimiter) || text.includes('\n') || text.startsWith(quote) || draw.below(10) === 0
      ? quote + text.replaceAll(quote, quote + quote) + quote
      : text;
  const newline = draw.of(['\n', '\r\n', '\r']);
  const rows = Array.from({ length: draw.below(40) }, (_, i) => {
    const day = draw.of(['27', '28', '29']);
    const time = `2024-03-${day} ${two(7 + draw.below(11))}:${two(draw.below(60))}`;
    const sender = draw.below(BANKS.length);
    const receiver = (sender + 1 + draw.below(BANKS.length - 1)) % BANKS.length;
    const amount = `${1 + draw.below(1e6)}.${two(draw.below(100))}`;
    const type = draw.of(['', 'plain', 'a "word"', 'two\nlines', `with${delimiter}it`, 'é€']);
    return [`R-${i}`, time, BANKS[sender], BANKS[receiver], amount, draw.of(['', '12:00']), type];
  });
  const lines = [HEADER, ...rows].map((row) => row.map(written).join(delimiter) + newline);
  return Buffer.from('skipped\n'.repeat(skipped) + lines.join(''));
}

/** What can happen to bytes at a place. */
const DAMAGES = {
  flip: (bytes, at, draw) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at] ^= 1 << draw.below(8);
    return copy;
  },
  insert: (bytes, at, draw) => insert(bytes, at, Buffer.from(Array.from({ length: 1 + draw.below(8) }, () => draw.below(256)))),
  cut: (bytes, at, draw) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + draw.below(40))]),
  end: (bytes, at) => bytes.subarray(0, at),
  double: (bytes, at, draw) => insert(bytes, at, bytes.subarray(Math.max(0, at - draw.below(200)), at)),
  mark: (bytes, at, draw) =>
    insert(bytes, at, Buffer.from(draw.of(['"', "'", '""', ',', ';', '\t', '\r', '\n', '#', '\ufeff', '"\r\n"']))),
  nul: (bytes, at, draw) => insert(bytes, at, Buffer.alloc(1 + draw.below(50))),
};

/** Large damage: seldom, since it takes its time. */
const LARGE = {
  field: (bytes, at, draw) =>
    insert(bytes, at, Buffer.alloc(1 + draw.below(300_000), draw.of(['x', '"', ' ', '\0', 'é', '\r\n']))),
  blanks: (bytes, at) => insert(bytes, at, Buffer.from(`x${' '.repeat(65_000)}x ,`)),
  columns: (bytes, at, draw) => insert(bytes, at, Buffer.alloc(100_000, draw.of([',', ';', '\t', 'x,', '"",']))),
  lines: (bytes, at, draw) => insert(bytes, at, Buffer.alloc(100_000, draw.of(['\n', '\r\n', 'x\n', '"\n']))),
};

const insert = (bytes, at, put) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);

/** A case with the names of what was done to it. */
function damaged(draw, dialect) {
  let bytes = validList(draw, dialect);
  const done = [];
  const apply = (damages) => {
    const name = draw.of(Object.keys(damages));
    bytes = damages[name](bytes, draw.below(bytes.length + 1), draw);
    done.push(name);
  };
  for (let n = 1 + draw.below(4); n > 0; n--) apply(DAMAGES);
  if (draw.below(25) === 0) apply(LARGE);
  return { bytes, done };
}

function* pieces(bytes, draw) {
  const length = draw.of([1 << 20, 4096, 1 + draw.below(64)]);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** `report` or `error`; throws what must not be. */
function read(bytes, csv, draw) {
  let found;
  try {
    found = readPayments({ ...SCENARIO, payments: { file: 'pay.csv', csv, on_error: 'skip' } }, () => ({
      bytes: pieces(bytes, draw),
    }));
  } catch (error) {
    if (!(error instanceof CsvError || error instanceof PaymentsError)) throw error;
    if (error.message.length > LONGEST_MESSAGE) return 'long error';
    return 'error';
  }
  const { accepted, rejected, rejections, rows } = found.report;
  if (accepted + rejected !== rows || found.dataSet.length !== accepted || rejections.length !== rejected)
    throw new Error(`${rows} rows are not ${accepted} accepted and ${rejected} rejected ones`);
  return 'report';
}

const count = { report: 0, error: 0, 'long error': 0 };
const problems = new Map();
/** Problems with a few of their cases, and how often which damage came last. */
const note = (kind, text, last = '') => {
  const problem = problems.get(kind) ?? { cases: [], last: {} };
  problem.cases.push(text);
  problem.last[last] = (problem.last[last] ?? 0) + 1;
  problems.set(kind, problem);
};
const began = performance.now();
const before = process.memoryUsage().rss;
let [total, slowest] = [0, 0];

for (let i = 0; i < cases; i++) {
  const draw = new Draw(seed * 1_000_003 + i);
  const dialect = draw.of(DIALECTS);
  const { bytes, done } = damaged(draw, dialect);
  const name = `case ${i} of seed ${seed}: ${done.join(', ')}, ${bytes.length} bytes`;
  total += bytes.length;
  const from = process.cpuUsage();
  try {
    const found = read(bytes, dialect, draw);
    count[found]++;
    if (found === 'long error') note('an error of more than 1,000 characters', name, done.at(-1));
  } catch (error) {
    note('neither report nor error', `${name}: ${error.stack}`, done.at(-1));
  }
  const { system, user } = process.cpuUsage(from);
  const took = (system + user) / 1000;
  slowest = Math.max(slowest, took);
  if (took > MS_PER_CASE + (bytes.length / 1024) * MS_PER_KB)
    note('not linear in the length', `${name}: ${Math.round(took)} ms`, done.at(-1));
}
const growth = process.memoryUsage().rss - before;
if (growth > MOST_GROWTH) note('memory', `${Math.round(growth / MB)} MB more than before`);

const seconds = ((performance.now() - began) / 1000).toFixed(1);
console.log(
  `${cases} cases, ${(total / MB).toFixed(1)} MB in ${seconds} s; the slowest ${Math.round(slowest)} ms; ${Math.round(growth / MB)} MB more`,
);
console.log(
  Object.entries(count)
    .map(([kind, n]) => `${n} × ${kind}`)
    .join(', '),
);
for (const [kind, { cases: found, last }] of problems)
  console.log(`${kind}: ${found.length} ${JSON.stringify(last)}\n  ${found.slice(0, 5).join('\n  ')}`);
process.exitCode = problems.size === 0 ? 0 : 1;
