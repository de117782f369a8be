export { configHash, describeRun, type RunDescription } from './describe.js';
export { displayContext } from './display-context.js';
export { runFigures, storedFigures, type BankFigures, type RunFigures } from './figures.js';
export { recordSimulation, type RecordedRun, type RecordOptions } from './record.js';
export { firstDifference, openRun, Reexecution, verifyRun, type LogDifference, type StoredRun } from './stored-run.js';
export { VERSION } from './version.js';
