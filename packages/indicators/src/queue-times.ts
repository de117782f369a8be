import type { IndicatorLog, QueueStep } from './log.js';

/** Tick ends at which transactions stood in their banks' own queues and in the central one, by their index. */
export interface QueueTimes {
  readonly own: Float64Array;
  readonly central: Float64Array;
}

export function queueTimes({ dropSteps, queueSteps, ticks, transactions }: IndicatorLog): QueueTimes {
  const central = new Float64Array(transactions.length);
  const own = Float64Array.from(transactions, ({ created, settledAt, splitAt }) => (settledAt ?? splitAt ?? ticks) - created);
  // Between coming and going, to the end of the run for those that stayed.
  const add = (steps: readonly QueueStep[], times: Float64Array, sign: 1 | -1): void => {
    for (const { step, tick, transaction } of steps) times[transaction.index]! += sign * step * (ticks - tick);
  };
  add(queueSteps, central, 1);
  add(queueSteps, own, -1);
  add(dropSteps, own, -1);
  return { own, central };
}
