import { createHash, type Hash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  EventLines,
  type DayClose,
  type EventBatch,
  type SimulationStart,
  type SimulationTotals,
  type TickState,
  type TransactionBatch,
} from '@simcash/protocol';
import { PersistenceOrderError } from '../errors.js';
import { literal } from '../sql-text.js';
import { WritePipeline } from './pipeline.js';
import type { ResumePoint } from './resume.js';
import { SimulationRows } from './simulation-rows.js';

/** A day that ends so soon after a commit waits for others to be committed with: a commit costs much, whatever it contains. */
const COMMIT_MILLIS = 250;

/**
 * Writes one simulation: ticks fill buffers, and days that are complete are committed, each wholly or not at all (spec 09 §5.4).
 */
export class SimulationWriter {
  readonly #rows: SimulationRows;
  readonly #pipeline: WritePipeline;
  readonly #hash: Hash;
  readonly #lines = new EventLines();
  /** Events of the tick whose state has not come yet. What a failing tick logs stays here. */
  readonly #openTick: EventBatch[] = [];
  /** Batches that have been stored, to be overwritten. */
  readonly #spare: EventBatch[] = [];
  /** Statements that go with the next commit, and those of the open day. */
  readonly #extra: string[] = [];
  readonly #extraOfDay: string[] = [];

  #nextTick: number;
  #nextSeq: number;
  #tickCostOfDay: number;
  #totalsAtDayStart: { arrivals: number; settlements: number; releases: number };
  /** Ticks of complete days, and whether rows of the open day are part of the open transaction already. */
  #completeTicks: number;
  #committedTicks: number;
  #partialDay = false;
  #lastCommit = performance.now();

  constructor(
    readonly simulationId: string,
    private readonly start: SimulationStart,
    private readonly connection: DuckDBConnection,
    path: string,
    resume: ResumePoint | null,
  ) {
    this.#hash = resume?.hash ?? createHash('sha256');
    this.#nextTick = this.#completeTicks = this.#committedTicks = start.first_tick ?? 0;
    this.#nextSeq = resume?.next_event_seq ?? 0;
    this.#totalsAtDayStart = resume?.totals_at_day_start ?? { arrivals: 0, settlements: 0, releases: 0 };
    this.#tickCostOfDay = resume?.tick_cost_of_day ?? 0;
    this.#rows = new SimulationRows(simulationId, start, resume);
    this.#pipeline = new WritePipeline(connection, path, this.#rows.stages);
  }

