import { accountChangeSchema, limitChangeSchema } from '@simcash/payments/schema';
import { z } from 'zod';
import { plainJson } from './scalars.js';

const readBefore = (what: string): { error: string } => ({
  error: `expected ${what} that have been read: files are read by simcash, programs call resolveTables`,
});

/** The keys `accounts` and `limits` once their files have been read: how, and what changes on later days (spec 13 §9.1, §10). */
export const accountsSchema = z
  .unknown()
  .transform(plainJson)
  .pipe(z.looseObject({ rows: z.array(accountChangeSchema, readBefore('accounts')) }, readBefore('accounts')));

export const limitsSchema = z
  .unknown()
  .transform(plainJson)
  .pipe(z.looseObject({ rows: z.array(limitChangeSchema, readBefore('limits')) }, readBefore('limits')));
