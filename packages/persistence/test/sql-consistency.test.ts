import { beforeAll, describe, expect, it } from 'vitest';
import { verifySimulation, type SimCashDatabase } from '../src/index.js';
import { openDatabase, reference, reopen, storeWhole } from './support/storing.js';
import { stressedScenarios } from './support/stressed.js';

/** At least one of everything that moves money, payments, collateral or registers. */
const SCENARIOS = [
  ...['mixed-five-days', 'events-all-kinds', 'lsm-cycles', 'lsm-entry-disposition', 'lsm-retry-release', 'splits-in-lsm'],
  ...['splits-families', 'scheduled-releases', 'deferred-crediting-lsm', 'drop-and-reprioritize', 'queue2-withdrawal'],
  ...['collateral-timers', 'collateral-trees', 'liquidity-pool-daily', 'state-registers', 'priority-mode', 'one-bank'],
];

/** Outages, shocks, delays and cancellations, too. */
const STRESSED = stressedScenarios(4);

/** Legs that an event says are settled; a settlement ordered by a scenario event has none. */
const SETTLEMENTS = `SELECT simulation_id, tick, day, event_seq, event_type, unnest(tx_ids) AS tx_id FROM simulation_events
  WHERE event_type IN ('RtgsImmediateSettlement', 'Queue2LiquidityRelease', 'EntryDispositionOffset', 'LsmBilateralOffset', 'LsmCycleSettlement')
  AND (tx_id IS NULL OR tx_id NOT LIKE 'scheduled_settlement_%')`;

/** Where events say that a payment begins (1) or ceases (0) to wait, by queue; the last word up to a tick's end holds. */
const QUEUE_1 = `SELECT simulation_id, tick, event_seq, tx_id, CASE
    WHEN event_type IN ('Arrival', 'RtgsWithdrawal', 'RtgsResubmission') THEN 1
    WHEN event_type = 'PolicyHold' AND starts_with(details ->> 'reason', 'ScheduledRelease') THEN 1
    WHEN event_type IN ('PolicySubmit', 'PolicySplit', 'PolicyDrop', 'PaymentCancelled') THEN 0 END AS waits
  FROM simulation_events e
  WHERE event_type <> 'Arrival' OR NOT EXISTS (FROM transactions t WHERE t.simulation_id = e.simulation_id AND t.tx_id = e.tx_id AND parent_tx_id IS NOT NULL)`;
const QUEUE_2 = `SELECT simulation_id, tick, event_seq, tx_id, 1 AS waits FROM simulation_events WHERE event_type = 'QueuedRtgs'
  UNION ALL SELECT simulation_id, tick, event_seq, tx_id, 0 FROM simulation_events WHERE event_type IN ('RtgsWithdrawal', 'PaymentCancelled')
  UNION ALL SELECT simulation_id, tick, event_seq, tx_id, 0 FROM (${SETTLEMENTS})`;
const waitingBy = (moves: string): string =>
  `SELECT s.simulation_id, s.tick, m.tx_id FROM tick_summaries s JOIN (${moves}) m ON m.simulation_id = s.simulation_id AND m.tick <= s.tick
   WHERE waits IS NOT NULL GROUP BY ALL HAVING arg_max(waits, event_seq) = 1`;

