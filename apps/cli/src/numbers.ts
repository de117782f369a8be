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

/** A time to wait. @throws CommandError */
export const secondsOption =
  (option: string) =>
  (text: string): number => {
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    throw usageError(`${option} needs a number of seconds, got '${text}'`);
  };
