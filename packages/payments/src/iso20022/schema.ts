import { z } from 'zod';

/** How messages are read (spec 13 §18). */
export const pacsSchema = z.strictObject({
  reference: z
    .enum(['UETR', 'TxId', 'InstrId', 'EndToEndId'])
    .nullable()
    .default(null)
    .describe('Which reference names a payment; the first that it has of these unless given.'),
  bic: z
    .union([z.literal(8), z.literal(11)])
    .default(8)
    .describe('How many characters of a BIC name a bank.'),
});
export type PacsConfig = z.infer<typeof pacsSchema>;
