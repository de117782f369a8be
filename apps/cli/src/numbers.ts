import { usageError } from './exit-codes.js';

/** A whole number given on the command line. @throws CommandError */
export function wholeNumber(text: string, flag: string, min = 0): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
    throw usageError(`${flag} needs a whole number of at least ${min}, got '${text}'`);
  }
  return value;
}

/** A seed: 0 … 2^64 − 1. @throws CommandError */
export function checkSeed(text: string | undefined): void {
  if (text !== undefined && !(/^\d+$/.test(text) && BigInt(text) < 2n ** 64n)) {
    throw usageError(`--seed needs a whole number from 0 to 18446744073709551615, got '${text}'`);
  }
}
