import type {
  Checkpoint,
  DayClose,
  EventBatch,
  PolicySource,
  SimulationPersistenceProvider,
  SimulationStart,
  SimulationTotals,
  TickState,
  TransactionBatch,
} from '@simcash/protocol';
import type { SimCashDatabase } from '../database.js';
import { DatabaseError, PersistenceOrderError } from '../errors.js';
import { literal } from '../sql-text.js';
import { SimulationWriter } from './simulation-writer.js';
import { prepareResume } from './resume.js';

/**
 * The one implementation of {@link SimulationPersistenceProvider}: every path that runs simulations stores them through it, so the
 * same simulation leaves the same rows whoever ran it (INV-11).
 */
export class StandardSimulationPersistenceProvider implements SimulationPersistenceProvider {
  readonly #writers = new Map<string, SimulationWriter>();

  constructor(
    private readonly database: SimCashDatabase,
    private readonly engineVersion: string | null = null,
  ) {}

  async persistSimulationStart(simulationId: string, start: SimulationStart): Promise<void> {
    if (this.#writers.has(simulationId)) throw new PersistenceOrderError(`simulation ${simulationId} has been started already`);
    const resume = start.first_tick === undefined ? null : await prepareResume(this.database, simulationId, start);
    if (resume === null) await this.#insertStart(simulationId, start);
    const connection = await this.database.connect();
    this.#writers.set(simulationId, new SimulationWriter(simulationId, start, connection, this.database.path, resume));
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

  persistPolicySnapshot(
    simulationId: string,
    agentId: string,
    tick: number,
    policyJson: string,
    policyHash: string,
    createdBy: PolicySource,
  ): void {
    const values = [
      literal(simulationId),
      literal(agentId),
      `${tick} // ticks_per_day`,
      tick,
      literal(policyHash),
      literal(policyJson),
      literal(createdBy),
    ];
    this.#writer(simulationId).withNextCommit(
      `INSERT INTO policy_snapshots SELECT ${values.join(', ')} FROM simulations WHERE simulation_id = ${literal(simulationId)}`,
    );
  }

  persistDayComplete(simulationId: string, day: number, close: DayClose): Promise<void> {
    return this.#writer(simulationId).day(day, close);
  }

  async persistCheckpoint(simulationId: string, checkpoint: Checkpoint): Promise<void> {
    this.#writer(simulationId).withNextCommit(checkpointInsert(simulationId, checkpoint));
  }

  async persistSimulationComplete(simulationId: string, totals: SimulationTotals): Promise<void> {
    await this.#end(simulationId, (writer) => writer.end('completed', totals, null));
  }

  async persistSimulationFailed(simulationId: string, message: string, totals: SimulationTotals): Promise<void> {
    await this.#end(simulationId, (writer) => writer.end('failed', totals, message));
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
    } catch (error) {
      await writer.abandon();
      await this.#markFailed(simulationId, (error as Error).message);
      throw error;
    } finally {
      writer.close();
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
    await database.transaction(async () => {
      const [started] = await database.query(START_SQL, [
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
      ]);
      if (!started)
        throw new DatabaseError(`simulation ${simulationId} is stored already in ${database.path}: choose another --id`);
      await insertAgents(database, simulationId, start);
    });
  }
}

/** Banks with the policies that they begin with, in configuration order. */
async function insertAgents(database: SimCashDatabase, simulationId: string, { agents }: SimulationStart): Promise<void> {
  const banks = await database.connection.createAppender('simulation_agents');
  const policies = await database.connection.createAppender('policy_snapshots');
  agents.forEach((agent, index) => {
    const { agent_id, collateral_haircut, max_collateral_capacity: capacity, opening_balance, unsecured_cap } = agent;
    banks.appendVarchar(simulationId);
    banks.appendVarchar(agent_id);
    banks.appendInteger(index);
    banks.appendBigInt(BigInt(opening_balance));
    banks.appendBigInt(BigInt(unsecured_cap));
    if (capacity === null) banks.appendNull();
    else banks.appendBigInt(BigInt(capacity));
    banks.appendDouble(collateral_haircut);
    banks.endRow();
    policies.appendVarchar(simulationId);
    policies.appendVarchar(agent_id);
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
  persistence_level, status, started_at, engine_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CAST($13 AS UBIGINT), $14, $15, $16, $17, $18, 'running', now()::TIMESTAMP, $19)
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
    'now()::TIMESTAMP',
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
