/** What needs no store: loading DuckDB takes longer than most runs. */
export { configHash, describeRun, type RunDescription } from './describe.js';
export { displayContext } from './display-context.js';
export { runFigures, type BankFigures, type RunFigures } from './figures.js';
