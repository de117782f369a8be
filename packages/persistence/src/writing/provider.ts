import { createHash } from 'node:crypto';
import type {
  Checkpoint,
  DayClose,
  EventBatch,
  PolicySource,
  SimulationEnd,
  SimulationPersistenceProvider,
  SimulationStart,
  TickState,
  TransactionBatch,
} from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, PersistenceOrderError } from '../errors.js';
import { insertList } from '../payment-lists/store.js';
import type { Session } from '../session.js';
import { literal, UTC_NOW } from '../sql-text.js';
import { SimulationWriter } from './simulation-writer.js';
import { prepareResume } from './resume.js';

/**
 * The one implementation of {@link SimulationPersistenceProvider}: every path that runs simulations stores them through it, so the
 * same simulation leaves the same rows whoever ran it (INV-11). Any number of simulations may be under way in one database.
 */
export class StandardSimulationPersistenceProvider implements SimulationPersistenceProvider {
  readonly #writers = new Map<string, SimulationWriter>();

  constructor(
    private readonly database: SimCashDatabase,
    private readonly engineVersion: string | null = null,
  ) {}

  async persistSimulationStart(simulationId: string, start: SimulationStart): Promise<void> {
    if (this.#writers.has(simulationId)) throw new PersistenceOrderError(`simulation ${simulationId} has been started already`);
    checkStart(simulationId, start);
    const { database } = this;
    await database.noteRecording(simulationId, true);
    try {
      const resume = start.first_tick === undefined ? null : await prepareResume(database, simulationId, start);
      if (resume === null) await this.#insertStart(simulationId, start);
      const connection = await database.connect();
      this.#writers.set(simulationId, new SimulationWriter(simulationId, start, connection, database.path, resume));
    } catch (error) {
      await database.noteRecording(simulationId, false);
      throw error;
    }
  }

  persistTickEvents(simulationId: string, tick: number, events: EventBatch): number {
    return this.#writer(simulationId).events(tick, events);
  }

  persistTickState(simulationId: string, tick: number, state: TickState): void {
    this.#writer(simulationId).state(tick, state);
  }

  persistClosedTransactions(simulationId: string, transactions: TransactionBatch): void {
    this.#writer(simulationId).closedTransactions(transactions);
  }

  persistDayComplete(simulationId: string, day: number, close: DayClose): Promise<void> {
    return this.#writer(simulationId).day(day, close);
  }

  async persistCheckpoint(simulationId: string, checkpoint: Checkpoint): Promise<void> {
    await this.#writer(simulationId).checkpoint(checkpointInsert(simulationId, checkpoint));
  }

  async persistSimulationComplete(simulationId: string, end: SimulationEnd): Promise<void> {
    await this.#end(simulationId, (writer) => writer.end('completed', end, null));
  }

  async persistSimulationFailed(simulationId: string, message: string, end: SimulationEnd): Promise<void> {
    await this.#end(simulationId, (writer) => writer.end('failed', end, message));
  }

  async turn(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.turn();
  }

  async flush(): Promise<void> {
    for (const writer of this.#writers.values()) await writer.flush();
  }

  async #end(simulationId: string, end: (writer: SimulationWriter) => Promise<void>): Promise<void> {
    const writer = this.#writer(simulationId);
    this.#writers.delete(simulationId);
    try {
      await end(writer);
      this.database.checkInPlace();
    } catch (error) {
      await writer.abandon();
      await this.#markFailed(simulationId, (error as Error).message);
      throw error;
    } finally {
      writer.close();
      await this.database.noteRecording(simulationId, false).catch(() => undefined);
    }
  }

  /** What is committed stays. If not even this can be written any more, the next one to open the file for writing does it. */
  async #markFailed(simulationId: string, message: string): Promise<void> {
    const sql = "UPDATE simulations SET status = 'failed', error_message = $2 WHERE simulation_id = $1";
    await this.database.execute(sql, [simulationId, message]).catch(() => undefined);
  }

