export { runExperiment, type ExperimentRun } from './experiment.js';
export { ExperimentInterrupted } from './interrupted.js';
export type { ExperimentHost, PolicyProblem } from './host.js';
export { ExperimentError, type ExperimentIssue } from './definition/issues.js';
export { drawsPayments, forScenario } from './definition/for-scenario.js';
export { defineExperiment } from './definition/define.js';
export type * from './definition/document.js';
export { parseExperiment, readExperiment, type ParsedExperiment } from './definition/parse.js';
export type { ExperimentDefinition, ExperimentFile, LlmSettings, OptimizerSettings } from './definition/schema.js';
export { experimentJsonSchema } from './definition/json-schema.js';
export { parseRunId, runId, simulationId, simulationPrefix, type SimulationIdentity } from './identifiers.js';
export { iterationSeed, optimizerSeed, sampleSeed } from './seeds.js';
export { initialPolicies, type ReadPolicyFile } from './policies/initial-policies.js';
export { constraintProblems, type ParameterSpec, type PolicyConstraints } from './policies/constraints.js';
export { defaultPolicy, FRACTION, fractionOf } from './policies/policy.js';
export { effectiveScenario, hasPool, agentEntry, type AgentEntry, type CostScope, type PolicyProfile } from './scenario.js';
export { collectHistories, type AgentHistory, type HistoryOptions, type HistoryRecord } from './evaluation/history.js';
export { resample, type DrawnRecord, type Sample } from './evaluation/resampling.js';
export { sandbox, sandboxDraw, sandboxScenario, type SampledDraw, type SandboxOptions } from './evaluation/sandbox.js';
export { costStatistics, referenceTQuantile } from './statistics.js';
export * from '@simcash/statistics';
export type { PairEvaluation } from './evaluation/evaluation.js';
export { acceptanceSettings, decide, type AcceptanceSettings, type Decision } from './decisions/acceptance.js';
export {
  BootstrapDetector,
  CostDetector,
  hasTrend,
  StabilityTracker,
  type ConvergenceDetector,
  type ConvergenceSettings,
  type StopReason,
} from './decisions/convergence.js';
export { visibleTo, type VisibleEvent } from './isolation/visibility.js';
export type { AgentView, HistoryEntry, PublicRules } from './isolation/view.js';
export type { CandidateSearch, Standing, Tried } from './optimizers/candidate-search.js';
export type { ExternalProgram } from './optimizers/external/optimizer.js';
export type { Observation, PolicyOptimizer, Proposal, ProposalRequest } from './optimizers/optimizer.js';
export { createOptimizer, optimizerSettings, type OptimizerResources } from './optimizers/create.js';
export { InProcessExecutor } from './executors/in-process.js';
export { onWorker, WorkerThreadsExecutor, type Answer, type ErrorClasses, type SentError } from './executors/worker-threads.js';
export { BySizeExecutor } from './executors/by-size.js';
export { MemoryExperimentStore } from './store.js';
export * from './report/index.js';
