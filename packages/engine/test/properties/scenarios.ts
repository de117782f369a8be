import * as fc from 'fast-check';
import { policyDocument, type Json, type PolicyDocument } from './policies.js';

/**
 * Random valid scenario documents in the shape of scenario files, and calls between ticks.
 *
 * Banks are poor for what they have to pay, so queues, offsets and rings really occur. Raw values name banks by position and are
 * made consistent afterwards, so that a failing scenario shrinks to a small one.
 */

export interface AgentDocument {
  id: string;
  opening_balance: number;
  unsecured_cap?: number;
  policy?: { type: string; [key: string]: unknown };
  arrival_config?: ArrivalDocument;
  arrival_bands?: Partial<Record<'urgent' | 'normal' | 'low', BandDocument>>;
  posted_collateral?: number;
  collateral_haircut?: number;
  max_collateral_capacity?: number;
  liquidity_pool?: number;
  liquidity_allocation_fraction?: number;
  limits?: { bilateral_limits?: Record<string, number>; multilateral_limit?: number };
}

export interface AmountDocument {
  type: 'Uniform' | 'Normal' | 'LogNormal' | 'Exponential';
  min?: number;
  max?: number;
  mean?: number;
  std_dev?: number;
  lambda?: number;
}

export interface PriorityDocument {
  type: 'Fixed' | 'Categorical' | 'Uniform';
  value?: number;
  values?: number[];
  weights?: number[];
  min?: number;
  max?: number;
}

export interface ArrivalDocument {
  rate_per_tick: number;
  amount_distribution: AmountDocument;
  counterparty_weights: Record<string, number>;
  deadline_range: [number, number];
  priority?: number;
  priority_distribution?: PriorityDocument;
}

export interface BandDocument {
  rate_per_tick: number;
  amount_distribution: AmountDocument;
  deadline_offset_min: number;
  deadline_offset_max: number;
  counterparty_weights?: Record<string, number>;
}

export type PenaltyDocument = number | { mode: 'fixed'; amount: number } | { mode: 'rate'; bps_per_event: number };

export interface CostDocument {
  overdraft_bps_per_tick?: number;
  delay_cost_per_tick_per_cent?: number;
  collateral_cost_per_tick_bps?: number;
  liquidity_cost_per_tick_bps?: number;
  eod_penalty?: PenaltyDocument;
  deadline_penalty?: PenaltyDocument;
  split_friction_cost?: number;
  overdue_delay_multiplier?: number;
  priority_delay_multipliers?: { urgent_multiplier?: number; normal_multiplier?: number; low_multiplier?: number };
}

export type ScheduleDocument = { type: 'OneTime'; tick: number } | { type: 'Repeating'; start_tick: number; interval: number };

export type EventDocument = { schedule: ScheduleDocument } & (
  | { type: 'DirectTransfer'; from_agent: string; to_agent: string; amount: number }
  | {
      type: 'CustomTransactionArrival';
      from_agent: string;
      to_agent: string;
      amount: number;
      priority?: number;
      deadline?: number;
      is_divisible?: boolean;
    }
  | { type: 'CollateralAdjustment'; agent: string; delta: number }
  | { type: 'GlobalArrivalRateChange'; multiplier: number }
  | { type: 'AgentArrivalRateChange'; agent: string; multiplier: number }
  | { type: 'CounterpartyWeightChange'; agent: string; counterparty: string; new_weight: number; auto_balance_others?: boolean }
  | { type: 'DeadlineWindowChange'; min_ticks_multiplier?: number; max_ticks_multiplier?: number }
  | { type: 'ScheduledSettlement'; from_agent: string; to_agent: string; amount: number }
  | StressDocument
);

/** Until when a stress event is in force; to the end of the run with neither. */
export interface WindowDocument {
  until_tick?: number;
  ticks?: number;
}

export interface ReactionDocument {
  after_ticks?: number;
  exposure?: number;
  banks?: 'all' | string[];
  central_queue?: 'keep' | 'withdraw';
}

export type StressDocument = WindowDocument &
  (
    | {
        type: 'ParticipantOutage';
        agent: string;
        incoming?: 'accept' | 'block';
        central_queue?: 'process' | 'freeze';
        reaction?: ReactionDocument;
      }
    | { type: 'SystemOutage' }
    | {
        type: 'LiquidityShock';
        agent: string;
        balance_delta?: number;
        balance_factor?: number;
        unsecured_cap_delta?: number;
        posted_collateral_delta?: number;
        collateral_haircut?: number;
      }
    | { type: 'PaymentDelay'; agent: string; delay_ticks: number; receiver?: string; min_amount?: number }
  );

