/** The context fields as spec 06 §6.2 lists them. */

export const TRANSACTION_FIELDS = [
  'amount',
  'remaining_amount',
  'settled_amount',
  'arrival_tick',
  'deadline_tick',
  'priority',
  'is_split',
  'is_past_deadline',
  'is_overdue',
  'overdue_duration',
  'is_in_queue2',
  'ticks_to_deadline',
  'queue_age',
  'is_time_critical',
  'counterparty_in_outage',
  'ticks_since_counterparty_outage',
  'exposure_to_counterparty',
  'cost_delay_this_tx_one_tick',
  'cost_overdraft_this_amount_one_tick',
];

export const COMMON_FIELDS = [
  'balance',
  'credit_limit',
  'unsecured_cap',
  'credit_used',
  'credit_headroom',
  'effective_liquidity',
  'available_liquidity',
  'is_using_credit',
  'liquidity_buffer',
  'liquidity_pressure',
  'is_overdraft_capped',
  'incoming_expected_count',

  'outgoing_queue_size',
  'queue1_total_value',
  'queue1_liquidity_gap',
  'headroom',

  'rtgs_queue_size',
  'queue2_size',
  'rtgs_queue_value',
  'queue2_count_for_agent',
  'queue2_nearest_deadline',
  'ticks_to_nearest_queue2_deadline',
  'system_queue2_pressure_index',

  'posted_collateral',
  'max_collateral_capacity',
  'remaining_collateral_capacity',
  'collateral_utilization',
  'collateral_haircut',
  'allowed_overdraft_limit',
  'overdraft_headroom',
  'overdraft_utilization',
  'required_collateral_for_usage',
  'excess_collateral',

  'cost_overdraft_bps_per_tick',
  'cost_delay_per_tick_per_cent',
  'cost_collateral_bps_per_tick',
  'cost_split_friction',
  'cost_deadline_penalty',
  'cost_eod_penalty',

  'current_tick',
  'total_agents',
  'system_ticks_per_day',
  'system_current_day',
  'system_tick_in_day',
  'ticks_remaining_in_day',
  'day_progress_fraction',
  'is_eod_rush',

  'my_throughput_fraction_today',
  'expected_throughput_fraction_by_now',
  'throughput_gap',
];

export const COUNTERPARTY_FIELDS = [
  'my_q2_out_value_to_counterparty',
  'my_q2_in_value_from_counterparty',
  'my_bilateral_net_q2',
  'tx_counterparty_id',
  'tx_is_top_counterparty',
];

export const RANKED_FIELDS = [
  'my_q2_out_value_top_1',
  'my_q2_out_value_top_2',
  'my_q2_out_value_top_3',
  'my_q2_out_value_top_4',
  'my_q2_out_value_top_5',
  'top_cpty_1_id_hash',
  'top_cpty_2_id_hash',
  'top_cpty_3_id_hash',
  'top_cpty_4_id_hash',
  'top_cpty_5_id_hash',
  'my_q2_in_value_top_1',
  'my_q2_in_value_top_2',
  'my_q2_in_value_top_3',
  'my_q2_in_value_top_4',
  'my_q2_in_value_top_5',
  'my_bilateral_net_q2_top_1',
  'my_bilateral_net_q2_top_2',
  'my_bilateral_net_q2_top_3',
  'my_bilateral_net_q2_top_4',
  'my_bilateral_net_q2_top_5',
  'lsm_run_rate_last_10_ticks',
  'system_throughput_guidance_fraction_by_tick',
];

/** Columns P, B and C of the table. */
export const FIELD_NAMES = {
  payment: [...TRANSACTION_FIELDS, ...COMMON_FIELDS, ...COUNTERPARTY_FIELDS, ...RANKED_FIELDS],
  bank: COMMON_FIELDS,
  collateral: [...COMMON_FIELDS, ...RANKED_FIELDS],
} as const;

export const ALWAYS_ZERO = [
  'tx_is_top_counterparty',
  'lsm_run_rate_last_10_ticks',
  'system_throughput_guidance_fraction_by_tick',
  'liquidity_buffer',
  'incoming_expected_count',
];

/** Names that once were accepted without ever having a value. */
export const PHANTOM_FIELDS = [
  'time_in_queue',
  'cost_delay_so_far',
  'cost_if_settled_now',
  'cost_if_held_one_tick',
  'cost_urgency',
];
