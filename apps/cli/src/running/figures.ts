import type { Simulation } from '@simcash/engine';
import type { EventBatch, TickResult } from '@simcash/protocol';
import { agentFigures, type RunFigures } from '../output/summary.js';

/** What was counted up to a tick, for a run that goes on from there. */
export interface CountedBefore {
  overdue: number;
  lsm_operations: number;
  /** Per bank its lowest balance at the end of a tick. */
  lowest: ReadonlyMap<string, number>;
}

/** Counts while a simulation runs what its summary tells and the engine does not keep. */
export class Figures {
  #overdue = 0;
  #lsmOperations = 0;
  readonly #lowest: Float64Array;

  constructor(banks: number) {
    this.#lowest = new Float64Array(banks).fill(Infinity);
  }

  /** Goes on from what a stored run has counted. */
  continue({ lowest, lsm_operations, overdue }: CountedBefore, agentIds: readonly string[]): void {
    this.#overdue = overdue;
    this.#lsmOperations = lsm_operations;
    agentIds.forEach((id, b) => (this.#lowest[b] = lowest.get(id) ?? Infinity));
  }

  write(batch: EventBatch): void {
    for (let i = 0; i < batch.length; i++) if (batch.typeAt(i) === 'TransactionWentOverdue') this.#overdue++;
  }

  tick(simulation: Simulation, result: TickResult): void {
    const { balance } = simulation.agentColumns().columns;
    for (let b = 0; b < this.#lowest.length; b++) if (balance[b]! < this.#lowest[b]!) this.#lowest[b] = balance[b]!;
    this.#lsmOperations += result.num_lsm_releases;
  }

  of(
    simulation: Simulation,
  ): Pick<
    RunFigures,
    'total_arrivals' | 'total_settlements' | 'total_lsm_releases' | 'lsm_operations' | 'overdue' | 'agents' | 'total_cost'
  > {
    const { total_arrivals, total_settlements } = simulation.systemMetrics();
    return {
      total_arrivals,
      total_settlements,
      total_lsm_releases: simulation.offsetPayments,
      lsm_operations: this.#lsmOperations,
      overdue: this.#overdue,
      agents: agentFigures(simulation, this.#lowest),
      total_cost: simulation.agentIds.reduce((sum, id) => sum + simulation.agentRunCosts(id).total_cost, 0),
    };
  }
}
