import { EVENT_CODE, LISTED_ARRIVAL_CODE, type EventBatch } from '@simcash/protocol';
import { INDICATOR_EVENTS, type IndicatorLog } from './log.js';

/**
 * Takes in the events of a batch. The frequent ones are read off the tape, which is described at `EventBatch`: as objects they would
 * take longer than all the rest.
 */
export function addBatch(log: IndicatorLog, batch: EventBatch): void {
  const { length, starts, tape, tick } = batch;
  for (let i = 0; i < length; i++) {
    const at = starts[i]!;
    const id = tape[at + 1]!;
    switch (tape[at]) {
      case EVENT_CODE.Arrival:
      case LISTED_ARRIVAL_CODE:
        log.arrive(id, tick, {
          sender: tape[at + 2]!,
          receiver: tape[at + 3]!,
          amount: tape[at + 4]!,
          deadline: tape[at + 5]!,
          priority: tape[at + 6]!,
        });
        break;
      case EVENT_CODE.QueuedRtgs:
        log.queue(id, tick, 1);
        break;
      case EVENT_CODE.RtgsImmediateSettlement:
        log.settleOne(id, tick, 'rtgs_immediate');
        break;
      case EVENT_CODE.CostAccrual:
        log.costs.add(tick, tape[at + 1]!, tape, at + 2);
        break;
      default:
        if (INDICATOR_EVENTS.has(batch.typeAt(i))) log.add(batch.at(i));
    }
  }
}
