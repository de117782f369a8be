import { z } from 'zod';

const seed = z.union([z.int().min(0), z.bigint().min(0n), z.string().regex(/^\d{1,20}$/)]).transform(String);

/** Days that are drawn out of a source (spec 13 §12.2). */
export const sampleSchema = z.strictObject({
  /** As many as the run has. */
  days: z.int().min(1).optional(),
  /** The seed of the run unless given: then every replication draws days of its own. */
  seed: seed.nullable().default(null),
  replace: z.boolean().default(true),
  /** How the drawn days are named; business dates with a clock unless given. */
  by: z.enum(['day', 'business_date']).nullable().default(null),
});
export type SampleConfig = z.infer<typeof sampleSchema>;
