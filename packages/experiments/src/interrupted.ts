/** Thrown when the signal of a run says stop. What was committed can be continued. */
export class ExperimentInterrupted extends Error {
  override name = 'ExperimentInterrupted';
}
