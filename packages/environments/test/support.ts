import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readScenario, readScenarioText, type Scenario } from '../../engine/src/index.js';
import { createEnvironment, type Environment, type EnvironmentDefinition } from '../src/index.js';

const EXPERIMENTS = path.resolve(import.meta.dirname, '../../../docs/examples/experiments/scenarios');

/** The worlds of experiments 1 and 2. */
export const TWO_PERIODS = loaded('two-period');
export const TWELVE_PERIODS = loaded('twelve-period');

function loaded(name: string): Scenario {
  const text = readFileSync(path.join(EXPERIMENTS, `${name}.yaml`), 'utf8');
  return readScenario(readScenarioText(text).document, { exactIntegers: true });
}

/** An environment in which all banks of a scenario learn, unless the rest says otherwise. */
export function environmentOf(scenario: Scenario, rest: Partial<EnvironmentDefinition>): Environment {
  const learners = scenario.config.agent_configs.map(({ id }) => id);
  return createEnvironment({ scenario: 'given', learners, decisions: [], ...rest }, { scenario });
}

/** Plays an episode to its end, every learner acting alike. */
export function play(environment: Environment, action: (point: string, learner: string) => unknown, seed?: bigint): void {
  environment.reset(seed === undefined ? {} : { seed });
  while (environment.learners.length > 0) {
    const { learners, point } = environment;
    environment.step(Object.fromEntries(learners.map((id) => [id, action(point, id)])));
  }
}
