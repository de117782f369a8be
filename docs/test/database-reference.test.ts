import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { SimCashDatabase } from '../../packages/persistence/src/index.js';
import { PAGE, tablesPage } from '../scripts/tables-page.mjs';

it('tables.md says what the code declares; `npm run docs:pages` brings it up to date', async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await tablesPage());
});

it('database.md has queries that run', async () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../reference/database.md'), 'utf8');
  const queries = [...page.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, sql]) => sql!);
  expect(queries.length).toBeGreaterThan(0);
  const database = await SimCashDatabase.open(':memory:');
  for (const sql of queries) expect(await database.query(sql)).toEqual([]);
  database.close();
});
