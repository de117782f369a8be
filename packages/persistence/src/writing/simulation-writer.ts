import { createHash, type Hash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  canonicalJson,
  EventLines,
  type CallRecord,
  type DayClose,
  type EventBatch,
  type PolicySource,
  type SimulationEnd,
  type SimulationStart,
  type TickState,
  type TransactionBatch,
} from '@simcash/protocol';
import { OF_SIMULATION, writeChecksums } from '../checksums.js';
import { PersistenceOrderError } from '../errors.js';
import { literal, UTC_NOW } from '../sql-text.js';
import { WritePipeline } from './pipeline.js';
import type { ResumePoint } from './resume.js';
import { SimulationRows, type Totals } from './simulation-rows.js';

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
  #cost: number;
  #costOfDay: number;
  /** Counts of the run up to the latest tick, and those when the day began. */
  #totals: Totals;
  #totalsAtDayStart: Totals;
  /** Ticks that may be committed: those of complete days, and those before a checkpoint. */
  #completeTicks: number;
  #committedTicks: number;
  /** Whether rows of the open day are part of the open transaction already. */
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
    this.#cost = resume?.cost ?? 0;
    this.#costOfDay = resume?.cost_of_day ?? 0;
    this.#totals = resume?.totals ?? NOTHING;
    this.#totalsAtDayStart = resume?.totals_at_day_start ?? NOTHING;
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

  state(tick: number, state: TickState): void {
    if (tick !== this.#nextTick) this.#outOfOrder(`state of tick ${tick}`);
    const { agents, algorithm_runs, calls, collateral, lsm, queues, result, settlement_runs, totals } = state;
    const rows = this.#rows;
    const firstSeq = this.#nextSeq;
    for (const batch of this.#openTick) this.#addEvents(batch);
    this.#spare.push(...this.#openTick.splice(0));
    this.#cost += result.total_cost;
    this.#costOfDay += result.total_cost;
    for (const call of calls) this.#addCall(call);
    if (this.#storesEvents) {
      rows.addTick(state, difference(totals, this.#totals), firstSeq, this.#nextSeq - firstSeq);
      for (const record of collateral) rows.addCollateral(record);
      for (const cycle of lsm) rows.addCycle(cycle);
      for (const report of settlement_runs) rows.addSettlementRun(report);
      for (const report of algorithm_runs) rows.addAlgorithmRun(report);
    }
    this.#totals = totals;
    if (this.start.persistence_level === 'FULL') {
      if (agents) rows.addStates(tick, agents);
      if (queues) rows.addTickQueues(tick, queues);
    }
    this.#nextTick++;
  }

  closedTransactions(batch: TransactionBatch): void {
    if (this.#storesEvents) this.#rows.addTransactions(batch);
  }

  /** Commits everything up to here with the statement: what a checkpoint promises must be there after a kill. */
  async checkpoint(statement: string): Promise<void> {
    this.#extraOfDay.push(statement);
    this.#completePortion();
    await this.#commit();
  }

  /** Closes the day. It is committed now, or later together with the following ones; the last day is committed with the end. */
  async day(day: number, close: DayClose): Promise<void> {
    const { ticks_per_day: ticksPerDay, total_ticks: totalTicks } = this.start;
    if (this.#nextTick !== (day + 1) * ticksPerDay) this.#outOfOrder(`end of day ${day} after ${this.#nextTick} ticks`);
    for (const metrics of close.agent_metrics) this.#rows.addMetrics(metrics);
    if (this.#storesEvents) this.#rows.addDayQueues(this.#nextTick - 1, close.queues);
    this.#addSystemMetrics(day, close);
    this.#completePortion();
    if (this.#isCommitDue && !this.#pipeline.isBusy && this.#nextTick < totalTicks) await this.#commit();
  }

  /** Stores what is left and how the run ended. */
  async end(status: 'completed' | 'failed', end: SimulationEnd, message: string | null): Promise<void> {
    this.closedTransactions(end.open_transactions);
    const { duration_seconds: seconds, executed_ticks: ticks, totals } = end;
    const settings = [
      `status = ${literal(status)}`,
      ...(status === 'completed' ? [`completed_at = ${UTC_NOW}`] : []),
      `error_message = ${message === null ? 'NULL' : literal(message)}`,
      `total_arrivals = ${totals.arrivals}`,
      `total_settlements = ${totals.settlements}`,
      `total_lsm_releases = ${totals.lsm_releases}`,
      `total_cost_cents = ${this.#cost}`,
      `total_dropped = ${totals.dropped}`,
      `total_dropped_value = ${totals.dropped_value}`,
      `total_cancelled = ${totals.cancelled}`,
      `total_cancelled_value = ${totals.cancelled_value}`,
      `total_settled_value = ${totals.settled_value}`,
      `total_arrived_value = ${totals.arrived_value}`,
      `total_delay_ticks = ${totals.delay_ticks}`,
      `total_overdue = ${totals.overdue}`,
      `total_lsm_operations = ${totals.lsm_operations}`,
      `unsettled_count = ${totals.unsettled}`,
      `unsettled_value = ${totals.unsettled_value}`,
      `event_count = ${this.#nextSeq}`,
      `event_log_hash = ${literal(this.#hash.digest('hex'))}`,
      `duration_seconds = ${seconds}`,
      `ticks_per_second = ${seconds > 0 ? ticks / seconds : 0}`,
    ];
    const { bank_days = [], sheet = {} } = (this.#storesEvents && end.indicators) || {};
    for (const series of bank_days) this.#rows.addDaySeries(series);
    this.#completePortion();
    const sections = Object.entries(sheet).map((section) => `(${[this.simulationId, ...section].map(literal).join(', ')})`);
    await this.#commit(settings, [
      ...(sections.length === 0 ? [] : [`INSERT INTO indicator_sheets VALUES ${sections.join(', ')}`]),
      writeChecksums(OF_SIMULATION, this.simulationId),
    ]);
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

  /** A call, and the policy that it puts in force. */
  #addCall(record: CallRecord): void {
    this.#rows.addCall(record);
    if (record.call.call !== 'update_agent_policy') return;
    const { agent_id, policy_json } = record.call;
    const policy = canonicalJson(JSON.parse(policy_json));
    const day = Math.floor(record.tick / this.start.ticks_per_day);
    const hash = createHash('sha256').update(policy).digest('hex');
    const texts = [hash, policy, 'manual' satisfies PolicySource].map(literal);
    // Of several policies between two ticks the last one acts.
    this.#extraOfDay.push(
      `INSERT OR REPLACE INTO policy_snapshots VALUES (${[literal(this.simulationId), literal(agent_id), day, record.tick, ...texts].join(', ')})`,
    );
  }

  #addSystemMetrics(day: number, { agent_metrics, queues }: DayClose): void {
    const added = difference(this.#totals, this.#totalsAtDayStart);
    const sum = (name: 'total_cost' | 'num_dropped' | 'dropped_value'): number =>
      agent_metrics.reduce((total, metrics) => total + metrics[name], 0);
    this.#rows.addSystemMetrics({
      day,
      num_arrivals: added.arrivals,
      num_settlements: added.settlements,
      num_lsm_releases: added.lsm_releases,
      unsettled_count: queues.length,
      total_cost: sum('total_cost'),
      tick_cost_total: this.#costOfDay,
      num_dropped: sum('num_dropped'),
      dropped_value: sum('dropped_value'),
    });
    this.#totalsAtDayStart = this.#totals;
    this.#costOfDay = 0;
  }

  #completePortion(): void {
    this.#pipeline.completeDay();
    this.#extra.push(...this.#extraOfDay.splice(0));
    this.#completeTicks = this.#nextTick;
    this.#partialDay = false;
  }

  /** Commits what is complete, with new values of the simulation's own columns and what follows from all rows. */
  async #commit(settings: readonly string[] = [], last: readonly string[] = []): Promise<void> {
    this.#committedTicks = this.#completeTicks;
    this.#lastCommit = performance.now();
    const lastTick = `last_tick = ${this.#completeTicks > 0 ? this.#completeTicks - 1 : 'NULL'}`;
    const update = `UPDATE simulations SET ${[lastTick, ...settings].join(', ')} WHERE simulation_id = ${literal(this.simulationId)}`;
    await this.#pipeline.commit([...this.#extra.splice(0), update, ...last]);
  }

  #outOfOrder(what: string): never {
    throw new PersistenceOrderError(`simulation ${this.simulationId}: ${what}, expected tick ${this.#nextTick}`);
  }
}

const NOTHING: Totals = { arrivals: 0, settlements: 0, lsm_releases: 0 };

const difference = (now: Totals, before: Totals): Totals => ({
  arrivals: now.arrivals - before.arrivals,
  settlements: now.settlements - before.settlements,
  lsm_releases: now.lsm_releases - before.lsm_releases,
});
