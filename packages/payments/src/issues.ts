import { type Issue, issueText, SimcashError } from '@simcash/protocol';

export type Path = readonly (string | number)[];

/** Something about a scenario's payments, accounts or limits that is wrong before a row is read. */
export class PaymentsError extends SimcashError {
  override name = 'PaymentsError';
  override readonly code = 'invalid_payments';
  constructor(override readonly issues: readonly (Issue & { readonly path: Path })[]) {
    super(issues.map(issueText).join('\n'));
  }
}
