import { createHash, type Hash } from 'node:crypto';
import { COST_COMPONENTS, type SimulationStart } from '@simcash/protocol';
import { deleteChecksums, OF_SIMULATION } from '../checksums.js';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, NotStoredError } from '../errors.js';
import { eventLines } from '../queries/events.js';
import type { Session } from '../session.js';
import type { Totals } from './simulation-rows.js';

/** Where a resumed simulation goes on. */
export interface ResumePoint {
  next_event_seq: number;
  /** Hash over the event lines that stay. */
  hash: Hash;
  next_call_seq: number;
  next_collateral_seq: number;
  next_cycle: number;
  /** Of the ticks before, and of the days before. */
  totals: Totals;
  totals_at_day_start: Totals;
  /** Cents charged in the ticks before, and in those of the open day. */
  cost: number;
  cost_of_day: number;
  /** By bank, at the end of the tick before. */
  balances: ReadonlyMap<string, number>;
  costs: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/**
 * Makes a stored simulation ready to go on at a checkpoint: rows that the run will write again are deleted, in the same transaction
 * that sets its status back to `running` (spec 09 §10.3).
 */
export async function prepareResume(
  database: SimCashDatabase,
  simulationId: string,
  start: SimulationStart,
): Promise<ResumePoint> {
  const tick = start.first_tick!;
  const [row] = await database.query<{ persistence_level: string; last_tick: number | null }>(
    'SELECT persistence_level, last_tick FROM simulations WHERE simulation_id = $1',
    [simulationId],
  );
  if (!row) throw new NotStoredError(`simulation ${simulationId} is not stored in ${database.path}`);
  if (row.persistence_level === 'SUMMARY')
    throw new DatabaseError(`simulation ${simulationId} was stored at level SUMMARY and cannot be resumed`);
  if (tick > (row.last_tick ?? -1) + 1) {
    throw new DatabaseError(
      `simulation ${simulationId} is stored up to tick ${row.last_tick ?? 'none'}: it cannot be resumed at tick ${tick}`,
    );
  }
  await database.transaction((session) => deleteFrom(session, simulationId, tick, start.ticks_per_day));
  return resumePoint(database, simulationId, tick, start.ticks_per_day);
}

async function deleteFrom(database: Session, id: string, tick: number, ticksPerDay: number): Promise<void> {
  const day = Math.floor(tick / ticksPerDay);
  const byTick = [
    'simulation_calls',
    'simulation_events',
    'agent_state_registers',
    'tick_summaries',
    'tick_agent_states',
    'tick_queue_snapshots',
    'collateral_events',
    'settlement_runs',
    'algorithm_runs',
  ];
  for (const table of byTick) await database.execute(`DELETE FROM ${table} WHERE simulation_id = $1 AND tick >= $2`, [id, tick]);
  for (const table of ['daily_agent_metrics', 'daily_system_metrics', 'queue_snapshots']) {
    await database.execute(`DELETE FROM ${table} WHERE simulation_id = $1 AND day >= $2`, [id, day]);
  }
  await database.execute(
    `DELETE FROM lsm_cycle_transactions WHERE simulation_id = $1
     AND cycle_id IN (SELECT cycle_id FROM lsm_cycles WHERE simulation_id = $1 AND tick >= $2)`,
    [id, tick],
  );
  await database.execute('DELETE FROM lsm_cycles WHERE simulation_id = $1 AND tick >= $2', [id, tick]);
  // A payment is written when it is final: what was not final at the checkpoint will be written again. A split payment is final
  // with the last of its descendants.
  await database.execute(
    `DELETE FROM transactions WHERE simulation_id = $1 AND tx_id IN (
      WITH RECURSIVE reopened AS (
        SELECT tx_id, parent_tx_id FROM transactions
        WHERE simulation_id = $1 AND (created_tick >= $2 OR (status <> 'split' AND (settlement_tick IS NULL OR settlement_tick >= $2)))
        UNION
        SELECT t.tx_id, t.parent_tx_id FROM transactions t JOIN reopened r ON t.tx_id = r.parent_tx_id WHERE t.simulation_id = $1
      ) SELECT tx_id FROM reopened)`,
    [id, tick],
  );
  await database.execute('DELETE FROM policy_snapshots WHERE simulation_id = $1 AND snapshot_tick >= $2 AND snapshot_tick > 0', [
    id,
    tick,
  ]);
  for (const table of ['indicator_sheets', 'bank_day_series'])
    await database.execute(`DELETE FROM ${table} WHERE simulation_id = $1`, [id]);
  await database.execute(deleteChecksums(OF_SIMULATION, id));
  await database.execute('DELETE FROM simulation_checkpoints WHERE simulation_id = $1 AND checkpoint_tick > $2', [id, tick]);
  await database.execute(
    `UPDATE simulations SET status = 'running', last_tick = $2, error_message = NULL, completed_at = NULL, total_arrivals = NULL,
     total_settlements = NULL, total_lsm_releases = NULL, total_cost_cents = NULL, event_count = NULL, event_log_hash = NULL,
     total_dropped = NULL, total_dropped_value = NULL, total_cancelled = NULL, total_cancelled_value = NULL, total_settled_value = NULL, total_arrived_value = NULL, total_delay_ticks = NULL,
     total_overdue = NULL, total_lsm_operations = NULL, unsettled_count = NULL, unsettled_value = NULL,
     duration_seconds = NULL, ticks_per_second = NULL WHERE simulation_id = $1`,
    [id, tick > 0 ? tick - 1 : null],
  );
}

async function resumePoint(database: SimCashDatabase, id: string, tick: number, ticksPerDay: number): Promise<ResumePoint> {
  const one = async <Row>(sql: string): Promise<Row> => (await database.query<Row>(sql, [id]))[0]!;
  const count = async (table: string): Promise<number> =>
    (await one<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE simulation_id = $1`)).n;
  const before = (end: number): Promise<Totals & { cost: number }> =>
    one(
      `SELECT coalesce(sum(num_arrivals), 0)::BIGINT AS arrivals, coalesce(sum(num_settlements), 0)::BIGINT AS settlements,
       coalesce(sum(num_lsm_releases), 0)::BIGINT AS lsm_releases, coalesce(sum(total_cost), 0)::BIGINT AS cost
       FROM tick_summaries WHERE simulation_id = $1 AND tick < ${end}`,
    );
  const { cost, ...totals } = await before(tick);
  const { cost: costAtDayStart, ...totalsAtDayStart } = await before(tick - (tick % ticksPerDay));
  const states = await database.query<Record<string, number> & { agent_id: string }>(
    'SELECT * FROM tick_agent_states WHERE simulation_id = $1 AND tick = $2',
    [id, tick - 1],
  );
  const hash = createHash('sha256');
  for await (const lines of eventLines(database, id)) hash.update(lines);
  return {
    next_event_seq: await count('simulation_events'),
    hash,
    next_call_seq: await count('simulation_calls'),
    next_collateral_seq: await count('collateral_events'),
    next_cycle: await count('lsm_cycles'),
    totals,
    totals_at_day_start: totalsAtDayStart,
    cost,
    cost_of_day: cost - costAtDayStart,
    balances: new Map(states.map((state) => [state.agent_id, state.balance as number])),
    costs: new Map(
      states.map((state) => [state.agent_id, Object.fromEntries(COST_COMPONENTS.map((name) => [name, state[name] as number]))]),
    ),
  };
}
