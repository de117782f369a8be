import { NONE, OVERDUE } from '../payments/payments.js';
import { exp } from '@simcash/random';
import { idHash, type PolicyContext } from './context.js';
import { REGISTER_PREFIX, type TreeKind } from './document.js';

/** Reads a field as the number that trees compute with. */
export type Read = (context: PolicyContext) => number;

type FieldCategory =
  | 'TransactionField'
  | 'AgentField'
  | 'QueueField'
  | 'CollateralField'
  | 'CostField'
  | 'TimeField'
  | 'SystemField'
  | 'ThroughputField'
  | 'DerivedField'
  | 'LsmField'
  | 'StateRegisterField';

/** An entry of the field registry: the one source for validation, compilation, schema and documentation. */
export interface FieldDefinition {
  name: string;
  category: FieldCategory;
  unit: string;
  about: string;
  /** How the field is read in each kind of tree; kinds without an entry do not know it. */
  read: Partial<Record<TreeKind, Read>>;
  /** Whether the value is 0 whatever happens; a policy that reads it gets a warning. */
  alwaysZero?: true;
}

const definitions: FieldDefinition[] = [];

function define(
  trees: readonly TreeKind[],
  category: FieldCategory,
  name: string,
  unit: string,
  about: string,
  read: Read,
): FieldDefinition {
  const definition = { name, category, unit, about, read: Object.fromEntries(trees.map((tree) => [tree, read])) };
  definitions.push(definition);
  return definition;
}

const PAYMENT: readonly TreeKind[] = ['payment'];
const ALL: readonly TreeKind[] = ['payment', 'bank', 'collateral'];
const PAYMENT_AND_COLLATERAL: readonly TreeKind[] = ['payment', 'collateral'];

const yes = (condition: boolean): number => (condition ? 1 : 0);

// --- the payment -------------------------------------------------------------------------------------------------------

const ofPayment = (name: string, unit: string, about: string, read: Read): FieldDefinition =>
  define(PAYMENT, 'TransactionField', name, unit, about, read);

ofPayment('amount', 'cents', 'Original amount.', (c) => c.world.payments.amount[c.payment]!);
ofPayment(
  'remaining_amount',
  'cents',
  'What is left to pay; a waiting payment has not been paid in part.',
  (c) => c.world.payments.remaining[c.payment]!,
);
ofPayment(
  'settled_amount',
  'cents',
  'What has been paid.',
  (c) => c.world.payments.amount[c.payment]! - c.world.payments.remaining[c.payment]!,
);
ofPayment(
  'arrival_tick',
  'tick',
  'Tick of arrival; a part of a split keeps that of the whole.',
  (c) => c.world.payments.arrivalTick[c.payment]!,
);
ofPayment(
  'deadline_tick',
  'tick',
  'Last tick in which the payment is on time.',
  (c) => c.world.payments.deadlineTick[c.payment]!,
);
ofPayment('priority', '0–10', 'Current internal priority.', (c) => c.world.payments.priority[c.payment]!);
ofPayment('is_split', 'bool', 'Whether the payment is a part of a split one.', (c) =>
  yes(c.world.payments.parent[c.payment] !== NONE),
);
ofPayment('is_past_deadline', 'bool', 'Whether the deadline has passed.', (c) =>
  yes(c.world.payments.isPastDeadline(c.payment, c.world.clock.tick)),
);
ofPayment('is_overdue', 'bool', 'Whether the payment has been marked overdue, first seen two ticks after the deadline.', (c) =>
  yes(c.world.payments.status[c.payment] === OVERDUE),
);
ofPayment('overdue_duration', 'ticks', 'Ticks since it was marked overdue, else 0.', (c) => {
  const { clock, payments } = c.world;
  return payments.status[c.payment] === OVERDUE ? Math.max(clock.tick - payments.overdueSince[c.payment]!, 0) : 0;
});
ofPayment('is_in_queue2', 'bool', 'Whether the payment carries an RTGS priority: it has been released and not taken back.', (c) =>
  yes(c.world.payments.rtgsPriority[c.payment] !== NONE),
);
ofPayment(
  'ticks_to_deadline',
  'ticks',
  'Ticks until the deadline; negative when it has passed.',
  (c) => c.world.payments.deadlineTick[c.payment]! - c.world.clock.tick,
);
ofPayment('queue_age', 'ticks', 'Ticks since arrival.', (c) =>
  Math.max(c.world.clock.tick - c.world.payments.arrivalTick[c.payment]!, 0),
);
ofPayment('is_time_critical', 'bool', 'Whether its list says that it must settle by its deadline.', (c) =>
  yes(c.world.listed?.isTimeCritical(c.world.payments.arrivalSeq[c.payment]!) === true),
);
ofPayment('counterparty_in_outage', 'bool', 'Whether the receiver is in an outage.', (c) =>
  yes(c.world.stress?.outages.isOut(c.world.payments.receiver[c.payment]!) === true),
);
ofPayment(
  'ticks_since_counterparty_outage',
  'ticks',
  'Ticks since the outage of the receiver began; −1 if it is in none.',
  (c) => c.world.stress?.outages.ticksSince(c.world.payments.receiver[c.payment]!, c.world.clock.tick) ?? -1,
);
ofPayment(
  'exposure_to_counterparty',
  'cents',
  'What was settled to the receiver since its outage began, less what came from it; 0 if it is in none.',
  (c) => c.world.stress?.outages.exposure(c.bank, c.world.payments.receiver[c.payment]!) ?? 0,
);
define(
  PAYMENT,
  'CostField',
  'cost_delay_this_tx_one_tick',
  'cents',
  'Delay cost of this payment for one tick, without multipliers, not rounded.',
  (c) => c.world.payments.remaining[c.payment]! * c.world.config.cost_rates.delay_cost_per_tick_per_cent,
);
define(
  PAYMENT,
  'CostField',
  'cost_overdraft_this_amount_one_tick',
  'cents',
  'Overdraft cost of this amount for one tick, not rounded.',
  (c) => (c.world.config.cost_rates.overdraft_bps_per_tick / 10000) * c.world.payments.remaining[c.payment]!,
);

