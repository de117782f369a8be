import { createHash } from 'node:crypto';
import type { PaymentListRecord } from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, NotStoredError } from '../errors.js';
import { insertDataSet } from '../payment-lists/store.js';
import { deleteRows } from '../maintenance/delete.js';
import { TABLES, type Rows } from '../schema/tables.js';
import { SWEEP_TABLES } from '../schema/tables/sweeps.js';
import type { Session } from '../session.js';
import { UTC_NOW } from '../sql-text.js';

/** What a sweep is when it begins. Texts of JSON are canonical. */
export interface SweepStart {
  /** The sweep's id. */
  readonly sweep_id: string;
  /** What kind of sweep it is. */
  readonly kind: Rows['sweeps']['kind'];
  /** The definition as text. */
  readonly definition: string;
  /** The scenario that cells change, as text. */
  readonly base_config: string;
  /** The seed that all other seeds are derived from. */
  readonly master_seed: bigint;
  /** How many runs each cell is to have. */
  readonly planned_replications: number;
  /** The version of the engine. */
  readonly engine_version: string;
  /** The payment list of the scenario, with which the sweep can go on. */
  readonly payments?: PaymentListRecord;
  /** The cells in order. */
  readonly cells: readonly {
    readonly labels: string;
    readonly settings: string;
    readonly config_hash: string;
    readonly is_baseline: boolean;
    readonly case_name: string | null;
    readonly stricken_agent_id: string | null;
    readonly events: string | null;
  }[];
}

/** A job that is done, with its values in the order of the measures. */
export interface StoredJob {
  /** The number of the cell, counted from 0. */
  readonly cell: number;
  /** The number of the replication, counted from 0. */
  readonly replication: number;
  /** The run's id. */
  readonly job_id: string;
  /** The seed of the random numbers. */
  readonly seed: string;
  /** Number of events. */
  readonly event_count: number;
  /** Why it failed; null if it did not. */
  readonly error: string | null;
  /** Values of the measures, in their order. */
  readonly values: readonly (number | null)[];
  /** Id of the run, if it is stored. */
  readonly simulation_id: string | null;
}

/** A measure of a sweep, as a column. */
export interface MeasureColumn {
  /** What it is called. */
  readonly name: string;
  /** Whether the values are cents. */
  readonly isMoney: boolean;
  /** The column of `stress_banks` that it is in, of which bank; in `sweep_values` unless there is one. */
  readonly ofBank: { readonly bank: string; readonly column: string } | null;
}

/** The statistics of a measure in a cell. */
export type StatisticsRow = Omit<Rows['sweep_statistics'], 'sweep_id' | 'quantiles'> & {
  /** Quantiles as JSON. */ readonly quantiles: string;
};

/** A value of a run of a sweep; money in cents. */
export interface SweepValue {
  /** The number of the cell, counted from 0. */
  cell: number;
  /** The number of the replication, counted from 0. */
  replication: number;
  /** The seed of the random numbers. */
  seed: string;
  /** The measure by name. */
  measure: string;
  /** The value if it is money, in cents; null otherwise. */
  value_cents: number | null;
  /** The value if it is no money; null otherwise. */
  value: number | null;
}

/** A run of a sweep. */
export type SweepRun = Pick<
  Rows['sweep_jobs'],
  'cell' | 'replication' | 'job_id' | 'status' | 'error_message' | 'event_count' | 'simulation_id'
> & {
  /** The seed of the random numbers. */
  seed: string;
};

/** Sweeps in a database (spec 15 §11, §13.2): rows of jobs are the truth about what is done. */
export class SweepRepository {
  constructor(private readonly database: SimCashDatabase) {}

  /** @throws DatabaseError if there is such a sweep */
  async begin(start: SweepStart): Promise<void> {
    const { base_config, cells, definition, engine_version, kind, master_seed, planned_replications, sweep_id } = start;
    await this.database.transaction(async (session) => {
      const [known] = await session.query('SELECT 1 AS yes FROM sweeps WHERE sweep_id = $1', [sweep_id]);
      if (known) throw new DatabaseError(`sweep ${sweep_id} is stored already in ${this.database.path}`);
      await session.execute(
        `INSERT INTO sweeps BY NAME SELECT $1 AS sweep_id, $2 AS kind, $3 AS definition, $4 AS definition_hash, $5 AS base_config,
           CAST($6 AS UBIGINT) AS master_seed, CAST($7 AS INTEGER) AS num_cells, CAST($8 AS INTEGER) AS planned_replications,
           'running' AS status, $9 AS engine_version, ${UTC_NOW} AS created_at`,
        [
          sweep_id,
          kind,
          definition,
          definitionHash(definition),
          base_config,
          String(master_seed),
          cells.length,
          planned_replications,
          engine_version,
        ],
      );
      if (start.payments !== undefined) await insertDataSet(session, start.payments);
      const rows = cells.map((cell, i) => ({ cell: i, ...cell }));
      await session.execute(
        `INSERT INTO sweep_cells BY NAME SELECT $1 AS sweep_id, unnest(from_json($2,
           '[{"cell":"INTEGER","labels":"VARCHAR","settings":"VARCHAR","config_hash":"VARCHAR","is_baseline":"BOOLEAN","case_name":"VARCHAR","stricken_agent_id":"VARCHAR","events":"VARCHAR"}]'), recursive := true)`,
        [sweep_id, JSON.stringify(rows)],
      );
    });
  }

