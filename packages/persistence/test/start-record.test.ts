import type { SimulationStart } from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { Simulation, type Scenario } from '../../engine/src/index.js';
import { describeRun } from '../../runs/src/describe.js';
import {
  diffRows,
  loadCheckpoint,
  PersistenceOrderError,
  SimulationRecorder,
  StandardSimulationPersistenceProvider,
  verifySimulation,
  type SimCashDatabase,
} from '../src/index.js';
import { rowCounts, simulationTables } from './support/comparing.js';
import { changed, openDatabase, reference, storeWhole } from './support/storing.js';

const NAME = 'mixed-five-days';

/** A simulation that has not begun, and the record that describes it. */
function prepared(scenario: Scenario = reference(NAME)): { simulation: Simulation; start: SimulationStart } {
  const settings = { sink: { write: () => undefined }, history: 'release' } as const;
  return { simulation: Simulation.create(scenario, settings), start: describeRun(scenario, { level: 'FULL' }) };
}

const withAgents = (start: SimulationStart, agents: SimulationStart['agents']): SimulationStart => ({ ...start, agents });

/** Records that tell of something else than the simulation, and what is said about them. */
const CONTRADICTIONS: readonly [what: string, change: (start: SimulationStart) => SimulationStart, said: RegExp][] = [
  ['misses the last bank', (start) => withAgents(start, start.agents.slice(0, -1)), /: the list of banks is .* there, and .*/],
  ['misses the first bank', (start) => withAgents(start, start.agents.slice(1)), /: the list of banks is /],
  ['has no bank at all', (start) => withAgents(start, []), /: the list of banks is /],
  [
    'has a bank too many',
    (start) => withAgents(start, [...start.agents, { ...start.agents[0]!, agent_id: 'NEW' }]),
    /: the list of banks is /,
  ],
  ['names a bank twice', (start) => withAgents(start, [...start.agents, start.agents[0]!]), /: the list of banks is /],
  ['has banks in another order', (start) => withAgents(start, [...start.agents].reverse()), /: the list of banks is /],
  [
    'has a bank of another name',
    (start) => withAgents(start, [{ ...start.agents[0]!, agent_id: 'NEW' }, ...start.agents.slice(1)]),
    /: the list of banks is NEW \(/,
  ],
  [
    'has another opening balance',
    (start) =>
      withAgents(
        start,
        start.agents.map((agent, i) => (i === 2 ? { ...agent, opening_balance: agent.opening_balance + 1 } : agent)),
      ),
    /: the list of banks is /,
  ],
  [
    'has another credit limit',
    (start) =>
      withAgents(
        start,
        start.agents.map((agent, i) => (i === 1 ? { ...agent, unsecured_cap: agent.unsecured_cap + 1 } : agent)),
      ),
    /: the list of banks is /,
  ],
  [
    'has other ticks per day',
    (start) => ({ ...start, ticks_per_day: 13 }),
    /: ticks_per_day is 13 there, and 12 in the simulation$/,
  ],
  ['has more days', (start) => ({ ...start, num_days: 6 }), /: num_days is 6 there, and 5 in the simulation$/],
  ['has fewer days', (start) => ({ ...start, num_days: 4 }), /: num_days is 4 there, and 5 in the simulation$/],
  [
    'has another seed',
    (start) => ({ ...start, rng_seed: start.rng_seed + 1n }),
    /: rng_seed is \d+ there, and \d+ in the simulation$/,
  ],
  [
    'has a hash that is not that of its configuration',
    (start) => ({ ...start, config_hash: '0'.repeat(64) }),
    /contradicts itself: config_hash is not the hash of config_json$/,
  ],
  [
    'has a configuration that is not that of its hash',
    (start) => ({ ...start, config_json: `${start.config_json} ` }),
    /contradicts itself: config_hash is not the hash of config_json$/,
  ],
  [
    'begins with a tick that the simulation is not at',
    (start) => ({ ...start, first_tick: 12 }),
    /^the start record of x begins with tick 12, the simulation with tick 0$/,
  ],
];

describe('a start record that contradicts its simulation', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
  });

  async function expectNothingStored(id = 'x'): Promise<void> {
    expect(await rowCounts(database, id)).toEqual({});
  }

  it.each(CONTRADICTIONS)('is refused before anything is written: it %s', async (_, change, said) => {
    const { simulation, start } = prepared();
    const provider = new StandardSimulationPersistenceProvider(database);
    const refused = new SimulationRecorder(provider, 'x', change(start)).run(simulation);
    await expect(refused).rejects.toThrow(PersistenceOrderError);
    await expect(refused).rejects.toThrow(said);
    await expectNothingStored();
    expect(simulation.currentTick).toBe(0);
  });

  it('leaves the simulation as it was: with the right record it is stored as if nothing had been', async () => {
    const { simulation, start } = prepared();
    const provider = new StandardSimulationPersistenceProvider(database);
    for (const [, change] of CONTRADICTIONS)
      await expect(new SimulationRecorder(provider, 'right', change(start)).run(simulation)).rejects.toThrow();
    expect(await new SimulationRecorder(provider, 'right', start).run(simulation)).toBeNull();
    await storeWhole(database, 'other', reference(NAME));
    expect(await diffRows(database, 'right', 'other')).toEqual([]);
    expect(await verifySimulation(database, 'right')).toEqual([]);
  });

  it('is refused when it begins at the start of a simulation that goes on from a checkpoint, which stays as it is', async () => {
    await storeWhole(database, 'stopped', reference(NAME), { untilTick: 24, checkpointEvery: 'day' });
    const before = await rowCounts(database, 'stopped');
    const [row] = await database.query("SELECT * FROM simulations WHERE simulation_id = 'stopped'");
    const { state_json } = await loadCheckpoint(database, 'latest', 'stopped');
    const { start } = prepared();
    for (const first_tick of [undefined, 0, 12, 23, 25]) {
      const restored = Simulation.restore(reference(NAME), state_json, { sink: { write: () => undefined } });
      const wrong = first_tick === undefined ? start : { ...start, first_tick };
      const provider = new StandardSimulationPersistenceProvider(database);
      await expect(new SimulationRecorder(provider, 'stopped', wrong).run(restored)).rejects.toThrow(
        `the start record of stopped begins with tick ${first_tick ?? 0}, the simulation with tick 24`,
      );
    }
    expect(await rowCounts(database, 'stopped')).toEqual(before);
    expect(await database.query("SELECT * FROM simulations WHERE simulation_id = 'stopped'")).toEqual([row]);
  });

  it('is refused for a simulation that has run already, which nobody could store from its beginning', async () => {
    const { simulation, start } = prepared();
    simulation.tick();
    const provider = new StandardSimulationPersistenceProvider(database);
    await expect(new SimulationRecorder(provider, 'x', start).run(simulation)).rejects.toThrow(
      'the start record of x begins with tick 0, the simulation with tick 1',
    );
    await expect(new SimulationRecorder(provider, 'x', { ...start, first_tick: 1 }).run(simulation)).rejects.toThrow(
      'This simulation has run already: a recording must begin before its first tick',
    );
    await expectNothingStored();
  });

  it('is refused for a scenario with one more change, too: the record is that of another scenario', async () => {
    const { simulation } = prepared();
    for (const change of [{ rng_seed: 99n }, { num_days: 6 }]) {
      const { start } = prepared(changed(NAME, change));
      const provider = new StandardSimulationPersistenceProvider(database);
      await expect(new SimulationRecorder(provider, 'x', start).run(simulation)).rejects.toThrow(PersistenceOrderError);
    }
    await expectNothingStored();
  });
});

