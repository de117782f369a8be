export { EventFilter, type FilterCriteria } from './filter.js';
export { agentsOf, transactionsOf } from './involvement.js';
export { Narrative, type NarrativeOptions } from './narrative.js';
export { PLAIN, type Style } from './style.js';
export { agentStates, queueContents } from './live.js';
export type { StoreCriteria } from './filter.js';
export { TransactionFold, type KnownTransaction } from './transactions.js';
export { paymentLife, type LifeStep } from './payment-life.js';
export { describeScenarioEvent } from './scenario-events.js';