  /** Stores jobs that are done; those that are stored already are passed over. */
  async addJobs(sweepId: string, jobs: readonly StoredJob[], measures: readonly MeasureColumn[]): Promise<void> {
    if (jobs.length > 0) await this.database.transaction((session) => insertJobs(session, sweepId, jobs, measures));
  }

  /** Jobs of a sweep that are done. */
  async jobs(sweepId: string, measures: readonly MeasureColumn[]): Promise<StoredJob[]> {
    const rows = await this.database.query<
      Omit<StoredJob, 'values'> & { names: string[] | null; found: (number | null)[] | null }
    >(
      `SELECT j.cell, j.replication, j.job_id, CAST(j.seed AS VARCHAR) AS seed, j.event_count, j.error_message AS error, j.simulation_id, v.names, v.found
       FROM sweep_jobs j LEFT JOIN (
         SELECT cell, replication, list(measure) AS names, list(coalesce(CAST(value_cents AS DOUBLE), value)) AS found
         FROM sweep_values WHERE sweep_id = $1 GROUP BY cell, replication
       ) v USING (cell, replication) WHERE j.sweep_id = $1 ORDER BY j.cell, j.replication`,
      [sweepId],
    );
    const banks = measures.some(({ ofBank }) => ofBank !== null) ? await this.banks(sweepId) : [];
    const rowOf = new Map(banks.map((row) => [`${row.cell} ${row.replication} ${row.agent_id}`, row]));
    return rows.map(({ found, names, ...job }) => {
      const values = new Map((names ?? []).map((name, i) => [name, found![i] ?? null]));
      const valueOf = ({ name, ofBank }: MeasureColumn): number | null => {
        if (ofBank === null) return values.get(name) ?? null;
        const row = rowOf.get(`${job.cell} ${job.replication} ${ofBank.bank}`);
        return (row?.[ofBank.column as keyof typeof row] as number | null | undefined) ?? null;
      };
      return { ...job, values: measures.map(valueOf) };
    });
  }

  /** What stress did to each bank. */
  banks(sweepId: string): Promise<Rows['stress_banks'][]> {
    return this.database.query('SELECT * FROM stress_banks WHERE sweep_id = $1 ORDER BY cell, replication, agent_id', [sweepId]);
  }

  async finish(sweepId: string, used: number, reason: string, statistics: readonly StatisticsRow[]): Promise<void> {
    await this.database.transaction(async (session) => {
      await session.execute('DELETE FROM sweep_statistics WHERE sweep_id = $1', [sweepId]);
      await session.execute(
        `INSERT INTO sweep_statistics BY NAME SELECT $1 AS sweep_id, unnest(from_json($2, '[${STATISTICS_SHAPE}]'), recursive := true)`,
        [sweepId, JSON.stringify(statistics)],
      );
      // Replications beyond those that are used are no part of the sweep.
      for (const table of ['sweep_jobs', 'sweep_values', 'stress_banks'])
        await session.execute(`DELETE FROM ${table} WHERE sweep_id = $1 AND replication >= $2`, [sweepId, used]);
      await session.execute(
        `UPDATE sweeps SET status = 'completed', stop_reason = $2, used_replications = $3, completed_at = ${UTC_NOW} WHERE sweep_id = $1`,
        [sweepId, reason, used],
      );
    });
  }

  /** Keeps how much measures owe to parameters, in place of what was kept before. */
  async keepSensitivity(sweepId: string, rows: readonly Omit<Rows['sweep_sensitivity'], 'sweep_id'>[]): Promise<void> {
    await this.database.transaction(async (session) => {
      await session.execute('DELETE FROM sweep_sensitivity WHERE sweep_id = $1', [sweepId]);
      for (const { lower, measure, parameter, statistic, upper, value } of rows)
        await session.execute('INSERT INTO sweep_sensitivity VALUES ($1, $2, $3, $4, $5, $6, $7)', [
          sweepId,
          measure,
          parameter,
          statistic,
          value,
          lower,
          upper,
        ]);
    });
  }

  /** Notes that the sweep was given up; it can go on. */
  async fail(sweepId: string): Promise<void> {
    await this.database.execute("UPDATE sweeps SET status = 'failed' WHERE sweep_id = $1", [sweepId]);
  }

