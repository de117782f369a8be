import path from 'node:path';
import { bandsSvg, frontierSvg, type Band, type Estimate, type FrontierPoint } from '@simcash/pictures';
import type { CellStatistics } from '@simcash/sweeps';
import type { SweepChartOptions, SweepRunOptions } from '../commands/sweep.js';
import { inputError, usageError } from '../exit-codes.js';
import { databaseFiles, OutputFile, writeText } from '../files/writing.js';
import { databasePath } from '../global-options.js';
import { note } from '../output/streams.js';
import { storedSweep, type StoredSweep } from './stored.js';

/** Series that a picture can tell apart (spec 16 R1609). */
const MOST_SERIES = 8;

/** `simcash sweep chart`: a measure along an axis with its intervals, or two measures against each other. */
export async function chartSweep(id: string, options: SweepChartOptions, option = '--out'): Promise<void> {
  const { against, axis, measure, out } = options;
  checkChart(option, out, options);
  if (against !== undefined && axis !== undefined) throw usageError('--against and --axis exclude each other');
  const sweep = await storedSweep(id, options);
  if (sweep.statistics.length === 0)
    throw inputError(`${id} has no figures yet: it is ${sweep.row.status}`, `go on with simcash sweep run --resume ${id}`);
  for (const name of [measure, ...(against === undefined ? [] : [against])])
    if (!sweep.shape.measures.some((one) => one.name === name))
      throw usageError(
        `unknown measure '${name}'`,
        `measures of ${id} are: ${sweep.shape.measures.map((one) => one.name).join(', ')}`,
      );
  const svg = against === undefined ? bands(sweep, options) : frontier(sweep, options, against);
  writeText(`${option} ${out}`, out, `${svg}\n`, options, databaseFiles(databasePath(options)));
  if (!options.quiet) note(`${out}: ${measure} of ${id}`);
}

/** Refuses a chart that cannot be written, before anything is run. @throws CommandError */
export function checkChart(option: string, file: string, options: SweepChartOptions | SweepRunOptions): void {
  if (path.extname(file) !== '.svg') throw usageError(`${option} ${file}: expected an .svg file`);
  OutputFile.check(`${option} ${file}`, file, options, databaseFiles(databasePath(options)));
}

/** Mean and interval of a cell; money in units of currency. */
function estimate({ shape, statistics }: StoredSweep, name: string, cell: number, scope: CellStatistics['scope']): Estimate {
  const found = statistics.find((row) => row.measure === name && row.cell === cell && row.scope === scope);
  const unit = shape.measures.find((measure) => measure.name === name)!.isMoney ? 100 : 1;
  const inUnits = (value: number | null | undefined): number | null => (value == null ? null : value / unit);
  // The baseline differs from itself by nothing.
  if (found === undefined && scope === 'difference' && cell === shape.baseline) return { mean: 0, low: null, high: null };
  return { mean: inUnits(found?.mean), low: inUnits(found?.t_lower), high: inUnits(found?.t_upper) };
}

function bands(sweep: StoredSweep, { axis, difference, measure }: SweepChartOptions): string {
  const { cells, name } = sweep.shape;
  const axes = Object.keys(cells[0]!.labels);
  const chosen = axis ?? axes[0];
  if (chosen === undefined) throw usageError('the sweep has one cell, and no axis to draw along');
  if (!axes.includes(chosen)) throw usageError(`unknown axis '${chosen}'`, `axes are: ${axes.join(', ')}`);
  const labels = [...new Set(cells.map((cell) => cell.labels[chosen]!))];
  const isNumber = labels.every((label) => label.trim() !== '' && Number.isFinite(Number(label)));
  const series = new Map<string, Band & { points: (Estimate & { x: number })[] }>();
  for (const { index, labels: own } of cells) {
    const rest = axes.filter((one) => one !== chosen).map((one) => `${one} ${own[one]}`);
    const key = rest.join(', ');
    const band = series.get(key) ?? { name: key === '' ? measure : key, points: [] };
    const x = isNumber ? Number(own[chosen]) : labels.indexOf(own[chosen]!);
    band.points.push({ x, ...estimate(sweep, measure, index, difference ? 'difference' : 'cell') });
    series.set(key, band);
  }
  if (series.size > MOST_SERIES)
    throw usageError(`${series.size} series cannot be told apart in one picture: at most ${MOST_SERIES}; choose another --axis`);
  for (const band of series.values()) band.points.sort((a, b) => a.x - b.x);
  const title = `${name}: ${measure}${difference ? ', difference to the baseline' : ''}`;
  return bandsSvg({ title, x: chosen, y: measure }, [...series.values()], isNumber ? undefined : labels);
}

/** Of these more is better; of all others less. */
const MORE_IS_BETTER = /(^|\.)(settlement_rate|on_time_share|turnover|lsm_share|value_settled|payments_settled)/;

function frontier(sweep: StoredSweep, { difference, measure }: SweepChartOptions, against: string): string {
  const { cells, name } = sweep.shape;
  const scope = difference ? 'difference' : 'cell';
  const points = cells.map(({ index, labels }) => ({
    name: Object.values(labels).join(', ') || name,
    x: estimate(sweep, against, index, scope),
    y: estimate(sweep, measure, index, scope),
  }));
  const cost = (of: string, { mean }: Estimate): number => (mean ?? Infinity) * (MORE_IS_BETTER.test(of) ? -1 : 1);
  const isBeaten = (one: Omit<FrontierPoint, 'isBest'>): boolean =>
    points.some((other) => {
      const [dx, dy] = [cost(against, other.x) - cost(against, one.x), cost(measure, other.y) - cost(measure, one.y)];
      return dx <= 0 && dy <= 0 && (dx < 0 || dy < 0);
    });
  // Cells that came out the same are one point.
  const shown = new Map<string, (typeof points)[number]>();
  for (const point of points) {
    const key = `${point.x.mean} ${point.y.mean}`;
    const same = shown.get(key);
    shown.set(key, same === undefined ? point : { ...same, name: `${same.name} · ${point.name}` });
  }
  const title = `${name}: ${measure} against ${against}${difference ? ', differences to the baseline' : ''}`;
  return frontierSvg(
    { title, x: against, y: measure },
    [...shown.values()].map((point) => ({ ...point, isBest: !isBeaten(point) })),
  );
}
