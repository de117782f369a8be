import { parseScenario } from '../../engine/src/index.js';
import { describe, expect, it } from 'vitest';
import type { BankDaySeries } from '@simcash/protocol';
import { describeRun } from '../../runs/src/describe.js';
import {
  DatabaseError,
  deleteSimulation,
  findSimulation,
  listSimulations,
  NotStoredError,
  StandardSimulationPersistenceProvider,
} from '../src/index.js';
import { firstDifference, rowCounts, simulationTables, storedLog } from './support/comparing.js';
import { openDatabase, reference, reopen, runLive, storeWhole } from './support/storing.js';

const CENTS = Float64Array.of(1, 2, 3);
const SERIES: BankDaySeries = {
  agent_id: 'A',
  day: 0,
  due_so_far: CENTS,
  sent_so_far: CENTS,
  value_received: CENTS,
  payments_sent: CENTS,
  payments_received: CENTS,
  unsettled_value: CENTS,
  net_position: CENTS,
  net_position_due: CENTS,
  balance: CENTS,
  credit_limit: CENTS,
};

describe('deleting a simulation', () => {
  it('leaves no trace of it in any table, and its neighbours as they were', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'a', reference('rtgs-scarce-queue'), { checkpointEvery: 'day' });
    // The id of the one that goes is the beginning of its neighbour's.
    await storeWhole(database, 'x', reference('mixed-five-days'), { checkpointEvery: 'day' });
    await storeWhole(database, 'x-1', reference('lsm-cycles'), { checkpointEvery: 'day' });
    await storeWhole(database, 'registers', reference('state-registers'));
    await storeWhole(database, 'called', reference('rtgs-two-banks'), {
      onTick: (simulation) => void (simulation.currentTick === 2 && simulation.postCollateral(simulation.agentIds[0]!, 100)),
    });
    await storeWhole(
      database,
      'designed',
      parseScenario({
        simulation: { ticks_per_day: 3, num_days: 1, rng_seed: 1 },
        agents: ['A', 'B'].map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
        scenario_events: [
          { type: 'CustomTransactionArrival', from_agent: 'A', to_agent: 'B', amount: 1, schedule: { type: 'OneTime', tick: 0 } },
        ],
        settlement: { preset: 'gridlock', report: 'all' },
        clock: { time_zone: 'Europe/Berlin', tick: '1h', opening: '07:00', closing: '10:00', first_day: '2024-03-27' },
      }),
      { indicators: () => ({ sheet: { system: '{}' }, bank_days: [SERIES] }) },
    );
    const before = { a: await rowCounts(database, 'a'), 'x-1': await rowCounts(database, 'x-1') };
    const filled = new Set(['x', 'registers', 'called', 'designed']);
    const tables = new Set<string>();
    for (const id of filled) for (const table of Object.keys(await rowCounts(database, id))) tables.add(table);
    expect([...tables].sort()).toEqual(await simulationTables(database));

    await deleteSimulation(database, 'x');
    await deleteSimulation(database, 'registers');
    await deleteSimulation(database, 'called');
    await deleteSimulation(database, 'designed');
    const reopened = await reopen(database, { readOnly: true });
    expect(await rowCounts(reopened, 'x')).toEqual({});
    expect(await rowCounts(reopened, 'registers')).toEqual({});
    expect({ a: await rowCounts(reopened, 'a'), 'x-1': await rowCounts(reopened, 'x-1') }).toEqual(before);
    expect(firstDifference(await storedLog(reopened, 'x-1'), runLive(reference('lsm-cycles')).log)).toBeUndefined();
    expect((await listSimulations(reopened)).map((run) => run.simulation_id).sort()).toEqual(['a', 'x-1']);
    await expect(findSimulation(reopened, 'x')).rejects.toThrow(NotStoredError);
  });

  it('makes room for another one of the same id', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'x', reference('rtgs-two-banks'));
    await expect(storeWhole(database, 'x', reference('rtgs-two-banks'))).rejects.toThrow(
      new DatabaseError(`simulation x is stored already in ${database.path}: choose another --id`),
    );
    await deleteSimulation(database, 'x');
    const { log } = await storeWhole(database, 'x', reference('lsm-cycles'));
    expect(firstDifference(await storedLog(database, 'x'), log)).toBeUndefined();
  });

  it('is refused for one that is running, and for one that is not there', async () => {
    const database = await openDatabase();
    const provider = new StandardSimulationPersistenceProvider(database, 'test');
    await provider.persistSimulationStart('x', describeRun(reference('rtgs-two-banks'), { level: 'FULL' }));
    const before = await rowCounts(database, 'x');
    await expect(deleteSimulation(database, 'x')).rejects.toThrow(
      new DatabaseError('simulation x is running and cannot be deleted'),
    );
    expect(await rowCounts(database, 'x')).toEqual(before);
    await expect(deleteSimulation(database, 'y')).rejects.toMatchObject({ name: 'NotStoredError', known: ['x'] });
  });

  it('takes its checkpoints along, and no experiment', async () => {
    const database = await openDatabase();
    await database.execute(
      `INSERT INTO experiments (run_id, experiment_name, experiment_type, config, status, created_at, num_iterations, converged)
       VALUES ('e', 'e', 'search', '{}', 'completed', now()::TIMESTAMP, 0, false)`,
    );
    const context = { experiment_run_id: 'e', experiment_iteration: 0, run_purpose: 'final' } as const;
    await storeWhole(database, 'e-iter0-final', reference('rtgs-two-banks'), { context, checkpointEvery: 3 });
    await deleteSimulation(database, 'e-iter0-final');
    expect(await database.query('SELECT * FROM simulation_checkpoints')).toEqual([]);
    expect(await database.query('SELECT run_id FROM experiments')).toEqual([{ run_id: 'e' }]);
  });
});
