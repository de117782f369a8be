import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { property } from '../../engine/test/properties/property.js';
import { comparePayments, pairsOf, type Payment, type PaymentsOfRun } from '../src/index.js';

/** What became of the payments that two runs have in common (spec 14 §14.6). */

const TICKS = 12;
const BANKS = ['A', 'B', 'C'];

const settled = fc.option(fc.nat({ max: TICKS - 1 }));
const order = fc.record(
  {
    sender: fc.nat({ max: 2 }),
    receiver: fc.nat({ max: 2 }),
    amount: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1e14, max: 9e15 })),
    arrival: fc.constant(0),
    deadline: fc.integer({ min: 1, max: TICKS }),
    priority: fc.nat({ max: 10 }),
    isCancelled: fc.constant(false),
  },
  { noNullPrototype: true },
);
/** The same orders in two runs, each of which settles them when it likes. */
const twoRuns = fc
  .array(fc.tuple(order, settled, settled), { maxLength: 12 })
  .map((list): [PaymentsOfRun, PaymentsOfRun] => [
    run(list.map(([one, here]) => ({ ...one, settled: here }))),
    run(list.map(([one, , there]) => ({ ...one, settled: there }))),
  ]);

function run(payments: readonly Payment[], ticks = TICKS, banks: readonly string[] = BANKS): PaymentsOfRun {
  return { payments, banks, ticks };
}

const one: Payment = {
  ...{ sender: 0, receiver: 1, amount: 500, arrival: 2, deadline: 5, priority: 5 },
  settled: 3,
  isCancelled: false,
};

describe('a run against itself', () => {
  property('has all payments in the same tick and differs by exactly 0', 100, twoRuns, ([base]) => {
    const found = comparePayments(base, base);
    const nothing = { count: 0, value: 0 };
    const unsettled = base.payments.filter((payment) => payment.settled === null).length;
    expect(found).toMatchObject({ paired: base.payments.length, only_baseline: 0, only_other: 0, first_difference: null });
    expect(found).toMatchObject({ earlier: nothing, later: nothing, other_deadlines: 0, other_priorities: 0 });
    expect(found.same.count).toBe(base.payments.length - unsettled);
    expect(found.unsettled_in_both.count).toBe(unsettled);
    expect(found.wait_difference_value_ticks).toBe(0);
    expect(found.wait_difference_mean).toBe(base.payments.length === 0 ? null : 0);
  });
});

describe('two runs of the same payments', () => {
  property('differ the other way round when they change places', 100, twoRuns, ([a, b]) => {
    const [here, there] = [comparePayments(a, b), comparePayments(b, a)];
    expect([there.earlier, there.later]).toEqual([here.later, here.earlier]);
    expect([there.only_settled_in_baseline, there.only_settled_in_other]).toEqual([
      ...[here.only_settled_in_other, here.only_settled_in_baseline],
    ]);
    expect([there.same, there.unsettled_in_both]).toEqual([here.same, here.unsettled_in_both]);
    expect(BigInt(there.wait_difference_value_ticks!)).toBe(-BigInt(here.wait_difference_value_ticks!));
    expect(Number(there.tick_difference_mean) + Number(here.tick_difference_mean)).toBe(0);
  });

  property('have every payment in one of six fates, with its value', 100, twoRuns, ([a, b]) => {
    const found = comparePayments(a, b);
    const { earlier, later, only_settled_in_baseline, only_settled_in_other, same, unsettled_in_both } = found;
    const fates = [earlier, later, only_settled_in_baseline, only_settled_in_other, same, unsettled_in_both];
    expect(fates.reduce((sum, { count }) => sum + count, 0)).toBe(found.paired);
    const value = a.payments.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    if (value <= BigInt(Number.MAX_SAFE_INTEGER)) expect(fates.reduce((sum, fate) => sum + fate.value, 0)).toBe(Number(value));
  });

  property('differ in waits by exact sums, however large the amounts', 100, twoRuns, ([a, b]) => {
    const difference = a.payments.reduce((sum, payment, i) => {
      const ticks = (b.payments[i]!.settled ?? TICKS) - (payment.settled ?? TICKS);
      return sum + BigInt(payment.amount) * BigInt(ticks);
    }, 0n);
    expect(BigInt(comparePayments(a, b).wait_difference_value_ticks!)).toBe(difference);
  });
});

describe('payments are paired', () => {
  it('up to the first that differs in parties, amount or tick, and none after it', () => {
    const changes: Partial<Payment>[] = [{ sender: 2 }, { receiver: 2 }, { amount: 501 }, { arrival: 1 }];
    for (const change of changes) {
      const found = comparePayments(run([one, one, one]), run([one, { ...one, ...change }, one]));
      expect(found).toMatchObject({ paired: 1, only_baseline: 2, only_other: 2, first_difference: 2 });
    }
  });

  it('although deadlines and priorities differ, which are counted', () => {
    const found = comparePayments(
      run([one, one]),
      run([
        { ...one, deadline: 9 },
        { ...one, deadline: 8, priority: 1 },
      ]),
    );
    expect(found).toMatchObject({ paired: 2, first_difference: null, other_deadlines: 2, other_priorities: 1 });
  });

  it('by the names of their banks, not by their places', () => {
    const other = run([{ ...one, sender: 1, receiver: 0 }], TICKS, ['B', 'A']);
    expect(pairsOf(run([one]), other)).toMatchObject({ firstDifference: null, pairs: [{ arrival_seq: 1 }] });
  });

  it('as far as the shorter list goes, and the number after it is where they part', () => {
    const found = comparePayments(run([one]), run([one, one, one]));
    expect(found).toMatchObject({ paired: 1, only_baseline: 0, only_other: 2, first_difference: 2 });
  });

  it('in runs of different length, too, whose waits are not compared', () => {
    const found = comparePayments(run([one]), run([{ ...one, settled: null }], 24));
    expect(found).toMatchObject({ wait_difference_value_ticks: null, wait_difference_mean: null });
    expect(found.only_settled_in_baseline).toEqual({ count: 1, value: 500 });
  });

  it('also if there are none', () => {
    expect(comparePayments(run([]), run([]))).toMatchObject({ paired: 0, first_difference: null, wait_difference_mean: null });
  });
});
