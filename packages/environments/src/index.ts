export { DefinitionError, EnvironmentError, type EnvironmentErrorCode } from './errors.js';
export type { EnvironmentDefinition, EnvironmentDocument, DayStartDocument, TickDocument } from './definition/schema.js';
export {
  planEnvironment,
  readDefinition,
  type EnvironmentOptions,
  type EnvironmentPlan,
  type ObservationPlan,
} from './definition/plan.js';
export type { DayStartDecision } from './decisions/day-start.js';
export type { TickDecision } from './decisions/tick.js';
export type { Space } from './decisions/space.js';
export type { Actions, DecisionPoint, EpisodeRecord } from './episode/episode.js';
export { LearnerPolicies } from './episode/learner-policies.js';
export { Observer } from './episode/observer.js';
export {
  createEnvironment,
  Environment,
  type Beginning,
  type ByLearner,
  type ResetOptions,
  type Transition,
} from './forms/environment.js';
export type { Info } from './forms/info.js';
export type { Observation, ObservationSpace } from './forms/observation.js';
export { Conversation, environmentSpec, refusal, type EnvironmentSpec } from './lines/conversation.js';
export { createSingleEnvironment, SingleEnvironment } from './forms/single.js';
export { createVectorEnvironment, VectorEnvironment, type VectorBeginning, type VectorTransition } from './forms/vector.js';
