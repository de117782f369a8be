import { z } from 'zod';

const oneCharacter = z.string().refine((text) => [...text].length === 1 && text !== '\n' && text !== '\r', {
  error: 'expected one character',
});

const mark = oneCharacter.refine((text) => !/[\d+-]/.test(text), { error: 'a mark is neither a digit nor a sign' });

/** How a CSV file is written; nothing is guessed (spec 13 §3.1). */
export const csvSchema = z
  .strictObject({
    delimiter: oneCharacter.default(',').describe('Character between two values.'),
    quote: oneCharacter.default('"').describe('Character around values that contain others.'),
    decimal: mark.default('.').describe('Decimal mark of amounts.'),
    thousands: mark.nullable().default(null).describe('Mark between thousands in amounts; none unless given.'),
    encoding: z.enum(['utf-8', 'latin-1']).default('utf-8').describe('Encoding of the text.'),
    header: z.boolean().default(true).describe('Whether the first record names the columns.'),
    skip_lines: z.int().min(0).default(0).describe('Lines before the header that are passed over.'),
    comment: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('With what records that are passed over begin; none unless given.'),
    trim: z.boolean().default(true).describe('Whether blanks around values are removed.'),
  })
  .refine(({ delimiter, quote }) => delimiter !== quote, { error: 'delimiter and quote are the same character', path: ['quote'] })
  .refine(({ decimal, thousands }) => decimal !== thousands, {
    error: 'decimal and thousands are the same character',
    path: ['thousands'],
  })
  .meta({ id: 'CsvDocument', description: 'How a CSV file is written.' });

/** How a CSV file is written. */
export type CsvConfig = z.infer<typeof csvSchema>;
