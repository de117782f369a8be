import { createHash } from 'node:crypto';
import { Command } from 'commander';
import { comparisonHtml, experimentHtml, reportHtml, SECTION_NAMES, type RunFigures } from '@simcash/pictures';
import { experimentFigures } from '@simcash/experiments';
import { ExperimentRepository } from '@simcash/persistence';
import { openRun } from '@simcash/runs';
import { comparisonFigures, reportFigures, type ReportForm } from '@simcash/runs/report';
import { isExperiment, withDatabase } from '../database.js';
import { usageError } from '../exit-codes.js';
import { databaseFiles, OutputFile, withForceOption, type ForceOptions } from '../files/writing.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { json, print, say } from '../output/streams.js';

interface ReportCommandOptions extends GlobalOptions, ForceOptions {
  out?: string;
  title?: string;
  currency?: string;
  clock?: string;
  sections?: string;
}

export function reportCommand(): Command {
  return withForceOption(withGlobalOptions(new Command('report')))
    .argument('<id...>', 'simulation id, or id of an experiment run; of two to five runs a comparison with the first is made')
    .option('--out <file>', 'file to write; - is stdout (default: ID.html, or ID-and-others.html)')
    .option('--title <text>', 'title of the page (default: the name of the run, or the runs)')
    .option('--currency <code>', 'currency of amounts, such as EUR')
    .option('--clock <start/length>', 'local time of the first tick and length of a tick, such as 08:00/5m')
    .option('--sections <names>', `only these sections, separated by commas: ${SECTION_NAMES.join(', ')}`)
    .addHelpText(
      'after',
      '\nExamples:\n  simcash report demo\n  simcash report demo --out demo.html --clock 08:00/5m --currency EUR\n  simcash report before after --out comparison.html\n  simcash report demo --json',
    )
    .action(report);
}

async function report(ids: readonly string[], options: ReportCommandOptions): Promise<void> {
  if (ids.length > 5) throw usageError(`at most five runs can be compared, not ${ids.length}`);
  if (new Set(ids).size < ids.length) throw usageError('a run cannot be compared with itself');
  const sections = sectionsOf(options.sections);
  if (sections !== undefined && ids.length > 1) throw usageError('--sections is for the report of one run');
  const form = formOf(options);
  const [id] = ids as [string];
  const out = options.out ?? `${id.replace(/[^\w.-]/g, '_').slice(0, 100)}${ids.length > 1 ? '-and-others' : ''}.html`;
  const writes = !options.json && out !== '-';
  if (writes) OutputFile.check(`--out ${out}`, out, options, databaseFiles(databasePath(options)));
  const [document, html] = await withDatabase(options, true, async (database) => {
    if (ids.length > 1) {
      const figures = await comparisonFigures(database, ids, form);
      const text = json({ schema_version: 1, ...figures });
      return [text, () => comparisonHtml(figures, { ...titleOf(options), checksum: checksumOf(text) })] as const;
    }
    if (await isExperiment(database, id)) {
      if (sections !== undefined) throw usageError('--sections is for the report of a simulation');
      const repository = new ExperimentRepository(database);
      const figures = experimentFigures(await repository.find(id), await repository.events(id));
      const text = json({ schema_version: 1, ...figures });
      return [text, () => experimentHtml(figures, { ...titleOf(options), checksum: checksumOf(text) })] as const;
    }
    const figures = await reportFigures(database, await openRun(database, id), form);
    const text = json({ schema_version: 1, ...figures });
    const more = { ...titleOf(options), ...(sections === undefined ? {} : { sections }), ...commandOf(figures) };
    return [text, () => reportHtml(figures, { ...more, checksum: checksumOf(text) })] as const;
  });
  if (options.json) return print(document);
  const page = html();
  if (!writes) return print(page);
  const file = OutputFile.open(`--out ${out}`, out);
  try {
    file.write(Buffer.from(page));
    file.complete();
  } finally {
    file.discard();
  }
  if (!options.quiet) say(`${out}: ${Math.ceil(page.length / 1024)} kB, open it in a browser\n`);
}

const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const titleOf = ({ title }: ReportCommandOptions): { title?: string } => (title === undefined ? {} : { title });

/** @throws CommandError for a section that there is not */
function sectionsOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !SECTION_NAMES.includes(name));
  if (unknown !== undefined) throw usageError(`unknown section '${unknown}'`, `known are: ${SECTION_NAMES.join(', ')}`);
  return names;
}

/** @throws CommandError */
function formOf({ clock, currency }: ReportCommandOptions): ReportForm {
  const money = currency === undefined ? {} : { currency };
  if (clock === undefined) return money;
  const [, hours, minutes, number, unit] = /^(\d{1,2}):([0-5]\d)\/(\d+)([smh])$/.exec(clock) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(number) === 0)
    throw usageError(`--clock needs the time of the first tick and the length of one, as 08:00/5m, got '${clock}'`);
  const seconds = { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h'];
  return { ...money, startMinutes: Number(hours) * 60 + Number(minutes), tickSeconds: Number(number) * seconds };
}

/** How the run is made again, where its scenario was a file. */
function commandOf({ head }: RunFigures): { command?: string } {
  if (head.config_file === null) return {};
  return { command: `simcash run ${head.config_file} --seed ${head.seed} --save` };
}
