import type { OptimizerSettingsOf } from '../definition/schema.js';
import { proposed, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';
import { at, dimensions, fit, position } from './search-space.js';

/** Walks from the policy in force along one parameter at a time, by smaller and smaller steps, as long as it gets cheaper. */
export class CoordinateOptimizer implements PolicyOptimizer {
  readonly kind = 'coordinate';

  constructor(private readonly settings: OptimizerSettingsOf<'coordinate'>) {}

  async propose({ score, view }: ProposalRequest): Promise<Proposal> {
    const space = dimensions(view.constraints, this.settings.parameters);
    let point = position(view.policy, space);
    let [best] = await score([at(view.policy, space, point)]);
    for (const step of this.settings.steps) {
      for (let moved = true; moved;) {
        moved = false;
        for (const [i, dimension] of space.entries()) {
          // Steps are shares of the range, so that parameters of different size are treated alike.
          const distance = Math.max(dimension.whole ? 1 : 0, step * (dimension.max - dimension.min));
          const moves = [-distance, distance].map((move) => point.with(i, fit(point[i]! + move, dimension)));
          const costs = await score(moves.map((move) => at(view.policy, space, move)));
          const cheapest = Math.min(...costs);
          if (cheapest >= best!) continue;
          best = cheapest;
          point = moves[costs.indexOf(cheapest)]!;
          moved = true;
        }
      }
    }
    return proposed(at(view.policy, space, point));
  }
}
