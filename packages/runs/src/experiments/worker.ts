import { simulationRunner } from '@simcash/engine';
import { onWorker } from '@simcash/experiments';

/** What a worker thread of an experiment does. */
export default onWorker(simulationRunner.runBatch);
