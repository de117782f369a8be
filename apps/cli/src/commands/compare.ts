import { existsSync, realpathSync } from 'node:fs';
import { Command, Option } from 'commander';
import { SimCashDatabase } from '@simcash/persistence';
import { compareRuns, type RunComparison, type RunPlace } from '@simcash/runs';
import { comparisonCsv, comparisonText, type CompareBy } from '../compare/comparison-text.js';
import { withDatabase } from '../database.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { repeatable } from '../filter-options.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { json, print, say } from '../output/streams.js';

interface CompareOptions extends GlobalOptions {
  by?: CompareBy;
  payments?: number;
  with?: readonly string[];
  csv?: boolean;
}

const MOST_RUNS = 50;

export function compareCommand(): Command {
  return withGlobalOptions(new Command('compare'))
    .argument('<run...>', 'simulation ids')
    .addOption(new Option('--by <what>', 'differences of each').choices(['bank', 'day', 'component', 'pair']))
    .option('--payments <n>', 'also the n payments whose wait changed most', wholeNumberOption('--payments', 1))
    .option('--with <database:run>', 'also a run of another database (repeatable)', repeatable)
    .option('--csv', 'print CSV: a row per indicator and run, money in cents')
    .addHelpText(
      'after',
      `
Examples:
  simcash compare before after
  simcash compare monday tuesday wednesday --by day
  simcash compare before --with other.duckdb:after --payments 10`,
    )
    .action(compare);
}

async function compare(ids: string[], options: CompareOptions): Promise<void> {
  if (options.json && options.csv) throw usageError('--json and --csv exclude each other');
  const others = (options.with ?? []).map(otherPlace);
  const count = ids.length + others.length;
  if (count < 2 || count > MOST_RUNS) throw usageError(`compare needs 2 to ${MOST_RUNS} runs, got ${count}`);
  if (new Set(ids).size < ids.length && ids.length > 2) throw usageError(`a run is named twice: ${ids.join(', ')}`);
  const repeated = others.find(({ file, id }, i) => others.findIndex((other) => other.file === file && other.id === id) < i);
  if (repeated !== undefined) throw usageError(`a run is named twice: ${repeated.file}:${repeated.id}`);
  const comparison = await withDatabase(options, true, async (database) => {
    const opened = await openAll(others, database, options);
    try {
      // A run may be compared with itself.
      const own = ids.map((id, i): RunPlace => ({ database, id, name: ids.indexOf(id) < i ? `${id} (again)` : id }));
      const foreign = others.map(({ file, id }): RunPlace => ({ database: opened.get(file)!, id, name: `${file}:${id}` }));
      return await compareRuns([...own, ...foreign], { largest: options.payments ?? 0 });
    } finally {
      for (const other of new Set(opened.values())) if (other !== database) other.close();
    }
  });
  if (options.json) return print(json(document(comparison)));
  say(options.csv ? comparisonCsv(comparison) : comparisonText(comparison, options.by));
}

interface OtherPlace {
  file: string;
  id: string;
}

function otherPlace(text: string): OtherPlace {
  const at = text.lastIndexOf(':');
  if (at < 1 || at === text.length - 1) throw usageError(`--with needs DATABASE:RUN, got '${text}'`);
  return { file: text.slice(0, at), id: text.slice(at + 1) };
}

/** Databases by the names under which they were given; each file is opened once. */
async function openAll(
  places: readonly OtherPlace[],
  own: SimCashDatabase,
  { dbWait = 0 }: GlobalOptions,
): Promise<Map<string, SimCashDatabase>> {
  const byFile = new Map([[realpathSync(own.path), own]]);
  const opened = new Map<string, SimCashDatabase>();
  for (const { file } of places) {
    if (!existsSync(file)) throw new CommandError(EXIT.database, `database ${file} does not exist`);
    const real = realpathSync(file);
    const database = byFile.get(real) ?? (await SimCashDatabase.open(file, { readOnly: true, waitSeconds: dbWait }));
    byFile.set(real, database);
    opened.set(file, database);
  }
  return opened;
}

/** The comparison as a document (spec 14 §14). */
function document({ banks, changed_settings, payments, sheets: _, ...comparison }: RunComparison): object {
  const runs = comparison.runs.map(({ run }) => run);
  return {
    schema_version: 1,
    ...comparison,
    changed_settings: changed_settings.map(({ path, values }) => ({
      path,
      values: Object.fromEntries(runs.map((run) => [run, values[run] ?? null])),
    })),
    pairing: Object.fromEntries(
      Object.entries(payments).map(([run, { first_difference, only_baseline, only_other, paired }]) => [
        run,
        { paired, only_baseline, only_other, first_difference },
      ]),
    ),
    banks: banks.map(({ bank, figures }) => ({ bank, ...figures })),
    payments,
  };
}
