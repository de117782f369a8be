import { BIGINT, BOOLEAN, INTEGER } from '@duckdb/node-api';
import { COST_COMPONENTS, RTGS_PRIORITIES, SETTLEMENT_TYPES, TRANSACTION_OUTCOMES } from '@simcash/protocol';
import { EnumColumn } from '../staging/enum-column.js';
import { ListColumn } from '../staging/list-column.js';
import { NameColumn } from '../staging/name-column.js';
import { NumberColumn } from '../staging/number-column.js';
import { PaymentColumn } from '../staging/payment-column.js';
import { RowStage } from '../staging/row-stage.js';
import { Stage } from '../staging/stage.js';
import { TextColumn } from '../staging/text-column.js';
import { UnsignedColumn } from '../staging/unsigned-column.js';
import type { Vocabulary } from '../staging/vocabulary.js';

/** The stages of all tables but the events, with the columns of the tables in their order. */

const bigint = (): NumberColumn => new NumberColumn(BIGINT);
const integer = (): NumberColumn => new NumberColumn(INTEGER);
/** One of a few names that are known beforehand, by its position among them. */
const oneOf = (names: readonly string[]): EnumColumn => new EnumColumn(names);
const columns = <const Name extends string>(names: readonly Name[], column: () => NumberColumn): Record<Name, NumberColumn> =>
  Object.fromEntries(names.map((name) => [name, column()])) as Record<Name, NumberColumn>;

const DROP_REASONS = ['Expired deadline'];

export function transactionStage(simulationId: string, agents: Vocabulary) {
  return new RowStage('transactions', simulationId, {
    tx_id: new PaymentColumn(),
    sender_id: new NameColumn(agents),
    receiver_id: new NameColumn(agents),
    amount: bigint(),
    amount_settled: bigint(),
    priority: integer(),
    original_priority: integer(),
    is_divisible: new NumberColumn(BOOLEAN),
    ...columns(['arrival_tick', 'arrival_day', 'created_tick', 'deadline_tick', 'settlement_tick', 'settlement_day'], integer),
    settlement_type: oneOf(SETTLEMENT_TYPES),
    status: oneOf(TRANSACTION_OUTCOMES),
    overdue_since_tick: integer(),
    drop_reason: oneOf(DROP_REASONS),
    parent_tx_id: new PaymentColumn(),
    ...columns(['split_index', 'queue1_ticks', 'queue2_ticks', 'total_delay_ticks'], integer),
    rtgs_priority: oneOf(RTGS_PRIORITIES),
    declared_rtgs_priority: oneOf(RTGS_PRIORITIES),
    rtgs_submission_tick: integer(),
  });
}

/** Columns of costs: those of the day so far, and what the tick added to them. */
export const COST_DELTAS = COST_COMPONENTS.map((cost) => [cost, `${cost}_delta`] as const);

export function agentStateStage(simulationId: string, agents: Vocabulary) {
  const deltas = COST_DELTAS.map(([, delta]) => delta);
  return new Stage('tick_agent_states', simulationId, {
    ...columns(['tick', 'day'], integer),
    agent_id: new NameColumn(agents),
    ...columns(['balance', 'balance_change', 'unsecured_cap', 'posted_collateral', 'allowed_overdraft'], bigint),
    ...columns(['queue1_size', 'queue2_size'], integer),
    ...columns(COST_COMPONENTS, bigint),
    ...columns(deltas, bigint),
  });
}

export function tickQueueStage(simulationId: string, agents: Vocabulary) {
  return new RowStage('tick_queue_snapshots', simulationId, { tick: integer(), ...queueColumns(agents) });
}

export function dayQueueStage(simulationId: string, agents: Vocabulary) {
  return new RowStage('queue_snapshots', simulationId, { ...columns(['day', 'tick'], integer), ...queueColumns(agents) });
}

function queueColumns(agents: Vocabulary) {
  return {
    queue_type: oneOf(['queue1', 'queue2']),
    agent_id: new NameColumn(agents),
    position: integer(),
    tx_id: new PaymentColumn(),
  };
}

