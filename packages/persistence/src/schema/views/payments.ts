import { TABLES } from '../tables.js';
import { as, type View } from './view.js';

const { payment_dataset_rows: rows, simulations, transactions } = TABLES;

const PAYMENT_COLUMNS = Object.keys(transactions.columns);
/** Columns whose value for a split payment comes from the legs that carry its money. */
const FROM_LEGS: Readonly<Record<string, string>> = {
  amount_settled: 'l.amount_settled',
  settlement_tick: 'CASE WHEN l.is_settled THEN l.last_settlement END',
  settlement_day: 'CASE WHEN l.is_settled THEN l.last_day END',
  total_delay_ticks: 'CASE WHEN l.is_settled THEN l.last_settlement - t.arrival_tick END',
  status:
    "CASE WHEN l.is_settled THEN 'settled' WHEN l.has_cancelled THEN 'cancelled' WHEN l.has_dropped THEN 'dropped' WHEN l.has_overdue THEN 'overdue' ELSE 'pending' END",
};

/** Whole payments as views take them: without the texts of lists, which cost a join. */
export const WHOLE_PAYMENTS = `SELECT ${PAYMENT_COLUMNS.join(', ')}, 1::BIGINT AS num_legs, status = 'settled' AS is_settled
FROM transactions WHERE parent_tx_id IS NULL AND num_parts = 0
UNION ALL
SELECT ${PAYMENT_COLUMNS.map((name) => (FROM_LEGS[name] === undefined ? `t.${name}` : `${FROM_LEGS[name]} AS ${name}`)).join(', ')},
  l.num_legs, l.is_settled
FROM transactions t JOIN (
  SELECT simulation_id, arrival_seq, count(*) AS num_legs, bool_and(status = 'settled') AS is_settled, bool_or(status = 'dropped') AS has_dropped,
    bool_or(status = 'cancelled') AS has_cancelled,
    bool_or(status = 'overdue') AS has_overdue, CAST(sum(amount_settled) AS BIGINT) AS amount_settled, max(settlement_tick) AS last_settlement,
    max(settlement_day) AS last_day
  FROM transactions WHERE parent_tx_id IS NOT NULL AND num_parts = 0 GROUP BY simulation_id, arrival_seq
) l USING (simulation_id, arrival_seq)
WHERE t.parent_tx_id IS NULL AND t.num_parts > 0`;

export const v_payments: View = {
  about: 'Whole payments: one row per payment that is no part of another one, split or not. Count payments here.',
  columns: {
    ...transactions.columns,
    amount_settled: as('cents; of a split payment the sum of its settled legs'),
    settlement_tick: as('tick in which the last of its legs settled; `NULL` unless all are'),
    settlement_day: as('its day'),
    total_delay_ticks: as('`settlement_tick − arrival_tick`'),
    status: as(
      '`settled` if all its legs are; else the first that holds of any of them: `cancelled`, `dropped`, `overdue`, `pending`',
    ),
    settlement_type: as('how it was settled; `NULL` if it was split, see its legs'),
    num_legs: as('legs that carry the money: 1, or the parts of its splits'),
    is_settled: as('whether all of them are settled'),
    external_ref: rows.columns.external_ref,
    payment_type: rows.columns.payment_type,
    on_behalf_of: rows.columns.on_behalf_of,
    time_critical: as('whether its list says that it must settle by its deadline'),
  },
  sql: `SELECT p.*, r.external_ref, r.payment_type, r.on_behalf_of, coalesce(r.time_critical, false) AS time_critical
FROM (${WHOLE_PAYMENTS}) p LEFT JOIN simulations s USING (simulation_id)
  LEFT JOIN payment_dataset_rows r ON r.dataset_sha256 = s.dataset_sha256 AND r.arrival_index = p.list_index`,
};

/** First tick after the open ticks of a day, or after the run. */
const END_OF_DAY = 'least(t.arrival_day * s.ticks_per_day + coalesce(c.open_ticks, s.ticks_per_day), s.last_tick + 1)';

export const v_legs: View = {
  about:
    'Legs: payments, and parts of payments, that were never split themselves. They carry the money; the amounts of the legs of a payment add up to its amount.',
  columns: {
    ...pick('simulation_id', 'tx_id', 'arrival_seq', 'sender_id', 'receiver_id', 'amount', 'arrival_tick', 'arrival_day'),
    ...pick('created_tick', 'deadline_tick', 'settlement_tick', 'settlement_day', 'settlement_type', 'status'),
    ...pick('original_priority', 'queue1_ticks', 'queue2_ticks'),
    day_wait_ticks: as('ticks at whose end it stood unsettled on its day of arrival'),
    day_max_ticks: as('ticks at whose end it could have stood so: to the end of the day'),
    wait_ticks: as('settlement tick − arrival tick; to the end of the run if unsettled'),
  },
  sql: `SELECT t.simulation_id, t.tx_id, t.arrival_seq, t.sender_id, t.receiver_id, t.amount, t.arrival_tick, t.arrival_day,
  t.created_tick, t.deadline_tick, t.settlement_tick, t.settlement_day, t.settlement_type, t.status, t.original_priority,
  t.queue1_ticks, t.queue2_ticks,
  least(coalesce(t.settlement_tick, s.last_tick + 1), ${END_OF_DAY}) - t.arrival_tick AS day_wait_ticks,
  ${END_OF_DAY} - t.arrival_tick AS day_max_ticks,
  coalesce(t.settlement_tick, s.last_tick + 1) - t.arrival_tick AS wait_ticks
FROM transactions t JOIN simulations s USING (simulation_id)
  LEFT JOIN simulation_calendar c ON c.simulation_id = t.simulation_id AND c.day = t.arrival_day WHERE t.num_parts = 0`,
};

