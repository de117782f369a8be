import {
  delay_denominator,
  delay_indicator,
  delay_numerator,
  liquidity_usage_indicator,
  lower_bound,
  turnover_ratio,
  upper_bound,
} from './days.js';
import { as, type View } from './view.js';
import { agent_id, simulation_id, VALUE_TICKS } from './words.js';

const delay_value_ticks = as('cents × ticks; Σ amount · (settlement tick − arrival tick) of settled legs');
const avg_delay_value = as('ticks; the same by the value settled');
const wait_value_ticks = as('cents × ticks; the same of all legs, unsettled ones to the end of the run');
const funding = {
  funding_incoming: as('cents sent against money received in the same tick'),
  funding_balance: as('cents sent out of balances'),
  funding_credit: as('cents sent out of credit'),
};

export const v_bank_runs: View = {
  about: 'Indicators of each bank over the whole run.',
  columns: {
    ...{ simulation_id, agent_id },
    value_due: as('cents; payments that arrived'),
    value_sent: as('cents; settled legs sent, without scheduled settlements'),
    value_received: as('cents; settled legs received'),
    unsettled_value_end: as('cents; due and not settled at the end'),
    ...{ delay_numerator, delay_denominator, delay_indicator, delay_value_ticks, avg_delay_value, wait_value_ticks },
    internal_value_ticks: as('cents × ticks in its own queue: delay chosen by the bank'),
    central_value_ticks: as('cents × ticks in the central queue: delay of the system'),
    liquidity_used: as('cents; sum over days of its largest negative net position'),
    turnover_ratio,
    liquidity_provision: as('share of the liquidity used / share of the payments sent; above 1: it provides more than its share'),
    sent_tick_mean: as('tick of the day; mean of the settlement of what it sent, by value'),
    received_tick_mean: as('tick of the day; mean of the settlement of what it received, by value'),
    timing_gap: as('ticks; sent_tick_mean − received_tick_mean: negative if it pays before it is paid'),
    ...funding,
  },
  sql: `WITH d AS (
  SELECT simulation_id, agent_id, CAST(sum(max_net_debit) AS BIGINT) AS liquidity_used, sum(value_sent) AS flows_sent,
    sum(delay_numerator) AS delay_numerator, sum(delay_denominator) AS delay_denominator, CAST(sum(funding_incoming) AS BIGINT) AS funding_incoming,
    CAST(sum(funding_balance) AS BIGINT) AS funding_balance, CAST(sum(funding_credit) AS BIGINT) AS funding_credit
  FROM v_bank_days GROUP BY ALL
), l AS (
  SELECT simulation_id, sender_id AS agent_id, CAST(sum(amount) AS BIGINT) AS value_due,
    CAST(sum(amount) FILTER (settlement_tick IS NOT NULL) AS BIGINT) AS value_sent,
    sum(${VALUE_TICKS} * wait_ticks) FILTER (settlement_tick IS NOT NULL) AS delay_value_ticks, sum(${VALUE_TICKS} * wait_ticks) AS wait_value_ticks,
    sum(${VALUE_TICKS} * (settlement_tick % s.ticks_per_day)) FILTER (settlement_tick IS NOT NULL)
      / nullif(sum(amount) FILTER (settlement_tick IS NOT NULL), 0) AS sent_tick_mean
  FROM v_legs JOIN simulations s USING (simulation_id) GROUP BY ALL
), r AS (
  SELECT simulation_id, receiver_id AS agent_id, CAST(sum(amount) AS BIGINT) AS value_received,
    sum(${VALUE_TICKS} * (settlement_tick % s.ticks_per_day)) / sum(amount) AS received_tick_mean
  FROM v_legs JOIN simulations s USING (simulation_id) WHERE settlement_tick IS NOT NULL GROUP BY ALL
), c AS (
  SELECT simulation_id, sender_id AS agent_id, sum(${VALUE_TICKS} * queue1_ticks) AS internal_value_ticks,
    sum(${VALUE_TICKS} * queue2_ticks) AS central_value_ticks
  FROM transactions GROUP BY ALL
)
SELECT d.simulation_id, d.agent_id, coalesce(value_due, 0) AS value_due, coalesce(value_sent, 0) AS value_sent, coalesce(value_received, 0) AS value_received,
  coalesce(value_due, 0) - coalesce(value_sent, 0) AS unsettled_value_end, delay_numerator, delay_denominator,
  delay_numerator / nullif(delay_denominator, 0) AS delay_indicator, coalesce(delay_value_ticks, 0) AS delay_value_ticks,
  delay_value_ticks / nullif(value_sent, 0) AS avg_delay_value, coalesce(wait_value_ticks, 0) AS wait_value_ticks,
  coalesce(internal_value_ticks, 0) AS internal_value_ticks, coalesce(central_value_ticks, 0) AS central_value_ticks, liquidity_used,
  flows_sent / nullif(liquidity_used, 0) AS turnover_ratio,
  (liquidity_used / nullif(sum(liquidity_used) OVER whole_run, 0)) / nullif(coalesce(value_sent, 0) / nullif(sum(value_sent) OVER whole_run, 0), 0) AS liquidity_provision,
  sent_tick_mean, received_tick_mean, sent_tick_mean - received_tick_mean AS timing_gap, funding_incoming, funding_balance, funding_credit
FROM d LEFT JOIN l USING (simulation_id, agent_id) LEFT JOIN r USING (simulation_id, agent_id) LEFT JOIN c USING (simulation_id, agent_id)
WINDOW whole_run AS (PARTITION BY d.simulation_id)`,
};

