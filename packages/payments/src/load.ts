import type { ListedPayment } from '@simcash/protocol';
import { arrivalInTick, type Ticks } from './arrival-time.js';
import { ColumnsError, columnsOf, headerOf } from './columns.js';
import { CsvReader, recordOf, type CsvRecord } from './csv/records.js';
import { AcceptedColumns } from './accepted-columns.js';
import { DataSet } from './data-set.js';
import type { Identity } from './identity.js';
import { References } from './references.js';
import { cut, RowFault, type Rejection, type RejectionCode } from './rejection.js';
import { RowReader, type AcceptedRow } from './row.js';
import { nameOf, type FileSource, type Mapping, type SourceConfig } from './source/schema.js';

/** What a source holds: the bytes of a CSV file, rows of texts under names (null is missing), or payments as they are. */
export type Content =
  | {
      /** The bytes of a file. */ readonly bytes: Iterable<Uint8Array>;
      /** What the file is known by. */ readonly identity?: Identity;
    }
  | {
      /** Names of the columns. */
      readonly names: readonly string[];
      /** Columns that hold times as such, as ISO texts. */
      readonly times?: readonly string[];
      /** Columns of numbers: their texts have a point and no other marks. */
      readonly numbers?: readonly string[];
      /** Texts under the names, in the order of the file; null where nothing is. */
      readonly rows: Iterable<readonly (string | null)[]>;
      /** Of a file that they were read from; known when all have been read. */
      readonly identity?: Identity;
    }
  | {
      /** In the order of their source. */
      readonly payments: Iterable<Omit<ListedPayment, 'source' | 'source_row'>>;
      /** Days of the run that they are of. */
      readonly days?: number;
    };

/** A source with what it holds. */
export interface OpenSource {
  /** The configuration as the engine takes it. */
  readonly config: SourceConfig;
  /** Where rows come from. */
  readonly content: Content;
}

/** What was read, and what was not taken (spec 13 §7.2). */
export interface LoadReport {
  /** Number of rows. */
  readonly rows: number;
  /** Rows that were accepted. */
  readonly accepted: number;
  /** Rows that were rejected. */
  readonly rejected: number;
  /** Rejected rows by code, sorted. */
  readonly counts: Readonly<Partial<Record<RejectionCode, number>>>;
  /** Rows whose raw deadline is not after their arrival: the engine takes the tick after it. */
  readonly deadlines_raised: number;
  /** The first of them; `truncated` says whether there are more. */
  readonly rejections: readonly Rejection[];
  /** Whether more rejections were found than are listed. */
  readonly truncated: boolean;
  /** By source. */
  readonly sources: readonly { readonly rows: number; readonly accepted: number; readonly rejected: number }[];
}

/** A payment list as it was read, with the report on its rows. */
export interface Loaded {
  /** The payments. */
  readonly dataSet: DataSet;
  /** What was read, accepted and rejected. */
  readonly report: LoadReport;
}

/** Rejections that are kept; beyond them only counts go on. */
const MOST_REJECTIONS = 100_000;

/**
 * Reads all sources, in order, and puts their payments into the order in which they arrive.
 *
 * @param banks ids of the banks
 * @throws FileError for a file that cannot be read at all; ColumnsError for columns that it does not have
 */
export function loadPayments(sources: readonly OpenSource[], banks: readonly string[], ticks: Ticks): Loaded {
  const loading = new Loading(banks, ticks);
  sources.forEach((source, i) => {
    try {
      loading.read(source, i);
    } catch (error) {
      throw error instanceof ColumnsError ? error.ofSource(i) : error;
    }
  });
  return loading.result();
}

class Loading {
  readonly #columns = new AcceptedColumns();
  readonly #references = new References();
  readonly #counts = new Map<RejectionCode, number>();
  readonly #rejections: Rejection[] = [];
  readonly #sources: { rows: number; accepted: number; rejected: number }[] = [];
  readonly #names: string[] = [];
  #raised = 0;

  constructor(
    private readonly banks: readonly string[],
    private readonly ticks: Ticks,
  ) {}

  read({ config, content }: OpenSource, source: number): void {
    this.#sources.push({ rows: 0, accepted: 0, rejected: 0 });
    this.#names.push(nameOf(config));
    if ('payments' in content) this.#readPayments(content.payments, source);
    else if ('rows' in content) this.#readRows(config as Mapping, content, source);
    else this.#readCsv(config as FileSource, content.bytes, source);
  }

