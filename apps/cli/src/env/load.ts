import { readScenario, ScenarioError, type Scenario } from '@simcash/engine';
import { DefinitionError, planEnvironment, readDefinition, type EnvironmentPlan } from '@simcash/environments';
import { issuesError } from '../exit-codes.js';
import { Confines, type PathOptions } from '../files/confines.js';
import { exportsOf, loadPlugins } from '../files/plugins.js';
import { readPolicyText } from '../files/policy-text.js';
import { readText } from '../files/reading.js';
import { parseText } from '../files/scenario-text.js';
import type { GlobalOptions } from '../global-options.js';
import { loadScenario } from '../scenario-file.js';

export interface EnvironmentLoadOptions extends GlobalOptions, PathOptions {
  plugin?: readonly string[];
}

/** An environment file that has been read and checked, with its scenario. */
export interface LoadedEnvironment {
  readonly plan: EnvironmentPlan;
  readonly warnings: readonly string[];
}

/** Reads an environment file and its scenario. @throws CommandError with all that is wrong */
export async function loadEnvironment(file: string, options: EnvironmentLoadOptions): Promise<LoadedEnvironment> {
  const { document } = parseText(file, readText(file, 'environment'));
  try {
    const { scenario: given } = readDefinition(document);
    const definition = document as Parameters<typeof planEnvironment>[0];
    const confines = new Confines(file, options);
    if (typeof given !== 'string')
      return { plan: planEnvironment(definition, { scenario: inlineScenario(given, confines) }), warnings: [] };
    const loaded = await loadScenario(confines.resolve(given, 'scenario'), options);
    const { plugins, scenario, warnings } = loaded;
    const algorithms = await loadPlugins(plugins, exportsOf(scenario.config), options.quiet ?? false);
    return { plan: planEnvironment(definition, { scenario, algorithms }), warnings };
  } catch (error) {
    throw error instanceof DefinitionError ? issuesError(file, error) : error;
  }
}

/** @throws DefinitionError with the problems of a scenario that stands in the definition */
function inlineScenario(document: Record<string, unknown>, confines: Confines): Scenario {
  if (document.payments !== undefined)
    throw new DefinitionError([{ path: 'scenario.payments', message: 'payment lists need a scenario file: name it here' }]);
  try {
    return readScenario(document, { exactIntegers: true, readPolicy: (name) => readPolicyText(confines.policy(name)) });
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new DefinitionError(
      error.issues.map(({ message, path }) => ({ path: ['scenario', ...path.map(String)].join('.'), message })),
    );
  }
}