describe('a start record that contradicts itself', () => {
  const twice = (start: SimulationStart): SimulationStart => withAgents(start, [...start.agents, start.agents[0]!]);
  it.each([
    ['names a bank twice', twice, 'its list of banks is empty, or names one twice'],
    ['names no bank', (start: SimulationStart) => withAgents(start, []), 'its list of banks is empty, or names one twice'],
    [
      'has a hash that is not that of its configuration',
      (start: SimulationStart) => ({ ...start, config_hash: 'none' }),
      'config_hash is not the hash of config_json',
    ],
  ])('is refused by the store itself: it %s', async (_, change, said) => {
    const database = await openDatabase();
    const provider = new StandardSimulationPersistenceProvider(database);
    const refused = provider.persistSimulationStart('x', change(prepared().start));
    await expect(refused).rejects.toThrow(PersistenceOrderError);
    await expect(refused).rejects.toThrow(`the start record of x contradicts itself: ${said}`);
    for (const table of await simulationTables(database))
      expect(await database.query(`SELECT count(*) AS n FROM ${table}`), table).toEqual([{ n: 0 }]);
    // Nor has the store begun with it in its memory.
    await provider.persistSimulationStart('x', prepared().start);
    expect(await database.query('SELECT simulation_id, status FROM simulations')).toEqual([
      { simulation_id: 'x', status: 'running' },
    ]);
  });
});