  get #storesEvents(): boolean {
    return this.start.persistence_level !== 'SUMMARY';
  }

  /** Whether complete days could be committed now. */
  get #daysWait(): boolean {
    return this.#completeTicks > this.#committedTicks && !this.#partialDay;
  }

  get #isCommitDue(): boolean {
    return performance.now() - this.#lastCommit >= COMMIT_MILLIS;
  }

  events(tick: number, batch: EventBatch): number {
    if (tick !== this.#nextTick || batch.tick !== tick) this.#outOfOrder(`events of tick ${batch.tick} given for tick ${tick}`);
    this.#openTick.push(batch.copy(this.#spare.pop()));
    return batch.length;
  }

  state(tick: number, { agents, collateral, lsm, queues, result, rng_state }: TickState): void {
    if (tick !== this.#nextTick) this.#outOfOrder(`state of tick ${tick}`);
    const rows = this.#rows;
    const firstSeq = this.#nextSeq;
    for (const batch of this.#openTick) this.#addEvents(batch);
    this.#spare.push(...this.#openTick.splice(0));
    this.#tickCostOfDay += result.total_cost;
    if (this.#storesEvents) {
      rows.addTick(result, rng_state, firstSeq, this.#nextSeq - firstSeq);
      for (const record of collateral) rows.addCollateral(record);
      for (const cycle of lsm) rows.addCycle(cycle);
    }
    if (this.start.persistence_level === 'FULL') {
      if (agents) rows.addStates(tick, agents);
      if (queues) rows.addTickQueues(tick, queues);
    }
    this.#nextTick++;
  }

  closedTransactions(batch: TransactionBatch): void {
    if (this.#storesEvents) this.#rows.addTransactions(batch);
  }

  /** Runs with the commit of the open day. */
  withNextCommit(statement: string): void {
    this.#extraOfDay.push(statement);
  }

  /** Closes the day. It is committed now, or later together with the following ones; the last day is committed with the end. */
  async day(day: number, close: DayClose): Promise<void> {
    const { ticks_per_day: ticksPerDay, total_ticks: totalTicks } = this.start;
    if (this.#nextTick !== (day + 1) * ticksPerDay) this.#outOfOrder(`end of day ${day} after ${this.#nextTick} ticks`);
    for (const metrics of close.agent_metrics) this.#rows.addMetrics(metrics);
    if (this.#storesEvents) this.#rows.addDayQueues(this.#nextTick - 1, close.queues);
    this.#addSystemMetrics(day, close);
    this.#completeDay();
    if (this.#isCommitDue && !this.#pipeline.isBusy && this.#nextTick < totalTicks) await this.#commit();
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
      `event_log_hash = ${literal(this.#hash.digest('hex'))}`,
      `duration_seconds = ${seconds}`,
      `ticks_per_second = ${seconds > 0 ? totals.executed_ticks / seconds : 0}`,
    ];
    this.#completeDay();
    await this.#commit(settings);
    await this.#pipeline.settled();
  }

  /** Gives DuckDB's callbacks a turn while a write is under way, and starts one when it is time. */
  async turn(): Promise<void> {
    const pipeline = this.#pipeline;
    pipeline.check();
    if (pipeline.isBusy) await new Promise((resolve) => setImmediate(resolve));
    pipeline.pack();
    if (pipeline.isBusy && !pipeline.overflows) return;
    const daysWait = this.#daysWait;
    if (daysWait && this.#isCommitDue) await this.#commit();
    else if (pipeline.isFull(daysWait)) {
      this.#partialDay = !daysWait;
      await pipeline.write(daysWait);
    }
  }

  /** Waits until all complete days are committed. */
  async flush(): Promise<void> {
    if (this.#daysWait) await this.#commit();
    await this.#pipeline.settled();
  }

  /** Takes back what has not been committed. */
  abandon(): Promise<void> {
    return this.#pipeline.abandon();
  }

  close(): void {
    this.connection.closeSync();
  }

  #addEvents(batch: EventBatch): void {
    const lines = this.#lines;
    lines.clear();
    batch.writeLines(lines);
    this.#hash.update(lines.view);
    if (this.#storesEvents) this.#rows.addEvents(batch, lines, this.#nextSeq);
    this.#nextSeq += batch.length;
  }

  #addSystemMetrics(day: number, { agent_metrics, lsm_releases: releases, queues, system }: DayClose): void {
    const { total_arrivals: arrivals, total_settlements: settlements } = system;
    const before = this.#totalsAtDayStart;
    this.#rows.addSystemMetrics({
      day,
      num_arrivals: arrivals - before.arrivals,
      num_settlements: settlements - before.settlements,
      num_lsm_releases: releases - before.releases,
      unsettled_count: queues.length,
      total_cost: agent_metrics.reduce((sum, metrics) => sum + metrics.total_cost, 0),
      tick_cost_total: this.#tickCostOfDay,
    });
    this.#totalsAtDayStart = { arrivals, settlements, releases };
    this.#tickCostOfDay = 0;
  }

  #completeDay(): void {
    this.#pipeline.completeDay();
    this.#extra.push(...this.#extraOfDay.splice(0));
    this.#completeTicks = this.#nextTick;
    this.#partialDay = false;
  }

  /** Commits what is complete, with new values of the simulation's own columns. */
  async #commit(settings: readonly string[] = []): Promise<void> {
    this.#committedTicks = this.#completeTicks;
    this.#lastCommit = performance.now();
    const lastTick = `last_tick = ${this.#completeTicks > 0 ? this.#completeTicks - 1 : 'NULL'}`;
    const update = `UPDATE simulations SET ${[lastTick, ...settings].join(', ')} WHERE simulation_id = ${literal(this.simulationId)}`;
    await this.#pipeline.commit([...this.#extra.splice(0), update]);
  }

  #outOfOrder(what: string): never {
    throw new PersistenceOrderError(`simulation ${this.simulationId}: ${what}, expected tick ${this.#nextTick}`);
  }
}
