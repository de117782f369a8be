import { z } from 'zod';

const oneCharacter = z.string().refine((text) => [...text].length === 1 && text !== '\n' && text !== '\r', {
  error: 'expected one character',
});

const mark = oneCharacter.refine((text) => !/[\d+-]/.test(text), { error: 'a mark is neither a digit nor a sign' });

/** How a CSV file is written; nothing is guessed (spec 13 §3.1). */
export const csvSchema = z
  .strictObject({
    delimiter: oneCharacter.default(','),
    quote: oneCharacter.default('"'),
    decimal: mark.default('.'),
    thousands: mark.nullable().default(null),
    encoding: z.enum(['utf-8', 'latin-1']).default('utf-8'),
    header: z.boolean().default(true),
    skip_lines: z.int().min(0).default(0),
    comment: z.string().min(1).nullable().default(null),
    trim: z.boolean().default(true),
  })
  .refine(({ delimiter, quote }) => delimiter !== quote, { error: 'delimiter and quote are the same character', path: ['quote'] })
  .refine(({ decimal, thousands }) => decimal !== thousands, {
    error: 'decimal and thousands are the same character',
    path: ['thousands'],
  });

export type CsvConfig = z.infer<typeof csvSchema>;
