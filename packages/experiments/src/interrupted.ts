import { SimcashError } from '@simcash/protocol';

/** Thrown when the signal of a run says stop. What was committed can be continued. */
export class ExperimentInterrupted extends SimcashError {
  override name = 'ExperimentInterrupted';
  override readonly code = 'interrupted';
}
