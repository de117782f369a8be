import { COST_COMPONENTS, RTGS_PRIORITIES, SETTLEMENT_TYPES, TRANSACTION_OUTCOMES } from '@simcash/protocol';
import { literal, literals } from '../staging/sql-text.js';

/** SQL that turns staged numeric rows into the rows of the store. */

const nameFrom = (names: readonly string[], code: string): string => `${literals(names)}[CAST(${code} AS INTEGER) + 1]`;
const optionalName = (names: readonly string[], code: string): string =>
  `CASE WHEN NOT isnan(${code}) THEN ${nameFrom(names, code)} END`;
const optionalTx = (number: string): string => `CASE WHEN NOT isnan(${number}) THEN tx_name(${number}) END`;

export function insertTransactions(stage: string, simulationId: string, ticksPerDay: number): string {
  return `INSERT INTO transactions
SELECT ${literal(simulationId)}, tx_name(tx), agent_name(sender), agent_name(receiver), whole(amount), whole(amount_settled), whole(priority),
  whole(original_priority), is_divisible = 1, whole(arrival_tick), whole(arrival_tick) // ${ticksPerDay}, whole(created_tick),
  whole(deadline_tick), whole(settlement_tick), whole(settlement_tick) // ${ticksPerDay}, ${optionalName(SETTLEMENT_TYPES, 'settlement_type')},
  ${nameFrom(TRANSACTION_OUTCOMES, 'status')}, whole(overdue_since_tick),
  CASE WHEN status = ${TRANSACTION_OUTCOMES.indexOf('dropped')} THEN 'Expired deadline' END, ${optionalTx('parent_tx')}, whole(split_index),
  whole(queue1_ticks), whole(queue2_ticks), whole(settlement_tick) - whole(arrival_tick), ${optionalName(RTGS_PRIORITIES, 'rtgs_priority')},
  ${optionalName(RTGS_PRIORITIES, 'declared_rtgs_priority')}, whole(rtgs_submission_tick)
FROM temp.${stage}`;
}

export const AGENT_STATE_STAGE_COLUMNS = [
  ...([
    'tick',
    'agent',
    'balance',
    'balance_change',
    'unsecured_cap',
    'posted_collateral',
    'allowed_overdraft',
    'queue1_size',
    'queue2_size',
  ] as const),
  ...COST_COMPONENTS,
  ...COST_COMPONENTS.map((component) => `${component}_delta` as const),
] as const;

export function insertAgentStates(stage: string, simulationId: string, ticksPerDay: number): string {
  const values = AGENT_STATE_STAGE_COLUMNS.slice(2).map((column) => `CAST(${column} AS BIGINT)`);
  return `INSERT INTO tick_agent_states
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER), CAST(tick AS INTEGER) // ${ticksPerDay}, agent_name(agent), ${values.join(', ')}
FROM temp.${stage}`;
}

export const QUEUE_STAGE_COLUMNS = ['tick', 'queue', 'agent', 'position', 'tx'] as const;

export function insertTickQueues(stage: string, simulationId: string): string {
  return `INSERT INTO tick_queue_snapshots
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER), CASE WHEN queue = 1 THEN 'queue1' ELSE 'queue2' END, agent_name(agent),
  CAST(position AS INTEGER), tx_name(tx)
FROM temp.${stage}`;
}

export function insertDayQueues(stage: string, simulationId: string, ticksPerDay: number): string {
  return `INSERT INTO queue_snapshots
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER) // ${ticksPerDay}, CAST(tick AS INTEGER),
  CASE WHEN queue = 1 THEN 'queue1' ELSE 'queue2' END, agent_name(agent), CAST(position AS INTEGER), tx_name(tx)
FROM temp.${stage}`;
}

export const TICK_SUMMARY_COLUMNS = [
  ...(['tick', 'num_arrivals', 'num_settlements', 'num_lsm_releases', 'total_cost', 'first_event_seq', 'num_events'] as const),
  // A generator state has 64 bits, a double 53: it travels in two halves.
  ...(['rng_high', 'rng_low'] as const),
] as const;

export function insertTickSummaries(stage: string, simulationId: string, ticksPerDay: number): string {
  return `INSERT INTO tick_summaries
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER), CAST(tick AS INTEGER) // ${ticksPerDay}, whole(num_arrivals), whole(num_settlements),
  whole(num_lsm_releases), whole(total_cost), whole(first_event_seq), whole(num_events),
  CAST(rng_high AS UBIGINT) * 4294967296 + CAST(rng_low AS UBIGINT)
FROM temp.${stage}`;
}

export const COLLATERAL_STAGE_COLUMNS = [
  ...([
    'seq',
    'agent',
    'tick',
    'action',
    'amount',
    'reason',
    'layer',
    'balance',
    'before',
    'after',
    'capacity',
    'event_seq',
  ] as const),
] as const;

