import { usageError } from './exit-codes.js';

/** The name of what is stored, as other commands can name it again. @throws CommandError */
export function idOption(text: string): string {
  if (text.trim() === '') throw usageError('--id needs a name');
  if (text.startsWith('-')) throw usageError(`--id ${text}: a name that begins with - would be taken for an option`);
  return text;
}