export const v_system_runs: View = {
  about: 'Indicators of the system over the whole run: one row per simulation.',
  columns: {
    simulation_id,
    days: as('days begun'),
    payments_due: as('payments that arrived'),
    value_due: as('cents; sum of their amounts'),
    payments_settled: as('payments of which all legs settled'),
    value_settled: as('cents; sum of the settled legs'),
    settlement_rate_count: as('payments settled / payments due'),
    settlement_rate_value: as('value settled / value due'),
    unsettled_value_end: as('cents; due and not settled at the end'),
    ...{ delay_numerator, delay_denominator, delay_indicator, avg_delay_value, wait_value_ticks },
    avg_delay_count: as('ticks; mean over settled payments'),
    max_delay: as('ticks; longest of them'),
    delay_p50: as('ticks; their median'),
    delay_p95: as('ticks; their 95 % quantile'),
    liquidity_used: as('cents; sum over banks and days of the largest negative net positions'),
    ...{ lower_bound, upper_bound, liquidity_usage_indicator, turnover_ratio },
    queue2_len_mean: as('legs in the central queue; mean over tick ends'),
    queue2_len_peak: as('legs; most at a tick end'),
    queue1_value_peak: as('cents in own queues; most at a tick end'),
    queue2_value_peak: as('cents in the central queue; most at a tick end'),
    unsettled_value_peak: as('cents; most at a tick end'),
    stalled_ticks: as('ticks in which payments waited centrally and none settled'),
    hhi_sent: as('Herfindahl–Hirschman index of the value sent by bank, 1/n … 1'),
    hhi_received: as('the same of the value received'),
    ...funding,
  },
  sql: `WITH b AS (
  SELECT simulation_id, count(DISTINCT day) AS days, sum(max_net_debit) AS liquidity_used, sum(lower_bound) AS lower_bound, sum(upper_bound) AS upper_bound,
    sum(delay_numerator) AS delay_numerator, sum(delay_denominator) AS delay_denominator, sum(value_sent) AS flows_sent,
    sum(funding_incoming) AS funding_incoming, sum(funding_balance) AS funding_balance, sum(funding_credit) AS funding_credit
  FROM v_bank_days GROUP BY ALL
), l AS (
  SELECT simulation_id, sum(amount) AS value_due, coalesce(sum(amount) FILTER (settlement_tick IS NOT NULL), 0) AS value_settled,
    coalesce(sum(${VALUE_TICKS} * wait_ticks) FILTER (settlement_tick IS NOT NULL), 0) AS delay_value_ticks, sum(${VALUE_TICKS} * wait_ticks) AS wait_value_ticks
  FROM v_legs GROUP BY ALL
), p AS (
  SELECT simulation_id, count(*) AS payments_due, count(*) FILTER (is_settled) AS payments_settled, avg(delay_ticks) AS avg_delay_count,
    max(delay_ticks) AS max_delay, quantile_cont(delay_ticks, 0.5) AS delay_p50, quantile_cont(delay_ticks, 0.95) AS delay_p95
  FROM v_payment_timing GROUP BY ALL
), t AS (
  SELECT simulation_id, avg(queue2_length) AS queue2_len_mean, max(queue2_length) AS queue2_len_peak, max(queue1_value) AS queue1_value_peak,
    max(queue2_value) AS queue2_value_peak, max(unsettled_value) AS unsettled_value_peak, count(*) FILTER (stalled) AS stalled_ticks
  FROM v_system_ticks GROUP BY ALL
), h AS (
  SELECT simulation_id, sum(value_sent * value_sent) / nullif(sum(value_sent) * sum(value_sent), 0) AS hhi_sent,
    sum(value_received * value_received) / nullif(sum(value_received) * sum(value_received), 0) AS hhi_received
  FROM (
    SELECT simulation_id, agent_id, CAST(sum(sent) AS DOUBLE) AS value_sent, CAST(sum(received) AS DOUBLE) AS value_received FROM (
      SELECT simulation_id, unnest([sender_id, receiver_id]) AS agent_id, unnest([value_settled, 0]) AS sent, unnest([0, value_settled]) AS received
      FROM v_pair_flows
    ) GROUP BY ALL
  ) GROUP BY ALL
)
SELECT b.simulation_id, b.days, coalesce(p.payments_due, 0) AS payments_due, CAST(coalesce(l.value_due, 0) AS BIGINT) AS value_due,
  coalesce(p.payments_settled, 0) AS payments_settled, CAST(coalesce(l.value_settled, 0) AS BIGINT) AS value_settled,
  p.payments_settled / nullif(p.payments_due, 0) AS settlement_rate_count, l.value_settled / nullif(l.value_due, 0) AS settlement_rate_value,
  CAST(coalesce(l.value_due - l.value_settled, 0) AS BIGINT) AS unsettled_value_end, b.delay_numerator, b.delay_denominator,
  b.delay_numerator / nullif(b.delay_denominator, 0) AS delay_indicator, l.delay_value_ticks / nullif(l.value_settled, 0) AS avg_delay_value,
  coalesce(l.wait_value_ticks, 0) AS wait_value_ticks, p.avg_delay_count, p.max_delay, p.delay_p50, p.delay_p95,
  CAST(b.liquidity_used AS BIGINT) AS liquidity_used, CAST(b.lower_bound AS BIGINT) AS lower_bound, CAST(b.upper_bound AS BIGINT) AS upper_bound,
  (b.liquidity_used - b.lower_bound) / nullif(b.upper_bound - b.lower_bound, 0) AS liquidity_usage_indicator, b.flows_sent / nullif(b.liquidity_used, 0) AS turnover_ratio,
  t.queue2_len_mean, t.queue2_len_peak, t.queue1_value_peak, t.queue2_value_peak, t.unsettled_value_peak, t.stalled_ticks, h.hhi_sent, h.hhi_received,
  CAST(b.funding_incoming AS BIGINT) AS funding_incoming, CAST(b.funding_balance AS BIGINT) AS funding_balance, CAST(b.funding_credit AS BIGINT) AS funding_credit
FROM b LEFT JOIN l USING (simulation_id) LEFT JOIN p USING (simulation_id) LEFT JOIN t USING (simulation_id) LEFT JOIN h USING (simulation_id)`,
};

