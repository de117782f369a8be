import { WHOLE_PAYMENTS } from './payments.js';
import { as, type View } from './view.js';
import { agent_id, amount, day, event_seq, receiver_id, scenarioEvents, sender_id, simulation_id, tick } from './words.js';

/** What moved between banks, what was due, and what else changed balances (spec 14 §1): what indicators are made of. */

export const v_scheduled_settlements: View = {
  about: 'Scheduled settlements of the scenario, settled or not.',
  columns: {
    ...{ simulation_id, event_seq, tick, day, sender_id, receiver_id, amount },
    settled: as('whether the sender could pay'),
  },
  sql: `SELECT simulation_id, event_seq, tick, day, d ->> 'from_agent' AS sender_id, d ->> 'to_agent' AS receiver_id,
  CAST(d ->> 'amount' AS BIGINT) AS amount, CAST(d ->> 'settled' AS BOOLEAN) AS settled
FROM ${scenarioEvents('scheduled_settlement')}`,
};

const kind = as('`payment` or `scheduled`');

export const v_flows: View = {
  about: 'Settled movements between banks: legs, and scheduled settlements.',
  columns: {
    ...{ simulation_id, tick, day, sender_id, receiver_id, amount, kind },
    tx_id: as('the leg; `NULL` for scheduled settlements'),
  },
  sql: `SELECT simulation_id, settlement_tick AS tick, settlement_day AS day, sender_id, receiver_id, amount, 'payment' AS kind, tx_id
FROM v_legs WHERE settlement_tick IS NOT NULL
UNION ALL SELECT simulation_id, tick, day, sender_id, receiver_id, amount, 'scheduled', NULL FROM v_scheduled_settlements WHERE settled`,
};

export const v_obligations: View = {
  about: 'What was due and when: payments at their arrival, scheduled settlements at their tick, settled or not.',
  columns: { simulation_id, tick, day, sender_id, receiver_id, amount, kind },
  sql: `SELECT simulation_id, arrival_tick AS tick, arrival_day AS day, sender_id, receiver_id, amount, 'payment' AS kind FROM (${WHOLE_PAYMENTS})
UNION ALL SELECT simulation_id, tick, day, sender_id, receiver_id, amount, 'scheduled' FROM v_scheduled_settlements`,
};

export const v_liquidity_moves: View = {
  about: 'Changes of balances that are no payments.',
  columns: {
    ...{ simulation_id, tick, agent_id },
    cents: as('cents; what the balance changed by'),
    kind: as('`allocation` from a liquidity pool, its `return`, direct `transfer`, `adjustment` by accounts, or `shock`'),
  },
  sql: `SELECT simulation_id, tick, agent_id,
  CASE event_type WHEN 'LiquidityReturn' THEN -1 ELSE 1 END * CAST(coalesce(details ->> 'amount', details ->> 'balance_delta') AS BIGINT) AS cents,
  CASE event_type WHEN 'LiquidityAllocation' THEN 'allocation' WHEN 'LiquidityReturn' THEN 'return' ELSE 'adjustment' END AS kind
FROM simulation_events WHERE event_type IN ('LiquidityAllocation', 'LiquidityReturn', 'AccountAdjustment')
UNION ALL SELECT simulation_id, tick,
  unnest(CASE kind WHEN 'transfer' THEN [d ->> 'from_agent', d ->> 'to_agent'] ELSE [d ->> 'agent'] END),
  unnest(CASE kind WHEN 'transfer' THEN [-CAST(d ->> 'amount' AS BIGINT), CAST(d ->> 'amount' AS BIGINT)] ELSE [CAST(d ->> 'balance_moved' AS BIGINT)] END), kind
FROM (
  SELECT *, CASE WHEN (d ->> 'from_agent') IS NULL THEN 'shock' ELSE 'transfer' END AS kind
  FROM ${scenarioEvents('direct_transfer', 'liquidity_shock', 'liquidity_restored')}
)`,
};

