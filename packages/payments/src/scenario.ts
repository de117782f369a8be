import { SimcashError } from '@simcash/protocol';
import type { Ticks } from './arrival-time.js';
import type { Calendar } from './clock/calendar.js';
import { ColumnsError } from './columns.js';
import type { DataSet } from './data-set.js';
import { calendarOf, parsed } from './document.js';
import { IdentifiedBytes } from './identity.js';
import { PaymentsError } from './issues.js';
import { loadPayments, type Content, type LoadReport, type OpenSource } from './load.js';
import { exactOrText } from './report.js';
import { DrawnDays } from './sample/drawn-days.js';
import { Sampling } from './sample/sampling.js';
import { isFile, isRun, isTable, nameOf, NOT_ONE_SOURCE, schemaOfSource, type SourceConfig } from './source/schema.js';

/** Rows were not taken, and the scenario does not say that they may be left out (spec 13 §7.2). */
export class RowsRejectedError extends SimcashError {
  override name = 'RowsRejectedError';
  override readonly code = 'rejected_rows';
  constructor(
    /** What was read. */
    readonly read: ReadPayments,
    /** The files that were read. */
    readonly files: readonly string[],
  ) {
    super(`${files.join(', ')}: ${read.report.rejected} of ${read.report.rows} rows rejected`);
  }
}

/** A scenario whose payments have been read. */
export interface ReadPayments {
  /** The document with what identifies the list in place of where it lies. */
  readonly document: Record<string, unknown>;
  /** What was accepted. */
  readonly dataSet: DataSet;
  /** What the run takes: the same, or days drawn out of it. */
  readonly list: DataSet | DrawnDays;
  /** What was read, accepted and rejected. */
  readonly report: LoadReport;
  /** Null without a clock. */
  readonly calendar: Calendar | null;
  /** Ticks of a day. */
  readonly ticksPerDay: number;
  /** Number of days. */
  readonly numDays: number;
  /** Ids of the banks. */
  readonly banks: readonly string[];
}

/** The key `payments` once its list has been read (spec 13 §9.1). */
interface PaymentsKey {
  readonly sources: readonly object[];
  readonly dataset_sha256: string;
  readonly num_payments: number;
  readonly total_value: number | string;
}

/** What a source holds; of a file its bytes, piece by piece. */
export type OpenContent = (source: SourceConfig, index: number) => Content;

/** The sources of a scenario document with every default, or none. @throws PaymentsError for keys that are wrong */
export function paymentSources(document: Record<string, unknown>): SourceConfig[] {
  return document.payments === undefined ? [] : sourcesOf(document.payments);
}

/**
 * Reads the payments of a scenario document: of one without the key `payments` nothing.
 *
 * @throws PaymentsError for keys that are wrong; FileError for a file that cannot be read; RowsRejectedError
 */
export function readPayments(document: Record<string, unknown>, open: OpenContent): ReadPayments | null {
  if (document.payments === undefined) return null;
  const sources = sourcesOf(document.payments);
  checkGenerators(document, sources);
  checkOrderedPayments(document, sources);
  const { banks, ticks } = contextOf(document);
  const sample = attempt(() => Sampling.of(sources, ticks, document));
  const contents = sources.map((config, i) => identified(open(config, i)));
  const opened = contents.map((content, i): OpenSource => ({ config: sources[i]!, content }));
  const { dataSet, report } = attempt(
    () => loadPayments(opened, banks, sample?.listTicks ?? ticks),
    // A mapping that stands alone has no place in a list.
    Array.isArray(document.payments) ? 0 : 1,
  );
  const effectives = sources.map((source, i) => ({ ...effective(source, contents[i]!), ...report.sources[i] }));
  const configOf = (list: DataSet | DrawnDays): PaymentsKey => ({
    sources: list instanceof DrawnDays ? effectives.map((source) => ({ ...source, sample: list.sample })) : effectives,
    dataset_sha256: list.sha256,
    num_payments: list.length,
    total_value: exactOrText(list.totalValue),
  });
  const list = sample === null ? dataSet : attempt(() => sample.draw(dataSet, contents, configOf));
  const read: ReadPayments = {
    document: { ...withoutGenerators(document, sources), payments: configOf(list) },
    dataSet,
    list,
    report,
    calendar: ticks.calendar,
    ticksPerDay: ticks.ticksPerDay,
    numDays: ticks.numDays,
    banks,
  };
  if (isRefused(sources, report)) throw new RowsRejectedError(read, sources.map(nameOf));
  return read;
}

/** A source as the configuration keeps it: what was read and how, not where it lay (spec 13 §9.1). */
function effective(source: SourceConfig, content: Content): object {
  const identity = 'identity' in content ? content.identity : undefined;
  if (isFile(source)) {
    const { file: _, format: __, ...mapping } = source;
    return { ...mapping, ...(identity === undefined ? {} : { file: identity }) };
  }
  if (isTable(source) || isRun(source)) {
    const { database: _, ...rest } = source;
    return rest;
  }
  return source;
}

