import type { RunFigures } from '@simcash/pictures';
import type { ExplainedPayment } from '../explain/life.js';
import type { QueuesNow } from '../explain/queues.js';
import type { WaitingReason } from '../explain/reason.js';

/** Which payments to list, and in which order. */
export interface PaymentQuery {
  /** Sends or receives; empty for all. */
  readonly bank: string;
  /** Which payments. */
  readonly status: PaymentStatus;
  /** In which order. */
  readonly sort: PaymentOrder;
  /** How many to leave out before, and how many to give at most. */
  readonly from: number;
  /** How many at most. */
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
  /** The payment's id. */
  readonly tx_id: string;
  /** The bank that pays. */
  readonly sender: string;
  /** The bank that is paid. */
  readonly receiver: string;
  /** In cents. */
  readonly amount: number;
  /** On arrival. */
  readonly priority: number;
  /** The tick in which the payment arrived. */
  readonly arrival_tick: number;
  /** The last tick in which the payment is in time. */
  readonly deadline_tick: number;
  /** Tick in which the last of its legs settled; null unless all are. */
  readonly settlement_tick: number | null;
}

/** A page of payments. */
export interface PaymentPage {
  /** All that match, and their value. */
  readonly total: number;
  /** In cents. */
  readonly value: number;
  /** At most as many as were asked for, in the order that was asked for. */
  readonly rows: readonly ListedPayment[];
}

/** Which events of a tick to show; what is empty does not matter. */
export interface EventQuery {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The kind of event; all if empty. */
  readonly type: string;
  /** Involved in any way. */
  readonly bank: string;
  /** The payment by id; all if empty. */
  readonly tx: string;
  /** How many at most. */
  readonly limit: number;
}

/** A page of events, as lines. */
export interface EventPage {
  /** In all. */
  readonly total: number;
  /** As they are in the log. */
  readonly lines: readonly string[];
}

/** A policy, and the banks that have it. */
export interface PolicyOfBanks {
  /** Canonical JSON. */
  readonly text: string;
  /** Ids in the order of the scenario. */
  readonly banks: readonly string[];
}

/**
 * A run as pages ask for it: stored in a database, or made a moment ago in memory (spec 16 §4). What cannot be said comes as a
 * sentence that says why. Everything is plain data, which may come from another thread.
 */
export interface RunSource {
  /** As addresses name the run. */
  readonly id: string;
  /** The configuration that makes the run again, as JSON. */
  readonly configText: string;
  /** Each once, the one that most banks have first. */
  readonly policies: readonly PolicyOfBanks[];
  /** Address of a page in which its scenario can be changed and run; null where there is none. */
  readonly playground: string | null;
  /** The figures of the run so far. */
  figures(): Promise<RunFigures>;
  /** A page of the payments that a query asks for. */
  payments(query: PaymentQuery): Promise<PaymentPage>;
  /** By id or reference; null if there is none. */
  payment(name: string): Promise<ExplainedPayment | null>;
  /** Why a payment stood where it did at the end of a tick. */
  reason(tx: string, tick: number): Promise<WaitingReason | string>;
  /** What waited at the end of a tick; with `bank` only its payments. */
  queues(tick: number, bank?: string): Promise<QueuesNow | string>;
  /** The events in order. */
  events(query: EventQuery): Promise<EventPage>;
}
