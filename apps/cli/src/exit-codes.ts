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
