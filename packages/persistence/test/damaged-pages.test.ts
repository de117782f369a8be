import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DatabaseError, listSimulations } from '../src/index.js';
import { openDatabase, reference, storeWhole, temporaryFile } from './support/storing.js';

/** DuckDB reads and writes blocks of this size, behind three headers, and has a sum over each. */
const PAGE = 256 * 1024;
const HEADERS = 3 * 4096;

it('a file in which a page stands in the place of another is opened, or refused in words', async () => {
  const whole = temporaryFile();
  const database = await openDatabase(whole);
  await storeWhole(database, 'one', reference('rtgs-scarce-queue'));
  database.close();
  const bytes = readFileSync(whole);
  const pages = Math.floor((bytes.length - HEADERS) / PAGE);
  let refused = 0;
  for (let to = 0; to < pages; to++) {
    const file = temporaryFile();
    const from = HEADERS + ((to + 1) % pages) * PAGE;
    const damaged = Buffer.from(bytes);
    bytes.copy(damaged, HEADERS + to * PAGE, from, from + PAGE);
    writeFileSync(file, damaged);
    try {
      const opened = await openDatabase(file, { readOnly: true });
      await listSimulations(opened);
    } catch (error) {
      expect(error, `page ${to}`).toBeInstanceOf(DatabaseError);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(0);
});
