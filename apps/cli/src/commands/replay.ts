import { Command, Option } from 'commander';
import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import type { SimulationEvent } from '@simcash/protocol';
import { Narrative } from '@simcash/replay';
import { withDatabase } from '../database.js';
import { CommandError, EXIT, usageError } from '../exit-codes.js';
import { checkFiltersAreUsed, eventFilter, withFilterOptions, type FilterOptions } from '../filter-options.js';
import { withGlobalOptions, type GlobalOptions } from '../global-options.js';
import { wholeNumberOption } from '../numbers.js';
import { failedIn } from '../output/failed-in.js';
import { json, note, print } from '../output/streams.js';
import { narrativeStyle } from '../output/style.js';
import { resultDocument, summaryText } from '../output/summary.js';
import { tickLine } from '../output/tick-line.js';
import { storedFigures } from '../stored-figures.js';
import { openStoredRun, reexecute, type StoredRun } from '../stored-run.js';

export interface ReplayOptions extends GlobalOptions, FilterOptions {
  from?: number;
  to?: number;
  jsonl?: 'ticks' | 'events';
  verify?: boolean;
}

export function replayCommand(): Command {
  return withRangeOptions('replay')
    .description('show a stored simulation again, from the database alone')
    .addOption(new Option('--jsonl <what>', 'print JSON lines').choices(['ticks', 'events']))
    .option('--verify', 'execute the stored configuration again and compare event by event')
    .addHelpText(
      'after',
      `
Examples:
  simcash replay trial-7 --verbose --from 10 --to 12
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

/** Whether an id is an experiment run's and no simulation's (spec 09 §8.4). */
async function isExperiment(database: SimCashDatabase, id: string): Promise<boolean> {
  const [found] = await database.query(
    `SELECT 1 AS yes FROM experiments WHERE run_id = $1 AND NOT EXISTS (FROM simulations WHERE simulation_id = $1)`,
    [id],
  );
  return found !== undefined;
}

export function eventsCommand(): Command {
  return withRangeOptions('events')
    .description('print the event log of a stored simulation as JSON lines (replay --jsonl events)')
    .addHelpText('after', '\nExample:\n  simcash events trial-7 --event-type Arrival --ticks 10..20')
    .action((id: string, options: ReplayOptions) =>
      withDatabase(options, true, (database) => replay(database, id, { ...options, jsonl: 'events' })),
    );
}

function withRangeOptions(name: string): Command {
  return withFilterOptions(withGlobalOptions(new Command(name)))
    .argument('<id>', 'simulation id')
    .option('--from <tick>', 'first tick', wholeNumberOption('--from'))
    .option('--to <tick>', 'last tick', wholeNumberOption('--to'));
}

export async function replay(database: SimCashDatabase, id: string, options: ReplayOptions): Promise<void> {
  if (options.json && options.jsonl) throw usageError('--json and --jsonl exclude each other');
  checkFiltersAreUsed(options);
  const run = await openStoredRun(database, id);
  if (options.verify) return verify(database, run, options);
  const range = tickRange(run, options);
  if (options.verbose || options.jsonl) requireEvents(run);
  if (options.jsonl === 'events') await printEvents(database, run, options, range);
  if (options.jsonl === 'ticks') await printTicks(run, range);
  if (options.verbose) await narrate(run, options, range);
  if (options.jsonl) return;
  const figures = await storedFigures(database, run, options);
  if (options.json) print(json(withRange(resultDocument(figures), run, range)));
  else print(summaryText(figures));
}

interface Range {
  from: number;
  to: number;
}

function tickRange({ simulation }: StoredRun, options: ReplayOptions): Range {
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
  options: ReplayOptions,
  range: Range,
): Promise<void> {
  const filter = eventFilter(options, simulation.agent_ids);
  for await (const lines of eventLines(database, simulation.simulation_id, { fromTick: range.from, toTick: range.to })) {
    if (filter.passesAll) print(lines);
    else
      for (const line of lines.trimEnd().split('\n')) if (filter.matches(JSON.parse(line) as SimulationEvent)) print(`${line}\n`);
  }
}

async function printTicks({ simulation, views }: StoredRun, { from, to }: Range): Promise<void> {
  for await (const { result } of views.views(from, to)) print(`${JSON.stringify(tickLine(result, simulation.ticks_per_day))}\n`);
}

async function narrate({ simulation, views }: StoredRun, options: ReplayOptions, { from, to }: Range): Promise<void> {
  const narrative = new Narrative(views.context, {
    filter: eventFilter(options, simulation.agent_ids),
    style: narrativeStyle(options),
  });
  if (simulation.persistence_level !== 'FULL')
    note('The states of banks and queues are not stored at level EVENTS; their sections are left out.');
  if (from > 0) {
    for await (const events of views.eventsBefore(from)) narrative.skip(events, null);
    narrative.skip([], await views.agentsAt(from - 1));
  }
  for await (const view of views.views(from, to)) {
    const text = narrative.render(view);
    if (text !== '') note(text.replace(/\n$/, ''));
  }
  // A run that broke off ended with these lines, too.
  const { error_message: message, last_tick: last, status } = simulation;
  if (status === 'completed' || message === null || to !== (last ?? -1)) return;
  note(`error: ${message}`);
  if (!message.startsWith('interrupted')) note(`  ${failedIn(to + 1)}`);
}

function withRange(document: { simulation: object }, { simulation }: StoredRun, { from, to }: Range): object {
  const whole = from === 0 && to === (simulation.last_tick ?? -1);
  const range = { replay_range: whole ? 'full' : `${from}-${to}`, ticks_replayed: to - from + 1 };
  return { ...document, simulation: { ...document.simulation, ...range } };
}

/** Executes the stored configuration again and compares the logs, tick by tick; the first difference ends it. */
async function verify(database: SimCashDatabase, run: StoredRun, options: ReplayOptions): Promise<void> {
  requireEvents(run);
  const { simulation } = run;
  const { simulation_id: id } = simulation;
  const last = simulation.last_tick ?? -1;
  let fresh = '';
  const engine = reexecute(run, { write: (batch) => (fresh += batch.toNdjson()) });
  let compared = 0;
  for (let tick = 0; tick <= last; tick++) {
    fresh = '';
    engine.tick();
    let stored = '';
    for await (const lines of eventLines(database, id, { fromTick: tick, toTick: tick })) stored += lines;
    if (stored !== fresh)
      throw new CommandError(
        EXIT.verification,
        `simulation ${id} differs from its execution at tick ${tick}`,
        firstDifference(stored, fresh, compared),
      );
    compared += fresh.split('\n').length - 1;
  }
  if (options.json) print(json({ simulation_id: id, verified: true, ticks: last + 1, events: compared }));
  else print(`${id}: ${compared} events of ${last + 1} ticks are what executing the stored configuration gives\n`);
}

/** The first line that differs, with its position in the log. */
export function firstDifference(first: string, second: string, before: number): string[] {
  const [a, b] = [first.split('\n'), second.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const i = at < 0 ? a.length : at;
  return [`event ${before + i}`, `stored:   ${a[i] || '(nothing)'}`, `computed: ${b[i] || '(nothing)'}`];
}
