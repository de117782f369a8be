import { COST_COMPONENTS, RTGS_PRIORITIES, SETTLEMENT_TYPES, TRANSACTION_COLUMNS, TRANSACTION_OUTCOMES } from '@simcash/protocol';
import { EnumColumn } from '../staging/enum-column.js';
import { ListColumn } from '../staging/list-column.js';
import { NameColumn } from '../staging/name-column.js';
import { NumberColumn } from '../staging/number-column.js';
import { PaymentColumn } from '../staging/payment-column.js';
import { RowStage } from '../staging/row-stage.js';
import { literal, whole } from '../staging/sql-text.js';
import { Stage } from '../staging/stage.js';
import type { Vocabulary } from '../staging/vocabulary.js';

/** The stages of all tables but the events, each with the statement that gives its rows their real types and puts them into the store. */

/** Columns of plain numbers, some of them replaced by columns of names or payments. */
function columnsOf<const Name extends string>(
  names: readonly Name[],
  others: Partial<Record<NoInfer<Name>, EnumColumn | NameColumn | PaymentColumn>>,
): Record<Name, NumberColumn | EnumColumn | NameColumn | PaymentColumn> {
  return Object.fromEntries(names.map((name) => [name, others[name] ?? new NumberColumn()])) as never;
}

const day = (tick: string, ticksPerDay: number): string => `CAST(${tick} AS INTEGER) // ${ticksPerDay}`;
const integers = (columns: readonly string[]): string => columns.map((column) => `CAST(${column} AS BIGINT)`).join(', ');

export function transactionStage(simulationId: string, ticksPerDay: number, agents: Vocabulary) {
  const columns = columnsOf(TRANSACTION_COLUMNS, {
    tx: new PaymentColumn(),
    parent_tx: new PaymentColumn(),
    sender: new NameColumn(agents),
    receiver: new NameColumn(agents),
    settlement_type: new EnumColumn(SETTLEMENT_TYPES),
    status: new EnumColumn(TRANSACTION_OUTCOMES),
    rtgs_priority: new EnumColumn(RTGS_PRIORITIES),
    declared_rtgs_priority: new EnumColumn(RTGS_PRIORITIES),
  });
  return new RowStage(
    'stage_transactions',
    columns,
    (table) => `INSERT INTO transactions
SELECT ${literal(simulationId)}, tx, sender, receiver, ${integers(['amount', 'amount_settled', 'priority', 'original_priority'])}, is_divisible = 1,
  CAST(arrival_tick AS INTEGER), ${day('arrival_tick', ticksPerDay)}, ${integers(['created_tick', 'deadline_tick'])},
  ${whole('settlement_tick')}, ${whole('settlement_tick')} // ${ticksPerDay}, settlement_type, status, ${whole('overdue_since_tick')},
  CASE WHEN status = 'dropped' THEN 'Expired deadline' END, parent_tx, ${whole('split_index')}, ${integers(['queue1_ticks', 'queue2_ticks'])},
  ${whole('settlement_tick - arrival_tick')}, rtgs_priority, declared_rtgs_priority, ${whole('rtgs_submission_tick')}
FROM ${table}`,
  );
}

