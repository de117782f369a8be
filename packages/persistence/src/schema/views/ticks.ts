import { WHOLE_PAYMENTS } from './payments.js';
import { as, type View } from './view.js';
import { agent_id, day, scenarioEvents, simulation_id, tick } from './words.js';

export const v_bank_ticks: View = {
  about: 'Every bank at the end of every tick, before the liquidity return of a day; from events alone.',
  columns: {
    ...{ simulation_id, agent_id, tick, day },
    value_due: as('cents; payments of this sender that arrived in the tick'),
    value_sent: as('cents; flows sent in the tick: settled legs and scheduled settlements'),
    value_received: as('cents; flows received in the tick'),
    payments_sent: as('cents; settled legs sent in the tick'),
    payments_received: as('cents; settled legs received in the tick'),
    unsettled_value: as('cents; payments that arrived so far minus legs settled so far'),
    net_position: as('cents; flows received minus sent since the start of the day'),
    net_position_due: as('cents; the same if everything settled when it was due'),
    balance: as('cents'),
    payment_base: as('cents; balance that the payments of the tick start from'),
    credit_limit: as('cents; unsecured cap and collateral value'),
    credit_used: as('cents; max(0, −balance)'),
  },
  sql: `WITH grid AS (
  SELECT a.simulation_id, a.agent_id, t.tick, t.day, a.opening_balance, a.unsecured_cap, a.collateral_haircut
  FROM simulation_agents a JOIN tick_summaries t USING (simulation_id)
), moves AS (
  SELECT simulation_id, agent_id, tick, sum(due) AS due, sum(ob_in) AS ob_in, sum(ob_out) AS ob_out, sum(paid_out) AS paid_out, sum(paid_in) AS paid_in,
    sum(sch_out) AS sch_out, sum(sch_in) AS sch_in, sum(allocated) AS allocated, sum(returned) AS returned, sum(transferred) AS transferred, sum(cap_delta) AS cap_delta
  FROM (
    SELECT simulation_id, sender_id AS agent_id, tick, CASE kind WHEN 'payment' THEN amount ELSE 0 END AS due, 0 AS ob_in, amount AS ob_out,
      0 AS paid_out, 0 AS paid_in, 0 AS sch_out, 0 AS sch_in, 0 AS allocated, 0 AS returned, 0 AS transferred, 0 AS cap_delta FROM v_obligations
    UNION ALL SELECT simulation_id, receiver_id, tick, 0, amount, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM v_obligations
    UNION ALL SELECT simulation_id, sender_id, tick, 0, 0, 0, CASE kind WHEN 'payment' THEN amount ELSE 0 END, 0,
      CASE kind WHEN 'payment' THEN 0 ELSE amount END, 0, 0, 0, 0, 0 FROM v_flows
    UNION ALL SELECT simulation_id, receiver_id, tick, 0, 0, 0, 0, CASE kind WHEN 'payment' THEN amount ELSE 0 END, 0,
      CASE kind WHEN 'payment' THEN 0 ELSE amount END, 0, 0, 0, 0 FROM v_flows
    UNION ALL SELECT simulation_id, agent_id, tick, 0, 0, 0, 0, 0, 0, 0, CASE kind WHEN 'allocation' THEN cents ELSE 0 END,
      CASE kind WHEN 'return' THEN -cents ELSE 0 END, CASE WHEN kind IN ('allocation', 'return') THEN 0 ELSE cents END, 0 FROM v_liquidity_moves
    UNION ALL SELECT simulation_id, d ->> 'agent', tick, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, CAST(coalesce(d ->> 'delta', d ->> 'unsecured_cap_moved') AS BIGINT)
      FROM ${scenarioEvents('collateral_adjustment', 'liquidity_shock', 'liquidity_restored')}
  ) GROUP BY ALL
), posted AS (
  SELECT simulation_id, agent_id, tick,
    arg_max(posted, event_seq) AS posted, arg_max(haircut, event_seq) FILTER (haircut IS NOT NULL) AS haircut_set, max(cap_set) AS cap_set
  FROM (
    SELECT simulation_id, agent_id, tick, event_seq, CAST(coalesce(details ->> 'new_total', details ->> 'posted_collateral_after') AS BIGINT) AS posted,
      CAST(details ->> 'collateral_haircut_after' AS DOUBLE) AS haircut, CAST(details ->> 'unsecured_cap_after' AS BIGINT) AS cap_set
    FROM simulation_events
    WHERE event_type IN ('CollateralPost', 'CollateralWithdraw', 'CollateralTimerWithdrawn', 'AccountAdjustment')
    UNION ALL SELECT simulation_id, d ->> 'agent', tick, event_seq, CAST(d ->> 'posted_collateral_after' AS BIGINT),
      CAST(d ->> 'collateral_haircut_after' AS DOUBLE), NULL FROM ${scenarioEvents('liquidity_shock', 'liquidity_restored')}
  ) GROUP BY ALL
), filled AS (
  SELECT g.simulation_id, g.agent_id, g.tick, g.day, g.opening_balance, g.unsecured_cap AS cap0, g.collateral_haircut,
    coalesce(m.due, 0) AS value_due, coalesce(m.ob_in - m.ob_out, 0) AS net_due,
    coalesce(m.paid_out, 0) AS payments_sent, coalesce(m.paid_in, 0) AS payments_received,
    coalesce(m.paid_out + m.sch_out, 0) AS value_sent, coalesce(m.paid_in + m.sch_in, 0) AS value_received,
    coalesce(m.allocated, 0) AS allocated, coalesce(m.returned, 0) AS returned, coalesce(m.transferred, 0) AS transferred,
    coalesce(m.cap_delta, 0) AS cap_delta, p.cap_set, p.haircut_set,
    coalesce(p.posted, CASE WHEN g.tick = 0 THEN coalesce(d.opening_posted_collateral, 0) END) AS posted
  FROM grid g LEFT JOIN moves m USING (simulation_id, agent_id, tick) LEFT JOIN posted p USING (simulation_id, agent_id, tick)
  LEFT JOIN daily_agent_metrics d ON d.simulation_id = g.simulation_id AND d.agent_id = g.agent_id AND d.day = 0
), set_terms AS (
  SELECT *, cap_set - sum(cap_delta) OVER (PARTITION BY simulation_id, agent_id ORDER BY tick) + cap_delta AS cap_base FROM filled
), rolled AS (
  SELECT *, sum(allocated + transferred - returned + value_received - value_sent) OVER bank_so_far + opening_balance AS closing,
    sum(value_received - value_sent) OVER bank_today AS net_position, sum(net_due) OVER bank_today AS net_position_due,
    sum(value_due - payments_sent) OVER bank_so_far AS unsettled_value, sum(cap_delta) OVER bank_so_far + coalesce(last_value(cap_base IGNORE NULLS) OVER bank_so_far, cap0) AS cap,
    coalesce(last_value(haircut_set IGNORE NULLS) OVER bank_so_far, collateral_haircut) AS haircut,
    last_value(posted IGNORE NULLS) OVER bank_so_far AS collateral
  FROM set_terms
  WINDOW bank_so_far AS (PARTITION BY simulation_id, agent_id ORDER BY tick), bank_today AS (PARTITION BY simulation_id, agent_id, day ORDER BY tick)
)
SELECT simulation_id, agent_id, tick, day, CAST(value_due AS BIGINT) AS value_due, CAST(value_sent AS BIGINT) AS value_sent,
  CAST(value_received AS BIGINT) AS value_received, CAST(payments_sent AS BIGINT) AS payments_sent, CAST(payments_received AS BIGINT) AS payments_received,
  CAST(unsettled_value AS BIGINT) AS unsettled_value, CAST(net_position AS BIGINT) AS net_position, CAST(net_position_due AS BIGINT) AS net_position_due,
  CAST(closing + returned AS BIGINT) AS balance, CAST(closing + returned - (value_received - value_sent) AS BIGINT) AS payment_base,
  CAST(cap AS BIGINT) + CAST(floor(collateral * greatest(1 - haircut, 0)) AS BIGINT) AS credit_limit,
  CAST(greatest(-(closing + returned), 0) AS BIGINT) AS credit_used
FROM rolled`,
};

