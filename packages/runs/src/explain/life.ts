import type { SimulationEvent, TransactionDetails } from '@simcash/protocol';
import { paymentLife, type LifeStep } from '@simcash/replay';

/** A payment of a run: what became of it, how long it waited where, and its life step by step. */
export interface ExplainedPayment {
  /** The payment's id. */
  tx_id: string;
  /** The tick in which it came into being. */
  created_tick: number;
  /** The tick in which the payment settled; null if it did not. */
  settlement_tick: number | null;
  /** Ticks at whose end it stood in its bank's own queue, and in the central one. */
  queue1_ticks: number;
  /** Ticks in the central queue. */
  queue2_ticks: number;
  /** How far it has come. */
  status: string;
  /** What happened to it, in order. */
  life: readonly LifeStep[];
}

type Place = 'queue1' | 'queue2' | null;

/** Where an event leaves the payment that it is about; others leave it where it was. */
const PLACES: Readonly<Partial<Record<SimulationEvent['event_type'], Place>>> = {
  Arrival: 'queue1',
  QueuedRtgs: 'queue2',
  RtgsWithdrawal: 'queue1',
  PolicySplit: null,
  PolicyDrop: null,
  PaymentCancelled: null,
  RtgsImmediateSettlement: null,
  Queue2LiquidityRelease: null,
  EntryDispositionOffset: null,
  LsmBilateralOffset: null,
  LsmCycleSettlement: null,
  LsmNettedSettlement: null,
  SettlementUnwound: null,
};

/**
 * A payment from the events that name it, in the order of the log.
 *
 * @param left the payment as the simulation has it after `ticks` ticks; null if it was let go, as what is final may be
 */
export function explainedBy(
  tx: string,
  events: readonly SimulationEvent[],
  left: TransactionDetails | null,
  ticks: number,
): ExplainedPayment | null {
  const created = events.find((event) => event.event_type === 'Arrival' && event.tx_id === tx);
  if (created === undefined) return null;
  const life = paymentLife(tx, events);
  const has = (type: string): boolean =>
    events.some((event) => event.event_type === type && 'tx_id' in event && event.tx_id === tx);
  // What is final may have been let go; a payment that was cut is as final as its parts.
  const isSettled = !has('PolicySplit') && (left === null || left.status === 'Settled');
  const status = isSettled
    ? 'settled'
    : has('PolicySplit')
      ? 'split'
      : has('PaymentCancelled')
        ? 'cancelled'
        : has('PolicyDrop')
          ? 'dropped'
          : left!.status.toLowerCase();
  return {
    tx_id: tx,
    created_tick: created.tick,
    settlement_tick: isSettled ? (life.at(-1)?.tick ?? null) : null,
    ...waited(tx, events, ticks),
    status,
    life,
  };
}

function waited(
  tx: string,
  events: readonly SimulationEvent[],
  ticks: number,
): Pick<ExplainedPayment, 'queue1_ticks' | 'queue2_ticks'> {
  const stays = { queue1: 0, queue2: 0 };
  let [place, since] = [null as Place, 0];
  const leave = (tick: number): void => {
    if (place !== null) stays[place] += tick - since;
    since = tick;
  };
  for (const event of events) {
    const next = PLACES[event.event_type];
    // A part of a payment is named where its payment is cut.
    if (next === undefined || ('tx_id' in event && event.tx_id !== tx)) continue;
    leave(event.tick);
    place = next;
  }
  leave(ticks);
  return { queue1_ticks: stays.queue1, queue2_ticks: stays.queue2 };
}
