import { BANK_TICKS } from './bank-ticks.js';
import { v_queue_steps } from './movements.js';
import { WHOLE_PAYMENTS } from './payments.js';
import { sheetSection, unmeasured } from './unmeasured.js';
import { as, type View } from './view.js';
import { day, simulation_id, tick } from './words.js';

/** What the profile of a sheet has for every tick, in the order of the view's columns. */
const PROFILE = [
  'payments_due',
  'value_due',
  'legs_settled',
  'value_settled',
  'unsettled_value',
  'queue1_length',
  'queue2_length',
  'queue1_value',
  'queue2_value',
  'dropped_value',
];
const PROFILES = sheetSection('profile');

/** Runs whose sheet was stored when they completed. */
const STORED = `SELECT simulation_id, CAST(unnest(range(len(profile.value_due))) AS INTEGER) AS tick, ${PROFILE.map((name) => `unnest(profile.${name}) AS ${name}`).join(', ')}
FROM (SELECT simulation_id, from_json(content, '{${PROFILE.map((name) => `"${name}": ["BIGINT"]`).join(', ')}}') AS profile FROM ${PROFILES})`;

/** From events alone. */
const COMPUTED = `WITH b AS (
  SELECT simulation_id, tick, sum(value_due) AS value_due, sum(payments_sent) AS value_settled, sum(unsettled_value) AS unsettled_value
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
SELECT b.simulation_id, b.tick, coalesce(payments_due, 0) AS payments_due, CAST(value_due AS BIGINT) AS value_due,
  coalesce(legs_settled, 0) AS legs_settled, CAST(value_settled AS BIGINT) AS value_settled, CAST(unsettled_value AS BIGINT) AS unsettled_value,
  CAST(coalesce(sum(o.n) OVER system_so_far, 0) - coalesce(sum(q.n) OVER system_so_far, 0) - coalesce(sum(d.n) OVER system_so_far, 0) AS BIGINT) AS queue1_length,
  CAST(coalesce(sum(q.n) OVER system_so_far, 0) AS BIGINT) AS queue2_length,
  CAST(unsettled_value - coalesce(sum(q.v) OVER system_so_far, 0) - coalesce(sum(d.v) OVER system_so_far, 0) AS BIGINT) AS queue1_value,
  CAST(coalesce(sum(q.v) OVER system_so_far, 0) AS BIGINT) AS queue2_value, CAST(coalesce(sum(d.v) OVER system_so_far, 0) AS BIGINT) AS dropped_value
FROM b LEFT JOIN p USING (simulation_id, tick) LEFT JOIN l USING (simulation_id, tick) LEFT JOIN o USING (simulation_id, tick)
LEFT JOIN q USING (simulation_id, tick) LEFT JOIN d USING (simulation_id, tick)
WINDOW system_so_far AS (PARTITION BY b.simulation_id ORDER BY b.tick)`;

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
  sql: `SELECT t.simulation_id, t.tick, CAST(t.tick // s.ticks_per_day AS INTEGER) AS day, ${PROFILE.join(', ')},
  queue2_length > 0 AND legs_settled = 0 AND (c.open_ticks IS NULL OR t.tick % s.ticks_per_day < c.open_ticks) AS stalled
FROM (${STORED}
UNION ALL
${unmeasured(PROFILES, { ...BANK_TICKS, v_queue_steps }, COMPUTED)}) t
JOIN (SELECT simulation_id, ticks_per_day FROM simulations) s USING (simulation_id)
LEFT JOIN (SELECT simulation_id, day, open_ticks FROM simulation_calendar) c ON c.simulation_id = t.simulation_id AND c.day = t.tick // s.ticks_per_day`,
};
