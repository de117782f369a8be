import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FileError,
  pacsContent,
  PaymentsError,
  readPayments,
  RowsRejectedError,
  type FileSource,
  type ReadPayments,
} from '../../src/index.js';
import { agent, message, payment } from './support.js';
import '../../../engine/test/support/seed.js';

/** Messages of ISO 20022 as payment lists (spec 13 §18). */

const CLOCK = { time_zone: 'Europe/Berlin', tick: '30m', opening: '07:00', closing: '18:00', first_day: '2024-03-27' };

function read(files: readonly string[], source: Record<string, unknown> = {}, pieces = 1 << 20): ReadPayments {
  const document = {
    simulation: { num_days: 1, rng_seed: 1 },
    clock: CLOCK,
    agents: ['NORTDEFF', 'SOUTDEFF', 'EASTDEFF'].map((id) => ({ id })),
    payments: { file: 'in', format: 'pacs', ...source },
  };
  const open = function* (name: string): Generator<Uint8Array> {
    const bytes = Buffer.from(files[Number(name)]!);
    for (let i = 0; i < bytes.length; i += pieces) yield bytes.subarray(i, i + pieces);
  };
  return readPayments(document, (one) =>
    pacsContent(
      files.map((_, i) => String(i)),
      open,
      (one as FileSource).pacs,
    ),
  )!;
}
const only = (...args: Parameters<typeof read>) => {
  const { dataSet } = read(...args);
  expect(dataSet.length).toBe(1);
  return dataSet.at(0);
};

