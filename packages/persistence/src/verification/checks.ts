import { COST_COMPONENTS, OFFSETTING_EVENTS, type PersistenceLevel } from '@simcash/protocol';
import { literal } from '../sql-text.js';
import { MOVEMENTS_SQL, SETTLING } from './balances.js';

/** Numbers that are stored, and the same numbers counted once more from other rows. */
export interface Check {
  /** What is checked: table and column. */
  column: string;
  /** The rows that it is counted from. */
  evidence: string;
  /** Rows `place` (words that follow the column), `stored`, `found`; simulation `$1`. */
  sql: string;
  /** Lowest level at which these rows are stored; EVENTS unless given. */
  level?: PersistenceLevel;
}

const EVENTS = 'SELECT * FROM simulation_events WHERE simulation_id = $1';
const DAY = '(SELECT ticks_per_day FROM simulations WHERE simulation_id = $1)';

/** Arrivals that are no parts of splits. */
const ORIGINALS = `SELECT tick, agent_id, day, tx_id, event_seq FROM (${EVENTS} AND event_type = 'Arrival')
  WHERE tx_id NOT IN (SELECT unnest(tx_ids[2:]) FROM (${EVENTS} AND event_type = 'PolicySplit'))`;

/** What policies gave up, with its value. */
const DROPS = `SELECT d.tick, d.agent_id, d.day, CAST(a.details ->> 'amount' AS BIGINT) AS n
  FROM (${EVENTS} AND event_type = 'PolicyDrop') d JOIN (${EVENTS} AND event_type = 'Arrival') a USING (tx_id)`;

/** Checks a column of `daily_agent_metrics` against rows `agent_id`, `day` and, if they are not to be counted, `n`. */
function daily(name: string, evidence: string, rows: string, sum = false): Check {
  return {
    column: `daily_agent_metrics.${name}`,
    evidence,
    sql: `SELECT ' of ' || m.agent_id || ' on day ' || m.day AS place, m.${name} AS stored, coalesce(e.n, 0) AS found
FROM daily_agent_metrics m
LEFT JOIN (SELECT agent_id, day, ${sum ? 'sum(n)' : 'count(*)'} AS n FROM (${rows}) GROUP BY agent_id, day) e USING (agent_id, day)
WHERE m.simulation_id = $1`,
  };
}

const settledLegs = (party: string): string =>
  `SELECT ${party} AS agent_id, settlement_day AS day FROM transactions WHERE simulation_id = $1 AND status = 'settled'`;
const collateral = (action: string): string =>
  `SELECT agent_id, day FROM collateral_events WHERE simulation_id = $1 AND action = '${action}'`;
const queued = (queue: string): string =>
  `SELECT agent_id, day FROM queue_snapshots WHERE simulation_id = $1 AND queue_type = '${queue}'`;
const charged = (key: string): string =>
  `SELECT agent_id, day, CAST(details -> 'costs' ->> '${key}' AS BIGINT) AS n FROM (${EVENTS} AND event_type = 'CostAccrual')`;

/** Checks a column of `daily_system_metrics` against an expression for the day `d.day`. */
function system(name: string, evidence: string, expression: string, level: PersistenceLevel = 'EVENTS'): Check {
  return {
    level,
    column: `daily_system_metrics.${name}`,
    evidence,
    sql: `SELECT ' of day ' || d.day AS place, d.${name} AS stored, (${expression}) AS found FROM daily_system_metrics d WHERE d.simulation_id = $1`,
  };
}

const ofBanks = (column: string): string =>
  `SELECT sum(m.${column}) FROM daily_agent_metrics m WHERE m.simulation_id = $1 AND m.day = d.day`;