export const v_payment_timing: View = {
  about: 'How long each payment took: one row per payment that is no part of another one.',
  columns: {
    ...pick('simulation_id', 'tx_id', 'arrival_seq', 'sender_id', 'receiver_id', 'amount', 'arrival_tick', 'deadline_tick'),
    ...pick('original_priority'),
    is_settled: v_payments.columns.is_settled!,
    settlement_tick: v_payments.columns.settlement_tick!,
    delay_ticks: as('settlement tick − arrival tick; `NULL` if unsettled'),
    wait_ticks: as('the same; to the end of the run if unsettled'),
    relative_delay: as('share of the time to the deadline that was used; above 1: late; `NULL` if unsettled'),
    on_time: as('settled, and at the deadline at the latest'),
  },
  sql: `SELECT p.simulation_id, p.tx_id, p.arrival_seq, p.sender_id, p.receiver_id, p.amount, p.arrival_tick, p.deadline_tick,
  p.original_priority, p.is_settled, p.settlement_tick, p.settlement_tick - p.arrival_tick AS delay_ticks,
  coalesce(p.settlement_tick, s.last_tick + 1) - p.arrival_tick AS wait_ticks,
  (p.settlement_tick - p.arrival_tick) / nullif(p.deadline_tick - p.arrival_tick, 0) AS relative_delay,
  p.is_settled AND p.settlement_tick <= p.deadline_tick AS on_time
FROM (${WHOLE_PAYMENTS}) p JOIN simulations s USING (simulation_id)`,
};

export const v_deadlines: View = {
  about: 'What became of payments at their deadlines, of all and by band of their priority on arrival.',
  columns: {
    simulation_id: simulations.columns.simulation_id,
    band: as('`all`; by priority `urgent` 8–10, `normal` 4–7, `low` 0–3'),
    outcome: as('`on_time`, `late`, `missed_unsettled` (the deadline has passed, or it was cancelled), `open`'),
    payments: as('number of payments'),
    value: as('cents; sum of their amounts'),
  },
  sql: `SELECT p.simulation_id, b.band,
  CASE WHEN p.is_settled THEN CASE WHEN p.settlement_tick <= p.deadline_tick THEN 'on_time' ELSE 'late' END
       WHEN p.deadline_tick <= s.last_tick OR p.status = 'cancelled' THEN 'missed_unsettled' ELSE 'open' END AS outcome,
  count(*) AS payments, CAST(sum(p.amount) AS BIGINT) AS value
FROM (${WHOLE_PAYMENTS}) p JOIN simulations s USING (simulation_id),
  LATERAL (SELECT unnest(['all', CASE WHEN p.original_priority >= 8 THEN 'urgent' WHEN p.original_priority >= 4 THEN 'normal' ELSE 'low' END]) AS band) b
GROUP BY ALL`,
};

export const v_mechanisms: View = {
  about: 'How much settled by which mechanism.',
  columns: {
    simulation_id: simulations.columns.simulation_id,
    settlement_type: transactions.columns.settlement_type,
    legs: as('number of legs'),
    value: as('cents; sum of their amounts'),
    share_value: as('share of all value settled in the run'),
  },
  sql: `SELECT simulation_id, settlement_type, count(*) AS legs, CAST(sum(amount) AS BIGINT) AS value,
  sum(amount) / sum(sum(amount)) OVER (PARTITION BY simulation_id) AS share_value
FROM v_legs WHERE settlement_tick IS NOT NULL GROUP BY simulation_id, settlement_type`,
};

export const v_pair_flows: View = {
  about: 'What each bank owed and paid to each other one, and to itself.',
  columns: {
    ...pick('simulation_id', 'sender_id', 'receiver_id'),
    payments_due: as('payments that arrived'),
    value_due: as('cents; sum of their amounts'),
    legs_settled: as('legs settled'),
    value_settled: as('cents; sum of their amounts'),
  },
  sql: `SELECT simulation_id, sender_id, receiver_id, CAST(sum(n_due) AS BIGINT) AS payments_due, CAST(sum(due) AS BIGINT) AS value_due,
  CAST(sum(n_settled) AS BIGINT) AS legs_settled, CAST(sum(settled) AS BIGINT) AS value_settled
FROM (
  SELECT simulation_id, sender_id, receiver_id, 1 AS n_due, amount AS due, 0 AS n_settled, 0 AS settled FROM (${WHOLE_PAYMENTS})
  UNION ALL SELECT simulation_id, sender_id, receiver_id, 0, 0, 1, amount FROM v_legs WHERE settlement_tick IS NOT NULL
) GROUP BY ALL`,
};

/** Columns of transactions. */
function pick(...names: (keyof typeof transactions.columns)[]): View['columns'] {
  return Object.fromEntries(names.map((name) => [name, transactions.columns[name]]));
}