export interface ScenarioDocument {
  simulation: { ticks_per_day: number; num_days: number; rng_seed: number; rng?: string };
  agents: AgentDocument[];
  cost_rates?: CostDocument;
  lsm_config?: { enable_bilateral?: boolean; enable_cycles?: boolean; max_cycle_length?: number; max_cycles_per_tick?: number };
  scenario_events?: EventDocument[];
  deferred_crediting?: boolean;
  deadline_cap_at_eod?: boolean;
  queue1_ordering?: string;
  priority_mode?: boolean;
  priority_escalation?: { enabled?: boolean; curve?: string; start_escalating_at_ticks?: number; max_boost?: number };
  algorithm_sequencing?: boolean;
  random_streams?: 'per_bank' | undefined;
  entry_disposition_offsetting?: boolean;
  eod_rush_threshold?: number;
  daily_liquidity_reallocation?: boolean;
  end_of_day?: { unsettled: 'carry' | 'cancel' };
}

/**
 * A call between ticks, made before the tick with the given number. `pick` chooses among what is there then; `revive` resubmits a
 * payment that its policy has dropped.
 */
export type Call = { before_tick: number } & (
  | { call: 'submit'; sender: string; receiver: string; amount: number; due_in: number; priority: number; rtgs_priority?: string }
  | { call: 'withdraw'; pick: number }
  | { call: 'resubmit'; pick: number; rtgs_priority: string }
  | { call: 'revive'; pick: number; rtgs_priority: string }
  | { call: 'post_collateral'; agent: string; amount: number }
  | { call: 'withdraw_collateral'; agent: string; amount: number | 'all' }
  | { call: 'update_policy'; agent: string; policy: PolicyDocument }
);

export interface Workload {
  scenario: ScenarioDocument;
  calls: Call[];
}

/** Ids whose order by code point is neither that of the list, nor by UTF-16 units, nor by locale. */
const BANK_IDS = ['A', 'B', 'C', 'BANK_10', 'BANK_2', 'b', '_x', 'é', '\u{1F3E6}', '\uFF21', 'the bank', '10'];

const RTGS_PRIORITIES = ['HighlyUrgent', 'Urgent', 'Normal'];

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true });
const partial = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record(model, { noNullPrototype: true, requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;
const nothing = fc.constant(undefined);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ withCrossShrink: true }, { weight: 2, arbitrary: nothing }, { weight: 1, arbitrary });
const often = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ withCrossShrink: true }, { weight: 1, arbitrary: nothing }, { weight: 3, arbitrary });
const position = fc.nat({ max: 11 });
const tick = fc.nat({ max: 46 });

/** Few different amounts, so that equal ones are frequent. */
const cents = fc.oneof(
  fc.integer({ min: 1, max: 8 }).map((n) => n * 50),
  fc.integer({ min: 1, max: 999 }),
);

/** An object without the members that are undefined. */
function present<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

const amounts: fc.Arbitrary<AmountDocument> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))
    .map(([min, more]): AmountDocument => ({ type: 'Uniform', min, max: min + more })),
  fc
    .tuple(fc.integer({ min: -50, max: 400 }), fc.integer({ min: 1, max: 200 }))
    .map(([mean, std_dev]): AmountDocument => ({ type: 'Normal', mean, std_dev })),
  fc
    .tuple(fc.constantFrom(0.5, 20, 150.5, 300), fc.constantFrom(0.5, 40, 250.25))
    .map(([mean, std_dev]): AmountDocument => ({ type: 'LogNormal', mean, std_dev })),
  fc.constantFrom(0.005, 0.02, 1.5).map((lambda): AmountDocument => ({ type: 'Exponential', lambda })),
);

const weight = fc.constantFrom(0, 0.5, 1, 2, 7.25, -0.5);

const priorities: fc.Arbitrary<PriorityDocument> = fc.oneof(
  fc.nat({ max: 10 }).map((value): PriorityDocument => ({ type: 'Fixed', value })),
  fc.array(fc.tuple(fc.nat({ max: 10 }), weight), { minLength: 1, maxLength: 4 }).map((entries): PriorityDocument => ({
    type: 'Categorical',
    values: entries.map(([v]) => v),
    weights: positiveSum(entries.map(([, w]) => w)),
  })),
  fc
    .tuple(fc.nat({ max: 10 }), fc.nat({ max: 10 }))
    .map(([x, y]): PriorityDocument => ({ type: 'Uniform', min: Math.min(x, y), max: Math.max(x, y) })),
);

