import type { CentralWait, DecisionTrace, Simulation, SimulationOptions } from '@simcash/engine';
import { Reexecution, type Repeatable } from '../reexecution.js';

/** Where a payment stood at the end of a tick, and why. */
export interface WaitingReason {
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** In the central queue. */
  readonly wait: CentralWait | null;
  /** In its bank's own queue: the decision that kept it there; null if nobody decided about it. */
  readonly decision: DecisionTrace | null;
  /** Where the payment waits. */
  readonly place: 'central_queue' | 'own_queue' | 'nowhere';
  /** Event lines of the tick, as they were computed now: to be compared with those that are stored. */
  readonly lines: string;
}

/** A run executed again to the beginning of a tick; the calls that preceded it have been made. */
export function executedTo(
  run: Repeatable,
  tick: number,
  algorithms: NonNullable<SimulationOptions['algorithms']> = {},
  sink: ConstructorParameters<typeof Reexecution>[1] = { write: () => undefined },
): Simulation {
  const execution = new Reexecution(run, sink, algorithms);
  execution.runTo(tick);
  execution.makeCalls();
  return execution.simulation;
}

/** Why a payment waited at the end of a tick: the run is executed again up to it, and its decisions are traced. */
export function reasonAt(
  run: Repeatable,
  tx: string,
  tick: number,
  algorithms: NonNullable<SimulationOptions['algorithms']> = {},
): WaitingReason {
  let lines = '';
  const simulation = executedTo(run, tick, algorithms, { write: (batch) => (lines = batch.toNdjson()) });
  const { traces } = simulation.explainTick({ tx_id: tx });
  const wait = simulation.centralWait(tx);
  const isOwn = wait === null && simulation.agentIds.some((bank) => simulation.queue1(bank).includes(tx));
  return {
    tick,
    wait,
    decision: isOwn ? (traces.at(-1) ?? null) : null,
    place: wait !== null ? 'central_queue' : isOwn ? 'own_queue' : 'nowhere',
    lines,
  };
}

/** The last tick at whose end a payment stood in a queue: the one before it settled, or the last of the run; null if none. */
export function lastWait(
  payment: { queue1_ticks: number; queue2_ticks: number; created_tick: number; settlement_tick: number | null },
  lastTick: number,
): number | null {
  const { created_tick, queue1_ticks, queue2_ticks, settlement_tick } = payment;
  if (queue1_ticks + queue2_ticks === 0) return null;
  return settlement_tick === null ? Math.min(lastTick, created_tick + queue1_ticks + queue2_ticks - 1) : settlement_tick - 1;
}
