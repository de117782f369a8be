import * as fc from 'fast-check';
import { INSTANCES } from './golden.js';

/** Small random scenarios and designs. Banks are poor for what they have to pay, so queues and sets really occur. */

export interface SmallBank {
  id: string;
  opening_balance: number;
  unsecured_cap?: number;
  limits?: { bilateral_limits?: Record<string, number>; multilateral_limit?: number };
  policy: unknown;
}

export interface SmallPayment {
  type: 'CustomTransactionArrival';
  from_agent: string;
  to_agent: string;
  amount: number;
  priority: number;
  deadline: number;
  schedule: { type: 'OneTime'; tick: number };
}

export interface Small {
  simulation: { ticks_per_day: number; num_days: number; rng_seed: number };
  agents: SmallBank[];
  scenario_events: SmallPayment[];
  deferred_crediting?: boolean;
  settlement?: unknown;
}

export type Block = Record<string, unknown> & { runs?: unknown; limits?: 'gross' | 'net' };

const FIFO = { type: 'Fifo' };
/** Declares RTGS priorities: 8–10 highly urgent, 4–7 urgent. */
const DECLARE = (
  INSTANCES.find((instance) => (instance as { policy?: string }).policy === 'declare')!.scenario as { agents: SmallBank[] }
).agents[0]!.policy;

const BANKS = ['A', 'B', 'C', 'D'];
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true });
const sometimes = <T>(value: fc.Arbitrary<T>, weight = 1): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight, arbitrary: value });

/** What a scenario may have. */
export interface SmallOptions {
  banks?: { min: number; max: number };
  payments?: { min: number; max: number };
  maxTicks?: number;
  maxDays?: number;
  limits?: 'none' | 'multilateral' | 'all';
  /** Payments of a bank to itself. */
  self?: boolean;
  deferred?: boolean;
  declares?: boolean;
}

const rawBank = record({
  balance: fc.integer({ min: -3, max: 25 }),
  cap: sometimes(fc.nat({ max: 15 })),
  bilateral: sometimes(record({ to: fc.nat({ max: 3 }), cents: fc.nat({ max: 40 }) })),
  multilateral: sometimes(fc.nat({ max: 60 })),
});

const rawPayment = record({
  from: fc.nat({ max: 3 }),
  step: fc.integer({ min: 1, max: 3 }),
  self: fc.nat({ max: 9 }),
  amount: fc.integer({ min: 1, max: 20 }),
  priority: fc.nat({ max: 10 }),
  tick: fc.nat({ max: 7 }),
});

export function small(options: SmallOptions = {}): fc.Arbitrary<Small> {
  const { banks = { min: 2, max: 4 }, payments = { min: 0, max: 12 }, limits = 'all', maxDays = 2, maxTicks = 4 } = options;
  return record({
    ticks: fc.integer({ min: 1, max: maxTicks }),
    days: fc.integer({ min: 1, max: maxDays }),
    banks: fc.array(rawBank, { minLength: banks.min, maxLength: banks.max }),
    payments: fc.array(rawPayment, { minLength: payments.min, maxLength: payments.max }),
    deferred: options.deferred ? fc.boolean() : fc.constant(false),
    declares: options.declares ? fc.boolean() : fc.constant(false),
  }).map((raw) => {
    const count = raw.banks.length;
    return {
      simulation: { ticks_per_day: raw.ticks, num_days: raw.days, rng_seed: 1 },
      agents: raw.banks.map((bank, i) => {
        const { bilateral, cap, multilateral } = bank;
        const to = bilateral && BANKS[bilateral.to % count];
        const bilateralLimits = limits === 'all' && to && to !== BANKS[i] ? { [to]: bilateral.cents } : undefined;
        const multilateralLimit = limits === 'none' ? undefined : multilateral;
        return {
          id: BANKS[i]!,
          opening_balance: bank.balance,
          policy: raw.declares ? DECLARE : FIFO,
          ...(cap === undefined ? {} : { unsecured_cap: cap }),
          ...(bilateralLimits || multilateralLimit !== undefined
            ? {
                limits: {
                  ...(bilateralLimits ? { bilateral_limits: bilateralLimits } : {}),
                  ...(multilateralLimit === undefined ? {} : { multilateral_limit: multilateralLimit }),
                },
              }
            : {}),
        };
      }),
      scenario_events: raw.payments.map(({ amount, from, priority, self, step, tick }) => {
        const isSelf = options.self === true && self === 0;
        const shift = isSelf ? 0 : 1 + ((step - 1) % (count - 1));
        return {
          type: 'CustomTransactionArrival' as const,
          from_agent: BANKS[from % count]!,
          to_agent: BANKS[(from + shift) % count]!,
          amount,
          priority,
          deadline: 50,
          schedule: { type: 'OneTime' as const, tick: tick % (raw.ticks * raw.days) },
        };
      }),
      ...(raw.deferred ? { deferred_crediting: true } : {}),
    };
  });
}

