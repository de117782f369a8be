import path from 'node:path';
import { heatSvg } from '@simcash/pictures';
import { csv, money } from '@simcash/protocol';
import {
  EXTERNALITIES,
  externalitiesDocument,
  externalityMatrices,
  SweepError,
  type ExternalityMatrix,
  type SweepOutcome,
  type SweepPlan,
} from '@simcash/sweeps';
import type { MeanFigures } from '@simcash/statistics';
import type { ExternalitiesOptions } from '../commands/externalities.js';
import { inputError, usageError } from '../exit-codes.js';
import { readPolicyText } from '../files/policy-text.js';
import { databaseFiles, OutputFile, writeText } from '../files/writing.js';
import { databasePath } from '../global-options.js';
import { json, note, print, say } from '../output/streams.js';
import { table } from '../output/table.js';
import { loadScenario } from '../scenario-file.js';
import { scenarioSweep, sweepName } from './load.js';
import { runStored, runUnstored } from './scenario-runs.js';

const SEEDS = 20;
/** Banks up to which all pairs are shown. */
const MOST_COLUMNS = 10;

/** `simcash externalities`: a sweep whose cells are nobody and then each bank behaving like the benchmark. */
export async function runExternalities(file: string, options: ExternalitiesOptions): Promise<void> {
  const { chart, replications = SEEDS, seeds } = options;
  if (chart !== undefined && path.extname(chart) !== '.svg')
    throw usageError(`--chart ${chart}: charts are SVG, name a file that ends in .svg`);
  const loaded = await loadScenario(file, options);
  if (!options.quiet) for (const warning of loaded.warnings) note(`warning: ${warning}`);
  if (chart !== undefined)
    OutputFile.check(`--chart ${chart}`, chart, options, [...loaded.inputs, ...databaseFiles(databasePath(options))]);
  const name = sweepName(file, 'externalities');
  const sweep = await scenarioSweep(loaded, documentOf());
  const { plan } = sweep;
  const tell = (id: string | null, _: SweepPlan, outcome: SweepOutcome): void => tellMatrices(id, plan, outcome, options);
  if (options.save) await runStored(sweep, options, tell);
  else await runUnstored(plan, options, (outcome) => tell(null, plan, outcome));

  function documentOf() {
    const benchmark =
      options.against === 'fifo' ? { type: 'Fifo' } : { type: 'InlineJson', json_string: readPolicyText(options.against) };
    try {
      return externalitiesDocument(loaded.scenario, benchmark, {
        sweep: name,
        ...(seeds === undefined ? { replications: { count: replications } } : { seeds: [...seeds] }),
      });
    } catch (error) {
      if (error instanceof SweepError) throw inputError(`${file}: ${error.message}`);
      throw error;
    }
  }
}

function tellMatrices(id: string | null, plan: SweepPlan, outcome: SweepOutcome, options: ExternalitiesOptions): void {
  const matrices = externalityMatrices(plan, outcome.results, outcome.replications);
  const { chart } = options;
  if (chart !== undefined) {
    writeText(`--chart ${chart}`, chart, chartOf(matrices[0]!, options), options, []);
    if (!options.quiet) note(`Chart written to ${chart}`);
  }
  if (options.json)
    return print(
      json({
        schema_version: 1,
        ...(id === null ? {} : { sweep_id: id }),
        against: options.against,
        replications: outcome.replications,
        banks: matrices[0]!.banks,
        measures: Object.fromEntries(
          matrices.map(({ changes, from_others, measure, to_others }) => [measure, { changes, to_others, from_others }]),
        ),
      }),
    );
  if (options.csv) return say(matricesCsv(matrices));
  say(`${matricesText(matrices, outcome.replications, options.against)}\n`);
  if (id !== null) say(`\nStored as ${id} in ${databasePath(options)}.\n`);
}

const shown = (value: number | null, isMoney: boolean): string => {
  if (value === null) return '–';
  return isMoney ? money(Math.round(value)) : value.toFixed(4);
};

/** Mean ± half width, marked where the interval does not contain 0. */
function interval({ mean, t_lower, t_upper }: MeanFigures, isMoney: boolean): string {
  if (mean === null || t_upper === null || t_lower === null) return shown(mean, isMoney);
  return `${shown(mean, isMoney)} ± ${shown(t_upper - mean, isMoney)}${t_lower > 0 || t_upper < 0 ? ' *' : ''}`;
}

function matricesText(matrices: readonly ExternalityMatrix[], replications: number, against: string): string {
  const [costs] = matrices as [ExternalityMatrix];
  const titles = new Map<string, string>(EXTERNALITIES);
  const sums = matrices.map(({ banks, changes, from_others, isMoney, measure, to_others }) => {
    const rows = banks.map((bank, i) => [
      bank,
      interval(changes[i]![i]!, isMoney),
      interval(to_others[i]!, isMoney),
      interval(from_others[i]!, isMoney),
    ]);
    return `Change of ${titles.get(measure)!}\n${table(['Bank', 'its own', 'of the others, by it', 'its own, by the others'], rows)}`;
  });
  const pairs =
    costs.banks.length > MOST_COLUMNS
      ? []
      : [
          `Change of costs, pair by pair: the bank of the row changes, that of the column bears it\n${table(
            ['', ...costs.banks],
            costs.banks.map((bank, i) => [bank, ...costs.changes[i]!.map(({ mean }) => shown(mean, true))]),
          )}`,
        ];
  const heading = `If a bank alone behaved like ${against}: means over ${replications} seeds with the same payments; below 0 is less, * marks intervals (95 %) without 0`;
  return [heading, ...sums, ...pairs].join('\n\n');
}

function matricesCsv(matrices: readonly ExternalityMatrix[]): string {
  return csv(
    ['measure', 'bank', 'affected', 'n', 'mean', 't_lower', 't_upper'],
    matrices.flatMap(({ banks, changes, measure }) =>
      banks.flatMap((bank, i) =>
        banks.map((affected, j) => {
          const { mean, n, t_lower, t_upper } = changes[i]![j]!;
          return [measure, bank, affected, n, mean, t_lower, t_upper];
        }),
      ),
    ),
  );
}

function chartOf({ banks, changes }: ExternalityMatrix, { against }: ExternalitiesOptions): string {
  const short = (cents: number): string => {
    const units = cents / 100;
    const size = Math.abs(units);
    const sign = units < 0 ? '−' : '';
    return size >= 1000 ? `${sign}${(size / 1000).toFixed(1)}k` : `${sign}${size.toFixed(size < 10 ? 1 : 0)}`;
  };
  return heatSvg(
    {
      title: `Change of costs if a bank behaved like ${path.basename(against)}`,
      about: 'The bank of the row changes, that of the column bears it; units of 100 cents.',
    },
    banks,
    banks,
    changes.map((row) => row.map(({ mean }) => mean)),
    short,
  );
}
