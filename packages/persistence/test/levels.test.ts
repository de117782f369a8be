import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { findSimulation, verifySimulation, type SimCashDatabase } from '../src/index.js';
import { rowCounts, simulationTables, storedLog } from './support/comparing.js';
import { openDatabase, reference, runLive, storeWhole } from './support/storing.js';

const LEVELS = ['SUMMARY', 'EVENTS', 'FULL'] as const;

const ALWAYS = [
  'daily_agent_metrics',
  'daily_system_metrics',
  'policy_snapshots',
  'simulation_agents',
  'simulation_checksums',
  'simulations',
];
const WITH_EVENTS = [
  ...['agent_state_registers', 'collateral_events', 'lsm_cycle_transactions', 'lsm_cycles', 'queue_snapshots'],
  ...['simulation_events', 'tick_summaries', 'transactions'],
];
const WITH_STATES = ['tick_agent_states', 'tick_queue_snapshots'];

const SCENARIOS = ['mixed-five-days', 'state-registers'];

describe('how much is stored', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
    for (const name of SCENARIOS)
      for (const level of LEVELS) await storeWhole(database, `${name} ${level}`, reference(name), { level });
  });

  it.each([
    { level: 'SUMMARY', tables: ALWAYS },
    { level: 'EVENTS', tables: [...ALWAYS, ...WITH_EVENTS] },
    { level: 'FULL', tables: [...ALWAYS, ...WITH_EVENTS, ...WITH_STATES] },
  ])('at level $level is what the level promises, and no more', async ({ level, tables }) => {
    const filled = new Set<string>();
    for (const name of SCENARIOS) {
      for (const table of Object.keys(await rowCounts(database, `${name} ${level}`))) filled.add(table);
    }
    expect([...filled].sort()).toEqual([...tables].sort());
  });

  it('grows with the level: the rows of a lower level are those of the higher one', async () => {
    for (const name of SCENARIOS) {
      for (const [lower, higher] of [
        ['SUMMARY', 'EVENTS'],
        ['EVENTS', 'FULL'],
      ] as const) {
        for (const table of await simulationTables(database)) {
          if (['simulations', 'simulation_checkpoints', 'simulation_checksums'].includes(table)) continue;
          const [count] = await database.query<{ n: number }>(
            `SELECT count(*) AS n FROM (SELECT ${columnsOf(table)} FROM ${table} WHERE simulation_id = $1
             EXCEPT ALL SELECT ${columnsOf(table)} FROM ${table} WHERE simulation_id = $2)`,
            [`${name} ${lower}`, `${name} ${higher}`],
          );
          expect(count!.n, `${table} of ${name} at ${lower} and ${higher}`).toBe(0);
        }
      }
    }
  });

  it('does not change what happened: totals, number of events and their hash are those of the engine', async () => {
    for (const name of SCENARIOS) {
      const { log, simulation } = runLive(reference(name));
      const { total_arrivals, total_settlements } = simulation.systemMetrics();
      const cost = simulation.agentIds.reduce((sum, id) => sum + simulation.agentRunCosts(id).total_cost, 0);
      for (const level of LEVELS) {
        expect(await findSimulation(database, `${name} ${level}`)).toMatchObject({
          status: 'completed',
          persistence_level: level,
          last_tick: simulation.totalTicks - 1,
          total_arrivals,
          total_settlements,
          total_lsm_releases: simulation.runTotals().lsm_releases,
          total_cost_cents: cost,
          event_count: simulation.eventCount,
          event_log_hash: createHash('sha256').update(log).digest('hex'),
        });
        expect(await verifySimulation(database, `${name} ${level}`)).toEqual([]);
      }
    }
  });

  it('gives no events at level SUMMARY, rather than some', async () => {
    expect(await storedLog(database, 'mixed-five-days SUMMARY')).toBe('');
  });

  /** Holds by choice are the one thing that a level adds to a table of the level below. */
  it('adds decisions to leave collateral alone at level FULL only', async () => {
    const name = 'collateral-trees';
    for (const level of ['EVENTS', 'FULL'] as const) await storeWhole(database, `${name} ${level}`, reference(name), { level });
    const holds = await database.query(
      `SELECT simulation_id, count(*) AS n FROM collateral_events WHERE reason = 'HoldCollateral' AND action = 'hold' AND amount = 0
       GROUP BY simulation_id`,
    );
    expect(holds.map((row) => row.simulation_id)).toContain(`${name} FULL`);
    expect(holds.map((row) => row.simulation_id)).not.toContain(`${name} EVENTS`);
    const moves = (level: string): Promise<unknown[]> =>
      database.query(
        `SELECT * EXCLUDE (simulation_id, collateral_seq) FROM collateral_events
         WHERE simulation_id = $1 AND reason <> 'HoldCollateral' ORDER BY collateral_seq`,
        [`${name} ${level}`],
      );
    expect(await moves('FULL')).toEqual(await moves('EVENTS'));
  });
});

/** Columns of a table that do not name the simulation; the position of a collateral record counts holds by choice, too. */
function columnsOf(table: string): string {
  const named: Record<string, string> = {
    simulation_events: '* EXCLUDE (simulation_id, event_id)',
    lsm_cycles: '* EXCLUDE (simulation_id, cycle_id)',
    lsm_cycle_transactions: '* EXCLUDE (simulation_id, cycle_id)',
    collateral_events: '* EXCLUDE (simulation_id, collateral_seq)',
  };
  return named[table] ?? '* EXCLUDE (simulation_id)';
}
