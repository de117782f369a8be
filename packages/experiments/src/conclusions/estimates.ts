import { canonicalJson, type CostsInForce, type Estimate, type Estimates } from '@simcash/protocol';
import { skewInterval } from '@simcash/statistics';
import type { Days } from '../evaluation/days.js';
import { sum, type PolicyProfile } from '../scenario.js';
import type { DayCosts } from './test-days.js';

/** Distinct profiles among which the best one is chosen. */
const MOST_PROFILES = 50;

/** Position of the profile with the least mean cost of all banks together, of equal ones the earliest (spec 17 §9). */
export async function bestProfile(profiles: readonly PolicyProfile[], days: Days<DayCosts>, n: number): Promise<number> {
  const first = new Map<string, number>();
  profiles.forEach((profile, i) => {
    const key = canonicalJson(profile);
    if (!first.has(key)) first.set(key, i);
  });
  const distinct = [...first.values()].slice(-MOST_PROFILES);
  let best: { place: number; total: number } | null = null;
  for (const place of distinct) {
    const total = sum((await costsOf(profiles[place]!, days, n)).map(sum));
    if (best === null || total < best.total) best = { place, total };
  }
  return best!.place;
}

/** Costs of three profiles on the same days, and what the later ones save against the first, bank by bank and in all. */
export async function estimate(
  agents: readonly string[],
  profiles: Readonly<Record<'initial' | 'final' | 'best', PolicyProfile>>,
  days: Days<DayCosts>,
  n: number,
): Promise<Estimates> {
  const [initial, final, best] = [
    await costsOf(profiles.initial, days, n),
    await costsOf(profiles.final, days, n),
    await costsOf(profiles.best, days, n),
  ];
  const saved = (costs: readonly DayCosts[]): DayCosts[] => costs.map((day, r) => day.map((cost, b) => initial[r]![b]! - cost));
  return {
    initial: byBank(agents, initial),
    final: byBank(agents, final),
    best: byBank(agents, best),
    difference_final: byBank(agents, saved(final)),
    difference_best: byBank(agents, saved(best)),
  };
}

/** What the policies in force cost in each iteration, on days that are the same for all of them: for drawing. */
export async function costsInForce(
  agents: readonly string[],
  profiles: readonly PolicyProfile[],
  days: Days<DayCosts>,
  n: number,
): Promise<CostsInForce[]> {
  const rows: CostsInForce[] = [];
  for (const [iteration, profile] of profiles.entries())
    rows.push({ iteration, costs: byBank(agents, await costsOf(profile, days, n)) });
  return rows;
}

const byBank = (agents: readonly string[], costs: readonly DayCosts[]): Readonly<Record<string, Estimate>> =>
  Object.fromEntries([
    ...agents.map((id, b) => [id, estimateOf(costs.map((day) => day[b]!))] as const),
    ['*', estimateOf(costs.map(sum))] as const,
  ]);

async function costsOf(profile: PolicyProfile, days: Days<DayCosts>, n: number): Promise<DayCosts[]> {
  const [agentId, policy] = Object.entries(profile)[0]!;
  const [costs] = await days.play(agentId, profile, [policy], n);
  return costs!;
}

function estimateOf(values: readonly number[]): Estimate {
  const { n, ...figures } = skewInterval(values);
  return { num_days: n, ...figures };
}
