import { paymentsForm } from '@simcash/payments/schema';
import { z } from 'zod';
import { integer, plainJson } from './scalars.js';
import { writtenAs } from './written.js';

const readPayments = z
  .strictObject(
    {
      sources: z.array(z.record(z.string(), z.unknown()).transform(plainJson)).describe('How each source was read.'),
      dataset_sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, { error: 'expected a SHA-256 in hexadecimal digits' })
        .describe('SHA-256 of the payments.'),
      num_payments: integer({ min: 0 }).describe('Number of the payments.'),
      total_value: z
        .union([integer({ min: 0 }), z.string().regex(/^\d+$/)])
        .describe('Sum of their amounts, in cents; a text beyond 2^53 − 1.'),
    },
    { error: 'expected a payment list that has been read: files are read by simcash, programs call withPayments' },
  )
  .describe('A list that has been read, as stored runs have it.');

/** The key `payments` once its list has been read: what the list is, not where it lies (spec 13 §9.1). */
export const paymentsSchema = writtenAs(readPayments, { form: z.union([...paymentsForm.options, readPayments]) });
