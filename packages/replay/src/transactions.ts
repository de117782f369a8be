import { type SimulationEvent, settledBy } from '@simcash/protocol';

/** What the log says about a payment so far. */
export interface KnownTransaction {
  /** The payment's id. */
  tx_id: string;
  /** The bank that pays. */
  sender_id: string;
  /** The bank that is paid. */
  receiver_id: string;
  /** In cents. */
  amount: number;
  /** What is still to be paid, in cents. */
  remaining_amount: number;
  /** The last tick in which the payment is in time. */
  deadline_tick: number;
  /** From 0 to 10; the higher, the more urgent. */
  priority: number;
  /** Tick of the overdue announcement or drop, null while on time. */
  overdue_since: number | null;
  /** The penalty that was charged, in cents. */
  penalty: number;
}

/**
 * The payments of a run as its event log tells them: who owes whom, how urgent, how late. Run and replay fold the same log, so they
 * know the same; settled payments are forgotten.
 */
export class TransactionFold {
  readonly #open = new Map<string, KnownTransaction>();
  /** Parts that have been created but whose parent has not been named yet. */
  readonly #parents = new Map<string, string>();

  /** What is known of a payment so far. */
  get(txId: string): KnownTransaction | undefined {
    return this.#open.get(txId);
  }

  /** Unsettled payments in order of their ids. */
  unsettled(): KnownTransaction[] {
    return [...this.#open.values()].sort((a, b) => a.tx_id.length - b.tx_id.length || (a.tx_id < b.tx_id ? -1 : 1));
  }

  /** Takes the next event. */
  apply(event: SimulationEvent): void {
    switch (event.event_type) {
      case 'Arrival':
        this.#open.set(event.tx_id, {
          tx_id: event.tx_id,
          sender_id: event.sender_id,
          receiver_id: event.receiver_id,
          amount: event.amount,
          remaining_amount: event.amount,
          deadline_tick: event.deadline,
          priority: Math.min(event.priority, 10),
          overdue_since: null,
          penalty: 0,
        });
        return;
      case 'PolicySplit':
        for (const child of event.child_ids) this.#parents.set(child, event.tx_id);
        return;
      case 'PriorityEscalated':
        return this.#change(event.tx_id, { priority: event.escalated_priority });
      case 'TransactionReprioritized':
        return this.#change(event.tx_id, { priority: Math.min(event.new_priority, 10) });
      case 'RtgsSubmission':
        return this.#change(event.tx_id, { priority: event.internal_priority });
      case 'TransactionWentOverdue':
        return this.#change(event.tx_id, { overdue_since: event.tick, penalty: event.deadline_penalty_cost });
      case 'PolicyDrop':
        if (this.#open.get(event.tx_id)?.overdue_since === null) this.#change(event.tx_id, { overdue_since: event.tick });
        return;
      case 'PaymentCancelled':
        this.#open.delete(event.tx_id);
        return;
      default:
        for (const id of settledBy(event)) this.#settle(id);
    }
  }

  #change(txId: string, change: Partial<KnownTransaction>): void {
    const known = this.#open.get(txId);
    if (known) Object.assign(known, change);
  }

  #settle(txId: string): void {
    const settled = this.#open.get(txId);
    if (!settled) return;
    this.#open.delete(txId);
    const parent = this.#open.get(this.#parents.get(txId) ?? '');
    this.#parents.delete(txId);
    if (!parent) return;
    parent.remaining_amount -= settled.amount;
    if (parent.remaining_amount === 0) this.#open.delete(parent.tx_id);
  }
}
