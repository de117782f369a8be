/**
 * What these suites have found and is not mended yet, by suite and place. A place that is mended has to be struck out of the list of
 * its suite: sinks.test.ts says so, as it looks at each place every time.
 */
export const KNOWN = {
  sinks: {} as Readonly<Record<string, string>>,
  /** Names that do not come out of JSON as they went in. */
  names: [] as readonly string[],
  /** Of findings of random command lines. */
  commandLines: [] as readonly string[],
  /** Of false model servers: what may be wrong. An answer is read whole, however long it is. */
  modelServer: {} as Readonly<Record<string, RegExp>>,
  /** Of limits: what may be wrong just above them. */
  ceilings: {} as Readonly<Record<string, RegExp>>,
} as const;
