import { IdentifiedBytes } from '../identity.js';
import type { Content } from '../load.js';
import { PACS_FIELDS, readPacs } from './pacs.js';
import { pacsSchema, type PacsConfig } from './schema.js';

/** The payments of messages in files, one after the other; size and hash are those of all their bytes (spec 13 §18). */
export function pacsContent(
  files: readonly string[],
  open: (file: string) => Iterable<Uint8Array>,
  config: PacsConfig = pacsSchema.parse({}),
): Content {
  const all = new IdentifiedBytes();
  function* rows(): Generator<(string | null)[]> {
    for (const file of files) yield* readPacs(file, all.of(open(file)), config);
  }
  return {
    names: PACS_FIELDS,
    times: ['time', 'deadline'],
    numbers: ['amount'],
    rows: rows(),
    get identity() {
      return all.identity;
    },
  };
}