  /** Stores that a shard has ended. */
  async finishShard(sweepId: string, { k, n }: { k: number; n: number }, jobs: number): Promise<void> {
    await this.database.execute(`INSERT OR REPLACE INTO sweep_shards VALUES ($1, $2, $3, $4, ${UTC_NOW})`, [sweepId, k, n, jobs]);
  }

  /** Parts of the sweep that are complete in this database. */
  shards(sweepId: string): Promise<Rows['sweep_shards'][]> {
    return this.database.query('SELECT * FROM sweep_shards WHERE sweep_id = $1 ORDER BY shard', [sweepId]);
  }

  /** @throws NotStoredError naming up to ten that are stored */
  async find(sweepId: string): Promise<Rows['sweeps']> {
    const [row] = await this.database.query<Rows['sweeps']>('SELECT * FROM sweeps WHERE sweep_id = $1', [sweepId]);
    if (row) return row;
    const ids = (await this.list()).slice(0, 10).map(({ sweep_id }) => sweep_id);
    throw new NotStoredError(`sweep ${sweepId} not found in ${this.database.path}`, ids);
  }

  /** Newest first. */
  list(): Promise<(Rows['sweeps'] & { jobs_done: number; jobs_failed: number })[]> {
    return this.database.query(
      `SELECT s.*, coalesce(j.done, 0) AS jobs_done, coalesce(j.failed, 0) AS jobs_failed
       FROM sweeps s LEFT JOIN (
         SELECT sweep_id, count(*) AS done, count(*) FILTER (status = 'failed') AS failed FROM sweep_jobs GROUP BY sweep_id
       ) j USING (sweep_id) ORDER BY created_at DESC, sweep_id`,
    );
  }

  /** The cells of a sweep. */
  cells(sweepId: string): Promise<Rows['sweep_cells'][]> {
    return this.database.query('SELECT * FROM sweep_cells WHERE sweep_id = $1 ORDER BY cell', [sweepId]);
  }

  /** The statistics of a sweep. */
  statistics(sweepId: string): Promise<Rows['sweep_statistics'][]> {
    return this.database.query('SELECT * FROM sweep_statistics WHERE sweep_id = $1 ORDER BY measure, scope, cell', [sweepId]);
  }

  /** What was measured, a row per run and measure; both values are null where a measure has none. */
  values(sweepId: string): Promise<SweepValue[]> {
    return this.database.query(
      `SELECT v.cell, v.replication, CAST(j.seed AS VARCHAR) AS seed, v.measure, v.value_cents, v.value
       FROM sweep_values v JOIN sweep_jobs j USING (sweep_id, cell, replication)
       WHERE v.sweep_id = $1 ORDER BY v.cell, v.replication, v.measure`,
      [sweepId],
    );
  }

  /** Runs of a sweep. */
  runs(sweepId: string): Promise<SweepRun[]> {
    return this.database.query(
      `SELECT cell, replication, job_id, CAST(seed AS VARCHAR) AS seed, status, error_message, event_count, simulation_id
       FROM sweep_jobs WHERE sweep_id = $1 ORDER BY cell, replication`,
      [sweepId],
    );
  }

  /** The runs that failed, and why. */
  async failures(sweepId: string): Promise<{ cell: number; replication: number; seed: string; error_message: string }[]> {
    return this.database.query(
      `SELECT cell, replication, CAST(seed AS VARCHAR) AS seed, error_message FROM sweep_jobs
       WHERE sweep_id = $1 AND status = 'failed' ORDER BY cell, replication`,
      [sweepId],
    );
  }

  /** Forgets jobs that failed, so that they are tried once more. */
  async forgetFailures(sweepId: string): Promise<void> {
    await this.database.transaction(async (session) => {
      await session.execute(
        `DELETE FROM sweep_values v WHERE sweep_id = $1 AND EXISTS (
           FROM sweep_jobs j WHERE j.sweep_id = v.sweep_id AND j.cell = v.cell AND j.replication = v.replication AND j.status = 'failed')`,
        [sweepId],
      );
      await session.execute("DELETE FROM sweep_jobs WHERE sweep_id = $1 AND status = 'failed'", [sweepId]);
    });
  }

  /** @param workers where the two ran, if that is known */
  async noteConflict(
    sweepId: string,
    { cell, replication }: Pick<StoredJob, 'cell' | 'replication'>,
    values: readonly [a: StoredJob['values'], b: StoredJob['values']],
    workers: readonly [a: string | null, b: string | null],
  ): Promise<void> {
    await this.database.execute('INSERT OR REPLACE INTO sweep_conflicts VALUES ($1, $2, $3, $4, $5, $6, $7)', [
      sweepId,
      cell,
      replication,
      ...workers,
      ...values.map((one) => JSON.stringify(one)),
    ]);
  }

