import type { OptimizerSettingsOf } from '../definition/schema.js';
import { sum } from '../scenario.js';
import { optimizerSeed } from '../seeds.js';
import { byStanding, Trials } from './candidate-search.js';
import { found, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';
import { SearchRandom } from './random.js';
import { at, dimensions, fit, position } from './search-space.js';

/**
 * The cross-entropy method (Rubinstein 1999): draws a population around a mean, moves the mean towards the best of it, and narrows
 * the spread. Searches many parameters at once (spec 11 §20.8).
 */
export class CrossEntropyOptimizer implements PolicyOptimizer {
  readonly kind = 'cem';

  constructor(private readonly settings: OptimizerSettingsOf<'cem'>) {}

  async propose({ search, seed, view }: ProposalRequest): Promise<Proposal> {
    const { elite, iterations, parameters, population, smoothing, std_floor } = this.settings;
    const random = new SearchRandom(optimizerSeed(seed, 'cem', view.agent_id));
    const space = dimensions(view.constraints, parameters);
    const ranges = space.map(({ max, min }) => max - min);
    let means = position(view.policy, space);
    // At first the spread covers the whole range.
    let spreads = ranges.map((range) => range / 2);
    const tried = new Trials(search);
    let best = { point: means, standing: (await tried.of([at(view.policy, space, means)]))[0]! };
    for (let round = 0; round < iterations; round++) {
      const points = Array.from({ length: population }, () =>
        space.map((dimension, i) => fit(means[i]! + spreads[i]! * random.normal(), dimension)),
      );
      const standings = await tried.of(points.map((point) => at(view.policy, space, point)));
      const ranking = points
        .map((point, i) => ({ point, standing: standings[i]! }))
        .toSorted((a, b) => byStanding(a.standing, b.standing));
      if (byStanding(ranking[0]!.standing, best.standing) < 0) best = ranking[0]!;
      const chosen = ranking.slice(0, Math.max(1, Math.round(elite * population)));
      const blend = (old: number, found: number): number => smoothing * found + (1 - smoothing) * old;
      const centres = space.map((_, i) => sum(chosen.map(({ point }) => point[i]!)) / chosen.length);
      const deviations = space.map((_, i) =>
        Math.sqrt(sum(chosen.map(({ point }) => (point[i]! - centres[i]!) ** 2)) / chosen.length),
      );
      means = means.map((mean, i) => blend(mean, centres[i]!));
      spreads = spreads.map((spread, i) => Math.max(std_floor * ranges[i]!, blend(spread, deviations[i]!)));
    }
    return found(await tried.best(at(view.policy, space, best.point), view.policy));
  }
}
