import { createHash } from 'node:crypto';
import type { PersistenceLevel } from '@simcash/protocol';
import type { SimCashDatabase } from './database.js';
import { DatabaseError, NotStoredError } from './errors.js';
import type { Rows } from './schema/tables.js';

/** A row of `simulation_checkpoints` without the state itself. */
export type CheckpointInfo = Omit<Rows['simulation_checkpoints'], 'state_format' | 'state_json' | 'config_json'>;

/** A checkpoint that a run can go on from. */
export interface LoadedCheckpoint extends CheckpointInfo {
  /** The state as JSON. */
  state_json: string;
  /** The scenario as JSON. */
  config_json: string;
  /** How much is stored. */
  persistence_level: PersistenceLevel;
}

const INFO = `checkpoint_id, simulation_id, checkpoint_tick, checkpoint_day, checkpoint_timestamp, checkpoint_type, description, created_by,
  state_hash, config_hash, next_event_seq, num_agents, num_transactions, total_size_bytes`;

/** Checkpoints by tick, then type: manual, auto, end_of_day, final. */
export function listCheckpoints(database: SimCashDatabase, simulationId: string | null = null): Promise<CheckpointInfo[]> {
  return database.query<CheckpointInfo>(
    `SELECT ${INFO} FROM simulation_checkpoints WHERE $1 IS NULL OR simulation_id = $1
     ORDER BY simulation_id, checkpoint_tick, list_position(['manual', 'auto', 'end_of_day', 'final'], checkpoint_type)`,
    [simulationId],
  );
}

/**
 * Loads a checkpoint by its id, or the latest one of a simulation.
 *
 * @throws NotStoredError, DatabaseError if the stored state has been tampered with
 */
export async function loadCheckpoint(
  database: SimCashDatabase,
  idOrLatest: string,
  simulationId?: string,
): Promise<LoadedCheckpoint> {
  const latest = idOrLatest === 'latest';
  if (latest && simulationId === undefined) throw new DatabaseError('the latest checkpoint of which simulation?');
  const [row] = await database.query<LoadedCheckpoint>(
    `SELECT c.*, s.persistence_level
     FROM simulation_checkpoints c JOIN simulations s USING (simulation_id)
     WHERE ${latest ? 'simulation_id' : 'checkpoint_id'} = $1 ORDER BY checkpoint_tick DESC LIMIT 1`,
    [latest ? simulationId! : idOrLatest],
  );
  if (!row) {
    const known = await listCheckpoints(database, latest ? simulationId : null);
    const what = latest ? `simulation ${simulationId} has no checkpoint` : `Checkpoint ${idOrLatest} not found`;
    throw new NotStoredError(
      `${what} in ${database.path}`,
      known
        .toSorted((a, b) => (a.checkpoint_timestamp < b.checkpoint_timestamp ? 1 : -1))
        .slice(0, 10)
        .map((checkpoint) => checkpoint.checkpoint_id),
    );
  }
  const hash = createHash('sha256').update(row.state_json).digest('hex');
  if (hash !== row.state_hash) {
    throw new DatabaseError(
      `checkpoint ${row.checkpoint_id}: integrity check failed: state hash mismatch (stored ${row.state_hash}, computed ${hash})`,
    );
  }
  return row;
}

/** Deletes a checkpoint; false if there is none. */
export async function deleteCheckpoint(database: SimCashDatabase, checkpointId: string): Promise<boolean> {
  const deleted = await database.query('DELETE FROM simulation_checkpoints WHERE checkpoint_id = $1 RETURNING checkpoint_id', [
    checkpointId,
  ]);
  return deleted.length > 0;
}
