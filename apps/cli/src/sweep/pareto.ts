import { csv, money } from '@simcash/protocol';
import { paretoPoints, type ParetoPoint, type SweepOutcome, type SweepPlan } from '@simcash/sweeps';
import type { ParetoOptions } from '../commands/pareto.js';
import { databasePath } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { loadSweep } from './load.js';
import { runStored, runUnstored } from './scenario-runs.js';

const MEASURES = ['total_cost', 'delay_indicator', 'liquidity_used'];

/** `simcash pareto`: the trade-offs among the cells of a sweep. */
export async function runPareto(file: string, options: ParetoOptions): Promise<void> {
  const loaded = await loadSweep(file, options, (document) => ({ ...document, measures: options.measures ?? MEASURES }));
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  const tell = (id: string | null, plan: SweepPlan, outcome: SweepOutcome): void =>
    tellPareto(id, plan, outcome.replications, paretoPoints(plan, outcome.results, outcome.replications), options);
  if (options.save) await runStored(loaded, options, tell);
  else await runUnstored(loaded.plan, options, (outcome) => tell(null, loaded.plan, outcome));
}

function tellPareto(
  id: string | null,
  { cells, measures }: SweepPlan,
  replications: number,
  points: readonly ParetoPoint[],
  options: ParetoOptions,
): void {
  const names = measures.map(({ name }) => name);
  if (options.json)
    return print(
      json({
        schema_version: 1,
        ...(id === null ? {} : { sweep_id: id }),
        replications,
        measures: names,
        cells: points.map(({ cell, isOnFront, surelyDominatedBy, values }) => ({
          cell,
          labels: cells[cell]!.labels,
          values,
          front: isOnFront,
          surely_dominated_by: surelyDominatedBy,
        })),
      }),
    );
  const axes = Object.keys(cells[0]!.labels);
  const labels = ({ cell }: ParetoPoint): string[] => axes.map((axis) => cells[cell]!.labels[axis]!);
  if (options.csv)
    return say(
      csv(
        ['cell', ...axes, ...names, 'front', 'surely_dominated_by'],
        points.map((point) => [
          point.cell,
          ...labels(point),
          ...point.values.map((value) => value ?? ''),
          point.isOnFront ? 'true' : 'false',
          point.surelyDominatedBy ?? '',
        ]),
      ),
    );
  const shown = (value: number | null, m: number): string => {
    if (value === null) return '–';
    return measures[m]!.isMoney ? money(Math.round(value)) : value.toFixed(4);
  };
  const word = ({ isOnFront, surelyDominatedBy }: ParetoPoint): string =>
    isOnFront ? 'front' : surelyDominatedBy === null ? '' : `surely worse than ${surelyDominatedBy}`;
  const sorted = points.toSorted((a, b) => Number(b.isOnFront) - Number(a.isOnFront) || a.cell - b.cell);
  say(
    `${table(
      ['Cell', ...axes, ...names, ''],
      sorted.map((point) => [point.cell, ...labels(point), ...point.values.map(shown), word(point)]),
    )}\n\nMeans of ${replications === 1 ? 'one day' : `${replications} days`}; of rates, what is missing to 1. No cell betters one of the front in every measure.\n`,
  );
  if (id !== null) say(`\nStored as ${id} in ${databasePath(options)}.\n`);
}
