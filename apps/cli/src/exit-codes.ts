import { issueText, isSimcashError, type SimcashError } from '@simcash/protocol';

/** Exit codes of every command (documented in `simcash --help` and docs/reference/cli.md). */
export const EXIT = {
  success: 0,
  failure: 1,
  usage: 2,
  input: 3,
  notFound: 4,
  database: 5,
  verification: 6,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error that ends a command with a documented code; one sentence says what, further lines where and what to do. */
export class CommandError extends Error {
  override name = 'CommandError';
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly hints: readonly string[] = [],
    /** More of it for programs. */
    readonly data: object = {},
  ) {
    super(message);
  }
}

export const usageError = (message: string, ...hints: string[]): CommandError => new CommandError(EXIT.usage, message, hints);
export const inputError = (message: string, ...hints: string[]): CommandError => new CommandError(EXIT.input, message, hints);

/** Of a file, or whatever else is named: the first thing that is wrong with it, and the others below. */
export function issuesError(what: string, { issues }: SimcashError): CommandError {
  const [first, ...others] = issues.map(issueText);
  return inputError(`${what}: ${first}`, ...others);
}

/** Exit codes of what packages throw, by the code of the error; what is not here is a defect where no command expects it. */
const EXIT_OF: Readonly<Record<string, ExitCode>> = {
  invalid_guideline: EXIT.usage,
  invalid_query: EXIT.usage,
  invalid_clock: EXIT.input,
  invalid_columns: EXIT.input,
  invalid_environment: EXIT.input,
  invalid_experiment: EXIT.input,
  invalid_payments: EXIT.input,
  invalid_policy: EXIT.input,
  invalid_scenario: EXIT.input,
  invalid_stress_plan: EXIT.input,
  invalid_sweep: EXIT.input,
  too_much: EXIT.input,
  unreadable_file: EXIT.input,
  not_stored: EXIT.notFound,
  database_failed: EXIT.database,
  unpaired_payments: EXIT.verification,
  // Where it is not the file that is checked, but a tick that breaks a rule.
  invalid_config: EXIT.failure,
  key_refused: EXIT.failure,
  model_failed: EXIT.failure,
  money_out_of_range: EXIT.failure,
  package_missing: EXIT.failure,
  policy_failed: EXIT.failure,
  queue_failed: EXIT.failure,
  settlement_refused: EXIT.failure,
  simulation_failed: EXIT.failure,
};

/** What a package refuses, with the exit code that belongs to it; anything else as it is. */
export function asCommandError(error: unknown): unknown {
  if (!isSimcashError(error)) return error;
  const exitCode = EXIT_OF[error.code];
  if (exitCode === undefined) return error;
  const [first = error.code, ...others] = error.message.split('\n').filter((line) => line.trim() !== '');
  const { known = [] } = error as { known?: readonly string[] };
  const stored = exitCode === EXIT.notFound && known.length > 0 ? [`stored are: ${known.join(', ')}`] : [];
  return new CommandError(exitCode, first, [...others, ...stored]);
}
