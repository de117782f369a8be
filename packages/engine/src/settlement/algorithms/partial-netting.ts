import type { AlgorithmConfig } from '../../scenario/settlement/config.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { extracted } from '../netting/extraction.js';
import { refill, refillOrder } from '../netting/refill.js';
import { settleSelection } from './settle-selection.js';

type Options = Extract<AlgorithmConfig, { type: 'partial_netting' }>;

/** All payments less those that banks cannot cover, and some of these put back (spec 12 §6.8). */
export class PartialNetting implements SettlementAlgorithm {
  readonly type = 'partial_netting';

  constructor(private readonly options: Options) {}

  settle(world: World, scope: Scope): Outcome {
    const { drop, max_chain, refill: kind, refill_order } = this.options;
    const outcome = nothing();
    const queued = scope.problem(world);
    const { problem } = queued;
    const selection = extracted(problem, drop);
    outcome.dropped = problem.payments - selection.size;
    if (kind !== 'none' && outcome.dropped > 0)
      outcome.refilled = refill(selection, {
        order: refillOrder(problem, refill_order),
        maxChain: kind === 'single' ? 1 : max_chain,
      });
    return settleSelection(world, this, scope, queued, selection, outcome);
  }
}
