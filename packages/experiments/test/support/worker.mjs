import { simulationRunner } from '../../../engine/dist/index.js';
import { onWorker } from '../../dist/index.js';

/** A worker thread of an experiment. */
export default onWorker(simulationRunner.runBatch);
