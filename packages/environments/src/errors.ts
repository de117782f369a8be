import { type Issue, issueText, SimcashError } from '@simcash/protocol';

/** Why an environment refuses something, in a word for programs (spec 18 §6). */
export type EnvironmentErrorCode =
  'bad_json' | 'unknown_command' | 'invalid_action' | 'not_reset' | 'over' | 'unknown_environment' | 'simulation_failed';

/** What an environment cannot do. Unless the simulation failed, nothing has changed and the step can be taken again. */
export class EnvironmentError extends SimcashError {
  override name = 'EnvironmentError';
  constructor(
    /** What is wrong, as a word that programs can rely on. */
    readonly code: EnvironmentErrorCode,
    message: string,
    /** Place in what was given, such as `actions.NORTH[2]`; empty for all of it. */
    readonly path = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Everything that is wrong with the definition of an environment: paths and sentences. */
export class DefinitionError extends SimcashError {
  override name = 'DefinitionError';
  override readonly code = 'invalid_environment';
  /** @param issues all that is wrong, each with its place */
  constructor(override readonly issues: readonly Issue[]) {
    super(issues.map(issueText).join('\n'));
  }
}
