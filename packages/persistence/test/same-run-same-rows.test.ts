import { beforeAll, describe, expect, it } from 'vitest';
import { diffRows, findSimulation, NotStoredError, type SimCashDatabase } from '../src/index.js';
import { rowCounts } from './support/comparing.js';
import { changed, openDatabase, reference, storeWhole } from './support/storing.js';

/** INV-2 and INV-11: rows depend on the configuration and the seed, not on who ran the simulation, when, or beside what. */
describe('the same configuration and seed', () => {
  it.each(['mixed-five-days', 'splits-families'])(
    'leave the same rows twice, apart from the id and the clock: %s',
    async (name) => {
      const database = await openDatabase();
      const scenario = reference(name);
      await storeWhole(database, 'first', scenario, { checkpointEvery: 5 });
      // The second one has another purpose, an id that sorts before, and a neighbour whose rows lie between.
      await storeWhole(database, 'neighbour', changed(name, { rng_seed: 99n }));
      await storeWhole(database, "a 'second' one", scenario, {
        checkpointEvery: 5,
        context: { run_purpose: 'evaluation', config_file: 'elsewhere.yaml', description: 'again', sample_index: 7 },
      });
      expect(await diffRows(database, 'first', "a 'second' one")).toEqual([]);
      expect(await rowCounts(database, 'first')).toEqual(await rowCounts(database, "a 'second' one"));
    },
  );
});

describe('a comparison of two runs', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
    await storeWhole(database, 'x', reference('mixed-five-days'), { checkpointEvery: 'day' });
    await storeWhole(database, 'twin', reference('mixed-five-days'), { checkpointEvery: 'day' });
  });

  it('finds that another seed gave another log, and says in which tables', async () => {
    await storeWhole(database, 'other seed', changed('mixed-five-days', { rng_seed: 99n }));
    const differences = await diffRows(database, 'x', 'other seed');
    expect(differences.map(({ table }) => table)).toEqual(
      expect.arrayContaining(['simulation_events', 'transactions', 'daily_agent_metrics', 'tick_summaries', 'simulations']),
    );
    const hashes = await Promise.all(['x', 'other seed'].map((id) => findSimulation(database, id)));
    expect(hashes[0]!.event_log_hash).not.toBe(hashes[1]!.event_log_hash);
  });

  it('shows a row that only one of them has', async () => {
    await storeWhole(database, 'shorter', reference('mixed-five-days'), { untilTick: 59 });
    const differences = await diffRows(database, 'x', 'shorter');
    const metrics = differences.find(({ table }) => table === 'daily_system_metrics')!;
    expect(JSON.parse(metrics.first)).toMatchObject({ day: 4 });
    expect(metrics.second).toBe('(no such row)');
  });

  it.each([
    ['simulation_agents', 'opening_balance = opening_balance + 1'],
    ['simulation_events', "agent_id = 'nobody'"],
    ['transactions', 'queue1_ticks = queue1_ticks + 1'],
    ['daily_agent_metrics', 'queue2_peak_size = queue2_peak_size + 1'],
    ['daily_system_metrics', 'unsettled_count = unsettled_count + 1'],
    ['tick_summaries', 'rng_state = rng_state - 1'],
    ['tick_agent_states', 'delay_cost_delta = delay_cost_delta + 1'],
    ['tick_queue_snapshots', 'position = position + 1'],
    ['queue_snapshots', "tx_id = 'T'"],
    ['collateral_events', "reason = 'none'"],
    ['lsm_cycles', 'net_positions = list_reverse(net_positions)'],
    ['lsm_cycle_transactions', 'amount = amount + 1'],
    ['policy_snapshots', "policy_hash = 'none'"],
    ['simulation_checkpoints', 'next_event_seq = next_event_seq + 1'],
    ['simulations', 'event_count = event_count + 1'],
  ])('finds a change in %s', async (table, change) => {
    await database.execute('BEGIN');
    try {
      await database.execute(
        `UPDATE ${table} SET ${change} WHERE rowid = (SELECT max(rowid) FROM ${table} WHERE simulation_id = 'twin')`,
      );
      expect((await diffRows(database, 'x', 'twin')).map((difference) => difference.table)).toEqual([table]);
    } finally {
      await database.execute('ROLLBACK');
    }
  });

  it('needs both to be stored', async () => {
    await expect(diffRows(database, 'x', 'nothing')).rejects.toThrow(NotStoredError);
    await expect(diffRows(database, 'nothing', 'x')).rejects.toThrow(NotStoredError);
  });
});
