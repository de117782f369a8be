import type { OptimizerSettingsOf } from '../definition/schema.js';
import { byStanding, Trials, type Standing } from './candidate-search.js';
import { found, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';
import { at, dimensions, fit, position } from './search-space.js';

/** Each step leaves this share of the interval. */
const RATIO = (Math.sqrt(5) - 1) / 2;

/** Narrows an interval around the minimum of a cost that falls and then rises, one parameter after another (spec 11 §20.8). */
export class GoldenSectionOptimizer implements PolicyOptimizer {
  readonly kind = 'golden';

  constructor(private readonly settings: OptimizerSettingsOf<'golden'>) {}

  async propose({ search, view }: ProposalRequest): Promise<Proposal> {
    const space = dimensions(view.constraints, this.settings.parameters);
    const point = position(view.policy, space);
    const tried = new Trials(search);
    for (const [i, dimension] of space.entries()) {
      const known = new Map<number, Standing>();
      const cost = async (...values: number[]): Promise<void> => {
        const missing = values.filter((value) => !known.has(value));
        const standings = await tried.of(missing.map((value) => at(view.policy, space, point.with(i, value))));
        missing.forEach((value, k) => known.set(value, standings[k]!));
      };
      let [low, high] = [dimension.min, dimension.max];
      await cost(low, high, point[i]!);
      while (high - low > (dimension.whole ? Math.max(1, this.settings.tolerance) : this.settings.tolerance)) {
        const left = fit(high - RATIO * (high - low), dimension);
        const right = fit(low + RATIO * (high - low), dimension);
        if (left >= right) break;
        await cost(left, right);
        // On a plateau the smaller half is kept: less liquidity at the same cost.
        if (byStanding(known.get(left)!, known.get(right)!) <= 0) high = right;
        else low = left;
      }
      const best = [...known].toSorted(([x, a], [y, b]) => byStanding(a, b) || x - y)[0]!;
      point[i] = best[0];
    }
    return found(await tried.best(at(view.policy, space, point), view.policy));
  }
}
