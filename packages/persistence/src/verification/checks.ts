import { COST_COMPONENTS, type PersistenceLevel } from '@simcash/protocol';
import { MOVEMENTS_SQL } from './balances.js';

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
const ORIGINALS = `SELECT agent_id, day FROM (${EVENTS} AND event_type = 'Arrival')
  WHERE tx_id NOT IN (SELECT unnest(tx_ids[2:]) FROM (${EVENTS} AND event_type = 'PolicySplit'))`;

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
  daily('num_dropped', 'its PolicyDrop events', `${EVENTS} AND event_type = 'PolicyDrop'`),
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
  system(
    'tick_cost_total',
    'its ticks',
    'SELECT sum(t.total_cost) FROM tick_summaries t WHERE t.simulation_id = $1 AND t.day = d.day',
  ),
  system(
    'unsettled_count',
    'its EndOfDay event',
    `SELECT CAST(any_value(details ->> 'unsettled_count') AS INTEGER) FROM (${EVENTS} AND event_type = 'EndOfDay') e WHERE e.day = d.day`,
  ),
];

const ofTick = (name: string, expression: string): Check => ({
  column: `tick_summaries.${name}`,
  evidence: 'its events',
  sql: `SELECT ' of tick ' || t.tick AS place, t.${name} AS stored, coalesce(e.n, t.${name}) AS found FROM tick_summaries t
LEFT JOIN (SELECT tick, ${expression} AS n FROM (${EVENTS}) GROUP BY tick) e USING (tick) WHERE t.simulation_id = $1`,
});

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
const SETTLED = `SELECT unnest(tx_ids) AS tx_id, tick FROM (${EVENTS}) WHERE event_type IN ('RtgsImmediateSettlement', 'Queue2LiquidityRelease',
  'EntryDispositionOffset', 'LsmBilateralOffset', 'LsmCycleSettlement') AND NOT starts_with(coalesce(tx_id, ''), 'scheduled_settlement_')`;

const counted = (column: string, evidence: string, stored: string, found: string): Check => ({
  column,
  evidence,
  sql: `SELECT '' AS place, (${stored}) AS stored, (${found}) AS found`,
});

const countOf = (table: string, condition = 'true'): string =>
  `SELECT count(*) FROM ${table} WHERE simulation_id = $1 AND ${condition}`;
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
    countOf('simulation_events', "event_type IN ('LsmBilateralOffset', 'LsmCycleSettlement')"),
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

/** Original payments that offsets or cycles settled, themselves or in part. */
const OFFSET_PAYMENTS = `WITH RECURSIVE legs AS (
  SELECT t.tx_id, t.parent_tx_id FROM transactions t JOIN lsm_cycle_transactions c USING (simulation_id, tx_id) WHERE simulation_id = $1
  UNION SELECT t.tx_id, t.parent_tx_id FROM transactions t JOIN legs l ON t.tx_id = l.parent_tx_id WHERE t.simulation_id = $1
) SELECT count(*) FROM legs WHERE parent_tx_id IS NULL`;

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
  counted('simulations.total_lsm_releases', 'payments in lsm_cycles', total('total_lsm_releases'), OFFSET_PAYMENTS),
  counted(
    'simulations.total_cost_cents',
    'tick_summaries',
    total('total_cost_cents'),
    'SELECT coalesce(sum(total_cost), 0) FROM tick_summaries WHERE simulation_id = $1',
  ),
];
