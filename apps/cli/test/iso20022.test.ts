import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { message, payment } from '../../../packages/payments/test/messages/support.js';
import { simcash, temporaryDirectory, type Outcome } from './support/simcash.js';

/** Messages of ISO 20022 as payments of a run, and statements beside it (spec 13 §18). */

const SCENARIO = `simulation: {num_days: 2, rng_seed: 1}
agents:
  - {id: NORTDEFF, opening_balance: 50000, policy: {type: Fifo}}
  - {id: SOUTDEFF, opening_balance: 50000, policy: {type: Fifo}}
clock: {time_zone: Europe/Berlin, tick: 30m, opening: "07:00", closing: "18:00", first_day: 2024-03-27}
payments: {file: in, format: pacs, amount: {currency: EUR}}
`;
const id = (UETR: string): { ids: { UETR: string } } => ({ ids: { UETR } });
const day2 = '<NbOfTxs>1</NbOfTxs><IntrBkSttlmDt>2024-03-28</IntrBkSttlmDt>';

const statement = (entries: string, { closing = '448.50', date = '2024-03-27', opening = '500.00' } = {}): string => {
  const balance = (code: string, amount: string): string =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;
  return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>S</MsgId></GrpHdr><Stmt><Id>1</Id>
<Acct><Id><IBAN>DE02</IBAN></Id><Ownr><Id><OrgId><AnyBIC>NORTDEFFXXX</AnyBIC></OrgId></Id></Ownr></Acct>
${balance('OPBD', opening)}${balance('CLBD', closing)}${entries}</Stmt></BkToCstmrStmt></Document>`;
};
const entry = (amount: string, sign: 'CRDT' | 'DBIT', details: string): string =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd><AcctSvcrRef>own</AcctSvcrRef><NtryDtls>${details}</NtryDtls></Ntry>`;
const details = (reference: string, amount = ''): string =>
  `<TxDtls><Refs><EndToEndId>e</EndToEndId><UETR>${reference}</UETR></Refs>${amount === '' ? '' : `<Amt Ccy="EUR">${amount}</Amt>`}</TxDtls>`;
const ENTRIES = entry('101.50', 'DBIT', details('a', '100.50') + details('b', '1.00')) + entry('50', 'CRDT', details('c'));

let cwd = '';
const balances = (...args: string[]): Promise<Outcome> => simcash(['payments', 'balances', 'x', ...args], { cwd });

beforeAll(async () => {
  cwd = temporaryDirectory({ 's.yaml': SCENARIO });
  mkdirSync(path.join(cwd, 'in'));
  writeFileSync(path.join(cwd, 'in', '1.xml'), message('pacs.009', [payment(id('a')), payment({ ...id('b'), amount: '1' })]));
  const back = { sender: 'SOUTDEFF', receiver: 'NORTDEFF' };
  writeFileSync(path.join(cwd, 'in', '2.xml'), message('pacs.008', [payment({ ...id('c'), ...back, amount: '50' })]));
  const late = { ...id('d'), ...back, amount: '7', more: '<AccptncDtTm>2024-03-28T10:00:00</AccptncDtTm>' };
  writeFileSync(path.join(cwd, 'in', '3.xml'), message('pacs.008', [payment(late)], day2));
  expect((await simcash(['run', 's.yaml', '--save', '--id', 'x', '-q'], { cwd })).stderr).toBe('');
});

describe('a directory of messages', () => {
  it('is a list, and its run needs it no more', async () => {
    const { stdout } = await simcash(['payments', 'check', 's.yaml', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ rows: 4, accepted: 4, value: 15_850 });
    expect((await simcash(['replay', 'x', '--verify'], { cwd })).code).toBe(0);
    const [list] = JSON.parse((await simcash(['payments', 'list', '--json'], { cwd })).stdout) as { dataset_sha256: string }[];
    const shown = await simcash(['payments', 'show', list!.dataset_sha256], { cwd });
    expect(shown.stdout).toContain('4 payments, 158.50 EUR');
  });

  it('may be another one on the command line; a link in it leads nowhere else', async () => {
    const other = temporaryDirectory({ 's.yaml': SCENARIO, 'secret.xml': message('pacs.008', [payment(id('s'))]) });
    const folder = temporaryDirectory();
    mkdirSync(path.join(folder, 'in'));
    symlinkSync(path.join(other, 'secret.xml'), path.join(folder, 'in', '1.xml'));
    writeFileSync(path.join(folder, 's.yaml'), SCENARIO);
    const linked = await simcash(['payments', 'check', 's.yaml'], { cwd: folder });
    expect(linked.code).toBe(3);
    expect(linked.stderr).not.toContain('1 accepted');
    const named = await simcash(['payments', 'check', 's.yaml', '--payments', path.join(cwd, 'in'), '--json'], { cwd: other });
    expect(JSON.parse(named.stdout)).toMatchObject({ accepted: 4 });
    const none = await simcash(['payments', 'check', 's.yaml', '--payments', folder], { cwd: other });
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('has no .xml files')]);
  });
});

