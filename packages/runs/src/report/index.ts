export { comparisonFigures } from './comparison.js';
export { reportFigures } from './figures.js';
export type { ReportForm } from './head.js';
export { StoredSource } from '../source/stored-source.js';
