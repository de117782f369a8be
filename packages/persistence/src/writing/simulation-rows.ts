import {
  AGENT_STATE_COLUMNS,
  COST_COMPONENTS,
  TRANSACTION_OUTCOMES,
  type AgentStateBatch,
  type AlgorithmReport,
  type BankDaySeries,
  type CallRecord,
  type CollateralRecord,
  type CostComponent,
  type DailyAgentMetrics,
  type EventBatch,
  type EventLines,
  type LsmRecord,
  type QueueBatch,
  type SettlementReport,
  type SimulationStart,
  type TickState,
  type TransactionBatch,
} from '@simcash/protocol';
import type { Rows } from '../schema/tables.js';
import type { Column } from '../staging/column.js';
import { NameColumn } from '../staging/name-column.js';
import type { NumberColumn } from '../staging/number-column.js';
import { rowStageOf, stageOf } from '../staging/stage-of.js';
import type { Stage } from '../staging/stage.js';
import { Vocabulary } from '../staging/vocabulary.js';
import { EventStage } from './event-stage.js';
import { RegisterStage } from './register-stage.js';
import type { ResumePoint } from './resume.js';

/** Columns of costs: those of the day so far, and what the tick added to them. */
const COST_DELTAS = COST_COMPONENTS.map((cost) => [cost, `${cost}_delta`] as const);

/** What is counted over the whole run: a tick and a day store what they added. */
export interface Totals {
  arrivals: number;
  settlements: number;
  lsm_releases: number;
}

/** The rows of one simulation on their way into the store: what the engine hands over, put into the columns of the tables. */
export class SimulationRows {
  readonly stages: readonly Stage[];
  readonly #events: EventStage;
  readonly #registers: RegisterStage;
  readonly #calls;
  readonly #cycles;
  readonly #cycleTransactions;
  readonly #settlementRuns;
  readonly #algorithmRuns;
  readonly #summaries;
  readonly #states;
  readonly #tickQueues;
  readonly #dayQueues;
  readonly #collateral;
  readonly #transactions;
  readonly #metrics;
  readonly #systemMetrics;
  readonly #daySeries;
  /** Banks by the number that the engine gives them: in the order of the bytes of their ids. */
  readonly #agents: Vocabulary;
  /** The numbers of all banks in order. */
  readonly #allAgents: Float64Array;
  readonly #ticksPerDay: number;
  #nextCall: number;
  #nextCollateral: number;
  #nextCycle: number;
  /** Values at the end of the tick before, for what changed since. */
  readonly #previous: Readonly<Record<string, Float64Array>>;

