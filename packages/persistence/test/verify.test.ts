import { beforeAll, describe, expect, it } from 'vitest';
import { verifySimulation, type SimCashDatabase } from '../src/index.js';
import { openDatabase, reference, storeWhole } from './support/storing.js';

describe('verifying a stored simulation', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
    await storeWhole(database, 'x', reference('mixed-five-days'));
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
      problems: [/^daily_agent_metrics: costs of .* on day 2 differ from its CostAccrual events$/],
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
      expect(found).toEqual(
        problems.map((problem) => (typeof problem === 'string' ? problem : (expect.stringMatching(problem) as string))),
      );
    } finally {
      await database.execute('ROLLBACK');
    }
    expect(await verifySimulation(database, 'x')).toEqual([]);
  });

  it('says which simulations there are if this one is not', async () => {
    await expect(verifySimulation(database, 'y')).rejects.toMatchObject({ name: 'NotStoredError' });
  });
});
