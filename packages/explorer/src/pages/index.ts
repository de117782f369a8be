/** The pages of runs, and what they need: without a server, a database or Node. */
export { comparePage } from './compare.js';
export { linkTo, page, type Page } from './layout.js';
export { NotFoundError, partsOf } from './not-found.js';
export { runPage } from './run-page.js';
export { EXPLORER_STYLE } from './style.js';
