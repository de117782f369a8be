import type { IndicatorSheet } from '@simcash/indicators';
import { openRun, readSheet, storedIndicators } from '@simcash/runs';
import { beforeAll, describe, expect, it } from 'vitest';
import { simcash } from './support/simcash.js';
import { Asker, asking, directoryWithRuns, reference } from './support/stored-runs.js';

/** `simcash bank`: one bank of a stored run on a page. */

let cwd: string;
let sheet: IndicatorSheet;
beforeAll(async () => {
  const scenario = reference('mixed-five-days');
  cwd = await directoryWithRuns({
    full: { scenario },
    events: { scenario, level: 'EVENTS' },
    summary: { scenario, level: 'SUMMARY' },
    alone: { scenario: reference('one-bank') },
  });
  sheet = await asking(cwd, async (database) => readSheet(await storedIndicators(database, await openRun(database, 'full'))));
});

const command = new Asker(() => cwd);
const BANK = 'COLNE';
const units = (cents: number): string => (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2 });

describe.concurrent('the JSON of a bank', () => {
  it('has everything that the sheet of the run says of it', async () => {
    const { code, stderr, stdout } = await simcash(['bank', 'full', BANK, '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const own = ({ bank }: { bank: string }): boolean => bank === BANK;
    expect(JSON.parse(stdout)).toEqual({
      bank: BANK,
      run: sheet.banks.find(own),
      days: sheet.bank_days.filter(own),
      bcbs248: sheet.bcbs248.find(own),
      network: sheet.network.banks.find(own),
      pairs: sheet.pairs.filter(({ receiver, sender }) => [sender, receiver].includes(BANK)),
    });
  });

  it('is the same whatever was stored', async () => {
    const pages = await Promise.all(['full', 'events', 'summary'].map((id) => command.output('bank', id, BANK, '--json')));
    expect(new Set(pages).size).toBe(1);
    expect(JSON.parse(pages[0]!)).toMatchObject({
      bank: BANK,
      days: [{ day: 0 }, { day: 1 }, { day: 2 }, { day: 3 }, { day: 4 }],
    });
  });
});

describe.concurrent('the page of a bank', () => {
  it('has a line per subject, with the figures of the sheet in units of money', async () => {
    const text = await command.output('bank', 'full', BANK);
    const row = sheet.banks.find(({ bank }) => bank === BANK)!;
    expect(text.split('\n')[0]).toBe(BANK);
    expect(text).toContain(`${row.payments_due} payments of ${units(row.value_due)} due, ${row.payments_settled} settled`);
    expect(text).toContain(`sent ${units(row.value_sent)}, received ${units(row.value_received)}`);
    expect(text).toContain(`Unsettled   ${units(row.unsettled_value_end)}: own queue ${units(row.unsettled_own_queue)}`);
    expect(text).toMatch(new RegExp(`^Costs +${units(row.costs.total)}: `, 'm'));
  });

  it('has a row for each of its days', async () => {
    const text = await command.output('bank', 'full', BANK);
    const rows = sheet.bank_days.filter(({ bank }) => bank === BANK);
    for (const { day, value_due, value_sent } of rows)
      expect(text).toMatch(new RegExp(`^${BANK} +${day} +${units(value_due)} +${units(value_sent)} `, 'm'));
  });

  it('names its counterparties, the busiest first, and what is left between the two', async () => {
    const [, table] = (await command.output('bank', 'full', BANK)).split(/^Counterparty.*\n/m);
    const rows = table!
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    const flow = (from: string, to: string): number =>
      sheet.pairs.find(({ receiver, sender }) => sender === from && receiver === to)?.value_settled ?? 0;
    expect(rows).toEqual(
      rows.map(([other]) => [
        ...[other!, units(flow(BANK, other!)), units(flow(other!, BANK)), units(flow(other!, BANK) - flow(BANK, other!))],
      ]),
    );
    const volumes = rows.map(([other]) => flow(BANK, other!) + flow(other!, BANK));
    expect(volumes).toEqual([...volumes].sort((a, b) => b - a));
    expect(rows.map(([other]) => other).sort()).toEqual(['ARDEN', 'BEXLEY', 'DUNMOW', 'ESHER', 'FORDHAM']);
  });

  it('of a bank that is alone has dashes where there is nothing to divide by', async () => {
    const text = await command.output('bank', 'alone', 'SOLO');
    expect(text).toContain('pays 0 banks, is paid by 0; PageRank 1.0000, SinkRank –');
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

describe.concurrent('pages are refused', () => {
  it.each<[line: string, code: number, message: string]>([
    ['bank nobody COLNE', 4, 'simulation nobody not found in simcash.duckdb'],
    ['bank full NOBODY', 2, "unknown bank 'NOBODY'"],
    ['bank full colne', 2, "unknown bank 'colne'"],
    ['bank summary NOBODY --quiet', 2, "unknown bank 'NOBODY'"],
    ['bank full COLNE ARDEN', 2, "too many arguments for 'bank'"],
    ['bank full COLNE --day 1', 2, "unknown option '--day'"],
    ['bank full', 2, "missing required argument 'bank'"],
    ['bank full COLNE --db none.duckdb', 5, 'database none.duckdb does not exist'],
  ])('%s', (line, code, message) => command.refuses(line, code, message));
});
