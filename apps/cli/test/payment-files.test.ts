import { linkSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseLines, simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

const SCENARIO = `simulation: {num_days: 1, ticks_per_day: 10, rng_seed: 1}
agents:
  - {id: NORTH, opening_balance: 5000, policy: {type: Fifo}}
  - {id: SOUTH, opening_balance: 5000, policy: {type: Fifo}}
`;
const HEADER = 'external_ref,tick,sender,receiver,amount';
const ONE_OF_FOUR = `${HEADER}\nA,1,NORTH,SOUTH,1.00\nB,2,SOUTH,NORTH,2.00\nC,2,SOUTH,WEST,2.00\nD,3,NORTH,SOUTH,1.00\n`;

/** A folder with a scenario that has these payments. */
const folder = (payments: string, files: Readonly<Record<string, string>> = {}): string =>
  temporaryDirectory({ 's.yaml': `${SCENARIO}payments: ${payments}\n`, 'pay.csv': ONE_OF_FOUR, ...files });

const check = (cwd: string, ...more: string[]): Promise<Outcome> => simcash(['payments', 'check', 's.yaml', ...more], { cwd });

describe.concurrent('the file of rejected rows', () => {
  it('replaces no file unless it is told to', async () => {
    const cwd = folder('{file: pay.csv}', { 'no.csv': 'mine' });
    const refused = await check(cwd, '--rejects', 'no.csv');
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toBe('error: --rejects no.csv is there already: name another file, or replace it with --force\n');
    expect(readFileSync(path.join(cwd, 'no.csv'), 'utf8')).toBe('mine');
    expect((await check(cwd, '--rejects', 'no.csv', '--force')).code).toBe(3);
    expect(readFileSync(path.join(cwd, 'no.csv'), 'utf8')).toBe(
      'source,row,line,column,code,value\n0,3,4,receiver,unknown_receiver,WEST\n',
    );
  });

  it('is never one that was read, whatever its name', async () => {
    const cwd = folder('{file: pay.csv}');
    linkSync(path.join(cwd, 'pay.csv'), path.join(cwd, 'link.csv'));
    for (const [file, read] of [
      ['./pay.csv', 'pay.csv'],
      ['s.yaml', 's.yaml'],
      ['link.csv', 'pay.csv'],
    ] as const) {
      const { code, stderr } = await check(cwd, '--rejects', file, '--force');
      expect(code).toBe(2);
      expect(stderr).toMatch(new RegExp(`^error: --rejects ${file} would destroy .*${read}: name another file\n$`));
    }
    expect(readFileSync(path.join(cwd, 'pay.csv'), 'utf8')).toBe(ONE_OF_FOUR);
  });

  it('has a header and no rows if all were taken', async () => {
    const cwd = folder('{file: pay.csv}', { 'pay.csv': `${HEADER}\nA,1,NORTH,SOUTH,1.00\n` });
    expect((await check(cwd, '--rejects', 'no.csv')).code).toBe(0);
    expect(readFileSync(path.join(cwd, 'no.csv'), 'utf8')).toBe('source,row,line,column,code,value\n');
  });
});

describe.concurrent('max_rejects', () => {
  it.each([
    ['0', 3],
    ['1', 0],
    ['0.24', 3],
    ['0.25', 0],
  ])('%s of a list that has one bad row of four ends with %d', async (most, expected) => {
    const cwd = folder(`{file: pay.csv, on_error: skip, max_rejects: ${most}}`);
    const { code, stderr } = await simcash(['run', 's.yaml', '--quiet', '--json'], { cwd });
    expect(code).toBe(expected);
    if (expected === 3) expect(JSON.parse(stderr)).toMatchObject({ error: { message: 'pay.csv: 1 of 4 rows rejected' } });
  });

  it('is counted by source', async () => {
    const bad = 'external_ref,tick,sender,receiver,amount\nX,1,NORTH,WEST,1\nY,1,NORTH,WEST,1\n';
    const sources = '[{file: pay.csv, on_error: skip, max_rejects: 1}, {file: bad.csv, on_error: skip, max_rejects: 2}]';
    const cwd = folder(sources, { 'bad.csv': bad });
    expect((await simcash(['run', 's.yaml', '--quiet'], { cwd })).code).toBe(0);
    const fewer = await simcash(['run', 's.yaml', '--quiet', '--set', 'payments.1.max_rejects=1'], { cwd });
    expect([fewer.code, fewer.stderr.split('\n')[0]]).toEqual([3, 'error: pay.csv, bad.csv: 3 of 6 rows rejected']);
  });
});

describe.concurrent('several sources', () => {
  const OTHER = 'Ref;Tick;Von;An;Betrag\nZ;2;SOUTH;NORTH;1.000,50\nA;2;SOUTH;NORTH;7,00\nY;1;NORTH;SOUTH;3,00\n';
  const SOURCES = `
  - {file: pay.csv, on_error: skip}
  - file: other.csv
    on_error: skip
    csv: {delimiter: ";", decimal: ",", thousands: "."}
    columns: {external_ref: Ref, tick: Tick, sender: Von, receiver: An, amount: Betrag}`;

  it('are one list: by tick, then in their order, with references that are there once', async () => {
    const cwd = folder(SOURCES, { 'other.csv': OTHER });
    const { code, stderr, stdout } = await simcash(['run', 's.yaml', '--jsonl', 'events'], { cwd });
    expect([code, stderr]).toEqual([
      0,
      'warning: pay.csv, other.csv: 2 of 7 rows left out (duplicate_ref 1, unknown_receiver 1)\n',
    ]);
    const arrivals = parseLines(stdout).filter(({ event_type }) => event_type === 'Arrival');
    expect(arrivals.map(({ amount, external_ref, tick }) => [tick, external_ref, amount])).toEqual([
      [1, 'A', 100],
      [1, 'Y', 300],
      [2, 'B', 200],
      [2, 'Z', 100_050],
      [3, 'D', 100],
    ]);
  });

  it('are named where their rows are refused', async () => {
    const cwd = folder(SOURCES, { 'other.csv': OTHER });
    const { code, stderr, stdout } = await check(cwd, '--rejects', 'no.csv');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^pay\.csv +4 +3 +1$/m);
    expect(stdout).toMatch(/^other\.csv +3 +2 +1$/m);
    expect(stderr).toContain('  pay.csv:4: row 3: receiver');
    expect(stderr).toContain("  other.csv:3: row 2: external_ref 'A' was there before");
    expect(readFileSync(path.join(cwd, 'no.csv'), 'utf8').split('\n').slice(1)).toEqual([
      '0,3,4,receiver,unknown_receiver,WEST',
      '1,2,3,external_ref,duplicate_ref,A',
      '',
    ]);
  });
});

