import type { IndicatorSheet, Section } from '@simcash/indicators';
import type { SimCashDatabase } from '@simcash/persistence';
import { readSheet } from './indicators.js';
import { storedIndicators } from './stored-indicators.js';
import { openRun } from './stored-run.js';

/**
 * A section of the indicators of a stored run, as `simcash indicators` prints it (spec 14 §12): `system` as one record, the others as
 * rows. Money is cents, times are ticks, shares lie between 0 and 1; what has no value is null.
 *
 * ```ts
 * for (const { bank, liquidity_used } of await getIndicators(database, 'demo', { by: 'banks' })) console.log(bank, liquidity_used);
 * ```
 *
 * @throws NotStoredError if there is no such run
 */
export async function getIndicators<S extends Section = 'system'>(
  database: SimCashDatabase,
  simulationId: string,
  { by = 'system' as S }: { by?: S } = {},
): Promise<IndicatorSheet[S]> {
  const texts = await storedIndicators(database, await openRun(database, simulationId), [by]);
  return readSheet(texts)[by];
}
