export * from './live.js';
export { storedFigures } from './stored-figures.js';
export { recordSimulation, type RecordedRun, type RecordOptions } from './record.js';
export { firstDifference, openRun, Reexecution, verifyRun, type LogDifference, type StoredRun } from './stored-run.js';
export { VERSION } from './version.js';
