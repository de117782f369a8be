import type { SimCashDatabase } from '@simcash/persistence';
import { idsByName, type StoredRun } from '@simcash/runs';
import { usageError } from '../exit-codes.js';

/** Ids of payments for a filter: one for a payment that does not exist would hide everything. @throws CommandError */
export async function paymentsNamed(database: SimCashDatabase, run: StoredRun, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  return [...(await idsByName(database, run, names))].flatMap(([name, ids]) => {
    if (ids.length > 0) return ids;
    if (name.startsWith('scheduled_settlement_')) return [name];
    throw usageError(
      `unknown payment '${name}'`,
      `ids of ${run.simulation.simulation_id} look like T00000001; references are those of its payment list`,
    );
  });
}
