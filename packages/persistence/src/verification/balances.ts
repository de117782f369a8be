import { SETTLING_EVENTS } from '@simcash/protocol';
import { literal } from '../sql-text.js';

/** Names of the events that settle payments, in SQL. */
export const SETTLING = SETTLING_EVENTS.map(literal).join(', ');

/**
 * SQL that folds the event log of simulation `$1` into what moved on each bank's account, tick by tick (spec 08 §6.1):
 * columns `tick`, `agent_id`, `cents`. A payment settles in full, so the amount of its arrival says what settling it moved; credits
 * that are deferred arrive within their tick. With the opening balances this gives every balance at the end of every tick.
 */
export const MOVEMENTS_SQL = `WITH events AS (
  SELECT tick, event_type, agent_id, tx_id, tx_ids, details FROM simulation_events WHERE simulation_id = $1
), payments AS (
  SELECT tx_id, details ->> 'sender_id' AS sender, details ->> 'receiver_id' AS receiver, CAST(details ->> 'amount' AS BIGINT) AS amount
  FROM events WHERE event_type = 'Arrival'
), transfers AS (
  SELECT s.tick, p.sender, p.receiver, p.amount FROM (
    SELECT tick, unnest(tx_ids) AS tx_id FROM events WHERE event_type IN (${SETTLING})
  ) s JOIN payments p USING (tx_id)
  UNION ALL
  SELECT tick, details ->> 'sender', details ->> 'receiver', CAST(details ->> 'amount' AS BIGINT)
  FROM events WHERE event_type = 'RtgsImmediateSettlement' AND starts_with(tx_id, 'scheduled_settlement_')
  UNION ALL
  SELECT tick, ordered ->> 'from_agent', ordered ->> 'to_agent', CAST(ordered ->> 'amount' AS BIGINT) FROM (
    SELECT tick, CAST(details ->> 'details_json' AS JSON) AS ordered
    FROM events WHERE event_type = 'ScenarioEventExecuted' AND (details ->> 'scenario_event_type') = 'direct_transfer'
  )
)
SELECT tick, sender AS agent_id, -amount AS cents FROM transfers
UNION ALL SELECT tick, receiver, amount FROM transfers
UNION ALL SELECT tick, agent_id, CAST(details ->> 'amount' AS BIGINT) FROM events WHERE event_type = 'LiquidityAllocation'
UNION ALL SELECT tick, agent_id, -CAST(details ->> 'amount' AS BIGINT) FROM events WHERE event_type = 'LiquidityReturn'
UNION ALL SELECT tick, agent_id, CAST(details ->> 'balance_delta' AS BIGINT) FROM events WHERE event_type = 'AccountAdjustment'
UNION ALL SELECT tick, moved ->> 'agent', CAST(moved ->> 'balance_moved' AS BIGINT) FROM (
  SELECT tick, CAST(details ->> 'details_json' AS JSON) AS moved FROM events
  WHERE event_type = 'ScenarioEventExecuted' AND (details ->> 'scenario_event_type') IN ('liquidity_shock', 'liquidity_restored')
)`;
