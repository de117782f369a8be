import type { AlgorithmConfig } from '../../scenario/settlement/config.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { optimalSet } from '../netting/optimal.js';
import { settleSelection } from './settle-selection.js';

type Options = Extract<AlgorithmConfig, { type: 'optimal' }>;

/** The best set there is, or the best that was found within a number of nodes (spec 12 §6.11). */
export class Optimal implements SettlementAlgorithm {
  readonly type = 'optimal';

  constructor(private readonly options: Options) {}

  settle(world: World, scope: Scope): Outcome {
    const { node_limit, objective } = this.options;
    const queued = scope.problem(world);
    const { best, bound, nodes, proof } = optimalSet(queued.problem, { objective, nodeLimit: node_limit });
    const truncated = proof === 'full' ? null : 'node_limit';
    return settleSelection(world, this, scope, queued, best, { ...nothing(), truncated, proof, bound, nodes });
  }
}
