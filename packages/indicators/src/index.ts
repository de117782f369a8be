export { addBatch } from './tape.js';
export { IndicatorLog, INDICATOR_EVENTS, type Opening, type OpeningOfBank } from './log.js';
export { judgeGuidelines, type Guideline, type GuidelineRow, type SentBy } from './guidelines.js';
export { measure } from './measure.js';
export { paymentsOfRun, type Payment } from './legs.js';
export { comparePayments, pairsOf, type Counted, type Pair, type PairedPayments, type PaymentsOfRun } from './pairing.js';
export * from './sheet.js';
export * from './stress.js';
export type { Whole } from './exact.js';