describe.concurrent('the bytes of a list', () => {
  it('in Latin-1 are read as such, or refused row by row', async () => {
    const cwd = folder('{file: pay.csv, banks: {map: {Süd: SOUTH}}}');
    writeFileSync(path.join(cwd, 'pay.csv'), Buffer.from(`${HEADER}\nA,1,NORTH,Süd,1.00\nB,1,SOUTH,NORTH,1.00\n`, 'latin1'));
    const refused = await check(cwd, '--json');
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      accepted: 1,
      counts: { encoding: 1 },
      rejections: [{ row: 1, value: null }],
    });
    const taken = await check(cwd, '--set', 'payments.csv.encoding=latin-1', '--json');
    expect([taken.code, JSON.parse(taken.stdout)]).toMatchObject([0, { accepted: 2, rejected: 0 }]);
  });

  it.each([
    ['one line', (text: string) => text],
    ['one field of line breaks', (text: string) => `"${text.replaceAll('xxxx', 'x\n')}"`],
  ])('may be a gigantic record (%s) in little memory', async (_, written) => {
    const cwd = folder('{file: pay.csv}');
    const text = `${HEADER}\nA,1,NORTH,SOUTH,${written('x'.repeat(40_000_000))}\nB,1,SOUTH,NORTH,1.00\n`;
    writeFileSync(path.join(cwd, 'pay.csv'), text);
    const env = { NODE_OPTIONS: '--max-old-space-size=32' };
    const { code, stdout } = await simcash(['payments', 'check', 's.yaml', '--json'], { cwd, env });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 2,
      accepted: 1,
      rejections: [{ row: 1, line: 2, code: 'columns', value: 'field longer than 65536' }],
    });
  });

  it('with a quote that is never closed are refused as a whole, whatever may be skipped', async () => {
    const cwd = folder('{file: pay.csv, on_error: skip}', { 'pay.csv': `${ONE_OF_FOUR}"E,4,NORTH,SOUTH,1.00\n` });
    for (const command of [['run'], ['payments', 'check'], ['validate']]) {
      const { code, stderr } = await simcash([...command, 's.yaml'], { cwd });
      expect([code, stderr]).toEqual([3, 'error: pay.csv: quote opened in line 6 is never closed\n']);
    }
  });
});

describe.concurrent('ticks per day that are no number', () => {
  it('are refused before payments are read', async () => {
    const cwd = folder('{file: pay.csv, on_error: skip}');
    const clock = 'clock: {time_zone: UTC, tick: 30m, opening: "07:00", closing: "18:00", first_day: 2024-03-28}\n';
    const text = readFileSync(path.join(cwd, 's.yaml'), 'utf8').replace('ticks_per_day: 10', 'ticks_per_day: ten');
    writeFileSync(path.join(cwd, 's.yaml'), text + clock);
    writeFileSync(path.join(cwd, 'pay.csv'), 'time,sender,receiver,amount\n2024-03-28 10:00,NORTH,SOUTH,1\n');
    const { code, stderr } = await check(cwd);
    expect(stderr).toContain('ticks_per_day');
    expect(code).toBe(3);
  });
});
