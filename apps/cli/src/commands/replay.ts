import { Command, Option } from 'commander';
import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import { openRun, storedFigures, verifyRun, type StoredRun } from '@simcash/runs';
import { Narrative, type EventFilter } from '@simcash/replay';
import { isExperiment, withDatabase } from '../database.js';
import { algorithmsOf } from '../explain/reexecute.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { eventFilter } from '../event-filter.js';
import {
  checkFiltersAreUsed,
  isTold,
  repeatable,
  withFilterOptions,
  withShortOption,
  type FilterOptions,
} from '../filter-options.js';
import { databasePath, withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { momentOption, type Moment } from '../moment-option.js';
import { withTicks } from '../moments.js';
import { paymentsNamed } from '../explain/payments-named.js';
import { failedIn } from '../output/failed-in.js';
import { json, note, noteText, print, say } from '../output/streams.js';
import { narrativeStyle } from '../output/style.js';
import { resultDocument, summaryText, type RunReport } from '../output/summary.js';
import { tickLine } from '../output/tick-line.js';

export interface ReplayOptions extends GlobalOptions, FilterOptions {
  from?: Moment;
  to?: Moment;
  jsonl?: 'ticks' | 'events';
  verify?: boolean;
  short?: boolean;
  plugin?: readonly string[];
}

export function replayCommand(): Command {
  return withShortOption(withRangeOptions('replay'))
    .addOption(new Option('--jsonl <what>', 'print JSON lines').choices(['ticks', 'events']))
    .option('--verify', 'execute the stored configuration again and compare event by event')
    .option('--plugin <file>', 'a settlement algorithm of yours that the run had, for --verify (repeatable)', repeatable)
    .addHelpText(
      'after',
      `
Examples:
  simcash replay trial-7 --verbose --from 10 --to 12
  simcash replay trial-7 --short
  simcash replay trial-7 --jsonl events --agent NORTH
  simcash replay trial-7 --verify`,
    )
    .action((id: string, options: ReplayOptions) =>
      withDatabase(options, true, async (database) => {
        if (!(await isExperiment(database, id))) return replay(database, id, options);
        const experiments = await import('../experiment/replay.js');
        return experiments.show(database, id, options);
      }),
    );
}

export function eventsCommand(): Command {
  return withRangeOptions('events')
    .addHelpText('after', '\nExample:\n  simcash events trial-7 --event-type Arrival --ticks 10..20')
    .action((id: string, options: ReplayOptions) =>
      withDatabase(options, true, (database) => replay(database, id, { ...options, jsonl: 'events' })),
    );
}

function withRangeOptions(name: string): Command {
  return withFilterOptions(withGlobalOptions(new Command(name)))
    .argument('<id>', 'simulation id')
    .option('--from <tick>', 'first tick, or time of the clock', momentOption('--from'))
    .option('--to <tick>', 'last tick, or time of the clock', momentOption('--to'));
}

export async function replay(database: SimCashDatabase, id: string, options: ReplayOptions): Promise<void> {
  if (options.json && options.jsonl) throw usageError('--json and --jsonl exclude each other');
  checkFiltersAreUsed(options);
  const run = await openRun(database, id);
  if (options.verify) return verify(database, run, options);
  const filter = await filterOf(database, run, options);
  const range = tickRange(run, withTicks(options, { from: '--from', to: '--to' }, run));
  if (isTold(options) || options.jsonl) requireEvents(run);
  if (options.jsonl === 'events') await printEvents(database, run, filter, shown(range, filter));
  if (options.jsonl === 'ticks') await printTicks(run, range);
  if (isTold(options)) await narrate(run, filter, options, range);
  if (options.jsonl) return;
  const { simulation } = run;
  const report: RunReport = {
    ...(await storedFigures(database, run)),
    config_file: simulation.config_file ?? id,
    seed: simulation.rng_seed,
    duration_seconds: simulation.duration_seconds ?? 0,
    simulation_id: id,
    database: databasePath(options),
    config_hash: simulation.config_hash,
  };
  if (options.json) print(json(withRange(resultDocument(report), run, range)));
  else say(summaryText(report));
}

/** What the options select; payments may be named by their references. @throws CommandError for what the run does not have */
async function filterOf(database: SimCashDatabase, run: StoredRun, options: ReplayOptions): Promise<EventFilter> {
  const { agent_ids, last_tick, persistence_level } = run.simulation;
  const tx = persistence_level === 'SUMMARY' ? [] : await paymentsNamed(database, run, options.tx ?? []);
  return eventFilter({ ...options, ...(tx.length === 0 ? {} : { tx }) }, agent_ids, run, last_tick ?? -1);
}

interface Range {
  from: number;
  to: number;
}

/** The ticks of a range that a filter may let pass. */
function shown({ from, to }: Range, { ticks: [first, last] }: EventFilter): Range {
  return { from: Math.max(from, first), to: Math.min(to, last) };
}

function tickRange({ simulation }: StoredRun, options: { from?: number; to?: number }): Range {
  const last = simulation.last_tick ?? -1;
  const { from = 0, to = last } = options;
  if (from > Math.max(last, 0)) throw usageError(`--from ${from} lies after tick ${last}, the last stored one`);
  if (options.to !== undefined && (to < from || to > last))
    throw usageError(`--to ${to} must lie between ${from} and ${last}, the last stored tick`);
  return { from, to };
}

function requireEvents({ simulation }: StoredRun): void {
  if (simulation.persistence_level !== 'SUMMARY') return;
  throw new CommandError(
    EXIT.usage,
    `simulation ${simulation.simulation_id} was stored at level SUMMARY: it has no events to show`,
  );
}

async function printEvents(
  database: SimCashDatabase,
  { simulation }: StoredRun,
  filter: EventFilter,
  { from, to }: Range,
): Promise<void> {
  const ticks = { fromTick: from, toTick: to };
  for await (const lines of eventLines(database, simulation.simulation_id, { ...filter.criteria, ...ticks })) print(lines);
}

async function printTicks({ simulation, views }: StoredRun, { from, to }: Range): Promise<void> {
  for await (const { result } of views.views(from, to)) print(`${JSON.stringify(tickLine(result, simulation.ticks_per_day))}\n`);
}

async function narrate(
  { simulation, views }: StoredRun,
  filter: EventFilter,
  options: ReplayOptions,
  range: Range,
): Promise<void> {
  const narrative = new Narrative(views.context, { filter, style: narrativeStyle(options), isShort: options.short === true });
  const hasStates = simulation.persistence_level === 'FULL';
  if (!hasStates) note('The states of banks and queues are not stored at level EVENTS; their sections are left out.');
  const { from, to } = shown(range, filter);
  if (from > 0 && from <= to) {
    narrative.begin(await views.before(from));
    if (hasStates)
      for await (const { agents, queues } of views.views(from - 1, from - 1)) narrative.skip({ events: [], agents, queues });
  }
  for await (const view of views.views(from, to)) {
    const text = narrative.render(view);
    if (text !== '') noteText(text.replace(/\n$/, ''));
  }
  // A run that broke off ended with these lines, too.
  const { error_message: message, last_tick: last, status } = simulation;
  if (status === 'completed' || message === null || range.to !== (last ?? -1)) return;
  note(`error: ${message}`);
  if (!message.startsWith('interrupted')) note(`  ${failedIn(range.to + 1)}`);
}

function withRange(document: { simulation: object }, { simulation }: StoredRun, { from, to }: Range): object {
  const whole = from === 0 && to === (simulation.last_tick ?? -1);
  const range = { replay_range: whole ? 'full' : `${from}-${to}`, ticks_replayed: to - from + 1 };
  return { ...document, simulation: { ...document.simulation, ...range } };
}

/** Executes the stored configuration again, with the calls that were made, and compares the logs. */
async function verify(database: SimCashDatabase, run: StoredRun, options: ReplayOptions): Promise<void> {
  requireEvents(run);
  const { simulation_id: id } = run.simulation;
  const { difference, events, ticks } = await verifyRun(database, run, await algorithmsOf(run, options));
  if (difference !== null) {
    const { computed, event_seq, stored, tick } = difference;
    throw new CommandError(EXIT.verification, `simulation ${id} differs from its execution at tick ${tick}`, [
      `event ${event_seq}`,
      `stored:   ${stored ?? '(nothing)'}`,
      `computed: ${computed ?? '(nothing)'}`,
    ]);
  }
  if (options.json) print(json({ simulation_id: id, verified: true, ticks, events }));
  else say(`${id}: ${events} events of ${ticks} ticks are what executing the stored configuration gives\n`);
}
