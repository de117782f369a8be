import { z } from 'zod';
import { DISAMBIGUATIONS } from '../clock/zone.js';
import { csvSchema } from '../csv/schema.js';
import { amountSchema } from '../fields/amount.js';
import { timeReader } from '../fields/time.js';
import { pacsSchema } from '../iso20022/schema.js';
import { sampleSchema } from '../sample/schema.js';

/** Fields of a payment that a list may have (spec 13 §4). */
export const FIELDS = [
  'external_ref',
  'time',
  'date',
  'time_of_day',
  'tick',
  'day',
  'tick_of_day',
  'business_date',
  'sender',
  'receiver',
  'amount',
  'currency',
  'priority',
  'rtgs_priority',
  'deadline',
  'time_critical',
  'payment_type',
  'on_behalf_of',
  'divisible',
] as const;
export type Field = (typeof FIELDS)[number];

/** What becomes of payments outside the hours, by where they fall (spec 13 §2.3). */
const outsideHours = z.strictObject({
  before_opening: z.enum(['reject', 'first_tick']).default('reject'),
  after_closing: z.enum(['reject', 'last_tick', 'next_day']).default('reject'),
  non_business_day: z.enum(['reject', 'next_day']).default('reject'),
});
export type OutsideHours = z.infer<typeof outsideHours>;

const OUTSIDE_HOURS: Readonly<Record<'reject' | 'first_tick' | 'next_day', OutsideHours>> = {
  reject: { before_opening: 'reject', after_closing: 'reject', non_business_day: 'reject' },
  first_tick: { before_opening: 'first_tick', after_closing: 'reject', non_business_day: 'reject' },
  next_day: { before_opening: 'first_tick', after_closing: 'next_day', non_business_day: 'next_day' },
};

const timeFormat = z.string().superRefine((format, context) => {
  try {
    if (format !== 'iso') timeReader(format);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
  }
});

const priority = z.int().min(0).max(10);

/** Declared RTGS priorities. */
export const RTGS_WORDS = ['HighlyUrgent', 'Urgent', 'Normal'] as const;
export type RtgsWord = (typeof RTGS_WORDS)[number];

/** What the columns of a list mean (spec 13 §4–§7). */
const mapping = {
  columns: z.partialRecord(z.enum(FIELDS), z.union([z.string(), z.int().min(1)])).optional(),
  time: z
    .strictObject({ format: timeFormat.default('iso'), disambiguation: z.enum(DISAMBIGUATIONS).nullable().default(null) })
    .prefault({}),
  amount: amountSchema.prefault({}),
  banks: z.strictObject({ map: z.record(z.string(), z.string()).default({}) }).prefault({}),
  priority: z.strictObject({ map: z.record(z.string(), priority).default({}), default: priority.default(5) }).prefault({}),
  rtgs_priority: z.strictObject({ map: z.record(z.string(), z.enum(RTGS_WORDS)).default({}) }).prefault({}),
  deadline: z
    .strictObject({
      as: z.enum(['time', 'datetime', 'tick', 'ticks_after']).nullable().default(null),
      default: z
        .union([z.literal('end_of_day'), z.strictObject({ ticks_after: z.int().min(0).max(1_000_000_000) })])
        .default('end_of_day'),
    })
    .prefault({}),
  outside_hours: z
    .union([z.enum(['reject', 'first_tick', 'next_day']).transform((name) => OUTSIDE_HOURS[name]), outsideHours])
    .default(OUTSIDE_HOURS.reject),
  self_payments: z.enum(['reject', 'keep']).default('reject'),
  duplicates: z.enum(['reject', 'keep']).default('reject'),
  on_error: z.enum(['stop', 'skip']).default('stop'),
  max_rejects: z.number().min(0).nullable().default(null),
  sample: sampleSchema.optional(),
};

