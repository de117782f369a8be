/** Something wrong with an experiment file, or doubtful about it. */
export interface ExperimentIssue {
  path: readonly (string | number)[];
  /** One sentence for a person. */
  message: string;
}

/** An experiment file that cannot be used; carries every problem at once. */
export class ExperimentError extends Error {
  override name = 'ExperimentError';
  constructor(readonly issues: readonly ExperimentIssue[]) {
    super(issues.map(experimentIssueText).join('; '));
  }
}

/** `evaluation.ticks: must be at least 1` */
export function experimentIssueText({ message, path }: ExperimentIssue): string {
  const text = path.reduce<string>(
    (before, part) => (typeof part === 'number' ? `${before}[${part}]` : before === '' ? part : `${before}.${part}`),
    '',
  );
  return text === '' ? message : `${text}: ${message}`;
}
