import { stressTestOfSweep, type CellStatistics, type SweepOutcome, type SweepPlan } from '@simcash/sweeps';
import { databasePath, type GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';
import { stressCsv, stressText } from '../stress/stress-text.js';
import { statisticsText } from './sweep-text.js';

/** Says what a sweep has come to. */
export type TellSweep = typeof tellSweep;

/** @param id null for a sweep that is not stored */
export function tellSweep(
  id: string | null,
  plan: SweepPlan,
  outcome: SweepOutcome,
  statistics: readonly CellStatistics[],
  options: GlobalOptions & { jsonl?: unknown },
): void {
  const { precision, replications, stop } = outcome;
  if (options.jsonl) return;
  if (options.json) return print(json(sweepDocument(id, plan, outcome, statistics)));
  const reached =
    plan.sweep.stop === undefined
      ? ''
      : stop === 'precision'
        ? ', precise enough'
        : `, not as precise as asked for (± ${precision?.toFixed(2)})`;
  say(statisticsText(plan, statistics, replications, reached));
  if (id !== null) say(`\nStored as ${id} in ${databasePath(options)}.\n`);
}

/** The document of `--json`. */
export const sweepDocument = (
  id: string | null,
  { cells }: SweepPlan,
  { replications, stop }: Pick<SweepOutcome, 'replications' | 'stop'>,
  statistics: readonly CellStatistics[],
): object => ({
  schema_version: 1,
  ...(id === null ? {} : { sweep_id: id }),
  replications,
  stop_reason: stop,
  cells: cells.map(({ index, labels }) => ({ cell: index, labels })),
  statistics,
});

/** Says what a stress test has come to: the same whoever ran it, and from its values alone. */
export function tellStress(
  id: string | null,
  plan: SweepPlan,
  { replications, results }: SweepOutcome,
  _: readonly CellStatistics[],
  { csv, stress = plan.name, ...options }: GlobalOptions & { jsonl?: unknown; csv?: boolean; stress?: string },
): void {
  const found = stressTestOfSweep(plan, results, replications);
  if (options.jsonl || found === null) return;
  const named = { stress, ...found };
  if (options.json) return print(json({ schema_version: 1, ...(id === null ? {} : { sweep_id: id }), ...named }));
  say(csv ? stressCsv(named) : stressText(named));
  if (id !== null && !csv) say(`\nStored as ${id} in ${databasePath(options)}.\n`);
}
