import type { World } from '../world.js';
import type { AlgorithmType } from '../scenario/settlement/config.js';
import type { QueuedProblem } from './constraints.js';

/** How the central system settles what waits: the port for settlement algorithms (spec 12 §6). */
export interface SettlementAlgorithm {
  /** Its name in scenarios and events. */
  readonly type: AlgorithmType;
  /** Settles what it finds among the payments of the scope, event by event, and says what it did. */
  settle(world: World, scope: Scope): Outcome;
}

/** The payments that a run considers. */
export interface Scope {
  readonly run: string;
  /** From 1. */
  readonly iteration: number;
  /** Whether all payments of the queue are considered: then what is kept up to date for the whole queue can be used. */
  isWhole(world: World): boolean;
  /** Whether a queued payment is considered. */
  includes(world: World, p: number): boolean;
  /** The considered payments in queue order, as they wait now. */
  list(world: World): number[];
  /** The problem of netting all of them. */
  problem(world: World): QueuedProblem;
}

/** What an algorithm did (spec 12 §8.3). Money is cents. */
export interface Outcome {
  /** Netted sets, pairs and rings. */
  sets: number;
  /** Payments in these sets, and those it settled gross. */
  payments: number;
  /** Sum of their amounts. */
  value: number;
  /** Payments that went back to their banks. */
  unwound: number;
  /** Payments taken out of, and put back into, a set. */
  dropped: number;
  refilled: number;
  /** Payments, or sets, that were left out because of a parameter. */
  skipped: number;
  /** The parameter that held something back. */
  truncated: Truncation | null;
  proof: 'full' | 'value' | 'none' | null;
  bound: number | null;
  nodes: number | null;
}

/** The bound at which an algorithm stopped before it had tried everything. */
export type Truncation =
  'max_attempts' | 'max_queue' | 'max_partners' | 'max_starts' | 'max_steps' | 'node_limit' | 'passes' | 'rejected';

/** An outcome in which nothing happened. */
export function nothing(): Outcome {
  return {
    sets: 0,
    payments: 0,
    value: 0,
    unwound: 0,
    dropped: 0,
    refilled: 0,
    skipped: 0,
    truncated: null,
    proof: null,
    bound: null,
    nodes: null,
  };
}
