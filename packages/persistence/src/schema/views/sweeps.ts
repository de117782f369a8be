import { TABLES } from '../tables.js';
import { as, type View } from './view.js';

const { sweep_values: values } = TABLES;
const { cell, measure, sweep_id } = values.columns;

/** Money and everything else in one column. */
const VALUE = 'coalesce(v.value_cents::DOUBLE, v.value)';

const figures = {
  n: as('values'),
  n_null: as('replications without one'),
  mean: as('money in cents'),
  sd: as('standard deviation; `NULL` of a single value'),
  se: as('standard error of the mean'),
  min: as('smallest'),
  q05: as('5 % quantile, interpolated'),
  median: as('50 % quantile'),
  q95: as('95 % quantile'),
  max: as('largest'),
};

const figuresOf = (
  x: string,
): string => `count(${x}) AS n, count(*) - count(${x}) AS n_null, avg(${x}) AS mean, stddev_samp(${x}) AS sd,
  stddev_samp(${x}) / sqrt(count(${x})) AS se, min(${x}) AS min, quantile_cont(${x}, 0.05) AS q05, quantile_cont(${x}, 0.5) AS median,
  quantile_cont(${x}, 0.95) AS q95, max(${x}) AS max`;

export const v_sweep_statistics: View = {
  about:
    'Figures of the values of each cell and measure of a sweep, also of one that is still running. Intervals are in `sweep_statistics`.',
  columns: { sweep_id, cell, measure, ...figures },
  sql: `SELECT v.sweep_id, v.cell, v.measure, ${figuresOf(VALUE)}
FROM sweep_values v GROUP BY v.sweep_id, v.cell, v.measure`,
};

export const v_sweep_differences: View = {
  about: 'The same of differences to the baseline of the sweep, replication by replication: over those that both cells have.',
  columns: {
    ...{ sweep_id, cell, measure },
    ...figures,
    share_below_zero: as('share of the differences below zero'),
    share_zero: as('share of those that are zero'),
  },
  sql: `SELECT d.sweep_id, d.cell, d.measure, ${figuresOf('d.x')},
  avg((d.x < 0)::INTEGER) AS share_below_zero, avg((d.x = 0)::INTEGER) AS share_zero
FROM (
  SELECT v.sweep_id, v.cell, v.measure, ${VALUE} - ${VALUE.replaceAll('v.', 'b.')} AS x
  FROM sweep_values v JOIN sweep_cells c ON c.sweep_id = v.sweep_id AND c.is_baseline
    JOIN sweep_values b ON b.sweep_id = v.sweep_id AND b.cell = c.cell AND b.replication = v.replication AND b.measure = v.measure
  WHERE v.cell <> c.cell
) d GROUP BY d.sweep_id, d.cell, d.measure`,
};
