import { usageError } from './exit-codes.js';

/** A whole number given on the command line. @throws CommandError */
export function wholeNumber(text: string, flag: string, min = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
    throw usageError(`${flag} needs a whole number of at least ${min}, got '${text}'`);
  }
  return value;
}

/** Parser of an option whose value is a whole number, so that a wrong one is refused before anything is read or written. */
export const wholeNumberOption =
  (flag: string, min = 0) =>
  (text: string): number =>
    wholeNumber(text, flag, min);

/** A seed: 0 … 2^64 − 1, in decimal digits. @throws CommandError */
export function seedOption(text: string): bigint {
  if (/^\d+$/.test(text) && BigInt(text) < 2n ** 64n) return BigInt(text);
  throw usageError(`--seed needs a whole number from 0 to 18446744073709551615, got '${text}'`);
}

/** Seeds: `1..20`, or a list `3,7,9`. @throws CommandError */
export function seedsOption(text: string): bigint[] {
  const range = /^(\d+)\.\.(\d+)$/.exec(text);
  const [first, last] = range ? [BigInt(range[1]!), BigInt(range[2]!)] : [0n, 0n];
  if (range && (first > last || last - first >= MOST_SEEDS || last >= 2n ** 64n))
    throw usageError(`--seeds needs at most ${MOST_SEEDS} ascending seeds, got '${text}'`);
  if (range) return Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));
  const seeds = text.split(',').map((seed) => {
    if (/^\d+$/.test(seed) && BigInt(seed) < 2n ** 64n) return BigInt(seed);
    throw usageError(`--seeds needs seeds as 1..20 or 3,7,9, got '${text}'`);
  });
  if (new Set(seeds).size < seeds.length) throw usageError(`--seeds names a seed twice: '${text}'`);
  return seeds;
}

const MOST_SEEDS = 100_000n;

/** A time to wait. @throws CommandError */
export const secondsOption =
  (option: string, least = 0, most = Infinity) =>
  (text: string): number => {
    const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (seconds >= least && seconds <= most) return seconds;
    const range = most === Infinity ? '' : ` from ${least} to ${most}`;
    throw usageError(`${option} needs a number of seconds${range}, got '${text}'`);
  };
