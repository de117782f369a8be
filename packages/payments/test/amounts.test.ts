import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmountReader, loadPayments, sourceSchema } from '../src/index.js';
import '../../engine/test/support/seed.js';

/** Spec 13 §5 and §19, invariant 4: amounts are decimal texts, added up as such. */

const MOST = BigInt(Number.MAX_SAFE_INTEGER);
const cents = fc.oneof(
  fc.bigInt({ min: 1n, max: MOST }),
  fc.bigInt({ min: 1n, max: 100_000n }),
  fc.bigInt({ min: MOST - 200n, max: MOST }),
);

/** How an amount can be written without becoming another. */
const manners = fc.record({
  zerosBefore: fc.integer({ min: 0, max: 3 }),
  zerosBehind: fc.integer({ min: 0, max: 3 }),
  plus: fc.boolean(),
  groups: fc.boolean(),
  cutsZeros: fc.boolean(),
});
type Manner = typeof manners extends fc.Arbitrary<infer T> ? T : never;
const MARKS = [
  { decimal: '.', thousands: null },
  { decimal: ',', thousands: '.' },
  { decimal: '.', thousands: "'" },
  { decimal: '·', thousands: '\u202f' },
  { decimal: '|', thousands: '*' },
];

function amountText(value: bigint, exponent: number, marks: (typeof MARKS)[number], manner: Manner): string {
  const digits = String(value).padStart(exponent + 1, '0');
  const whole = `${manner.groups ? '' : '0'.repeat(manner.zerosBefore)}${digits.slice(0, digits.length - exponent)}`;
  let fraction = digits.slice(digits.length - exponent) + '0'.repeat(manner.zerosBehind);
  if (manner.cutsZeros) fraction = fraction.replace(/0+$/, '');
  const grouped = manner.groups && marks.thousands !== null ? whole.replace(/\B(?=(\d{3})+$)/g, () => marks.thousands!) : whole;
  return `${manner.plus ? '+' : ''}${grouped}${fraction === '' ? '' : marks.decimal + fraction}`;
}

const reader = (exponent: number, marks: (typeof MARKS)[number], rounding: 'reject' | 'half_up' = 'reject'): AmountReader =>
  new AmountReader({ currency: null, unit: 'major', exponent, rounding }, marks);

describe('an amount', () => {
  const exponents = fc.integer({ min: 0, max: 8 });

  it('is the number that its digits say, however they are written', () => {
    fc.assert(
      fc.property(cents, exponents, fc.constantFrom(...MARKS), manners, (value, exponent, marks, manner) => {
        expect(reader(exponent, marks).positive(amountText(value, exponent, marks, manner))).toBe(Number(value));
      }),
      { numRuns: 2000 },
    );
  });

  it('with more digits is refused, or rounded by the first of them', () => {
    fc.assert(
      fc.property(
        cents,
        exponents,
        fc.stringMatching(/^\d{1,20}$/),
        fc.constantFrom(...MARKS),
        (value, exponent, more, marks) => {
          const manner = { zerosBefore: 0, zerosBehind: 0, plus: false, groups: false, cutsZeros: false };
          const written = amountText(value, exponent, marks, manner);
          const text = `${written}${exponent === 0 ? marks.decimal : ''}${more}`;
          const isExact = BigInt(more) === 0n;
          expect(reader(exponent, marks).positive(text)).toBe(isExact ? Number(value) : 'amount_precision');
          const rounded = value + (more >= '5' ? 1n : 0n);
          expect(reader(exponent, marks, 'half_up').positive(text)).toBe(rounded > MOST ? 'amount_range' : Number(rounded));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('beyond the range is refused by its sign first', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: MOST + 1n, max: 10n ** 40n }), fc.boolean(), (value, isNegative) => {
        const found = reader(0, MARKS[0]!).positive(`${isNegative ? '-' : ''}${value}`);
        expect(found).toBe(isNegative ? 'amount_not_positive' : 'amount_range');
      }),
    );
  });

  it('is nothing but digits with the marks in their places', () => {
    const shape = /^[+-]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$/;
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789+-.,,..e  x'), maxLength: 9 }), (text) => {
        expect(reader(2, MARKS[1]!, 'half_up').read(text) === 'amount_format').toBe(!shape.test(text));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the sum of a list', () => {
  function total(texts: readonly string[]): bigint {
    const rows = texts.map((text) => `0,A,B,${text}\n`).join('');
    const source = {
      config: sourceSchema.parse({ file: 'pay.csv' }),
      content: { bytes: [Buffer.from(`tick,sender,receiver,amount\n${rows}`)] },
    };
    return loadPayments([source], ['A', 'B'], { numDays: 1, ticksPerDay: 1, calendar: null }).dataSet.totalValue;
  }

  it('is the sum of its texts as decimals', () => {
    const manner = { zerosBefore: 0, zerosBehind: 0, plus: false, groups: false, cutsZeros: false };
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 30 }), (values) => {
        const texts = values.map((value) => amountText(value, 2, MARKS[0]!, manner));
        expect(total(texts)).toBe(values.reduce((sum, value) => sum + value, 0n));
      }),
      { numRuns: 300 },
    );
  });

  it('has every cent of amounts that binary fractions cannot tell apart', () => {
    const texts = Array.from({ length: 400 }, (_, i) => `${10n ** 13n}.${String(i % 100).padStart(2, '0')}`);
    expect(total(texts)).toBe(400n * 10n ** 15n + 4n * 4950n);
  });
});
