import { beforeAll, describe, expect, it } from 'vitest';
import { deleteSimulation, verifyExperiment, verifySimulation, type SimCashDatabase } from '../src/index.js';
import { earlierFile, openDatabase, reference, storeWhole } from './support/storing.js';

/** Numbers that are stored beside the rows that they count, which row is changed, and what is said about it. */
const COUNTS = [
  ['simulations.total_arrivals', 'true', /^simulations\.total_arrivals is \d+, payments give \d+$/],
  ['simulations.total_settlements', 'true', /^simulations\.total_settlements is \d+, payments give \d+$/],
  ['simulations.total_lsm_releases', 'true', /^simulations\.total_lsm_releases is \d+, payments in lsm_cycles give \d+$/],
  ['simulations.total_cost_cents', 'true', /^simulations\.total_cost_cents is \d+, tick_summaries give \d+$/],
  ...['arrived_value', 'settled_value', 'delay_ticks', 'dropped', 'dropped_value', 'overdue', 'lsm_operations'].map((name) => {
    const said = new RegExp(`^simulations\\.total_${name} is \\d+, .* give \\d+$`);
    return [`simulations.total_${name}`, 'true', said] as const;
  }),
  ['simulations.unsettled_count', 'true', /^simulations\.unsettled_count is \d+, waiting legs give \d+$/],
  ['simulations.unsettled_value', 'true', /^simulations\.unsettled_value is \d+, waiting legs give \d+$/],
  ['transactions.num_parts', "tx_id = 'T00000001'", /^transactions\.num_parts of T00000001 is 1, its parts give 0$/],
  ...['num_arrivals', 'num_settlements', 'num_lsm_releases', 'num_calls'].map((name) => {
    const said = new RegExp(`^tick_summaries\\.${name} of tick 8 is \\d+, .* give \\d+$`);
    return [`tick_summaries.${name}`, 'tick = 8', said] as const;
  }),
  ['simulations.last_tick', 'true', /^simulations\.last_tick is 60, tick_summaries give 59$/],
  ...[
    ...['num_arrivals', 'num_sent', 'num_received', 'num_settled', 'num_dropped', 'num_collateral_posts'],
    ...['num_collateral_withdrawals', 'queue1_eod_size', 'queue2_eod_size', 'delay_cost', 'liquidity_opportunity_cost'],
    'dropped_value',
  ].map((name) => {
    const said = new RegExp(`^daily_agent_metrics\\.${name} of COLNE on day 1 is \\d+, its .* give \\d+$`);
    return [`daily_agent_metrics.${name}`, "agent_id = 'COLNE' AND day = 1", said] as const;
  }),
  ...[
    ...['num_arrivals', 'num_settlements', 'total_cost', 'tick_cost_total', 'unsettled_count', 'num_dropped', 'dropped_value'],
  ].map((name) => {
    const said = new RegExp(`^daily_system_metrics\\.${name} of day 3 is \\d+, its .* give \\d+$`);
    return [`daily_system_metrics.${name}`, 'day = 3', said] as const;
  }),
  ['tick_summaries.num_events', 'tick = 7', /^tick_summaries\.num_events of tick 7 is \d+, its events give \d+$/],
  ['tick_summaries.first_event_seq', 'tick = 7', /^tick_summaries\.first_event_seq of tick 7 is \d+, its events give \d+$/],
  ...['balance', 'queue1_size', 'queue2_size'].map((name) => {
    const said = new RegExp(`^tick_agent_states\\.${name} of COLNE at tick 30 is -?\\d+, .* give -?\\d+$`);
    return [`tick_agent_states.${name}`, "agent_id = 'COLNE' AND tick = 30", said] as const;
  }),
] as const;

