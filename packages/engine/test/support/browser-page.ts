/** The program of the page that runs the engine in a browser; it is bundled and knows nothing of Node. */
import { readScenario, readScenarioText, Simulation } from '../../src/index.js';

/** A scenario file's text, and the policy files that it names. */
export interface ScenarioFiles {
  text: string;
  policies: Record<string, string>;
}

/** Runs a scenario to its end and gives its event log, or the error that ended it. */
export function eventLog({ policies, text }: ScenarioFiles): string {
  try {
    const { document } = readScenarioText(text);
    const scenario = readScenario(document, { exactIntegers: true, readPolicy: (jsonPath) => policies[jsonPath]! });
    const simulation = Simulation.create(scenario);
    simulation.run();
    return simulation.events.toNdjson();
  } catch (error) {
    return String(error);
  }
}
