import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REPOSITORY, simcash, temporaryDirectory } from './support/simcash.js';
import { execute } from './support/database.js';

/** What `simcash payments profile` guesses of files as banks export them (spec 13 §16). */

interface Guess {
  payments: Record<string, unknown>;
  clock: Record<string, unknown> | null;
  num_days: number;
  banks: string[];
  remarks: string[];
  report: { accepted: number; rows: number } | null;
  rows: { amount: number; tick: number }[];
}

async function guessOf(text: string | Buffer, file = 'list.csv'): Promise<Guess> {
  const cwd = temporaryDirectory();
  writeFileSync(path.join(cwd, file), text);
  const { code, stderr, stdout } = await simcash(['payments', 'profile', file, '--json'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Guess;
}
const ROWS = [
  ['Z-1', '27.03.2024', '07:55:10', 'Nordbank', 'Süd & Co', '1.250,50', 'N'],
  ['Z-2', '27.03.2024', '09:10:00', 'Süd & Co', 'Nordbank', '75,00', 'U'],
  ['Z-3', '02.04.2024', '16:59:59', 'Nordbank', 'Süd & Co', '3.000.000,00', 'N'],
];
const list = (delimiter: string, head: readonly string[] | null): string =>
  [...(head === null ? [] : [head]), ...ROWS].map((row) => `${row.join(delimiter)}\n`).join('');
const GERMAN = ['Referenz', 'Datum', 'Zeit', 'Auftraggeber', 'Empfänger', 'Betrag', 'Klasse'];

describe('simcash payments profile', () => {
  it('prints blocks that read the list, once a person has checked them', async () => {
    const cwd = temporaryDirectory({ 'list.csv': list(';', GERMAN) });
    const { stdout } = await simcash(['payments', 'profile', 'list.csv'], { cwd });
    expect(stdout).toContain('3 of 3 rows can be read so');
    expect(stdout).toContain('# check priority: N, U all became 5: say what they mean');
    const blocks = stdout.slice(0, stdout.indexOf('\n3 of 3'));
    expect(parse(blocks)).toMatchObject({
      clock: {
        opening: '07:00',
        closing: '17:00',
        first_day: '2024-03-27',
        holidays: ['2024-03-28', '2024-03-29', '2024-04-01'],
      },
      payments: {
        file: 'list.csv',
        csv: { delimiter: ';', decimal: ',', thousands: '.' },
        columns: { external_ref: 'Referenz', date: 'Datum', time_of_day: 'Zeit', sender: 'Auftraggeber', receiver: 'Empfänger' },
        time: { format: '%d.%m.%Y %H:%M:%S' },
      },
    });
    const agents = ['Nordbank', 'Süd & Co'].map((id) => ({ id, opening_balance: 1_000_000_000 }));
    writeFileSync(
      path.join(cwd, 's.yaml'),
      `simulation: {num_days: 2, rng_seed: 1}\nagents: ${JSON.stringify(agents)}\n${blocks}`,
    );
    const checked = await simcash(['payments', 'check', 's.yaml', '--json'], { cwd });
    expect(JSON.parse(checked.stdout)).toMatchObject({ accepted: 3, value: 300_132_550 });
  });

  it.each([
    ['semicolons', ';', GERMAN],
    ['tabs', '\t', ['id', 'value date', 'time', 'from', 'to', 'amount', 'prio']],
    ['bars without a header', '|', null],
  ])('understands %s', async (_, delimiter, head) => {
    const { banks, payments, report, rows } = await guessOf(list(delimiter, head));
    expect(report).toMatchObject({ rows: 3, accepted: 3 });
    expect(rows.map(({ amount }) => amount)).toEqual([125_050, 7500, 300_000_000]);
    expect(banks).toEqual(['Nordbank', 'Süd & Co']);
    if (head === null) expect(payments).toMatchObject({ csv: { header: false }, columns: { sender: 4, receiver: 5, amount: 6 } });
  });

  it.each([
    ['ISO times and points', 'time,sender,receiver,amount\n2024-03-27T08:00:00,A,B,1234.50\n2024-03-27 09:00,B,A,7\n', 123_450],
    ['commas in quotes', 'time,sender,receiver,amount\n2024-03-27T08:00:00,A,B,"1,234.50"\n2024-03-27 09:00,B,A,7\n', 123_450],
    [
      "quotes that are '",
      "time,sender,receiver,amount\n2024-03-27T08:00:00,A,'B, or C','1,234.50'\n2024-03-27 09:00,'B, or C',A,7\n",
      123_450,
    ],
    ['a currency', 'time,sender,receiver,amount,ccy\n2024-03-27T08:00:00Z,A,B,1234,JPY\n2024-03-27T09:00:00Z,B,A,7,JPY\n', 1234],
  ])('understands %s', async (_, text, cents) => {
    const { report, rows } = await guessOf(text);
    expect(report).toMatchObject({ rows: 2, accepted: 2 });
    expect(rows[0]!.amount).toBe(cents);
  });

  it('understands Latin-1, and ticks', async () => {
    const latin = await guessOf(Buffer.from(list(';', GERMAN), 'latin1'));
    expect(latin.payments).toMatchObject({ csv: { encoding: 'latin-1' } });
    expect(latin.banks).toEqual(['Nordbank', 'Süd & Co']);
    const ticks = await guessOf('tick,sender,receiver,amount\n1,A,B,5\n9,B,A,7\n');
    expect(ticks).toMatchObject({ clock: null, report: { accepted: 2 } });
    expect(ticks.remarks).toEqual(['ticks reach to 9: simulation says how many a day has']);
  });

  it('says what could be read in two ways', async () => {
    const { payments, remarks } = await guessOf('when,from,to,value\n03/04/2024 08:00,A,B,5.00\n05/04/2024 09:00,B,A,7.25\n');
    expect(payments).toMatchObject({ time: { format: '%d/%m/%Y %H:%M' } });
    expect(remarks.join('\n')).toContain('days or months may stand first');
  });

  it('understands a Parquet file by its types', async () => {
    const cwd = temporaryDirectory();
    const file = path.join(cwd, 'p.parquet');
    await execute(
      path.join(cwd, 'x.duckdb'),
      `COPY (SELECT TIMESTAMP '2024-03-27 08:00:00' AS booked_at, 'A' AS payer, 'B' AS payee, 12.5::DECIMAL(9, 2) AS amount) TO '${file}'`,
    );
    const { stdout } = await simcash(['payments', 'profile', 'p.parquet', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ report: { accepted: 1 }, rows: [{ amount: 1250, tick: 0 }] });
  });

  it('understands the list of the examples', async () => {
    const file = path.join(REPOSITORY, 'docs/examples/scenarios/payment-list/payments.csv');
    const { report } = await guessOf(readFileSync(file));
    expect(report).toMatchObject({ rows: 72, accepted: 72 });
  });

  it.each([
    ['', /no rows with columns that repeat/],
    ['hello world\n', /no rows with columns that repeat/],
    [Buffer.from([0, 1, 2, 255, 254]), /no rows with columns that repeat/],
  ])('refuses what is no list: %j', async (text, message) => {
    const cwd = temporaryDirectory();
    writeFileSync(path.join(cwd, 'x.csv'), text);
    const { code, stderr } = await simcash(['payments', 'profile', 'x.csv'], { cwd });
    expect(code).toBe(3);
    expect(stderr).toMatch(message);
  });
});
