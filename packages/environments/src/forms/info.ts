import { COST_COMPONENTS, type CostComponent } from '@simcash/protocol';
import type { EnvironmentPlan } from '../definition/plan.js';
import type { Episode } from '../episode/episode.js';

/** What happened to a learner since the latest decision. Money is cents. */
export interface Info {
  /** Costs by component, in cents. */
  readonly costs: Readonly<Record<CostComponent, number>>;
  /** Payments that the decision was about, and those of them that it released; 0 at the start of a day. */
  readonly asked: number;
  /** Payments that were released. */
  readonly released: number;
  /** At the end of the episode: all that the learner was charged, and the sum. */
  readonly totals?: Readonly<Record<CostComponent | 'total', number>>;
}

export function infoOf(episode: Episode, learner: number, isLast: boolean): Info {
  const costs = {} as Record<CostComponent, number>;
  for (const component of COST_COMPONENTS) costs[component] = episode.newCost(learner, component);
  const { asked, released } = episode.releases(learner);
  if (!isLast) return { costs, asked, released };
  const totals = { total: 0 } as Record<CostComponent | 'total', number>;
  for (const component of COST_COMPONENTS) totals.total += totals[component] = episode.cost(learner, component);
  return { costs, asked, released, totals };
}

/** What a learner is paid for its latest decision (spec 18 §4). */
export function rewardOf({ reward }: EnvironmentPlan, episode: Episode, learner: number, isLast: boolean): number {
  if (reward.perEpisode && !isLast) return 0;
  let cents = 0;
  for (const component of reward.costs)
    cents += reward.perEpisode ? episode.cost(learner, component) : episode.newCost(learner, component);
  // Not −0 where nothing was charged.
  return 0 - reward.scale * cents;
}