const refill = {
  refill_order: fc.constantFrom('queue', 'value', 'priority'),
  max_chain: fc.integer({ min: 1, max: 4 }),
};
const untilStable = fc.constantFrom<unknown>(1, 2, 'until_stable');

const algorithm: fc.Arbitrary<{ type: string }> = fc.oneof(
  record({ type: fc.constant('retry'), passes: untilStable }),
  record({ type: fc.constant('bilateral') }),
  record({ type: fc.constant('bilateral_subset'), max_partners: fc.integer({ min: 1, max: 4 }), test_alone: fc.boolean() }),
  record({ type: fc.constant('bilateral_fifo'), heads: fc.constantFrom('bank', 'pair') }),
  record({ type: fc.constant('bilateral_partial') }),
  record({
    type: fc.constant('rings'),
    max_length: fc.integer({ min: 3, max: 5 }),
    max_attempts: fc.integer({ min: 1, max: 6 }),
    max_queue: fc.constantFrom<unknown>(4, 100, 'unlimited'),
    edges: fc.constantFrom('all', 'one'),
  }),
  record({ type: fc.constant('multilateral'), on_shortfall: fc.constantFrom('carry', 'drop', 'exclude', 'unwind') }),
  record({
    type: fc.constant('partial_netting'),
    drop: fc.constantFrom('last', 'best_fit'),
    refill: fc.constantFrom('none', 'single', 'chain'),
    ...refill,
  }),
  record({ type: fc.constant('search'), max_starts: fc.integer({ min: 1, max: 30 }), ...refill }),
  record({ type: fc.constant('receipt_reactive'), window: fc.constantFrom<unknown>('day', 1, 2) }),
  record({
    type: fc.constant('optimal'),
    objective: fc.constantFrom('value', 'number'),
    node_limit: fc.constantFrom(1, 20, 200_000),
  }),
);

const CLASSES = ['highly_urgent', 'urgent', 'normal'];
const perClass = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof(value, record({ highly_urgent: value, urgent: value, normal: value }));

const when: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constant('every_tick') },
  { weight: 1, arbitrary: fc.constant('end_of_day') },
  { weight: 1, arbitrary: fc.constantFrom({ every: 2 }, { every: 3, offset: 1 }, { ticks: [0] }, { times_per_day: 2 }) },
);

const run = record({
  when,
  classes: fc.oneof(
    { weight: 3, arbitrary: fc.constant<unknown>('all') },
    { weight: 1, arbitrary: fc.subarray(CLASSES, { minLength: 1 }) },
  ),
  repeat: untilStable,
  retry_after: fc.boolean(),
  algorithms: fc.array(algorithm, { minLength: 1, maxLength: 3 }),
});

/** A random block; every combination of its parts is valid in every small scenario. */
export const design: fc.Arbitrary<Block> = record<Block>({
  entry: record({
    gross: perClass(fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) })),
    offset: fc.constantFrom('none', 'none', 'first', 'head', 'head_or_inflow'),
  }),
  queue: record({
    priority: fc.constantFrom('none', 'rtgs', 'internal', 'internal'),
    urgent_receivers: fc.constantFrom<string[]>([], [], ['A'], ['B']),
    discipline: perClass(fc.constantFrom('bypass', 'class_bypass', 'strict')),
  }),
  limits: fc.constantFrom('gross', 'net'),
  reservations: fc.constantFrom<unknown[]>(
    [],
    [],
    [{ class: 'highly_urgent', amount: 4 }],
    [
      { class: 'highly_urgent', fraction: 0.3, mode: 'consumed' },
      { class: 'urgent', amount: 3, agents: ['A'] },
    ],
    [{ class: 'urgent', fraction: 0.5, mode: 'consumed' }],
  ),
  runs: fc.array(run, { minLength: 1, maxLength: 3 }),
  report: fc.constantFrom('changes', 'all'),
});

/** A scenario with a design. */
export const designed = (options: SmallOptions = {}): fc.Arbitrary<Small> =>
  fc
    .tuple(small({ deferred: true, self: true, declares: true, ...options }), design)
    .map(([scenario, settlement]) => ({ ...scenario, settlement }));
