import { SimCashDatabase } from '../database.js';

/**
 * Compares a database with the schema that the migrations make; an empty list means that they agree. The declaration in code is
 * the migrations themselves: they are applied to a fresh database in memory, and the two catalogues are compared.
 */
export async function checkSchema(database: SimCashDatabase): Promise<string[]> {
  const reference = await SimCashDatabase.open(':memory:');
  try {
    const [expected, found] = [await catalogue(reference), await catalogue(database)];
    const missing = [...expected.keys()].filter((name) => !found.has(name)).map((name) => `${name} is missing`);
    const changed = [...expected].flatMap(([name, text]) => {
      const other = found.get(name);
      return other === undefined || other === text ? [] : [`${name} is ${other}, should be ${text}`];
    });
    return [...missing, ...changed];
  } finally {
    reference.close();
  }
}

/** Every table, view, column and constraint by name, with what defines it. */
async function catalogue(database: SimCashDatabase): Promise<Map<string, string>> {
  const entries = await database.query<{ name: string; definition: string }>(`
    SELECT 'table ' || table_name AS name, 'present' AS definition FROM duckdb_tables() WHERE NOT internal AND NOT temporary
    UNION ALL
    SELECT 'view ' || view_name, sql FROM duckdb_views() WHERE NOT internal AND NOT temporary
    UNION ALL
    SELECT 'column ' || table_name || '.' || column_name, data_type || CASE WHEN is_nullable THEN '' ELSE ' NOT NULL' END
    FROM duckdb_columns() WHERE NOT internal AND table_name NOT LIKE 'stage_%'
    UNION ALL
    SELECT 'constraint on ' || table_name || ': ' || constraint_text, 'present' FROM duckdb_constraints() WHERE table_name NOT LIKE 'stage_%'`);
  return new Map(entries.map((entry) => [entry.name, entry.definition]));
}