export const COLLATERAL_ACTIONS = ['post', 'withdraw', 'hold'] as const;
export const COLLATERAL_LAYERS = ['strategic', 'end_of_tick', 'timer', 'scenario', 'manual'] as const;

export function insertCollateral(stage: string, simulationId: string, ticksPerDay: number): string {
  return `INSERT INTO collateral_events
SELECT ${literal(simulationId)}, whole(seq), agent_name(agent), whole(tick), whole(tick) // ${ticksPerDay}, ${nameFrom(COLLATERAL_ACTIONS, 'action')},
  whole(amount), text_name(reason), ${nameFrom(COLLATERAL_LAYERS, 'layer')}, whole(balance), whole(balance), whole(before), whole(after),
  whole(capacity), whole(event_seq)
FROM temp.${stage}`;
}

/** Metrics in the order of the table, after the three key columns. */
export const METRIC_COLUMNS = [
  ...(['opening_balance', 'closing_balance', 'min_balance', 'max_balance', 'unsecured_cap', 'peak_overdraft'] as const),
  ...(['opening_posted_collateral', 'closing_posted_collateral', 'peak_posted_collateral', 'collateral_capacity'] as const),
  ...([
    'num_collateral_posts',
    'num_collateral_withdrawals',
    'num_arrivals',
    'num_sent',
    'num_received',
    'num_settled',
    'num_dropped',
  ] as const),
  ...([
    'queue1_peak_size',
    'queue1_eod_size',
    'queue2_peak_size',
    'queue2_eod_size',
    'liquidity_cost',
    'delay_cost',
    'collateral_cost',
  ] as const),
  ...(['deadline_penalty_cost', 'split_friction_cost', 'liquidity_opportunity_cost', 'total_cost'] as const),
] as const;

export const METRIC_STAGE_COLUMNS = ['agent', 'day', ...METRIC_COLUMNS] as const;

export function insertMetrics(stage: string, simulationId: string): string {
  return `INSERT INTO daily_agent_metrics
SELECT ${literal(simulationId)}, agent_name(agent), whole(day), ${METRIC_COLUMNS.map((column) => `whole(${column})`).join(', ')}
FROM temp.${stage}`;
}

/**
 * Staged rings: number, type (0 pair, 1 ring), event position, number of banks, banks, number of payments, payments, amounts, net
 * positions of the banks, total, settled value, largest net outflow, its bank (−1: nobody).
 */
export function insertCycles(stage: string, simulationId: string, ticksPerDay: number): string {
  const banks = 'CAST(rec[4] AS INTEGER)';
  const payments = `CAST(rec[5 + ${banks}] AS INTEGER)`;
  const cycle = `${literal(`${simulationId}-lsm`)} || CASE WHEN rec[1] < 1e6 THEN lpad(digits(rec[1]), 6, '0') ELSE digits(rec[1]) END`;
  return `CREATE OR REPLACE TEMP TABLE ${stage}_rows AS
SELECT ${cycle} AS cycle_id, tick, rec, banks, payments, 6 + banks AS txs_at, 6 + banks + payments AS amounts_at, 6 + banks + 2 * payments AS nets_at, seq
FROM (SELECT rec, tick, seq, ${banks} AS banks, ${payments} AS payments FROM temp.${stage}) ORDER BY seq;
INSERT INTO lsm_cycles
SELECT ${literal(simulationId)}, cycle_id, tick, tick // ${ticksPerDay}, CASE WHEN rec[2] = 0 THEN 'bilateral' ELSE 'multilateral' END, banks, payments,
  whole(rec[nets_at + banks]), whole(rec[nets_at + banks + 1]), list_transform(rec[5 : 4 + banks], lambda x: agent_name(x)),
  list_transform(rec[txs_at : txs_at + payments - 1], lambda x: tx_name(x)),
  list_transform(rec[amounts_at : amounts_at + payments - 1], lambda x: whole(x)),
  list_transform(rec[nets_at : nets_at + banks - 1], lambda x: whole(x)), whole(rec[nets_at + banks + 2]),
  CASE WHEN rec[nets_at + banks + 3] >= 0 THEN agent_name(rec[nets_at + banks + 3]) END, whole(rec[3])
FROM temp.${stage}_rows ORDER BY seq;
INSERT INTO lsm_cycle_transactions
SELECT ${literal(simulationId)}, cycle_id, CAST(i - 1 AS INTEGER), tx_name(rec[txs_at + i - 1]), whole(rec[amounts_at + i - 1])
FROM temp.${stage}_rows, range(1, payments + 1) r(i) ORDER BY seq, i`;
}
