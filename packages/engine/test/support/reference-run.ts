import {
  RTGS_PRIORITIES,
  TRANSACTION_OUTCOMES,
  type EventSink,
  type TickResult,
  type TransactionBatch,
  type TransactionDetails,
  type PaymentOrder,
  type RtgsPriority,
} from '@simcash/protocol';
import { Simulation, type Scenario, type SimulationOptions } from '../../src/index.js';
import { finalLine, historyOf, type History } from './final-line.js';
import type { CallLine, ErrorLine, ReferenceCall } from './reference.js';

export interface ReferenceRunOptions {
  /** With `release` the run hands over payments when they are final and forgets them. */
  history?: SimulationOptions['history'];
  /** Ticks before which the run is saved and goes on in a restored simulation. */
  interruptBefore?: (tick: number) => boolean;
}

/** What a run of a reference scenario wrote: event lines with the lines of calls between them, and its end. */
export interface ReferenceLog {
  lines: string[];
  end: { final: Record<string, unknown> } | { error: ErrorLine };
  /** Type of the error that ended the run. */
  errorName: string | null;
  /** Payments handed over as final, in the order of handing over, and those that are open at the end. */
  handedOver: StoredPayment[];
  open: StoredPayment[];
}

/** A payment as it goes into a store, in the words of the golden logs; keys that a store does not have are left out. */
export type StoredPayment = Omit<
  TransactionDetails,
  'remaining_amount' | 'overdue_since_tick' | 'scheduled_release_tick' | 'status'
> & {
  settled_amount: number;
  outcome: string;
};

/** Runs a scenario to the end of its configured days, making the calls on the way. */
export function runReference(
  scenario: Scenario,
  calls: readonly ReferenceCall[],
  options: ReferenceRunOptions = {},
): ReferenceLog {
  const run = new ReferenceRun(scenario, options);
  return run.log(calls);
}

class ReferenceRun {
  readonly #scenario: Scenario;
  readonly #options: ReferenceRunOptions;
  readonly #lines: string[] = [];
  readonly #ticks: TickResult[] = [];
  /** Records of the parts of the run before its latest restoration. */
  #earlier: Omit<History, 'ticks' | 'transactions'> = { daily: [], collateral: [], lsm: [] };
  #restoredAt = 0;
  readonly #transactions = new Map<string, TransactionDetails>();
  readonly #handedOver: StoredPayment[] = [];

  constructor(scenario: Scenario, options: ReferenceRunOptions) {
    this.#scenario = scenario;
    this.#options = options;
  }

  log(calls: readonly ReferenceCall[]): ReferenceLog {
    let simulation: Simulation;
    try {
      simulation = this.#recorded(Simulation.create(this.#scenario, this.#simulationOptions()));
    } catch (error) {
      return this.#failed('new', 0, error as Error);
    }
    while (simulation.currentTick < simulation.totalTicks) {
      const tick = simulation.currentTick;
      if (this.#options.interruptBefore?.(tick)) simulation = this.#restored(simulation);
      for (const call of calls) if (call.before_tick === tick) simulation = this.#call(simulation, call);
      try {
        this.#ticks.push(simulation.tick());
        if (this.#releases) this.#handedOver.push(...storedPayments(simulation, simulation.takeClosedTransactions()));
      } catch (error) {
        return this.#failed('tick', simulation.currentTick, error as Error);
      }
    }
    const final = finalLine(simulation, this.#history(simulation));
    const open = storedPayments(simulation, simulation.openTransactions());
    return { lines: this.#lines, end: { final }, errorName: null, handedOver: this.#handedOver, open };
  }

  get #releases(): boolean {
    return this.#options.history === 'release';
  }

  #simulationOptions(): SimulationOptions {
    const sink: EventSink = { write: (batch) => void this.#lines.push(...batch.toNdjson().split('\n').slice(0, -1)) };
    return this.#releases ? { sink, history: 'release' } : { sink };
  }

  #recorded(simulation: Simulation): Simulation {
    if (this.#releases) simulation.record({ write: () => undefined });
    return simulation;
  }

  #failed(stage: ErrorLine['stage'], tick: number, error: Error): ReferenceLog {
    const end = { error: { stage, tick, kind: 'error', message: error.message } };
    return { lines: this.#lines, end, errorName: error.name, handedOver: this.#handedOver, open: [] };
  }

  #call(simulation: Simulation, call: ReferenceCall): Simulation {
    if (call.call === 'checkpoint_roundtrip') {
      const restored = this.#restored(simulation);
      this.#write(call, { ok: true, tx_id: null, message: null });
      return restored;
    }
    const outcome = outcomeOf(simulation, call);
    simulation.flush();
    this.#write(call, outcome);
    return simulation;
  }

  #write({ call, before_tick }: ReferenceCall, outcome: Outcome): void {
    this.#lines.push(JSON.stringify({ call, before_tick, ...outcome } satisfies CallLine));
  }

  #restored(simulation: Simulation): Simulation {
    this.#earlier = this.#history(simulation);
    this.#restoredAt = simulation.currentTick;
    return this.#recorded(Simulation.restore(this.#scenario, simulation.snapshot(), this.#simulationOptions()));
  }

