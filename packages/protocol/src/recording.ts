import type { CallRecord } from './calls.js';
import type { AgentStateBatch, QueueBatch, TransactionBatch } from './columns.js';
import type { EventSink } from './event-batch.js';
import type {
  CollateralRecord,
  DailyAgentMetrics,
  LsmRecord,
  RunTotals,
  TickResult,
  AlgorithmReport,
  SettlementReport,
} from './records.js';

/** What a store must know of a configuration to tell that it describes the simulation it is given. */
export interface RecordableConfig {
  /** Ticks of a day. */
  readonly ticks_per_day: number;
  /** Number of days. */
  readonly num_days: number;
  /** The seed of the random numbers. */
  readonly rng_seed: bigint;
  /** The banks and what they begin with. */
  readonly agent_configs: readonly { readonly id: string; readonly opening_balance: number; readonly unsecured_cap: number }[];
}

/** A simulation as far as storing it goes; the engine's `Simulation` is one. */
export interface RecordableSimulation {
  /** The configuration as the engine takes it. */
  readonly config: RecordableConfig;
  /** The next tick. */
  readonly currentTick: number;
  /** Ticks of the whole run. */
  readonly totalTicks: number;
  /** The state of the random numbers. */
  readonly rngState: bigint;
  /** How many events there have been. */
  readonly eventCount: number;
  /**
   * Hands the events of every tick to a store, too, and collects what a store takes; until {@link stopRecording}.
   *
   * @throws if ticks have been run, or events handed out, that the store would miss
   */
  record(store: EventSink, options: { chosenHolds: boolean }): void;
  /** Keeps no more records. */
  stopRecording(): void;
  /** Executes a tick. */
  tick(): TickResult;
  /** The state as JSON. */
  snapshot(): string;
  /** Sums over the whole run. */
  runTotals(): RunTotals;
  /** States of the banks. */
  agentColumns(): AgentStateBatch;
  /** Contents of the queues. */
  queueColumns(): QueueBatch;
  /** Payments that have come to an end since the last time. */
  takeClosedTransactions(): TransactionBatch;
  /** Payments that have not come to an end. */
  openTransactions(): TransactionBatch;
  /** Records since the last time. */
  takeRecords(): SimulationRecords;
}

/** What happened since records were taken last. */
export interface SimulationRecords {
  /** Calls from outside. */
  calls: CallRecord[];
  /** Collateral that was posted or withdrawn. */
  collateral: CollateralRecord[];
  /** What the banks did on a day that has ended. */
  daily: DailyAgentMetrics[];
  /** What offsetting settled. */
  lsm: LsmRecord[];
  /** Runs of algorithms, in order. */
  algorithm_runs: AlgorithmReport[];
  /** Settlement runs, in order. */
  settlement_runs: SettlementReport[];
}