// --- the bank ----------------------------------------------------------------------------------------------------------

const ofBank = (name: string, unit: string, about: string, read: Read): FieldDefinition =>
  define(ALL, 'AgentField', name, unit, about, read);

const cap: Read = (c) => c.world.banks.unsecuredCap[c.bank]!;
const creditUsed: Read = (c) => c.world.banks.creditUsed(c.bank);
const available: Read = (c) => c.world.banks.available(c.bank);

ofBank('balance', 'cents', 'Balance.', (c) => c.world.banks.balance[c.bank]!);
ofBank('credit_limit', 'cents', 'Unsecured cap.', cap);
ofBank('unsecured_cap', 'cents', 'Unsecured cap.', cap);
ofBank('credit_used', 'cents', 'Overdraft in use.', creditUsed);
ofBank(
  'credit_headroom',
  'cents',
  'Unsecured cap less used credit; ignores collateral, may be negative.',
  (c) => cap(c) - creditUsed(c),
);
ofBank(
  'effective_liquidity',
  'cents',
  'Balance plus credit headroom. Counts used credit twice and ignores collateral; available_liquidity is the quantity that decides.',
  (c) => c.world.banks.balance[c.bank]! + (cap(c) - creditUsed(c)),
);
ofBank('available_liquidity', 'cents', 'What the bank can pay right now, credit and collateral included.', available);
ofBank('is_using_credit', 'bool', 'Whether the balance is negative.', (c) => yes(c.world.banks.balance[c.bank]! < 0));
ofBank('liquidity_buffer', 'cents', 'Always 0.', () => 0).alwaysZero = true;
define(
  ALL,
  'DerivedField',
  'liquidity_pressure',
  'ratio',
  'Share of balance, cap and collateral that is not cash: 0 at ease, 1 without money.',
  (c) => {
    const { banks } = c.world;
    const total = banks.balance[c.bank]! + banks.unsecuredCap[c.bank]! + banks.postedCollateral[c.bank]!;
    return total === 0 ? 1 : 1 - Math.max(banks.balance[c.bank]!, 0) / total;
  },
);
ofBank('is_overdraft_capped', 'bool', 'Always 1: every overdraft is limited.', () => 1);
ofBank('incoming_expected_count', 'count', 'Always 0.', () => 0).alwaysZero = true;

// --- queues ------------------------------------------------------------------------------------------------------------

