import { CommandError, EXIT } from '../exit-codes.js';
import { json, note } from './streams.js';

/** One line says what went wrong, further ones where and what to do; a stack only when asked for. */
export function reportError(error: unknown, asJson: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  const hints = error instanceof CommandError ? error.hints : [];
  if (asJson) {
    const code = error instanceof CommandError ? error.exitCode : EXIT.failure;
    note(json({ error: { code, message, details: hints } }).trimEnd());
  } else {
    note(`error: ${message}`);
    for (const hint of hints) note(`  ${hint}`);
  }
  if (process.env.SIMCASH_LOG === 'debug' && error instanceof Error && error.stack) note(error.stack);
}