function positiveSum(weights: number[]): number[] {
  return weights.reduce((sum, w) => sum + w, 0) > 0 ? weights : weights.map(() => 1);
}

const rate = fc.constantFrom(0, 0.1, 0.3, 0.5, 0.8, 1.2);
const rawWeights = fc.array(fc.tuple(position, weight), { minLength: 1, maxLength: 5 });
const offsets = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.nat({ max: 8 }));

const rawSingle = record({
  rate,
  amounts,
  weights: rawWeights,
  offsets,
  priority: sometimes(fc.nat({ max: 10 })),
  priorities: sometimes(priorities),
});
const rawBand = record({ rate, amounts, weights: fc.option(rawWeights, { freq: 2, nil: undefined }), offsets });

/** What brings payments to a bank: nothing, one stream, or bands. */
const rawArrivals = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: rawSingle.map((single) => ({ single })) },
  { weight: 2, arbitrary: partial({ urgent: rawBand, normal: rawBand, low: rawBand }).map((bands) => ({ bands })) },
);

const threshold = fc.integer({ min: 1, max: 8 });

/** Policies of scenario files: the built-in ones and documents written into the scenario. */
function policy(documents: fc.Arbitrary<PolicyDocument>): fc.Arbitrary<AgentDocument['policy']> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 2, arbitrary: nothing },
    { weight: 1, arbitrary: fc.constant({ type: 'Fifo' }) },
    { weight: 1, arbitrary: threshold.map((urgency_threshold) => ({ type: 'Deadline', urgency_threshold })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(0, 50, 400), threshold)
        .map(([target_buffer, urgency_threshold]) => ({ type: 'LiquidityAware', target_buffer, urgency_threshold })),
    },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 2, max: 10 })
        .map((max_splits) => ({ type: 'LiquiditySplitting', max_splits, min_split_amount: 100 })),
    },
    { weight: 1, arbitrary: fc.integer({ min: 2, max: 10 }).map((num_splits) => ({ type: 'MockSplitting', num_splits })) },
    { weight: 6, arbitrary: documents.map((decision_trees) => ({ type: 'Inline', decision_trees })) },
    { weight: 1, arbitrary: documents.map((document) => ({ type: 'InlineJson', json_string: JSON.stringify(document) })) },
  );
}

const rawAgent = (options: ScenarioOptions) =>
  record({
    id: fc.constantFrom(...BANK_IDS),
    opening_balance: fc.oneof(fc.constantFrom(0, 100, 200), fc.integer({ min: -300, max: 1200 })),
    unsecured_cap: often(fc.oneof(fc.constantFrom(0, 100), fc.nat({ max: 500 }))),
    policy: options.policies === 'fifo' ? nothing : policy(policyDocument(BANK_IDS)),
    arrivals: options.arrivals === false ? fc.constant({}) : rawArrivals,
    posted_collateral: sometimes(fc.nat({ max: 600 })),
    collateral_haircut: sometimes(fc.constantFrom(0, 0.02, 0.1, 0.5, 0.999, 1)),
    max_collateral_capacity: sometimes(fc.nat({ max: 2000 })),
    liquidity_pool: sometimes(fc.nat({ max: 1001 })),
    liquidity_allocation_fraction: sometimes(fc.constantFrom(0, 0.1, 0.5, 1)),
    obedient: fc.constantFrom(true, true, false),
    limits: sometimes(
      partial({
        bilateral: fc.array(fc.tuple(position, fc.integer({ min: -10, max: 900 })), { maxLength: 3 }),
        multilateral: fc.integer({ min: -10, max: 2000 }),
      }),
    ),
  });

type RawAgent = ReturnType<typeof rawAgent> extends fc.Arbitrary<infer T> ? T : never;

const penalty: fc.Arbitrary<PenaltyDocument> = fc.oneof(
  fc.nat({ max: 500 }),
  fc.nat({ max: 500 }).map((amount) => ({ mode: 'fixed' as const, amount })),
  fc.constantFrom(0, 0.29, 12.5, 400, 20_000).map((bps_per_event) => ({ mode: 'rate' as const, bps_per_event })),
);

