export { checkMeasures } from './check.js';
export { RecordingExecutor } from './executor.js';
