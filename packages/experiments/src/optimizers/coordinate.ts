import type { OptimizerSettingsOf } from '../definition/schema.js';
import { byStanding, Trials } from './candidate-search.js';
import { found, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';
import { at, dimensions, fit, position } from './search-space.js';

/** Walks from the policy in force along one parameter at a time, by smaller and smaller steps, as long as it gets cheaper. */
export class CoordinateOptimizer implements PolicyOptimizer {
  readonly kind = 'coordinate';

  constructor(private readonly settings: OptimizerSettingsOf<'coordinate'>) {}

  async propose({ search, view }: ProposalRequest): Promise<Proposal> {
    const space = dimensions(view.constraints, this.settings.parameters);
    let point = position(view.policy, space);
    const tried = new Trials(search);
    let [best] = await tried.of([at(view.policy, space, point)]);
    for (const step of this.settings.steps) {
      for (let moved = true; moved;) {
        moved = false;
        for (const [i, dimension] of space.entries()) {
          // Steps are shares of the range, so that parameters of different size are treated alike.
          const distance = Math.max(dimension.whole ? 1 : 0, step * (dimension.max - dimension.min));
          const moves = [-distance, distance].map((move) => point.with(i, fit(point[i]! + move, dimension)));
          const [down, up] = await tried.of(moves.map((move) => at(view.policy, space, move)));
          const isDown = byStanding(down!, up!) <= 0;
          const better = isDown ? down! : up!;
          if (byStanding(better, best!) >= 0) continue;
          best = better;
          point = moves[isDown ? 0 : 1]!;
          moved = true;
        }
      }
    }
    return found(await tried.best(at(view.policy, space, point), view.policy));
  }
}
