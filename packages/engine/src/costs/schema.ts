/** A cost rate as the schema document describes it (spec 05 §9). */
export interface CostType {
  /** What it is called. */
  name: string;
  /** Its name for people. */
  display_name: string;
  /** The group that it belongs to. */
  category: 'PerTick' | 'OneTime' | 'Daily' | 'Modifier';
  /** What it is, in words. */
  description: string;
  /** When it is charged. */
  incurred_at: string;
  /** How it is computed. */
  formula: string;
  /** What is charged unless the scenario says otherwise. */
  default_value: string;
  /** The unit of its value. */
  unit: string;
  /** The type of its value. */
  data_type: string;
  /** The file of the program that it stands in. */
  source_location: string;
  /** Names of related elements. */
  see_also: string[];
  /** An example with numbers. */
  example: { scenario: string; inputs: [name: string, value: string][]; calculation: string; result: string };
  /** The version that it came with. */
  added_in: string;
}

/** All costs, as `simcash schema costs` prints them. */
export interface CostSchema {
  /** The version of the format. */
  version: string;
  /** When it was printed. */
  generated_at: string;
  /** The costs. */
  cost_types: CostType[];
}

const PENALTY = 'PenaltyMode (Fixed { amount: i64 } | Rate { bps_per_event: f64 })';
const SOURCE = 'packages/engine/src/costs/rates.ts';

/** All cost rates of a scenario, with formulas and worked examples. */
export function costSchema(): CostSchema {
  return { version: '1.0', generated_at: '2025-01-01T00:00:00Z', cost_types: COST_TYPES };
}

