import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { readScenario } from '../../engine/src/index.js';
import { deleteSimulation, diffRows, findSimulation, verifySimulation } from '../src/index.js';
import { firstDifference, storedLog } from './support/comparing.js';
import { openDatabase, storeWhole } from './support/storing.js';

const AWKWARD = [
  "'; DROP TABLE simulations; --",
  '"quoted"',
  '🏦',
  'a\\b',
  '$1',
  '%s',
  'é',
  '{"a":1}',
  'line\nbreak',
  '-- x',
  ';',
];
const name = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '' && !text.includes('\0')),
);

it('stores any name of a run, a bank or a file as it is', async () => {
  const database = await openDatabase();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(name, name, fc.uniqueArray(name, { minLength: 2, maxLength: 3 }), async (id, text, banks) => {
      const [a, b] = banks as [string, string];
      const pay = { type: 'CustomTransactionArrival', amount: 70, deadline: 5, schedule: { type: 'OneTime', tick: 1 } };
      const scenario = readScenario({
        simulation: { ticks_per_day: 3, num_days: 1, rng_seed: 1 },
        agents: banks.map((bank) => ({ id: bank, opening_balance: bank === b ? 0 : 50 })),
        lsm_config: { enable_bilateral: true, enable_cycles: true },
        scenario_events: [
          { ...pay, from_agent: a, to_agent: b },
          { ...pay, from_agent: b, to_agent: a },
        ],
      });
      const [first, second] = [`${id}${runs}`, `${id}${runs++}'`];
      const context = { config_file: text, description: text };
      const { log } = await storeWhole(database, first, scenario, { context, checkpointEvery: 'day' });
      await storeWhole(database, second, scenario, { context, checkpointEvery: 'day' });
      expect(firstDifference(await storedLog(database, first), log)).toBeUndefined();
      const stored = await findSimulation(database, first);
      expect(stored).toMatchObject({ simulation_id: first, config_file: text, description: text });
      expect([...stored.agent_ids].sort()).toEqual([...banks].sort());
      expect(await verifySimulation(database, first)).toEqual([]);
      expect(await diffRows(database, first, second)).toEqual([]);
      await deleteSimulation(database, first);
      await findSimulation(database, second);
    }),
    { numRuns: 6 },
  );
});