const multiplier = fc.constantFrom(0, 0.5, 1, 1.2345, 3);
const costRates = partial<Required<CostDocument>>({
  overdraft_bps_per_tick: fc.constantFrom(0, 0.0004, 0.3333, 8, 25.5),
  delay_cost_per_tick_per_cent: fc.constantFrom(0, 0.0000004, 0.0001, 0.00333, 0.1),
  collateral_cost_per_tick_bps: fc.constantFrom(0, 0.0002, 1.2345678, 40),
  liquidity_cost_per_tick_bps: fc.constantFrom(0, 0.0002, 0.8, 33.3),
  eod_penalty: penalty,
  deadline_penalty: penalty,
  split_friction_cost: fc.constantFrom(0, 1, 25),
  overdue_delay_multiplier: multiplier,
  priority_delay_multipliers: partial({
    urgent_multiplier: multiplier,
    normal_multiplier: multiplier,
    low_multiplier: multiplier,
  }),
});

/** Positive multipliers; repeated changes of one bank's rate or of deadlines compound, so those never grow. */
const changes = record({ once: fc.constantFrom(0.1, 0.5, 1, 1.4, 2), repeated: fc.constantFrom(0.5, 0.9, 1) });

const rawEvent = record({
  schedule: fc.oneof(
    tick.map((t): ScheduleDocument => ({ type: 'OneTime', tick: t })),
    fc
      .tuple(tick, fc.integer({ min: 1, max: 9 }))
      .map(([start_tick, interval]): ScheduleDocument => ({ type: 'Repeating', start_tick, interval })),
  ),
  type: fc.constantFrom<Exclude<EventDocument['type'], StressDocument['type']>>(
    'DirectTransfer',
    'CustomTransactionArrival',
    'CollateralAdjustment',
    'GlobalArrivalRateChange',
    'AgentArrivalRateChange',
    'CounterpartyWeightChange',
    'DeadlineWindowChange',
    'ScheduledSettlement',
  ),
  from: position,
  to: position,
  amount: cents,
  payment: partial({ priority: fc.nat({ max: 10 }), deadline: fc.integer({ min: 1, max: 20 }), is_divisible: fc.boolean() }),
  delta: fc.integer({ min: -400, max: 300 }),
  changes,
  weight: fc.constantFrom(0, 0.25, 1),
  which: fc.constantFrom<'min' | 'max' | 'both'>('min', 'max', 'both'),
  balance_others: sometimes(fc.boolean()),
});

type RawEvent = typeof rawEvent extends fc.Arbitrary<infer T> ? T : never;

const rawStress = record({
  type: fc.constantFrom<StressDocument['type']>(
    ...(['ParticipantOutage', 'ParticipantOutage', 'SystemOutage', 'LiquidityShock', 'PaymentDelay'] as const),
  ),
  start: fc.nat({ max: 20 }),
  length: fc.integer({ min: 1, max: 9 }),
  end: fc.constantFrom<'until_tick' | 'ticks' | 'open' | 'repeated'>('until_tick', 'ticks', 'ticks', 'open', 'repeated'),
  pause: fc.nat({ max: 3 }),
  bank: position,
  other: position,
  incoming: sometimes(fc.constantFrom<'accept' | 'block'>('accept', 'block', 'block')),
  central_queue: sometimes(fc.constantFrom<'process' | 'freeze'>('process', 'freeze', 'freeze')),
  reaction: often(
    partial({
      after_ticks: fc.nat({ max: 4 }),
      exposure: cents,
      banks: fc.oneof(fc.constant('all' as const), fc.array(position, { maxLength: 3 })),
      central_queue: fc.constantFrom<'keep' | 'withdraw'>('keep', 'withdraw', 'withdraw'),
    }),
  ),
  shock: partial({
    balance: fc.oneof(
      fc.integer({ min: -600, max: 400 }),
      fc.constantFrom(0, 0.1, 0.5, 0.99, 1).map((factor) => ({ factor })),
    ),
    unsecured_cap_delta: fc.integer({ min: -300, max: 200 }),
    posted_collateral_delta: fc.integer({ min: -500, max: 300 }),
    collateral_haircut: fc.constantFrom(0, 0.1, 0.5, 1),
  }),
  delay_ticks: fc.integer({ min: 1, max: 6 }),
  everybody: fc.boolean(),
  receiver: sometimes(position),
  min_amount: sometimes(cents),
  /** Where it stands among the other events. */
  place: fc.nat({ max: 8 }),
});

type RawStress = typeof rawStress extends fc.Arbitrary<infer T> ? T : never;

