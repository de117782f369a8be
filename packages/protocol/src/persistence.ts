import type { CalendarRecord, PaymentListRecord } from './payment-list.js';
import type { AgentStateBatch, QueueBatch, TransactionBatch } from './columns.js';
import type { EventBatch } from './event-batch.js';
import type {
  CollateralRecord,
  DailyAgentMetrics,
  LsmRecord,
  RunTotals,
  TickResult,
  AlgorithmReport,
  SettlementReport,
} from './records.js';
import type { CallRecord } from './calls.js';

/** How much of a simulation is stored; every level includes the ones before it (spec 09 §2). */
export const PERSISTENCE_LEVELS = ['SUMMARY', 'EVENTS', 'FULL'] as const;
/** How much of a run is stored. */
export type PersistenceLevel = (typeof PERSISTENCE_LEVELS)[number];

/** Why a simulation was run. */
export const RUN_PURPOSES = [
  'standalone',
  'initial',
  'evaluation',
  'comparison',
  'bootstrap',
  'final',
  'sweep',
  'stress',
] as const;
/** What a run was made for. */
export type RunPurpose = (typeof RUN_PURPOSES)[number];

/** How far a run or an experiment has come. */
export const RUN_STATUSES = ['running', 'completed', 'failed'] as const;
/** How far a run has come. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Where a policy came from. */
export const POLICY_SOURCES = ['init', 'manual', 'llm', 'search'] as const;
/** Where a policy came from. */
export type PolicySource = (typeof POLICY_SOURCES)[number];

/** Occasions of checkpoints. */
export const CHECKPOINT_TYPES = ['manual', 'auto', 'end_of_day', 'final'] as const;
/** The occasion of a checkpoint. */
export type CheckpointType = (typeof CHECKPOINT_TYPES)[number];

/** Everything about a simulation that is known before its first tick (spec 09 §3.2–3.3). */
export interface SimulationStart {
  /** Effective configuration: the stored document alone reproduces the run. Canonical JSON. */
  config_json: string;
  /** SHA-256 of the scenario. */
  config_hash: string;
  /** Hash of the same without seed and policies. */
  scenario_hash: string;
  /** The seed of the random numbers. */
  rng_seed: bigint;
  /** Ticks of a day. */
  ticks_per_day: number;
  /** Number of days. */
  num_days: number;
  /** Ticks of the whole simulation, wherever this run of it stops. */
  total_ticks: number;
  /** How much is stored. */
  persistence_level: PersistenceLevel;
  /** In configuration order. */
  agents: readonly AgentStart[];
  /** What the run is for. */
  run_purpose?: RunPurpose;
  /** The experiment that the run belongs to. */
  experiment_run_id?: string;
  /** The iteration that the run belongs to. */
  experiment_iteration?: number;
  /** The number of the sampled day. */
  sample_index?: number;
  /** The bank whose policy is tried. */
  subject_agent_id?: string;
  /** Whether the policy in force or the proposed one is played. */
  policy_variant?: 'old' | 'new';
  /** The sweep that it is a run of, and which one. */
  sweep_id?: string;
  sweep_cell?: number;
  sweep_replication?: number;
  config_file?: string;
  /** What the scenario is called. */
  config_name?: string;
  /** What it is, in words. */
  description?: string;
  /** Free words by key. */
  labels?: Readonly<Record<string, string>>;
  /** Shares of a day's value that ought to be sent by some time; no part of the configuration (spec 14 §8). */
  throughput_guidelines?: readonly { readonly by: string | number; readonly share: number }[];
  /** The list that its payments come from. */
  payments?: PaymentListRecord;
  /** Days of its clock. */
  calendar?: CalendarRecord;
  /** First tick that will be stored; more than 0 when a stored simulation is resumed. */
  first_tick?: number;
}

/** An agent when a run begins; amounts are cents. */
export interface AgentStart {
  /** The bank's id. */
  agent_id: string;
  /** Balance at the beginning, in cents. */
  opening_balance: number;
  /** Credit without collateral, in cents. */
  unsecured_cap: number;
  /** The most collateral that the bank can post, in cents. */
  max_collateral_capacity: number | null;
  /** The share of collateral that gives no credit, 0 to 1. */
  collateral_haircut: number;
  /** Cents; null if the bank has none. */
  liquidity_pool: number | null;
  /** Policy in force from the first tick, canonical JSON. */
  policy_json: string;
  /** SHA-256 of the policy. */
  policy_hash: string;
}

