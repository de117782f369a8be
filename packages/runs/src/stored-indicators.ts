import { INDICATOR_EVENTS, SECTIONS, type Section } from '@simcash/indicators';
import { events, type SimCashDatabase } from '@simcash/persistence';
import type { BankDaySeries, RunIndicators } from '@simcash/protocol';
import { IndicatorSink } from './indicators.js';
import { Reexecution } from './reexecution.js';
import type { StoredRun } from './stored-run.js';

/**
 * The indicators of a stored run, JSON by section: the sheet that was stored when it completed; of a run that has none, they are
 * computed from its stored events, or where these are not stored by executing it again (spec 14 §12).
 *
 * @param sections read no others: those of a large run are megabytes
 */
export async function storedIndicators(
  database: SimCashDatabase,
  run: StoredRun,
  sections: readonly Section[] = SECTIONS,
): Promise<Record<string, string>> {
  return (await storedSheet(database, run, sections)) ?? (await computedMeasures(database, run)).sheet;
}

/** Whether the stored sheet and series are what follows from the stored events; problems in words. */
export async function sheetProblems(database: SimCashDatabase, run: StoredRun): Promise<string[]> {
  const stored = await storedSheet(database, run, SECTIONS);
  if (stored === null) return [];
  const { bank_days, sheet } = await computedMeasures(database, run);
  return [
    ...Object.keys(sheet)
      .filter((section) => stored[section] !== sheet[section])
      .map((section) => `indicator_sheets: section ${section} is not what the stored events give`),
    ...(await seriesProblems(database, run.simulation.simulation_id, bank_days)),
  ];
}

/** Runs that were stored before there were series have none. */
async function seriesProblems(database: SimCashDatabase, id: string, computed: Iterable<BankDaySeries>): Promise<string[]> {
  const stored = await database.query<StoredSeries>(
    'SELECT * FROM bank_day_series WHERE simulation_id = $1 ORDER BY agent_id, day',
    [id],
  );
  if (stored.length === 0) return [];
  let next = 0;
  for (const { agent_id, day, ...lists } of computed) {
    const row = stored[next++];
    const isRow = row?.agent_id === agent_id && row.day === day;
    const wrong = Object.entries(lists).find(([name, cents]) => !isRow || !isSame(row[name as keyof typeof lists], cents));
    if (wrong !== undefined)
      return [`bank_day_series: ${wrong[0]} of ${agent_id} on day ${day} is not what the stored events give`];
  }
  return next < stored.length ? [`bank_day_series: ${stored.length - next} rows too many`] : [];
}

type StoredSeries = { [Name in keyof BankDaySeries]: BankDaySeries[Name] extends Float64Array ? number[] : BankDaySeries[Name] };

const isSame = (stored: readonly number[], computed: Float64Array): boolean =>
  stored.length === computed.length && stored.every((cents, tick) => cents === computed[tick]);

async function storedSheet(
  database: SimCashDatabase,
  { simulation }: StoredRun,
  sections: readonly Section[],
): Promise<Record<string, string> | null> {
  const names = sections.map((section) => `'${section}'`).join(', ');
  const rows = await database.query<{ section: string; content: string }>(
    `SELECT section, content FROM indicator_sheets WHERE simulation_id = $1 AND section IN (${names})`,
    [simulation.simulation_id],
  );
  return rows.length === 0 ? null : Object.fromEntries(rows.map(({ content, section }) => [section, content]));
}

async function computedMeasures(database: SimCashDatabase, run: StoredRun): Promise<RunIndicators> {
  const { last_tick: last, persistence_level: level, simulation_id: id } = run.simulation;
  const ticks = (last ?? -1) + 1;
  const sink = new IndicatorSink(run.scenario);
  if (level === 'SUMMARY') new Reexecution(run, sink).runTo(ticks);
  else await readEvents(database, id, sink, ticks);
  return sink.measures(ticks);
}

/** Gives a sink the stored events before a tick. */
export async function readEvents(database: SimCashDatabase, id: string, { log }: IndicatorSink, ticks: number): Promise<void> {
  const range = { toTick: ticks - 1, types: [...INDICATOR_EVENTS] };
  for await (const event of events(database, id, range)) log.add(event);
}