const ofQueue = (name: string, unit: string, about: string, read: Read): FieldDefinition =>
  define(ALL, 'QueueField', name, unit, about, read);

const queue1Value: Read = (c) => c.world.queue1.value[c.bank]!;
const queue2Size: Read = (c) => c.world.queue2.size;
/** 2^64: what "no deadline" is as a number. */
const NO_DEADLINE = 18446744073709551616;

ofQueue('outgoing_queue_size', 'count', 'Payments in the bank’s own queue.', (c) => c.world.queue1.size[c.bank]!);
ofQueue('queue1_total_value', 'cents', 'Value of the bank’s own queue.', queue1Value);
ofQueue('queue1_liquidity_gap', 'cents', 'How far available liquidity falls short of the value of the own queue.', (c) =>
  Math.max(queue1Value(c) - available(c), 0),
);
ofQueue(
  'headroom',
  'cents',
  'Available liquidity less the value of the own queue; may be negative.',
  (c) => available(c) - queue1Value(c),
);
ofQueue('rtgs_queue_size', 'count', 'Payments of all banks in the central queue.', queue2Size);
ofQueue('queue2_size', 'count', 'The same as rtgs_queue_size.', queue2Size);
ofQueue('rtgs_queue_value', 'cents', 'Value of the central queue.', (c) => c.world.queue2.value);
ofQueue(
  'queue2_count_for_agent',
  'count',
  'The bank’s payments in the central queue, as of the end of the last settlement.',
  (c) => c.world.queue2.publishedCount[c.bank]!,
);
ofQueue('queue2_nearest_deadline', 'tick', 'Earliest deadline among them; 2^64 if there are none.', (c) => {
  const deadline = c.world.queue2.publishedDeadline[c.bank]!;
  return deadline === Infinity ? NO_DEADLINE : deadline;
});
ofQueue('ticks_to_nearest_queue2_deadline', 'ticks', 'Ticks until that deadline, not negative; infinite if there is none.', (c) =>
  Math.max(c.world.queue2.publishedDeadline[c.bank]! - c.world.clock.tick, 0),
);
ofQueue(
  'system_queue2_pressure_index',
  '0–1',
  'Load of the central queue: 0 when it is empty, above 0.5 otherwise, near 1 at ten payments per bank and more.',
  (c) => {
    const { banks, queue2 } = c.world;
    if (queue2.size === 0 || banks.count === 0) return 0;
    return Math.min(1 / (1 + exp(-2 * (queue2.size / (10 * banks.count)))), 1);
  },
);

// --- collateral --------------------------------------------------------------------------------------------------------

const ofCollateral = (name: string, unit: string, about: string, read: Read): FieldDefinition =>
  define(ALL, 'CollateralField', name, unit, about, read);

const posted: Read = (c) => c.world.banks.postedCollateral[c.bank]!;
const capacity: Read = (c) => c.world.banks.maxCollateralCapacity(c.bank);
const overdraftLimit: Read = (c) => c.world.banks.overdraftLimit[c.bank]!;
const haircut: Read = (c) => c.world.banks.haircut[c.bank]!;
const requiredCollateral: Read = (c) => {
  if (haircut(c) >= 1) return 0;
  const used = creditUsed(c);
  return Math.ceil((used - Math.min(cap(c), used)) / c.world.banks.collateralWeight(c.bank));
};

ofCollateral('posted_collateral', 'cents', 'Collateral posted.', posted);
ofCollateral('max_collateral_capacity', 'cents', 'The most that can be posted.', capacity);
ofCollateral(
  'remaining_collateral_capacity',
  'cents',
  'What can still be posted; may be negative.',
  (c) => capacity(c) - posted(c),
);
ofCollateral('collateral_utilization', 'ratio', 'Posted collateral over capacity.', (c) =>
  capacity(c) > 0 ? posted(c) / capacity(c) : 0,
);
ofCollateral('collateral_haircut', 'ratio', 'Share of the collateral that gives no credit.', haircut);
ofCollateral('allowed_overdraft_limit', 'cents', 'Credit from unsecured cap and collateral together.', overdraftLimit);
ofCollateral('overdraft_headroom', 'cents', 'That credit less what is used.', (c) => overdraftLimit(c) - creditUsed(c));
ofCollateral('overdraft_utilization', 'ratio', 'Used credit over the overdraft limit.', (c) =>
  overdraftLimit(c) > 0 ? creditUsed(c) / overdraftLimit(c) : 0,
);
ofCollateral('required_collateral_for_usage', 'cents', 'Collateral needed for the credit in use.', requiredCollateral);
ofCollateral('excess_collateral', 'cents', 'Posted collateral beyond that.', (c) =>
  Math.max(posted(c) - requiredCollateral(c), 0),
);

