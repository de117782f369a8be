/** What needs no store: loading DuckDB takes longer than most runs. */
export { configHash, describeRun, type RunDescription } from './describe.js';
export { displayContext } from './display-context.js';
export { indicatorOpening } from './indicator-opening.js';
export * from './designs/compare-designs.js';
export { designOutcome, type DesignOutcome, type OutcomeOptions, type SettlementBound } from './designs/outcome.js';
export { indicatorsOf, IndicatorSink, readSheet, sheetTexts } from './indicators.js';
export { runFigures, type BankFigures, type RunFigures } from './figures.js';
export {
  networkOf,
  stressTest,
  stressTestOf,
  type BaselineSeed,
  type BankNetwork,
  type RankedCase,
  type StressBaseline,
  type StressCaseResult,
  type StressCaseRows,
  type StressOptions,
  type StressSeed,
  type StressTest,
} from './stress/stress-test.js';
export {
  caseOfBank,
  readStressPlan,
  replicationSeeds,
  StressPlanError,
  type StressEventType,
  type StressPlan,
} from './stress/plan.js';
export { firstTickOf, stressedDocument, strickenBy, type EventDocument, type StressCase } from './stress/cases.js';
