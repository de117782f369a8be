import { createHash, type Hash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  COST_COMPONENTS,
  TRANSACTION_COLUMNS,
  type AgentStateBatch,
  type CollateralRecord,
  type DayClose,
  type EventBatch,
  type LsmRecord,
  type QueueBatch,
  type SimulationStart,
  type SimulationTotals,
  type TickState,
  type TransactionBatch,
} from '@simcash/protocol';
import { PersistenceOrderError, translate } from '../errors.js';
import { ColumnStage } from '../staging/columns.js';
import type { LineStage } from '../staging/lines.js';
import { literal, NAME_MACROS, nameVariables } from '../staging/sql-text.js';
import { TapeStage } from '../staging/tape.js';
import { insertEvents, insertRegisters, REGISTER_EVENT } from './event-sql.js';
import { EventStage } from './event-stage.js';
import * as rows from './row-sql.js';

/** Events that are written together at the most: DuckDB's row group. */
const FLUSH_EVENTS = 122_880;
/** Other rows of ticks (bank states, queue entries) that are written together. */
const FLUSH_ROWS = 1_000_000;

/**
 * Writes one simulation: ticks fill buffers, a day is one transaction, and while DuckDB writes on its own threads the next ticks
 * are computed. At most one write is under way; a second one waits for it (spec 09 §5.4).
 */
export class SimulationWriter {
  readonly #events = new EventStage();
  readonly #cycles = new TapeStage('stage_cycles');
  readonly #summaries = new ColumnStage('stage_summaries', rows.TICK_SUMMARY_COLUMNS);
  readonly #states = new ColumnStage('stage_states', rows.AGENT_STATE_STAGE_COLUMNS);
  readonly #tickQueues = new ColumnStage('stage_tick_queues', rows.QUEUE_STAGE_COLUMNS);
  readonly #dayQueues = new ColumnStage('stage_day_queues', rows.QUEUE_STAGE_COLUMNS);
  readonly #collateral = new ColumnStage('stage_collateral', rows.COLLATERAL_STAGE_COLUMNS);
  readonly #transactions = new ColumnStage('stage_transactions', TRANSACTION_COLUMNS);
  readonly #metrics = new ColumnStage('stage_metrics', rows.METRIC_STAGE_COLUMNS);
  /** Statements that go with the next commit, and those of the open day. */
  #extra: string[] = [];
  #extraOfDay: string[] = [];
  readonly #reasons: string[] = [];
  /** Banks in the order in which the engine numbers them: by the bytes of their ids. */
  readonly #agentIds: readonly string[];

  #nextTick: number;
  /** Events of the tick whose state has not come yet: their number, and their lines for the hash. */
  #openTickEvents = 0;
  #openTickLines = '';
  #nextSeq: number;
  #firstStagedSeq: number;
  #nextCollateral: number;
  #nextCycle: number;
  #tickCostOfDay = 0;
  #previous: Record<string, Float64Array>;
  #totalsAtDayStart: { arrivals: number; settlements: number; releases: number };
  /** Ticks of complete days, and whether rows of the open day are part of the open transaction already. */
  #completeTicks: number;
  #committedTicks: number;
  #partialDay = false;
  #inTransaction = false;
  #inFlight: Promise<void> = Promise.resolve();
  #busy = false;
  #failure: Error | null = null;
  readonly hash: Hash;