const COST_TYPES: CostType[] = [
  {
    name: 'overdraft_bps_per_tick',
    display_name: 'Overdraft Cost',
    category: 'PerTick',
    description: 'Price of a negative balance. In records this component is called liquidity_cost.',
    incurred_at: 'At the end of every tick in which the balance is negative.',
    formula: 'round(-balance × bps / 10000), the rate resolved to 0.001 bps',
    default_value: '0.001',
    unit: 'basis points per tick',
    data_type: 'f64',
    source_location: SOURCE,
    see_also: ['collateral_cost_per_tick_bps'],
    example: {
      scenario: 'A bank ends a tick 500,000.00 in overdraft.',
      inputs: [
        ['balance', '-50,000,000 cents'],
        ['overdraft_bps_per_tick', '0.001'],
      ],
      calculation: '50,000,000 × 0.001 / 10,000',
      result: '5 cents',
    },
    added_in: '1.0',
  },
  {
    name: 'delay_cost_per_tick_per_cent',
    display_name: 'Delay Cost',
    category: 'PerTick',
    description: 'Price of waiting: every unsettled payment in the bank’s own queue or in the central one.',
    incurred_at:
      'At the end of every tick, for everything that waits; payments that settle in their tick of arrival cost nothing.',
    formula: 'round(Σ remaining × multipliers × rate), rounded once per bank and tick',
    default_value: '0.0001',
    unit: 'cost per cent per tick',
    data_type: 'f64',
    source_location: SOURCE,
    see_also: ['overdue_delay_multiplier', 'priority_delay_multipliers'],
    example: {
      scenario: 'One payment of 1,000,000.00 waits for a tick.',
      inputs: [
        ['remaining', '100,000,000 cents'],
        ['delay_cost_per_tick_per_cent', '0.0001'],
      ],
      calculation: '100,000,000 × 0.0001',
      result: '10,000 cents',
    },
    added_in: '1.0',
  },
  {
    name: 'collateral_cost_per_tick_bps',
    display_name: 'Collateral Opportunity Cost',
    category: 'PerTick',
    description: 'Price of posted collateral, which could earn something elsewhere.',
    incurred_at: 'At the end of every tick in which collateral is posted.',
    formula: 'round(posted × bps / 10000), the rate resolved to 0.000001 bps',
    default_value: '0.0002',
    unit: 'basis points per tick',
    data_type: 'f64',
    source_location: SOURCE,
    see_also: ['overdraft_bps_per_tick', 'liquidity_cost_per_tick_bps'],
    example: {
      scenario: 'Collateral of 10 million is posted.',
      inputs: [
        ['posted_collateral', '1,000,000,000 cents'],
        ['collateral_cost_per_tick_bps', '0.0002'],
      ],
      calculation: '1,000,000,000 × 0.0002 / 10,000',
      result: '20 cents',
    },
    added_in: '1.0',
  },
  {
    name: 'liquidity_cost_per_tick_bps',
    display_name: 'Liquidity Opportunity Cost',
    category: 'PerTick',
    description: 'Price of liquidity brought in from the pool. In records this component is called liquidity_opportunity_cost.',
    incurred_at: 'At the end of every tick of the day, on the day’s allocation.',
    formula: 'round(allocated × bps / 10000), the rate resolved to 0.000001 bps',
    default_value: '0.0',
    unit: 'basis points per tick',
    data_type: 'f64',
    source_location: SOURCE,
    see_also: ['collateral_cost_per_tick_bps'],
    example: {
      scenario: 'A bank has brought in 10 million.',
      inputs: [
        ['allocated_liquidity', '1,000,000,000 cents'],
        ['liquidity_cost_per_tick_bps', '0.8'],
      ],
      calculation: '1,000,000,000 × 0.8 / 10,000',
      result: '80,000 cents',
    },
    added_in: '1.1',
  },
  {
    name: 'deadline_penalty',
    display_name: 'Deadline Penalty',
    category: 'OneTime',
    description: 'Price of missing a deadline: a fixed amount, or a rate on the payment’s amount.',
    incurred_at: 'Once, in the first tick after the deadline in which the payment still waits.',
    formula: 'amount (fixed) or floor(payment × bps / 10000) (rate)',
    default_value: 'Fixed { amount: 50,000 }',
    unit: 'cents (resolved)',
    data_type: PENALTY,
    source_location: SOURCE,
    see_also: ['overdue_delay_multiplier', 'eod_penalty'],
    example: {
      scenario: 'A payment of 10,000.00 misses its deadline under a rate of 100 bps.',
      inputs: [
        ['amount', '1,000,000 cents'],
        ['bps_per_event', '100'],
      ],
      calculation: '1,000,000 × 100 / 10,000',
      result: '10,000 cents',
    },
    added_in: '1.0',
  },
  {
    name: 'split_friction_cost',
    display_name: 'Split Friction Cost',
    category: 'OneTime',
    description: 'Price of each further part of a split payment.',
    incurred_at: 'At the split.',
    formula: 'cost × (parts − 1)',
    default_value: '1,000',
    unit: 'cents per split',
    data_type: 'i64',
    source_location: SOURCE,
    see_also: [],
    example: {
      scenario: 'A payment is split into four.',
      inputs: [
        ['split_friction_cost', '1,000 cents'],
        ['parts', '4'],
      ],
      calculation: '1,000 × 3',
      result: '3,000 cents',
    },
    added_in: '1.0',
  },
  {
    name: 'eod_penalty',
    display_name: 'End-of-Day Penalty',
    category: 'Daily',
    description: 'Price of every late payment that still waits when the day ends, on each day again.',
    incurred_at: 'In the last tick of each day, for queued payments whose deadline lies before it.',
    formula: 'amount (fixed) or floor(remaining × bps / 10000) (rate), per payment',
    default_value: 'Fixed { amount: 10,000 }',
    unit: 'cents (resolved per tx)',
    data_type: PENALTY,
    source_location: SOURCE,
    see_also: ['deadline_penalty'],
    example: {
      scenario: 'Three late payments wait at the end of the day.',
      inputs: [
        ['eod_penalty', '10,000 cents'],
        ['payments', '3'],
      ],
      calculation: '10,000 × 3',
      result: '30,000 cents',
    },
    added_in: '1.0',
  },
  {
    name: 'overdue_delay_multiplier',
    display_name: 'Overdue Delay Multiplier',
    category: 'Modifier',
    description: 'Multiplies the delay cost of payments that are overdue.',
    incurred_at: 'From the tick in which a payment is found overdue.',
    formula: 'delay cost × multiplier, resolved to 0.001',
    default_value: '5.0',
    unit: 'multiplier',
    data_type: 'f64',
    source_location: SOURCE,
    see_also: ['delay_cost_per_tick_per_cent', 'deadline_penalty'],
    example: {
      scenario: 'An overdue payment of 50.00 waits for a tick.',
      inputs: [
        ['remaining', '5,000 cents'],
        ['delay_cost_per_tick_per_cent', '0.0001'],
        ['overdue_delay_multiplier', '5.0'],
      ],
      calculation: '5,000 × 0.0001 × 5',
      result: '3 cents (2.5, rounded)',
    },
    added_in: '1.0',
  },
  {
    name: 'priority_delay_multipliers',
    display_name: 'Priority Delay Multipliers',
    category: 'Modifier',
    description: 'Multiplies the delay cost by priority band: urgent 8–10, normal 4–7, low 0–3.',
    incurred_at: 'With every delay cost; the current priority counts.',
    formula: 'delay cost × multiplier of the band, resolved to 0.001',
    default_value: 'None (all priorities use same rate)',
    unit: 'multiplier struct',
    data_type: 'Option<PriorityDelayMultipliers>',
    source_location: SOURCE,
    see_also: ['delay_cost_per_tick_per_cent', 'overdue_delay_multiplier'],
    example: {
      scenario: 'An urgent payment of 1,000,000.00 waits for a tick under multipliers 2 / 1 / 0.5.',
      inputs: [
        ['remaining', '100,000,000 cents'],
        ['priority', '9'],
        ['urgent_multiplier', '2.0'],
      ],
      calculation: '100,000,000 × 0.0001 × 2',
      result: '20,000 cents',
    },
    added_in: '1.0',
  },
];
