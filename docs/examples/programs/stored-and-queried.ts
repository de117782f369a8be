/**
 * A run in a DuckDB file, and questions to it in SQL. The file can be opened by the DuckDB shell, Python and R as well.
 *
 * Prints:
 *
 *     EAST owed 1224201 in 47 payments, 38 of them settled
 *     NORTH owed 1149881 in 42 payments, 37 of them settled
 *     SOUTH owed 833556 in 32 payments, 32 of them settled
 *     590 events of 40 ticks executed again, first difference: null
 */
import { defineScenario } from '@simcash/engine';
import { SimCashDatabase } from '@simcash/persistence';
import { openRun, recordSimulation, verifyRun } from '@simcash/runs';

const ids = ['EAST', 'NORTH', 'SOUTH'];
const scenario = defineScenario({
  simulation: { ticks_per_day: 20, num_days: 2, rng_seed: 5 },
  agents: ids.map((id) => ({
    id,
    opening_balance: 60_000,
    unsecured_cap: 20_000,
    arrival_config: {
      rate_per_tick: 1,
      amount_distribution: { type: 'Uniform', min: 1_000, max: 50_000 },
      counterparty_weights: Object.fromEntries(ids.filter((other) => other !== id).map((other) => [other, 1])),
      deadline_range: [3, 9],
    },
  })),
});

const database = await SimCashDatabase.open('programs.duckdb');
const { simulation_id } = await recordSimulation(database, scenario, { id: 'two-days', labels: { study: 'programs' } });

const banks = await database.query(
  `SELECT sender_id, count(*) AS payments, sum(amount) AS cents, count(*) FILTER (status = 'settled') AS settled
   FROM v_payments WHERE simulation_id = $1 GROUP BY ALL ORDER BY sender_id`,
  [simulation_id],
);
for (const { cents, payments, sender_id, settled } of banks)
  console.log(`${sender_id} owed ${cents} in ${payments} payments, ${settled} of them settled`);

// What is stored is enough to run everything again, event by event.
const { difference, events, ticks } = await verifyRun(database, await openRun(database, simulation_id));
console.log(`${events} events of ${ticks} ticks executed again, first difference: ${difference}`);
database.close();
