import type { Mapping } from '../paths.js';

/** Keys that `settlement` replaces, and what says the same there (spec 12 §2.1). */
export const REPLACED_BY_DESIGN: Readonly<Record<string, string>> = {
  lsm_config: 'preset: rtgs_lsm, or algorithms bilateral and rings,',
  priority_mode: 'queue.priority: rtgs',
  entry_disposition_offsetting: 'entry.offset: first',
  algorithm_sequencing: 'report: all',
};

/** The document under another settlement design. */
export function withDesign(document: unknown, block: unknown): unknown {
  const kept = Object.fromEntries(Object.entries(document as Mapping).filter(([key]) => !Object.hasOwn(REPLACED_BY_DESIGN, key)));
  return { ...kept, settlement: block };
}
