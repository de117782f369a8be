import { WHOLE_PAYMENTS } from './payments.js';
import { as, type View } from './view.js';
import { agent_id, day, simulation_id, VALUE_TICKS } from './words.js';

const delay_numerator = as('cents × ticks; Σ amount · day_wait_ticks of the legs that arrived on the day');
const delay_denominator = as('cents × ticks; Σ amount · day_max_ticks of them');
const delay_indicator = as('numerator / denominator; 0: all settled on arrival, 1: nothing settled on its day');
const upper_bound = as('cents; liquidity that immediate settlement of everything would need');
const lower_bound = as('cents; liquidity that settlement of everything by the end of the day needs');
const liquidity_usage_indicator = as(
  '(used − lower bound) / (upper bound − lower bound); below 0 if payments of net payers stay unsettled',
);
const turnover_ratio = as('value of the flows sent / liquidity used');
const unsettled_value_eod = as('cents unsettled at the last tick of the day, carried over');
const value_due = as('cents; payments that arrived on the day');

export const v_bank_days: View = {
  about: 'Liquidity, delay and funding of a bank’s days.',
  columns: {
    ...{ simulation_id, agent_id, day, value_due },
    value_sent: as('cents; flows sent'),
    value_received: as('cents; flows received'),
    net_end: as('cents; net position at the last tick'),
    max_net_debit: as('cents; largest negative net cumulative position: peak intraday usage, BCBS 248 A(i)'),
    max_net_credit: as('cents; largest positive net cumulative position'),
    ...{ upper_bound, lower_bound },
    opening_balance: as('cents; before the first event of the day but the allocation'),
    pool_allocated: as('cents; brought in from the liquidity pool at the start of the day'),
    min_balance: as('cents; lowest balance at tick ends'),
    min_available: as('cents; lowest available liquidity at tick ends'),
    peak_credit: as('cents; largest use of credit at tick ends'),
    credit_value_ticks: as('cents × ticks; sum of the credit used at tick ends'),
    peak_credit_ratio: as('largest share of the credit limit that was used; `NULL` without credit'),
    ...{ unsettled_value_eod, delay_numerator, delay_denominator, delay_indicator },
    funding_incoming: as('cents sent against money received in the same tick'),
    funding_balance: as('cents sent out of the balance'),
    funding_credit: as('cents sent out of credit'),
  },
  sql: `WITH t AS (
  SELECT *, least(value_sent, value_received) AS from_incoming, greatest(value_sent - value_received, 0) AS net_out,
    least(greatest(value_sent - value_received, 0), greatest(payment_base, 0)) AS from_balance,
    greatest(balance, 0) + greatest(credit_limit - credit_used, 0) AS available
  FROM v_bank_ticks
), legs AS (
  SELECT simulation_id, sender_id AS agent_id, arrival_day AS day, sum(${VALUE_TICKS} * day_wait_ticks) AS delay_numerator,
    sum(${VALUE_TICKS} * day_max_ticks) AS delay_denominator
  FROM v_legs GROUP BY ALL
), openings AS (
  SELECT m.simulation_id, m.agent_id, m.tick // s.ticks_per_day AS day, sum(m.cents) FILTER (m.kind = 'allocation') AS pool,
    sum(m.cents) FILTER (m.kind NOT IN ('allocation', 'return', 'adjustment')) AS others
  FROM v_liquidity_moves m JOIN simulations s USING (simulation_id) WHERE m.tick % s.ticks_per_day = 0 GROUP BY ALL
), days AS (
  SELECT simulation_id, agent_id, day, CAST(sum(value_due) AS BIGINT) AS value_due, CAST(sum(value_sent) AS BIGINT) AS value_sent,
    CAST(sum(value_received) AS BIGINT) AS value_received, arg_max(net_position, tick) AS net_end, greatest(-min(net_position), 0) AS max_net_debit,
    greatest(max(net_position), 0) AS max_net_credit, greatest(-min(net_position_due), 0) AS upper_bound,
    greatest(-arg_max(net_position_due, tick), 0) AS lower_bound, arg_min(payment_base, tick) AS first_base, min(balance) AS min_balance,
    min(available) AS min_available, max(credit_used) AS peak_credit, sum(credit_used) AS credit_value_ticks,
    max(credit_used / nullif(credit_limit, 0)) FILTER (credit_limit > 0) AS peak_credit_ratio,
    arg_max(unsettled_value, tick) AS unsettled_value_eod, CAST(sum(from_incoming) AS BIGINT) AS funding_incoming,
    CAST(sum(from_balance) AS BIGINT) AS funding_balance, CAST(sum(net_out - from_balance) AS BIGINT) AS funding_credit
  FROM t GROUP BY ALL
)
SELECT d.simulation_id, d.agent_id, d.day, d.value_due, d.value_sent, d.value_received, d.net_end, d.max_net_debit, d.max_net_credit,
  d.upper_bound, d.lower_bound,
  CAST(CASE d.day WHEN 0 THEN a.opening_balance ELSE d.first_base - coalesce(o.pool, 0) - coalesce(o.others, 0) END AS BIGINT) AS opening_balance,
  CAST(coalesce(o.pool, 0) AS BIGINT) AS pool_allocated, d.min_balance, d.min_available, d.peak_credit, d.credit_value_ticks,
  d.peak_credit_ratio, d.unsettled_value_eod, coalesce(l.delay_numerator, 0) AS delay_numerator, coalesce(l.delay_denominator, 0) AS delay_denominator,
  l.delay_numerator / nullif(l.delay_denominator, 0) AS delay_indicator, d.funding_incoming, d.funding_balance, d.funding_credit
FROM days d JOIN simulation_agents a USING (simulation_id, agent_id) LEFT JOIN legs l USING (simulation_id, agent_id, day)
LEFT JOIN openings o USING (simulation_id, agent_id, day)`,
};