  #writer(simulationId: string): SimulationWriter {
    const writer = this.#writers.get(simulationId);
    if (!writer) throw new PersistenceOrderError(`simulation ${simulationId} has not been started, or has ended`);
    return writer;
  }

  async #insertStart(simulationId: string, start: SimulationStart): Promise<void> {
    const { database } = this;
    await database.transaction(async (session) => {
      const [started] = await session.query(START_SQL, [
        simulationId,
        start.run_purpose ?? 'standalone',
        start.experiment_run_id ?? null,
        start.experiment_iteration ?? null,
        start.sample_index ?? null,
        start.subject_agent_id ?? null,
        start.policy_variant ?? null,
        start.config_file ?? null,
        start.config_name ?? null,
        start.description ?? null,
        start.config_hash,
        start.config_json,
        String(start.rng_seed),
        start.ticks_per_day,
        start.num_days,
        start.agents.length,
        start.total_ticks,
        start.persistence_level,
        this.engineVersion,
        start.scenario_hash,
        start.labels === undefined ? null : JSON.stringify(start.labels),
        start.payments?.list.sha256 ?? null,
        start.throughput_guidelines === undefined ? null : JSON.stringify(start.throughput_guidelines),
        start.sweep_id ?? null,
        start.sweep_cell ?? null,
        start.sweep_replication ?? null,
      ]);
      if (!started)
        throw new DatabaseError(`simulation ${simulationId} is stored already in ${database.path}: choose another --id`);
      await insertAgents(session, simulationId, start);
      await insertList(session, simulationId, start);
    });
  }
}

/** @throws PersistenceOrderError for a start record that contradicts itself */
function checkStart(id: string, { agents, config_hash, config_json }: SimulationStart): void {
  if (createHash('sha256').update(config_json).digest('hex') !== config_hash)
    throw new PersistenceOrderError(`the start record of ${id} contradicts itself: config_hash is not the hash of config_json`);
  if (agents.length === 0 || new Set(agents.map(({ agent_id }) => agent_id)).size < agents.length)
    throw new PersistenceOrderError(
      `the start record of ${id} contradicts itself: its list of banks is empty, or names one twice`,
    );
}

/** Banks with the policies that they begin with, in configuration order. */
async function insertAgents({ connection }: Session, simulationId: string, { agents }: SimulationStart): Promise<void> {
  const banks = await connection.createAppender('simulation_agents');
  const policies = await connection.createAppender('policy_snapshots');
  const appendCents = (cents: number | null): void => (cents === null ? banks.appendNull() : banks.appendBigInt(BigInt(cents)));
  agents.forEach((agent, index) => {
    banks.appendVarchar(simulationId);
    banks.appendVarchar(agent.agent_id);
    banks.appendInteger(index);
    appendCents(agent.opening_balance);
    appendCents(agent.unsecured_cap);
    appendCents(agent.max_collateral_capacity);
    banks.appendDouble(agent.collateral_haircut);
    appendCents(agent.liquidity_pool);
    banks.endRow();
    policies.appendVarchar(simulationId);
    policies.appendVarchar(agent.agent_id);
    policies.appendInteger(0);
    policies.appendInteger(0);
    policies.appendVarchar(agent.policy_hash);
    policies.appendVarchar(agent.policy_json);
    policies.appendVarchar('init' satisfies PolicySource);
    policies.endRow();
  });
  banks.closeSync();
  policies.closeSync();
}

const START_SQL = `INSERT INTO simulations (simulation_id, run_purpose, experiment_run_id, experiment_iteration, sample_index, subject_agent_id,
  policy_variant, config_file, config_name, description, config_hash, config_json, rng_seed, ticks_per_day, num_days, num_agents, total_ticks,
  persistence_level, status, started_at, engine_version, scenario_hash, labels, dataset_sha256, throughput_guidelines,
  sweep_id, sweep_cell, sweep_replication)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CAST($13 AS UBIGINT), $14, $15, $16, $17, $18, 'running', ${UTC_NOW}, $19, $20, $21, $22, $23, $24, $25, $26)
ON CONFLICT DO NOTHING RETURNING simulation_id`;

function checkpointInsert(simulationId: string, checkpoint: Checkpoint): string {
  const {
    checkpoint_tick: tick,
    checkpoint_type: type,
    created_by,
    description,
    next_event_seq,
    state_hash,
    state_json,
  } = checkpoint;
  const counts = JSON.parse(state_json) as { state_format: number; agents: unknown[]; transactions: unknown[] };
  const values = [
    literal(`${simulationId}-cp${tick}-${type}`),
    literal(simulationId),
    tick,
    `${tick} // ticks_per_day`,
    UTC_NOW,
    literal(type),
    description === null ? 'NULL' : literal(description),
    literal(created_by),
    counts.state_format,
    literal(state_json),
    literal(state_hash),
    'config_json',
    'config_hash',
    next_event_seq,
    counts.agents.length,
    counts.transactions.length,
    Buffer.byteLength(state_json),
  ];
  return `INSERT OR REPLACE INTO simulation_checkpoints SELECT ${values.join(', ')} FROM simulations WHERE simulation_id = ${literal(simulationId)}`;
}
