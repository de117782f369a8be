import { counted, csv, money } from '@simcash/protocol';
import type { CellStatistics } from '@simcash/sweeps';
import { table } from '../output/table.js';

/** What texts need to know of a sweep: its cells and measures. */
export interface SweepShape {
  readonly name: string;
  readonly baseline: number;
  readonly cells: readonly { readonly index: number; readonly labels: Readonly<Record<string, string>> }[];
  readonly measures: readonly { readonly name: string; readonly isMoney: boolean }[];
}

const shown = (value: number | null, isMoney: boolean): string => {
  if (value === null) return '–';
  if (isMoney) return money(Math.round(value));
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
};

const interval = ({ half_width, mean }: CellStatistics, isMoney: boolean): string =>
  `${shown(mean, isMoney)}${half_width === null ? '' : ` ± ${shown(half_width, isMoney)}`}`;

/** What a sweep found: of one cell a row per measure, of several a table per measure. */
export function statisticsText(
  shape: SweepShape,
  statistics: readonly CellStatistics[],
  replications: number,
  remark = '',
): string {
  const { cells, measures, name } = shape;
  const heading = `${name}: ${counted(cells.length, 'cell')}, ${counted(replications, 'replication')}${remark}`;
  const tables =
    cells.length === 1
      ? [cellTable(shape, statistics)]
      : measures.map((measure) => `${measure.name}\n${measureTable(shape, measure, statistics)}`);
  return `${heading}\n\n${tables.join('\n\n')}\n`;
}

function cellTable({ measures }: SweepShape, statistics: readonly CellStatistics[]): string {
  const rows = measures.flatMap(({ isMoney, name }) => {
    const own = statistics.find(({ measure, scope }) => measure === name && scope === 'cell');
    if (own === undefined) return [];
    return [[name, String(own.n), interval(own, isMoney), shown(own.sd, isMoney)]];
  });
  return table(['Measure', 'n', 'Mean', 'sd'], rows);
}

/** A row per cell: mean ± half width, and the difference to the baseline, marked where its interval does not contain 0. */
function measureTable(
  { baseline, cells }: SweepShape,
  { isMoney, name }: SweepShape['measures'][number],
  statistics: readonly CellStatistics[],
): string {
  const axes = Object.keys(cells[0]!.labels);
  const rows = cells.map(({ index, labels }) => {
    const of = (scope: CellStatistics['scope']): CellStatistics | undefined =>
      statistics.find((row) => row.measure === name && row.cell === index && row.scope === scope);
    const [own, difference] = [of('cell'), of('difference')];
    const isClear =
      difference !== undefined && difference.t_lower !== null && (difference.t_lower > 0 || difference.t_upper! < 0);
    return [
      ...axes.map((axis) => labels[axis]!),
      String(own?.n ?? 0),
      own === undefined ? '' : interval(own, isMoney),
      index === baseline ? 'baseline' : difference === undefined ? '' : interval(difference, isMoney),
      isClear ? '*' : '',
    ];
  });
  return table([...axes, 'n', 'Mean', 'Against the baseline', ''], rows);
}

/** A row per cell and measure, money in cents. */
export function statisticsCsv({ cells }: SweepShape, statistics: readonly CellStatistics[]): string {
  const axes = Object.keys(cells[0]?.labels ?? {});
  const names = [
    'n',
    'mean',
    'sd',
    'se',
    'min',
    'max',
    't_lower',
    't_upper',
    'boot_lower',
    'boot_upper',
    'share_below_zero',
    'share_zero',
    'vr',
  ] as const;
  return csv(
    ['cell', ...axes, 'measure', 'scope', ...names],
    statistics.map((row) => [
      row.cell,
      ...axes.map((axis) => cells[row.cell]!.labels[axis]!),
      row.measure,
      row.scope,
      ...names.map((name) => row[name]),
    ]),
  );
}
