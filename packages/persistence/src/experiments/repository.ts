import {
  canonicalJson,
  type Ending,
  ESTIMATED_PROFILES,
  type Estimates,
  type ExperimentEvent,
  type ExperimentIteration,
  type ExperimentResult,
  type ExperimentStart,
  type ExperimentStore,
  type Policy,
  type PolicyEvaluation,
  type RegretReport,
  type StoredExperiment,
} from '@simcash/protocol';
import { deleteChecksums, OF_EXPERIMENT, writeChecksums } from '../checksums.js';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, NotStoredError } from '../errors.js';
import { type Rows, SIMULATION_TABLES } from '../schema/tables.js';
import { JUDGEMENT } from '../schema/tables/experiments.js';
import { INTERRUPTED } from '../schema/views/runs.js';
import { UTC_NOW } from '../sql-text.js';
import {
  insert,
  insertConclusion,
  insertDays,
  insertEvaluation,
  insertEvents,
  json,
  JSON_COLUMNS,
  judgementOf,
  NOW,
} from './rows.js';

/** A row of `experiments` as lists show it. */
export type ExperimentListing = Omit<
  Rows['experiments'],
  'config' | 'scenario_path' | 'scenario_json' | 'master_seed' | 'experiment_id' | 'regret'
>;

const LISTED =
  'run_id, experiment_name, experiment_type, description, status, created_at, completed_at, num_iterations, converged, convergence_reason, final_cost, best_cost, best_iteration, error_message, ending, ending_detail';

/**
 * Experiment runs in the database that also holds their simulations (spec 09 §3.16–3.19, §9.4). Simulations themselves get in
 * through the persistence provider only.
 */
export class ExperimentRepository implements ExperimentStore {
  constructor(private readonly database: SimCashDatabase) {}

  /** Stores that it has begun. */
  async begin(start: ExperimentStart): Promise<void> {
    const { database } = this;
    const [existing] = await database.query('SELECT 1 AS found FROM experiments WHERE run_id = $1', [start.run_id]);
    if (existing) throw new DatabaseError(`experiment ${start.run_id} is stored already in ${database.path}`);
    await insert(database, 'experiments', {
      run_id: start.run_id,
      experiment_name: start.experiment_name,
      experiment_type: start.experiment_type,
      description: start.description,
      config: canonicalJson(start.config),
      scenario_path: start.scenario_path,
      scenario_json: canonicalJson(start.scenario),
      master_seed: /^\d+$/.test(start.master_seed) && BigInt(start.master_seed) < 2n ** 64n ? BigInt(start.master_seed) : null,
      status: 'running',
      created_at: NOW,
      num_iterations: 0,
      converged: false,
    });
  }

  async append(runId: string, events: readonly ExperimentEvent[]): Promise<void> {
    await this.database.transaction((session) => insertEvents(session, runId, events));
  }

  async commitIteration(runId: string, iteration: ExperimentIteration, events: readonly ExperimentEvent[]): Promise<void> {
    await this.database.transaction(async (session) => {
      await insert(session, 'experiment_iterations', {
        run_id: runId,
        iteration: iteration.iteration,
        costs_per_agent: json(iteration.costs_per_agent),
        accepted_changes: json(iteration.accepted_changes),
        policies: json(iteration.policies),
        total_cost: BigInt(iteration.total_cost),
        timestamp: NOW,
        evaluation_simulation_id: iteration.evaluation_simulation_id,
      });
      for (const row of iteration.evaluations) {
        await insertEvaluation(session, runId, iteration.iteration, row);
        await insertDays(session, runId, iteration.iteration, row);
      }
      await insertEvents(session, runId, events);
      await session.execute('UPDATE experiments SET num_iterations = $2 WHERE run_id = $1', [runId, iteration.iteration + 1]);
    });
  }