const switches = partial({
  deferred_crediting: fc.boolean(),
  deadline_cap_at_eod: fc.boolean(),
  queue1_ordering: fc.constantFrom('fifo', 'priority_deadline', 'PriorityDeadline'),
  priority_mode: fc.boolean(),
  priority_escalation: partial({
    enabled: fc.constantFrom(true, true, false),
    start_escalating_at_ticks: fc.nat({ max: 12 }),
    max_boost: fc.constantFrom(0, 3, 7, 255),
  }),
  algorithm_sequencing: fc.boolean(),
  entry_disposition_offsetting: fc.boolean(),
  eod_rush_threshold: fc.constantFrom(0, 0.5, 0.8, 1),
  daily_liquidity_reallocation: fc.constantFrom(true, true, false),
  lsm_config: partial({
    enable_bilateral: fc.boolean(),
    enable_cycles: fc.boolean(),
    max_cycle_length: fc.integer({ min: 3, max: 6 }),
    max_cycles_per_tick: fc.integer({ min: 1, max: 12 }),
  }),
});

export interface ScenarioOptions {
  /** Fewest banks; one by default. */
  minBanks?: number;
  /** Whether payments arrive at random; yes by default. */
  arrivals?: boolean;
  policies?: 'any' | 'fifo';
  /** Whether scenario events happen; yes by default. */
  events?: boolean;
  /** Whether amounts may be of billions; yes by default. */
  large?: boolean;
  /** Whether outages, shocks and delays happen, and days may end with a cancellation of what waits; no by default. */
  stress?: boolean;
  /** Whether random numbers may come from other generators, and from one for each bank; no by default. */
  generators?: boolean;
}

/** A valid scenario document. */
export function scenario(options: ScenarioOptions = {}): fc.Arbitrary<ScenarioDocument> {
  return record({
    simulation: record({
      ticks_per_day: fc.integer({ min: 1, max: 15 }),
      num_days: fc.integer({ min: 1, max: 3 }),
      rng_seed: fc.oneof(fc.nat({ max: 9 }), fc.nat()),
      rng: options.generators ? sometimes(fc.constantFrom('xorshift64star', 'xoroshiro128plus', 'xorshift128plus')) : nothing,
    }),
    agents: fc.uniqueArray(rawAgent(options), {
      minLength: options.minBanks ?? 1,
      maxLength: 6,
      selector: (agent) => agent.id,
      size: 'max',
    }),
    events: options.events === false ? fc.constant<RawEvent[]>([]) : fc.array(rawEvent, { maxLength: 6 }),
    cost_rates: sometimes(costRates),
    switches,
    stress: options.stress ? fc.array(rawStress, { minLength: 1, maxLength: 5 }) : fc.constant<RawStress[]>([]),
    random_streams: options.generators ? fc.constantFrom<'per_bank' | undefined>(undefined, 'per_bank') : nothing,
    unsettled: options.stress ? fc.constantFrom<'carry' | 'cancel' | undefined>(undefined, 'carry', 'cancel') : nothing,
    scale: fc.constantFrom(1, 1, 1, 1, 1000, options.large === false ? 1 : 1e9),
    gridlock: fc.boolean(),
  }).map((raw) => scenarioFrom({ ...raw, agents: raw.gridlock ? raw.agents.map(impoverished) : raw.agents }));
}

type RawScenario = {
  simulation: ScenarioDocument['simulation'];
  agents: RawAgent[];
  events: RawEvent[];
  cost_rates: CostDocument | undefined;
  switches: Partial<Omit<ScenarioDocument, 'simulation' | 'agents' | 'cost_rates' | 'scenario_events'>>;
  stress: RawStress[];
  random_streams: 'per_bank' | undefined;
  unsettled: 'carry' | 'cancel' | undefined;
  scale: number;
};

function scenarioFrom(raw: RawScenario): ScenarioDocument {
  const { simulation, agents, events, cost_rates, switches, random_streams, scale, stress, unsettled } = raw;
  const ids = agents.map((agent) => agent.id);
  const documents = agents.map((agent) => agentFrom(agent, ids, scale));
  const room = new Map(documents.map((agent) => [agent.id, agent.unsecured_cap ?? 0]));
  // A cap that a shock may lower has no room for events that must not lower it below zero.
  const shocks = stress.filter(({ shock, type }) => type === 'LiquidityShock' && shock.unsecured_cap_delta !== undefined);
  for (const { bank } of shocks) room.set(bankAt(ids, bank), 0);
  const all = withStress(
    events.map((event) => eventFrom(event, ids, scale, room)),
    stress,
    ids,
    scale,
  );
  return present({
    simulation,
    agents: documents,
    cost_rates,
    scenario_events: all.length === 0 ? undefined : all,
    end_of_day: unsettled === undefined ? undefined : { unsettled },
    random_streams,
    ...switches,
  });
}

