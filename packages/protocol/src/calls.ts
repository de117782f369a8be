import type { RtgsPriority } from './records.js';

/** A payment that somebody orders from outside the generator; names as in spec 01 §5.7. */
export interface PaymentOrder {
  /** The bank that pays. */
  sender: string;
  /** The bank that is paid. */
  receiver: string;
  /** Cents, > 0. */
  amount: number;
  /** Absolute tick; capped at the end of the run and, if the scenario says so, of the day. */
  deadline_tick: number;
  /** 0–10; larger values count as 10. */
  priority: number;
  /** Whether a policy may split the payment. */
  divisible: boolean;
  /** RTGS priority declared with the payment. */
  rtgs_priority?: RtgsPriority;
}

/**
 * Which payments of its own queue a bank releases in a tick, by their positions when banks begin to decide; it holds the others
 * (spec 18 §2).
 */
export type ReleaseChoice =
  /** Every one, or none. */
  | { all: boolean }
  /** The first ones: a whole number ≥ 0. */
  | { count: number }
  /** As many in a row as are worth at most this share, from 0 to 1, of the queue. */
  | { share: number }
  /** A digit per payment, 1 for those that are released; payments beyond follow the last one. */
  | { mask: string };

/** What somebody outside a simulation can ask of it between two ticks (spec 03 §11), or, of the last one, while a tick stands still. */
export type SimulationCall =
  | ({ call: 'submit_transaction' } & PaymentOrder)
  | { call: 'withdraw_from_rtgs'; tx_id: string }
  | {
      call: 'resubmit_to_rtgs';
      /** The payment's id. */ tx_id: string;
      /** The priority in the central settlement; null if none was declared. */ rtgs_priority: RtgsPriority;
    }
  | { call: 'post_collateral'; agent_id: string; amount: number }
  | { call: 'withdraw_collateral'; agent_id: string; amount: number }
  | { call: 'update_agent_policy'; agent_id: string; policy_json: string }
  | { call: 'decide_release'; agent_id: string; choice: ReleaseChoice };

/** Calls from outside that change a simulation. */
export const CALL_TYPES = [
  'submit_transaction',
  'withdraw_from_rtgs',
  'resubmit_to_rtgs',
  'post_collateral',
  'withdraw_collateral',
  'update_agent_policy',
  'decide_release',
] as const satisfies readonly SimulationCall['call'][];

/** A call that changed the simulation. Without it the run could not be repeated, so it is stored with its day (spec 09 §3.23). */
export interface CallRecord {
  /** Tick about to run. */
  tick: number;
  /** Bank that acts or is acted upon. */
  agent_id: string;
  /** Payment that the call created or is about. */
  tx_id: string | null;
  /** What was called. */
  call: SimulationCall;
}