export function tickSummaryStage(simulationId: string) {
  return new Stage('tick_summaries', simulationId, {
    ...columns(['tick', 'day', 'num_arrivals', 'num_settlements', 'num_lsm_releases'], integer),
    ...columns(['total_cost', 'first_event_seq'], bigint),
    num_events: integer(),
    rng_state: new UnsignedColumn(),
  });
}

export const COLLATERAL_ACTIONS = ['post', 'withdraw', 'hold'] as const;
export const COLLATERAL_LAYERS = ['strategic', 'end_of_tick', 'timer', 'scenario', 'manual'] as const;

export function collateralStage(simulationId: string, agents: Vocabulary, reasons: Vocabulary) {
  const totals = ['posted_collateral_before', 'posted_collateral_after', 'available_capacity_after'] as const;
  return new Stage('collateral_events', simulationId, {
    collateral_seq: bigint(),
    agent_id: new NameColumn(agents),
    ...columns(['tick', 'day'], integer),
    action: oneOf(COLLATERAL_ACTIONS),
    amount: bigint(),
    reason: new NameColumn(reasons),
    layer: oneOf(COLLATERAL_LAYERS),
    ...columns(['balance_before', 'balance_after', ...totals, 'event_seq'], bigint),
  });
}

export function metricStage(simulationId: string, agents: Vocabulary) {
  const balances = [
    'opening_balance',
    'closing_balance',
    'min_balance',
    'max_balance',
    'unsecured_cap',
    'peak_overdraft',
  ] as const;
  const collateral = [
    'opening_posted_collateral',
    'closing_posted_collateral',
    'peak_posted_collateral',
    'collateral_capacity',
  ] as const;
  const counts = ['num_arrivals', 'num_sent', 'num_received', 'num_settled', 'num_dropped'] as const;
  const queues = ['queue1_peak_size', 'queue1_eod_size', 'queue2_peak_size', 'queue2_eod_size'] as const;
  const costs = ['liquidity_cost', 'delay_cost', 'collateral_cost', 'deadline_penalty_cost', 'split_friction_cost'] as const;
  return new RowStage('daily_agent_metrics', simulationId, {
    agent_id: new NameColumn(agents),
    day: integer(),
    ...columns([...balances, ...collateral], bigint),
    ...columns(['num_collateral_posts', 'num_collateral_withdrawals', ...counts, ...queues], integer),
    ...columns([...costs, 'liquidity_opportunity_cost', 'total_cost'], bigint),
  });
}

export function systemMetricStage(simulationId: string) {
  return new RowStage('daily_system_metrics', simulationId, {
    ...columns(['day', 'num_arrivals', 'num_settlements', 'num_lsm_releases', 'unsettled_count'], integer),
    ...columns(['total_cost', 'tick_cost_total'], bigint),
  });
}

/** Pairs and rings of the liquidity-saving mechanism. */
export function cycleStage(simulationId: string, agents: Vocabulary) {
  return new Stage('lsm_cycles', simulationId, {
    cycle_id: new TextColumn(),
    ...columns(['tick', 'day'], integer),
    cycle_type: oneOf(['bilateral', 'multilateral']),
    ...columns(['num_agents', 'num_transactions'], integer),
    ...columns(['total_amount', 'settled_value'], bigint),
    agent_ids: new ListColumn(new NameColumn(agents)),
    tx_ids: new ListColumn(new PaymentColumn()),
    tx_amounts: new ListColumn(bigint()),
    net_positions: new ListColumn(bigint()),
    max_net_outflow: bigint(),
    max_net_outflow_agent: new NameColumn(agents),
    event_seq: bigint(),
  });
}

/** Their payments, one by one. */
export function cycleTransactionStage(simulationId: string) {
  return new Stage('lsm_cycle_transactions', simulationId, {
    cycle_id: new TextColumn(),
    position: integer(),
    tx_id: new PaymentColumn(),
    amount: bigint(),
  });
}
