import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseScenario } from '../../engine/src/index.js';
import { openDatabase } from '../../persistence/test/support/storing.js';
import { recordSimulation } from '../../runs/src/index.js';
import { startExplorer, type Explorer } from '../src/index.js';

/** A run with more ticks than a call may have arguments. */

let explorer: Explorer;
beforeAll(async () => {
  const database = await openDatabase();
  const scenario = parseScenario({
    simulation: { ticks_per_day: 1300, num_days: 100, rng_seed: 1 },
    agents: ['A', 'B'].map((id) => ({ id, opening_balance: 1000, policy: { type: 'Fifo' } })),
  });
  await recordSimulation(database, scenario, { id: 'long', level: 'EVENTS' });
  const { path } = database;
  database.close();
  explorer = await startExplorer(path);
});
afterAll(() => explorer.close());

async function statusOf(path: string): Promise<number> {
  const { address, port } = explorer;
  const headers = { Cookie: `simcash-${port}=${new URL(address).searchParams.get('token')}` };
  return (await fetch(`http://127.0.0.1:${port}/r/long${path}`, { headers })).status;
}

it('has pages', async () => {
  for (const path of ['', '/banks', '/network', '/lsm', '/payments', '/delay', '/costs', '/policies', '/scenario'])
    expect({ path, status: await statusOf(path) }).toEqual({ path, status: 200 });
});

it.each(['/queues', '/banks/A', '/events'])('has pages with a bar of time: %s', async (path) => {
  expect(await statusOf(path)).toBe(200);
});
