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
export type AccountAmount = (typeof ACCOUNT_AMOUNTS)[number];

export const ACCOUNT_FIELDS = ['bank', 'business_date', 'day', ...ACCOUNT_AMOUNTS, 'collateral_haircut'] as const;
export type AccountField = (typeof ACCOUNT_FIELDS)[number];

export const LIMIT_FIELDS = ['bank', 'counterparty', 'limit', 'business_date', 'day'] as const;
export type LimitField = (typeof LIMIT_FIELDS)[number];

const place = z.union([z.string(), z.int().min(1)]);
const common = { file: z.string().min(1), csv: csvSchema.prefault({}), amount: amountSchema.prefault({}) };

/** The key `accounts` of a scenario file. */
export const accountsSchema = z.strictObject({
  ...common,
  columns: z.partialRecord(z.enum(ACCOUNT_FIELDS), place).optional(),
  create_agents: z.boolean().default(false),
  defaults: z
    .record(z.string(), z.unknown())
    .refine((keys) => !Object.hasOwn(keys, 'id'), { error: 'id comes from the file' })
    .default({}),
});

/** The key `limits` of a scenario file. */
export const limitsSchema = z.strictObject({
  ...common,
  columns: z.partialRecord(z.enum(LIMIT_FIELDS), place).optional(),
});

export type AccountsConfig = z.infer<typeof accountsSchema>;
export type LimitsConfig = z.infer<typeof limitsSchema>;

const cents = z.int();
const notNegative = cents.min(0);

/** What changes about a bank on a day, as the configuration keeps it. Money is cents. */
export const accountChangeSchema = z.strictObject({
  day: z.int().min(0),
  bank: z.string(),
  opening_balance: cents.optional(),
  unsecured_cap: notNegative.optional(),
  posted_collateral: notNegative.optional(),
  max_collateral_capacity: notNegative.optional(),
  liquidity_pool: notNegative.optional(),
  collateral_haircut: z.number().min(0).max(1).optional(),
});
export type AccountChange = z.infer<typeof accountChangeSchema>;

/** A limit from a day on: towards one counterparty, or towards all; null takes it away. */
export const limitChangeSchema = z.strictObject({
  day: z.int().min(0),
  bank: z.string(),
  counterparty: z.string().nullable(),
  limit: notNegative.nullable(),
});
export type LimitChange = z.infer<typeof limitChangeSchema>;