/** The events with stress events among them, but for those whose windows would overlap earlier ones of the same kind and bank. */
function withStress(
  events: EventDocument[],
  stress: readonly RawStress[],
  ids: readonly string[],
  scale: number,
): EventDocument[] {
  const taken = new Map<string, (readonly [from: number, to: number])[]>();
  for (const raw of stress) {
    const event = stressFrom(raw, ids, scale);
    const key = JSON.stringify([event.type, 'agent' in event ? event.agent : null]);
    const { schedule } = event;
    const from = schedule.type === 'OneTime' ? schedule.tick : schedule.start_tick;
    const to = schedule.type === 'Repeating' ? Infinity : (event.until_tick ?? from + (event.ticks ?? Infinity));
    const others = taken.get(key) ?? [];
    if (others.some(([begin, end]) => from < end && begin < to)) continue;
    taken.set(key, [...others, [from, to]]);
    events.splice(raw.place % (events.length + 1), 0, event);
  }
  return events;
}

function stressFrom(raw: RawStress, ids: readonly string[], scale: number): StressDocument & { schedule: ScheduleDocument } {
  const { delay_ticks, end, length, pause, receiver, reaction, shock, start, type } = raw;
  const schedule: ScheduleDocument =
    end === 'repeated' ? { type: 'Repeating', start_tick: start, interval: length + pause } : { type: 'OneTime', tick: start };
  const window: WindowDocument = end === 'open' ? {} : end === 'until_tick' ? { until_tick: start + length } : { ticks: length };
  const agent = bankAt(ids, raw.bank);
  const times = (x: number | undefined): number | undefined => (x === undefined ? undefined : x * scale + 0);
  switch (type) {
    case 'SystemOutage':
      return { type, ...window, schedule };
    case 'ParticipantOutage': {
      const { incoming, central_queue } = raw;
      const triggers =
        reaction && reaction.after_ticks === undefined && reaction.exposure === undefined ? { after_ticks: 1 } : {};
      const banks = reaction?.banks;
      return present({
        ...{ type, agent, ...window, incoming, central_queue, schedule },
        reaction:
          reaction &&
          present({
            ...{ ...reaction, exposure: times(reaction.exposure), ...triggers },
            banks: Array.isArray(banks) ? [...new Set(banks.map((at) => bankAt(ids, at)))] : banks,
          }),
      });
    }
    case 'LiquidityShock': {
      const { balance, collateral_haircut, posted_collateral_delta, unsecured_cap_delta } = shock;
      const isEmpty = Object.values(shock).every((value) => value === undefined);
      return present({
        ...{ type, agent, ...window, collateral_haircut, schedule },
        balance_delta: isEmpty ? -100 * scale : typeof balance === 'number' ? times(balance) : undefined,
        balance_factor: typeof balance === 'object' ? balance.factor : undefined,
        unsecured_cap_delta: times(unsecured_cap_delta),
        posted_collateral_delta: times(posted_collateral_delta),
      });
    }
    case 'PaymentDelay':
      return present({
        ...{ type, agent: raw.everybody ? 'all' : agent, delay_ticks, ...window, schedule },
        receiver: receiver === undefined ? undefined : bankAt(ids, receiver),
        min_amount: times(raw.min_amount),
      });
  }
}

/** The bank with next to no money and much to pay in equal amounts: with several of these only offsets and rings get on. */
function impoverished(agent: RawAgent): RawAgent {
  const arrivals = agent.arrivals as RawArrivals;
  const busy = <T extends { rate: number; amounts: AmountDocument; offsets: [number, number] }>(stream: T): T => {
    const mean = stream.amounts.type === 'Normal' ? 200 : 100;
    return {
      ...stream,
      rate: Math.max(stream.rate, 0.8),
      amounts: { type: 'LogNormal', mean, std_dev: 0.001 },
      offsets: [stream.offsets[0] + 6, 8],
    };
  };
  const bands = Object.entries(arrivals.bands ?? {}).map(([band, config]) => [band, busy(config)]);
  return {
    ...agent,
    opening_balance: agent.opening_balance > 600 ? 100 : 0,
    unsecured_cap: agent.unsecured_cap === undefined ? undefined : Math.min(agent.unsecured_cap, 50),
    policy: agent.obedient ? undefined : agent.policy,
    arrivals: {
      ...(arrivals.single && { single: busy(arrivals.single) }),
      ...(bands.length > 0 && { bands: Object.fromEntries(bands) }),
    } as never,
    posted_collateral: undefined,
    liquidity_pool: undefined,
    limits: agent.obedient ? undefined : agent.limits,
  };
}

