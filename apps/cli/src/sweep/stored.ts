import { SweepRepository, type Rows } from '@simcash/persistence';
import type { CellStatistics } from '@simcash/sweeps';
import { withDatabase } from '../database.js';
import type { GlobalOptions } from '../global-options.js';
import { reopenSweep } from './load.js';
import type { SweepShape } from './sweep-text.js';

export const repositoryOf = <T>(
  options: GlobalOptions,
  work: (repository: SweepRepository) => Promise<T>,
  readOnly = true,
): Promise<T> => withDatabase(options, readOnly, (database) => work(new SweepRepository(database)));

/** A sweep with its cells and figures. */
export interface StoredSweep {
  readonly row: Rows['sweeps'];
  readonly cells: readonly Rows['sweep_cells'][];
  readonly shape: SweepShape;
  /** By measure in the order of the sweep, then cell. */
  readonly statistics: readonly CellStatistics[];
}

/** @throws NotStoredError */
export async function storedSweep(id: string, options: GlobalOptions): Promise<StoredSweep> {
  const { cells, row, statistics } = await repositoryOf(options, async (repository) => ({
    row: await repository.find(id),
    cells: await repository.cells(id),
    statistics: await repository.statistics(id),
  }));
  const { plan } = await reopenSweep(row.definition, row.base_config);
  const shape: SweepShape = plan;
  const read = statistics.map(({ quantiles, ...one }): CellStatistics => ({
    ...(one as Omit<CellStatistics, 'quantiles' | 'half_width'>),
    half_width: one.t_upper === null || one.mean === null ? null : one.t_upper - one.mean,
    quantiles: JSON.parse(quantiles) as CellStatistics['quantiles'],
  }));
  const order = new Map(plan.measures.map(({ name }, i) => [name, i]));
  read.sort((a, b) => order.get(a.measure)! - order.get(b.measure)! || a.cell - b.cell || (a.scope < b.scope ? -1 : 1));
  return { row, cells, shape, statistics: read };
}
