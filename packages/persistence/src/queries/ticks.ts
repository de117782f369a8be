import { COLLATERAL_ACTIONS, type CollateralAction, CYCLE_TYPES } from '@simcash/protocol';
import { sql } from 'kysely';
import type { SimCashDatabase } from '../database.js';
import {
  type CollateralRow,
  type LsmCycleRow,
  type PolicyDecisionRow,
  queries,
  rows,
  type TickAgentStateRow,
  type TransactionRow,
} from './kysely.js';
import { knownWord } from './words.js';

/** Arrivals and settlements of one tick. */
export async function getTransactionsByTick(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<{ arrivals: TransactionRow[]; settlements: TransactionRow[] }> {
  const all = queries.selectFrom('transactions').selectAll().where('simulation_id', '=', simulationId).orderBy('tx_id');
  return {
    arrivals: await rows(database, all.where('arrival_tick', '=', tick)),
    settlements: await rows(database, all.where('settlement_tick', '=', tick)),
  };
}

/** Figures of a range of ticks, both ends included. */
export async function getTickRangeSummary(
  database: SimCashDatabase,
  simulationId: string,
  from: number,
  to: number,
): Promise<{ total_arrivals: number; total_settlements: number; total_cost: number; avg_delay_ticks: number }> {
  const ticks = queries
    .selectFrom('tick_summaries')
    .select([
      sql<number>`coalesce(sum(num_arrivals), 0)::BIGINT`.as('total_arrivals'),
      sql<number>`coalesce(sum(num_settlements), 0)::BIGINT`.as('total_settlements'),
      sql<number>`coalesce(sum(total_cost), 0)::BIGINT`.as('total_cost'),
    ])
    .where('simulation_id', '=', simulationId)
    .where('tick', '>=', from)
    .where('tick', '<=', to);
  const delays = queries
    .selectFrom('v_payments')
    .select(sql<number>`coalesce(avg(settlement_tick - arrival_tick), 0)`.as('avg_delay_ticks'))
    .where('simulation_id', '=', simulationId)
    .where('is_settled', '=', true)
    .where('settlement_tick', '>=', from)
    .where('settlement_tick', '<=', to);
  const [totals] = await rows(database, ticks);
  const [delay] = await rows(database, delays);
  return { ...totals!, ...delay! };
}

/** Collateral posted and withdrawn. */
export async function getCollateralEvents(
  database: SimCashDatabase,
  simulationId: string,
  filter: { tick?: number; day?: number; agent_id?: string; action?: CollateralAction } = {},
): Promise<CollateralRow[]> {
  let query = queries.selectFrom('collateral_events').selectAll().where('simulation_id', '=', simulationId);
  if (filter.tick !== undefined) query = query.where('tick', '=', filter.tick);
  if (filter.day !== undefined) query = query.where('day', '=', filter.day);
  if (filter.agent_id !== undefined) query = query.where('agent_id', '=', filter.agent_id);
  if (filter.action !== undefined) query = query.where('action', '=', knownWord(filter.action, COLLATERAL_ACTIONS, 'action'));
  return rows(database, query.orderBy('collateral_seq'));
}

/** Offsets of a simulation. */
export async function getLsmCycles(
  database: SimCashDatabase,
  simulationId: string,
  filter: { tick?: number; day?: number; cycle_type?: (typeof CYCLE_TYPES)[number] } = {},
): Promise<LsmCycleRow[]> {
  let query = queries.selectFrom('lsm_cycles').selectAll().where('simulation_id', '=', simulationId);
  if (filter.tick !== undefined) query = query.where('tick', '=', filter.tick);
  if (filter.day !== undefined) query = query.where('day', '=', filter.day);
  if (filter.cycle_type !== undefined)
    query = query.where('cycle_type', '=', knownWord(filter.cycle_type, CYCLE_TYPES, 'cycle_type'));
  return rows(database, query.orderBy('event_seq'));
}

/** What policies decided in a tick. */
export function getPolicyDecisionsByTick(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<PolicyDecisionRow[]> {
  const query = queries
    .selectFrom('policy_decisions')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  return rows(database, query.orderBy('id'));
}

/** States of all agents at the end of a tick. */
export function getTickAgentStates(database: SimCashDatabase, simulationId: string, tick: number): Promise<TickAgentStateRow[]> {
  const query = queries
    .selectFrom('tick_agent_states')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  return rows(database, query.orderBy('agent_id'));
}

/** Queue contents after a tick: bank → queue → payments in order. */
export async function getTickQueueSnapshots(
  database: SimCashDatabase,
  simulationId: string,
  tick: number,
): Promise<Record<string, Partial<Record<'queue1' | 'queue2', string[]>>>> {
  const query = queries
    .selectFrom('tick_queue_snapshots')
    .selectAll()
    .where('simulation_id', '=', simulationId)
    .where('tick', '=', tick);
  const snapshots = new Map<string, Partial<Record<'queue1' | 'queue2', string[]>>>();
  for (const row of await rows(database, query.orderBy('agent_id').orderBy('queue_type').orderBy('position'))) {
    const queues = snapshots.get(row.agent_id) ?? {};
    snapshots.set(row.agent_id, queues);
    (queues[row.queue_type] ??= []).push(row.tx_id);
  }
  return Object.fromEntries(snapshots);
}
