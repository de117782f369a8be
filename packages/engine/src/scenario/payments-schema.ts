import { z } from 'zod';
import { integer, plainJson } from './scalars.js';

/** The key `payments` once its list has been read: what the list is, not where it lies (spec 13 §9.1). */
export const paymentsSchema = z.strictObject(
  {
    sources: z.array(z.record(z.string(), z.unknown()).transform(plainJson)),
    dataset_sha256: z.string().regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hexadecimal digits' }),
    num_payments: integer({ min: 0 }),
    total_value: z.union([integer({ min: 0 }), z.string().regex(/^\d+$/)]),
  },
  { error: 'expected a payment list that has been read: files are read by simcash, programs call withPayments' },
);
