import {
  COST_COMPONENTS,
  EventLines,
  type AgentStateBatch,
  type CollateralRecord,
  type DailyAgentMetrics,
  type EventBatch,
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
  readonly #collateralReasons = new Vocabulary();
  readonly #ticksPerDay: number;
  #nextCollateral: number;
  #nextCycle: number;
  /** Values at the end of the tick before, for what changed since. */
  readonly #previous: Readonly<Record<string, Float64Array>>;

  constructor(simulationId: string, start: SimulationStart, resume: ResumePoint | null) {
    const ids = start.agents.map(({ agent_id }) => agent_id).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const opening = new Map(start.agents.map(({ agent_id, opening_balance }) => [agent_id, opening_balance]));
    const agents = new Vocabulary(ids);
    const day = start.ticks_per_day;
    this.#agents = agents;
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
    this.#cycles = stages.cycleStage(simulationId, day, agents);
    this.#summaries = stages.tickSummaryStage(simulationId, day);
    this.#states = stages.agentStateStage(simulationId, day, agents);
    this.#tickQueues = stages.tickQueueStage(simulationId, agents);
    this.#dayQueues = stages.dayQueueStage(simulationId, day, agents);
    this.#collateral = stages.collateralStage(simulationId, day, agents, this.#collateralReasons);
    this.#transactions = stages.transactionStage(simulationId, day, agents);
    this.#metrics = stages.metricStage(simulationId, agents);
    this.#systemMetrics = stages.systemMetricStage(simulationId);
    this.stages = [
      ...[this.#events.stage, this.#registers.stage, this.#summaries, this.#states, this.#tickQueues, this.#dayQueues],
      ...[this.#collateral, this.#transactions, this.#metrics, this.#systemMetrics, this.#cycles],
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
    this.#summaries.add({
      ...{
        tick,
        num_arrivals,
        num_settlements,
        num_lsm_releases,
        total_cost,
        first_event_seq: firstEventSeq,
        num_events: events,
      },
      ...{ rng_high: Number(rngState >> 32n), rng_low: Number(rngState & 0xffffffffn) },
    });
  }

  /** Adds every bank at the end of a tick, with what has changed since the tick before; costs begin anew with each day. */
  addStates(tick: number, { columns, length }: AgentStateBatch): void {
    const previous = this.#previous;
    const startsDay = tick % this.#ticksPerDay === 0;
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

  addTickQueues(tick: number, { columns, length }: QueueBatch): void {
    this.#tickQueues.addColumns(length, { ...columns, tick });
  }

  addDayQueues(tick: number, { columns, length }: QueueBatch): void {
    this.#dayQueues.addColumns(length, { ...columns, tick });
  }

  addTransactions({ columns, length }: TransactionBatch): void {
    this.#transactions.addColumns(length, columns);
  }

  addMetrics(metrics: DailyAgentMetrics): void {
    this.#metrics.add({ ...metrics, agent: this.#agents.code(metrics.agent_id) });
  }

  addSystemMetrics(metrics: Readonly<Record<(typeof stages.SYSTEM_METRICS)[number], number>>): void {
    this.#systemMetrics.add(metrics);
  }

  addCollateral(record: CollateralRecord): void {
    this.#collateral.add({
      seq: this.#nextCollateral++,
      agent: this.#agents.code(record.agent_id),
      tick: record.tick,
      action: stages.COLLATERAL_ACTIONS.indexOf(record.action),
      amount: record.amount,
      reason: this.#collateralReasons.code(record.reason),
      layer: stages.COLLATERAL_LAYERS.indexOf(record.layer),
      balance: record.balance_before,
      before: record.posted_collateral_before,
      after: record.posted_collateral_after,
      capacity: record.available_capacity_after,
      event_seq: record.event_seq ?? NaN,
    });
  }

  addCycle(cycle: LsmRecord): void {
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
}
