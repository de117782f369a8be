import {
  AGENT_STATE_COLUMNS,
  COST_COMPONENTS,
  TRANSACTION_OUTCOMES,
  type AgentStateBatch,
  type CollateralRecord,
  type CostComponent,
  type DailyAgentMetrics,
  type EventBatch,
  type EventLines,
  type LsmRecord,
  type QueueBatch,
  type SimulationStart,
  type TickResult,
  type TransactionBatch,
} from '@simcash/protocol';
import { Vocabulary } from '../staging/vocabulary.js';
import type { Stage } from '../staging/stage.js';
import { EventStage } from './event-stage.js';
import { RegisterStage } from './register-stage.js';
import type { ResumePoint } from './resume.js';
import * as stages from './row-stages.js';

/** The rows of one simulation on their way into the store: what the engine hands over, put into the columns of the tables. */
export class SimulationRows {
  readonly stages: readonly Stage[];
  readonly #events: EventStage;
  readonly #registers: RegisterStage;
  readonly #cycles: ReturnType<typeof stages.cycleStage>;
  readonly #cycleTransactions: ReturnType<typeof stages.cycleTransactionStage>;
  readonly #summaries: ReturnType<typeof stages.tickSummaryStage>;
  readonly #states: ReturnType<typeof stages.agentStateStage>;
  readonly #tickQueues: ReturnType<typeof stages.tickQueueStage>;
  readonly #dayQueues: ReturnType<typeof stages.dayQueueStage>;
  readonly #collateral: ReturnType<typeof stages.collateralStage>;
  readonly #transactions: ReturnType<typeof stages.transactionStage>;
  readonly #metrics: ReturnType<typeof stages.metricStage>;
  readonly #systemMetrics: ReturnType<typeof stages.systemMetricStage>;
  /** Banks by the number that the engine gives them: in the order of the bytes of their ids. */
  readonly #agents: Vocabulary;
  /** The numbers of all banks in order. */
  readonly #allAgents: Float64Array;
  readonly #collateralReasons = new Vocabulary();
  readonly #ticksPerDay: number;
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
    this.#cycles = stages.cycleStage(simulationId, agents);
    this.#cycleTransactions = stages.cycleTransactionStage(simulationId);
    this.#summaries = stages.tickSummaryStage(simulationId);
    this.#states = stages.agentStateStage(simulationId, agents);
    this.#tickQueues = stages.tickQueueStage(simulationId, agents);
    this.#dayQueues = stages.dayQueueStage(simulationId, agents);
    this.#collateral = stages.collateralStage(simulationId, agents, this.#collateralReasons);
    this.#transactions = stages.transactionStage(simulationId, agents);
    this.#metrics = stages.metricStage(simulationId, agents);
    this.#systemMetrics = stages.systemMetricStage(simulationId);
    this.stages = [
      ...[this.#events.stage, this.#registers.stage, this.#summaries, this.#states, this.#tickQueues, this.#dayQueues],
      ...[this.#collateral, this.#transactions, this.#metrics, this.#systemMetrics, this.#cycles, this.#cycleTransactions],
    ];
  }

  /** Adds events with their lines, counted from `firstSeq`. */
  addEvents(batch: EventBatch, lines: EventLines, firstSeq: number): void {
    this.#events.append(batch, lines, firstSeq);
    this.#registers.append(batch);
  }

  /** Adds what is known of a tick when all its events have been added. */
  addTick(result: TickResult, rngState: bigint, firstEventSeq: number, events: number): void {
    const { num_arrivals, num_lsm_releases, num_settlements, tick, total_cost } = result;
    this.#registers.endTick(tick);
    const { columns } = this.#summaries;
    this.#summaries.addRows(1);
    columns.tick.add(tick);
    columns.day.add(this.#dayOf(tick));
    columns.num_arrivals.add(num_arrivals);
    columns.num_settlements.add(num_settlements);
    columns.num_lsm_releases.add(num_lsm_releases);
    columns.total_cost.add(total_cost);
    columns.first_event_seq.add(firstEventSeq);
    columns.num_events.add(events);
    columns.rng_state.add(rngState);
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
    for (const [cost, delta] of stages.COST_DELTAS) states[delta].addAll(this.#change(cost, columns[cost], startsDay), length);
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

  addSystemMetrics(metrics: Readonly<Record<keyof ReturnType<typeof stages.systemMetricStage>['columns'], number>>): void {
    this.#systemMetrics.add(metrics);
  }

  addCollateral(record: CollateralRecord): void {
    const { columns } = this.#collateral;
    this.#collateral.addRows(1);
    columns.collateral_seq.add(this.#nextCollateral++);
    columns.agent_id.add(this.#agents.code(record.agent_id));
    columns.tick.add(record.tick);
    columns.day.add(record.day);
    columns.action.add(stages.COLLATERAL_ACTIONS.indexOf(record.action));
    columns.amount.add(record.amount);
    columns.reason.add(this.#collateralReasons.code(record.reason));
    columns.layer.add(stages.COLLATERAL_LAYERS.indexOf(record.layer));
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
    columns.cycle_type.add(cycle.cycle_type === 'bilateral' ? 0 : 1);
    columns.num_agents.add(banks.length);
    columns.num_transactions.add(cycle.transactions.length);
    columns.total_amount.add(cycle.total_value);
    columns.settled_value.add(cycle.settled_value);
    for (const bank of banks) columns.agent_ids.elements.add(this.#agents.code(bank));
    for (const tx of cycle.transactions) columns.tx_ids.elements.add(Number(tx.slice(1)));
    for (const amount of cycle.tx_amounts) columns.tx_amounts.elements.add(amount);
    for (const net of banks.length === 1 ? [0] : cycle.net_positions) columns.net_positions.elements.add(net);
    for (const list of [columns.agent_ids, columns.tx_ids, columns.tx_amounts, columns.net_positions]) list.end();
    columns.max_net_outflow.add(cycle.max_net_outflow);
    columns.max_net_outflow_agent.add(cycle.max_net_outflow_agent === null ? -1 : this.#agents.code(cycle.max_net_outflow_agent));
    columns.event_seq.add(cycle.event_seq);
    cycle.transactions.forEach((tx, position) => this.#addCycleTransaction(id, position, tx, cycle.tx_amounts[position]!));
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

function queueColumns({ columns, length }: QueueBatch) {
  const { agent, position, queue, tx } = columns;
  return { queue_type: computed(length, (i) => queue[i]! - 1), agent_id: agent, position, tx_id: tx };
}

function computed(length: number, value: (row: number) => number): Float64Array {
  const numbers = new Float64Array(length);
  for (let row = 0; row < length; row++) numbers[row] = value(row);
  return numbers;
}
