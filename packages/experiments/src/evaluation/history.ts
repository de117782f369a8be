import type { SimulationEvent } from '@simcash/protocol';

/** A payment as the resampling sees it (spec 11 §7.1). */
export interface HistoryRecord {
  /** The payment's id. */
  tx_id: string;
  /** The bank that pays. */
  sender_id: string;
  /** The bank that is paid. */
  receiver_id: string;
  /** Cents. */
  amount: number;
  /** From 0 to 10; the higher, the more urgent. */
  priority: number;
  /** The tick in which the payment arrived. */
  arrival_tick: number;
  /** Ticks from arrival to deadline. */
  deadline_offset: number;
  /** Ticks from arrival to settlement; null if it did not settle. */
  settlement_offset: number | null;
}

/** What a bank sent and received, in order of arrival. */
export interface AgentHistory {
  /** What the bank paid or had to pay. */
  outgoing: readonly HistoryRecord[];
  /** What the bank was paid. */
  incoming: readonly HistoryRecord[];
}

/** How the history of an agent is read. */
export interface HistoryOptions {
  /** Take the event's absolute deadline for an offset, and count a split payment beside its parts (spec 11 Q15, Q24). */
  asReference: boolean;
}

/** Collects the payments of a simulation, bank by bank. */
export function collectHistories(
  events: Iterable<SimulationEvent>,
  agents: readonly string[],
  { asReference }: HistoryOptions,
): Record<string, AgentHistory> {
  const records = new Map<string, HistoryRecord>();
  const settle = (txId: string, tick: number): void => {
    const record = records.get(txId);
    if (record) record.settlement_offset = tick - record.arrival_tick;
  };
  for (const event of events) {
    switch (event.event_type) {
      case 'Arrival':
        records.set(event.tx_id, {
          tx_id: event.tx_id,
          sender_id: event.sender_id,
          receiver_id: event.receiver_id,
          amount: event.amount,
          priority: event.priority,
          arrival_tick: event.tick,
          deadline_offset: asReference ? event.deadline : event.deadline - event.tick,
          settlement_offset: null,
        });
        break;
      case 'RtgsImmediateSettlement':
      case 'Queue2LiquidityRelease':
        settle(event.tx_id, event.tick);
        break;
      case 'LsmBilateralOffset':
      case 'LsmCycleSettlement':
      case 'LsmNettedSettlement':
        for (const txId of event.tx_ids) settle(txId, event.tick);
        break;
      case 'PolicySplit':
        if (!asReference) records.delete(event.tx_id);
        break;
      default:
    }
  }
  const all = [...records.values()];
  return Object.fromEntries(
    agents.map((id) => [
      id,
      { outgoing: all.filter((record) => record.sender_id === id), incoming: all.filter((record) => record.receiver_id === id) },
    ]),
  );
}
