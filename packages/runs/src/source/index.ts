/** Runs as pages ask for them; nothing here needs a database, a file or Node. */
export * from './source.js';
export { compareLive } from './compare-live.js';
export { LiveRun, type LiveRunOptions } from './live-run.js';
export type { ExplainedPayment } from '../explain/life.js';
export type { QueuedPayment, QueuesNow } from '../explain/queues.js';
export { MISSING, ringText } from '../explain/wait-words.js';
export { lastWait, type WaitingReason } from '../explain/reason.js';
