import { simulationRunner } from '../../../engine/dist/index.js';

/** A worker thread of an experiment. */
export default simulationRunner.runBatch;
