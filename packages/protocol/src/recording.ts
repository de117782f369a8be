import type { AgentStateBatch, QueueBatch, TransactionBatch } from './columns.js';
import type { CollateralRecord, DailyAgentMetrics, LsmRecord, SystemMetrics, TickResult } from './records.js';

/** A simulation as far as storing it goes; the engine's `Simulation` is one. */
export interface RecordableSimulation {
  readonly currentTick: number;
  readonly totalTicks: number;
  readonly rngState: bigint;
  readonly offsetPayments: number;
  readonly eventCount: number;
  tick(): TickResult;
  snapshot(): string;
  systemMetrics(): SystemMetrics;
  agentColumns(): AgentStateBatch;
  queueColumns(): QueueBatch;
  takeClosedTransactions(): TransactionBatch;
  openTransactions(): TransactionBatch;
  takeRecords(): { collateral: CollateralRecord[]; daily: DailyAgentMetrics[]; lsm: LsmRecord[] };
}
