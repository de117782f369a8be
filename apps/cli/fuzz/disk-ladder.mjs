import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from './operations.mjs';
import { markdown, output, simcash } from './support.mjs';

const RUNG = 64 * 1024;
/** Larger than what the run takes, with its log. */
const DISK = 32 * 1024 * 1024;

/** Stores a run on disks with 64 kB more each time, until it fits; of more rungs than are wanted, some are left out evenly. */
export function climb(root, wanted) {
  const disk = path.join(root, 'disk');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', disk]).status !== 0)
    return { text: 'Skipped: mounting a small disk is not permitted here.', wrong: 0 };
  const rows = [];
  let wrong = 0;
  try {
    const whole = mkdtempSync(path.join(root, 'whole-'));
    output(run.args, whole);
    const expected = run.result(whole);
    const needed = Math.ceil(spaceFor(disk) / RUNG);
    const step = Math.max(1, Math.floor(needed / wanted));
    for (let rung = 0; rung <= needed + step; rung += step) {
      const [found, result] = attempt(disk, rung * RUNG, expected);
      if (result !== 'equal') wrong++;
      rows.push([`${rung * 64} kB`, found, result]);
    }
  } finally {
    spawnSync('umount', [disk]);
  }
  return { text: markdown(['Space', 'What was said', 'With room again'], rows), wrong };
}

/** What the run takes where there is room. */
function spaceFor(disk) {
  output(run.args, disk);
  const { bfree, blocks, bsize } = statfsSync(disk);
  empty(disk);
  return (blocks - bfree) * bsize;
}

function empty(disk) {
  for (const name of readdirSync(disk)) rmSync(path.join(disk, name), { recursive: true });
}

function attempt(disk, room, expected) {
  const ballast = path.join(disk, 'ballast');
  const { bfree, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bfree * bsize - room)));
  const { code, stderr } = simcash(run.args, disk);
  rmSync(ballast);
  let found = code === 0 ? 'it fits' : stderr.trim().replaceAll(/\s+/g, ' ');
  try {
    if (code !== 0 && (code !== 5 || !stderr.startsWith('error: the disk is full')))
      return [found, `WRONG: exit code ${code}, and no word about a full disk`];
    if (existsSync(path.join(disk, 'a.duckdb'))) output(['db', 'verify', '--db', 'a.duckdb'], disk);
    found += `; ${run.left(disk)}`;
    return [found, run.result(disk) === expected ? 'equal' : 'NOT EQUAL'];
  } catch (error) {
    return [found, `WRONG: ${error.message.replaceAll(/\s+/g, ' ').slice(0, 300)}`];
  } finally {
    empty(disk);
  }
}
