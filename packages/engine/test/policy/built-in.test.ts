import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyConfig, Simulation } from '../../src/index.js';
import { builtInPolicy } from '../../src/policy/built-in.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { validatePolicy } from '../../src/policy/validate.js';
import { RELEASE, paying } from './support/documents.js';
import { eventsOf, pair, pay, simulate } from './support/simulations.js';
import '../support/seed.js';

type BuiltIn = Exclude<PolicyConfig, { type: 'FromJson' }>;

/** What the tables of spec 06 §9 look at. */
interface Situation {
  current_tick: number;
  deadline_tick: number;
  amount: number;
  remaining_amount: number;
  balance: number;
  effective_liquidity: number;
}

/** The decision tables of spec 06 §9: the first row that fits decides. */
function decisionOf(config: BuiltIn, s: Situation): string {
  const ticksToDeadline = s.deadline_tick - s.current_tick;
  switch (config.type) {
    case 'Fifo':
      return 'Release';
    case 'Deadline':
      if (s.deadline_tick <= s.current_tick) return 'Drop';
      if (ticksToDeadline <= config.urgency_threshold) return 'Release';
      return `Hold NearDeadline { ticks_remaining: ${Math.max(ticksToDeadline, 0)} }`;
    case 'LiquidityAware': {
      const { target_buffer: T, urgency_threshold: U } = config;
      if (s.deadline_tick <= s.current_tick) return 'Drop';
      if (ticksToDeadline <= U && s.effective_liquidity >= s.remaining_amount) return 'Release';
      if (ticksToDeadline <= U) return 'Hold InsufficientLiquidity';
      if (T === 0 && s.effective_liquidity >= s.remaining_amount) return 'Release';
      if (T === 0) return 'Hold InsufficientLiquidity';
      if (s.balance - s.remaining_amount < T) return 'Hold InsufficientLiquidity';
      return 'Release';
    }
    case 'LiquiditySplitting':
      if (s.deadline_tick <= s.current_tick) return 'Drop';
      if (s.balance >= s.amount) return 'Release';
      if (s.balance > 0 && ticksToDeadline <= 5) return split(s.amount, config.max_splits);
      if (s.balance > 0) return split(s.amount, 2);
      return 'Hold InsufficientLiquidity';
    case 'MockSplitting':
      return split(s.amount, config.num_splits);
  }
}

/** Never more parts than cents; a single cent is held. */
const split = (amount: number, parts: number): string =>
  Math.min(amount, parts) < 2 ? 'Hold AmountTooSmallToSplit' : `Split ${Math.min(amount, parts)}`;

/** What was decided about each payment in a tick, as its events tell. */
function decided(simulation: Simulation, tick: number): Map<string, string> {
  const found = new Map<string, string>();
  for (const event of simulation.events.ofTick(tick)) {
    if (!('agent_id' in event) || event.agent_id !== 'A') continue;
    if (event.event_type === 'PolicySubmit') found.set(event.tx_id, 'Release');
    else if (event.event_type === 'PolicyHold') found.set(event.tx_id, `Hold ${event.reason}`);
    else if (event.event_type === 'PolicyDrop') found.set(event.tx_id, 'Drop');
    else if (event.event_type === 'PolicySplit') found.set(event.tx_id, `Split ${event.num_splits}`);
  }
  return found;
}

/** Runs a tick and compares every decision of bank A with the table, for the state before the tick. */
function checkTick(simulation: Simulation, config: BuiltIn, seen: Set<string>): void {
  const { balance, credit_used, unsecured_cap } = simulation.agent('A');
  const tick = simulation.currentTick;
  const expected = new Map<string, string>();
  for (const id of simulation.queue1('A')) {
    const { amount, deadline_tick, remaining_amount } = simulation.transaction(id)!;
    const effective_liquidity = balance + (unsecured_cap - credit_used);
    expected.set(
      id,
      decisionOf(config, { current_tick: tick, deadline_tick, amount, remaining_amount, balance, effective_liquidity }),
    );
  }
  simulation.tick();
  expect(decided(simulation, tick)).toEqual(expected);
  for (const decision of expected.values()) seen.add(decision.replace(/\d+/, 'n'));
}

