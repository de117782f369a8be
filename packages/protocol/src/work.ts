import type { SimulationEvent } from './events.js';
import type { AgentCosts } from './records.js';

/** A policy document as plain data; what it may contain is the engine's business (spec 06). */
export type Policy = Readonly<Record<string, unknown>>;

/** A scenario document as plain data (spec 07). */
export type ScenarioData = Readonly<Record<string, unknown>>;

/** A simulation as a unit of work: its outcome is a pure function of this value, which is plain JSON. */
export interface SimulationJob {
  /** The effective document, seed and policies inside. */
  scenario: ScenarioData;
  /** Ticks to run; may exceed the days of the scenario. */
  ticks: number;
}

/** What a simulation cost each bank, and how well it settled. */
export interface SimulationOutcome {
  /** The banks. */
  agents: Readonly<Record<string, AgentOutcome>>;
  /** Payments without a parent. */
  arrivals: number;
  /** Payments that settled. */
  settlements: number;
  /** Cents. */
  arrived_value: number;
  /** Value that settled, in cents. */
  settled_value: number;
  /** Settled payments by arrived ones, 1 if none arrived. */
  settlement_rate: number;
  /** Mean delay of settled payments, in ticks. */
  avg_delay_ticks: number;
  /** Number of events. */
  num_events: number;
}

/** Payments without a parent that arrived, and those of them that settled in full; values in cents, of settled parts, too. */
export interface SettlementCounts {
  /** Payments that arrived. */
  arrived: number;
  /** Payments that settled. */
  settled: number;
  /** Value that arrived, in cents. */
  arrived_value: number;
  /** Value that settled, in cents. */
  settled_value: number;
}

/** Costs of one bank in cents, and what became of its payments. */
export interface AgentOutcome {
  /** Of the last day, as far as it was run. */
  last_day: AgentCosts;
  /** Of all ticks. */
  run: AgentCosts;
  /** Payments that the bank had to make. */
  payments: SettlementCounts;
}

/** A payment that a drawn sample puts into a simulation. */
export interface DrawnPayment {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** The bank that pays. */
  from_agent: string;
  /** The bank that is paid. */
  to_agent: string;
  /** Cents. */
  amount: number;
  /** From 0 to 10; the higher, the more urgent. */
  priority: number;
  /** Ticks from arrival to deadline, at least 1. */
  deadline: number;
}

/** Money that a drawn sample moves without any bank deciding about it. */
export interface DrawnSettlement {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** The bank that pays. */
  from_agent: string;
  /** The bank that is paid. */
  to_agent: string;
  /** Cents. */
  amount: number;
}

/** One sample: a seed and what happens in it beside the scenario's own arrivals. */
export interface SimulationDraw {
  /** Below 2^64. */
  seed: number | bigint;
  /** Payments that are given. */
  payments: readonly DrawnPayment[];
  /** Scheduled settlements that are given. */
  settlements: readonly DrawnSettlement[];
}

/** What is tried out: the keys of the bank's entry in the scenario that replace its own. */
export interface AgentVariant {
  /** The policy as a document. */
  policy: Readonly<Record<string, unknown>>;
  /** The share of the pool that is allocated, 0 to 1. */
  liquidity_allocation_fraction?: number;
}

/** Simulations that differ only in one bank's policy and in what was drawn: every variant runs with every draw. */
export interface SimulationBatch {
  scenario: ScenarioData;
  ticks: number;
  /** The bank whose policy is tried out. */
  agent_id: string;
  /** Banks whose costs are wanted; fewer are faster, and lighter to hand over between threads. */
  report: readonly string[];
  /** What is tried. */
  variants: readonly AgentVariant[];
  /** The days that it is tried on. */
  draws: readonly SimulationDraw[];
}

/** Runs simulations. The engine has one; anything that keeps the contract can take its place. */
export interface SimulationRunner {
  /** Executes a simulation. */
  run(job: SimulationJob): SimulationOutcome & { events: SimulationEvent[] };
  /** Outcomes by variant, then by draw. */
  runBatch(batch: SimulationBatch): SimulationOutcome[][];
}

/** Decides where simulations run. Results never depend on it: they come in the order of the input (spec 11 §20.3). */
export interface Executor {
  /** Executes batches and answers in their order. */
  runBatches(batches: readonly SimulationBatch[]): Promise<SimulationOutcome[][][]>;
  /** Ends the work and gives back what it held. */
  close(): Promise<void>;
}