  /** Deletes a sweep with its stored runs. */
  async delete(sweepId: string): Promise<void> {
    await this.find(sweepId);
    await this.database.transaction(async (session) => {
      await deleteRows(session, 'simulation_id IN (SELECT simulation_id FROM simulations WHERE sweep_id = $1)', sweepId);
      for (const table of [...SWEEP_TABLES].reverse())
        await session.execute(`DELETE FROM ${table} WHERE sweep_id = $1`, [sweepId]);
    });
  }
}

/** The SHA-256 of a definition's text. */
export const definitionHash = (definition: string): string => createHash('sha256').update(definition).digest('hex');

const STATISTICS_SHAPE = `{"cell":"INTEGER","measure":"VARCHAR","scope":"VARCHAR","n":"INTEGER","n_null":"INTEGER","mean":"DOUBLE","sd":"DOUBLE","se":"DOUBLE","min":"DOUBLE","max":"DOUBLE","quantiles":"VARCHAR","t_lower":"DOUBLE","t_upper":"DOUBLE","boot_lower":"DOUBLE","boot_upper":"DOUBLE","share_below_zero":"DOUBLE","share_zero":"DOUBLE","vr":"DOUBLE"}`;

async function insertJobs(
  session: Session,
  sweepId: string,
  jobs: readonly StoredJob[],
  measures: readonly MeasureColumn[],
): Promise<void> {
  const rows = jobs.map(({ cell, error, event_count, job_id, replication, seed, simulation_id }) => ({
    ...{ cell, replication, job_id, seed, event_count, error_message: error, simulation_id },
    status: error === null ? 'done' : 'failed',
    attempts: 1,
  }));
  const known = await session.query<{ cell: number; replication: number }>(
    `SELECT cell, replication FROM sweep_jobs SEMI JOIN (
       SELECT unnest(from_json($2, '[{"cell":"INTEGER","replication":"INTEGER"}]'), recursive := true)
     ) USING (cell, replication) WHERE sweep_id = $1`,
    [sweepId, JSON.stringify(rows)],
  );
  const isKnown = new Set(known.map(({ cell, replication }) => `${cell} ${replication}`));
  const isFresh = ({ cell, replication }: { cell: number; replication: number }): boolean =>
    !isKnown.has(`${cell} ${replication}`);
  await session.execute(
    `INSERT INTO sweep_jobs BY NAME SELECT $1 AS sweep_id, unnest(from_json($2,
       '[{"cell":"INTEGER","replication":"INTEGER","job_id":"VARCHAR","seed":"UBIGINT","status":"VARCHAR","attempts":"INTEGER","error_message":"VARCHAR","event_count":"BIGINT","simulation_id":"VARCHAR"}]'), recursive := true)`,
    [sweepId, JSON.stringify(rows.filter(isFresh))],
  );
  const fresh = jobs.filter(isFresh);
  const values = fresh.flatMap(({ cell, replication, values: found }) =>
    measures.flatMap(({ isMoney, name, ofBank }, m) =>
      ofBank !== null
        ? []
        : [{ cell, replication, measure: name, value_cents: isMoney ? found[m] : null, value: isMoney ? null : found[m] }],
    ),
  );
  await session.execute(
    `INSERT INTO sweep_values BY NAME SELECT $1 AS sweep_id, unnest(from_json($2,
       '[{"cell":"INTEGER","replication":"INTEGER","measure":"VARCHAR","value_cents":"BIGINT","value":"DOUBLE"}]'), recursive := true)`,
    [sweepId, JSON.stringify(values)],
  );
  const banks = fresh.filter(({ error }) => error === null).flatMap((job) => bankRows(job, measures));
  if (banks.length > 0)
    await session.execute(
      `INSERT INTO stress_banks BY NAME SELECT $1 AS sweep_id, unnest(from_json($2, '[${BANKS_SHAPE}]'), recursive := true)`,
      [sweepId, JSON.stringify(banks)],
    );
}

const BANKS_SHAPE = JSON.stringify(
  Object.fromEntries(
    Object.entries(TABLES.stress_banks.columns)
      .filter(([column]) => column !== 'sweep_id')
      .map(([column, { type }]) => [column, type]),
  ),
);

/** What a job says of single banks, a row for each. */
function bankRows({ cell, replication, values }: StoredJob, measures: readonly MeasureColumn[]): Record<string, unknown>[] {
  const rows = new Map<string, Record<string, unknown>>();
  measures.forEach(({ ofBank }, m) => {
    if (ofBank === null) return;
    const { bank, column } = ofBank;
    const row = rows.get(bank) ?? { cell, replication, agent_id: bank };
    row[column] = values[m];
    rows.set(bank, row);
  });
  return [...rows.values()];
}