// --- costs -------------------------------------------------------------------------------------------------------------

const ofCosts = (name: string, unit: string, about: string, read: Read): FieldDefinition =>
  define(ALL, 'CostField', name, unit, about, read);

ofCosts('cost_overdraft_bps_per_tick', 'bps/tick', 'Overdraft rate.', (c) => c.world.config.cost_rates.overdraft_bps_per_tick);
ofCosts(
  'cost_delay_per_tick_per_cent',
  'rate',
  'Delay cost rate.',
  (c) => c.world.config.cost_rates.delay_cost_per_tick_per_cent,
);
ofCosts(
  'cost_collateral_bps_per_tick',
  'bps/tick',
  'Collateral cost rate.',
  (c) => c.world.config.cost_rates.collateral_cost_per_tick_bps,
);
ofCosts(
  'cost_split_friction',
  'cents',
  'Cost of each further part of a split.',
  (c) => c.world.config.cost_rates.split_friction_cost,
);
definitions.push({
  name: 'cost_deadline_penalty',
  category: 'CostField',
  unit: 'cents',
  about: 'Penalty for missing the deadline: of this payment; in collateral trees of one cent, in bank trees of none.',
  read: {
    payment: (c) => c.world.formulas.deadlinePenalty(c.world.payments.amount[c.payment]!),
    bank: (c) => c.world.formulas.deadlinePenalty(0),
    collateral: (c) => c.world.formulas.deadlinePenalty(1),
  },
});
definitions.push({
  name: 'cost_eod_penalty',
  category: 'CostField',
  unit: 'cents',
  about:
    'Penalty for being unsettled and late at the end of the day: of this payment; in collateral trees of one cent, in bank trees of none.',
  read: {
    payment: (c) => c.world.formulas.endOfDayPenalty(c.world.payments.remaining[c.payment]!),
    bank: (c) => c.world.formulas.endOfDayPenalty(0),
    collateral: (c) => c.world.formulas.endOfDayPenalty(1),
  },
});

// --- time and system ---------------------------------------------------------------------------------------------------

const dayProgress: Read = (c) => c.world.clock.tickOfDay / c.world.clock.ticksPerDay;

define(ALL, 'TimeField', 'current_tick', 'tick', 'Tick, counted from 0 and never reset.', (c) => c.world.clock.tick);
define(ALL, 'SystemField', 'total_agents', 'count', 'Number of banks.', (c) => c.world.banks.count);
define(ALL, 'TimeField', 'system_ticks_per_day', 'ticks', 'Ticks of a day.', (c) => c.world.clock.ticksPerDay);
define(ALL, 'TimeField', 'system_current_day', 'day', 'Day, counted from 0.', (c) => c.world.clock.day);
define(ALL, 'TimeField', 'system_tick_in_day', 'ticks', 'Tick within the day, from 0.', (c) => c.world.clock.tickOfDay);
define(ALL, 'TimeField', 'ticks_remaining_in_day', 'ticks', 'Ticks of this day after the current one.', (c) =>
  Math.max(c.world.clock.ticksPerDay - c.world.clock.tickOfDay - 1, 0),
);
define(ALL, 'TimeField', 'day_progress_fraction', '0–1', 'Share of the day that has passed; never reaches 1.', dayProgress);
define(
  ALL,
  'TimeField',
  'is_eod_rush',
  'bool',
  'Whether the share of the day that has passed is at least eod_rush_threshold.',
  (c) => yes(dayProgress(c) >= c.world.config.eod_rush_threshold),
);

// --- throughput --------------------------------------------------------------------------------------------------------

const throughput: Read = (c) => {
  const { statistics } = c.world;
  const created = statistics.createdAmount[c.bank]!;
  return created === 0 ? 0 : statistics.settledAmount[c.bank]! / created;
};