/** What is stored about a tick beside its events; the last two only at level FULL. */
export interface TickState {
  /** What the tick or experiment led to. */
  result: TickResult;
  /** Of the run up to and with this tick. */
  totals: RunTotals;
  /** The state of the random numbers. */
  rng_state: bigint;
  /** Calls from outside before this tick. */
  calls: readonly CallRecord[];
  /** Collateral that was posted or withdrawn. */
  collateral: readonly CollateralRecord[];
  /** What offsetting settled. */
  lsm: readonly LsmRecord[];
  /** Settlement runs, in order. */
  settlement_runs: readonly SettlementReport[];
  /** Runs of algorithms, in order. */
  algorithm_runs: readonly AlgorithmReport[];
  /** The banks. */
  agents: AgentStateBatch | null;
  /** What waits in the queues; null if it is not known. */
  queues: QueueBatch | null;
}

/** A day that has ended. */
export interface DayClose {
  /** What the banks did on the day. */
  agent_metrics: readonly DailyAgentMetrics[];
  /** Queue contents at the end of the day. */
  queues: QueueBatch;
}

/** What is known of a run when it ends or breaks off. */
export interface SimulationEnd {
  /** Wall-clock seconds. */
  duration_seconds: number;
  /** Ticks that were executed. */
  executed_ticks: number;
  /** Up to the latest finished tick. */
  totals: RunTotals;
  /** Payments that are not final. */
  open_transactions: TransactionBatch;
  /** Indicators of a completed run. */
  indicators?: RunIndicators;
}

/** What is stored of a completed run so that nobody has to go through its events for it (spec 14 §12). */
export interface RunIndicators {
  /** The sheet: JSON by section. */
  sheet: Readonly<Record<string, string>>;
  /** By bank, then day. */
  bank_days: Iterable<BankDaySeries>;
}

/** A day of a bank: lists of cents, an element for each tick of the day. */
export interface BankDaySeries {
  /** The bank. */
  agent_id: string;
  /** Days are counted from 0. */
  day: number;
  /** Payments of this sender that arrived so far on the day. */
  due_so_far: Float64Array;
  /** Flows sent so far on the day: settled legs and scheduled settlements. */
  sent_so_far: Float64Array;
  /** Flows received in the tick. */
  value_received: Float64Array;
  /** Settled legs sent in the tick. */
  payments_sent: Float64Array;
  /** Settled legs received in the tick. */
  payments_received: Float64Array;
  /** Payments that arrived so far in the run minus legs settled so far. */
  unsettled_value: Float64Array;
  /** Flows received minus sent since the start of the day. */
  net_position: Float64Array;
  /** The same if everything settled when it was due. */
  net_position_due: Float64Array;
  /** Before the liquidity return of a day. */
  balance: Float64Array;
  /** Unsecured cap and collateral value. */
  credit_limit: Float64Array;
}

/** A stored state from which a simulation can be resumed (spec 09 §10). */
export interface Checkpoint {
  /** The next tick that would be executed. */
  checkpoint_tick: number;
  /** The occasion. */
  checkpoint_type: CheckpointType;
  /** What it is, in words. */
  description: string | null;
  /** What made it. */
  created_by: string;
  /** The state as JSON. */
  state_json: string;
  /** SHA-256 of the state. */
  state_hash: string;
  /** The number of the next event. */
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
  /** Stores states after a tick. */
  persistTickState(simulationId: string, tick: number, state: TickState): void;
  /** Takes payments that became final in the tick. */
  persistClosedTransactions(simulationId: string, transactions: TransactionBatch): void;
  /** Commits the day. Resolves when the next day may be handed over; a day may still be on its way to the disk. */
  persistDayComplete(simulationId: string, day: number, close: DayClose): Promise<void>;
  /** Stores a checkpoint. */
  persistCheckpoint(simulationId: string, checkpoint: Checkpoint): Promise<void>;
  /** Stores that the run has ended. */
  persistSimulationComplete(simulationId: string, end: SimulationEnd): Promise<void>;
  /** Keeps the finished ticks and notes why the run broke off. */
  persistSimulationFailed(simulationId: string, message: string, end: SimulationEnd): Promise<void>;
  /** Gives the writer a turn; call it between ticks. Resolves later when buffers are full. */
  turn(): Promise<void>;
  /** Waits for everything handed over so far. */
  flush(): Promise<void>;
}
