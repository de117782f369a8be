import type { AgentStateBatch, QueueBatch, TransactionBatch } from './columns.js';
import type { EventBatch } from './event-batch.js';
import type { CollateralRecord, DailyAgentMetrics, LsmRecord, SystemMetrics, TickResult } from './records.js';

/** How much of a simulation is stored; every level includes the ones before it (spec 09 §2). */
export const PERSISTENCE_LEVELS = ['SUMMARY', 'EVENTS', 'FULL'] as const;
export type PersistenceLevel = (typeof PERSISTENCE_LEVELS)[number];

/** Why a simulation was run. */
export const RUN_PURPOSES = ['standalone', 'initial', 'bootstrap', 'evaluation', 'best', 'final'] as const;
export type RunPurpose = (typeof RUN_PURPOSES)[number];

/** Where a policy came from. */
export type PolicySource = 'init' | 'manual' | 'llm' | 'search';

export const CHECKPOINT_TYPES = ['manual', 'auto', 'end_of_day', 'final'] as const;
export type CheckpointType = (typeof CHECKPOINT_TYPES)[number];

/** Everything about a simulation that is known before its first tick (spec 09 §3.2–3.3). */
export interface SimulationStart {
  /** Effective configuration: the stored document alone reproduces the run. Canonical JSON. */
  config_json: string;
  config_hash: string;
  rng_seed: bigint;
  ticks_per_day: number;
  num_days: number;
  /** Ticks of the whole simulation, wherever this run of it stops. */
  total_ticks: number;
  persistence_level: PersistenceLevel;
  /** In configuration order. */
  agents: readonly AgentStart[];
  run_purpose?: RunPurpose;
  experiment_run_id?: string;
  experiment_iteration?: number;
  sample_index?: number;
  subject_agent_id?: string;
  policy_variant?: 'old' | 'new';
  config_file?: string;
  config_name?: string;
  description?: string;
  /** First tick that will be stored; more than 0 when a stored simulation is resumed. */
  first_tick?: number;
}

export interface AgentStart {
  agent_id: string;
  opening_balance: number;
  unsecured_cap: number;
  max_collateral_capacity: number | null;
  collateral_haircut: number;
  /** Policy in force from the first tick, canonical JSON. */
  policy_json: string;
  policy_hash: string;
}

/** What is stored about a tick beside its events; the last two only at level FULL. */
export interface TickState {
  result: TickResult;
  rng_state: bigint;
  collateral: readonly CollateralRecord[];
  lsm: readonly LsmRecord[];
  agents: AgentStateBatch | null;
  queues: QueueBatch | null;
}

/** A day that has ended. */
export interface DayClose {
  agent_metrics: readonly DailyAgentMetrics[];
  /** Totals of the run so far. */
  system: SystemMetrics;
  lsm_releases: number;
  /** Queue contents at the end of the day. */
  queues: QueueBatch;
}

/** Totals of a run when it ends or breaks off. */
export interface SimulationTotals {
  total_arrivals: number;
  total_settlements: number;
  total_lsm_releases: number;
  total_cost_cents: number;
  /** Wall-clock seconds. */
  duration_seconds: number;
  executed_ticks: number;
  /** Payments that are not final. */
  open_transactions: TransactionBatch;
}

/** A stored state from which a simulation can be resumed (spec 09 §10). */
export interface Checkpoint {
  checkpoint_tick: number;
  checkpoint_type: CheckpointType;
  description: string | null;
  created_by: string;
  state_json: string;
  state_hash: string;
  next_event_seq: number;
}

/**
 * The one way in which simulations get into the store, whoever runs them (spec 09 §5, INV-11).
 *
 * Per simulation: start, then for each tick its events and its state, the end of each day, and finally complete or failed. Ticks
 * only fill buffers; whole days are committed, each atomically. Calls out of order are errors.
 */
export interface SimulationPersistenceProvider {
  /** Makes the simulation visible as `running` at once. */
  persistSimulationStart(simulationId: string, start: SimulationStart): Promise<void>;
  /** Takes the events of a tick; returns their number. */
  persistTickEvents(simulationId: string, tick: number, events: EventBatch): number;
  persistTickState(simulationId: string, tick: number, state: TickState): void;
  /** Takes payments that became final in the tick. */
  persistClosedTransactions(simulationId: string, transactions: TransactionBatch): void;
  persistPolicySnapshot(
    simulationId: string,
    agentId: string,
    tick: number,
    policyJson: string,
    policyHash: string,
    createdBy: PolicySource,
  ): void;
  /** Commits the day. Resolves when the next day may be handed over; a day may still be on its way to the disk. */
  persistDayComplete(simulationId: string, day: number, close: DayClose): Promise<void>;
  persistCheckpoint(simulationId: string, checkpoint: Checkpoint): Promise<void>;
  persistSimulationComplete(simulationId: string, totals: SimulationTotals): Promise<void>;
  /** Keeps the finished ticks and notes why the run broke off. */
  persistSimulationFailed(simulationId: string, message: string, totals: SimulationTotals): Promise<void>;
  /** Gives the writer a turn; call it between ticks. Resolves later when buffers are full. */
  turn(): Promise<void>;
  /** Waits for everything handed over so far. */
  flush(): Promise<void>;
}