  private constructor(
    readonly simulationId: string,
    private readonly start: SimulationStart,
    private readonly connection: DuckDBConnection,
    private readonly path: string,
    resume: ResumePoint | null,
  ) {
    this.hash = resume?.hash ?? createHash('sha256');
    this.#nextTick = this.#completeTicks = this.#committedTicks = start.first_tick ?? 0;
    this.#nextSeq = this.#firstStagedSeq = resume?.next_event_seq ?? 0;
    this.#nextCollateral = resume?.next_collateral_seq ?? 0;
    this.#nextCycle = resume?.next_cycle ?? 0;
    this.#totalsAtDayStart = resume?.totals_at_day_start ?? { arrivals: 0, settlements: 0, releases: 0 };
    this.#tickCostOfDay = resume?.tick_cost_of_day ?? 0;
    const agents = start.agents.map((agent) => agent.agent_id).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    this.#agentIds = agents;
    const opening = new Map(start.agents.map((agent) => [agent.agent_id, agent.opening_balance]));
    this.#previous = {
      balance: Float64Array.from(agents, (id) => resume?.balances.get(id) ?? opening.get(id)!),
      ...Object.fromEntries(
        COST_COMPONENTS.map((component) => [
          component,
          Float64Array.from(agents, (id) => resume?.costs.get(id)?.[component] ?? 0),
        ]),
      ),
    };
  }

  static async create(
    simulationId: string,
    start: SimulationStart,
    connection: DuckDBConnection,
    path: string,
    resume: ResumePoint | null,
  ): Promise<SimulationWriter> {
    const writer = new SimulationWriter(simulationId, start, connection, path, resume);
    await connection.run([NAME_MACROS, ...writer.#stages.map((stage) => stage.ddl)].join(';\n'));
    return writer;
  }

  get #columnStages(): { stage: ColumnStage<string>; insert: string }[] {
    const { simulationId: id } = this;
    const { ticks_per_day: day } = this.start;
    return [
      { stage: this.#summaries, insert: rows.insertTickSummaries(this.#summaries.table, id, day) },
      { stage: this.#states, insert: rows.insertAgentStates(this.#states.table, id, day) },
      { stage: this.#tickQueues, insert: rows.insertTickQueues(this.#tickQueues.table, id) },
      { stage: this.#dayQueues, insert: rows.insertDayQueues(this.#dayQueues.table, id, day) },
      { stage: this.#collateral, insert: rows.insertCollateral(this.#collateral.table, id, day) },
      { stage: this.#transactions, insert: rows.insertTransactions(this.#transactions.table, id, day) },
      { stage: this.#metrics, insert: rows.insertMetrics(this.#metrics.table, id) },
    ] as { stage: ColumnStage<string>; insert: string }[];
  }

  get #storesEvents(): boolean {
    return this.start.persistence_level !== 'SUMMARY';
  }

  events(tick: number, batch: EventBatch): number {
    if (tick !== this.#nextTick || batch.tick !== tick) this.#outOfOrder(`events of tick ${batch.tick} given for tick ${tick}`);
    this.#openTickEvents += batch.length;
    this.#openTickLines += batch.toNdjson();
    if (this.#storesEvents) this.#events.append(batch);
    return batch.length;
  }

  state(tick: number, { agents, collateral, lsm, queues, result, rng_state }: TickState): void {
    if (tick !== this.#nextTick) this.#outOfOrder(`state of tick ${tick}`);
    const events = this.#openTickEvents;
    this.hash.update(this.#openTickLines);
    this.#tickCostOfDay += result.total_cost;
    if (this.#storesEvents) {
      this.#events.lines.add(this.#openTickLines, events);
      const { num_arrivals, num_settlements, num_lsm_releases, total_cost } = result;
      const rng = { rng_high: Number(rng_state >> 32n), rng_low: Number(rng_state & 0xffffffffn) };
      const slice = { first_event_seq: this.#nextSeq, num_events: events };
      this.#summaries.add({ tick, num_arrivals, num_settlements, num_lsm_releases, total_cost, ...slice, ...rng });
      this.#addCollateral(collateral);
      for (const cycle of lsm) this.#addCycle(cycle);
    }
    if (this.start.persistence_level === 'FULL') {
      if (agents) this.#addStates(tick, agents);
      if (queues) this.#addQueues(this.#tickQueues, tick, queues);
    }
    this.#nextSeq += events;
    this.#openTickEvents = 0;
    this.#openTickLines = '';
    this.#nextTick++;
  }

  closedTransactions(batch: TransactionBatch): void {
    if (this.#storesEvents) this.#transactions.addColumns(batch.length, columnsOf(batch));
  }

  /** Runs with the commit of the open day. */
  withNextCommit(statement: string): void {
    this.#extraOfDay.push(statement);
  }

  /** Closes the day. It is committed at once, or together with the following ones while an earlier write is still under way. */
  async day(day: number, close: DayClose): Promise<void> {
    const { ticks_per_day: ticksPerDay } = this.start;
    if (this.#nextTick !== (day + 1) * ticksPerDay) this.#outOfOrder(`end of day ${day} after ${this.#nextTick} ticks`);
    const positions = new Map(this.#agentIds.map((id, i) => [id, i]));
    for (const metrics of close.agent_metrics) this.#metrics.add({ ...metrics, agent: positions.get(metrics.agent_id)! });
    if (this.#storesEvents) this.#addQueues(this.#dayQueues, this.#nextTick - 1, close.queues);
    this.#addSystemMetrics(day, close);
    this.#completeDay();
    if (!this.#busy) await this.#write(true);
  }

  #completeDay(): void {
    for (const stage of this.#stages) stage.mark();
    this.#extra.push(...this.#extraOfDay.splice(0));
    this.#completeTicks = this.#nextTick;
    this.#partialDay = false;
  }

  #addSystemMetrics(day: number, { agent_metrics, lsm_releases: releases, queues, system }: DayClose): void {
    const { total_arrivals: arrivals, total_settlements: settlements } = system;
    const before = this.#totalsAtDayStart;
    const cost = agent_metrics.reduce((sum, metrics) => sum + metrics.total_cost, 0);
    const counts = [arrivals - before.arrivals, settlements - before.settlements, releases - before.releases, queues.length];
    this.#extraOfDay.push(
      `INSERT INTO daily_system_metrics VALUES (${[literal(this.simulationId), day, ...counts, cost, this.#tickCostOfDay].join(', ')})`,
    );
    this.#totalsAtDayStart = { arrivals, settlements, releases };
    this.#tickCostOfDay = 0;
  }

  /** Stores what is left and how the run ended. */
  async end(status: 'completed' | 'failed', totals: SimulationTotals, message: string | null): Promise<void> {
    // What a failing tick logged before it failed is no finished tick.
    this.#events.tape.dropLast(this.#openTickEvents);
    this.closedTransactions(totals.open_transactions);
    const seconds = totals.duration_seconds;
    const settings = [
      `status = ${literal(status)}`,
      ...(status === 'completed' ? ['completed_at = now()::TIMESTAMP'] : []),
      `error_message = ${message === null ? 'NULL' : literal(message)}`,
      `total_arrivals = ${totals.total_arrivals}`,
      `total_settlements = ${totals.total_settlements}`,
      `total_lsm_releases = ${totals.total_lsm_releases}`,
      `total_cost_cents = ${totals.total_cost_cents}`,
      `event_count = ${this.#nextSeq}`,
      `event_log_hash = ${literal(this.hash.digest('hex'))}`,
      `duration_seconds = ${seconds}`,
      `ticks_per_second = ${seconds > 0 ? totals.executed_ticks / seconds : 0}`,
    ];
    this.#extraOfDay.push(`UPDATE simulations SET ${settings.join(', ')} WHERE simulation_id = ${literal(this.simulationId)}`);
    this.#completeDay();
    await this.settled();
    await this.#write(true);
    await this.settled();
  }

  /** Gives DuckDB's callbacks a turn while a write is under way, and starts one when buffers are full. */
  async turn(): Promise<void> {
    this.#check();
    if (this.#busy) await new Promise((resolve) => setImmediate(resolve));
    const full = this.#events.tape.length >= FLUSH_EVENTS || this.#states.length + this.#tickQueues.length >= FLUSH_ROWS;
    const daysWait = this.#completeTicks > this.#committedTicks && !this.#partialDay;
    // While a write is under way rows may pile up to the same amount again, no further.
    if (full || (daysWait && !this.#busy)) await this.#write(daysWait);
  }

  /** Waits until everything handed over is written. */
  async settled(): Promise<void> {
    await this.#inFlight;
    this.#check();
  }

  /** Takes back what the open transaction has written. */
  async abandon(): Promise<void> {
    await this.#inFlight;
    if (this.#inTransaction) await this.connection.run('ROLLBACK').catch(() => undefined);
    this.#inTransaction = false;
  }

  close(): void {
    this.connection.closeSync();
  }

  #addStates(tick: number, { columns, length }: AgentStateBatch): void {
    const previous = this.#previous;
    const startsDay = tick % this.start.ticks_per_day === 0;
    const change = (name: string, values: ArrayLike<number>, fromZero: boolean): Float64Array => {
      const before = previous[name]!;
      const delta = new Float64Array(length);
      for (let b = 0; b < length; b++) {
        delta[b] = values[b]! - (fromZero ? 0 : before[b]!);
        before[b] = values[b]!;
      }
      return delta;
    };
    const deltas = Object.fromEntries(
      COST_COMPONENTS.map((component) => [`${component}_delta`, change(component, columns[component], startsDay)]),
    );
    this.#states.addColumns(length, {
      ...columns,
      ...(deltas as Record<`${(typeof COST_COMPONENTS)[number]}_delta`, Float64Array>),
      tick,
      agent: Float64Array.from({ length }, (_, b) => b),
      balance_change: change('balance', columns.balance, false),
    });
  }

  #addQueues(stage: ColumnStage<(typeof rows.QUEUE_STAGE_COLUMNS)[number]>, tick: number, batch: QueueBatch): void {
    stage.addColumns(batch.length, { ...columnsOf(batch), tick });
  }

  #addCollateral(records: readonly CollateralRecord[]): void {
    if (records.length === 0) return;
    const positions = new Map(this.#agentIds.map((id, i) => [id, i]));
    for (const record of records) {
      this.#collateral.add({
        seq: this.#nextCollateral++,
        agent: positions.get(record.agent_id)!,
        tick: record.tick,
        action: rows.COLLATERAL_ACTIONS.indexOf(record.action),
        amount: record.amount,
        reason: this.#reasonCode(record.reason),
        layer: rows.COLLATERAL_LAYERS.indexOf(record.layer),
        balance: record.balance_before,
        before: record.posted_collateral_before,
        after: record.posted_collateral_after,
        capacity: record.available_capacity_after,
        event_seq: record.event_seq ?? NaN,
      });
    }
  }

  #reasonCode(reason: string): number {
    const known = this.#reasons.indexOf(reason);
    return known >= 0 ? known : this.#reasons.push(reason) - 1;
  }

  #addCycle(cycle: LsmRecord): void {
    const ids = this.#agentIds;
    const bank = (id: string): number => ids.indexOf(id);
    const number = (txId: string): number => Number(txId.slice(1));
    // The list is closed; a bank that offsets payments to itself stands there alone.
    const banks = [...new Set(cycle.agents)].map(bank);
    const nets = banks.length === 1 ? [0] : cycle.net_positions;
    const outflow = [cycle.max_net_outflow, cycle.max_net_outflow_agent === null ? -1 : bank(cycle.max_net_outflow_agent)];
    const transactions = [cycle.transactions.length, ...cycle.transactions.map(number), ...cycle.tx_amounts];
    const type = cycle.cycle_type === 'bilateral' ? 0 : 1;
    const head = [this.#nextCycle++, type, cycle.event_seq, banks.length, ...banks];
    this.#cycles.add(cycle.tick, [...head, ...transactions, ...nets, cycle.total_value, cycle.settled_value, ...outflow]);
  }

  /** Moves rows to DuckDB and lets it write them: the complete days and their commit, or everything there is without commit. */
  async #write(commit: boolean): Promise<void> {
    await this.#inFlight;
    this.#check();
    this.#busy = true;
    try {
      const sql = await this.#stage(commit);
      if (!this.#inTransaction) sql.unshift('BEGIN');
      if (commit) {
        sql.push(...this.#extra.splice(0), this.#lastTick(), 'COMMIT');
        this.#committedTicks = this.#completeTicks;
      } else this.#partialDay = true;
      this.#inTransaction = !commit;
      this.#inFlight = this.#run(sql);
    } catch (error) {
      this.#busy = false;
      throw translate(error, this.path);
    }
  }

  async #run(sql: readonly string[]): Promise<void> {
    try {
      await this.connection.run(sql.join(';\n'));
    } catch (error) {
      this.#failure = translate(error, this.path);
      this.#inTransaction = false;
      await this.connection.run('ROLLBACK').catch(() => undefined);
    } finally {
      this.#busy = false;
    }
  }

  get #stages(): (ColumnStage<string> | LineStage | TapeStage)[] {
    return [this.#events.tape, this.#events.lines, this.#cycles, ...this.#columnStages.map(({ stage }) => stage)];
  }

  async #stage(onlyComplete: boolean): Promise<string[]> {
    const sql: string[] = [];
    const truncated: string[] = [];
    const { simulationId: id } = this;
    const { ticks_per_day: day } = this.start;
    const move = async (stage: ColumnStage<string> | LineStage | TapeStage): Promise<boolean> => {
      if (stage.rows(onlyComplete) === 0) return false;
      await stage.move(this.connection, onlyComplete);
      truncated.push(stage.table);
      return true;
    };
    const { lines, tape, texts, types } = this.#events;
    const events = tape.rows(onlyComplete);
    if ((await move(tape)) && (await move(lines))) {
      const stages = { records: tape.table, lines: lines.table };
      sql.push(nameVariables(this.#agentIds, texts), insertEvents(stages, id, this.#firstStagedSeq, day, types));
      if (types.has(REGISTER_EVENT)) sql.push(insertRegisters(tape.table, id));
      this.#firstStagedSeq += events;
      this.#events.tidy();
    }
    sql.push(nameVariables(this.#agentIds, { lasting: this.#reasons, single: [] }));
    for (const { stage, insert } of this.#columnStages) if (await move(stage)) sql.push(insert);
    if (await move(this.#cycles)) sql.push(rows.insertCycles(this.#cycles.table, id, day));
    return [...sql, ...truncated.map((table) => `TRUNCATE temp.${table}`)];
  }

  #lastTick(): string {
    const last = this.#completeTicks > 0 ? String(this.#completeTicks - 1) : 'NULL';
    return `UPDATE simulations SET last_tick = ${last} WHERE simulation_id = ${literal(this.simulationId)}`;
  }

  #check(): void {
    if (this.#failure) throw this.#failure;
  }

  #outOfOrder(what: string): never {
    throw new PersistenceOrderError(`simulation ${this.simulationId}: ${what}, expected tick ${this.#nextTick}`);
  }
}

/** Where a resumed simulation goes on. */
export interface ResumePoint {
  next_event_seq: number;
  /** Hash over the event lines that stay. */
  hash: Hash;
  next_collateral_seq: number;
  next_cycle: number;
  totals_at_day_start: { arrivals: number; settlements: number; releases: number };
  tick_cost_of_day: number;
  /** By bank, at the end of the tick before. */
  balances: ReadonlyMap<string, number>;
  costs: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

/** Columns of a batch cut to its length. */
function columnsOf<Name extends string>(batch: {
  length: number;
  columns: Readonly<Record<Name, Float64Array | Int32Array>>;
}): Record<Name, Float64Array> {
  return Object.fromEntries(
    Object.entries(batch.columns).map(([name, column]) => [name, (column as Float64Array).subarray(0, batch.length)]),
  ) as Record<Name, Float64Array>;
}
