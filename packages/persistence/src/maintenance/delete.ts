import { deleteChecksums, OF_EXPERIMENT, writeChecksums } from '../checksums.js';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, NotStoredError } from '../errors.js';
import { findSimulation } from '../queries/simulations.js';
import { EXPERIMENT_TABLES, SIMULATION_TABLES } from '../schema/tables.js';
import type { Session } from '../session.js';

/**
 * Deletes a simulation from all tables in one transaction; an experiment or a sweep that refers to it no longer does.
 *
 * @throws NotStoredError, DatabaseError for a running one
 */
export async function deleteSimulation(database: SimCashDatabase, simulationId: string): Promise<void> {
  const { status } = await findSimulation(database, simulationId);
  if (status === 'running') throw new DatabaseError(`simulation ${simulationId} is running and cannot be deleted`);
  await database.transaction(async (session) => {
    const referring = await session.query<{ run_id: string }>(
      `SELECT run_id FROM experiment_checksums JOIN (SELECT run_id FROM experiment_iterations WHERE evaluation_simulation_id = $1
         UNION SELECT run_id FROM policy_evaluations WHERE evaluation_simulation_id = $1) USING (run_id) GROUP BY run_id`,
      [simulationId],
    );
    for (const table of ['experiment_iterations', 'policy_evaluations'])
      await session.execute(`UPDATE ${table} SET evaluation_simulation_id = NULL WHERE evaluation_simulation_id = $1`, [
        simulationId,
      ]);
    for (const { run_id } of referring) {
      await session.execute(deleteChecksums(OF_EXPERIMENT, run_id));
      await session.execute(writeChecksums(OF_EXPERIMENT, run_id));
    }
    await session.execute('UPDATE sweep_jobs SET simulation_id = NULL WHERE simulation_id = $1', [simulationId]);
    await deleteRows(session, 'simulation_id = $1', simulationId);
  });
}

/** Deletes an experiment with its simulations. @throws NotStoredError, DatabaseError for a running one */
export async function deleteExperiment(database: SimCashDatabase, runId: string): Promise<void> {
  const [experiment] = await database.query<{ status: string }>('SELECT status FROM experiments WHERE run_id = $1', [runId]);
  if (!experiment) throw new NotStoredError(`experiment ${runId} not found in ${database.path}`);
  if (experiment.status === 'running') throw new DatabaseError(`experiment ${runId} is running and cannot be deleted`);
  await database.transaction(async (session) => {
    await deleteRows(session, 'simulation_id IN (SELECT simulation_id FROM simulations WHERE experiment_run_id = $1)', runId);
    for (const table of EXPERIMENT_TABLES)
      if (table !== 'experiments') await session.execute(`DELETE FROM ${table} WHERE run_id = $1`, [runId]);
  });
  // DuckDB refuses to delete rows that others refer to in the same transaction as these.
  await database.execute('DELETE FROM experiments WHERE run_id = $1', [runId]);
}

/** Deletes simulations from all tables, by a condition on their id. */
export async function deleteRows(session: Session, condition: string, value: string): Promise<void> {
  for (const table of SIMULATION_TABLES) await session.execute(`DELETE FROM ${table} WHERE ${condition}`, [value]);
}
