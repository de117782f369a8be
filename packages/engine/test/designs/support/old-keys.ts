import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenario, readScenarioText, type Scenario } from '../../../src/index.js';
import type { ReferenceScenario } from '../../support/reference.js';

/** Reference scenarios with the key `settlement` in place of the four keys that it replaces (spec 12 §2.1). */

interface LsmDocument {
  enable_bilateral?: boolean;
  enable_cycles?: boolean;
  max_cycle_length?: bigint;
  max_cycles_per_tick?: bigint;
}

interface OldKeys {
  lsm_config?: LsmDocument;
  priority_mode?: boolean;
  entry_disposition_offsetting?: boolean;
  algorithm_sequencing?: boolean;
}

/** The block that says what the four keys say. */
export function blockFor(keys: OldKeys): Record<string, unknown> {
  const { enable_bilateral, enable_cycles, max_cycle_length = 4n, max_cycles_per_tick = 10n } = keys.lsm_config ?? {};
  const algorithms = [
    ...(enable_bilateral === false ? [] : [{ type: 'bilateral', legacy: true }]),
    ...(enable_cycles === false
      ? []
      : [{ type: 'rings', max_length: max_cycle_length, max_attempts: max_cycles_per_tick, legacy: true }]),
  ];
  const isDefault = algorithms.length === 2 && max_cycle_length === 4n && max_cycles_per_tick === 10n;
  const lsm = algorithms.length === 0 ? [] : [{ name: 'lsm', repeat: 3n, algorithms }];
  return {
    ...(isDefault ? { preset: 'rtgs_lsm' } : { runs: [{ name: 'retry', algorithms: ['retry'] }, ...lsm] }),
    ...(keys.priority_mode ? { queue: { priority: 'rtgs' } } : {}),
    ...(keys.entry_disposition_offsetting ? { entry: { offset: 'first' } } : {}),
    ...(keys.algorithm_sequencing ? { report: 'all' } : {}),
  };
}

/** A reference scenario, written with `settlement`. */
export function withSettlement(reference: ReferenceScenario): Scenario {
  const directory = path.join(import.meta.dirname, '..', '..', 'reference');
  const text = (file: string): string => readFileSync(path.join(directory, file), 'utf8');
  const { document } = readScenarioText(text(reference.scenario));
  const { algorithm_sequencing, entry_disposition_offsetting, lsm_config, priority_mode, ...rest } = document as OldKeys &
    Record<string, unknown>;
  const keys = { algorithm_sequencing, entry_disposition_offsetting, lsm_config, priority_mode } as OldKeys;
  const readPolicy = (file: string): string => text(path.join(path.dirname(reference.scenario), file));
  return readScenario({ ...rest, settlement: blockFor(keys) }, { exactIntegers: true, readPolicy });
}
