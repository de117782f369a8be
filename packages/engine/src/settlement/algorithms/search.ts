import type { AlgorithmConfig } from '../../scenario/settlement/config.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { attemptsAmong, STARTS } from '../netting/attempts.js';
import { searchBest } from '../netting/search.js';
import { settleSelection } from './settle-selection.js';

type Options = Extract<AlgorithmConfig, { type: 'search' }>;

/** The best of many extractions (spec 12 §6.9). */
export class Search implements SettlementAlgorithm {
  readonly type = 'search';

  constructor(private readonly options: Options) {}

  settle(world: World, scope: Scope): Outcome {
    const { max_chain, max_starts, refill_order } = this.options;
    const outcome = nothing();
    const queued = scope.problem(world);
    const { best, truncated } = searchBest(queued.problem, {
      maxStarts: attemptsAmong(queued.problem.payments, max_starts, STARTS),
      refillOrder: refill_order,
      maxChain: max_chain,
    });
    if (truncated) outcome.truncated = 'max_starts';
    return settleSelection(world, this, scope, queued, best, outcome);
  }
}
