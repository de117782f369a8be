import { type Issue, issueText, SimcashError } from '@simcash/protocol';

/** One thing that is wrong with, or doubtful about, a scenario. */
export interface ScenarioIssue extends Issue {
  /** Keys and list positions from the root of the document. */
  readonly path: readonly (string | number)[];
}

/** A scenario that cannot be used; carries every error that was found. */
export class ScenarioError extends SimcashError {
  override name = 'ScenarioError';
  override readonly code = 'invalid_scenario';
  constructor(override readonly issues: readonly ScenarioIssue[]) {
    super(issues.map(issueText).join('\n'));
  }
}
