import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERSISTENCE_LEVELS } from '../../packages/protocol/src/index.js';
import { SimCashDatabase } from '../../packages/persistence/src/index.js';

/** The page about the schema against the schema. */
const page = readFileSync(path.resolve(import.meta.dirname, '../reference/database.md'), 'utf8');

interface Column {
  name: string;
  type: string;
  meaning: string;
}

/** Tables and views by heading, with the rows of their column tables. */
const described = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
);

function columnsOf(section: string): Column[] {
  const cells = [...section.matchAll(/^\| `(\w+)` +\| (\S+) +\| (.*?) *\|$/gm)];
  return cells.map(([, name, type, meaning]) => ({ name: name!, type: type!, meaning: meaning! }));
}

const BASE = "table_schema = 'main' AND table_type = 'BASE TABLE'";

let database: SimCashDatabase;
beforeAll(async () => {
  database = await SimCashDatabase.open(':memory:');
});
afterAll(() => database.close());

describe('database.md', () => {
  it('has every table and view, and no other', async () => {
    const tables = await database.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY name",
    );
    expect([...described.keys()].sort()).toEqual(tables.map(({ name }) => name));
  });

  it.each([...described.keys()])('has every column of %s with its type, in order, and says what it means', async (table) => {
    const columns = await database.query<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type || CASE WHEN is_nullable = 'YES' AND ${BASE} THEN '?' ELSE '' END AS type
       FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
       WHERE table_name = $1 ORDER BY ordinal_position`,
      [table],
    );
    const found = columnsOf(described.get(table)!);
    expect(found.map(({ name, type }) => ({ name, type }))).toEqual(columns);
    expect(found.filter(({ meaning }) => meaning === '')).toEqual([]);
  });

  it('has every primary key', async () => {
    const keys = await database.query<{ table_name: string; columns: string[] }>(
      "SELECT table_name, constraint_column_names AS columns FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY' ORDER BY table_name",
    );
    const stated = [...described]
      .map(([table, section]) => ({ table_name: table, columns: /Primary key `([^`]+)`/.exec(section)?.[1]!.split(', ') }))
      .filter(({ columns }) => columns !== undefined)
      .sort((a, b) => (a.table_name < b.table_name ? -1 : 1));
    expect(stated).toEqual(keys);
  });

  it('has every table of simulations in the table of levels', async () => {
    const levels = page.slice(page.indexOf('## Levels'), page.indexOf('## When'));
    expect(/^\| Table +\| (.*) \| Written/m.exec(levels)![1]!.split(/ *\| */)).toEqual([...PERSISTENCE_LEVELS]);
    const listed = [...levels.matchAll(/^\| (`.*?`) +\|/gm)].flatMap(([, names]) => names!.replaceAll('`', '').split(', '));
    const tables = await database.query<{ name: string }>(
      `SELECT DISTINCT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
       WHERE column_name = 'simulation_id' AND ${BASE} ORDER BY name`,
    );
    expect(listed.sort()).toEqual(tables.map(({ name }) => name));
  });

  it('has queries that run', async () => {
    const queries = [...page.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, sql]) => sql!);
    expect(queries.length).toBeGreaterThan(0);
    for (const sql of queries) expect(await database.query(sql)).toEqual([]);
  });
});