export const v_system_days: View = {
  about: 'Volume, liquidity and delay of the system’s days.',
  columns: {
    ...{ simulation_id, day },
    payments_due: as('payments that arrived'),
    value_due,
    payments_settled: as('payments of which the last leg settled on the day'),
    legs_settled: as('legs settled'),
    value_settled: as('cents; sum of their amounts'),
    value_settled_same_day: as('cents; of these, what had arrived on the same day'),
    settlement_rate_value: as('value settled on the same day / value due: at most 1'),
    unsettled_value_eod,
    liquidity_used: as('cents; sum over banks of their largest negative net positions'),
    ...{
      lower_bound,
      upper_bound,
      liquidity_usage_indicator,
      turnover_ratio,
      delay_numerator,
      delay_denominator,
      delay_indicator,
    },
  },
  sql: `WITH b AS (
  SELECT simulation_id, day, sum(value_due) AS value_due, sum(value_sent) AS value_sent, sum(max_net_debit) AS liquidity_used,
    sum(upper_bound) AS upper_bound, sum(lower_bound) AS lower_bound, sum(unsettled_value_eod) AS unsettled_value_eod,
    sum(delay_numerator) AS delay_numerator, sum(delay_denominator) AS delay_denominator
  FROM v_bank_days GROUP BY ALL
), p AS (SELECT simulation_id, arrival_day AS day, count(*) AS payments_due FROM (${WHOLE_PAYMENTS}) GROUP BY ALL),
q AS (SELECT simulation_id, settlement_day AS day, count(*) AS payments_settled FROM (${WHOLE_PAYMENTS}) WHERE is_settled GROUP BY ALL),
l AS (
  SELECT simulation_id, settlement_day AS day, count(*) AS legs_settled, sum(amount) AS value_settled,
    sum(amount) FILTER (arrival_day = settlement_day) AS value_settled_same_day
  FROM v_legs WHERE settlement_tick IS NOT NULL GROUP BY ALL
)
SELECT b.simulation_id, b.day, coalesce(payments_due, 0) AS payments_due, CAST(value_due AS BIGINT) AS value_due,
  coalesce(payments_settled, 0) AS payments_settled, coalesce(legs_settled, 0) AS legs_settled, CAST(coalesce(value_settled, 0) AS BIGINT) AS value_settled,
  CAST(coalesce(value_settled_same_day, 0) AS BIGINT) AS value_settled_same_day,
  coalesce(value_settled_same_day, 0) / nullif(value_due, 0) AS settlement_rate_value, CAST(unsettled_value_eod AS BIGINT) AS unsettled_value_eod,
  CAST(liquidity_used AS BIGINT) AS liquidity_used, CAST(lower_bound AS BIGINT) AS lower_bound, CAST(upper_bound AS BIGINT) AS upper_bound,
  (liquidity_used - lower_bound) / nullif(upper_bound - lower_bound, 0) AS liquidity_usage_indicator, value_sent / nullif(liquidity_used, 0) AS turnover_ratio,
  delay_numerator, delay_denominator, delay_numerator / nullif(delay_denominator, 0) AS delay_indicator
FROM b LEFT JOIN p USING (simulation_id, day) LEFT JOIN q USING (simulation_id, day) LEFT JOIN l USING (simulation_id, day)`,
};

export const v_bcbs248: View = {
  about:
    'Monitoring tools for intraday liquidity of the Basel Committee: one row per bank; lists have at most three days, worst first.',
  columns: {
    ...{ simulation_id, agent_id },
    a1_max_negative: as('cents; largest negative net positions of days'),
    a1_max_negative_mean: as('cents; mean over all days'),
    a1_max_positive: as('cents; largest positive net positions of days'),
    a1_max_positive_mean: as('cents; mean over all days'),
    a3_sent: as('cents; largest totals sent on days'),
    a3_sent_mean: as('cents; mean over all days'),
    a3_received: as('cents; largest totals received on days'),
    a3_received_mean: as('cents; mean over all days'),
  },
  sql: `SELECT simulation_id, agent_id, ${[
    'max_net_debit a1_max_negative',
    'max_net_credit a1_max_positive',
    'value_sent a3_sent',
    'value_received a3_received',
  ]
    .map((pair) => pair.split(' '))
    .map(([column, name]) => `list(${column} ORDER BY ${column} DESC)[1:3] AS ${name}, avg(${column}) AS ${name}_mean`)
    .join(',\n  ')}
FROM v_bank_days GROUP BY ALL`,
};

export {
  delay_denominator,
  delay_indicator,
  delay_numerator,
  liquidity_usage_indicator,
  lower_bound,
  turnover_ratio,
  upper_bound,
};
