import { SimcashError } from '@simcash/protocol';
import type { CsvRecord } from './csv/records.js';
import type { CsvConfig } from './csv/schema.js';
import { FIELDS, type Field, type Mapping } from './source/schema.js';

/** A list whose columns are not what its source says. */
export class ColumnsError extends SimcashError {
  override name = 'ColumnsError';
  override readonly code = 'invalid_columns';
  constructor(
    message: string,
    /** What is wrong, below the source that says so. */
    readonly path: readonly (string | number)[] = [],
  ) {
    super(message);
  }

  /** The same of one of several sources. */
  ofSource(index: number): ColumnsError {
    return new ColumnsError(this.message, [index, ...this.path]);
  }
}

/** Where the fields of a payment stand in a record, from 0. */
export interface Columns {
  readonly place: Readonly<Partial<Record<Field, number>>>;
  /** Fields of a record: exactly so many with a header, at least so many without. */
  readonly count: number;
  readonly isExact: boolean;
  readonly way: TimeWay;
  /** Fields whose column holds times as such: their texts are ISO, whatever `time.format` says of other texts. */
  readonly typed: ReadonlySet<Field>;
  /** Whether amounts come as numbers, in which `csv.decimal` and `csv.thousands` have no part. */
  readonly hasNumbers: boolean;
}

/** How a list says when a payment arrives. */
type TimeWay = 'time' | 'date and time' | 'tick' | 'day and tick';

/**
 * Where the fields of a file stand: those that `columns` names, or those of the known ones that the header has.
 *
 * @param file what the source is called
 * @param header names of the columns; null for a file without
 * @throws ColumnsError for a column that the header lacks, or a field that the file must have
 */
export function placesOf<F extends string>(
  given: Readonly<Partial<Record<F, string | number>>> | undefined,
  { known, required }: { readonly known: readonly F[]; readonly required: readonly F[] },
  { csv, file }: { readonly csv: Pick<CsvConfig, 'header'>; readonly file: string },
  header: readonly string[] | null,
): Pick<Columns, 'count' | 'isExact'> & { readonly place: Readonly<Partial<Record<F, number>>> } {
  const fail = (field: string, message: string): never => {
    throw new ColumnsError(`${file} ${message}`, ['columns', field]);
  };
  if (header === null && csv.header) throw new ColumnsError(`${file} has no header: it has no record at all`);
  const wanted = Object.entries<string | number>(
    (given as Record<string, string | number> | undefined) ??
      Object.fromEntries(known.filter((field) => header?.includes(field)).map((field) => [field, field])),
  );
  const place = Object.fromEntries(
    wanted.map(([field, name]) => {
      if (typeof name === 'number')
        return header === null ? [field, name - 1] : fail(field, 'has a header, so columns have names');
      if (header === null) return fail(field, 'has no header, so columns have numbers, from 1');
      const at = header.indexOf(name);
      if (header.includes(name, at + 1)) fail(field, `has the column '${name}' twice`);
      return at >= 0 ? [field, at] : fail(field, `has no column '${name}' (it has: ${shown(header)})`);
    }),
  ) as Partial<Record<F, number>>;
  for (const field of required)
    if (place[field] === undefined) fail(field, `must have it${header === null ? '' : ` (it has: ${shown(header)})`}`);
  const places = Object.values<number | undefined>(place) as number[];
  return { place, count: header?.length ?? Math.max(...places) + 1, isExact: header !== null };
}

/** Where the fields of a payment stand. @param types columns that hold times, or numbers, as such @throws ColumnsError */
export function columnsOf(
  { columns: given, csv }: Mapping,
  file: string,
  header: readonly string[] | null,
  types: { readonly times?: readonly string[]; readonly numbers?: readonly string[] } = {},
): Columns {
  const required = ['sender', 'receiver', 'amount'] as const;
  const found = placesOf(given, { known: FIELDS, required }, { csv, file }, header);
  const way = wayOf(found.place);
  if (way === null)
    throw new ColumnsError(`${file} needs time, or date and time_of_day, or tick, or day and tick_of_day`, ['columns']);
  const isIn = (columns: readonly string[] | undefined, field: Field): boolean =>
    columns?.includes(header?.[found.place[field] ?? -1] ?? '') ?? false;
  const typed = FIELDS.filter((field) => isIn(types.times, field));
  return { ...found, way, typed: new Set(typed), hasNumbers: isIn(types.numbers, 'amount') };
}

/** Names of columns, as many and as long as a message can have them. */
function shown(header: readonly string[]): string {
  const names = header
    .slice(0, MOST_NAMES)
    .map((name) => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name));
  return `${names.join(', ')}${header.length > MOST_NAMES ? `, … and ${header.length - MOST_NAMES} more` : ''}`;
}
const MOST_NAMES = 30;
const LONGEST_NAME = 60;

/** The names of a header. @throws ColumnsError for a header that cannot be read */
export function headerOf({ excess, fault, fields }: CsvRecord, file: string): readonly string[] {
  if (fault === null) return fields;
  const why =
    excess ?? { quote: 'text follows a closing quote', encoding: 'bytes that are no text', columns: 'too many fields' }[fault];
  throw new ColumnsError(`the header of ${file} cannot be read: ${why}`);
}

function wayOf(place: Columns['place']): TimeWay | null {
  if (place.time !== undefined) return 'time';
  if (place.date !== undefined && place.time_of_day !== undefined) return 'date and time';
  if (place.tick !== undefined) return 'tick';
  return place.day !== undefined && place.tick_of_day !== undefined ? 'day and tick' : null;
}
