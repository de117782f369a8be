import { idHash } from '../context.js';
import { ALL, type FieldDefinition, fieldList, PAYMENT, PAYMENT_AND_COLLATERAL, type Read, yes } from './definition.js';

const { define, fields } = fieldList();

/** Fields of costs, time, the system and the central queue (spec 06 §6.2). */
export const FIELDS_OF_THE_SYSTEM: readonly FieldDefinition[] = fields;

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
fields.push({
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
fields.push({
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
