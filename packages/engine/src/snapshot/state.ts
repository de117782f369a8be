import { COST_COMPONENTS, type ReleaseChoice } from '@simcash/protocol';
import { z } from 'zod';
import { isReleaseChoice } from '../policy/release-choices.js';
import { MAX_REGISTERS } from '../policy/registers.js';
import { REGISTER_PREFIX } from '../policy/document.js';
import { STATISTICS } from '../metrics/statistics.js';
import { stressState } from '../stress/state.js';
import { RECORDED_COLUMNS } from '../payments/payments.js';

/** Version of the layout below. Format 1 knew neither arrival numbers nor what was dropped. */
export const STATE_FORMAT = 2;

/** Numbers of a bank's counters and of what is known of its open day. */
const DAY_COUNTERS = 8;
const OPEN_DAY = 11;

const cents = z.int();
const count = z.int().min(0);
/** Creation number of a payment. */
const number = z.int().min(1);
/** A tick, or −1 for none. */
const tickOrNone = z.int().min(-1);
/** JSON does not know all numbers that a register may hold. */
const registerValue = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])]);
const rate = z.number().min(0);
const rngState = z.string().regex(/^[1-9]\d{0,38}$/, 'a whole number from 1 to 2^64 - 1, or to 2^128 - 1, as text');

const paymentRecord = z.strictObject({
  number,
  /** Creation number of the payment it was cut from, 0 for originals. */
  parent: count,
  entered_queue_tick: tickOrNone,
  /** The recorded columns in order. */
  fields: z.array(z.int()).length(RECORDED_COLUMNS.length),
});

const streamState = z.strictObject({
  rate,
  base_rate: rate,
  weights: z.array(z.tuple([z.string(), z.number()])),
  deadline_min: z.int(),
  deadline_max: z.int(),
});

const timer = z.strictObject({ amount: cents.min(0), reason: z.string(), postedAt: count });

const agentState = z.strictObject({
  id: z.string(),
  balance: cents,
  unsecured_cap: cents.min(0),
  posted_collateral: cents.min(0),
  collateral_posted_at_tick: tickOrNone,
  allocated_liquidity: cents.min(0),
  queue1: z.array(number),
  /** What the bank has paid out today, by counterparty. */
  outflows: z.array(z.tuple([count, cents.min(0)])),
  timers: z.array(z.tuple([count, z.array(timer).min(1)])),
  registers: z.array(z.tuple([z.string().startsWith(REGISTER_PREFIX), registerValue])).max(MAX_REGISTERS),
  /** Document that replaced the configured policy during the run. */
  policy: z.string().nullable(),
  /** The central queue's index as last published: payments in order. */
  queue2_index: z.array(number),
  queue2_index_deadline: z.int().nullable(),
  day_costs: z.array(cents.min(0)).length(COST_COMPONENTS.length),
  run_costs: z.array(cents.min(0)).length(COST_COMPONENTS.length),
  peak_net_debit: cents.max(0),
  day_counters: z.array(count).length(DAY_COUNTERS),
  past_counters: z.array(count).length(DAY_COUNTERS),
  /** Finite; ten times a credit cap need not be a safe integer. */
  open_day: z.array(z.number()).length(OPEN_DAY),
  created_amount: cents.min(0),
  settled_amount: cents.min(0),
  /** Unknown to earlier versions. */
  arrived_value: cents.min(0).optional(),
  settled_value: cents.min(0).optional(),
});

const settlementState = z.strictObject({
  /** By bank what is left of the reservations for highly urgent and for urgent payments; null where nothing is reserved. */
  reserved: z.tuple([z.array(cents.min(0)), z.array(cents.min(0))]).nullable(),
  /** Windows of receipts, in the order of the runs. */
  receipts: z.array(
    z.strictObject({
      window: z.union([z.literal('day'), z.int().min(1)]),
      room: z.array(cents),
      entries: z.array(z.tuple([count, count, cents])),
    }),
  ),
});

/**
 * Everything that influences any later event or number (spec 01 §8). Payments are named by their creation numbers; money is cents.
 */
export const stateSchema = z.strictObject({
  state_format: z.literal(STATE_FORMAT),
  current_tick: count,
  current_day: count,
  /** State of the random number generator, decimal: never 0, which would draw nothing but zeros. */
  rng_seed: rngState,
  config_hash: z.string(),
  event_count: count,
  last_transaction: count,
  agents: z.array(agentState),
  transactions: z.array(paymentRecord),
  queue2: z.array(number),
  /** Streams of payments by bank, as changed so far. */
  arrivals: z.array(z.array(streamState)),
  /** States of the banks' own random number generators; absent if all draw from one. */
  random_streams: z.array(rngState).optional(),
  /** What the central system of a settlement design remembers; absent without one. */
  settlement: settlementState.optional(),
  /** What has been taken of the payment list, and which payments came from it; absent without one. */
  listed: z.strictObject({ taken: count, places: z.array(z.tuple([count, count])) }).optional(),
  /** What stress events have brought about; absent without such events. */
  stress: stressState.optional(),
  /** Payments cancelled at ends of days, and their cents; absent where none are. */
  cancelled: z.tuple([count, cents]).optional(),
  /** What banks were told to release in the tick about to run; absent where none was. */
  release_choices: z
    .array(z.tuple([count, z.custom<ReleaseChoice>(isReleaseChoice)]))
    .min(1)
    .optional(),
  /** {@link STATISTICS} in order. */
  statistics: z.array(count).length(STATISTICS.length),
});

export type State = z.infer<typeof stateSchema>;
export type AgentState = State['agents'][number];
