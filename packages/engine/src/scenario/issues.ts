/** One thing that is wrong with, or doubtful about, a scenario. */
export interface ScenarioIssue {
  /** Keys and list positions from the root of the document. */
  path: readonly (string | number)[];
  /** What is wrong and, where that is known, how to mend it. */
  message: string;
}

/** A scenario that cannot be used; carries every error that was found. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
  constructor(readonly issues: readonly ScenarioIssue[]) {
    super(issues.map(issueText).join('\n'));
  }
}

/** `agents[0].opening_balance: expected a whole number` */
export function issueText({ path, message }: ScenarioIssue): string {
  return path.length === 0 || message.includes(pathText(path)) ? message : `${pathText(path)}: ${message}`;
}

/** Dotted path with list positions in brackets. */
export function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
