import { INDICATOR_EVENTS, SECTIONS, type Section } from '@simcash/indicators';
import { events, type SimCashDatabase } from '@simcash/persistence';
import { IndicatorSink, sheetTexts } from './indicators.js';
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
  return (await storedSheet(database, run, sections)) ?? (await computedIndicators(database, run));
}

/** Whether a stored sheet is the one that follows from the stored events; problems in words. */
export async function sheetProblems(database: SimCashDatabase, run: StoredRun): Promise<string[]> {
  const stored = await storedSheet(database, run, SECTIONS);
  if (stored === null) return [];
  const computed = await computedIndicators(database, run);
  return Object.keys(computed)
    .filter((section) => stored[section] !== computed[section])
    .map((section) => `indicator_sheets: section ${section} is not what the stored events give`);
}

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

async function computedIndicators(database: SimCashDatabase, run: StoredRun): Promise<Record<string, string>> {
  const { last_tick: last, persistence_level: level, simulation_id: id } = run.simulation;
  const ticks = (last ?? -1) + 1;
  const sink = new IndicatorSink(run.scenario);
  if (level === 'SUMMARY') new Reexecution(run, sink).runTo(ticks);
  else await readEvents(database, id, sink, ticks);
  return sheetTexts(sink.sheet(ticks));
}

/** Gives a sink the stored events before a tick. */
export async function readEvents(database: SimCashDatabase, id: string, { log }: IndicatorSink, ticks: number): Promise<void> {
  const range = { toTick: ticks - 1, types: [...INDICATOR_EVENTS] };
  for await (const event of events(database, id, range)) log.add(event);
}