describe('statements beside a run', () => {
  it('agree', async () => {
    writeFileSync(path.join(cwd, 'one.xml'), statement(ENTRIES));
    writeFileSync(
      path.join(cwd, 'two.xml'),
      statement(entry('7.0', 'CRDT', details('d')), { date: '2024-03-28', opening: '448.5', closing: '455.50' }),
    );
    const { code, stderr, stdout } = await balances('one.xml', 'two.xml', '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const same = (cents: number): object => ({ run: cents, statement: cents, difference: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      statements: [
        { account: 'DE02', bank: 'NORTDEFF', date: '2024-03-27', opening: same(50_000), closing: same(44_850), matched: 3 },
        { date: '2024-03-28', opening: same(44_850), closing: same(45_550), matched: 1, only_run: [], only_statement: [] },
      ],
    });
    expect((await balances('one.xml')).stdout).toContain('NORTDEFF');
  });

  it('differ, and are told entry by entry', async () => {
    const entries = entry('100.40', 'DBIT', details('a')) + entry('50.00', 'CRDT', details('z'));
    writeFileSync(path.join(cwd, 'other.xml'), statement(entries, { closing: '449.60' }));
    const { code, stderr, stdout } = await balances('other.xml', '--json');
    expect(code).toBe(6);
    expect(JSON.parse(stderr)).toMatchObject({ error: { message: '1 of 1 statement differs from x' } });
    expect(JSON.parse(stdout)).toMatchObject({
      statements: [
        {
          opening: { difference: 0 },
          closing: { run: 44_850, statement: 44_960, difference: -110 },
          matched: 0,
          differing: [{ reference: 'a', run: -10_050, statement: -10_040 }],
          only_run: [
            { external_ref: 'b', amount: -100 },
            { external_ref: 'c', amount: 5000 },
          ],
          only_statement: [{ references: ['z', 'e', 'own'], amount: 5000 }],
        },
      ],
    });
    const text = await balances('other.xml');
    expect(text.stdout).toMatch(/other amounts\n {4}a {2}run -100\.50, statement -100\.40\n/);
    expect(text.stdout).toMatch(/only in the statement\n {4}z {2}50\.00/);
  });

  it.each([
    [
      'another account',
      statement(ENTRIES).replace('NORTDEFFXXX', 'WESTDEFFXXX'),
      [],
      3,
      /account DE02 is that of no bank.*\n.*--bank DE02=BANK/,
    ],
    ['another currency', statement(ENTRIES).replaceAll('EUR', 'USD'), [], 3, /account DE02 is in USD, the run in EUR/],
    ['half cents', statement(entry('1.005', 'CRDT', '')), [], 3, /'1\.005' is no amount in whole cents/],
    ['another day', statement(ENTRIES, { date: '2024-04-03' }), [], 3, /2024-04-03 is no business day of the run/],
    ['no statement', message('pacs.008', [payment()]), [], 3, /no camt\.053 statement/],
    ['no account', statement('').replace('<IBAN>DE02</IBAN>', ''), [], 3, /statement 1 names no account/],
    ['a bank option that says nothing', statement(''), ['--bank', 'DE02'], 2, /--bank needs ACCOUNT=BANK/],
  ])('are refused with %s', async (_, text, options, code, message_) => {
    writeFileSync(path.join(cwd, 'bad.xml'), text);
    const found = await balances('bad.xml', ...options);
    expect(found.stderr).toMatch(message_);
    expect([found.code, found.stdout]).toEqual([code, '']);
  });

  it('of an account that only the user knows', async () => {
    writeFileSync(path.join(cwd, 'named.xml'), statement(ENTRIES).replace('NORTDEFFXXX', 'WESTDEFFXXX'));
    expect((await balances('named.xml', '--bank', 'DE02=NORTDEFF')).code).toBe(0);
    expect((await simcash(['payments', 'balances', 'y', 'named.xml'], { cwd })).code).toBe(4);
    expect((await balances('none.xml')).code).toBe(3);
  });
});