type RawArrivals = { single?: Raw<typeof rawSingle>; bands?: Partial<Record<'urgent' | 'normal' | 'low', Raw<typeof rawBand>>> };

function agentFrom(raw: RawAgent, ids: readonly string[], scale: number): AgentDocument {
  const arrivals = raw.arrivals as RawArrivals;
  const alone = ids.length < 2;
  const bands = Object.entries(arrivals.bands ?? {}).map(([band, config]) => [band, bandFrom(config, ids, scale)]);
  const scaled = (amount: number | undefined): number | undefined => (amount === undefined ? undefined : amount * scale);
  return present({
    id: raw.id,
    opening_balance: raw.opening_balance * scale,
    unsecured_cap: scaled(raw.unsecured_cap),
    policy: raw.policy,
    arrival_config: alone || !arrivals.single ? undefined : singleFrom(arrivals.single, ids, scale),
    arrival_bands: alone || bands.length === 0 ? undefined : Object.fromEntries(bands),
    posted_collateral: scaled(raw.posted_collateral),
    collateral_haircut: raw.collateral_haircut,
    max_collateral_capacity: scaled(raw.max_collateral_capacity),
    liquidity_pool: scaled(raw.liquidity_pool),
    liquidity_allocation_fraction: raw.liquidity_allocation_fraction,
    limits:
      raw.limits &&
      present({
        bilateral_limits:
          raw.limits.bilateral && Object.fromEntries(raw.limits.bilateral.map(([at, limit]) => [bankAt(ids, at), limit * scale])),
        multilateral_limit: scaled(raw.limits.multilateral),
      }),
  });
}

type Raw<A> = A extends fc.Arbitrary<infer T> ? T : never;

const bankAt = (ids: readonly string[], at: number): string => ids[at % ids.length]!;

function singleFrom(raw: Raw<typeof rawSingle>, ids: readonly string[], scale: number): ArrivalDocument {
  return present({
    rate_per_tick: raw.rate,
    amount_distribution: scaledAmounts(raw.amounts, scale),
    counterparty_weights: weightsFrom(raw.weights, ids),
    deadline_range: rangeFrom(raw.offsets),
    priority: raw.priority,
    priority_distribution: raw.priorities,
  });
}

function bandFrom(raw: Raw<typeof rawBand>, ids: readonly string[], scale: number): BandDocument {
  const [deadline_offset_min, deadline_offset_max] = rangeFrom(raw.offsets);
  return present({
    rate_per_tick: raw.rate / 2,
    amount_distribution: scaledAmounts(raw.amounts, scale),
    deadline_offset_min,
    deadline_offset_max,
    counterparty_weights: raw.weights && weightsFrom(raw.weights, ids),
  });
}

function rangeFrom([from, more]: [number, number]): [number, number] {
  return [from, from + more];
}

function weightsFrom(raw: readonly [number, number][], ids: readonly string[]): Record<string, number> {
  const entries = new Map(raw.map(([at, w]) => [bankAt(ids, at), w]));
  const weights = positiveSum([...entries.values()]);
  return Object.fromEntries([...entries.keys()].map((id, i) => [id, weights[i]!]));
}

function scaledAmounts(document: AmountDocument, scale: number): AmountDocument {
  const { type, min, max, mean, std_dev, lambda } = document;
  const times = (x: number | undefined): number | undefined => (x === undefined ? undefined : x * scale);
  return present({
    type,
    min: times(min),
    max: times(max),
    mean: times(mean),
    std_dev: times(std_dev),
    lambda: lambda === undefined ? undefined : lambda / scale,
  });
}