export const DAY_CHECKS: readonly Check[] = [
  daily('num_arrivals', 'its Arrival events', ORIGINALS),
  daily('num_sent', 'its settled transactions', settledLegs('sender_id')),
  daily('num_received', 'its settled transactions', settledLegs('receiver_id')),
  daily(
    'num_settled',
    'its settled payments',
    `SELECT sender_id AS agent_id, settlement_tick // ${DAY} AS day FROM v_payments WHERE simulation_id = $1 AND is_settled`,
  ),
  daily('num_dropped', 'its PolicyDrop events', DROPS),
  daily('dropped_value', 'its PolicyDrop events', DROPS, true),
  daily('num_collateral_posts', 'its collateral_events', collateral('post')),
  daily('num_collateral_withdrawals', 'its collateral_events', collateral('withdraw')),
  daily('queue1_eod_size', 'its queue_snapshots', queued('queue1')),
  daily('queue2_eod_size', 'its queue_snapshots', queued('queue2')),
  ...COST_COMPONENTS.map((component) => {
    const column = component === 'penalty_cost' ? 'deadline_penalty_cost' : component;
    return daily(column, 'its CostAccrual events', charged(component), true);
  }),
  daily('total_cost', 'its CostAccrual events', charged('total'), true),
  system('num_arrivals', 'its banks', ofBanks('num_arrivals'), 'SUMMARY'),
  system('num_settlements', 'its banks', ofBanks('num_settled'), 'SUMMARY'),
  system('total_cost', 'its banks', ofBanks('total_cost'), 'SUMMARY'),
  system('num_dropped', 'its banks', ofBanks('num_dropped'), 'SUMMARY'),
  system('dropped_value', 'its banks', ofBanks('dropped_value'), 'SUMMARY'),
  system(
    'tick_cost_total',
    'its ticks',
    'SELECT sum(t.total_cost) FROM tick_summaries t WHERE t.simulation_id = $1 AND t.day = d.day',
  ),
  system(
    'unsettled_count',
    'its EndOfDay and PaymentCancelled events',
    `SELECT CAST(sum(coalesce(CAST(details ->> 'unsettled_count' AS INTEGER), -1)) AS INTEGER) FROM (${EVENTS} AND event_type IN ('EndOfDay', 'PaymentCancelled')) e
      WHERE e.day = d.day`,
  ),
];

const ofTick = (name: string, expression: string): Check => ({
  column: `tick_summaries.${name}`,
  evidence: 'its events',
  sql: `SELECT ' of tick ' || t.tick AS place, t.${name} AS stored, coalesce(e.n, t.${name}) AS found FROM tick_summaries t
LEFT JOIN (SELECT tick, ${expression} AS n FROM (${EVENTS}) GROUP BY tick) e USING (tick) WHERE t.simulation_id = $1`,
});

/** Checks a column of `tick_summaries` against the number of rows `tick`. */
const countedAt = (name: string, evidence: string, rows: string): Check => ({
  column: `tick_summaries.${name}`,
  evidence,
  sql: `SELECT ' of tick ' || t.tick AS place, t.${name} AS stored, coalesce(e.n, 0) AS found FROM tick_summaries t
LEFT JOIN (SELECT tick, count(*) AS n FROM (${rows}) GROUP BY tick) e USING (tick) WHERE t.simulation_id = $1`,
});

/** Payments by the tick in which an offset or a cycle first settled some of them. */
const RELEASED = `SELECT min(c.tick) AS tick FROM lsm_cycle_transactions JOIN lsm_cycles c USING (simulation_id, cycle_id)
  JOIN transactions t USING (simulation_id, tx_id) WHERE simulation_id = $1 GROUP BY t.arrival_seq`;

/** Checks a column of `tick_agent_states` against rows `tick`, `agent_id`, `n`, of which there is one at the most. */
const ofState = (name: string, evidence: string, rows: string): Check => ({
  column: `tick_agent_states.${name}`,
  evidence,
  level: 'FULL',
  sql: `SELECT ' of ' || s.agent_id || ' at tick ' || s.tick AS place, s.${name} AS stored, coalesce(e.n, 0) AS found
FROM tick_agent_states s LEFT JOIN (${rows}) e USING (tick, agent_id) WHERE s.simulation_id = $1`,
});

const queuedAt = (queue: string): string =>
  `SELECT tick, agent_id, count(*) AS n FROM tick_queue_snapshots WHERE simulation_id = $1 AND queue_type = '${queue}' GROUP BY tick, agent_id`;

const BALANCES = `SELECT s.tick, s.agent_id, a.opening_balance + sum(coalesce(m.cents, 0)) OVER (PARTITION BY s.agent_id ORDER BY s.tick) AS n
FROM tick_agent_states s JOIN simulation_agents a USING (simulation_id, agent_id)
LEFT JOIN (SELECT tick, agent_id, sum(cents) AS cents FROM (${MOVEMENTS_SQL}) GROUP BY tick, agent_id) m USING (tick, agent_id)
WHERE s.simulation_id = $1`;

/** Settlements as events tell them, one row per leg. */
const SETTLED = `SELECT unnest(tx_ids) AS tx_id, tick FROM (${EVENTS}) WHERE event_type IN (${SETTLING}) AND NOT starts_with(coalesce(tx_id, ''), 'scheduled_settlement_')`;

