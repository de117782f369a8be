export { Simulation, type SimulationOptions } from './simulation.js';
export type { SimulationCalls } from './simulation-calls.js';
export type { SimulationQueries } from './simulation-queries.js';
export { WAIT_CAUSES, type CentralWait, type LimitUse, type PairOffset, type WaitCause } from './settlement/central-wait.js';
export type { RingAttempt } from './settlement/rings/ring-attempts.js';
export { CountingSink, MemoryEventLog } from './events/memory-log.js';
export { outcomeOf, simulationRunner } from './runner.js';
export * from './errors.js';
export { CEILINGS, type Ceiling } from './ceilings.js';
export {
  parseScenario,
  readScenario,
  resolvedScenario,
  withSeed,
  type Scenario,
  type ScenarioInput,
  type ScenarioOptions,
} from './scenario/resolve.js';
export type { ThroughputGuideline } from './scenario/guidelines.js';
export { isMapping, knownIds, PathError, placeOf, positionOf, withValueAt, type Mapping, type Place } from './scenario/paths.js';
export { REPLACED_BY_DESIGN, withDesign } from './scenario/settlement/replaced.js';
export { defineScenario } from './scenario/define.js';
export type * from './scenario/document.js';
export { readScenarioText, repeatedJsonKey, type ScenarioText } from './scenario/text.js';
export { ScenarioError, type ScenarioIssue } from './scenario/issues.js';
export { issueText, SimcashError, type Issue } from '@simcash/protocol';
export * from './scenario/config.js';
export * from './scenario/settlement/config.js';
export { ALGORITHM_TEXTS } from './scenario/settlement/about.js';
export { PRESETS, type Preset } from './scenario/settlement/presets.js';
export { presetDesign } from './scenario/settlement/resolve.js';
export { settlementBound, type BoundPayment } from './settlement/netting/bound.js';
export type { Truncation } from './settlement/algorithm.js';
export type { SettlementPlugin } from './settlement/algorithms/custom.js';
export type { BankView, PaymentView, SettlementView } from './settlement/algorithms/custom-view.js';
export type { ReadPolicy } from './scenario/convert.js';
export type { CollateralOutcome } from './ledger/manual-collateral.js';
export { transactionId } from './payments/identifiers.js';
export { FieldView, QUEUE_FIELDS } from './policy/field-view.js';
export type { Decider } from './policy/decider.js';
export type { PaymentSource } from './arrivals/source.js';
export { policyText } from './policy/bank-policy.js';
export * as build from './policy/builder.js';
export {
  expressionText,
  valueText,
  type DecisionStep,
  type DecisionTrace,
  type ReadValue,
  type TraceFilter,
} from './policy/explain.js';
export * from './policy/document.js';
export { PolicyDocumentError, type PolicyErrorCode, type PolicyIssue, type PolicyWarningCode } from './policy/issues.js';
export { parsePolicy } from './policy/parse.js';
export { policyJsonSchema } from './policy/json-schema.js';
export { jsonProblem } from './policy/json-text.js';
export { knownParts } from './policy/known-parts.js';
export { policySchema, type PolicySchema, type SchemaElement, type SchemaParameter } from './policy/schema.js';
export { validatePolicy, type PolicyValidation } from './policy/validate.js';
export { scenarioJsonSchema } from './scenario/json-schema.js';
export { COST_CATEGORIES, POLICY_CATEGORIES } from './scenario/categories-schema.js';
export type { ResolvedDocument } from './scenario/document-schema.js';
export { forbiddenCategories, type FeatureToggles } from './scenario/toggles.js';
export { costSchema, type CostSchema, type CostType } from './costs/schema.js';
