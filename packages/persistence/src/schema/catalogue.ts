import { SimCashDatabase } from '../database.js';

/** Compares a database with a fresh one; an empty list means that they have the same tables, views, columns and keys. */
export async function checkSchema(database: SimCashDatabase): Promise<string[]> {
  const reference = await SimCashDatabase.open(':memory:');
  try {
    const [expected, found] = [await catalogue(reference), await catalogue(database)];
    const missing = [...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`);
    const changed = [...expected].flatMap(([name, text]) => {
      const other = found.get(name);
      return other === undefined || other === text ? [] : [`${name} is ${other}, should be ${text}`];
    });
    const foreign = [...found.keys()].filter((name) => !expected.has(name)).map((name) => `${name} is not part of the schema`);
    return [...missing, ...changed, ...foreign];
  } finally {
    reference.close();
  }
}

/** A view is printed in other brackets and quotes once its file has been read again. */
const VIEW_TEXT = String.raw`regexp_replace(sql, '["()\s]+', ' ', 'g')`;

/** Every table, view, column and constraint by name, with what defines it. */
async function catalogue(database: SimCashDatabase): Promise<Map<string, string>> {
  const entries = await database.query<{ name: string; definition: string }>(`
    SELECT 'table ' || table_name AS name, coalesce(comment, '') AS definition FROM duckdb_tables() WHERE NOT internal AND NOT temporary
    UNION ALL
    SELECT 'view ' || view_name, ${VIEW_TEXT} || coalesce(' -- ' || comment, '') FROM duckdb_views() WHERE NOT internal AND NOT temporary
    UNION ALL
    SELECT 'column ' || table_name || '.' || column_name,
      column_index || ' ' || data_type || CASE WHEN is_nullable THEN '' ELSE ' NOT NULL' END || coalesce(' -- ' || comment, '')
    FROM duckdb_columns() WHERE NOT internal AND database_name <> 'temp'
    UNION ALL
    SELECT 'constraint on ' || table_name || ': ' || constraint_text, 'present' FROM duckdb_constraints() WHERE database_name <> 'temp'`);
  return new Map(entries.map((entry) => [entry.name, entry.definition]));
}
