import {
  accountChangeSchema,
  accountsSchema as accountsFile,
  limitChangeSchema,
  limitsSchema as limitsFile,
} from '@simcash/payments/schema';
import { z } from 'zod';
import { plainJson } from './scalars.js';
import { writtenAs } from './written.js';

/** The keys `accounts` and `limits` once their files have been read: how, and what changes on later days (spec 13 §9.1, §10). */

const readTable = <T extends z.ZodType>(
  what: string,
  row: T,
  file: z.ZodType,
): z.ZodPipe<z.ZodType<unknown>, z.ZodType<{ rows: z.output<T>[] }>> => {
  const error = `expected ${what} that have been read: files are read by simcash, programs call resolveTables`;
  const rows = z.array(row, { error }).describe('What changes on later days.');
  const read = z.looseObject({ rows }, { error }).describe('A file that has been read, as stored runs have it.');
  return writtenAs(z.unknown().transform(plainJson).pipe(read), { form: z.union([file, read]) }) as never;
};

export const accountsSchema = readTable('accounts', accountChangeSchema, accountsFile);
export const limitsSchema = readTable('limits', limitChangeSchema, limitsFile);
