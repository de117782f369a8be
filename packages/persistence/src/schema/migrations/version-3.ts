import type { Table } from '../column.js';
import { createTable } from '../ddl.js';
import { JUDGEMENT } from '../tables/experiments.js';
import { TABLES, type TableName } from '../tables.js';

/**
 * Makes a table anew as it is declared now, so a later migration that adds a column gives its value here, too, and adds it only if
 * it is not there. Columns that are not computed here keep their values.
 */
function rebuild(name: TableName, computed: Readonly<Record<string, string>> = {}, from: string = name): string[] {
  const declaration: Table = TABLES[name];
  const columns = Object.keys(declaration.columns).filter((column) => declaration.columns[column]!.computed === undefined);
  const values = columns.map((column) => computed[column] ?? `"${column}"`);
  return [
    createTable(name, declaration, `new_${name}`),
    `INSERT INTO new_${name} (${columns.map((column) => `"${column}"`).join(', ')}) SELECT ${values.join(', ')} FROM ${from} ORDER BY rowid`,
    `DROP TABLE ${name}`,
    `ALTER TABLE new_${name} RENAME TO ${name}`,
  ];
}

/** Decisions that were stored before there were tests of days. */
const UNJUDGED = Object.fromEntries(Object.keys(JUDGEMENT).map((column) => [column, 'NULL']));

const event = (details: string): string => `CAST(details ->> '${details}' AS BIGINT)`;

/** What was counted nowhere is counted once from the rows that are there. */
const EVIDENCE: readonly string[] = [
  // Rank of the payment at the root of each family among the payments without parent, by length of the id, then text (spec 13 §8).
  `CREATE TEMP TABLE arrival_numbers AS
WITH RECURSIVE originals AS (
  SELECT simulation_id, tx_id, row_number() OVER (PARTITION BY simulation_id ORDER BY length(tx_id), tx_id) AS arrival_seq
  FROM transactions WHERE parent_tx_id IS NULL
), family AS (
  FROM originals
  UNION ALL
  SELECT t.simulation_id, t.tx_id, f.arrival_seq FROM transactions t JOIN family f ON t.simulation_id = f.simulation_id AND t.parent_tx_id = f.tx_id
) FROM family`,
  `CREATE TEMP TABLE part_counts AS
SELECT simulation_id, parent_tx_id AS tx_id, count(*) AS num_parts FROM transactions WHERE parent_tx_id IS NOT NULL GROUP BY ALL`,
  `CREATE TEMP TABLE drops AS
SELECT e.simulation_id, e.day, e.agent_id, count(*) AS num_dropped, CAST(sum(t.amount) AS BIGINT) AS dropped_value
FROM simulation_events e JOIN transactions t USING (simulation_id, tx_id) WHERE e.event_type = 'PolicyDrop' GROUP BY ALL`,
  `CREATE TEMP TABLE pools AS
SELECT simulation_id, bank ->> 'id' AS agent_id, CAST(bank ->> 'liquidity_pool' AS BIGINT) AS liquidity_pool
FROM (SELECT simulation_id, unnest(CAST(coalesce(config_json -> 'agents', config_json -> 'agent_configs') AS JSON[])) AS bank FROM simulations)`,
  // Without daily reallocation the allocation of day 0 stays.
  `CREATE TEMP TABLE allocations AS
SELECT m.simulation_id, m.agent_id, m.day, arg_max(a.amount, a.day) AS amount
FROM daily_agent_metrics m JOIN (SELECT simulation_id, agent_id, day, ${event('amount')} AS amount FROM simulation_events WHERE event_type = 'LiquidityAllocation') a
  ON a.simulation_id = m.simulation_id AND a.agent_id = m.agent_id AND a.day <= m.day GROUP BY ALL`,
  `CREATE TEMP TABLE payments AS
SELECT n.simulation_id, n.arrival_seq, min(t.arrival_tick) AS arrival_tick,
  CASE WHEN bool_and(t.status = 'settled' OR p.num_parts IS NOT NULL) THEN max(t.settlement_tick) END AS settlement_tick,
  min(t.settlement_tick) FILTER (WHERE t.settlement_type IN ('lsm_bilateral', 'lsm_cycle')) AS offset_tick
FROM transactions t JOIN arrival_numbers n USING (simulation_id, tx_id) LEFT JOIN part_counts p USING (simulation_id, tx_id) GROUP BY ALL`,
];

const count = (column: string): string =>
  `(SELECT count(*) FROM payments p WHERE p.simulation_id = s.simulation_id AND p.${column} = s.tick)`;

const BANKS_DROPPED =
  '(SELECT CAST(sum(a.num_dropped) AS INTEGER) FROM daily_agent_metrics a WHERE a.simulation_id = m.simulation_id AND a.day = m.day)';

/** Dropped payments of a row's simulation and whatever else narrows it down; NULL if nothing is known of them. */
const dropped = (column: string, row: string, ...keys: readonly string[]): string =>
  `(SELECT CAST(sum(d.${column}) AS BIGINT) FROM drops d WHERE ${['simulation_id', ...keys].map((key) => `d.${key} = ${row}.${key}`).join(' AND ')})`;

const WAITING = "transactions t WHERE t.simulation_id = s.simulation_id AND t.status IN ('pending', 'overdue')";

/** Whether a run has ended and left rows to count. */
const KNOWN = "total_arrivals IS NOT NULL AND persistence_level <> 'SUMMARY'";

