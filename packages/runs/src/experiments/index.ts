export { createExecutor, type ExecutorName } from './executor.js';
export { createHost, type Recording } from './host.js';
export { policyProblems } from './policy-problems.js';
export { manifestOf, type ExperimentManifest } from './manifest.js';
export {
  compareResults,
  isRecorded,
  repeatExperiment,
  type Reproduction,
  type ResultDifference,
  type ResultsOf,
} from './reproduce.js';
