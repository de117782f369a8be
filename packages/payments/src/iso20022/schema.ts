import { z } from 'zod';

/** How messages are read (spec 13 §18). */
export const pacsSchema = z.strictObject({
  /** Which reference names a payment; the first that it has of these unless given. */
  reference: z.enum(['UETR', 'TxId', 'InstrId', 'EndToEndId']).nullable().default(null),
  /** Characters of a BIC that name a bank. */
  bic: z.union([z.literal(8), z.literal(11)]).default(8),
});
export type PacsConfig = z.infer<typeof pacsSchema>;