  constructor(
    private readonly simulationId: string,
    start: SimulationStart,
    resume: ResumePoint | null,
  ) {
    const ids = start.agents.map(({ agent_id }) => agent_id).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const opening = new Map(start.agents.map(({ agent_id, opening_balance }) => [agent_id, opening_balance]));
    const agents = new Vocabulary(ids);
    const day = start.ticks_per_day;
    this.#agents = agents;
    this.#allAgents = Float64Array.from(ids, (_, b) => b);
    this.#ticksPerDay = day;
    this.#nextCall = resume?.next_call_seq ?? 0;
    this.#nextCollateral = resume?.next_collateral_seq ?? 0;
    this.#nextCycle = resume?.next_cycle ?? 0;
    this.#previous = {
      balance: Float64Array.from(ids, (id) => resume?.balances.get(id) ?? opening.get(id)!),
      ...Object.fromEntries(
        COST_COMPONENTS.map((component) => [component, Float64Array.from(ids, (id) => resume?.costs.get(id)?.[component] ?? 0)]),
      ),
    };
    this.#events = new EventStage(simulationId, day, agents);
    this.#registers = new RegisterStage(simulationId, agents);
    this.#calls = stageOf('simulation_calls', simulationId, agents);
    this.#cycles = stageOf('lsm_cycles', simulationId, agents);
    this.#cycleTransactions = stageOf('lsm_cycle_transactions', simulationId, agents);
    this.#summaries = stageOf('tick_summaries', simulationId, agents);
    this.#states = stageOf('tick_agent_states', simulationId, agents);
    this.#tickQueues = rowStageOf('tick_queue_snapshots', simulationId, agents);
    this.#dayQueues = rowStageOf('queue_snapshots', simulationId, agents);
    this.#collateral = stageOf('collateral_events', simulationId, agents);
    this.#transactions = rowStageOf('transactions', simulationId, agents);
    this.#settlementRuns = stageOf('settlement_runs', simulationId, agents);
    this.#algorithmRuns = stageOf('algorithm_runs', simulationId, agents);
    this.#metrics = rowStageOf('daily_agent_metrics', simulationId, agents);
    this.#systemMetrics = rowStageOf('daily_system_metrics', simulationId, agents);
    this.#daySeries = stageOf('bank_day_series', simulationId, agents);
    this.stages = [
      ...[
        this.#events.stage,
        this.#registers.stage,
        this.#summaries,
        this.#states,
        this.#tickQueues,
        this.#dayQueues,
        this.#calls,
      ],
      ...[this.#collateral, this.#transactions, this.#metrics, this.#systemMetrics, this.#cycles, this.#cycleTransactions],
      ...[this.#settlementRuns, this.#algorithmRuns, this.#daySeries],
    ];
  }

  /** Adds events with their lines, counted from `firstSeq`. */
  addEvents(batch: EventBatch, lines: EventLines, firstSeq: number): void {
    this.#events.append(batch, lines, firstSeq);
    this.#registers.append(batch);
  }

  /** Adds what is known of a tick when all its events have been added; `added` is what it added to the run's totals. */
  addTick({ calls, result, rng_state }: TickState, added: Totals, firstEventSeq: number, events: number): void {
    const { num_arrivals, num_lsm_releases, num_settlements, tick, total_cost } = result;
    this.#registers.endTick(tick);
    const { columns } = this.#summaries;
    this.#summaries.addRows(1);
    columns.tick.add(tick);
    columns.day.add(this.#dayOf(tick));
    columns.generated_arrivals.add(num_arrivals);
    columns.settlement_operations.add(num_settlements);
    columns.lsm_operations.add(num_lsm_releases);
    columns.total_cost.add(total_cost);
    columns.first_event_seq.add(firstEventSeq);
    columns.num_events.add(events);
    columns.rng_state.add(rng_state);
    columns.num_arrivals.add(added.arrivals);
    columns.num_settlements.add(added.settlements);
    columns.num_lsm_releases.add(added.lsm_releases);
    columns.num_calls.add(calls.length);
  }

  addCall({ agent_id, call: { call: type, ...values }, tick, tx_id }: CallRecord): void {
    const { columns } = this.#calls;
    this.#calls.addRows(1);
    columns.call_seq.add(this.#nextCall++);
    columns.tick.add(tick);
    columns.day.add(this.#dayOf(tick));
    columns.call_type.addWord(type);
    columns.agent_id.addName(agent_id);
    if (tx_id === null) columns.tx_id.add(NaN);
    else columns.tx_id.addText(tx_id);
    columns.arguments.addText(JSON.stringify(values));
  }

  /** Adds every bank at the end of a tick, with what has changed since the tick before; costs begin anew with each day. */
  addStates(tick: number, { columns, length }: AgentStateBatch): void {
    const states = this.#states.columns;
    const startsDay = tick % this.#ticksPerDay === 0;
    this.#states.addRows(length);
    states.tick.addAll(tick, length);
    states.day.addAll(this.#dayOf(tick), length);
    states.agent_id.addAll(this.#allAgents, length);
    for (const name of AGENT_STATE_COLUMNS) states[name].addAll(columns[name], length);
    states.balance_change.addAll(this.#change('balance', columns.balance, false), length);
    for (const [cost, delta] of COST_DELTAS) states[delta].addAll(this.#change(cost, columns[cost], startsDay), length);
  }

  addTickQueues(tick: number, queues: QueueBatch): void {
    this.#tickQueues.addColumns(queues.length, { tick, ...queueColumns(queues) });
  }

  addDayQueues(tick: number, queues: QueueBatch): void {
    this.#dayQueues.addColumns(queues.length, { day: this.#dayOf(tick), tick, ...queueColumns(queues) });
  }

  addTransactions({ columns, length }: TransactionBatch): void {
    const { arrival_tick: arrival, parent_tx, receiver, sender, settlement_tick: settlement, status, tx, ...others } = columns;
    const each = (value: (i: number) => number): Float64Array => computed(length, value);
    const dropped = TRANSACTION_OUTCOMES.indexOf('dropped');
    this.#transactions.addColumns(length, {
      ...others,
      tx_id: tx,
      sender_id: sender,
      receiver_id: receiver,
      arrival_tick: arrival,
      arrival_day: each((i) => this.#dayOf(arrival[i]!)),
      settlement_tick: settlement,
      settlement_day: each((i) => this.#dayOf(settlement[i]!)),
      status,
      drop_reason: each((i) => (status[i] === dropped ? 0 : NaN)),
      parent_tx_id: parent_tx,
      total_delay_ticks: each((i) => settlement[i]! - arrival[i]!),
    });
  }

  addMetrics(metrics: DailyAgentMetrics): void {
    this.#metrics.add({ ...metrics, agent_id: this.#agents.code(metrics.agent_id) });
  }

  addSystemMetrics(metrics: Readonly<Record<Exclude<keyof Rows['daily_system_metrics'], 'simulation_id'>, number>>): void {
    this.#systemMetrics.add(metrics);
  }

  addDaySeries({ agent_id, day, ...series }: BankDaySeries): void {
    const { columns } = this.#daySeries;
    this.#daySeries.addRows(1);
    columns.agent_id.addName(agent_id);
    columns.day.add(day);
    for (const [name, cents] of Object.entries(series) as [keyof typeof series, Float64Array][]) {
      columns[name].elements.addAll(cents, cents.length);
      columns[name].end();
    }
  }

  addCollateral(record: CollateralRecord): void {
    const { columns } = this.#collateral;
    this.#collateral.addRows(1);
    columns.collateral_seq.add(this.#nextCollateral++);
    columns.agent_id.addName(record.agent_id);
    columns.tick.add(record.tick);
    columns.day.add(record.day);
    columns.action.addWord(record.action);
    columns.amount.add(record.amount);
    columns.reason.addName(record.reason);
    columns.layer.addWord(record.layer);
    columns.balance_before.add(record.balance_before);
    // No decision about collateral moves money.
    columns.balance_after.add(record.balance_before);
    columns.posted_collateral_before.add(record.posted_collateral_before);
    columns.posted_collateral_after.add(record.posted_collateral_after);
    columns.available_capacity_after.add(record.available_capacity_after);
    columns.event_seq.add(record.event_seq ?? NaN);
  }

  addCycle(cycle: LsmRecord): void {
    const { columns } = this.#cycles;
    const id = `${this.simulationId}-lsm${String(this.#nextCycle++).padStart(6, '0')}`;
    // The list is closed; a bank that offsets payments to itself stands there alone.
    const banks = [...new Set(cycle.agents)];
    this.#cycles.addRows(1);
    columns.cycle_id.addText(id);
    columns.tick.add(cycle.tick);
    columns.day.add(cycle.day);
    columns.cycle_type.addWord(cycle.cycle_type);
    columns.num_agents.add(banks.length);
    columns.num_transactions.add(cycle.transactions.length);
    // An offset of a bank with itself names each payment twice (Quirk Q426); its money is there once.
    columns.total_amount.add(banks.length === 1 ? cycle.settled_value : cycle.total_value);
    columns.settled_value.add(cycle.settled_value);
    for (const bank of banks) columns.agent_ids.elements.addName(bank);
    for (const tx of cycle.transactions) columns.tx_ids.elements.add(Number(tx.slice(1)));
    for (const amount of cycle.tx_amounts) columns.tx_amounts.elements.add(amount);
    for (const net of banks.length === 1 ? [0] : cycle.net_positions) columns.net_positions.elements.add(net);
    for (const list of [columns.agent_ids, columns.tx_ids, columns.tx_amounts, columns.net_positions]) list.end();
    columns.max_net_outflow.add(cycle.max_net_outflow);
    columns.max_net_outflow_agent.add(cycle.max_net_outflow_agent === null ? -1 : this.#agents.code(cycle.max_net_outflow_agent));
    columns.event_seq.add(cycle.event_seq);
    columns.algorithm.addName(cycle.algorithm);
    cycle.transactions.forEach((tx, position) => this.#addCycleTransaction(id, position, tx, cycle.tx_amounts[position]!));
  }

  addSettlementRun(report: SettlementReport): void {
    addReport(this.#settlementRuns.columns, report);
    this.#settlementRuns.addRows(1);
  }

  addAlgorithmRun(report: AlgorithmReport): void {
    addReport(this.#algorithmRuns.columns, report);
    this.#algorithmRuns.addRows(1);
  }

  #addCycleTransaction(cycleId: string, position: number, txId: string, amount: number): void {
    const { columns } = this.#cycleTransactions;
    this.#cycleTransactions.addRows(1);
    columns.cycle_id.addText(cycleId);
    columns.position.add(position);
    columns.tx_id.add(Number(txId.slice(1)));
    columns.amount.add(amount);
  }

  /** What has been added to values since the last call, or to zero. */
  #change(name: 'balance' | CostComponent, values: Float64Array | Int32Array, fromZero: boolean): Float64Array {
    const before = this.#previous[name]!;
    const change = computed(before.length, (b) => values[b]! - (fromZero ? 0 : before[b]!));
    before.set(values);
    return change;
  }

  #dayOf(tick: number): number {
    return Math.floor(tick / this.#ticksPerDay);
  }
}

/** Adds a report to the table whose columns have the names of its members. */
function addReport(columns: Readonly<Record<string, Column>>, report: object): void {
  for (const [name, column] of Object.entries(columns)) {
    const value = (report as Readonly<Record<string, unknown>>)[name];
    if (column instanceof NameColumn) column.addName(value as string | null);
    else (column as NumberColumn).add((value as number | null) ?? NaN);
  }
}

function queueColumns({ columns, length }: QueueBatch) {
  const { agent, position, queue, tx } = columns;
  return { queue_type: computed(length, (i) => queue[i]! - 1), agent_id: agent, position, tx_id: tx };
}

function computed(length: number, value: (row: number) => number): Float64Array {
  const numbers = new Float64Array(length);
  for (let row = 0; row < length; row++) numbers[row] = value(row);
  return numbers;
}
