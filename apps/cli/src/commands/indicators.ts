import { Command, Option } from 'commander';
import {
  concentrationOfDue,
  SECTIONS,
  type Guideline,
  type GuidelineRow,
  type IndicatorSheet,
  type Section,
} from '@simcash/indicators';
import { Calendar, hoursOf, type DayHours } from '@simcash/payments/schema';
import type { SimCashDatabase } from '@simcash/persistence';
import { csv, visible } from '@simcash/protocol';
import {
  GuidelineError,
  guidelinesOf,
  openRun,
  readSheet,
  storedIndicators,
  throughputAgainst,
  withMarks,
  type StoredRun,
} from '@simcash/runs';
import { checkBank } from '../banks.js';
import { withDatabase } from '../database.js';
import { usageError, type CommandError } from '../exit-codes.js';
import { databaseFiles, withForceOption, type ForceOptions } from '../files/writing.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { writeParquet } from '../files/parquet.js';
import { BY, flat, rowsOf, type By, type Row } from '../indicators/rows.js';
import { guidelineLines, networkLine, sheetText, systemText } from '../indicators/sheet-text.js';
import { bcbs248Text, indicatorTable } from '../indicators/tables.js';
import { wholeNumberOption } from '../numbers.js';
import { note, print, say } from '../output/streams.js';

interface IndicatorOptions extends GlobalOptions, ForceOptions {
  by?: By;
  bank?: string;
  day?: number;
  section?: Section[];
  csv?: boolean;
  parquet?: string;
  guideline?: Guideline[];
  of: 'settled' | 'due';
  timeCritical: 'marked' | 'urgent';
}

/** A run with its sheet, as texts and read. */
interface Measured {
  run: StoredRun;
  texts: Record<string, string>;
  sheet: IndicatorSheet;
  /** Of runs with a clock. Read only where they are told: it takes the configuration, and that of a thousand banks takes its time. */
  hours(): DayHours | null;
  guidelines: readonly GuidelineRow[];
}

export function indicatorsCommand(): Command {
  return withForceOption(withGlobalOptions(new Command('indicators')))
    .argument('<run...>', 'simulation ids')
    .addOption(new Option('--by <what>', 'a table with a row for each').choices(BY))
    .option('--bank <id>', 'only rows of this bank')
    .option('--day <n>', 'only rows of this day, from 0', wholeNumberOption('--day', 0))
    .addOption(new Option('--section <name...>', 'only these sections').choices(SECTIONS))
    .option(
      '--guideline <share@time>',
      'judge banks by what they sent by a time of the day, 0.5@12:00, or a tick of it',
      guidelineOption,
    )
    .addOption(
      new Option('--of <what>', 'what guidelines and concentration are shares of').choices(['settled', 'due']).default('settled'),
    )
    .addOption(
      new Option('--time-critical <which>', 'payments that must settle in time: marked so in the list, or priorities 8 to 10')
        .choices(['marked', 'urgent'])
        .default('marked'),
    )
    .option('--csv', 'print CSV: names as in JSON, money in cents')
    .option('--parquet <file>', 'write the rows of the CSV to a Parquet file')
    .addHelpText(
      'after',
      `
Examples:
  simcash indicators demo
  simcash indicators demo --by bank
  simcash indicators monday tuesday --by day --csv > days.csv
  simcash indicators demo --section bcbs248
  simcash indicators demo --guideline 0.5@48 --guideline 0.75@72 --by guideline`,
    )
    .action(indicators);
}

async function indicators(ids: string[], options: IndicatorOptions): Promise<void> {
  if (options.json && options.csv) throw usageError('--json and --csv exclude each other');
  const { by } = options;
  checkSelection(options);
  const runs = await withDatabase(options, true, (database) => measureAll(database, ids, options));
  for (const { run } of runs) warn(run, options);
  const { csv: isCsv, json: isJson, parquet } = options;
  if (isCsv || parquet !== undefined) {
    const rows = runs.flatMap((measured) =>
      rowsFor(measured, by, options).map((row) => ({
        simulation_id: measured.run.simulation.simulation_id,
        ...row,
      })),
    );
    if (parquet !== undefined) {
      const flats = rows.map((row) => flat(row));
      const names = [...new Set(flats.flatMap(Object.keys))];
      await writeParquet(`--parquet ${parquet}`, parquet, names, flats, options, databaseFiles(databasePath(options)));
    }
    if (isCsv) return say(csvText(rows));
    if (!isJson) return;
  }
  if (isJson) return print(jsonText(runs, options));
  say(runs.map((measured) => text(measured, by, options)).join('\n'));
}

