import { z } from 'zod';
import { writtenAs } from './written.js';

/**
 * The scalars of scenario documents, which are read leniently: `"12"`, `12.0` and `true` are whole numbers, `yes` is a truth
 * value (spec 07 §1.4). Numbers must be finite, and whole numbers exact in a double.
 */

const INTEGER_TEXT = /^\s*[+-]?\d+(_\d+)*(\.0*)?\s*$/;
const TRUE_TEXTS = ['true', 't', 'yes', 'y', 'on', '1'];
const FALSE_TEXTS = ['false', 'f', 'no', 'n', 'off', '0'];

/** The beginning of a value's JSON text, for messages about it. */
export const show = (value: unknown): string =>
  typeof value === 'bigint' ? String(value) : (JSON.stringify(value, bigintsAsNumbers)?.slice(0, 80) ?? String(value));

/** Lets `JSON.stringify` write whole numbers that were read as bigints. */
export function bigintsAsNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function toInteger(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && INTEGER_TEXT.test(value)) return Number(value.replaceAll('_', ''));
  return typeof value === 'bigint' ? Number(value) : value;
}

function toFloat(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value.replaceAll('_', ''))))
    return Number(value.replaceAll('_', ''));
  return value;
}

function toBoolean(value: unknown): unknown {
  if (value === 0 || value === 0n) return false;
  if (value === 1 || value === 1n) return true;
  if (typeof value !== 'string') return value;
  const text = value.toLowerCase();
  return TRUE_TEXTS.includes(text) ? true : FALSE_TEXTS.includes(text) ? false : value;
}

const wholeNumber = z
  .number({ error: ({ input }) => `expected a whole number, got ${show(input)}` })
  .refine(Number.isInteger, {
    error: ({ input }) => `expected a whole number, got ${show(input)}`,
    params: { code: 'not_whole' },
    abort: true,
  })
  .refine(Number.isSafeInteger, { error: 'must lie between −(2^53 − 1) and 2^53 − 1', abort: true });

const finite = z.number({
  error: ({ input }) => `expected a finite number, got ${typeof input === 'number' ? String(input) : show(input)}`,
});

/** A whole number with rules; `min` and `max` are inclusive. */
export function integer(rules: { min?: number; max?: number } = {}): z.ZodType<number> {
  return writtenAs(z.preprocess(toInteger, between(wholeNumber, rules)), { keywords: { type: 'integer' } });
}

/** A finite number with rules; `above` is exclusive. */
export function float(rules: { min?: number; max?: number; above?: number } = {}): z.ZodType<number> {
  const { above } = rules;
  const ranged = between(finite, rules);
  return z.preprocess(toFloat, above === undefined ? ranged : ranged.gt(above, { error: `must be greater than ${above}` }));
}

export const boolean = z.preprocess(toBoolean, z.boolean({ error: ({ input }) => `expected true or false, got ${show(input)}` }));

export const text = z.string({ error: ({ input }) => `expected a text, got ${show(input)}${quoteHint(input)}` });

/** A name by which things are told apart: some text, in whole characters, without a byte-order mark. */
export const identifier = text
  .refine((id) => id.trim() !== '', { error: 'must not be empty' })
  .refine((id) => !/\p{Cs}/u.test(id), { error: 'must not contain half of a character (a lone surrogate)' })
  .refine((id) => !id.includes('\uFEFF'), { error: 'must not contain a byte-order mark (U+FEFF)' });

/** An unsigned 64-bit number. */
export const seed = writtenAs(
  z.preprocess(
    (value) => {
      if (typeof value === 'bigint') return value;
      const whole = toInteger(value);
      if (typeof value === 'string' && INTEGER_TEXT.test(value))
        return BigInt(value.trim().replaceAll('_', '').replace(/\.0*$/, ''));
      return typeof whole === 'number' && Number.isInteger(whole) ? BigInt(whole) : value;
    },
    z
      .bigint({ error: ({ input }) => `expected a whole number, got ${show(input)}` })
      .refine((x) => x >= 0n && x < 2n ** 64n, { error: 'must lie between 0 and 2^64 − 1' }),
  ),
  { keywords: { type: 'integer', format: 'uint64', minimum: 0 } },
);

function between(number: z.ZodNumber, { min, max }: { min?: number; max?: number }): z.ZodNumber {
  let result = number;
  if (min !== undefined) result = result.min(min, { error: min === 1 ? 'must be greater than 0' : `must be at least ${min}` });
  if (max !== undefined) result = result.max(max, { error: `must be at most ${max}` });
  return result;
}

function quoteHint(input: unknown): string {
  const scalar = typeof input === 'number' || typeof input === 'bigint' || typeof input === 'boolean';
  return scalar ? ' (put it in quotes)' : '';
}

/** Any JSON, in which whole numbers are numbers however they were written. */
export const plainJson = <T>(value: T): T => JSON.parse(JSON.stringify(value ?? null, bigintsAsNumbers)) as T;
