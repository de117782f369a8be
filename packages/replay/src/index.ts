export { EventFilter, type FilterCriteria } from './filter.js';
export { agentsOf, transactionsOf } from './involvement.js';
export { Narrative, type NarrativeOptions } from './narrative.js';
export { PLAIN, type Style } from './style.js';
export { agentStates, queueContents } from './live.js';
export { TransactionFold, type KnownTransaction } from './transactions.js';