/** Tables with rows of single banks, and of single days. */
const OF_BANKS: readonly By[] = ['bank', 'bank,day', 'pair', 'guideline'];
const OF_DAYS: readonly By[] = ['day', 'bank,day', 'hour', 'tick', 'part'];

/** What is said of the whole system, or of all days, cannot be had of a bank, or of a day. @throws CommandError */
function checkSelection({ bank, by, day, json: isJson, section }: IndicatorOptions): void {
  const needs = (flag: string, tables: readonly By[]): CommandError =>
    usageError(`${flag} selects rows: give --by ${tables.slice(0, -1).join(', --by ')} or --by ${tables.at(-1)}`);
  const isWhole = by === undefined && section === undefined && !isJson;
  if (bank !== undefined && (by === undefined ? isWhole : !OF_BANKS.includes(by))) throw needs('--bank', OF_BANKS);
  if (day !== undefined && (by === undefined ? isWhole : !OF_DAYS.includes(by))) throw needs('--day', OF_DAYS);
}

async function measureAll(database: SimCashDatabase, ids: readonly string[], options: IndicatorOptions): Promise<Measured[]> {
  const runs: Measured[] = [];
  for (const id of ids) {
    const run = await openRun(database, id);
    checkBank(run.simulation.agent_ids, options.bank);
    const { num_days: days } = run.simulation;
    if (options.day !== undefined && options.day >= days)
      throw usageError(`--day ${options.day}: the days of ${id} are 0 to ${days - 1}`);
    const hours = (): DayHours | null => {
      const { clock, num_days, ticks_per_day } = run.scenario.config;
      return clock === undefined ? null : hoursOf(new Calendar(clock, num_days, ticks_per_day));
    };
    if (options.by === 'hour' && hours() === null)
      throw usageError(
        `--by hour needs a scenario with a clock, and ${id} has none: take --by tick, or --by part for tenths of a day`,
      );
    const stored = await storedIndicators(database, run, sectionsFor(options));
    const texts = await withMarks(database, run, stored, options.timeCritical === 'urgent');
    runs.push({ run, texts, sheet: readSheet(texts), hours, guidelines: await judged(database, run, options) });
  }
  return runs;
}

/** By the guidelines of the command line, else of the scenario. @throws CommandError for those that a run cannot follow */
async function judged(
  database: SimCashDatabase,
  run: StoredRun,
  { by, guideline, of }: IndicatorOptions,
): Promise<GuidelineRow[]> {
  const guidelines = guideline ?? guidelinesOf(run);
  if (guidelines.length === 0 && by === 'guideline')
    throw usageError(
      `${run.simulation.simulation_id} has no guidelines: give some, as --guideline 0.5@12:00`,
      'or say them in the scenario: throughput_guidelines: [{by: "12:00", share: 0.5}]',
    );
  try {
    return await throughputAgainst(database, run, guidelines, of);
  } catch (error) {
    if (error instanceof GuidelineError) throw usageError(`--guideline: ${error.message}`);
    throw error;
  }
}

function guidelineOption(text: string, before: Guideline[] = []): Guideline[] {
  const [, share, tick, time] = /^(0?\.\d{1,12}|0|1)@(?:(\d{1,9})|(\S.*))$/.exec(text) ?? [];
  if (share === undefined || Number(share) === 0)
    throw usageError(`--guideline needs SHARE@TIME, as 0.5@12:00, or a tick of the day, as 0.5@48; got '${text}'`);
  return [...before, { by: time ?? Number(tick), share: Number(share) }];
}

/** Sections that are read for what is asked. */
function sectionsFor({ by, csv: isCsv, json: isJson, of, parquet, section }: IndicatorOptions): readonly Section[] {
  const forRows: readonly Section[] =
    by === undefined ? ['system'] : ['system', 'days', ...(by === 'bank' ? (['banks', 'bank_days'] as const) : [SECTION_OF[by]])];
  const shown = section ?? (by === undefined ? SECTIONS : [SECTION_OF[by]]);
  if (isJson) return parquet === undefined ? shown : [...forRows, ...shown];
  if (by !== undefined || isCsv || parquet !== undefined) return forRows;
  return [
    'system',
    'days',
    ...(of === 'due' ? (['pairs'] as const) : []),
    ...(section ?? (['network'] as const)),
    ...(section?.includes('banks') ? (['bank_days'] as const) : []),
  ];
}