/** The same facts twice: as they are stored, and as the events (or finer rows) tell them. All runs at once. */
const FACTS: Record<string, { stored: string; told: string }> = {
  'the balance of each bank at the end of each tick is its opening balance and what the events moved': {
    stored: 'SELECT simulation_id, agent_id, tick, balance FROM tick_agent_states',
    told: `WITH paid AS (
        SELECT s.simulation_id, s.tick, a.details ->> 'sender_id' AS sender, a.details ->> 'receiver_id' AS receiver, CAST(a.details ->> 'amount' AS BIGINT) AS amount
        FROM (${SETTLEMENTS}) s JOIN simulation_events a ON a.simulation_id = s.simulation_id AND a.tx_id = s.tx_id AND a.event_type = 'Arrival'
      ), ordered AS (
        SELECT simulation_id, tick, details ->> 'sender' AS sender, details ->> 'receiver' AS receiver, CAST(details ->> 'amount' AS BIGINT) AS amount
        FROM simulation_events WHERE event_type = 'RtgsImmediateSettlement' AND tx_id LIKE 'scheduled_settlement_%'
        UNION ALL
        SELECT simulation_id, tick, d ->> 'from_agent', d ->> 'to_agent', CAST(d ->> 'amount' AS BIGINT)
        FROM (SELECT *, (details ->> 'details_json')::JSON AS d FROM simulation_events WHERE (details ->> 'scenario_event_type') = 'direct_transfer')
      ), moved AS (
        SELECT simulation_id, tick, sender AS agent_id, -amount AS cents FROM paid UNION ALL SELECT simulation_id, tick, receiver, amount FROM paid
        UNION ALL SELECT simulation_id, tick, sender, -amount FROM ordered UNION ALL SELECT simulation_id, tick, receiver, amount FROM ordered
        UNION ALL SELECT simulation_id, tick, agent_id, CAST(details ->> 'amount' AS BIGINT) * CASE event_type WHEN 'LiquidityReturn' THEN -1 ELSE 1 END
        FROM simulation_events WHERE event_type IN ('LiquidityAllocation', 'LiquidityReturn')
        UNION ALL SELECT simulation_id, 0, agent_id, opening_balance FROM simulation_agents
        UNION ALL SELECT simulation_id, tick, agent_ids[1], CAST((details ->> 'details_json')::JSON ->> 'balance_moved' AS BIGINT)
        FROM simulation_events WHERE event_type = 'ScenarioEventExecuted' AND (details ->> 'scenario_event_type') IN ('liquidity_shock', 'liquidity_restored')
      )
      SELECT simulation_id, agent_id, t.tick, sum(cents) FROM tick_summaries t JOIN moved m USING (simulation_id) WHERE m.tick <= t.tick GROUP BY ALL`,
  },
  'a row of transactions begins with its arrival': {
    stored: 'SELECT simulation_id, tx_id, sender_id, receiver_id, amount, original_priority, created_tick FROM transactions',
    told: `SELECT simulation_id, tx_id, details ->> 'sender_id', details ->> 'receiver_id', CAST(details ->> 'amount' AS BIGINT),
        least(CAST(details ->> 'priority' AS INTEGER), 10), tick FROM simulation_events WHERE event_type = 'Arrival'`,
  },
  'a leg is settled when an event settles it': {
    stored: `SELECT simulation_id, tx_id, settlement_tick, settlement_day, amount_settled = amount FROM transactions WHERE status = 'settled'`,
    told: `SELECT simulation_id, tx_id, tick, day, true FROM (${SETTLEMENTS})`,
  },
  'a leg is part of the split that names it': {
    stored: 'SELECT simulation_id, parent_tx_id, split_index, tx_id FROM transactions WHERE parent_tx_id IS NOT NULL',
    told: `SELECT simulation_id, tx_id, generate_subscripts(tx_ids[2:], 1), unnest(tx_ids[2:]) FROM simulation_events WHERE event_type = 'PolicySplit'`,
  },
  'a leg waited in each queue for the ticks at whose ends it stood there': {
    stored: 'SELECT simulation_id, tx_id, queue1_ticks, queue2_ticks FROM transactions',
    told: `SELECT simulation_id, tx_id, count(*) FILTER (queue_type = 'queue1'), count(*) FILTER (queue_type = 'queue2')
      FROM transactions LEFT JOIN tick_queue_snapshots q USING (simulation_id, tx_id) GROUP BY ALL`,
  },
  "a bank's own queue holds what arrived or came back and was not released, split or dropped": {
    stored: "SELECT simulation_id, tick, tx_id FROM tick_queue_snapshots WHERE queue_type = 'queue1'",
    told: waitingBy(QUEUE_1),
  },
  'the central queue holds what was queued and neither settled nor withdrawn': {
    stored: "SELECT simulation_id, tick, tx_id FROM tick_queue_snapshots WHERE queue_type = 'queue2'",
    told: waitingBy(QUEUE_2),
  },
  'the queues at the end of a day are those of its last tick': {
    stored: 'SELECT * EXCLUDE (day) FROM queue_snapshots',
    told: `SELECT q.* FROM tick_queue_snapshots q JOIN simulations s USING (simulation_id) WHERE (q.tick + 1) % s.ticks_per_day = 0`,
  },
  'positions in a queue count from 0': {
    stored: 'SELECT simulation_id, tick, queue_type, agent_id, position FROM tick_queue_snapshots',
    told: `SELECT simulation_id, tick, queue_type, agent_id, row_number() OVER (PARTITION BY simulation_id, tick, queue_type,
        CASE queue_type WHEN 'queue1' THEN agent_id END ORDER BY position) - 1 FROM tick_queue_snapshots`,
  },
  'sizes of queues are numbers of entries': {
    stored: 'SELECT simulation_id, tick, agent_id, queue1_size, queue2_size FROM tick_agent_states',
    told: `SELECT simulation_id, tick, agent_id, count(*) FILTER (queue_type = 'queue1'), count(*) FILTER (queue_type = 'queue2')
      FROM tick_agent_states LEFT JOIN tick_queue_snapshots q USING (simulation_id, tick, agent_id) GROUP BY ALL`,
  },
  'balances, collateral and queues of a day are those of its ticks': {
    stored: `SELECT simulation_id, agent_id, day, closing_balance, min_balance, max_balance, peak_overdraft, closing_posted_collateral,
        peak_posted_collateral, queue1_peak_size, queue1_eod_size, queue2_peak_size, queue2_eod_size FROM daily_agent_metrics`,
    told: `SELECT simulation_id, agent_id, day, arg_max(balance, tick), least(any_value(opening_balance), min(balance)),
        greatest(any_value(opening_balance), max(balance)), greatest(0, -least(any_value(opening_balance), min(balance))),
        arg_max(posted_collateral, tick), greatest(any_value(opening_posted_collateral), max(posted_collateral)),
        max(queue1_size), arg_max(queue1_size, tick), max(queue2_size), arg_max(queue2_size, tick)
      FROM daily_agent_metrics JOIN tick_agent_states s USING (simulation_id, agent_id, day) GROUP BY ALL`,
  },
  'a day opens as the one before closed': {
    stored:
      'SELECT simulation_id, agent_id, day, opening_balance, opening_posted_collateral FROM daily_agent_metrics WHERE day > 0',
    told: 'SELECT simulation_id, agent_id, day + 1, closing_balance, closing_posted_collateral FROM daily_agent_metrics SEMI JOIN (SELECT simulation_id, agent_id, day - 1 AS day FROM daily_agent_metrics) USING (simulation_id, agent_id, day)',
  },
  'costs of a tick are those that its events charge': {
    stored: `SELECT simulation_id, tick, agent_id, liquidity_cost_delta, delay_cost_delta, collateral_cost_delta, penalty_cost_delta,
        split_friction_cost_delta, liquidity_opportunity_cost_delta FROM tick_agent_states
      WHERE liquidity_cost_delta + delay_cost_delta + collateral_cost_delta + penalty_cost_delta + split_friction_cost_delta + liquidity_opportunity_cost_delta > 0`,
    told: `SELECT simulation_id, tick, agent_id, ${[
      'liquidity_cost',
      'delay_cost',
      'collateral_cost',
      'penalty_cost',
      'split_friction_cost',
      'liquidity_opportunity_cost',
    ]
      .map((name) => `sum(CAST(details -> 'costs' ->> '${name}' AS BIGINT))`)
      .join(', ')} FROM simulation_events WHERE event_type = 'CostAccrual'
      GROUP BY ALL HAVING sum(CAST(details -> 'costs' ->> 'total' AS BIGINT)) > 0`,
  },
  'collateral moved is what the events say, and leaves their totals': {
    stored: `SELECT simulation_id, event_seq, agent_id, tick, amount, posted_collateral_after, action = 'post' FROM collateral_events WHERE action <> 'hold'`,
    told: `SELECT simulation_id, event_seq, agent_id, tick, CAST(details ->> 'amount' AS BIGINT), CAST(details ->> 'new_total' AS BIGINT), event_type = 'CollateralPost'
      FROM simulation_events WHERE event_type IN ('CollateralPost', 'CollateralWithdraw', 'CollateralTimerWithdrawn')`,
  },
  'a collateral record begins where the one before ended': {
    stored: `SELECT simulation_id, agent_id, collateral_seq, posted_collateral_before FROM collateral_events`,
    told: `SELECT simulation_id, agent_id, collateral_seq,
        coalesce(lag(posted_collateral_after) OVER (PARTITION BY simulation_id, agent_id ORDER BY collateral_seq), first_before)
      FROM collateral_events JOIN (SELECT simulation_id, agent_id, opening_posted_collateral AS first_before FROM daily_agent_metrics WHERE day = 0) USING (simulation_id, agent_id)`,
  },
  // A bank's offset with itself lists its payments twice.
  'offsets and cycles between banks are those of the log': {
    stored:
      'SELECT simulation_id, event_seq, tick, cycle_type, total_amount, num_transactions, list_sort(tx_ids) FROM lsm_cycles WHERE num_agents > 1',
    told: `SELECT simulation_id, event_seq, tick, CASE event_type WHEN 'LsmBilateralOffset' THEN 'bilateral' ELSE 'multilateral' END,
        CASE event_type WHEN 'LsmBilateralOffset' THEN CAST(details ->> 'amount_a' AS BIGINT) + CAST(details ->> 'amount_b' AS BIGINT)
          ELSE CAST(details ->> 'total_value' AS BIGINT) END, len(tx_ids), list_sort(tx_ids)
      FROM simulation_events WHERE event_type IN ('LsmBilateralOffset', 'LsmCycleSettlement') AND len(agent_ids) > 1`,
  },
  'a cycle is the sum of its payments': {
    stored:
      'SELECT simulation_id, cycle_id, total_amount, num_transactions, tx_ids, tx_amounts, list_sum(net_positions) = 0 FROM lsm_cycles',
    told: `SELECT simulation_id, cycle_id, sum(CASE WHEN first THEN amount ELSE 0 END), count(*), list(tx_id ORDER BY position), list(amount ORDER BY position), true
      FROM (SELECT *, row_number() OVER (PARTITION BY simulation_id, cycle_id, tx_id ORDER BY position) = 1 AS first FROM lsm_cycle_transactions)
      GROUP BY ALL`,
  },
  'a register has the value that was set last in its tick': {
    stored: 'SELECT simulation_id, tick, agent_id, register_key, register_value FROM agent_state_registers',
    told: `SELECT simulation_id, tick, agent_id, details ->> 'register_key', arg_max(CAST(details ->> 'new_value' AS DOUBLE), event_seq)
      FROM simulation_events WHERE event_type = 'StateRegisterSet' GROUP BY ALL`,
  },
};

describe('DuckDB alone finds that', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    const writing = await openDatabase();
    for (const name of SCENARIOS) await storeWhole(writing, name, reference(name));
    for (const [name, scenario] of STRESSED) await storeWhole(writing, name, scenario);
    database = await reopen(writing, { readOnly: true });
  });

  it.each(Object.keys(FACTS))('%s', async (fact) => {
    const { stored, told } = FACTS[fact]!;
    const [stored_, told_] = [`FROM (${stored})`, `FROM (${told})`];
    const differences = await database.query(
      `(SELECT 'stored' AS which, * FROM (${stored_} EXCEPT ALL ${told_})) UNION ALL (SELECT 'told', * FROM (${told_} EXCEPT ALL ${stored_})) LIMIT 6`,
    );
    expect(differences).toEqual([]);
    const [rows] = await database.query<{ n: number }>(`SELECT count(*) AS n ${stored_}`);
    expect(rows!.n).toBeGreaterThan(0);
  });

  it.each([...SCENARIOS, ...STRESSED.map(([name]) => name)])('nothing is wrong with %s', async (name) => {
    expect(await verifySimulation(database, name)).toEqual([]);
  });
});
