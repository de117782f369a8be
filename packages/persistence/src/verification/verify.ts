import { createHash } from 'node:crypto';
import { PERSISTENCE_LEVELS } from '@simcash/protocol';
import { OF_EXPERIMENT, OF_SIMULATION } from '../checksums.js';
import type { SimCashDatabase } from '../database.js';
import { eventLines } from '../queries/events.js';
import { DatabaseError, NotStoredError } from '../errors.js';
import { loadPaymentList } from '../payment-lists/store.js';
import { findSimulation, type StoredSimulation } from '../queries/simulations.js';
import { keyOf, SIMULATION_TABLES } from '../schema/tables.js';
import { checksumProblems } from './checksums.js';
import { CHECKPOINT_CHECKS, DAY_CHECKS, TICK_CHECKS, TOTAL_CHECKS, type Check } from './checks.js';

/** What does not add up about a stored simulation; empty if all is well (spec 09 §9.5). */
export async function verifySimulation(database: SimCashDatabase, simulationId: string): Promise<string[]> {
  const simulation = await findSimulation(database, simulationId);
  const problems = await duplicates(database, simulationId);
  if (simulation.persistence_level !== 'SUMMARY') problems.push(...(await logProblems(database, simulation)));
  problems.push(...(await checksumProblems(database, OF_SIMULATION, simulationId)));
  problems.push(...(await listProblems(database, simulation)));
  const ended = simulation.total_arrivals !== null;
  for (const check of [...DAY_CHECKS, ...TICK_CHECKS, ...(ended ? TOTAL_CHECKS : []), ...CHECKPOINT_CHECKS]) {
    if (isStored(check, simulation)) problems.push(...(await violations(database, simulationId, check)));
  }
  return problems;
}

/** The payment list is there, and the one that its name says. */
async function listProblems(database: SimCashDatabase, { dataset_sha256: list }: StoredSimulation): Promise<string[]> {
  if (list === null) return [];
  try {
    await loadPaymentList(database, list);
    return [];
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return [error.message];
  }
}

function isStored({ level = 'EVENTS' }: Check, { persistence_level: stored }: StoredSimulation): boolean {
  return PERSISTENCE_LEVELS.indexOf(stored) >= PERSISTENCE_LEVELS.indexOf(level);
}

/** Keys that occur more than once. */
async function duplicates(database: SimCashDatabase, simulationId: string): Promise<string[]> {
  const problems: string[] = [];
  for (const table of SIMULATION_TABLES) {
    const [duplicate] = await database.query<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} WHERE simulation_id = $1 GROUP BY ${keyOf(table).join(', ')} HAVING count(*) > 1)`,
      [simulationId],
    );
    if (duplicate!.n > 0) problems.push(`${table}: ${duplicate!.n} keys occur more than once`);
  }
  return problems;
}

/** What does not add up about a stored experiment: simulations that its rows name and that are not stored. */
export async function verifyExperiment(database: SimCashDatabase, runId: string): Promise<string[]> {
  const [found] = await database.query('SELECT 1 AS yes FROM experiments WHERE run_id = $1', [runId]);
  if (!found) throw new NotStoredError(`experiment ${runId} not found in ${database.path}`);
  const dangling = await database.query<{ place: string; id: string }>(
    `SELECT 'experiment_iterations' AS place, evaluation_simulation_id AS id FROM experiment_iterations WHERE run_id = $1
     UNION SELECT 'policy_evaluations', evaluation_simulation_id FROM policy_evaluations WHERE run_id = $1
     EXCEPT SELECT place, simulation_id FROM simulations, (VALUES ('experiment_iterations'), ('policy_evaluations'), (NULL)) t (place)
     ORDER BY ALL`,
    [runId],
  );
  return [
    ...dangling
      .filter(({ id }) => id !== null)
      .map(({ id, place }) => `${place}: evaluation_simulation_id names ${id}, which is not stored`),
    ...(await checksumProblems(database, OF_EXPERIMENT, runId)),
  ];
}

/** The event log has no gap, and is the one that was logged. */
async function logProblems(database: SimCashDatabase, simulation: StoredSimulation): Promise<string[]> {
  const { event_count: count, event_log_hash: stored, simulation_id: id } = simulation;
  const problems: string[] = [];
  const [events] = await database.query<{ n: number; last: number | null }>(
    'SELECT count(*) AS n, max(event_seq) AS last FROM simulation_events WHERE simulation_id = $1',
    [id],
  );
  if (events!.n !== (events!.last ?? -1) + 1)
    problems.push(`simulation_events: positions have gaps (${events!.n} events, last position ${events!.last})`);
  if (count !== null && count !== events!.n) problems.push(`simulations: event_count is ${count}, stored are ${events!.n}`);
  if (stored === null) return problems;
  const hash = createHash('sha256');
  for await (const lines of eventLines(database, id)) hash.update(lines);
  if (stored !== hash.digest('hex')) problems.push('simulations: event_log_hash does not match the stored events');
  return problems;
}

/** Runs a check; one problem per number that differs, at most a few of each. What cannot be read is a problem, too. */
async function violations(database: SimCashDatabase, simulationId: string, check: Check): Promise<string[]> {
  const sql = `SELECT place, stored, found FROM (${check.sql}) WHERE stored IS DISTINCT FROM found ORDER BY place LIMIT 3`;
  try {
    const rows = await database.query<{ place: string; stored: number; found: number }>(sql, [simulationId]);
    return rows.map(({ found, place, stored }) => `${check.column}${place} is ${stored}, ${check.evidence} give ${found}`);
  } catch (error) {
    return [`${check.column} cannot be checked: ${shorten((error as Error).message)}`];
  }
}

const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