const counted = (column: string, evidence: string, stored: string, found: string): Check => ({
  column,
  evidence,
  sql: `SELECT '' AS place, (${stored}) AS stored, (${found}) AS found`,
});

const countOf = (table: string, condition = 'true'): string =>
  `SELECT count(*) FROM ${table} WHERE simulation_id = $1 AND ${condition}`;
const sumOf = (column: string, table: string, condition = 'true'): string =>
  `SELECT CAST(coalesce(sum(${column}), 0) AS BIGINT) FROM ${table} WHERE simulation_id = $1 AND ${condition}`;
const total = (column: string): string => `SELECT ${column} FROM simulations WHERE simulation_id = $1`;

export const TICK_CHECKS: readonly Check[] = [
  counted(
    'simulations.last_tick',
    'tick_summaries',
    total('last_tick'),
    'SELECT max(tick) FROM tick_summaries WHERE simulation_id = $1',
  ),
  counted('simulations.num_agents', 'simulation_agents', total('num_agents'), countOf('simulation_agents')),
  ofTick('num_events', 'count(*)'),
  ofTick('first_event_seq', 'min(event_seq)'),
  countedAt('num_arrivals', 'its Arrival events', ORIGINALS),
  countedAt(
    'num_settlements',
    'payments',
    'SELECT settlement_tick AS tick FROM v_payments WHERE simulation_id = $1 AND is_settled',
  ),
  countedAt('num_lsm_releases', 'payments in lsm_cycles', RELEASED),
  countedAt('num_calls', 'simulation_calls', 'SELECT tick FROM simulation_calls WHERE simulation_id = $1'),
  {
    column: 'transactions.settlement_tick',
    evidence: 'its events',
    sql: `SELECT ' of ' || tx_id AS place, t.settlement_tick AS stored, e.tick AS found
FROM (SELECT * FROM transactions WHERE simulation_id = $1 AND status = 'settled') t FULL JOIN (${SETTLED}) e USING (tx_id)`,
  },
  counted(
    'number of lsm_cycles',
    'LSM events',
    countOf('lsm_cycles'),
    countOf('simulation_events', `event_type IN (${OFFSETTING_EVENTS.map(literal).join(', ')})`),
  ),
  ...(['settlement_runs', 'algorithm_runs'] as const).map((name) =>
    counted(
      `number of ${name} that were logged`,
      'events of the log',
      countOf(name, 'event_seq IS NOT NULL'),
      countOf('simulation_events', `event_type = '${name === 'settlement_runs' ? 'SettlementRun' : 'AlgorithmRun'}'`),
    ),
  ),
  counted(
    'number of collateral_events that moved collateral',
    'collateral events of the log',
    countOf('collateral_events', "action <> 'hold'"),
    countOf('simulation_events', "event_type IN ('CollateralPost', 'CollateralWithdraw', 'CollateralTimerWithdrawn')"),
  ),
  ofState('queue1_size', 'its tick_queue_snapshots', queuedAt('queue1')),
  ofState('queue2_size', 'its tick_queue_snapshots', queuedAt('queue2')),
  ofState('balance', 'opening balance and events', BALANCES),
];

/** Checks a total against the sum of its days, if the run ended with a day. */
const ofDays = (name: string, daily: string): Check => ({
  column: `simulations.${name}`,
  evidence: 'daily_system_metrics',
  level: 'SUMMARY',
  sql: `SELECT '' AS place, s.${name} AS stored, (SELECT coalesce(sum(${daily}), 0) FROM daily_system_metrics WHERE simulation_id = $1) AS found
FROM simulations s WHERE s.simulation_id = $1 AND (s.last_tick + 1) % s.ticks_per_day = 0`,
});

const CANCELLED = "event_type = 'PaymentCancelled'";
const WAITING = "status IN ('pending', 'overdue')";

