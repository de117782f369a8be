import type { Simulation } from '@simcash/engine';

/** A payment that waits. Money is cents. */
export interface QueuedPayment {
  /** The payment's id. */
  readonly tx_id: string;
  /** The bank that pays. */
  readonly sender_id: string;
  /** The bank that is paid. */
  readonly receiver_id: string;
  /** In cents. */
  readonly amount: number;
  /** From 0 to 10; the higher, the more urgent. */
  readonly priority: number;
  /** The tick in which the payment arrived. */
  readonly arrival_tick: number;
  /** The last tick in which the payment is in time. */
  readonly deadline_tick: number;
}

/** What waits: the banks' own queues and the central one, in order. */
export interface QueuesNow {
  /** The payments in each bank's own queue. */
  readonly own_queues: readonly { readonly bank: string; readonly payments: readonly QueuedPayment[] }[];
  /** The payments in the central queue. */
  readonly central_queue: readonly QueuedPayment[];
}

/** The queues of a simulation now; with `bank` only payments of that bank. */
export function queuesOf(simulation: Simulation, bank?: string): QueuesNow {
  const queued = (id: string): QueuedPayment => {
    const { amount, arrival_tick, deadline_tick, priority, receiver_id, sender_id } = simulation.transaction(id)!;
    return { tx_id: id, sender_id, receiver_id, amount, priority, arrival_tick, deadline_tick };
  };
  const banks = simulation.agentIds.filter((id) => bank === undefined || id === bank);
  return {
    own_queues: banks.map((id) => ({ bank: id, payments: simulation.queue1(id).map(queued) })),
    central_queue: simulation
      .queue2()
      .map(queued)
      .filter(({ sender_id }) => bank === undefined || sender_id === bank),
  };
}
