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
  before_opening: z
    .enum(['reject', 'first_tick'])
    .default('reject')
    .describe('Payments before the opening: refused, or moved to the first tick of the day.'),
  after_closing: z
    .enum(['reject', 'last_tick', 'next_day'])
    .default('reject')
    .describe('Payments after the closing: refused, or moved to the last tick of the day or the first one of the next.'),
  non_business_day: z
    .enum(['reject', 'next_day'])
    .default('reject')
    .describe('Payments on other days: refused, or moved to the first tick of the next business day.'),
});
type OutsideHours = z.infer<typeof outsideHours>;

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
  columns: z
    .partialRecord(z.enum(FIELDS), z.union([z.string(), z.int().min(1)]))
    .optional()
    .describe('Column of each field, by its name or its number from 1; the fields’ own names unless given.'),
  time: z
    .strictObject({
      format: timeFormat.default('iso').describe('How times are written: iso, or a pattern such as %d.%m.%Y %H:%M:%S.'),
      disambiguation: z
        .enum(DISAMBIGUATIONS)
        .nullable()
        .default(null)
        .describe('What becomes of times that a change of the clock skips or repeats; what the clock says unless given.'),
    })
    .prefault({})
    .describe('How times are read.'),
  amount: amountSchema.prefault({}).describe('How amounts are read.'),
  banks: z
    .strictObject({ map: z.record(z.string(), z.string()).default({}).describe('Id of the bank, by the name in the list.') })
    .prefault({})
    .describe('Names of banks in the list.'),
  priority: z
    .strictObject({
      map: z.record(z.string(), priority).default({}).describe('Priority, 0 to 10, by the word in the list.'),
      default: priority.default(5).describe('Priority of payments without one, 0 to 10.'),
    })
    .prefault({})
    .describe('How priorities are read.'),
  rtgs_priority: z
    .strictObject({
      map: z.record(z.string(), z.enum(RTGS_WORDS)).default({}).describe('RTGS priority, by the word in the list.'),
    })
    .prefault({})
    .describe('How RTGS priorities are read.'),
  deadline: z
    .strictObject({
      as: z
        .enum(['time', 'datetime', 'tick', 'ticks_after'])
        .nullable()
        .default(null)
        .describe(
          'What deadlines are: times of the day, dates with times, ticks of the run, or ticks after arrival; with a clock time, else tick.',
        ),
      default: z
        .union([
          z.literal('end_of_day'),
          z.strictObject({ ticks_after: z.int().min(0).max(1_000_000_000).describe('Ticks after arrival.') }),
        ])
        .default('end_of_day')
        .describe('Deadline of payments without one: the end of the day, or a number of ticks after arrival.'),
    })
    .prefault({})
    .describe('How deadlines are read.'),
  outside_hours: z
    .union([z.enum(['reject', 'first_tick', 'next_day']).transform((name) => OUTSIDE_HOURS[name]), outsideHours])
    .default(OUTSIDE_HOURS.reject)
    .describe('What becomes of payments outside the hours: one word for all, or one for each case.'),
  self_payments: z.enum(['reject', 'keep']).default('reject').describe('What becomes of payments of a bank to itself.'),
  duplicates: z
    .enum(['reject', 'keep'])
    .default('reject')
    .describe('What becomes of a second payment with the same external_ref.'),
  on_error: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('Whether rejected rows refuse the scenario (stop) or are left out (skip).'),
  max_rejects: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('Most rows that may be left out: a number of them, or below 1 a share; any number unless given.'),
  sample: sampleSchema.optional().describe('Days are drawn out of the list; the list as it is unless given.'),
};