describe('messages of ISO 20022', () => {
  it('are payments with the banks, date and time of their group', () => {
    expect(only([message('pacs.008', [payment()])])).toEqual({
      arrival_index: 1,
      tick: 4,
      sender_id: 'NORTDEFF',
      receiver_id: 'SOUTDEFF',
      amount: 10_050,
      deadline_tick: 21,
      priority: 5,
      rtgs_priority: null,
      is_divisible: false,
      external_ref: 'u-1',
      payment_type: 'customer',
      on_behalf_of: null,
      time_critical: false,
      source: 0,
      source_row: 1,
    });
  });

  it('may say everything payment by payment', () => {
    const more =
      '<IntrBkSttlmDt>2024-03-27</IntrBkSttlmDt><SttlmPrty>HIGH</SttlmPrty>' +
      '<SttlmTmIndctn><DbtDtTm>2024-03-27T10:00:00.5Z</DbtDtTm></SttlmTmIndctn>' +
      '<SttlmTmReq><CLSTm>12:00:00+01:00</CLSTm></SttlmTmReq><PmtTpInf><CtgyPurp><Cd>INTC</Cd></CtgyPurp></PmtTpInf>';
    const own = payment({
      ids: { InstrId: 'i', EndToEndId: 'e' },
      sender: 'EASTDEFF',
      receiver: 'NORTDEFFXXX',
      more: more + agent('Dbtr', 'CUSTDEFF'),
    });
    expect(only([message('pacs.009', [own])])).toMatchObject({
      tick: 8,
      deadline_tick: 9,
      sender_id: 'EASTDEFF',
      receiver_id: 'NORTDEFF',
      rtgs_priority: 'HighlyUrgent',
      time_critical: true,
      payment_type: 'bank INTC',
      on_behalf_of: 'CUSTDEFF',
      external_ref: 'i',
    });
    expect(only([message('pacs.009', [own])], { pacs: { reference: 'EndToEndId' } }).external_ref).toBe('e');
  });

  it.each([
    ['AccptncDtTm before the group', '<AccptncDtTm>2024-03-27T08:10:00</AccptncDtTm>', { tick: 2 }],
    ['the earliest time', '<SttlmTmReq><FrTm>11:00:00</FrTm></SttlmTmReq>', { tick: 8 }],
    ['the latest time', '<SttlmTmReq><TillTm>15:00:00</TillTm></SttlmTmReq>', { deadline_tick: 15, time_critical: false }],
    [
      'the time of rejection first',
      '<SttlmTmReq><TillTm>15:00:00</TillTm><RjctTm>14:00:00</RjctTm></SttlmTmReq>',
      { deadline_tick: 13 },
    ],
    ['NORM', '<SttlmPrty>NORM</SttlmPrty>', { rtgs_priority: 'Normal' }],
    ['the debtor of a customer', agent('Dbtr', 'CUSTDEFF'), { on_behalf_of: null }],
  ])('say %s', (_, more, expected) => {
    expect(only([message('pacs.008', [payment({ more })])])).toMatchObject(expected);
  });

  it.each([
    ['an unknown bank', payment({ sender: 'NOBODEFF' }), 'unknown_sender'],
    ['no amount', '<CdtTrfTxInf><PmtId/></CdtTrfTxInf>', 'required'],
    ['an amount that is none', payment({ amount: '1,5' }), 'amount_format'],
    ['a time outside the hours', payment({ more: '<AccptncDtTm>2024-03-27T06:59:59</AccptncDtTm>' }), 'before_opening'],
    ['another day', payment({ more: '<IntrBkSttlmDt>2024-03-28</IntrBkSttlmDt>' }), 'after_last_day'],
    ['a priority of its own', payment({ more: '<SttlmPrty>SOON</SttlmPrty>' }), 'rtgs_priority'],
    ['another currency', payment({ currency: 'USD' }), 'currency'],
    ['a reference that is too long', payment({ ids: { UETR: 'x'.repeat(70_000) } }), 'columns'],
  ])('with %s are rejected', (_, text, code) => {
    const reading = (): unknown => read([message('pacs.008', [text])], { amount: { currency: 'EUR' } });
    expect(reading).toThrow(RowsRejectedError);
    try {
      reading();
    } catch (error) {
      expect((error as RowsRejectedError).read.report.counts).toEqual({ [code]: 1 });
    }
  });

  it.each<[string, string, RegExp]>([
    [
      'another number of payments',
      message('pacs.008', [payment()], '<NbOfTxs>2</NbOfTxs>'),
      /says that it has 2 payments, and has 1/,
    ],
    [
      'another sum',
      message(
        'pacs.008',
        [payment({ amount: '0.1' }), payment({ amount: '0.2', ids: {} })],
        '<TtlIntrBkSttlmAmt Ccy="EUR">0.31</TtlIntrBkSttlmAmt>',
      ),
      /are 0\.31 in all; they are 0\.3$/,
    ],
    ['other elements', '<Document><CstmrCdtTrfInitn/></Document>', /neither a pacs\.008 nor a pacs\.009/],
    ['no end', message('pacs.008', [payment()]).slice(0, -30), /0: \d+:\d+: /],
    [
      'a document type',
      `<!DOCTYPE d [<!ENTITY e "e">]>${message('pacs.008', [payment()]).slice(39)}`,
      /document types are refused/,
    ],
    ['an entity', message('pacs.008', [payment({ amount: '&e;' })]), /0: \d+:\d+: /],
    ['elements without end', '<a>'.repeat(200), /more than 100 deep/],
  ])('with %s are refused as a whole', (_, text, message_) => {
    expect(() => read([text])).toThrow(FileError);
    expect(() => read([text])).toThrow(message_);
  });

  it('have the sum that they say, as decimals', () => {
    const payments = ['0.1', '0.2', '7'].map((amount, i) => payment({ amount, ids: { UETR: `u${i}` } }));
    const { report } = read([message('pacs.008', payments, '<TtlIntrBkSttlmAmt Ccy="EUR">7.30</TtlIntrBkSttlmAmt>')]);
    expect(report.accepted).toBe(3);
  });

  it('are the same in whatever pieces and files they come, with the hash of all bytes', () => {
    const texts = [0, 1].map((f) =>
      message(
        'pacs.008',
        [0, 1].map((i) => payment({ ids: { UETR: `ü${f}${i}` } })),
      ),
    );
    const whole = read(texts);
    expect([...whole.dataSet].map(({ external_ref }) => external_ref)).toEqual(['ü00', 'ü01', 'ü10', 'ü11']);
    for (const pieces of [1, 7, 64]) {
      const other = read(texts, {}, pieces);
      expect(other.document.payments).toEqual(whole.document.payments);
    }
    expect(whole.document.payments).toMatchObject({ sources: [{ file: { bytes: Buffer.from(texts.join('')).length } }] });
  });

  it('go without columns, and with nothing that is not known', () => {
    expect(() => read([message('pacs.008', [payment()])], { columns: { amount: 'a' } })).toThrow(/messages have no columns/);
    expect(() => read([message('pacs.008', [payment()])], { pacs: { bic: 9 } })).toThrow(PaymentsError);
    expect(() => read([message('pacs.008', [payment()])], { format: 'csv', pacs: {} })).toThrow(/goes with format: pacs/);
  });

  it('are read, or refused in words, whatever is done to their bytes', () => {
    const text = Buffer.from(
      message('pacs.009', [payment(), payment({ ids: { UETR: 'u-2' }, more: agent('Dbtr', 'CUSTDEFF') })]),
    );
    const change = fc.record({
      at: fc.nat(text.length - 1),
      length: fc.nat(40),
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 20 }),
        fc.constantFrom(...['<', '&amp;', ']]>', '</a>', '<![CDATA[', '\0', '€']).map((one) => Buffer.from(one)),
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let bytes: Buffer = text;
        for (const { at, bytes: put, length } of changes)
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + length)]);
        const document = {
          simulation: { num_days: 1 },
          clock: CLOCK,
          agents: [{ id: 'NORTDEFF' }, { id: 'SOUTDEFF' }],
          payments: { file: 'in.xml' },
        };
        try {
          const { report } = readPayments(document, () => pacsContent(['in.xml'], () => [bytes]))!;
          expect(report.accepted).toBe(report.rows);
        } catch (error) {
          expect([FileError, RowsRejectedError].some((kind) => error instanceof kind)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
