import { exp } from '@simcash/random';
import { NONE, OVERDUE } from '../../payments/payments.js';
import { ALL, type FieldDefinition, fieldList, PAYMENT, type Read, yes } from './definition.js';

const { define, fields } = fieldList();

/** Fields of payments, banks, their queues and their collateral (spec 06 §6.2). */
export const FIELDS_OF_BANKS: readonly FieldDefinition[] = fields;

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
