import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ScenarioData } from '@simcash/protocol';
import { readScenarioText } from '../../../engine/src/index.js';
import { readExperiment, type ExperimentDefinition } from '../../src/index.js';

/** The paper's three experiments, as they are shipped (spec 11 §19.3). */
export type Experiment = 1 | 2 | 3;

const EXAMPLES = path.resolve(import.meta.dirname, '../../../../docs/examples/experiments');

type Document = Record<string, unknown>;

/** A YAML file of the examples as plain data. */
export function read(file: string): Document {
  const { document } = readScenarioText(readFileSync(path.join(EXAMPLES, file), 'utf8'));
  const text = JSON.stringify(document, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));
  return JSON.parse(text) as Document;
}

const FILES: Readonly<Record<Experiment, Document>> = {
  1: read('exp1.yaml'),
  2: { ...read('exp2-published.yaml'), name: 'exp2', semantics: 'corrected' },
  3: read('exp3.yaml'),
};

export const scenarios: Readonly<Record<Experiment, ScenarioData>> = {
  1: read(path.join(FILES[1].scenario as string)),
  2: read(path.join(FILES[2].scenario as string)),
  3: read(path.join(FILES[3].scenario as string)),
};

/** What a test changes in an experiment's file; sections are merged key by key. */
export interface Changes {
  evaluation?: Document;
  convergence?: Document;
  [key: string]: unknown;
}

/** The file of an experiment with some changes, as data. */
export function document(experiment: Experiment, { convergence, evaluation, ...changes }: Changes = {}): Document {
  const file = FILES[experiment];
  return {
    ...file,
    evaluation: { ...(file.evaluation as Document), ...evaluation },
    convergence: { ...(file.convergence as Document), ...convergence },
    ...changes,
  };
}

/** An experiment with some changes, checked. */
export function definition(experiment: Experiment, changes: Changes = {}): ExperimentDefinition {
  return readExperiment(document(experiment, changes)).definition as ExperimentDefinition;
}