function warn({ simulation }: StoredRun, { quiet }: GlobalOptions): void {
  const { last_tick: last, simulation_id: id, status } = simulation;
  if (status !== 'completed' && !quiet) note(`${id} is ${status}: its indicators are those of ${(last ?? -1) + 1} ticks`);
}

/** Sections that `--by` shows. */
const SECTION_OF: Readonly<Record<By, Section>> = {
  bank: 'banks',
  day: 'days',
  'bank,day': 'bank_days',
  pair: 'pairs',
  hour: 'profile',
  tick: 'profile',
  part: 'profile',
  guideline: 'system',
};

/** The stored texts as they are, so that no digit changes; rows are selected where that was asked for. */
function jsonText(runs: readonly Measured[], options: IndicatorOptions): string {
  const { bank, by, day, of, section } = options;
  const chosen = section ?? (by === undefined ? SECTIONS : [SECTION_OF[by]]);
  const selected = (name: Section, { sheet, texts }: Measured): string => {
    const content = sheet[name];
    if (!Array.isArray(content) || (bank === undefined && day === undefined)) return texts[name]!;
    const keeps = (row: Row): boolean =>
      (bank === undefined || name === 'days' || [row.bank, row.sender, row.receiver].includes(bank)) &&
      (day === undefined || row.day === undefined || row.day === day);
    return JSON.stringify((content as Row[]).filter(keeps));
  };
  const texts = runs.map((measured) => {
    const sections = SECTIONS.filter((name) => chosen.includes(name)).map((name) => `"${name}": ${selected(name, measured)}`);
    const rows = rowsFor(measured, 'guideline', options);
    const guidelines = rows.length === 0 ? [] : [`"guidelines": ${JSON.stringify(rows)}`];
    const { pairs } = measured.sheet;
    const due =
      of === 'due' && by === undefined && pairs !== undefined
        ? [`"concentration_due": ${JSON.stringify(concentrationOfDue(pairs))}`]
        : [];
    const parts = by === 'guideline' && section === undefined ? guidelines : [...sections, ...guidelines, ...due];
    return `    {"simulation_id": ${JSON.stringify(measured.run.simulation.simulation_id)},\n      ${parts.join(',\n      ')}}`;
  });
  return `{"schema_version": 1,\n  "runs": [\n${texts.join(',\n')}\n  ]}\n`;
}

/** The rows of a table. */
function rowsFor({ guidelines, hours, sheet }: Measured, by: By | undefined, options: IndicatorOptions): Row[] {
  const ofDay = by === 'hour' ? hours() : null;
  return rowsOf(sheet, by, { ...options, guidelines, ...(ofDay === null ? {} : { hours: ofDay }) });
}

function text(measured: Measured, by: By | undefined, options: IndicatorOptions): string {
  const { guidelines, hours, run, sheet } = measured;
  const { bank, section } = options;
  const { simulation_id, status } = run.simulation;
  const rows = (what: By): string => indicatorTable(what, rowsFor(measured, what, options), sheet, bank === undefined);
  if (by !== undefined) return rows(by);
  const form = { simulation_id: visible(simulation_id), status, of: options.of };
  if (section === undefined) return sheetText(sheet, form, guidelineLines(guidelines));
  const texts = section.map((name) => {
    if (name === 'system') return systemText(sheet, form);
    if (name === 'network') return `${networkLine(sheet.network)}\n`;
    if (name === 'bcbs248')
      return bcbs248Text(sheet, {
        ...(bank === undefined ? {} : { bank }),
        hours: hours(),
        isUrgent: options.timeCritical === 'urgent',
      });
    return rows(BY.find((what) => SECTION_OF[what] === name)!);
  });
  return texts.join('\n');
}

function csvText(rows: readonly Row[]): string {
  const flats = rows.map((row) => flat(row));
  const head = [...new Set(flats.flatMap(Object.keys))];
  return csv(
    head,
    flats.map((row) => head.map((name) => row[name] ?? null)),
  );
}