/** Links between different banks, and their weights. */
const LINKS =
  'SELECT simulation_id, sender_id, receiver_id, value_settled AS w FROM v_pair_flows WHERE sender_id <> receiver_id AND value_settled > 0';

export const v_network_nodes: View = {
  about: 'Links of each bank in the graph of settled value, and the value that went over them.',
  columns: {
    ...{ simulation_id, agent_id },
    out_degree: as('banks that it paid'),
    out_strength: as('cents paid to them'),
    in_degree: as('banks that paid it'),
    in_strength: as('cents received from them'),
  },
  sql: `WITH w AS (${LINKS}),
o AS (SELECT simulation_id, sender_id AS agent_id, count(*) AS n, sum(w) AS v FROM w GROUP BY ALL),
i AS (SELECT simulation_id, receiver_id AS agent_id, count(*) AS n, sum(w) AS v FROM w GROUP BY ALL)
SELECT a.simulation_id, a.agent_id, coalesce(o.n, 0) AS out_degree, CAST(coalesce(o.v, 0) AS BIGINT) AS out_strength, coalesce(i.n, 0) AS in_degree,
  CAST(coalesce(i.v, 0) AS BIGINT) AS in_strength
FROM simulation_agents a LEFT JOIN o USING (simulation_id, agent_id) LEFT JOIN i USING (simulation_id, agent_id)`,
};

export const v_network: View = {
  about: 'The graph of settled value between banks: one row per simulation with a link.',
  columns: {
    simulation_id,
    links: as('ordered pairs of banks with settled value'),
    value: as('cents over all links'),
    density: as('links / possible links'),
    reciprocity_links: as('share of the links whose reverse exists'),
    reciprocity_value: as('Σ min(there, back) / Σ value'),
  },
  sql: `WITH w AS (${LINKS})
SELECT x.simulation_id, count(*) AS links, CAST(sum(x.w) AS BIGINT) AS value,
  count(*) / nullif(any_value(s.num_agents) * (any_value(s.num_agents) - 1), 0) AS density, count(y.w) / count(*) AS reciprocity_links,
  sum(least(x.w, coalesce(y.w, 0))) / sum(x.w) AS reciprocity_value
FROM w x LEFT JOIN w y ON y.simulation_id = x.simulation_id AND y.sender_id = x.receiver_id AND y.receiver_id = x.sender_id
JOIN simulations s ON s.simulation_id = x.simulation_id GROUP BY x.simulation_id`,
};
