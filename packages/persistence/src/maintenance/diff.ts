import type { SimCashDatabase } from '../database.js';
import { findSimulation } from '../queries/simulations.js';
import type { Table } from '../schema/column.js';
import { keyOf, SIMULATION_TABLES, TABLES, type TableName } from '../schema/tables.js';
import { literal } from '../sql-text.js';

/** The first row in which two simulations differ, per table; wall-clock and context columns do not count (spec 09 §6). */
export async function diffRows(
  database: SimCashDatabase,
  x: string,
  y: string,
): Promise<{ table: string; first: string; second: string }[]> {
  await findSimulation(database, x);
  await findSimulation(database, y);
  const differences: { table: string; first: string; second: string }[] = [];
  for (const table of SIMULATION_TABLES) {
    const rows = comparable(table);
    const order = keyOf(table).join(', ');
    const difference = await database.query<{ a: string | null; b: string | null }>(
      `WITH x AS (SELECT row_number() OVER (ORDER BY ${order}) AS n, ${rows(x)} AS r FROM ${table} WHERE simulation_id = $1),
            y AS (SELECT row_number() OVER (ORDER BY ${order}) AS n, ${rows(y)} AS r FROM ${table} WHERE simulation_id = $2)
       SELECT x.r AS a, y.r AS b FROM x FULL JOIN y USING (n) WHERE x.r IS DISTINCT FROM y.r ORDER BY n LIMIT 1`,
      [x, y],
    );
    const [first] = difference;
    if (first) differences.push({ table, first: first.a ?? '(no such row)', second: first.b ?? '(no such row)' });
  }
  return differences;
}

/** SQL that gives a row as JSON text with the simulation's id replaced, so that equal simulations give equal texts. */
function comparable(name: TableName): (id: string) => string {
  const { columns } = TABLES[name] as Table;
  const kept = Object.entries(columns).filter(
    ([column, { computed, context, wallClock }]) => !computed && !context && !wallClock && column !== 'simulation_id',
  );
  const ids = ['cycle_id', 'checkpoint_id'];
  const member = (id: string) => (column: string) =>
    `"${column}" := ${ids.includes(column) ? `replace("${column}", ${literal(id)}, '')` : `"${column}"`}`;
  return (id) => `CAST(to_json(struct_pack(${kept.map(([column]) => member(id)(column)).join(', ')})) AS VARCHAR)`;
}
