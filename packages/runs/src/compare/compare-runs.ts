import { comparePayments, pairsOf, type IndicatorSheet, type PairedPayments, type PaymentsOfRun } from '@simcash/indicators';
import { eventLines, type SimCashDatabase } from '@simcash/persistence';
import { readSheet } from '../indicators.js';
import { storedIndicators } from '../stored-indicators.js';
import { openRun, type StoredRun } from '../stored-run.js';
import { bankFigures, systemFigures, type ByRun } from './figures.js';
import { changedSettings, type ChangedSetting } from './settings.js';
import { storedPayments } from './stored-payments.js';

/** What the first section says of a run. */
export interface ComparedRun {
  readonly run: string;
  readonly status: string;
  readonly level: string;
  /** Decimal. */
  readonly seed: string;
  readonly ticks: number;
  readonly banks: number;
  readonly payments: number | null;
  /** Cents. */
  readonly value: number | null;
  readonly event_log_hash: string | null;
}

/** A payment whose wait differs most, by amount × ticks. */
export interface ChangedPayment {
  readonly arrival_seq: number;
  readonly sender: string;
  readonly receiver: string;
  readonly amount: number;
  readonly arrival_tick: number;
  readonly settlement_tick: { readonly baseline: number | null; readonly other: number | null };
}

/** Where two logs part. */
export interface FirstEvent {
  readonly event_seq: number;
  readonly tick: number;
  readonly baseline: string | null;
  readonly other: string | null;
}

/** Figures of stored runs beside each other; the first run is the baseline (spec 14 §14). */
export interface RunComparison {
  readonly baseline: string;
  readonly runs: readonly ComparedRun[];
  readonly changed_settings: readonly ChangedSetting[];
  readonly system: Readonly<Record<string, ByRun>>;
  readonly banks: readonly { readonly bank: string; readonly figures: Readonly<Record<string, ByRun>> }[];
  /** By run, the baseline left out. */
  readonly payments: Readonly<Record<string, PairedPayments & { readonly largest: readonly ChangedPayment[] }>>;
  /** By run: null if the logs are equal, or one of them is not stored. */
  readonly first_event: Readonly<Record<string, FirstEvent | null>>;
  /** By run, as they were read: for tables by day and pair. */
  readonly sheets: Readonly<Record<string, IndicatorSheet>>;
}

/** A run, and where it is stored. */
export interface RunPlace {
  readonly database: SimCashDatabase;
  readonly id: string;
  /** By which it is told from another run of the same id in another database. */
  readonly name: string;
}

interface Opened {
  readonly place: RunPlace;
  readonly id: string;
  readonly run: StoredRun;
  readonly scenario: StoredRun['scenario'];
  readonly sheet: IndicatorSheet;
  readonly payments: PaymentsOfRun;
}

/** @param largest so many payments of each run whose wait changed most. @throws NotStoredError */
export async function compareRuns(places: readonly RunPlace[], { largest = 0 } = {}): Promise<RunComparison> {
  const opened: Opened[] = [];
  for (const place of places) opened.push(await open(place));
  const [base, ...others] = opened;
  const payments: [string, RunComparison['payments'][string]][] = [];
  const firstEvents: [string, FirstEvent | null][] = [];
  for (const other of others) {
    const paired = comparePayments(base!.payments, other.payments);
    payments.push([other.id, { ...paired, largest: largestChanges(base!.payments, other.payments, largest) }]);
    firstEvents.push([other.id, await firstEvent(base!, other)]);
  }
  return {
    baseline: base!.id,
    runs: opened.map(about),
    changed_settings: changedSettings(opened),
    system: systemFigures(opened),
    banks: bankFigures(opened),
    payments: Object.fromEntries(payments),
    first_event: Object.fromEntries(firstEvents),
    sheets: Object.fromEntries(opened.map(({ id, sheet }) => [id, sheet])),
  };
}

async function open(place: RunPlace): Promise<Opened> {
  const { database, name } = place;
  const run = await openRun(database, place.id);
  return {
    place,
    id: name,
    run,
    scenario: run.scenario,
    sheet: readSheet(await storedIndicators(database, run)),
    payments: await storedPayments(database, run),
  };
}

function about({ id, run: { simulation } }: Opened): ComparedRun {
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

/** Paired payments by amount × difference of the wait, largest first; of runs of different lengths none: their waits say nothing. */
function largestChanges(base: PaymentsOfRun, other: PaymentsOfRun, count: number): ChangedPayment[] {
  if (base.ticks !== other.ticks) return [];
  const change = (pair: { base: { amount: number; settled: number | null }; other: { settled: number | null } }): number =>
    pair.base.amount * Math.abs((pair.other.settled ?? other.ticks) - (pair.base.settled ?? base.ticks));
  return pairsOf(base, other)
    .pairs.filter((pair) => change(pair) > 0)
    .sort((a, b) => change(b) - change(a) || a.arrival_seq - b.arrival_seq)
    .slice(0, count)
    .map(({ arrival_seq, base: a, other: b }) => ({
      arrival_seq,
      sender: base.banks[a.sender]!,
      receiver: base.banks[a.receiver]!,
      amount: a.amount,
      arrival_tick: a.arrival,
      settlement_tick: { baseline: a.settled, other: b.settled },
    }));
}

async function firstEvent(base: Opened, other: Opened): Promise<FirstEvent | null> {
  const [a, b] = [base.run.simulation, other.run.simulation];
  const isKnownEqual = a.event_log_hash !== null && a.event_log_hash === b.event_log_hash;
  if (isKnownEqual || a.persistence_level === 'SUMMARY' || b.persistence_level === 'SUMMARY') return null;
  return partingOf(base.place, other.place);
}

/** Where two stored logs part; null if they are equal. */
export async function partingOf(a: LogPlace, b: LogPlace): Promise<FirstEvent | null> {
  const lines = [linesOf(a), linesOf(b)] as const;
  for (let event_seq = 0; ; event_seq++) {
    const [x, y] = [await lines[0].next(), await lines[1].next()];
    if (x.done && y.done) return null;
    const [baseline, other] = [x.done ? null : x.value, y.done ? null : y.value];
    if (baseline === other) continue;
    const { tick } = JSON.parse((baseline ?? other)!) as { tick: number };
    return { event_seq, tick, baseline, other };
  }
}

export type LogPlace = Pick<RunPlace, 'database' | 'id'>;

async function* linesOf({ database, id }: LogPlace): AsyncGenerator<string> {
  for await (const lines of eventLines(database, id)) yield* lines.trimEnd().split('\n');
}
