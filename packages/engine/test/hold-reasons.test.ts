import { describe, expect, it } from 'vitest';
import { action, inline, type Node } from './support/policies.js';
import { payment, simulate } from './support/scenarios.js';

/** Reasons of the holds of a payment with a deadline in tick 3, tick by tick. */
function reasons(tree: Node, ticks = 1): string[] {
  const simulation = simulate({
    banks: { A: { policy: inline({ payment_tree: tree }) }, B: {} },
    scenario_events: [payment(0, 'A', 'B', 100, { deadline: 3 })],
  });
  simulation.run({ untilTick: ticks });
  return [...simulation.events].flatMap((event) => (event.event_type === 'PolicyHold' ? [event.reason] : []));
}

const reason = (text: unknown): string => reasons(action('Hold', { reason: text }))[0]!;

describe('reasons of a hold (spec 06 §7.2, spec 08 §3.1)', () => {
  it.each(['InsufficientLiquidity', 'AwaitingInflows', 'LowPriority'])('%s stands as it is', (text) => {
    expect(reason(text)).toBe(text);
  });

  it('NearDeadline tells the ticks that are left', () => {
    expect(reasons(action('Hold', { reason: 'NearDeadline' }), 6)).toEqual(
      [3, 2, 1, 0, 0, 0].map((ticks) => `NearDeadline { ticks_remaining: ${ticks} }`),
    );
  });

  it('a decision without a literal text is a policy decision', () => {
    expect(reasons(action('Hold'))).toEqual(['Custom("Policy decision")']);
    for (const other of [
      7,
      true,
      null,
      ['LowPriority'],
      { field: 'balance' },
      { compute: { op: '+', left: { value: 1 }, right: { value: 2 } } },
    ]) {
      expect(reason(other)).toBe('Custom("Policy decision")');
    }
  });

  it.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['near deadline', 'near deadline'],
    ['lowpriority', 'lowpriority'],
    ['say "no"', 'say \\"no\\"'],
    ['back\\slash', 'back\\\\slash'],
    ["it's", "it's"],
    ['a\nb\rc\td\0e', 'a\\nb\\rc\\td\\0e'],
    ['\u0001\u001f\u007f', '\\u{1}\\u{1f}\\u{7f}'],
    ['\u0085', '\\u{85}'],
    ['Zürich – 東京 €', 'Zürich – 東京 €'],
    ['\u{1f3e6}', '\u{1f3e6}'],
    ['e\u0301', 'e\\u{301}'],
    ['\u00a0', '\\u{a0}'],
    ['\u3000', '\\u{3000}'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\u200b\u200d\ufeff\u00ad', '\\u{200b}\\u{200d}\\u{feff}\\u{ad}'],
    ['\ufe0f', '\\u{fe0f}'],
    ['\ue000', '\\u{e000}'],
    ['\u{e0001}', '\\u{e0001}'],
    ['\u{10ffff}', '\\u{10ffff}'],
  ])('%j is Custom("%s")', (text, escaped) => {
    expect(reason(text)).toBe(`Custom("${escaped}")`);
  });
});

describe('other reasons (spec 08 §3.1)', () => {
  it('a payment of one cent is too small to split', () => {
    const simulation = simulate({
      banks: { A: { policy: inline({ payment_tree: action('Split', { num_splits: 2 }) }) }, B: {} },
      scenario_events: [payment(0, 'A', 'B', 1)],
    });
    simulation.tick();
    expect([...simulation.events].flatMap((event) => (event.event_type === 'PolicyHold' ? [event.reason] : []))).toEqual([
      'AmountTooSmallToSplit',
    ]);
  });

  it('a release over budget is refused', () => {
    const simulation = simulate({
      banks: {
        A: {
          opening_balance: 100,
          policy: inline({
            payment_tree: action('Release'),
            bank_tree: action('SetReleaseBudget', { max_value_to_release: 50 }),
          }),
        },
        B: {},
      },
      scenario_events: [payment(0, 'A', 'B', 40), payment(0, 'A', 'B', 20), payment(0, 'A', 'B', 10)],
    });
    simulation.tick();
    expect(
      [...simulation.events].flatMap((event) => (event.event_type === 'PolicyHold' ? [[event.tx_id, event.reason]] : [])),
    ).toEqual([['T00000002', 'BudgetExhausted']]);
  });

  it('a payment of the own queue cannot be taken from the central one', () => {
    expect(reasons(action('WithdrawFromRtgs'))).toEqual([
      'WithdrawFromRtgs failed: Settlement error: Transaction T00000001 not found in RTGS Queue 2',
    ]);
  });
});
