import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { attemptsAmong, STEPS } from '../netting/attempts.js';
import { improveLocally } from '../netting/local-search.js';
import { settleSelection } from './settle-selection.js';

/** A filled set, improved by small changes until none helps (spec 12 §6.13). */
export class LocalSearch implements SettlementAlgorithm {
  readonly type = 'local_search';

  constructor(private readonly maxSteps: number | 'auto') {}

  settle(world: World, scope: Scope): Outcome {
    const queued = scope.problem(world);
    const { best, truncated } = improveLocally(queued.problem, attemptsAmong(queued.problem.payments, this.maxSteps, STEPS));
    return settleSelection(world, this, scope, queued, best, { ...nothing(), truncated: truncated ? 'max_steps' : null });
  }
}
