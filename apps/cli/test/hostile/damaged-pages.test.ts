import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { QUIET_SCENARIO, simcash, temporaryDirectory } from '../support/simcash.js';
import { batch } from './support/batch.js';

/** DuckDB reads and writes blocks of this size, behind three headers, and has a sum over each. */
const PAGE = 256 * 1024;
const HEADERS = 3 * 4096;
/** DuckDB itself can end the process when a page of its catalogue is another valid one: it says nothing before. */
const MOST_ENDED = 3;

it('a file in which a page stands in the place of another is opened, or refused in words, and stays as it is', async () => {
  const cwd = temporaryDirectory({ 's.yaml': QUIET_SCENARIO });
  await simcash(['run', 's.yaml', '--save', '-q', '--db', 'whole.duckdb'], { cwd });
  const bytes = readFileSync(path.join(cwd, 'whole.duckdb'));
  const pages = Math.floor((bytes.length - HEADERS) / PAGE);
  const files = Array.from({ length: pages }, (_, to) => {
    const name = `${to}.duckdb`;
    const from = HEADERS + ((to + 1) % pages) * PAGE;
    const damaged = Buffer.from(bytes);
    bytes.copy(damaged, HEADERS + to * PAGE, from, from + PAGE);
    writeFileSync(path.join(cwd, name), damaged);
    return { name, damaged };
  });
  const outcomes = await batch(
    files.map(({ name }) => ['list', '--db', name]),
    { cwd, env: {} },
  );
  const refused = outcomes.filter(({ code }) => code === 5);
  for (const { stderr } of refused) expect(stderr).toMatch(/^error: database \S+ is damaged: /);
  expect(refused.length).toBeGreaterThan(0);
  expect(outcomes.filter(({ code }) => ![0, 5, null].includes(code))).toEqual([]);
  expect(outcomes.filter(({ code }) => code === null).length).toBeLessThanOrEqual(MOST_ENDED);
  for (const { damaged, name } of files) expect(readFileSync(path.join(cwd, name)).equals(damaged), name).toBe(true);
});
