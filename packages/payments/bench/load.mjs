// How long a list takes to be loaded, resolved and hashed: a million rows of CSV unless the first argument says how many.
import { Calendar, clockSchema, loadPayments, sourceSchema } from '../dist/index.js';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const BANKS = Array.from({ length: 200 }, (_, i) => `BANK${String(i).padStart(4, '0')}DEFFXXX`);
const HEADER = 'external_ref,time,sender,receiver,amount,currency,priority,deadline,payment_type\n';

/** Rows of a business day, 120 bytes each, as bytes: piece by piece. */
function* bytes() {
  let text = HEADER;
  for (let i = 0; i < ROWS; i++) {
    const second = Math.floor((i * 39_600) / ROWS) + 7 * 3600;
    const two = (value) => String(value).padStart(2, '0');
    const time = `2024-03-27T${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}.${String(i % 1000).padStart(3, '0')}`;
    const [sender, receiver] = [BANKS[(i * 7) % 200], BANKS[(i * 7 + 1 + (i % 199)) % 200]];
    text += `REF-2024-03-27-${String(i).padStart(12, '0')},${time},${sender},${receiver},${(i * 7919) % 9_999_999}.${two(i % 100)},EUR,${i % 11},18:00,customer-transfer\n`;
    if (text.length < 1 << 20) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

const clock = clockSchema.parse({
  time_zone: 'Europe/Berlin',
  tick: '1m',
  opening: '07:00',
  closing: '18:00',
  first_day: '2024-03-27',
});
const calendar = new Calendar(clock, 1);
const ticks = { numDays: 1, ticksPerDay: calendar.ticksPerDay, calendar };
const config = sourceSchema.parse({ file: 'pay.csv', amount: { currency: 'EUR' } });
const pieces = [...bytes()];
const size = pieces.reduce((sum, piece) => sum + piece.length, 0);

const before = process.cpuUsage();
const wall = performance.now();
const { dataSet, report } = loadPayments([{ config, content: { bytes: pieces } }], BANKS, ticks);
const { system, user } = process.cpuUsage(before);
const memory = process.resourceUsage().maxRSS / 1024 - size / 1e6;
console.log(
  `${report.accepted} of ${report.rows} rows, ${(size / 1e6).toFixed(0)} MB: ${((user + system) / 1e6).toFixed(2)} s of CPU, ${((performance.now() - wall) / 1000).toFixed(2)} s, ${memory.toFixed(0)} MB besides the file, ${dataSet.sha256.slice(0, 12)}`,
);
