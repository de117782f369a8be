import type { OptimizerSettingsOf } from '../definition/schema.js';
import type { Policy } from '@simcash/protocol';
import { bestOf } from './candidate-search.js';
import { found, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';
import { at, dimensions, fit, position, type Dimension } from './search-space.js';

/** Tries every point of a grid and proposes the cheapest; of equally cheap ones the smallest (spec 11 §20.8). */
export class GridOptimizer implements PolicyOptimizer {
  readonly kind = 'grid';

  constructor(private readonly settings: OptimizerSettingsOf<'grid'>) {}

  async propose({ search, view }: ProposalRequest): Promise<Proposal> {
    const space = dimensions(view.constraints, this.settings.parameters);
    const points = product(space.map((dimension) => this.#values(dimension)));
    const candidates = points.map((point) => at(view.policy, space, point));
    return found(await bestOf(search, search.race ? withIncumbent(candidates, view.policy, space) : candidates));
  }

  #values(dimension: Dimension): number[] {
    const { max, min } = dimension;
    const { points, step } = this.settings;
    const distance = points === undefined ? step : (max - min) / (points - 1);
    // One more than the steps that fit; a hair of tolerance, because 1 / 0.05 is not exactly 20.
    const count = points ?? Math.floor((max - min) / step + 1e-9) + 1;
    return Array.from({ length: count }, (_, i) => fit(min + i * distance, dimension));
  }
}

/** The policy in force takes part in a race, where its values belong. */
function withIncumbent(candidates: readonly Policy[], inForce: Policy, space: readonly Dimension[]): Policy[] {
  const own = position(inForce, space);
  const place = candidates.findIndex((candidate) => {
    const point = position(candidate, space);
    const differs = point.findIndex((value, i) => value !== own[i]);
    return differs === -1 || point[differs]! > own[differs]!;
  });
  return candidates.toSpliced(place === -1 ? candidates.length : place, 0, inForce);
}

/** All combinations, the first dimension varying slowest. */
export function product(values: readonly (readonly number[])[]): number[][] {
  return values.reduce<number[][]>((points, next) => points.flatMap((point) => next.map((value) => [...point, value])), [[]]);
}