  /** Everything so far. Of what happened before the restoration a simulation may remember as much as it likes. */
  #history(simulation: Simulation): History {
    const { daily, collateral, lsm, transactions } = historyOf(simulation, this.#ticks);
    const finishedDays = new Set(this.#earlier.daily.map(({ day }) => day));
    for (const transaction of transactions) this.#transactions.set(transaction.tx_id, transaction);
    return {
      ticks: this.#ticks,
      daily: [...this.#earlier.daily, ...daily.filter(({ day }) => !finishedDays.has(day))],
      collateral: [...this.#earlier.collateral, ...collateral.filter(({ tick }) => tick >= this.#restoredAt)],
      lsm: [...this.#earlier.lsm, ...lsm.filter(({ tick }) => tick >= this.#restoredAt)],
      transactions: this.#releases ? transactions : [...this.#transactions.values()],
    };
  }
}

function storedPayments({ agentIds }: Simulation, { length, columns }: TransactionBatch): StoredPayment[] {
  const transactionId = (number: number): string => `T${String(number).padStart(8, '0')}`;
  const orNull = <T>(value: number, convert: (value: number) => T): T | null => (Number.isNaN(value) ? null : convert(value));
  const same = (value: number): number => value;
  return Array.from({ length }, (_, i) => ({
    tx_id: transactionId(columns.tx[i]!),
    parent_tx_id: orNull(columns.parent_tx[i]!, transactionId),
    sender_id: agentIds[columns.sender[i]!]!,
    receiver_id: agentIds[columns.receiver[i]!]!,
    amount: columns.amount[i]!,
    settled_amount: columns.amount_settled[i]!,
    arrival_tick: columns.arrival_tick[i]!,
    deadline_tick: columns.deadline_tick[i]!,
    priority: columns.priority[i]!,
    original_priority: columns.original_priority[i]!,
    outcome: TRANSACTION_OUTCOMES[columns.status[i]!]!,
    settlement_tick: orNull(columns.settlement_tick[i]!, same),
    rtgs_priority: orNull(columns.rtgs_priority[i]!, (code) => RTGS_PRIORITIES[code]!),
    rtgs_submission_tick: orNull(columns.rtgs_submission_tick[i]!, same),
    declared_rtgs_priority: orNull(columns.declared_rtgs_priority[i]!, (code) => RTGS_PRIORITIES[code]!),
    is_divisible: columns.is_divisible[i] === 1,
  }));
}

type Outcome = Omit<CallLine, 'call' | 'before_tick'>;

function outcomeOf(simulation: Simulation, call: Exclude<ReferenceCall, { call: 'checkpoint_roundtrip' }>): Outcome {
  try {
    switch (call.call) {
      case 'submit_transaction':
      case 'submit_transaction_with_rtgs_priority': {
        const { before_tick: _, call: __, ...order } = call;
        return { ok: true, tx_id: simulation.submitTransaction(order as PaymentOrder), message: null };
      }
      case 'withdraw_from_rtgs':
        simulation.withdrawFromRtgs(call.tx_id);
        break;
      case 'resubmit_to_rtgs':
        simulation.resubmitToRtgs(call.tx_id, call.rtgs_priority as RtgsPriority);
        break;
      case 'post_collateral':
        return collateralOutcome(simulation.postCollateral(call.agent, call.amount));
      case 'withdraw_collateral':
        return collateralOutcome(simulation.withdrawCollateral(call.agent, call.amount));
      case 'update_agent_policy':
        simulation.updateAgentPolicy(call.agent, call.policy_json);
    }
    return { ok: true, tx_id: null, message: null };
  } catch (error) {
    return { ok: false, tx_id: null, message: (error as Error).message };
  }
}

function collateralOutcome({ success, message }: { success: boolean; message: string }): Outcome {
  return { ok: success, tx_id: null, message: success ? null : message };
}