/** A CSV or Parquet file, or messages of ISO 20022. */
export const sourceSchema = z
  .strictObject({
    file: z.string().min(1),
    format: z.enum(['csv', 'parquet', 'pacs']).optional(),
    csv: csvSchema.prefault({}),
    pacs: pacsSchema.optional(),
    ...mapping,
  })
  .refine((source) => formatOf(source) === 'pacs' || source.pacs === undefined, {
    error: 'goes with format: pacs',
    path: ['pacs'],
  })
  .refine((source) => formatOf(source) !== 'pacs' || source.columns === undefined, {
    error: 'messages have no columns',
    path: ['columns'],
  })
  .transform((source) =>
    formatOf(source) === 'pacs' && source.deadline.as === null
      ? { ...source, deadline: { ...source.deadline, as: 'datetime' as const } }
      : source,
  );

/** What a file is, by what its source says or by its name (spec 13 §3). */
export function formatOf({ file, format }: { readonly file: string; readonly format?: FileFormat | undefined }): FileFormat {
  if (format !== undefined) return format;
  const extension = /\.(parquet|xml)$/i.exec(file)?.[1]?.toLowerCase();
  return extension === 'parquet' ? 'parquet' : extension === 'xml' ? 'pacs' : 'csv';
}
type FileFormat = 'csv' | 'parquet' | 'pacs';

/** Rows of a DuckDB file. */
const tableSchema = z
  .strictObject({
    database: z.string().min(1),
    table: z.string().min(1).optional(),
    query: z.string().min(1).optional(),
    csv: csvSchema.prefault({}),
    ...mapping,
  })
  .refine(({ query, table }) => (query === undefined) !== (table === undefined), { error: 'either table or query is needed' });

/** Arrivals of a stored run: shadow replay (spec 13 §12.1). */
const runSchema = z.strictObject({
  run: z.string().min(1),
  database: z.string().min(1).optional(),
  include_scenario: z.boolean().default(false),
  replace_generated: z.boolean().default(false),
  sample: sampleSchema.optional(),
});

/** A payment list of the database. */
const dataSetSchema = z.strictObject({
  dataset: z.string().regex(/^[0-9a-f]{8,64}$/, { error: 'expected a SHA-256, or the first 8 digits of it at least' }),
  sample: sampleSchema.optional(),
});

export type FileSource = z.infer<typeof sourceSchema>;
export type TableSource = z.infer<typeof tableSchema>;
export type RunSource = z.infer<typeof runSchema>;
export type DataSetSource = z.infer<typeof dataSetSchema>;
export type SourceConfig = FileSource | TableSource | RunSource | DataSetSource;

/** How the columns of a source are read, whatever it is. */
export type Mapping = Omit<FileSource, 'file' | 'format' | 'pacs'>;

const KINDS = { file: sourceSchema, run: runSchema, dataset: dataSetSchema, table: tableSchema, query: tableSchema } as const;

/** The schema that a source has to follow, by the key that says what it is; null if none or several do. */
export function schemaOfSource(source: unknown): z.ZodType<SourceConfig> | null {
  if (typeof source !== 'object' || source === null) return null;
  const kinds = Object.keys(KINDS).filter((key) => Object.hasOwn(source, key)) as (keyof typeof KINDS)[];
  return kinds.length === 1 ? KINDS[kinds[0]!] : null;
}

/** What is wrong with a source that is not exactly one. */
export const NOT_ONE_SOURCE = 'exactly one of file, table, query, run and dataset is needed';

export const isFile = (source: SourceConfig): source is FileSource => 'file' in source;
export const isTable = (source: SourceConfig): source is TableSource => 'table' in source || 'query' in source;
export const isRun = (source: SourceConfig): source is RunSource => 'run' in source;

/** What a source is called in messages. */
export function nameOf(source: SourceConfig): string {
  if (isFile(source)) return source.file;
  if (isRun(source)) return `run ${source.run}`;
  return isTable(source) ? source.database : `data set ${source.dataset}`;
}
