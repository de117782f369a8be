/** The pages of runs, and what they need: without a server, a database or Node. */
export { comparedRuns, comparePage } from './compare.js';
export type { Page } from './layout.js';
export { messagePage } from './message.js';
export { NotFoundError, partsOf } from './not-found.js';
export { runPage } from './run-page.js';
export { EXPLORER_STYLE } from './style.js';
