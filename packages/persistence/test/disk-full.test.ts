import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DatabaseError, findSimulation, verifySimulation } from '../src/index.js';
import { firstDifference, storedLog } from './support/comparing.js';
import { changed, close, openDatabase, reference, reopen, store, storeWhole, temporaryDirectory } from './support/storing.js';

const disks: string[] = [];
afterAll(() => {
  for (const disk of disks) spawnSync('umount', [disk]);
});

/** A disk of its own in memory; null if this machine does not let us have one. */
function smallDisk(size: string): string | null {
  const disk = temporaryDirectory();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk]).status !== 0) return null;
  disks.push(disk);
  return disk;
}

const roomy = smallDisk('6m');
const tiny = smallDisk('8k');
const why = roomy === null ? ' (skipped: mounting a small disk needs root)' : '';

const full = (file: string): DatabaseError =>
  new DatabaseError(`the disk is full: writing to ${file} failed; everything committed before is kept`);

describe.skipIf(roomy === null)(`on a disk that fills up${why}`, () => {
  it('a run fails with one clear error, and whole days and other runs are kept', async () => {
    const file = path.join(roomy!, 'a.duckdb');
    const writing = await openDatabase(file);
    await storeWhole(writing, 'before', reference('lsm-cycles'));
    const { error, log } = await store(writing, 'x', changed('mixed-five-days', { num_days: 2000 }));
    expect(error).toEqual(full(file));
    expect(await findSimulation(writing, 'x')).toMatchObject({ status: 'failed', error_message: error!.message });

    const reading = await reopen(writing, { readOnly: true });
    const { completed_at, last_tick: last } = await findSimulation(reading, 'x');
    expect(completed_at).toBeNull();
    expect((last! + 1) % 12).toBe(0);
    const stored = await storedLog(reading, 'x');
    expect(firstDifference(stored, log.slice(0, stored.length))).toBeUndefined();
    expect(stored).not.toBe('');
    expect(await verifySimulation(reading, 'x')).toEqual([]);
    expect(await verifySimulation(reading, 'before')).toEqual([]);
    expect(await findSimulation(reading, 'before')).toMatchObject({ status: 'completed', last_tick: 15 });
    close(reading);
  });

  it('a new database is not begun', async () => {
    const file = path.join(tiny!, 'a.duckdb');
    await expect(openDatabase(file)).rejects.toEqual(full(file));
    expect(readdirSync(tiny!)).toEqual([]);
  });
});
