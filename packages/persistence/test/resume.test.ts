import { describe, expect, it } from 'vitest';
import { deleteCheckpoint, diffRows, listCheckpoints, loadCheckpoint, verifySimulation } from '../src/index.js';
import { firstDifference, storedLog } from './support/comparing.js';
import { openDatabase, reference, storeWhole } from './support/storing.js';

describe('a run that goes on from a checkpoint', () => {
  it.each([
    { name: 'mixed-five-days', every: 7, until: 31 },
    { name: 'splits-in-lsm', every: 5, until: 9 },
    { name: 'collateral-timers', every: 3, until: 11 },
  ])('leaves the rows of an uninterrupted one: $name', async ({ every, name, until }) => {
    const database = await openDatabase();
    const { log } = await storeWhole(database, 'whole', reference(name), { checkpointEvery: every });
    await storeWhole(database, 'parts', reference(name), { checkpointEvery: every, untilTick: until });
    const resume = await loadCheckpoint(database, 'latest', 'parts');
    expect(resume.checkpoint_tick).toBe(until - (until % every));
    await storeWhole(database, 'parts', reference(name), { checkpointEvery: every, resume });
    expect(await diffRows(database, 'whole', 'parts')).toEqual([]);
    expect(firstDifference(await storedLog(database, 'parts'), log)).toBeUndefined();
    expect(await verifySimulation(database, 'parts')).toEqual([]);
  });

  it('may go on from any of them, even from the middle of a finished run', async () => {
    const database = await openDatabase();
    for (const id of ['whole', 'again']) await storeWhole(database, id, reference('splits-families'), { checkpointEvery: 4 });
    for (const { checkpoint_id } of (await listCheckpoints(database, 'again')).toReversed()) {
      const resume = await loadCheckpoint(database, checkpoint_id);
      await storeWhole(database, 'again', reference('splits-families'), { checkpointEvery: 4, resume });
      expect(await diffRows(database, 'whole', 'again'), checkpoint_id).toEqual([]);
    }
  });

  it('is refused if the stored state was changed, or is not there', async () => {
    const database = await openDatabase();
    await storeWhole(database, 'x', reference('rtgs-two-banks'), { checkpointEvery: 6 });
    await database.execute("UPDATE simulation_checkpoints SET state_json = state_json || ' ' WHERE checkpoint_tick = 6");
    await expect(loadCheckpoint(database, 'x-cp6-auto')).rejects.toThrow(/integrity check failed: state hash mismatch/);
    expect(await deleteCheckpoint(database, 'x-cp6-auto')).toBe(true);
    expect(await deleteCheckpoint(database, 'x-cp6-auto')).toBe(false);
    await expect(loadCheckpoint(database, 'x-cp6-auto')).rejects.toThrow(/Checkpoint x-cp6-auto not found/);
  });
});
