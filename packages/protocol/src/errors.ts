/** One thing that is wrong, for programs and for people. */
export interface Issue {
  /** Where: keys and list positions from the root, or the same as a dotted path; empty for all of it. */
  readonly path: readonly (string | number)[] | string;
  /** One sentence: what is wrong and, where that is known, how to mend it. */
  readonly message: string;
  /** What is wrong, as a word that programs can rely on. */
  readonly code?: string;
  /** The nearest valid name, when a name is unknown. */
  readonly suggestion?: string;
}

/**
 * An error that a package throws on purpose. Its sentence is for people and may change; programs rely on its class, or on its code,
 * which a class keeps between threads and processes.
 */
export abstract class SimcashError extends Error {
  /** What is wrong, as a word that programs can rely on. */
  abstract readonly code: string;
  /** What is wrong, one by one, where more than one thing can be. */
  readonly issues: readonly Issue[] = [];
}

/**
 * Whether a package threw this on purpose. Known by its members, not by its class: a program can hold two copies of a package, as the
 * command does whose queue stays outside its bundle.
 */
export const isSimcashError = (error: unknown): error is SimcashError =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && 'issues' in error && Array.isArray(error.issues);

/** `agents[0].opening_balance: expected a whole number`; the place is left out where the sentence begins with it, or quotes it. */
export function issueText({ message, path }: Issue): string {
  const place = pathText(path);
  return place === '' || message.startsWith(`${place}: `) || message.includes(`'${place}'`) ? message : `${place}: ${message}`;
}

/** Dotted path with list positions in brackets. */
export function pathText(path: Issue['path']): string {
  if (typeof path === 'string') return path;
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );
}
