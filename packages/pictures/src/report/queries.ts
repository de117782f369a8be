import { COST_COMPONENTS } from '@simcash/protocol';

const COSTS = COST_COMPONENTS.map(
  (name) => `\n  CAST(sum(CAST(details -> 'costs' ->> '${name}' AS BIGINT)) AS BIGINT) AS ${name}`,
).join(',');

/**
 * What each picture of a run shows, asked of its file in SQL: cents, ticks, `$1` the run's id (spec 16 R1611). The numbers are the
 * picture's own; drawings may put several of them together.
 */
export const PICTURE_QUERIES: Readonly<Record<string, string>> = {
  P1: `SELECT tick, 'arrived' AS mechanism, value_due AS value
FROM v_system_ticks WHERE simulation_id = $1 AND value_due > 0
UNION ALL
SELECT settlement_tick, settlement_type, CAST(sum(amount) AS BIGINT)
FROM v_legs WHERE simulation_id = $1 AND settlement_tick IS NOT NULL GROUP BY ALL
ORDER BY ALL`,
  P2: `SELECT tick, CAST(sum(greatest(balance, 0)) AS BIGINT) AS positive_balances,
  CAST(sum(greatest(-balance, 0)) AS BIGINT) AS credit_used, CAST(sum(credit_limit) AS BIGINT) AS credit_limit
FROM v_bank_ticks WHERE simulation_id = $1 GROUP BY tick ORDER BY tick`,
  P3: `SELECT agent_id AS bank, count(*) FILTER (-balance >= credit_limit) AS ticks_at_limit,
  max(greatest(-balance, 0) / credit_limit) AS peak_use
FROM v_bank_ticks WHERE simulation_id = $1 AND credit_limit > 0
GROUP BY bank HAVING peak_use > 0 ORDER BY ticks_at_limit DESC, peak_use DESC, bank`,
  P4: `SELECT agent_id AS bank, tick, balance, -credit_limit AS floor
FROM v_bank_ticks WHERE simulation_id = $1 ORDER BY bank, tick`,
  P5: `SELECT tick, queue1_length, queue1_value, queue2_length, queue2_value
FROM v_system_ticks WHERE simulation_id = $1 ORDER BY tick`,
  P6: `WITH looked_at AS (
  SELECT tick AS worst FROM v_system_ticks WHERE simulation_id = $1 ORDER BY queue1_length + queue2_length DESC, tick LIMIT 1
), gone AS (
  SELECT tx_id, arg_max(event_type, event_seq) AS last FROM simulation_events, looked_at
  WHERE simulation_id = $1 AND tick <= worst AND event_type IN ('PolicyDrop', 'RtgsResubmission', 'PaymentCancelled') GROUP BY tx_id
), split AS (
  SELECT tx_id FROM simulation_events, looked_at WHERE simulation_id = $1 AND tick <= worst AND event_type = 'PolicySplit'
)
SELECT sender_id AS bank, CAST(worst - arrival_tick AS INTEGER) AS age, count(*) AS payments, CAST(sum(amount) AS BIGINT) AS value
FROM looked_at, transactions t LEFT JOIN gone USING (tx_id)
WHERE simulation_id = $1 AND created_tick <= worst AND (settlement_tick IS NULL OR settlement_tick > worst)
  AND tx_id NOT IN (FROM split) AND (gone.last IS NULL OR gone.last = 'RtgsResubmission')
GROUP BY ALL ORDER BY bank, age`,
  P7: `SELECT CASE WHEN original_priority >= 8 THEN 'urgent' WHEN original_priority >= 4 THEN 'normal' ELSE 'low' END AS band,
  delay_ticks AS delay, count(*) AS payments
FROM v_payment_timing WHERE simulation_id = $1 GROUP BY ALL ORDER BY band, delay`,
  P8: `SELECT band, outcome, payments, value FROM v_deadlines WHERE simulation_id = $1 ORDER BY band, outcome`,
  P9: `SELECT tick, cycle_type AS kind, num_transactions AS payments, total_amount AS value,
  CAST(total_amount + list_sum([least(net, 0) for net in net_positions]) AS BIGINT) AS saved, agent_ids AS banks
FROM lsm_cycles WHERE simulation_id = $1 ORDER BY event_seq`,
  P10: `SELECT sender_id AS sender, receiver_id AS receiver, legs_settled AS payments, value_settled AS value
FROM v_pair_flows WHERE simulation_id = $1 AND sender_id <> receiver_id AND value_settled > 0
ORDER BY value DESC, sender, receiver`,
  P11: `SELECT sender_id AS sender, receiver_id AS receiver, value_settled AS value
FROM v_pair_flows WHERE simulation_id = $1 AND value_settled > 0 ORDER BY sender, receiver`,
  P12: `SELECT tick, ${COSTS}
FROM simulation_events WHERE simulation_id = $1 AND event_type = 'CostAccrual' GROUP BY tick ORDER BY tick`,
  P13: `SELECT details ->> 'agent_id' AS bank, ${COSTS}, CAST(sum(CAST(details -> 'costs' ->> 'total' AS BIGINT)) AS BIGINT) AS total
FROM simulation_events WHERE simulation_id = $1 AND event_type = 'CostAccrual' GROUP BY bank ORDER BY total DESC, bank`,
};

/** The query of a picture for one run, ready to be put into any client of DuckDB; undefined for a picture that has none. */
export function pictureQuery(number: string, run: string): string | undefined {
  if (!Object.hasOwn(PICTURE_QUERIES, number)) return undefined;
  return PICTURE_QUERIES[number]!.replaceAll('$1', () => `'${run.replaceAll("'", "''")}'`);
}
