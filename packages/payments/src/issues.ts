export type Path = readonly (string | number)[];

/** Something about a scenario's payments, accounts or limits that is wrong before a row is read. */
export class PaymentsError extends Error {
  override name = 'PaymentsError';
  constructor(readonly issues: readonly { path: Path; message: string }[]) {
    super(issues.map(({ message, path }) => `${path.join('.')}: ${message}`).join('\n'));
  }
}
