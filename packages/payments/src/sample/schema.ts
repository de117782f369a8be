import { z } from 'zod';

const seed = z.union([z.int().min(0), z.bigint().min(0n), z.string().regex(/^\d{1,20}$/)]).transform(String);

/** Days that are drawn out of a source (spec 13 §12.2). */
export const sampleSchema = z
  .strictObject({
    days: z.int().min(1).optional().describe('Number of days to draw; as many as the run has.'),
    seed: seed
      .nullable()
      .default(null)
      .describe('Seed of the drawing; that of the run unless given, so that every replication draws days of its own.'),
    replace: z.boolean().default(true).describe('Whether a day can be drawn more than once.'),
    by: z
      .enum(['day', 'business_date'])
      .nullable()
      .default(null)
      .describe('How the drawn days are named; with a clock by business_date, unless given.'),
  })
  .meta({ id: 'SampleDocument', description: 'Days that are drawn.' });
export type SampleConfig = z.infer<typeof sampleSchema>;