/** Of simulations that have ended. */
export const TOTAL_CHECKS: readonly Check[] = [
  ofDays('total_arrivals', 'num_arrivals'),
  ofDays('total_settlements', 'num_settlements'),
  ofDays('total_lsm_releases', 'num_lsm_releases'),
  ofDays('total_cost_cents', 'total_cost'),
  counted(
    'number of transactions',
    'Arrival events',
    countOf('transactions'),
    countOf('simulation_events', "event_type = 'Arrival'"),
  ),
  counted('simulations.total_arrivals', 'payments', total('total_arrivals'), countOf('v_payments')),
  counted('simulations.total_settlements', 'payments', total('total_settlements'), countOf('v_payments', 'is_settled')),
  counted(
    'simulations.total_lsm_releases',
    'payments in lsm_cycles',
    total('total_lsm_releases'),
    `SELECT count(*) FROM (${RELEASED})`,
  ),
  counted('simulations.total_cost_cents', 'tick_summaries', total('total_cost_cents'), sumOf('total_cost', 'tick_summaries')),
  counted('simulations.total_arrived_value', 'payments', total('total_arrived_value'), sumOf('amount', 'v_payments')),
  counted(
    'simulations.total_settled_value',
    'settled legs',
    total('total_settled_value'),
    sumOf('amount_settled', 'transactions'),
  ),
  counted('simulations.total_delay_ticks', 'payments', total('total_delay_ticks'), sumOf('total_delay_ticks', 'v_payments')),
  counted('simulations.total_dropped', 'PolicyDrop events', total('total_dropped'), `SELECT count(*) FROM (${DROPS})`),
  counted(
    'simulations.total_dropped_value',
    'PolicyDrop events',
    total('total_dropped_value'),
    `SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM (${DROPS})`,
  ),
  counted(
    'simulations.total_cancelled',
    'PaymentCancelled events',
    total('total_cancelled'),
    countOf('simulation_events', CANCELLED),
  ),
  counted(
    'simulations.total_cancelled_value',
    'PaymentCancelled events',
    total('total_cancelled_value'),
    sumOf("CAST(details ->> 'amount' AS BIGINT)", 'simulation_events', CANCELLED),
  ),
  counted(
    'simulations.total_overdue',
    'TransactionWentOverdue events',
    total('total_overdue'),
    countOf('simulation_events', "event_type = 'TransactionWentOverdue'"),
  ),
  counted('simulations.total_lsm_operations', 'lsm_cycles', total('total_lsm_operations'), countOf('lsm_cycles')),
  counted('simulations.unsettled_count', 'waiting legs', total('unsettled_count'), countOf('transactions', WAITING)),
  counted('simulations.unsettled_value', 'waiting legs', total('unsettled_value'), sumOf('amount', 'transactions', WAITING)),
  counted(
    'transactions.arrival_seq',
    'payments in order of arrival',
    `SELECT md5(string_agg(tx_id, ' ' ORDER BY arrival_seq)) FROM v_payments WHERE simulation_id = $1`,
    `SELECT md5(string_agg(tx_id, ' ' ORDER BY event_seq)) FROM (${ORIGINALS})`,
  ),
  {
    column: 'transactions.num_parts',
    evidence: 'its parts',
    sql: `SELECT ' of ' || t.tx_id AS place, t.num_parts AS stored, coalesce(p.n, 0) AS found FROM transactions t
LEFT JOIN (SELECT parent_tx_id AS tx_id, count(*) AS n FROM transactions WHERE simulation_id = $1 AND parent_tx_id IS NOT NULL GROUP BY ALL) p USING (tx_id)
WHERE t.simulation_id = $1`,
  },
];

const stateOf = (column: string, evidence: string, found: string): Check => ({
  column: `simulation_checkpoints.${column}`,
  evidence,
  sql: `SELECT ' of ' || checkpoint_id AS place, CAST(c.${column} AS VARCHAR) AS stored, CAST(${found} AS VARCHAR) AS found
FROM simulation_checkpoints c JOIN simulations s USING (simulation_id) WHERE simulation_id = $1`,
});

/** Checkpoints may be made after the end, so no sum covers them: they are checked against their state and their simulation. */
export const CHECKPOINT_CHECKS: readonly Check[] = [
  stateOf('state_hash', 'its state', 'sha256(c.state_json)'),
  stateOf('total_size_bytes', 'its state', 'strlen(c.state_json)'),
  stateOf('state_format', 'its state', "c.state_json ->> 'state_format'"),
  stateOf('checkpoint_tick', 'its state', "c.state_json ->> 'current_tick'"),
  stateOf('checkpoint_day', 'its tick', 'c.checkpoint_tick // s.ticks_per_day'),
  stateOf(
    'checkpoint_id',
    'simulation, tick and type',
    "concat(simulation_id, '-cp', c.checkpoint_tick, '-', c.checkpoint_type)",
  ),
  stateOf('num_agents', 'its simulation', 's.num_agents'),
  stateOf('num_transactions', 'its state', "json_array_length(c.state_json, '$.transactions')"),
  stateOf('next_event_seq', 'its state', "c.state_json ->> 'event_count'"),
  stateOf('config_json', 'its simulation', 's.config_json'),
  stateOf('config_hash', 'its simulation', 's.config_hash'),
];
