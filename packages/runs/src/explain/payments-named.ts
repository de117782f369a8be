import type { SimCashDatabase } from '@simcash/persistence';
import type { StoredRun } from '../stored-run.js';

/** Payments of a stored run by what they are called: their ids and, of payment lists, their references. */
export async function idsByName(
  database: SimCashDatabase,
  { simulation }: StoredRun,
  names: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const isNamed = (column: string): string => `list_contains(CAST(CAST($2 AS JSON) AS VARCHAR[]), ${column})`;
  const known = await database.query<{ name: string; tx_id: string }>(
    `SELECT tx_id AS name, tx_id FROM simulation_events WHERE simulation_id = $1 AND event_type = 'Arrival' AND ${isNamed('tx_id')}
     UNION ALL SELECT external_ref AS name, tx_id FROM v_payments WHERE simulation_id = $1 AND ${isNamed('external_ref')}`,
    [simulation.simulation_id, JSON.stringify(names)],
  );
  return new Map(names.map((name) => [name, known.filter((payment) => payment.name === name).map(({ tx_id }) => tx_id)]));
}
