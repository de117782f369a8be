import { CommanderError } from 'commander';
import { asCommandError, CommandError, EXIT, usageError, type ExitCode } from '../exit-codes.js';
import { json, note, noteForPrograms, noteText } from './streams.js';

/** Reports an error of whatever kind and gives the exit code that belongs to it. */
export function reportError(thrown: unknown, asJson: boolean): ExitCode {
  const error = reported(asCommandError(thrown));
  if (error === null) return EXIT.success;
  const { data, exitCode, hints, message } = error;
  if (asJson) noteForPrograms(json({ error: { code: exitCode, message, details: hints, ...data } }).trimEnd());
  else note(`error: ${message}`, ...hints.map((hint) => `  ${hint}`));
  if (process.env.SIMCASH_LOG === 'debug' && thrown instanceof Error && thrown.stack) noteText(thrown.stack);
  return exitCode;
}

/** What the program foresees says what, where and how to go on; anything else is a defect of the program. Null is no error. */
function reported(error: unknown): CommandError | null {
  if (error instanceof CommandError) return error;
  if (error instanceof CommanderError) return asUsageError(error);
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError(EXIT.failure, `internal error: ${message}`, [
    'this is a defect of simcash; SIMCASH_LOG=debug shows where it happened',
  ]);
}

/** Options that users of the original know, and what does the same here. */
const FORMER_OPTIONS: Readonly<Record<string, string>> = {
  '--config': 'the scenario file stands without an option: simcash run scenario.yaml',
  '--db-path': 'the database is named with --db PATH',
  '--full-replay': 'everything is stored with --save; --level events stores less',
  '--persist': 'a run is stored with --save',
  '--simulation-id': 'a run is named with --id ID; other commands take the id without an option: simcash replay ID',
};

/** The parser's `error: unknown option '--sede'` and its `(Did you mean --seed?)` on the next line. */
function asUsageError({ code, exitCode, message }: CommanderError): CommandError | null {
  if (exitCode === 0) return null;
  if (code === 'commander.help') return usageError('a command is missing', 'simcash --help lists the commands');
  const [what, ...hints] = message.replace(/^error: /, '').split('\n');
  const former = FORMER_OPTIONS[/^unknown option '(--[\w-]+)/.exec(what!)?.[1] ?? ''];
  return former === undefined ? usageError(what!, ...hints) : usageError(what!, former);
}