/** A CSV or Parquet file, or messages of ISO 20022. */
export const sourceSchema = z
  .strictObject({
    file: z.string().min(1).describe('Path of the file, from the folder of the scenario.'),
    format: z.enum(['csv', 'parquet', 'pacs']).optional().describe('What the file is; by its extension unless given.'),
    csv: csvSchema.prefault({}).describe('How a CSV file is written.'),
    pacs: pacsSchema.optional().describe('How messages of ISO 20022 are read; with format pacs.'),
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
    database: z.string().min(1).describe('Path of the DuckDB file, from the folder of the scenario.'),
    table: z.string().min(1).optional().describe('Table whose rows are the payments.'),
    query: z.string().min(1).optional().describe('Query whose rows are the payments, in place of table.'),
    csv: csvSchema.prefault({}).describe('Marks of amounts that are texts.'),
    ...mapping,
  })
  .refine(({ query, table }) => (query === undefined) !== (table === undefined), { error: 'either table or query is needed' });

/** Arrivals of a stored run: shadow replay (spec 13 §12.1). */
const runSchema = z.strictObject({
  run: z.string().min(1).describe('Id of the stored run whose payments arrive again.'),
  database: z.string().min(1).optional().describe('Path of the database with the run; that of the command unless given.'),
  include_scenario: z.boolean().default(false).describe('Whether payments that scenario events ordered are among them.'),
  replace_generated: z
    .boolean()
    .default(false)
    .describe('Whether arrival_config and arrival_bands of the banks are passed over; an error beside them otherwise.'),
  sample: sampleSchema.optional().describe('Days are drawn out of the run; all of it unless given.'),
});

/** A payment list of the database. */
const dataSetSchema = z.strictObject({
  dataset: z
    .string()
    .regex(/^[0-9a-f]{8,64}$/, { error: 'expected a SHA-256, or the first 8 digits of it at least' })
    .describe('SHA-256 of a payment list in the database, or its first 8 digits at least.'),
  sample: sampleSchema.optional().describe('Days are drawn out of the list; the list as it is unless given.'),
});

/** Payments from a file. */
export type FileSource = z.infer<typeof sourceSchema>;
/** Payments from a table of a database. */
export type TableSource = z.infer<typeof tableSchema>;
export type RunSource = z.infer<typeof runSchema>;
type DataSetSource = z.infer<typeof dataSetSchema>;
/** Where the payments of a list come from. */
export type SourceConfig = FileSource | TableSource | RunSource | DataSetSource;

/** How the columns of a source are read, whatever it is. */
export type Mapping = Omit<FileSource, 'file' | 'format' | 'pacs'>;

const KINDS = { file: sourceSchema, run: runSchema, dataset: dataSetSchema, table: tableSchema, query: tableSchema } as const;

const anySource = z
  .union([
    sourceSchema.describe('A file.'),
    tableSchema.describe('Rows of a database.'),
    runSchema.describe('Payments of a stored run.'),
    dataSetSchema.describe('A payment list of the database.'),
  ])
  .meta({
    id: 'PaymentSourceDocument',
    description: 'Where payments come from: exactly one of file, database, run and dataset.',
  });

/** The key `payments` as a person writes it: a source, or several. */
export const paymentsForm = z.union([anySource, z.array(anySource)]);

/** The schema that a source has to follow, by the key that says what it is; null if none or several do. */
export function schemaOfSource(source: unknown): z.ZodType<SourceConfig> | null {
  if (typeof source !== 'object' || source === null) return null;
  const kinds = Object.keys(KINDS).filter((key) => Object.hasOwn(source, key)) as (keyof typeof KINDS)[];
  return kinds.length === 1 ? KINDS[kinds[0]!] : null;
}

/** What is wrong with a source that is not exactly one. */
export const NOT_ONE_SOURCE = 'exactly one of file, table, query, run and dataset is needed';

/** Whether payments come from a file. */
export const isFile = (source: SourceConfig): source is FileSource => 'file' in source;
/** Whether payments come from a table of a database. */
export const isTable = (source: SourceConfig): source is TableSource => 'table' in source || 'query' in source;
/** Whether payments come from a stored run. */
export const isRun = (source: SourceConfig): source is RunSource => 'run' in source;

/** What a source is called in messages. */
export function nameOf(source: SourceConfig): string {
  if (isFile(source)) return source.file;
  if (isRun(source)) return `run ${source.run}`;
  return isTable(source) ? source.database : `data set ${source.dataset}`;
}