  /** Stores that it has ended, with its results. */
  async finish(runId: string, result: ExperimentResult, events: readonly ExperimentEvent[]): Promise<void> {
    await this.database.transaction(async (session) => {
      await insertEvents(session, runId, events);
      await session.execute(
        `UPDATE experiments SET status = 'completed', completed_at = ${UTC_NOW}, num_iterations = $2, converged = $3,
           convergence_reason = $4, final_cost = $5, best_cost = $6, best_iteration = $7, ending = $8, ending_detail = $9,
           regret = $10, error_message = NULL
         WHERE run_id = $1`,
        [
          runId,
          result.num_iterations,
          result.converged,
          result.convergence_reason,
          BigInt(result.final_cost),
          BigInt(result.best_cost),
          result.best_iteration,
          result.ending,
          result.ending_detail,
          json(result.regret),
        ],
      );
      await insertConclusion(session, runId, result);
      await session.execute(writeChecksums(OF_EXPERIMENT, runId));
    });
  }

  /** Stores that it failed, and why. */
  async fail(runId: string, message: string): Promise<void> {
    const isStopped = message === 'interrupted';
    await this.database.execute(
      "UPDATE experiments SET status = 'failed', error_message = $2, ending = $3, ending_detail = $4 WHERE run_id = $1",
      [runId, message, isStopped ? 'interrupted' : 'failed', isStopped ? null : message],
    );
  }

  /** Simulations of an iteration that was not committed, or of an end that was not, are run again: what is stored of them goes. */
  async reopen(runId: string): Promise<void> {
    const orphans = `SELECT simulation_id FROM simulations WHERE experiment_run_id = $1 AND (run_purpose = 'final'
      OR experiment_iteration > (SELECT coalesce(max(iteration), -1) FROM experiment_iterations WHERE run_id = $1))`;
    await this.database.transaction(async (session) => {
      for (const table of SIMULATION_TABLES)
        await session.execute(`DELETE FROM ${table} WHERE simulation_id IN (${orphans})`, [runId]);
      for (const table of ['experiment_estimates', 'experiment_regret'])
        await session.execute(`DELETE FROM ${table} WHERE run_id = $1`, [runId]);
    });
    await this.database.execute(deleteChecksums(OF_EXPERIMENT, runId));
    await this.database.execute(
      "UPDATE experiments SET status = 'running', error_message = NULL, ending = NULL, ending_detail = NULL WHERE run_id = $1",
      [runId],
    );
  }

  /** What is stored of it; null if there is nothing. */
  async load(runId: string): Promise<StoredExperiment | null> {
    const [row] = await this.database.query<Rows['experiments']>(
      `SELECT ${LISTED}, regret, config, scenario_path, scenario_json, master_seed FROM experiments WHERE run_id = $1`,
      [runId],
    );
    if (!row) return null;
    const { error_message, status } = this.#truth(row);
    const { best_cost, best_iteration, converged, convergence_reason, ending, ending_detail, final_cost, num_iterations } = row;
    const isOver = row.status === 'completed';
    return {
      run_id: row.run_id,
      experiment_name: row.experiment_name,
      experiment_type: row.experiment_type,
      description: row.description ?? '',
      config: JSON.parse(row.config) as Record<string, unknown>,
      scenario_path: row.scenario_path ?? '',
      scenario: JSON.parse(row.scenario_json!) as Record<string, unknown>,
      master_seed: row.master_seed === null ? '' : String(row.master_seed),
      status,
      created_at: row.created_at,
      completed_at: row.completed_at,
      error_message,
      result: isOver
        ? {
            num_iterations,
            converged,
            convergence_reason: convergence_reason!,
            final_cost: final_cost!,
            best_cost: best_cost!,
            best_iteration: best_iteration!,
            ending: ending as Ending | null,
            ending_detail,
            regret: row.regret === null ? null : (JSON.parse(row.regret) as RegretReport),
            regret_candidates: [],
            test: await this.#estimates(runId),
          }
        : null,
      iterations: await this.#iterations(runId),
    };
  }

  /** A run, or an error that names those that are stored. @throws NotStoredError */
  async find(runId: string): Promise<StoredExperiment> {
    const found = await this.load(runId);
    if (found) return found;
    const known = await this.list({ limit: 10 });
    throw new NotStoredError(
      `experiment ${runId} not found in ${this.database.path}`,
      known.map((run) => run.run_id),
    );
  }