export const VERSION_3: readonly string[] = [
  ...['v_payments', 'policy_decisions', 'simulation_runs'].map((view) => `DROP VIEW IF EXISTS ${view}`),
  ...EVIDENCE,
  createTable('simulation_calls', TABLES.simulation_calls),
  ...rebuild(
    'tick_summaries',
    {
      generated_arrivals: 's.num_arrivals',
      settlement_operations: 's.num_settlements',
      lsm_operations: 's.num_lsm_releases',
      num_arrivals: count('arrival_tick'),
      num_settlements: count('settlement_tick'),
      num_lsm_releases: count('offset_tick'),
      num_calls: '0',
    },
    'tick_summaries s',
  ),
  ...rebuild(
    'daily_agent_metrics',
    {
      dropped_value: `CASE WHEN num_dropped = 0 THEN 0 ELSE ${dropped('dropped_value', 'm', 'agent_id', 'day')} END`,
      allocated_liquidity:
        'coalesce((SELECT a.amount FROM allocations a WHERE a.simulation_id = m.simulation_id AND a.agent_id = m.agent_id AND a.day = m.day), 0)',
    },
    'daily_agent_metrics m',
  ),
  ...rebuild(
    'daily_system_metrics',
    {
      num_dropped: BANKS_DROPPED,
      dropped_value: `CASE WHEN ${BANKS_DROPPED} = 0 THEN 0 ELSE ${dropped('dropped_value', 'm', 'day')} END`,
    },
    'daily_system_metrics m',
  ),
  ...rebuild(
    'simulation_agents',
    {
      liquidity_pool:
        '(SELECT p.liquidity_pool FROM pools p WHERE p.simulation_id = b.simulation_id AND p.agent_id = b.agent_id)',
    },
    'simulation_agents b',
  ),
  ...rebuild(
    'simulations',
    {
      run_purpose:
        "CASE WHEN run_purpose = 'evaluation' AND policy_variant IS NOT NULL THEN 'comparison' WHEN run_purpose = 'best' THEN 'evaluation' ELSE run_purpose END",
      scenario_hash: 'NULL',
      labels: 'NULL',
      dataset_sha256: 'NULL',
      throughput_guidelines: 'NULL',
      ...{ sweep_id: 'NULL', sweep_cell: 'NULL', sweep_replication: 'NULL' },
      total_dropped: `CASE WHEN ${KNOWN} THEN coalesce(${dropped('num_dropped', 's')}, 0) END`,
      total_dropped_value: `CASE WHEN ${KNOWN} THEN coalesce(${dropped('dropped_value', 's')}, 0) END`,
      total_cancelled: `CASE WHEN ${KNOWN} THEN 0 END`,
      total_cancelled_value: `CASE WHEN ${KNOWN} THEN 0 END`,
      total_settled_value: `CASE WHEN ${KNOWN} THEN (SELECT coalesce(CAST(sum(amount_settled) AS BIGINT), 0) FROM transactions t WHERE t.simulation_id = s.simulation_id) END`,
      total_arrived_value: `CASE WHEN ${KNOWN} THEN (SELECT coalesce(CAST(sum(amount) AS BIGINT), 0) FROM transactions t WHERE t.simulation_id = s.simulation_id AND t.parent_tx_id IS NULL) END`,
      total_delay_ticks: `CASE WHEN ${KNOWN} THEN (SELECT coalesce(CAST(sum(p.settlement_tick - p.arrival_tick) AS BIGINT), 0) FROM payments p WHERE p.simulation_id = s.simulation_id) END`,
      total_overdue: `CASE WHEN ${KNOWN} THEN (SELECT count(*) FROM simulation_events e WHERE e.simulation_id = s.simulation_id AND e.event_type = 'TransactionWentOverdue') END`,
      total_lsm_operations: `CASE WHEN ${KNOWN} THEN (SELECT coalesce(CAST(sum(t.lsm_operations) AS BIGINT), 0) FROM tick_summaries t WHERE t.simulation_id = s.simulation_id) END`,
      unsettled_count: `CASE WHEN ${KNOWN} THEN (SELECT count(*) FROM ${WAITING}) END`,
      unsettled_value: `CASE WHEN ${KNOWN} THEN (SELECT coalesce(CAST(sum(t.amount) AS BIGINT), 0) FROM ${WAITING}) END`,
    },
    'simulations s',
  ),
  ...rebuild('lsm_cycles', {
    total_amount: 'CASE WHEN num_agents = 1 THEN settled_value ELSE total_amount END',
    algorithm: 'NULL',
  }),
  ...rebuild('collateral_events'),
  ...rebuild('tick_queue_snapshots'),
  ...rebuild('queue_snapshots'),
  ...rebuild('policy_evaluations', UNJUDGED),
  ...rebuild(
    'transactions',
    {
      list_index: 'NULL',
      num_parts:
        'coalesce((SELECT p.num_parts FROM part_counts p WHERE p.simulation_id = t.simulation_id AND p.tx_id = t.tx_id), 0)',
      arrival_seq: '(SELECT n.arrival_seq FROM arrival_numbers n WHERE n.simulation_id = t.simulation_id AND n.tx_id = t.tx_id)',
    },
    'transactions t',
  ),
  ...rebuild('simulation_events'),
  ...['arrival_numbers', 'part_counts', 'drops', 'pools', 'allocations', 'payments'].map((name) => `DROP TABLE temp.${name}`),
];