define(
  ALL,
  'ThroughputField',
  'my_throughput_fraction_today',
  'ratio',
  'Settled over created value of all the bank’s payments of the whole run, split payments counted as whole and as parts.',
  throughput,
);
define(ALL, 'ThroughputField', 'expected_throughput_fraction_by_now', 'ratio', 'Share of the day that has passed.', dayProgress);
define(
  ALL,
  'ThroughputField',
  'throughput_gap',
  'ratio',
  'my_throughput_fraction_today less expected_throughput_fraction_by_now.',
  (c) => throughput(c) - dayProgress(c),
);

// --- counterparties in the central queue -------------------------------------------------------------------------------

const queuedTo: Read = (c) => c.world.queue2.pairs.value(c.bank, c.world.payments.receiver[c.payment]!);
const queuedFrom: Read = (c) => c.world.queue2.pairs.value(c.world.payments.receiver[c.payment]!, c.bank);

define(
  PAYMENT,
  'LsmField',
  'my_q2_out_value_to_counterparty',
  'cents',
  'Queued centrally from this bank to this payment’s receiver.',
  queuedTo,
);
define(
  PAYMENT,
  'LsmField',
  'my_q2_in_value_from_counterparty',
  'cents',
  'Queued centrally from that receiver to this bank.',
  queuedFrom,
);
define(
  PAYMENT,
  'LsmField',
  'my_bilateral_net_q2',
  'cents',
  'The first of these less the second.',
  (c) => queuedTo(c) - queuedFrom(c),
);
define(
  PAYMENT,
  'LsmField',
  'tx_counterparty_id',
  'hash',
  'Number that stands for the receiver; equal to top_cpty_…_id_hash of the same bank.',
  (c) => idHash(c.world.banks.ids[c.world.payments.receiver[c.payment]!]!),
);
define(PAYMENT, 'LsmField', 'tx_is_top_counterparty', 'bool', 'Always 0.', () => 0).alwaysZero = true;

for (let rank = 1; rank <= 5; rank++) {
  const at = rank - 1;
  const ranked = (name: string, unit: string, about: string, read: Read): FieldDefinition =>
    define(PAYMENT_AND_COLLATERAL, 'LsmField', name, unit, about, read);
  ranked(
    `my_q2_out_value_top_${rank}`,
    'cents',
    `Queued value to the receiver that ranks ${rank} by it.`,
    (c) => c.rankings().outgoing[at]?.value ?? 0,
  );
  ranked(`top_cpty_${rank}_id_hash`, 'hash', `Number that stands for that receiver, 0 if there is none.`, (c) => {
    const entry = c.rankings().outgoing[at];
    return entry === undefined ? 0 : idHash(c.world.banks.ids[entry.bank]!);
  });
  ranked(
    `my_q2_in_value_top_${rank}`,
    'cents',
    `Queued value from the sender that ranks ${rank} by it.`,
    (c) => c.rankings().incoming[at]?.value ?? 0,
  );
  ranked(
    `my_bilateral_net_q2_top_${rank}`,
    'cents',
    `Queued out less in with the counterparty that ranks ${rank} by its size.`,
    (c) => c.rankings().net[at]?.value ?? 0,
  );
}
define(PAYMENT_AND_COLLATERAL, 'LsmField', 'lsm_run_rate_last_10_ticks', '–', 'Always 0.', () => 0).alwaysZero = true;
define(PAYMENT_AND_COLLATERAL, 'LsmField', 'system_throughput_guidance_fraction_by_tick', '–', 'Always 0.', () => 0).alwaysZero =
  true;

/** Every context field by name, in the order of spec 06 §6.2. */
export const FIELDS: ReadonlyMap<string, FieldDefinition> = new Map(
  definitions.map((definition) => [definition.name, definition]),
);

export const isRegister = (name: string): boolean => name.startsWith(REGISTER_PREFIX);

/** Whether a tree of this kind may read the field. */
export function isFieldKnown(name: string, tree: TreeKind): boolean {
  return isRegister(name) || FIELDS.get(name)?.read[tree] !== undefined;
}

/** How a field is read in a kind of tree; validation has made sure that it is known there. */
export function fieldReader(name: string, tree: TreeKind): Read | undefined {
  if (isRegister(name)) return (c) => c.world.registers[c.bank]!.get(name) ?? 0;
  return FIELDS.get(name)?.read[tree];
}
