import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCodePoint } from '@simcash/protocol';
import { HOLD, inline, when, action, compute } from './support/policies.js';
import { payment, simulate } from './support/scenarios.js';
import './support/seed.js';

/** Below U+FFEE as a code unit, above it as a code point. */
const BEYOND_BMP = '\u{1f3e6}';
const FULL_WIDTH = '\uff21';

describe('the order of ids (spec 01 §6.1)', () => {
  it('is that of code points', () => {
    const ids = ['BANK_2', 'bank', 'BANK_10', '_', 'Bank', BEYOND_BMP, FULL_WIDTH, 'é', 'BANK', ''];
    expect([...ids].sort(byCodePoint)).toEqual([
      '',
      'BANK',
      'BANK_10',
      'BANK_2',
      'Bank',
      '_',
      'bank',
      'é',
      FULL_WIDTH,
      BEYOND_BMP,
    ]);
  });

  it('is that of UTF-8 bytes', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('a', 'é', FULL_WIDTH, BEYOND_BMP, '\ue000', '\u{10ffff}') }),
    );
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(Math.sign(byCodePoint(a, b))).toBe(Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('banks', () => {
  const ids = [BEYOND_BMP, 'b', FULL_WIDTH, 'B'];
  const inOrder = ['B', 'b', FULL_WIDTH, BEYOND_BMP];

  it('are listed and act by id, whatever their order in the scenario', () => {
    const simulation = simulate({
      banks: Object.fromEntries(ids.map((id) => [id, { opening_balance: 10 }])),
      scenario_events: ids.map((id) => payment(0, id, 'B', 1)),
    });
    expect(simulation.agentIds).toEqual(inOrder);
    simulation.tick();
    const submissions = [...simulation.events].flatMap((event) => (event.event_type === 'PolicySubmit' ? [event.agent_id] : []));
    expect(submissions).toEqual(inOrder);
  });

  it('are receivers in the order of the scenario', () => {
    const config = {
      rate_per_tick: 4,
      amount_distribution: { type: 'Uniform', min: 1, max: 9 },
      // Without any weight the first candidate is taken.
      counterparty_weights: { [FULL_WIDTH]: 0, B: 0, [BEYOND_BMP]: 0, b: 1 },
      deadline_range: [1, 2],
    };
    const simulation = simulate({
      banks: Object.fromEntries(ids.map((id) => [id, id === 'b' ? { policy: HOLD, arrival_config: config } : {}])),
    });
    simulation.run({ untilTick: 3 });
    const receivers = new Set(simulation.transactions().map(({ receiver_id }) => receiver_id));
    expect(receivers).toEqual(new Set([BEYOND_BMP]));
  });

  it('have their policies listed in the order of the scenario', () => {
    const simulation = simulate({ banks: Object.fromEntries(ids.map((id) => [id, {}])) });
    expect(simulation.agentPolicies().map(({ agent_id }) => agent_id)).toEqual(ids);
  });
});

describe('state registers', () => {
  const set = (key: string): ReturnType<typeof action> => action('SetState', { key: `bank_state_${key}`, value: 1 });

  it('are listed and reset by key', () => {
    const simulation = simulate({
      simulation: { ticks_per_day: 4 },
      banks: {
        A: {
          policy: inline({
            payment_tree: action('Hold'),
            bank_tree: when(
              'current_tick',
              '==',
              0,
              set(BEYOND_BMP),
              when(compute('current_tick', '+', 0), '==', 1, set(FULL_WIDTH), set('a')),
            ),
          }),
        },
      },
    });
    simulation.run({ untilTick: 3 });
    const keys = ['a', FULL_WIDTH, BEYOND_BMP].map((key) => `bank_state_${key}`);
    expect(simulation.agentRegisters('A').map(([key]) => key)).toEqual(keys);
    simulation.tick();
    const resets = simulation.events
      .ofTick(3)
      .flatMap((event) => (event.event_type === 'StateRegisterSet' && event.reason === 'eod_reset' ? [event.register_key] : []));
    expect(resets).toEqual(keys);
  });
});
