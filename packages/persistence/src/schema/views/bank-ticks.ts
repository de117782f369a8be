import { v_flows, v_liquidity_moves, v_obligations, v_scheduled_settlements } from './movements.js';
import { v_legs } from './payments.js';
import { as, type View } from './view.js';
import { unmeasured } from './unmeasured.js';
import { agent_id, day, scenarioEvents, simulation_id, tick } from './words.js';

/** Lists of a day that are columns of the view, too. */
const LISTS = [
  'value_received',
  'payments_sent',
  'payments_received',
  'unsettled_value',
  'net_position',
  'net_position_due',
  'balance',
  'credit_limit',
];

/** What a list of sums had in the tick before. */
const before = (list: string): string => `list_prepend(0, ${list}[:-2])`;

/** Runs whose series were stored when they completed. */
const STORED = `SELECT simulation_id, agent_id, CAST(day * ticks_per_day + tick_of_day AS INTEGER) AS tick, day, value_due, value_sent, value_received,
  payments_sent, payments_received, unsettled_value, net_position, net_position_due, balance,
  balance - value_received + value_sent AS payment_base, credit_limit, greatest(-balance, 0) AS credit_used
FROM (
  SELECT simulation_id, agent_id, day, unnest(range(len(balance))) AS tick_of_day, unnest(due_so_far) - unnest(${before('due_so_far')}) AS value_due,
    unnest(sent_so_far) - unnest(${before('sent_so_far')}) AS value_sent, ${LISTS.map((name) => `unnest(${name}) AS ${name}`).join(', ')}
  FROM bank_day_series
) JOIN (SELECT simulation_id, ticks_per_day FROM simulations) USING (simulation_id)`;

/** From events alone. */
const COMPUTED = `WITH grid AS (
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
FROM rolled`;

const MOVEMENTS = { v_legs, v_scheduled_settlements, v_flows, v_obligations, v_liquidity_moves };

/** What reads ticks of banks of which nothing is stored. */
export const BANK_TICKS = { ...MOVEMENTS, v_bank_ticks: { sql: COMPUTED } };

export const v_bank_ticks: View = {
  about: 'Every bank at the end of every tick, before the liquidity return of a day.',
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
  sql: `${STORED}
UNION ALL
${unmeasured('bank_day_series', MOVEMENTS, COMPUTED)}`,
};