describe('verifying a stored simulation', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
    await storeWhole(database, 'x', reference('mixed-five-days'), {
      onTick: (simulation) => void (simulation.currentTick === 5 && simulation.postCollateral('COLNE', 100)),
    });
    await storeWhole(database, 'summary', reference('mixed-five-days'), { level: 'SUMMARY' });
    await storeWhole(database, 'broken off', reference('mixed-five-days'), { untilTick: 17 });
  });

  it.each(['x', 'summary', 'broken off'])('finds nothing wrong with one that nobody touched: %s', async (id) => {
    expect(await verifySimulation(database, id)).toEqual([]);
  });

  const event = '(SELECT event_seq FROM simulation_events WHERE event_type = ';
  it.each([
    {
      what: 'an amount of a payment was changed',
      change: `UPDATE simulation_events SET details = regexp_replace(details, '"amount":[0-9]+', '"amount":1')
        WHERE simulation_id = 'x' AND event_seq = ${event}'Arrival' AND simulation_id = 'x' LIMIT 1)`,
      problems: ['simulations: event_log_hash does not match the stored events'],
    },
    {
      what: 'an event was moved to another tick',
      change: "UPDATE simulation_events SET tick = tick + 1 WHERE simulation_id = 'x' AND event_seq = 100",
      problems: ['simulations: event_log_hash does not match the stored events'],
    },
    {
      what: 'two events were exchanged',
      change: "UPDATE simulation_events SET event_seq = 201 - event_seq WHERE simulation_id = 'x' AND event_seq IN (100, 101)",
      problems: ['simulations: event_log_hash does not match the stored events'],
    },
    {
      what: 'an event was removed',
      change: "DELETE FROM simulation_events WHERE simulation_id = 'x' AND event_seq = 100",
      problems: [/^simulation_events: positions have gaps/, /^simulations: event_count is \d+, stored are \d+$/, /hash/],
    },
    {
      what: 'the last event was removed',
      change:
        "DELETE FROM simulation_events WHERE simulation_id = 'x' AND event_seq = (SELECT max(event_seq) FROM simulation_events WHERE simulation_id = 'x')",
      problems: [/^simulations: event_count is \d+, stored are \d+$/, /hash/],
    },
    {
      what: 'an event is there twice',
      change:
        "INSERT INTO simulation_events BY NAME SELECT * EXCLUDE (event_id) FROM simulation_events WHERE simulation_id = 'x' AND event_seq = 100",
      problems: ['simulation_events: 1 keys occur more than once', /gaps/, /event_count/, /hash/],
    },
    {
      what: 'a payment is there twice',
      change: "INSERT INTO transactions SELECT * FROM transactions WHERE simulation_id = 'x' ORDER BY tx_id LIMIT 1",
      problems: ['transactions: 1 keys occur more than once'],
    },
    {
      what: 'a state of a bank is there twice',
      change: "INSERT INTO tick_agent_states SELECT * FROM tick_agent_states WHERE simulation_id = 'x' AND tick = 3",
      problems: [/^tick_agent_states: \d+ keys occur more than once$/],
    },
    {
      what: 'a cost of a day was changed',
      change: `UPDATE daily_agent_metrics SET total_cost = total_cost - 1 WHERE simulation_id = 'x' AND day = 2
        AND agent_id = (SELECT min(agent_id) FROM daily_agent_metrics)`,
      problems: [/^daily_agent_metrics\.total_cost of .* on day 2 is \d+, its CostAccrual events give \d+$/],
    },
    {
      what: 'a settled payment is missing',
      change: "DELETE FROM transactions WHERE simulation_id = 'x' AND tx_id = 'T00000001'",
      problems: [/^transactions\.settlement_tick of T00000001 is null, its events give \d+$/, /^number of transactions is/],
    },
    {
      what: 'an offset is missing',
      change: "DELETE FROM lsm_cycles WHERE rowid = (SELECT min(rowid) FROM lsm_cycles WHERE simulation_id = 'x')",
      problems: [/^number of lsm_cycles is \d+, LSM events give \d+$/],
    },
    {
      what: 'two payments exchanged their numbers',
      change: "UPDATE transactions SET arrival_seq = 3 - arrival_seq WHERE simulation_id = 'x' AND arrival_seq IN (1, 2)",
      problems: [/^transactions\.arrival_seq is /],
    },
    {
      what: 'a call is missing',
      change: "DELETE FROM simulation_calls WHERE simulation_id = 'x'",
      problems: ['tick_summaries.num_calls of tick 5 is 1, simulation_calls give 0'],
    },
    {
      what: 'the hash was changed',
      change: "UPDATE simulations SET event_log_hash = 'none' WHERE simulation_id = 'x'",
      problems: ['simulations: event_log_hash does not match the stored events'],
    },
  ])('finds that $what', async ({ change, problems }) => {
    await database.execute('BEGIN');
    try {
      await database.execute(change);
      const found = await verifySimulation(database, 'x');
      expect(found).toEqual(expect.arrayContaining(problems.map((problem) => expect.stringMatching(problem) as string)));
    } finally {
      await database.execute('ROLLBACK');
    }
  });

  it('finds nothing wrong when all that is taken back', async () => {
    expect(await verifySimulation(database, 'x')).toEqual([]);
  });

  it('finds every number that differs from the rows that it counts', async () => {
    await database.execute('BEGIN');
    for (const [column, where] of COUNTS) {
      const [table, name] = column.split('.') as [string, string];
      const row = `(SELECT min(rowid) FROM ${table} WHERE simulation_id = 'x' AND ${where})`;
      await database.execute(`UPDATE ${table} SET ${name} = ${name} + 1 WHERE rowid = ${row}`);
    }
    const found = await verifySimulation(database, 'x');
    await database.execute('ROLLBACK');
    for (const [column, , problem] of COUNTS) expect(found, column).toContainEqual(expect.stringMatching(problem));
  });

  it('finds a wrong total at level SUMMARY, too', async () => {
    await database.execute('BEGIN');
    await database.execute("UPDATE simulations SET total_settlements = total_settlements + 1 WHERE simulation_id = 'summary'");
    await database.execute(
      "UPDATE daily_agent_metrics SET num_arrivals = num_arrivals + 1 WHERE simulation_id = 'summary' AND day = 4 AND agent_id = 'COLNE'",
    );
    const found = await verifySimulation(database, 'summary');
    await database.execute('ROLLBACK');
    expect(found).toEqual([
      'simulations: a value is not as it was written',
      'daily_agent_metrics of day 4: a value is not as it was written',
      expect.stringMatching(/^daily_system_metrics\.num_arrivals of day 4 is \d+, its banks give \d+$/),
      expect.stringMatching(/^simulations\.total_settlements is \d+, daily_system_metrics give \d+$/),
    ]);
  });

  it('says which simulations there are if this one is not', async () => {
    await expect(verifySimulation(database, 'y')).rejects.toMatchObject({ name: 'NotStoredError' });
  });

  it('of an experiment finds simulations that are named and not there', async () => {
    const earlier = await openDatabase(earlierFile());
    expect(await verifyExperiment(earlier, 'exp-old')).toEqual([]);
    await earlier.execute(
      "UPDATE experiment_iterations SET evaluation_simulation_id = 'gone' WHERE iteration = 0; UPDATE policy_evaluations SET evaluation_simulation_id = 'gone'",
    );
    const named = 'evaluation_simulation_id names gone, which is not stored';
    expect(await verifyExperiment(earlier, 'exp-old')).toEqual([
      `experiment_iterations: ${named}`,
      `policy_evaluations: ${named}`,
    ]);
    await expect(verifyExperiment(earlier, 'x')).rejects.toMatchObject({ name: 'NotStoredError' });
  });

  it('of an experiment finds nothing when one of its simulations was deleted', async () => {
    const earlier = await openDatabase(earlierFile());
    const [named] = await earlier.query<{ id: string }>(
      'SELECT evaluation_simulation_id AS id FROM experiment_iterations WHERE evaluation_simulation_id IS NOT NULL LIMIT 1',
    );
    await deleteSimulation(earlier, named!.id);
    expect(await verifyExperiment(earlier, 'exp-old')).toEqual([]);
  });
});