const threshold = fc.integer({ min: 0, max: 12 });
const CONFIGS: [BuiltIn['type'], fc.Arbitrary<BuiltIn>, decisions: string[]][] = [
  ['Fifo', fc.constant<BuiltIn>({ type: 'Fifo' }), ['Release']],
  [
    'Deadline',
    fc.record({ type: fc.constant('Deadline' as const), urgency_threshold: threshold }),
    ['Drop', 'Release', 'Hold NearDeadline { ticks_remaining: n }'],
  ],
  [
    'LiquidityAware',
    fc.record({
      type: fc.constant('LiquidityAware' as const),
      target_buffer: fc.oneof(fc.constant(0), fc.integer({ min: -300, max: 1_500 })),
      urgency_threshold: threshold,
    }),
    ['Drop', 'Release', 'Hold InsufficientLiquidity'],
  ],
  [
    'LiquiditySplitting',
    fc.record({
      type: fc.constant('LiquiditySplitting' as const),
      max_splits: fc.integer({ min: 2, max: 10 }),
      min_split_amount: fc.integer({ min: 1, max: 100_000 }),
    }),
    ['Drop', 'Release', 'Split n', 'Hold InsufficientLiquidity'],
  ],
  [
    'MockSplitting',
    fc.record({ type: fc.constant('MockSplitting' as const), num_splits: fc.integer({ min: 2, max: 10 }) }),
    ['Split n', 'Hold AmountTooSmallToSplit'],
  ],
];

const order = fc.record({
  amount: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2_500 })),
  ahead: fc.integer({ min: 1, max: 14 }),
  back: fc.boolean(),
});