export const v_flow_steps: View = {
  about:
    'What settlements did to accounts in the order of the log: one row per event and bank; an offset, a cycle or a netted set is one step.',
  columns: { simulation_id, day, tick, event_seq, agent_id, cents: as('cents received minus paid') },
  sql: `WITH deferred AS (
  SELECT simulation_id, coalesce(CAST(config_json ->> 'deferred_crediting' AS BOOLEAN), false) AS deferred FROM simulations
), paid AS (
  SELECT i.simulation_id, i.day, i.tick, i.event_seq, t.sender_id, t.receiver_id, t.amount
  FROM (
    SELECT simulation_id, day, tick, event_seq, unnest(list_distinct(tx_ids)) AS tx_id FROM simulation_events
    WHERE event_type IN ('RtgsImmediateSettlement', 'Queue2LiquidityRelease', 'EntryDispositionOffset', 'LsmBilateralOffset', 'LsmCycleSettlement')
  ) i JOIN transactions t USING (simulation_id, tx_id)
), netted AS (
  SELECT simulation_id, day, tick, event_seq, unnest(CAST(details -> 'agents' AS VARCHAR[])) AS agent_id,
    unnest(CAST(details -> 'net_positions' AS BIGINT[])) AS cents
  FROM simulation_events WHERE event_type = 'LsmNettedSettlement'
)
SELECT simulation_id, day, tick, event_seq, agent_id, CAST(sum(cents) AS BIGINT) AS cents FROM (
  SELECT simulation_id, day, tick, event_seq, sender_id AS agent_id, -amount AS cents FROM paid
  UNION ALL SELECT p.simulation_id, p.day, p.tick, p.event_seq, p.receiver_id, p.amount FROM paid p JOIN deferred d USING (simulation_id) WHERE NOT d.deferred
  UNION ALL SELECT n.simulation_id, n.day, n.tick, n.event_seq, n.agent_id, n.cents FROM netted n JOIN deferred d USING (simulation_id) WHERE NOT d.deferred OR n.cents < 0
  UNION ALL SELECT simulation_id, day, tick, event_seq, agent_id, CAST(details ->> 'amount' AS BIGINT) FROM simulation_events WHERE event_type = 'DeferredCreditApplied'
  UNION ALL SELECT simulation_id, day, tick, event_seq, unnest([sender_id, receiver_id]), unnest([-amount, amount]) FROM v_scheduled_settlements WHERE settled
) GROUP BY ALL`,
};

export const v_queue_steps: View = {
  about: 'Legs that enter the central queue and leave it, in the order of the log.',
  columns: {
    ...{ simulation_id, tick, event_seq },
    tx_id: as('leg'),
    step: as('1: it enters, −1: it leaves'),
    ...{ sender_id, amount },
  },
  sql: `SELECT e.simulation_id, e.tick, e.event_seq, e.tx_id, e.step, t.sender_id, t.amount
FROM (
  SELECT simulation_id, tick, event_seq, CASE event_type WHEN 'QueuedRtgs' THEN 1 ELSE -1 END AS step,
    unnest(CASE WHEN event_type = 'EntryDispositionOffset' THEN [details ->> 'queued_tx_id'] ELSE list_distinct(tx_ids) END) AS tx_id
  FROM simulation_events
  WHERE event_type = 'PaymentCancelled' AND (details ->> 'queue') = 'queue2' OR event_type IN ('QueuedRtgs', 'Queue2LiquidityRelease', 'EntryDispositionOffset', 'LsmBilateralOffset', 'LsmCycleSettlement',
    'LsmNettedSettlement', 'RtgsWithdrawal', 'SettlementUnwound')
) e JOIN transactions t USING (simulation_id, tx_id)`,
};

export const v_lsm_savings: View = {
  about: 'Payments that settled against each other, and the money that moved for it; every payment counts once.',
  columns: {
    simulation_id,
    mechanism: as('`bilateral`, `multilateral` (cycles), `netted` (sets of settlement designs) or `entry_disposition`'),
    operations: as('number of offsets, cycles, sets'),
    gross: as('cents; sum of the payments'),
    net: as('cents; what banks paid net'),
    saved: as('cents; gross − net: money that did not have to move'),
  },
  sql: `SELECT simulation_id, cycle_type AS mechanism, count(*) AS operations, CAST(sum(gross) AS BIGINT) AS gross, CAST(sum(net) AS BIGINT) AS net,
  CAST(sum(gross) - sum(net) AS BIGINT) AS saved
FROM (
  SELECT c.simulation_id, c.cycle_type, coalesce(n.net, 0) AS net, g.gross FROM lsm_cycles c
  JOIN (
    SELECT simulation_id, cycle_id, sum(amount) AS gross
    FROM (SELECT DISTINCT simulation_id, cycle_id, tx_id, amount FROM lsm_cycle_transactions) GROUP BY ALL
  ) g USING (simulation_id, cycle_id)
  LEFT JOIN (
    SELECT simulation_id, cycle_id, sum(greatest(-position, 0)) AS net
    FROM (SELECT simulation_id, cycle_id, unnest(net_positions) AS position FROM lsm_cycles) GROUP BY ALL
  ) n USING (simulation_id, cycle_id)
) GROUP BY ALL
UNION ALL
SELECT simulation_id, 'entry_disposition', count(*), CAST(sum(i + q) AS BIGINT), CAST(sum(abs(i - q)) AS BIGINT), CAST(sum(2 * least(i, q)) AS BIGINT)
FROM (
  SELECT simulation_id, CAST(details ->> 'incoming_amount' AS BIGINT) AS i, CAST(details ->> 'queued_amount' AS BIGINT) AS q
  FROM simulation_events WHERE event_type = 'EntryDispositionOffset'
) GROUP BY ALL`,
};
