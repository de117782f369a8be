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
  readonly ticks_per_day: number;
  readonly num_days: number;
  readonly rng_seed: bigint;
  readonly agent_configs: readonly { readonly id: string; readonly opening_balance: number; readonly unsecured_cap: number }[];
}

/** A simulation as far as storing it goes; the engine's `Simulation` is one. */
export interface RecordableSimulation {
  readonly config: RecordableConfig;
  readonly currentTick: number;
  readonly totalTicks: number;
  readonly rngState: bigint;
  readonly eventCount: number;
  /**
   * Hands the events of every tick to a store, too, and collects what a store takes; until {@link stopRecording}.
   *
   * @throws if ticks have been run, or events handed out, that the store would miss
   */
  record(store: EventSink, options: { chosenHolds: boolean }): void;
  stopRecording(): void;
  tick(): TickResult;
  snapshot(): string;
  runTotals(): RunTotals;
  agentColumns(): AgentStateBatch;
  queueColumns(): QueueBatch;
  takeClosedTransactions(): TransactionBatch;
  openTransactions(): TransactionBatch;
  takeRecords(): SimulationRecords;
}

/** What happened since records were taken last. */
export interface SimulationRecords {
  calls: CallRecord[];
  collateral: CollateralRecord[];
  daily: DailyAgentMetrics[];
  lsm: LsmRecord[];
  algorithm_runs: AlgorithmReport[];
  settlement_runs: SettlementReport[];
}