describe.each(CONFIGS)('%s', (type, configs, possible) => {
  const seen = new Set<string>();

  it('decides as its table says in random situations', () => {
    fc.assert(
      fc.property(
        configs,
        fc.integer({ min: -1_000, max: 3_000 }),
        fc.nat(1_500),
        fc.nat(500),
        fc.array(fc.record({ orders: fc.array(order, { maxLength: 3 }), takeBack: fc.nat(3) }), { minLength: 6, maxLength: 14 }),
        (config, balance, cap, posted, ticks) => {
          const simulation = pair(config, { balance, cap, posted }, { num_days: 20 });
          let takenBack = 0;
          for (const { orders, takeBack } of ticks) {
            for (const { ahead, amount, back } of orders) {
              pay(simulation, back ? 'B' : 'A', back ? 'A' : 'B', amount, { deadline: simulation.currentTick + ahead });
            }
            // Payments that come back from the central queue are decided again, some of them late.
            const queued = simulation.queue2().filter((id) => simulation.transaction(id)!.sender_id === 'A');
            if (takeBack === 0) queued.slice(0, 2).forEach((id) => (simulation.withdrawFromRtgs(id), takenBack++));
            checkTick(simulation, config, seen);
          }
          // No built-in policy acts on the central queue.
          expect(eventsOf(simulation, 'RtgsWithdrawal')).toHaveLength(takenBack);
          expect(eventsOf(simulation, 'RtgsResubmission')).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('has been seen in every row', () => {
    expect([...seen].sort()).toEqual([...possible].sort());
  });

  it('is a valid document with a payment tree and its parameters', () => {
    fc.assert(
      fc.property(configs, (config) => {
        const document = parsePolicy(JSON.stringify(builtInPolicy(config)));
        expect(validatePolicy(document).errors).toEqual([]);
        const { type: _, ...parameters } = config;
        expect(document.parameters ?? {}).toEqual(parameters);
        expect(document.payment_tree).toBeTruthy();
        expect(
          [document.bank_tree, document.strategic_collateral_tree, document.end_of_tick_collateral_tree].every((tree) => !tree),
        ).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('has its name', () => {
    const names = {
      Fifo: 'fifo_policy',
      Deadline: 'deadline_policy',
      LiquidityAware: 'liquidity_aware_policy',
      LiquiditySplitting: 'liquidity_splitting_policy',
      MockSplitting: 'mock_splitting_policy',
    };
    expect(builtInPolicy(fc.sample(configs, 1)[0]!).policy_id).toBe(names[type]);
  });
});

describe('rows of the tables', () => {
  /** The decision about one payment of `amount` due in `ahead` ticks, `waits` ticks after its submission. */
  function decision(
    config: BuiltIn,
    { amount = 100, balance = 0, cap = 0, ahead = 20 }: { amount?: number; balance?: number; cap?: number; ahead?: number },
  ): string {
    const simulation = pair(config, { balance, cap });
    const id = pay(simulation, 'A', 'B', amount, { deadline: ahead });
    simulation.tick();
    return decided(simulation, 0).get(id)!;
  }

  it('Fifo releases whatever happens', () => {
    expect(decision({ type: 'Fifo' }, { amount: 1_000_000 })).toBe('Release');
  });

  it('Deadline releases within the threshold', () => {
    const deadline = (urgency_threshold: number, ahead: number): string =>
      decision({ type: 'Deadline', urgency_threshold }, { ahead });
    expect([deadline(5, 6), deadline(5, 5), deadline(5, 1)]).toEqual([
      'Hold NearDeadline { ticks_remaining: 6 }',
      'Release',
      'Release',
    ]);
  });

  it('Deadline drops at the deadline itself', () => {
    const simulation = pair({ type: 'Deadline', urgency_threshold: 0 });
    const id = pay(simulation, 'A', 'B', 100, { deadline: 2 });
    simulation.run({ untilTick: 3 });
    expect([0, 1, 2].map((tick) => decided(simulation, tick).get(id))).toEqual([
      'Hold NearDeadline { ticks_remaining: 2 }',
      'Hold NearDeadline { ticks_remaining: 1 }',
      'Drop',
    ]);
  });

  it.each([
    // buffer, urgency, ahead, balance, cap → decision about a payment of 100
    [50, 5, 5, 100, 0, 'Release'],
    [50, 5, 5, 99, 0, 'Hold InsufficientLiquidity'],
    [50, 5, 5, 0, 100, 'Release'],
    [50, 5, 6, 150, 0, 'Release'],
    [50, 5, 6, 149, 1_000, 'Hold InsufficientLiquidity'],
    [0, 5, 6, 0, 100, 'Release'],
    [0, 5, 6, 0, 99, 'Hold InsufficientLiquidity'],
    [0, 5, 6, -50, 199, 'Hold InsufficientLiquidity'], // −50 + (199 − 50): used credit counts twice
    [0, 5, 6, -50, 200, 'Release'],
  ] as [number, number, number, number, number, string][])(
    'LiquidityAware: buffer %d, urgent %d, due in %d, balance %d, cap %d: %s',
    (target_buffer, urgency_threshold, ahead, balance, cap, expected) => {
      expect(decision({ type: 'LiquidityAware', target_buffer, urgency_threshold }, { ahead, balance, cap })).toBe(expected);
    },
  );

  it.each([
    // balance, ahead, amount → decision with at most 4 parts
    [100, 20, 100, 'Release'],
    [99, 6, 100, 'Split 2'],
    [99, 5, 100, 'Split 4'],
    [1, 5, 3, 'Split 3'],
    [0, 5, 100, 'Hold InsufficientLiquidity'],
    [-5, 20, 100, 'Hold InsufficientLiquidity'],
  ] as [number, number, number, string][])(
    'LiquiditySplitting: balance %d, due in %d, amount %d: %s',
    (balance, ahead, amount, expected) => {
      expect(
        decision(
          { type: 'LiquiditySplitting', max_splits: 4, min_split_amount: 1_000_000 },
          { ahead, amount, balance, cap: 10_000 },
        ),
      ).toBe(expected);
    },
  );

  it('MockSplitting splits always, a cent never', () => {
    expect(decision({ type: 'MockSplitting', num_splits: 7 }, { amount: 100 })).toBe('Split 7');
    expect(decision({ type: 'MockSplitting', num_splits: 7 }, { amount: 5 })).toBe('Split 5');
    expect(decision({ type: 'MockSplitting', num_splits: 7 }, { amount: 1 })).toBe('Hold AmountTooSmallToSplit');
  });

  it('their parameters are those of the scenario, bank by bank', () => {
    const simulation = simulate([
      { id: 'A', balance: 10_000, policy: { type: 'Deadline', urgency_threshold: 3 } },
      { id: 'B', balance: 10_000, policy: { type: 'Deadline', urgency_threshold: 8 } },
      { id: 'C', policy: paying(RELEASE) },
    ]);
    pay(simulation, 'A', 'C', 5, { deadline: 6 });
    const id = pay(simulation, 'B', 'C', 5, { deadline: 6 });
    simulation.tick();
    expect(eventsOf(simulation, 'PolicySubmit').map(({ tx_id }) => tx_id)).toEqual([id]);
  });

  it('are read back as they were given, in configuration order', () => {
    const configs = CONFIGS.map(([type, arbitrary]) => [type, fc.sample(arbitrary, 1)[0]!] as const).reverse();
    const simulation = simulate(configs.map(([id, policy]) => ({ id, policy })));
    expect(simulation.agentPolicies()).toEqual(configs.map(([agent_id, policy_config]) => ({ agent_id, policy_config })));
  });
});
