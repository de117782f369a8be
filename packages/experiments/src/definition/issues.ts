import { type Issue, issueText, SimcashError } from '@simcash/protocol';

/** Something wrong with an experiment file, or doubtful about it. */
export interface ExperimentIssue extends Issue {
  /** Keys and list positions from the root of the file. */
  readonly path: readonly (string | number)[];
}

/** An experiment file that cannot be used; carries every problem at once. */
export class ExperimentError extends SimcashError {
  override name = 'ExperimentError';
  override readonly code = 'invalid_experiment';
  constructor(override readonly issues: readonly ExperimentIssue[]) {
    super(issues.map(issueText).join('; '));
  }
}