  async events(runId: string): Promise<readonly ExperimentEvent[]> {
    const rows = await this.database.query<{ iteration: number; event_type: string; event_data: string }>(
      'SELECT iteration, event_type, event_data FROM experiment_events WHERE run_id = $1 ORDER BY event_seq',
      [runId],
    );
    return rows.map(
      ({ event_data, event_type, iteration }) =>
        ({ iteration, event_type, event_data: JSON.parse(event_data) as unknown }) as ExperimentEvent,
    );
  }

  /** Stored runs, newest first. */
  async list({ limit = 100, name, type }: { limit?: number; name?: string; type?: string } = {}): Promise<ExperimentListing[]> {
    const listed = await this.database.query<ExperimentListing>(
      `SELECT ${LISTED} FROM experiments
       WHERE ($1 IS NULL OR experiment_name = $1) AND ($2 IS NULL OR experiment_type = $2)
       ORDER BY created_at DESC, run_id LIMIT $3`,
      [name ?? null, type ?? null, limit],
    );
    return listed.map((row) => ({ ...row, ...this.#truth(row) }));
  }

  /** Nobody can read a file while somebody writes it: a run that still counts as running has lost its process. */
  #truth({ error_message, status }: ExperimentListing): Pick<ExperimentListing, 'status' | 'error_message'> {
    const isDead = this.database.readOnly && status === 'running';
    return isDead ? { status: 'failed', error_message: INTERRUPTED } : { status, error_message };
  }

  async #estimates(runId: string): Promise<Estimates | null> {
    const rows = await this.database.query<Rows['experiment_estimates']>(
      'SELECT * FROM experiment_estimates WHERE run_id = $1 ORDER BY profile, agent_id',
      [runId],
    );
    if (rows.length === 0) return null;
    return Object.fromEntries(
      ESTIMATED_PROFILES.map((name) => [
        name,
        Object.fromEntries(
          rows
            .filter(({ profile }) => profile === name)
            .map(({ agent_id, profile: _profile, run_id: _run, ...figures }) => [agent_id, figures]),
        ),
      ]),
    ) as unknown as Estimates;
  }

  async #iterations(runId: string): Promise<ExperimentIteration[]> {
    const rows = await this.database.query<
      Record<'costs_per_agent' | 'accepted_changes' | 'policies', string> & {
        iteration: number;
        total_cost: number;
        evaluation_simulation_id: string | null;
      }
    >('SELECT * EXCLUDE (timestamp) FROM experiment_iterations WHERE run_id = $1 ORDER BY iteration', [runId]);
    const evaluations = await this.#evaluations(runId);
    return rows.map((row) => {
      const policies = JSON.parse(row.policies) as Record<string, Policy>;
      return {
        iteration: row.iteration,
        total_cost: row.total_cost,
        costs_per_agent: JSON.parse(row.costs_per_agent) as Record<string, number>,
        accepted_changes: JSON.parse(row.accepted_changes) as Record<string, boolean>,
        policies,
        evaluation_simulation_id: row.evaluation_simulation_id,
        evaluations: evaluations
          .filter(({ iteration }) => iteration === row.iteration)
          .map(({ evaluation }) => ({ ...evaluation, old_policy: policies[evaluation.agent_id]! })),
      };
    });
  }

  async #evaluations(runId: string): Promise<{ iteration: number; evaluation: Omit<PolicyEvaluation, 'old_policy'> }[]> {
    const rows = await this.database.query<{ iteration: number } & Record<string, unknown>>(
      `SELECT * EXCLUDE (run_id, old_policy_hash, proposed_policy_hash, timestamp, scenario_seed), CAST(scenario_seed AS BIGINT) AS scenario_seed
       FROM policy_evaluations WHERE run_id = $1 ORDER BY iteration, agent_id, attempt`,
      [runId],
    );
    const parsed = (text: unknown): unknown => (text === null ? null : JSON.parse(text as string));
    return rows.map(({ iteration, ...row }) => {
      const decoded = Object.fromEntries(JSON_COLUMNS.map((column) => [column, parsed(row[column])]));
      const own = Object.fromEntries(Object.entries(row).filter(([column]) => !Object.hasOwn(JUDGEMENT, column)));
      const evaluation = { ...own, ...decoded, judgement: judgementOf(row), days: null };
      return { iteration, evaluation: evaluation as unknown as Omit<PolicyEvaluation, 'old_policy'> };
    });
  }
}