/** Events other than stress events. `room`: how far each bank's unsecured cap can still be lowered without becoming negative, which would end the run. */
function eventFrom(raw: RawEvent, ids: readonly string[], scale: number, room: Map<string, number>): EventDocument {
  const from_agent = bankAt(ids, raw.from);
  const to_agent = bankAt(ids, raw.to);
  const amount = raw.amount * scale;
  const { schedule } = raw;
  const repeated = schedule.type === 'Repeating';
  const change = repeated ? raw.changes.repeated : raw.changes.once;
  switch (raw.type) {
    case 'DirectTransfer':
    case 'ScheduledSettlement':
      return { type: raw.type, from_agent, to_agent, amount, schedule };
    case 'CustomTransactionArrival':
      return { type: raw.type, from_agent, to_agent, amount, ...raw.payment, schedule };
    case 'CollateralAdjustment': {
      const wanted = raw.delta * scale;
      const delta = wanted >= 0 ? wanted : repeated ? 0 : Math.max(wanted, -room.get(from_agent)!);
      if (delta < 0) room.set(from_agent, room.get(from_agent)! + delta);
      return { type: raw.type, agent: from_agent, delta: delta + 0, schedule };
    }
    case 'GlobalArrivalRateChange':
      return { type: raw.type, multiplier: raw.changes.once, schedule };
    case 'AgentArrivalRateChange':
      return { type: raw.type, agent: from_agent, multiplier: change, schedule };
    case 'CounterpartyWeightChange':
      return present({
        type: raw.type,
        agent: from_agent,
        counterparty: to_agent,
        new_weight: raw.weight,
        auto_balance_others: raw.balance_others,
        schedule,
      });
    case 'DeadlineWindowChange':
      return present({
        type: raw.type,
        min_ticks_multiplier: raw.which === 'max' ? undefined : change,
        max_ticks_multiplier: raw.which === 'min' ? undefined : raw.changes.repeated,
        schedule,
      });
  }
}

const rawCall = record({
  before_tick: tick,
  kind: fc.constantFrom<Call['call'] | 'submit_ring'>(
    ...(['submit', 'submit', 'submit', 'submit_ring', 'submit_ring', 'withdraw', 'withdraw', 'resubmit', 'revive'] as const),
    ...(['post_collateral', 'withdraw_collateral', 'update_policy'] as const),
  ),
  from: position,
  to: position,
  amount: cents,
  due_in: fc.integer({ min: 1, max: 12 }),
  priority: fc.oneof(fc.nat({ max: 10 }), fc.constant(99)),
  rtgs_priority: sometimes(fc.constantFrom(...RTGS_PRIORITIES)),
  pick: fc.nat({ max: 30 }),
  policy: policyDocument(BANK_IDS),
});

function callsFrom(raw: Raw<typeof rawCall>, { agents, simulation }: ScenarioDocument): Call[] {
  const ids = agents.map((agent) => agent.id);
  const agent = bankAt(ids, raw.from);
  const before_tick = raw.before_tick % (simulation.ticks_per_day * simulation.num_days);
  const { amount, due_in, pick, policy, priority, rtgs_priority } = raw;
  switch (raw.kind) {
    case 'submit':
      return [
        present({
          before_tick,
          call: 'submit',
          sender: agent,
          receiver: bankAt(ids, raw.to),
          amount,
          due_in,
          priority,
          rtgs_priority,
        }),
      ];
    case 'submit_ring': {
      // Every bank pays the next one, or the one after it, the same amount.
      const step = 1 + (pick % 2);
      return ids.map((sender, i) => ({
        before_tick,
        call: 'submit',
        sender,
        receiver: bankAt(ids, i + step),
        amount,
        due_in,
        priority,
      }));
    }
    case 'withdraw':
      return [{ before_tick, call: raw.kind, pick }];
    case 'resubmit':
    case 'revive':
      return [{ before_tick, call: raw.kind, pick, rtgs_priority: rtgs_priority ?? 'Normal' }];
    case 'post_collateral':
      return [{ before_tick, call: raw.kind, agent, amount }];
    case 'withdraw_collateral':
      return [{ before_tick, call: raw.kind, agent, amount: pick % 2 === 0 ? 'all' : amount }];
    case 'update_policy':
      return [{ before_tick, call: raw.kind, agent, policy }];
  }
}

/** A scenario with calls between its ticks, in the order of their ticks. */
export function workload(options: ScenarioOptions = {}): fc.Arbitrary<Workload> {
  return record({ scenario: scenario(options), calls: fc.array(rawCall, { maxLength: 8 }) }).map(({ scenario, calls }) => ({
    scenario,
    calls: calls.flatMap((call) => callsFrom(call, scenario)).sort((x, y) => x.before_tick - y.before_tick),
  }));
}

/** As {@link workload}, half of them with outages, shocks, delays and cancellations. */
export function anyWorkload(options: ScenarioOptions = {}): fc.Arbitrary<Workload> {
  return fc.oneof({ withCrossShrink: true }, workload(options), workload({ ...options, stress: true }));
}

export type { Json };
