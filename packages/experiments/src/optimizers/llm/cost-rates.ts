import { dollars } from './dollars.js';

/** A rate of the cost model: its key, its value where a scenario sets none (spec 05 §1), and what it makes banks pay. */
interface Rate {
  key: string;
  fallback: unknown;
  about: (value: unknown) => string;
}

const basisPoints = (value: unknown): string => `${String(value)} basis points (${percentOf(Number(value), 100)})`;

const percentOf = (value: number, by: number): string => `${Number((value / by).toPrecision(6))}%`;

const penalty = (value: unknown): string => {
  if (typeof value !== 'object') return dollars(Number(value));
  const { amount, bps_per_event } = value as { amount?: number; bps_per_event?: number };
  return amount === undefined ? `${basisPoints(bps_per_event)} of the amount` : dollars(amount);
};

const multipliers = (value: unknown): string => {
  const { low_multiplier = 1, normal_multiplier = 1, urgent_multiplier = 1 } = value as Record<string, number | undefined>;
  return `× ${urgent_multiplier} for priority 8 to 10, × ${normal_multiplier} for 4 to 7, × ${low_multiplier} below`;
};

const RATES: readonly Rate[] = [
  {
    key: 'liquidity_cost_per_tick_bps',
    fallback: 0,
    about: (value) =>
      `liquidity opportunity cost: each tick, ${basisPoints(value)} of what the bank brought in from its liquidity pool`,
  },
  {
    key: 'delay_cost_per_tick_per_cent',
    fallback: 0.0001,
    about: (value) =>
      `delay cost: each tick, ${percentOf(Number(value), 0.01)} of every own payment that waits in the bank's queue or in the central one`,
  },
  {
    key: 'overdue_delay_multiplier',
    fallback: 5,
    about: (value) => `delay cost of overdue payments: × ${String(value)}`,
  },
  {
    key: 'priority_delay_multipliers',
    fallback: null,
    about: (value) =>
      value === null ? 'delay cost does not depend on priority' : `delay cost by priority: ${multipliers(value)}`,
  },
  {
    key: 'overdraft_bps_per_tick',
    fallback: 0.001,
    about: (value) => `overdraft cost (\`liquidity_cost\` in the log): each tick, ${basisPoints(value)} of a negative balance`,
  },
  {
    key: 'collateral_cost_per_tick_bps',
    fallback: 0.0002,
    about: (value) => `collateral cost: each tick, ${basisPoints(value)} of posted collateral`,
  },
  {
    key: 'deadline_penalty',
    fallback: 50_000,
    about: (value) => `deadline penalty: ${penalty(value)}, once for every own payment that is still waiting after its deadline`,
  },
  {
    key: 'eod_penalty',
    fallback: 10_000,
    about: (value) => `end-of-day penalty: ${penalty(value)} for every overdue payment that is unsettled when a day ends`,
  },
  {
    key: 'split_friction_cost',
    fallback: 1000,
    about: (value) => `split cost: ${dollars(Number(value))} for each part after the first when a payment is split`,
  },
];

/** The rates of a scenario in words, one a line. */
export function costRatesText(rates: Readonly<Record<string, unknown>>): string {
  // Of two spellings in a scenario document the long one counts (spec 07 Q714).
  const { eod_penalty_per_transaction: endOfDay = rates.eod_penalty } = rates;
  const values: Readonly<Record<string, unknown>> = { ...rates, eod_penalty: endOfDay };
  return RATES.map(({ about, fallback, key }) => `- ${about(values[key] ?? fallback)}`).join('\n');
}
