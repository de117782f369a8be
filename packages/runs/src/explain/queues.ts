import type { Simulation } from '@simcash/engine';

/** A payment that waits. Money is cents. */
export interface QueuedPayment {
  readonly tx_id: string;
  readonly sender_id: string;
  readonly receiver_id: string;
  readonly amount: number;
  readonly priority: number;
  readonly arrival_tick: number;
  readonly deadline_tick: number;
}

/** What waits: the banks' own queues and the central one, in order. */
export interface QueuesNow {
  readonly own_queues: readonly { readonly bank: string; readonly payments: readonly QueuedPayment[] }[];
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
