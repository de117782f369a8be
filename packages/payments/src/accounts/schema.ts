import { z } from 'zod';
import { csvSchema } from '../csv/schema.js';
import { amountSchema } from '../fields/amount.js';

/** Amounts of a bank that a file may give, in the order in which they are checked (spec 13 §10). */
export const ACCOUNT_AMOUNTS = [
  'opening_balance',
  'unsecured_cap',
  'posted_collateral',
  'max_collateral_capacity',
  'liquidity_pool',
] as const;

export const ACCOUNT_FIELDS = ['bank', 'business_date', 'day', ...ACCOUNT_AMOUNTS, 'collateral_haircut'] as const;
export type AccountField = (typeof ACCOUNT_FIELDS)[number];

export const LIMIT_FIELDS = ['bank', 'counterparty', 'limit', 'business_date', 'day'] as const;
export type LimitField = (typeof LIMIT_FIELDS)[number];

const place = z.union([z.string(), z.int().min(1)]);
const common = {
  file: z.string().min(1).describe('Path of the CSV file, from the folder of the scenario.'),
  csv: csvSchema.prefault({}).describe('How the file is written.'),
  amount: amountSchema.prefault({}).describe('How amounts are read.'),
};

/** The key `accounts` of a scenario file. */
export const accountsSchema = z.strictObject({
  ...common,
  columns: z
    .partialRecord(z.enum(ACCOUNT_FIELDS), place)
    .optional()
    .describe('Column of each field, by its name or its number from 1; the fields’ own names unless given.'),
  create_agents: z.boolean().default(false).describe('Whether banks that the scenario does not list are added to it.'),
  defaults: z
    .record(z.string(), z.unknown())
    .refine((keys) => !Object.hasOwn(keys, 'id'), { error: 'id comes from the file' })
    .default({})
    .describe('Keys of the banks that are added, as under agents, without id.'),
});

/** The key `limits` of a scenario file. */
export const limitsSchema = z.strictObject({
  ...common,
  columns: z
    .partialRecord(z.enum(LIMIT_FIELDS), place)
    .optional()
    .describe('Column of each field, by its name or its number from 1; the fields’ own names unless given.'),
});

/** Where the balances and credit lines of accounts come from. */
export type AccountsConfig = z.infer<typeof accountsSchema>;
/** Where the limits of banks come from. */
export type LimitsConfig = z.infer<typeof limitsSchema>;

const cents = z.int();
const notNegative = cents.min(0);

/** What changes about a bank on a day, as the configuration keeps it. Money is cents. */
export const accountChangeSchema = z.strictObject({
  day: z.int().min(0).describe('Day on which it changes, from 0.'),
  bank: z.string().describe('Id of the bank.'),
  opening_balance: cents.optional().describe('Balance at the beginning of the day, in cents.'),
  unsecured_cap: notNegative.optional().describe('Credit without collateral, in cents.'),
  posted_collateral: notNegative.optional().describe('Posted collateral, in cents.'),
  max_collateral_capacity: notNegative.optional().describe('Most collateral that the bank can post, in cents.'),
  liquidity_pool: notNegative.optional().describe('Money that the bank can bring in, in cents.'),
  collateral_haircut: z.number().min(0).max(1).optional().describe('Share of collateral that gives no credit, 0 to 1.'),
});
/** A change of an account at a time within the run. */
export type AccountChange = z.infer<typeof accountChangeSchema>;

/** A limit from a day on: towards one counterparty, or towards all; null takes it away. */
export const limitChangeSchema = z.strictObject({
  day: z.int().min(0).describe('Day from which on it holds, from 0.'),
  bank: z.string().describe('Id of the bank.'),
  counterparty: z.string().nullable().describe('Id of the other bank; null for all of them together.'),
  limit: notNegative.nullable().describe('Most that may be paid in a day, in cents; null takes the limit away.'),
});
/** A change of a limit at a time within the run. */
export type LimitChange = z.infer<typeof limitChangeSchema>;