export const v_system_ticks: View = {
  about: 'The whole system at the end of every tick: arrivals, settlements and queues.',
  columns: {
    ...{ simulation_id, tick, day },
    payments_due: as('payments that arrived in the tick'),
    value_due: as('cents; sum of their amounts'),
    legs_settled: as('legs settled in the tick'),
    value_settled: as('cents; sum of their amounts'),
    unsettled_value: as('cents; in queues or given up'),
    queue1_length: as('legs in the banks’ own queues; a payment that will be split counts as one until then'),
    queue2_length: as('legs in the central queue'),
    queue1_value: as('cents in the banks’ own queues'),
    queue2_value: as('cents in the central queue'),
    dropped_value: as('cents given up: dropped, or cancelled at the end of a day'),
    stalled: as('payments wait centrally, and none settled in this tick, in which the system is open'),
  },
  sql: `WITH b AS (
  SELECT simulation_id, tick, day, sum(value_due) AS value_due, sum(payments_sent) AS value_settled, sum(unsettled_value) AS unsettled_value
  FROM v_bank_ticks GROUP BY ALL
), p AS (SELECT simulation_id, arrival_tick AS tick, count(*) AS payments_due FROM (${WHOLE_PAYMENTS}) GROUP BY ALL),
l AS (SELECT simulation_id, settlement_tick AS tick, count(*) AS legs_settled FROM v_legs WHERE settlement_tick IS NOT NULL GROUP BY ALL),
o AS (
  SELECT simulation_id, tick, sum(step) AS n FROM (
    SELECT simulation_id, created_tick AS tick, 1 AS step FROM transactions
    UNION ALL SELECT simulation_id, settlement_tick, -1 FROM transactions WHERE settlement_tick IS NOT NULL AND num_parts = 0
    UNION ALL SELECT simulation_id, tick, -1 FROM simulation_events WHERE event_type = 'PolicySplit'
  ) GROUP BY ALL
), q AS (SELECT simulation_id, tick, sum(step) AS n, sum(step * amount) AS v FROM v_queue_steps GROUP BY ALL),
d AS (
  SELECT simulation_id, tick, sum(step) AS n, sum(step * amount) AS v FROM (
    SELECT e.simulation_id, e.tick, 1 AS step, t.amount FROM simulation_events e JOIN transactions t USING (simulation_id, tx_id) WHERE e.event_type IN ('PolicyDrop', 'PaymentCancelled')
    UNION ALL SELECT e.simulation_id, e.tick, -1, t.amount FROM (
      SELECT simulation_id, tick, tx_id, event_type, lag(event_type) OVER (PARTITION BY simulation_id, tx_id ORDER BY event_seq) AS before
      FROM simulation_events WHERE event_type IN ('PolicyDrop', 'RtgsResubmission')
    ) e JOIN transactions t USING (simulation_id, tx_id) WHERE e.event_type = 'RtgsResubmission' AND e.before = 'PolicyDrop'
  ) GROUP BY ALL
)
SELECT b.simulation_id, b.tick, b.day, coalesce(payments_due, 0) AS payments_due, CAST(value_due AS BIGINT) AS value_due,
  coalesce(legs_settled, 0) AS legs_settled, CAST(value_settled AS BIGINT) AS value_settled, CAST(unsettled_value AS BIGINT) AS unsettled_value,
  CAST(coalesce(sum(o.n) OVER system_so_far, 0) - coalesce(sum(q.n) OVER system_so_far, 0) - coalesce(sum(d.n) OVER system_so_far, 0) AS BIGINT) AS queue1_length,
  CAST(coalesce(sum(q.n) OVER system_so_far, 0) AS BIGINT) AS queue2_length,
  CAST(unsettled_value - coalesce(sum(q.v) OVER system_so_far, 0) - coalesce(sum(d.v) OVER system_so_far, 0) AS BIGINT) AS queue1_value,
  CAST(coalesce(sum(q.v) OVER system_so_far, 0) AS BIGINT) AS queue2_value, CAST(coalesce(sum(d.v) OVER system_so_far, 0) AS BIGINT) AS dropped_value,
  coalesce(sum(q.n) OVER system_so_far, 0) > 0 AND coalesce(legs_settled, 0) = 0
    AND (c.open_ticks IS NULL OR b.tick - b.day * n.ticks_per_day < c.open_ticks) AS stalled
FROM b JOIN (SELECT simulation_id, ticks_per_day FROM simulations) n USING (simulation_id)
LEFT JOIN simulation_calendar c ON c.simulation_id = b.simulation_id AND c.day = b.day
LEFT JOIN p USING (simulation_id, tick) LEFT JOIN l USING (simulation_id, tick) LEFT JOIN o USING (simulation_id, tick)
LEFT JOIN q USING (simulation_id, tick) LEFT JOIN d USING (simulation_id, tick)
WINDOW system_so_far AS (PARTITION BY b.simulation_id ORDER BY b.tick)`,
};

export const v_throughput: View = {
  about: 'How much of a bank’s outgoing flows of the day was sent by each tick.',
  columns: {
    ...{ simulation_id, agent_id, day, tick },
    tick_of_day: as('tick of the day, from 0'),
    value_cum: as('cents sent so far on the day'),
    share_cum: as('share of what it sent on the day; `NULL` if that is nothing'),
    value_due_cum: as('cents of payments that arrived so far on the day'),
  },
  sql: `SELECT simulation_id, agent_id, day, tick, tick - min(tick) OVER day_so_far AS tick_of_day, CAST(sum(value_sent) OVER day_so_far AS BIGINT) AS value_cum,
  sum(value_sent) OVER day_so_far / nullif(sum(value_sent) OVER whole_day, 0) AS share_cum, CAST(sum(value_due) OVER day_so_far AS BIGINT) AS value_due_cum
FROM v_bank_ticks
WINDOW day_so_far AS (PARTITION BY simulation_id, agent_id, day ORDER BY tick), whole_day AS (PARTITION BY simulation_id, agent_id, day)`,
};
