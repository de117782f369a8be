import { createHash, type Hash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  COST_COMPONENTS,
  EventLines,
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
import { literal } from '../staging/sql-text.js';
import type { Stage } from '../staging/stage.js';
import { Vocabulary } from '../staging/vocabulary.js';
import { EventStage } from './event-stage.js';
import { RegisterStage } from './register-stage.js';
import * as rows from './row-stages.js';

/**
 * Writes one simulation: ticks fill buffers, a day is one transaction, and while DuckDB writes on its own threads the next ticks
 * are computed. At most one write is under way; a second one waits for it (spec 09 §5.4).
 */
export class SimulationWriter {
  /** Stages of all tables; rows of the events' level and above wait in them. */
  readonly #events: EventStage;
  readonly #registers: RegisterStage;
  readonly #cycles: ReturnType<typeof rows.cycleStage>;
  readonly #summaries: ReturnType<typeof rows.tickSummaryStage>;
  readonly #states: ReturnType<typeof rows.agentStateStage>;
  readonly #tickQueues: ReturnType<typeof rows.tickQueueStage>;
  readonly #dayQueues: ReturnType<typeof rows.dayQueueStage>;
  readonly #collateral: ReturnType<typeof rows.collateralStage>;
  readonly #transactions: ReturnType<typeof rows.transactionStage>;
  readonly #metrics: ReturnType<typeof rows.metricStage>;
  readonly #stages: readonly Stage[];
  /** Statements that go with the next commit, and those of the open day. */
  #extra: string[] = [];
  #extraOfDay: string[] = [];
  /** Banks by the number that the engine gives them: in the order of the bytes of their ids. */
  readonly #agents: Vocabulary;
  readonly #collateralReasons = new Vocabulary();

  #nextTick: number;
  /** Events of the tick whose state has not come yet. What a failing tick logs stays here. */
  #openTick: EventBatch[] = [];
  readonly #lines = new EventLines();
  #nextSeq: number;
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
    this.#nextSeq = resume?.next_event_seq ?? 0;
    this.#nextCollateral = resume?.next_collateral_seq ?? 0;
    this.#nextCycle = resume?.next_cycle ?? 0;
    this.#totalsAtDayStart = resume?.totals_at_day_start ?? { arrivals: 0, settlements: 0, releases: 0 };
    this.#tickCostOfDay = resume?.tick_cost_of_day ?? 0;
    const agents = start.agents.map((agent) => agent.agent_id).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const { ticks_per_day: ticksPerDay } = start;
    const banks = new Vocabulary(agents);
    this.#agents = banks;
    this.#events = new EventStage(simulationId, ticksPerDay, banks);
    this.#registers = new RegisterStage(simulationId, banks);
    this.#cycles = rows.cycleStage(simulationId, ticksPerDay, banks);
    this.#summaries = rows.tickSummaryStage(simulationId, ticksPerDay);
    this.#states = rows.agentStateStage(simulationId, ticksPerDay, banks);
    this.#tickQueues = rows.tickQueueStage(simulationId, banks);
    this.#dayQueues = rows.dayQueueStage(simulationId, ticksPerDay, banks);
    this.#collateral = rows.collateralStage(simulationId, ticksPerDay, banks, this.#collateralReasons);
    this.#transactions = rows.transactionStage(simulationId, ticksPerDay, banks);
    this.#metrics = rows.metricStage(simulationId, banks);
    this.#stages = [
      ...[this.#events.stage, this.#registers.stage, this.#summaries, this.#states, this.#tickQueues, this.#dayQueues],
      ...[this.#collateral, this.#transactions, this.#metrics, this.#cycles],
    ];
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
    await connection.run(writer.#stages.map((stage) => stage.ddl).join(';\n'));
    return writer;
  }

  get #storesEvents(): boolean {
    return this.start.persistence_level !== 'SUMMARY';
  }

  events(tick: number, batch: EventBatch): number {
    if (tick !== this.#nextTick || batch.tick !== tick) this.#outOfOrder(`events of tick ${batch.tick} given for tick ${tick}`);
    this.#openTick.push(batch.copy());
    return batch.length;
  }

  state(tick: number, { agents, collateral, lsm, queues, result, rng_state }: TickState): void {
    if (tick !== this.#nextTick) this.#outOfOrder(`state of tick ${tick}`);
    const firstSeq = this.#nextSeq;
    for (const batch of this.#openTick.splice(0)) this.#addEvents(batch);
    this.#tickCostOfDay += result.total_cost;
    if (this.#storesEvents) {
      this.#registers.endTick(tick);
      const { num_arrivals, num_settlements, num_lsm_releases, total_cost } = result;
      const rng = { rng_high: Number(rng_state >> 32n), rng_low: Number(rng_state & 0xffffffffn) };
      const slice = { first_event_seq: firstSeq, num_events: this.#nextSeq - firstSeq };
      this.#summaries.add({ tick, num_arrivals, num_settlements, num_lsm_releases, total_cost, ...slice, ...rng });
      for (const record of collateral) this.#addCollateral(record);
      for (const cycle of lsm) this.#addCycle(cycle);
    }
    if (this.start.persistence_level === 'FULL') {
      if (agents) this.#addStates(tick, agents);
      if (queues) this.#addQueues(this.#tickQueues, tick, queues);
    }
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
    for (const metrics of close.agent_metrics) this.#metrics.add({ ...metrics, agent: this.#agents.code(metrics.agent_id) });
    if (this.#storesEvents) this.#addQueues(this.#dayQueues, this.#nextTick - 1, close.queues);
    this.#addSystemMetrics(day, close);
    this.#completeDay();
    if (!this.#busy) await this.#write(true);
  }

  #completeDay(): void {
    for (const stage of this.#stages) stage.completeDay();
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
    for (const stage of this.#stages) stage.pack();
    if (this.#busy && !this.#stages.some((stage) => stage.overflows)) return;
    const daysWait = this.#completeTicks > this.#committedTicks && !this.#partialDay;
    if (daysWait || this.#stages.some((stage) => stage.isFull)) await this.#write(daysWait);
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

  #addQueues(stage: ReturnType<typeof rows.tickQueueStage>, tick: number, batch: QueueBatch): void {
    stage.addColumns(batch.length, { ...columnsOf(batch), tick });
  }

  #addEvents(batch: EventBatch): void {
    const lines = this.#lines;
    lines.clear();
    batch.writeLines(lines);
    this.hash.update(lines.view);
    if (this.#storesEvents) {
      this.#events.append(batch, lines, this.#nextSeq);
      this.#registers.append(batch);
    }
    this.#nextSeq += batch.length;
  }

  #addCollateral(record: CollateralRecord): void {
    this.#collateral.add({
      seq: this.#nextCollateral++,
      agent: this.#agents.code(record.agent_id),
      tick: record.tick,
      action: rows.COLLATERAL_ACTIONS.indexOf(record.action),
      amount: record.amount,
      reason: this.#collateralReasons.code(record.reason),
      layer: rows.COLLATERAL_LAYERS.indexOf(record.layer),
      balance: record.balance_before,
      before: record.posted_collateral_before,
      after: record.posted_collateral_after,
      capacity: record.available_capacity_after,
      event_seq: record.event_seq ?? NaN,
    });
  }

  #addCycle(cycle: LsmRecord): void {
    const { columns } = this.#cycles;
    // The list is closed; a bank that offsets payments to itself stands there alone.
    const banks = [...new Set(cycle.agents)];
    columns.number.add(this.#nextCycle++);
    columns.tick.add(cycle.tick);
    columns.cycle_type.add(cycle.cycle_type === 'bilateral' ? 0 : 1);
    columns.total_amount.add(cycle.total_value);
    columns.settled_value.add(cycle.settled_value);
    for (const bank of banks) columns.agent_ids.elements.add(this.#agents.code(bank));
    for (const id of cycle.transactions) columns.tx_ids.elements.add(Number(id.slice(1)));
    for (const amount of cycle.tx_amounts) columns.tx_amounts.elements.add(amount);
    for (const net of banks.length === 1 ? [0] : cycle.net_positions) columns.net_positions.elements.add(net);
    for (const list of [columns.agent_ids, columns.tx_ids, columns.tx_amounts, columns.net_positions]) list.end();
    columns.max_net_outflow.add(cycle.max_net_outflow);
    columns.max_net_outflow_agent.add(cycle.max_net_outflow_agent === null ? -1 : this.#agents.code(cycle.max_net_outflow_agent));
    columns.event_seq.add(cycle.event_seq);
  }

  /** Moves rows to DuckDB and lets it write them: the complete days and their commit, or everything there is without commit. */
  async #write(commit: boolean): Promise<void> {
    await this.#inFlight;
    this.#check();
    this.#busy = true;
    try {
      const sql: string[] = [];
      for (const stage of this.#stages) sql.push(...(await stage.move(this.connection, commit)));
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