/** Costs are those of the day so far, and those of the tick. */
const STATE_AMOUNTS = [
  ...([
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

export function agentStateStage(simulationId: string, ticksPerDay: number, agents: Vocabulary) {
  return new RowStage(
    'stage_states',
    columnsOf(['tick', 'agent', ...STATE_AMOUNTS], { agent: new NameColumn(agents) }),
    (table) => `INSERT INTO tick_agent_states
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER), ${day('tick', ticksPerDay)}, agent, ${integers(STATE_AMOUNTS)} FROM ${table}`,
  );
}

const QUEUE_COLUMNS = ['tick', 'queue', 'agent', 'position', 'tx'] as const;
const QUEUE_NAMES = "CASE WHEN queue = 1 THEN 'queue1' ELSE 'queue2' END";

export function tickQueueStage(simulationId: string, agents: Vocabulary) {
  return new RowStage(
    'stage_tick_queues',
    columnsOf(QUEUE_COLUMNS, { agent: new NameColumn(agents), tx: new PaymentColumn() }),
    (table) => `INSERT INTO tick_queue_snapshots
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER), ${QUEUE_NAMES}, agent, CAST(position AS INTEGER), tx FROM ${table}`,
  );
}

export function dayQueueStage(simulationId: string, ticksPerDay: number, agents: Vocabulary) {
  return new RowStage(
    'stage_day_queues',
    columnsOf(QUEUE_COLUMNS, { agent: new NameColumn(agents), tx: new PaymentColumn() }),
    (table) => `INSERT INTO queue_snapshots
SELECT ${literal(simulationId)}, ${day('tick', ticksPerDay)}, CAST(tick AS INTEGER), ${QUEUE_NAMES}, agent, CAST(position AS INTEGER), tx FROM ${table}`,
  );
}

export function tickSummaryStage(simulationId: string, ticksPerDay: number) {
  const amounts = ['num_arrivals', 'num_settlements', 'num_lsm_releases', 'total_cost', 'first_event_seq', 'num_events'] as const;
  return new RowStage(
    'stage_summaries',
    // A generator state has 64 bits, a double 53: it travels in two halves.
    columnsOf(['tick', ...amounts, 'rng_high', 'rng_low'], {}),
    (table) => `INSERT INTO tick_summaries
SELECT ${literal(simulationId)}, CAST(tick AS INTEGER), ${day('tick', ticksPerDay)}, ${integers(amounts)},
  CAST(rng_high AS UBIGINT) * 4294967296 + CAST(rng_low AS UBIGINT)
FROM ${table}`,
  );
}

export const COLLATERAL_ACTIONS = ['post', 'withdraw', 'hold'] as const;
export const COLLATERAL_LAYERS = ['strategic', 'end_of_tick', 'timer', 'scenario', 'manual'] as const;

export function collateralStage(simulationId: string, ticksPerDay: number, agents: Vocabulary, reasons: Vocabulary) {
  const amounts = ['balance', 'balance', 'before', 'after', 'capacity'] as const;
  return new RowStage(
    'stage_collateral',
    columnsOf(
      ['seq', 'agent', 'tick', 'action', 'amount', 'reason', 'layer', 'balance', 'before', 'after', 'capacity', 'event_seq'],
      {
        agent: new NameColumn(agents),
        action: new EnumColumn(COLLATERAL_ACTIONS),
        reason: new NameColumn(reasons),
        layer: new EnumColumn(COLLATERAL_LAYERS),
      },
    ),
    (table) => `INSERT INTO collateral_events
SELECT ${literal(simulationId)}, CAST(seq AS BIGINT), agent, CAST(tick AS INTEGER), ${day('tick', ticksPerDay)}, action, CAST(amount AS BIGINT), reason,
  layer, ${integers(amounts)}, ${whole('event_seq')}
FROM ${table}`,
  );
}

/** Metrics in the order of the table, after the three key columns. */
const METRIC_COLUMNS = [
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

export function metricStage(simulationId: string, agents: Vocabulary) {
  return new RowStage(
    'stage_metrics',
    columnsOf(['agent', 'day', ...METRIC_COLUMNS], { agent: new NameColumn(agents) }),
    (table) => `INSERT INTO daily_agent_metrics
SELECT ${literal(simulationId)}, agent, CAST(day AS INTEGER), ${integers(METRIC_COLUMNS)} FROM ${table}`,
  );
}

/** What is stored of a day of the whole system. */
export const SYSTEM_METRICS = [
  'day',
  'num_arrivals',
  'num_settlements',
  'num_lsm_releases',
  'unsettled_count',
  'total_cost',
  'tick_cost_total',
] as const;

export function systemMetricStage(simulationId: string) {
  return new RowStage(
    'stage_system_metrics',
    columnsOf(SYSTEM_METRICS, {}),
    (table) => `INSERT INTO daily_system_metrics SELECT ${literal(simulationId)}, ${integers(SYSTEM_METRICS)} FROM ${table}`,
  );
}

/** Pairs and rings of the liquidity-saving mechanism go to two tables: the cycles, and their payments one by one. */
export function cycleStage(simulationId: string, ticksPerDay: number, agents: Vocabulary) {
  const columns = {
    number: new NumberColumn(),
    tick: new NumberColumn(),
    cycle_type: new EnumColumn(['bilateral', 'multilateral']),
    total_amount: new NumberColumn(),
    settled_value: new NumberColumn(),
    agent_ids: new ListColumn(new NameColumn(agents)),
    tx_ids: new ListColumn(new PaymentColumn()),
    tx_amounts: new ListColumn(new NumberColumn()),
    net_positions: new ListColumn(new NumberColumn()),
    max_net_outflow: new NumberColumn(),
    max_net_outflow_agent: new NameColumn(agents),
    event_seq: new NumberColumn(),
  };
  const id = `${literal(`${simulationId}-lsm`)} || printf('%06d', CAST(number AS BIGINT))`;
  return new Stage(
    'stage_cycles',
    columns,
    (table) => `INSERT INTO lsm_cycles
SELECT ${literal(simulationId)}, ${id}, CAST(tick AS INTEGER), ${day('tick', ticksPerDay)}, cycle_type, len(agent_ids), len(tx_ids),
  ${integers(['total_amount', 'settled_value'])}, agent_ids, tx_ids, CAST(tx_amounts AS BIGINT[]), CAST(net_positions AS BIGINT[]),
  CAST(max_net_outflow AS BIGINT), max_net_outflow_agent, CAST(event_seq AS BIGINT)
FROM ${table};
INSERT INTO lsm_cycle_transactions
SELECT ${literal(simulationId)}, ${id}, unnest(range(len(tx_ids))), unnest(tx_ids), CAST(unnest(tx_amounts) AS BIGINT) FROM ${table}`,
  );
}
