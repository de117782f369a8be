import { simulationRunner } from '@simcash/engine';

/** What a worker thread of an experiment does. */
export default simulationRunner.runBatch;
