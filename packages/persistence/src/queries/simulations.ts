import { RUN_PURPOSES, RUN_STATUSES } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { NotStoredError } from '../errors.js';
import type { Rows } from '../schema/tables.js';
import { knownWord } from './words.js';

/** A row of `simulations`; of runs whose process died it says that they failed. */
export type StoredSimulation = Rows['simulations'];

/** Which simulations are listed. */
export interface SimulationFilter {
  /** How far it has come. */
  status?: StoredSimulation['status'];
  /** The experiment that the run belongs to. */
  experiment_run_id?: string;
  /** What the run is for. */
  run_purpose?: StoredSimulation['run_purpose'];
  /** How many at most. */
  limit?: number;
  /** How many are passed over first. */
  offset?: number;
}

/** Stored simulations, newest first (spec 09 §9.1). */
export async function listSimulations(database: SimCashDatabase, filter: SimulationFilter = {}): Promise<StoredSimulation[]> {
  const { experiment_run_id = null, limit = 1_000_000, offset = 0, run_purpose = null, status = null } = filter;
  if (status !== null) knownWord(status, RUN_STATUSES, 'status');
  if (run_purpose !== null) knownWord(run_purpose, RUN_PURPOSES, 'run_purpose');
  return database.query<StoredSimulation>(
    `SELECT * FROM v_simulations
     WHERE ($1 IS NULL OR status = $1) AND ($2 IS NULL OR experiment_run_id = $2) AND ($3 IS NULL OR run_purpose = $3)
     ORDER BY started_at DESC, simulation_id LIMIT $4 OFFSET $5`,
    [status, experiment_run_id, run_purpose, Math.max(limit, 0), Math.max(offset, 0)],
  );
}

/** A stored simulation and its banks in agent order. @throws NotStoredError naming up to ten that are stored */
export async function findSimulation(
  database: SimCashDatabase,
  simulationId: string,
): Promise<StoredSimulation & { agent_ids: string[] }> {
  const [row] = await database.query<StoredSimulation>('SELECT * FROM v_simulations WHERE simulation_id = $1', [simulationId]);
  if (!row) {
    const known = await listSimulations(database, { limit: 10 });
    const ids = known.map((simulation) => simulation.simulation_id);
    throw new NotStoredError(`simulation ${simulationId} not found in ${database.path}`, ids);
  }
  const agents = await database.query<{ agent_id: string }>(
    'SELECT agent_id FROM simulation_agents WHERE simulation_id = $1 ORDER BY encode(agent_id)',
    [simulationId],
  );
  return { ...row, agent_ids: agents.map((agent) => agent.agent_id) };
}
