import type { SimCashDatabase } from '@simcash/persistence';
import type { ComparisonFigures, RunFigures } from '@simcash/pictures';
import { compareRuns } from '../compare/compare-runs.js';
import { openRun } from '../stored-run.js';
import { comparisonFiguresOf } from './comparison-figures.js';
import { reportFigures } from './figures.js';
import type { ReportForm } from './head.js';

/** The figures of two to five stored runs beside each other (spec 16 §8). @throws NotStoredError */
export async function comparisonFigures(
  database: SimCashDatabase,
  ids: readonly string[],
  form: ReportForm = {},
): Promise<ComparisonFigures> {
  const comparison = await compareRuns(ids.map((id) => ({ database, id, name: id })));
  const figures: RunFigures[] = [];
  for (const id of ids) figures.push(await reportFigures(database, await openRun(database, id), form));
  return comparisonFiguresOf(comparison, figures);
}
