import { TABLES } from '../tables.js';
import { as, type View } from './view.js';

const { stress_banks, sweep_cells, sweep_values: values } = TABLES;
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

/** Mean over the seeds of a measure of a case. */
const meanOf = (measure: string): string => `avg(${VALUE}) FILTER (v.measure = '${measure}')`;

export const v_stress_ranking: View = {
  about:
    'Cases of stress tests, the most critical first: by what they do to payments that have nothing to do with the stricken bank (means over the seeds). Beside it what the network says of the bank without stress.',
  columns: {
    ...{ sweep_id, place: as('from 1'), cell, case_name: sweep_cells.columns.case_name },
    stricken_agent_id: sweep_cells.columns.stricken_agent_id,
    secondary_unsettled: as('cents; what stays unsettled of the others’ payments above the run without stress'),
    extra_delay_value_ticks: as('cents by ticks that the others’ payments wait longer'),
    criticality: as('share of `secondary_unsettled` of all cases; `NULL` if that is nothing'),
    value_share: stress_banks.columns.value_share,
    pagerank: stress_banks.columns.pagerank,
    sinkrank: stress_banks.columns.sinkrank,
  },
  sql: `WITH cases AS (
  SELECT c.sweep_id, c.cell, c.case_name, c.stricken_agent_id,
    coalesce(${meanOf('secondary_unsettled')}, 0) AS secondary_unsettled,
    coalesce(${meanOf('others.extra_delay_value_ticks')}, 0) AS extra_delay_value_ticks
  FROM sweep_cells c LEFT JOIN sweep_values v ON v.sweep_id = c.sweep_id AND v.cell = c.cell
  WHERE c.case_name IS NOT NULL GROUP BY ALL
), networks AS (
  SELECT b.sweep_id, b.agent_id, avg(b.value_share) AS value_share, avg(b.pagerank) AS pagerank, avg(b.sinkrank) AS sinkrank
  FROM stress_banks b JOIN sweep_cells c ON c.sweep_id = b.sweep_id AND c.cell = b.cell AND c.is_baseline GROUP BY ALL
)
SELECT c.sweep_id, row_number() OVER (PARTITION BY c.sweep_id ORDER BY c.secondary_unsettled DESC,
    c.extra_delay_value_ticks DESC, encode(coalesce(c.stricken_agent_id, c.case_name)), c.cell) AS place,
  c.cell, c.case_name, c.stricken_agent_id, c.secondary_unsettled, c.extra_delay_value_ticks,
  c.secondary_unsettled / nullif(sum(c.secondary_unsettled) OVER (PARTITION BY c.sweep_id), 0) AS criticality,
  n.value_share, n.pagerank, n.sinkrank
FROM cases c LEFT JOIN networks n ON n.sweep_id = c.sweep_id AND n.agent_id = c.stricken_agent_id
ORDER BY c.sweep_id, place`,
};
