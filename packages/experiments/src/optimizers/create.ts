import type { StoredExperiment } from '@simcash/protocol';
import { ExperimentError } from '../definition/issues.js';
import {
  DEFAULT_OPTIMIZER,
  type ExperimentDefinition,
  type ExperimentFile,
  type LlmSettings,
  type OptimizerSettings,
} from '../definition/schema.js';
import { ExternalOptimizer, type ExternalProgram } from './external/optimizer.js';
import { CoordinateOptimizer } from './coordinate.js';
import { CrossEntropyOptimizer } from './cross-entropy.js';
import { GoldenSectionOptimizer } from './golden-section.js';
import { GridOptimizer } from './grid.js';
import type { PolicyOptimizer } from './optimizer.js';
import { RecordedOptimizer } from './recorded.js';
import { ScriptedOptimizer } from './scripted.js';
import { TreeMutationOptimizer } from './tree-mutation.js';

/** What some optimizers need beside their settings. */
export interface OptimizerResources {
  /** Finds the stored run that `recorded` repeats. */
  loadRun(runId: string): Promise<StoredExperiment>;
  /** Makes the optimizer that asks a language model; only then its libraries are loaded. */
  llm(settings: LlmSettings): Promise<PolicyOptimizer>;
  /** The program of the optimizer `external`; a file cannot name one. */
  external?: ExternalProgram;
}

/** The optimizer of an experiment: what the file says, else the language model it names, else a grid (spec 11 §20.4). */
export function optimizerSettings({ llm, optimizer }: ExperimentFile): OptimizerSettings {
  return optimizer ?? (llm ? { type: 'llm' } : DEFAULT_OPTIMIZER);
}

/** The optimizer that an experiment names. @throws ExperimentError for the optimizer `external` without a program */
export async function createOptimizer(definition: ExperimentDefinition, resources: OptimizerResources): Promise<PolicyOptimizer> {
  const settings = optimizerSettings(definition);
  switch (settings.type) {
    case 'llm':
      return resources.llm(definition.llm!);
    case 'grid':
      return new GridOptimizer(settings);
    case 'golden':
      return new GoldenSectionOptimizer(settings);
    case 'cem':
      return new CrossEntropyOptimizer(settings);
    case 'coordinate':
      return new CoordinateOptimizer(settings);
    case 'tree-mutation':
      return new TreeMutationOptimizer(settings);
    case 'scripted':
      return new ScriptedOptimizer(settings);
    case 'recorded':
      return new RecordedOptimizer(await resources.loadRun(settings.run));
    case 'external':
      if (!resources.external)
        throw new ExperimentError([
          { path: ['optimizer'], message: 'external needs the program that proposes: a file cannot name it' },
        ]);
      return new ExternalOptimizer(definition, resources.external);
  }
}
