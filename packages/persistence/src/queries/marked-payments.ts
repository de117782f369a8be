import type { SimCashDatabase } from '../database.js';

/** What became of a bank's time-critical payments at their deadlines. Money is cents. */
export interface CriticalPayments {
  /** The bank's id. */
  bank: string;
  /** What became of it. */
  outcome: 'on_time' | 'late' | 'missed_unsettled' | 'open';
  /** How many there are. */
  count: number;
  /** In cents. */
  value: number;
}

/** What a bank sent for a customer bank. Money is cents. */
export interface SentFor {
  /** The bank's id. */
  bank: string;
  /** The customer for whom the bank pays. */
  on_behalf_of: string;
  /** In cents. */
  value: number;
}

/**
 * Time-critical payments of a run by sender and outcome (spec 14 §4, §7).
 *
 * @param isUrgent takes the urgent band, priorities 8 to 10, in place of the marks of the list
 */
export const criticalPayments = (
  database: SimCashDatabase,
  simulationId: string,
  isUrgent: boolean,
): Promise<CriticalPayments[]> =>
  database.query<CriticalPayments>(
    `SELECT p.sender_id AS bank,
       CASE WHEN p.is_settled THEN CASE WHEN p.settlement_tick <= p.deadline_tick THEN 'on_time' ELSE 'late' END
         WHEN p.deadline_tick <= s.last_tick OR p.status = 'cancelled' THEN 'missed_unsettled' ELSE 'open' END AS outcome,
       count(*) AS count, sum(p.amount)::BIGINT AS value
     FROM v_payments p JOIN simulations s USING (simulation_id)
     WHERE p.simulation_id = $1 AND ${isUrgent ? 'p.original_priority >= 8' : 'p.time_critical'}
     GROUP BY p.sender_id, outcome ORDER BY bank, outcome`,
    [simulationId],
  );

/** What banks sent on behalf of others, the largest first. */
export const sentForCustomers = (database: SimCashDatabase, simulationId: string): Promise<SentFor[]> =>
  database.query<SentFor>(
    `SELECT sender_id AS bank, on_behalf_of, sum(amount_settled)::BIGINT AS value FROM v_payments
     WHERE simulation_id = $1 AND on_behalf_of IS NOT NULL GROUP BY sender_id, on_behalf_of
     ORDER BY bank, value DESC, encode(on_behalf_of)`,
    [simulationId],
  );
