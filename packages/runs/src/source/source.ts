import type { RunFigures } from '@simcash/pictures';
import type { ExplainedPayment } from '../explain/life.js';
import type { QueuesNow } from '../explain/queues.js';
import type { WaitingReason } from '../explain/reason.js';

/** Which payments to list, and in which order. */
export interface PaymentQuery {
  /** Sends or receives; empty for all. */
  readonly bank: string;
  readonly status: PaymentStatus;
  readonly sort: PaymentOrder;
  /** How many to leave out before, and how many to give at most. */
  readonly from: number;
  readonly limit: number;
}

/** What payments can be chosen by; the empty word means all. */
export const PAYMENT_STATUSES = ['', 'settled', 'late', 'open'] as const;
/** All, settled, settled after their deadline, not settled. */
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** What payments can be sorted by; the empty word means by arrival. */
export const PAYMENT_ORDERS = ['', 'amount', 'delay', 'late'] as const;
/** By arrival; by amount, delay, lateness, the largest first. */
export type PaymentOrder = (typeof PAYMENT_ORDERS)[number];

/** A payment that is no part of another one. Money is cents. */
export interface ListedPayment {
  readonly tx_id: string;
  readonly sender: string;
  readonly receiver: string;
  readonly amount: number;
  /** On arrival. */
  readonly priority: number;
  readonly arrival_tick: number;
  readonly deadline_tick: number;
  /** Tick in which the last of its legs settled; null unless all are. */
  readonly settlement_tick: number | null;
}

/** A page of payments. */
export interface PaymentPage {
  /** All that match, and their value. */
  readonly total: number;
  readonly value: number;
  readonly rows: readonly ListedPayment[];
}

/** Which events of a tick to show; what is empty does not matter. */
export interface EventQuery {
  readonly tick: number;
  readonly type: string;
  /** Involved in any way. */
  readonly bank: string;
  readonly tx: string;
  readonly limit: number;
}

/** A page of events, as lines. */
export interface EventPage {
  readonly total: number;
  /** As they are in the log. */
  readonly lines: readonly string[];
}

/** A policy, and the banks that have it. */
export interface PolicyOfBanks {
  /** Canonical JSON. */
  readonly text: string;
  readonly banks: readonly string[];
}

/**
 * A run as pages ask for it: stored in a database, or made a moment ago in memory (spec 16 §4). What cannot be said comes as a
 * sentence that says why. Everything is plain data, which may come from another thread.
 */
export interface RunSource {
  readonly id: string;
  /** The configuration that makes the run again, as JSON. */
  readonly configText: string;
  readonly policies: readonly PolicyOfBanks[];
  /** Address of a page in which its scenario can be changed and run; null where there is none. */
  readonly playground: string | null;
  figures(): Promise<RunFigures>;
  payments(query: PaymentQuery): Promise<PaymentPage>;
  /** By id or reference; null if there is none. */
  payment(name: string): Promise<ExplainedPayment | null>;
  /** Why a payment stood where it did at the end of a tick. */
  reason(tx: string, tick: number): Promise<WaitingReason | string>;
  /** What waited at the end of a tick; with `bank` only its payments. */
  queues(tick: number, bank?: string): Promise<QueuesNow | string>;
  events(query: EventQuery): Promise<EventPage>;
}
