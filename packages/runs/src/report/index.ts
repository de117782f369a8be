export { comparisonFigures } from './comparison.js';
export { reportFigures, type ReportForm } from './figures.js';
