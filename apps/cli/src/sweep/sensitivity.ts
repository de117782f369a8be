import { SweepRepository } from '@simcash/persistence';
import { csv, money } from '@simcash/protocol';
import { sensitivityRows, type SensitivityRow, type SweepOutcome, type SweepPlan } from '@simcash/sweeps';
import type { SensitivityOptions } from '../commands/sensitivity.js';
import { withDatabase } from '../database.js';
import { databasePath } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { loadSweep } from './load.js';
import { runStored, runUnstored } from './scenario-runs.js';

const POINTS = 256;

/** `simcash sensitivity`: a sweep whose cells are the points of which the indices are made. */
export async function runSensitivity(file: string, options: SensitivityOptions): Promise<void> {
  const loaded = await loadSweep(file, options, (document) => designed(document, options));
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  const { points } = loaded.plan.sweep;
  if (!options.quiet && points !== undefined && !Number.isInteger(Math.log2(points)))
    note(`warning: ${points} points are no power of 2: the sequence is less even`);
  let rows: SensitivityRow[] = [];
  let stored: string | null = null;
  const take = (id: string | null, plan: SweepPlan, outcome: SweepOutcome): void => {
    rows = sensitivityRows(plan, outcome.results, outcome.replications);
    stored = id;
  };
  if (options.save) {
    await runStored(loaded, options, take);
    if (stored !== null)
      await withDatabase(options, false, (database) => new SweepRepository(database).keepSensitivity(stored!, rows));
  } else await runUnstored(loaded.plan, options, (outcome) => take(null, loaded.plan, outcome));
  tellSensitivity(stored, loaded.plan, rows, options);
}

/** The file's sweep with another design; what the design leaves no room for goes. */
function designed(
  document: Record<string, unknown>,
  { levels, measure, method, points = POINTS, trajectories }: SensitivityOptions,
): Record<string, unknown> {
  const { baseline: _baseline, cells: _cells, points: _points, stop: _stop, ...rest } = document;
  return {
    ...rest,
    ...(method === 'sobol'
      ? { design: 'sobol_indices', points }
      : {
          design: 'morris',
          ...(trajectories === undefined ? {} : { trajectories }),
          ...(levels === undefined ? {} : { levels }),
        }),
    ...(measure === undefined ? {} : { measures: measure }),
    // Intervals of single cells would take longer than the runs.
    statistics: { bootstrap: 0 },
  };
}

function tellSensitivity(id: string | null, plan: SweepPlan, rows: readonly SensitivityRow[], options: SensitivityOptions): void {
  const { cells, measures, replications } = plan;
  if (options.json)
    return print(
      json({
        schema_version: 1,
        ...(id === null ? {} : { sweep_id: id }),
        method: options.method,
        runs: cells.length * replications,
        replications,
        sensitivity: rows,
      }),
    );
  if (options.csv) {
    const head = ['measure', 'parameter', 'statistic', 'value', 'lower', 'upper'] as const;
    return say(
      csv(
        head,
        rows.map((row) => head.map((column) => row[column] ?? '')),
      ),
    );
  }
  const texts = measures.map(({ isMoney, name }) => measureText(name, isMoney && options.method === 'morris', rows));
  const days = replications === 1 ? 'one day' : `${replications} days`;
  say(`${texts.join('\n\n')}\n\n${ABOUT[options.method]} ${cells.length.toLocaleString('en-US')} points, ${days} each.\n`);
  if (id !== null) say(`\nStored as ${id} in ${databasePath(options)}.\n`);
}

const ABOUT = {
  sobol:
    'Shares of the variance: from the parameter alone, and with all that it does together with others; 95 % intervals of resampled rows.',
  morris:
    'Effects of going from one end of the range to the other: mean size, mean, and spread, which tells of curves and of others’ part.',
};

/** A measure's parameters, the weightiest first. */
function measureText(measure: string, isMoney: boolean, rows: readonly SensitivityRow[]): string {
  const own = rows.filter((row) => row.measure === measure);
  const statistics = [...new Set(own.map(({ statistic }) => statistic))];
  const of = (parameter: string, statistic: string): SensitivityRow =>
    own.find((row) => row.parameter === parameter && row.statistic === statistic)!;
  const weight = (parameter: string): number => of(parameter, statistics.includes('total') ? 'total' : 'mu_star').value ?? 0;
  const parameters = [...new Set(own.map(({ parameter }) => parameter))].sort((a, b) => weight(b) - weight(a));
  const shown = (value: number | null): string => (value === null ? '–' : isMoney ? money(Math.round(value)) : value.toFixed(3));
  const cell = ({ lower, upper, value }: SensitivityRow): string =>
    lower === null || upper === null ? shown(value) : `${shown(value)} (${shown(lower)} … ${shown(upper)})`;
  const names: Record<string, string> = { first: 'Alone', total: 'In all', mu_star: 'Mean size', mu: 'Mean', sigma: 'Spread' };
  return `${measure}\n${table(
    ['Parameter', ...statistics.map((statistic) => names[statistic]!)],
    parameters.map((parameter) => [parameter, ...statistics.map((statistic) => cell(of(parameter, statistic)))]),
  )}`;
}