/** A run that is replayed brings its payments; generators beside it would make others (spec 13 §12.1). */
function checkGenerators(document: Record<string, unknown>, sources: readonly SourceConfig[]): void {
  const run = sources.find((source) => isRun(source) && !source.replace_generated);
  if (run === undefined || !Array.isArray(document.agents)) return;
  const issues = document.agents.flatMap((agent: Record<string, unknown> | null, i) =>
    GENERATORS.filter((key) => agent?.[key] != null).map((key) => ({
      path: ['agents', i, key],
      message: `generates payments beside those of ${nameOf(run)}; replace_generated: true lets them be`,
    })),
  );
  if (issues.length > 0) throw new PaymentsError(issues);
}

/** Payments that scenario events ordered would be there twice: from the stored run, and as the events order them again. */
function checkOrderedPayments(document: Record<string, unknown>, sources: readonly SourceConfig[]): void {
  const run = sources.find((source) => isRun(source) && source.include_scenario);
  if (run === undefined || !Array.isArray(document.scenario_events)) return;
  const issues = document.scenario_events.flatMap((event: { type?: unknown } | null, i) =>
    event?.type === 'CustomTransactionArrival'
      ? [
          {
            path: ['scenario_events', i],
            message: `orders a payment that ${nameOf(run)} brings along; without include_scenario: true the events order theirs again`,
          },
        ]
      : [],
  );
  if (issues.length > 0) throw new PaymentsError(issues);
}

const GENERATORS = ['arrival_config', 'arrival_bands'] as const;

/** The document without what would generate payments beside those of a run that is replayed. */
function withoutGenerators(document: Record<string, unknown>, sources: readonly SourceConfig[]): Record<string, unknown> {
  if (!sources.some(isRun) || !Array.isArray(document.agents)) return document;
  const agents = (document.agents as Record<string, unknown>[]).map((agent) =>
    Object.fromEntries(Object.entries(agent).filter(([key]) => !(GENERATORS as readonly string[]).includes(key))),
  );
  return { ...document, agents };
}

/** Does something with sources, of whose paths the first elements say nothing. */
function attempt<T>(work: () => T, skipped = 0): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ColumnsError)
      throw new PaymentsError([{ path: ['payments', ...error.path.slice(skipped)], message: error.message }]);
    throw error;
  }
}

/** A mapping counts as a list of one. */
function sourcesOf(payments: unknown): SourceConfig[] {
  const list = Array.isArray(payments) ? (payments as unknown[]) : [payments];
  const isList = Array.isArray(payments);
  return list.map((source, i) => {
    const path = isList ? ['payments', i] : ['payments'];
    const schema = schemaOfSource(source);
    if (schema === null) throw new PaymentsError([{ path, message: NOT_ONE_SOURCE }]);
    return parsed(schema, source, path);
  });
}

function contextOf(document: Record<string, unknown>): { banks: string[]; ticks: Ticks } {
  const { agents, clock, simulation } = document as { agents?: unknown; clock?: unknown; simulation?: Record<string, unknown> };
  const banks = Array.isArray(agents)
    ? agents.map((agent) => (agent as { id?: unknown } | null)?.id).filter((id) => typeof id === 'string')
    : [];
  const [numDays, given] = [Number(simulation?.num_days), simulation?.ticks_per_day];
  if (!(Number.isSafeInteger(numDays) && numDays > 0))
    throw new PaymentsError([{ path: ['simulation', 'num_days'], message: 'payments need a number of days' }]);
  if (given !== undefined && !(Number.isSafeInteger(Number(given)) && Number(given) > 0))
    throw new PaymentsError([{ path: ['simulation', 'ticks_per_day'], message: 'must be a whole number above 0' }]);
  if (clock === undefined && given === undefined)
    throw new PaymentsError([{ path: ['simulation', 'ticks_per_day'], message: 'is required without a clock' }]);
  const calendar = calendarOf(clock, numDays, given);
  return { banks, ticks: { numDays, ticksPerDay: calendar?.ticksPerDay ?? Number(given), calendar } };
}

/** The content of a source; what the bytes of a file were is known when they have been read. */
function identified(content: Content): Content {
  if (!('bytes' in content)) return content;
  const all = new IdentifiedBytes();
  return {
    bytes: all.of(content.bytes),
    get identity() {
      return all.identity;
    },
  };
}

/** Ticks of a day of a document, also where only its clock says it. @throws PaymentsError */
export const ticksPerDayOf = (document: Record<string, unknown>): number => contextOf(document).ticks.ticksPerDay;

/** A source that stops at any rejection, or has more of them than it allows: a number, or a share below 1. */
function isRefused(sources: readonly SourceConfig[], { sources: counts }: LoadReport): boolean {
  return sources.some((source, i) => {
    const { rejected, rows } = counts[i]!;
    if (!('on_error' in source)) return rejected > 0;
    const { max_rejects: most, on_error } = source;
    if (on_error === 'stop') return rejected > 0;
    return most !== null && rejected > (most < 1 ? most * rows : most);
  });
}