  #readCsv(config: FileSource, bytes: Iterable<Uint8Array>, source: number): void {
    const rowsWith = (header: readonly string[] | null): RowReader =>
      new RowReader(config, columnsOf(config, config.file, header), this.banks, this.ticks);
    let rows: RowReader | null = config.csv.header ? null : rowsWith(null);
    const take = (record: CsvRecord): void => {
      if (rows === null) rows = rowsWith(headerOf(record, config.file));
      else this.#count(rows, record, config, source);
    };
    const reader = new CsvReader(config.csv, take);
    for (const chunk of bytes) reader.write(chunk);
    reader.end(config.file);
    if (rows === null) rowsWith(null);
  }

  #readRows(config: Mapping, { names, rows, ...types }: Extract<Content, { rows: unknown }>, source: number): void {
    const reader = new RowReader(config, columnsOf(config, this.#names[source]!, names, types), this.banks, this.ticks);
    for (const row of rows) {
      this.#count(reader, recordOf(row, config.csv), config, source);
    }
  }

  /** Payments of a run or a stored list: what can be wrong with them is that this scenario has other banks or other ticks. */
  #readPayments(payments: Iterable<Omit<ListedPayment, 'source' | 'source_row'>>, source: number): void {
    const bankOf = new Map(this.banks.map((id, i) => [id, i]));
    const counts = this.#sources[source]!;
    for (const payment of payments) {
      const row = ++counts.rows;
      try {
        const bank = (field: 'sender' | 'receiver', id: string): number => {
          const found = bankOf.get(id);
          if (found !== undefined) return found;
          throw new RowFault(`unknown_${field}`, field, id, `${field} '${id}' is no bank of the scenario`);
        };
        this.#accept(source, row, {
          ...arrivalInTick(this.ticks, payment.tick, String(payment.tick)),
          sender: bank('sender', payment.sender_id),
          receiver: bank('receiver', payment.receiver_id),
          amount: payment.amount,
          deadline: payment.deadline_tick,
          priority: payment.priority,
          rtgsPriority: payment.rtgs_priority,
          isDivisible: payment.is_divisible,
          isTimeCritical: payment.time_critical,
          externalRef: payment.external_ref,
          paymentType: payment.payment_type,
          onBehalfOf: payment.on_behalf_of,
        });
        // Rows of later sources may not have it; these payments, which were accepted once, may have it twice.
        if (payment.external_ref !== null) this.#references.add(payment.external_ref);
        counts.accepted++;
      } catch (error) {
        if (!(error instanceof RowFault)) throw error;
        this.#reject(error, null, source, row);
        counts.rejected++;
      }
    }
  }

  #count(rows: RowReader, record: CsvRecord, config: Mapping, source: number): void {
    const counts = this.#sources[source]!;
    const row = ++counts.rows;
    if (this.#take(rows, record, config, source, row)) counts.accepted++;
    else counts.rejected++;
  }

  result(): Loaded {
    const total = (key: 'rows' | 'accepted' | 'rejected'): number => this.#sources.reduce((sum, source) => sum + source[key], 0);
    const rejected = total('rejected');
    return {
      dataSet: new DataSet(this.banks, this.#columns, { names: this.#names, rejections: this.#rejections }),
      report: {
        rows: total('rows'),
        accepted: total('accepted'),
        rejected,
        counts: Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1))),
        deadlines_raised: this.#raised,
        rejections: this.#rejections,
        truncated: rejected > this.#rejections.length,
        sources: this.#sources,
      },
    };
  }

  #take(rows: RowReader, record: CsvRecord, config: Mapping, source: number, row: number): boolean {
    try {
      const payment = rows.read(record);
      const { externalRef } = payment;
      if (externalRef !== null && this.#references.add(externalRef) && config.duplicates === 'reject')
        throw new RowFault(
          'duplicate_ref',
          'external_ref',
          externalRef,
          `external_ref '${externalRef}' was there before; duplicates: keep takes such payments`,
        );
      this.#accept(source, row, payment);
      return true;
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      this.#reject(error, record.line, source, row);
      return false;
    }
  }

  #accept(source: number, row: number, payment: AcceptedRow): void {
    this.#columns.add(source, row, payment);
    if (payment.deadline <= payment.tick) this.#raised++;
  }

  #reject({ code, column, message, value }: RowFault, line: number | null, source: number, row: number): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (this.#rejections.length < MOST_REJECTIONS)
      this.#rejections.push({ source, row, line, column, code, value: cut(value), message: cut(message) });
  }
}
