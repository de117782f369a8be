import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import { readSheet } from '../indicators.js';
import { storedIndicators } from '../stored-indicators.js';
import { openRun, type StoredRun } from '../stored-run.js';
import { comparisonOf, type ComparableRun, type ComparedRun, type FirstEvent, type RunComparison } from './comparison.js';
import { partingOfLogs } from './parting.js';
import { storedPayments } from './stored-payments.js';

/** A run, and where it is stored. */
export interface RunPlace {
  /** The database it is stored in. */
  readonly database: SimCashDatabase;
  /** Of the simulation in that database. */
  readonly id: string;
  /** By which it is told from another run of the same id in another database. */
  readonly name: string;
}

interface Opened extends ComparableRun {
  readonly place: RunPlace;
  readonly run: StoredRun;
}

/**
 * Compares stored runs with the first of them.
 *
 * @param largest so many payments of each run whose wait changed most
 * @throws NotStoredError
 */
export async function compareRuns(places: readonly RunPlace[], { largest = 0 } = {}): Promise<RunComparison> {
  const opened: Opened[] = [];
  for (const place of places) opened.push(await open(place));
  const [base, ...others] = opened;
  const firstEvents: (FirstEvent | null)[] = [];
  for (const other of others) firstEvents.push(await firstEvent(base!, other));
  return comparisonOf(opened, firstEvents, largest);
}

async function open(place: RunPlace): Promise<Opened> {
  const { database, name } = place;
  const run = await openRun(database, place.id);
  return {
    place,
    id: name,
    about: aboutOf(name, run),
    run,
    scenario: run.scenario,
    sheet: readSheet(await storedIndicators(database, run)),
    payments: await storedPayments(database, run),
  };
}

function aboutOf(id: string, { simulation }: StoredRun): ComparedRun {
  return {
    run: id,
    status: simulation.status,
    level: simulation.persistence_level,
    seed: String(simulation.rng_seed),
    ticks: (simulation.last_tick ?? -1) + 1,
    banks: simulation.num_agents,
    payments: simulation.total_arrivals,
    value: simulation.total_arrived_value,
    event_log_hash: simulation.event_log_hash,
  };
}

async function firstEvent(base: Opened, other: Opened): Promise<FirstEvent | null> {
  const [a, b] = [base.run.simulation, other.run.simulation];
  const isKnownEqual = a.event_log_hash !== null && a.event_log_hash === b.event_log_hash;
  if (isKnownEqual || a.persistence_level === 'SUMMARY' || b.persistence_level === 'SUMMARY') return null;
  return partingOf(base.place, other.place);
}

/** Where two stored logs part; null if they are equal. */
export const partingOf = (a: LogPlace, b: LogPlace): Promise<FirstEvent | null> =>
  partingOfLogs(eventLines(a.database, a.id), eventLines(b.database, b.id));

/** A stored log, and where it is. */
export type LogPlace = Pick<RunPlace, 'database' | 'id'>;
