import { usageError } from './exit-codes.js';

/** @throws CommandError for a bank that a run does not have */
export function checkBank(known: readonly string[], bank: string | undefined): void {
  if (bank !== undefined && !known.includes(bank)) throw usageError(`unknown bank '${bank}'`, `known are: ${known.join(', ')}`);
}
