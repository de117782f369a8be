export { Simulation, type SimulationOptions } from './simulation.js';
export { CountingSink, MemoryEventLog } from './events/memory-log.js';
export * from './errors.js';
export { parseScenario, type Scenario, type ScenarioInput, type ScenarioOptions } from './scenario/resolve.js';
export { readScenarioText, type ScenarioText } from './scenario/text.js';
export { issueText, pathText, ScenarioError, type ScenarioIssue } from './scenario/issues.js';
export type * from './scenario/config.js';
