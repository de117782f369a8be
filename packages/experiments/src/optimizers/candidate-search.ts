import { canonicalJson, type Policy } from '@simcash/protocol';

/** How a candidate stands on the days on which it was tried out. */
export interface Standing {
  /** Cents, over all these days. */
  cost: number;
  /** Whether it keeps the floors of settlement and the limit of risk. */
  isAdmissible: boolean;
  /** By how much it misses the floors; 0 for an admissible one. */
  shortfall: number;
}

/** What became of a candidate that was tried out. */
export interface Tried extends Standing {
  /** Day by day, in cents. */
  costs: readonly number[];
  /** Settled payments as a share of those that arrived, 0 to 1. */
  settlement_rate: number;
}

/** Tries out candidates for one bank under the rule that will judge what is proposed (spec 17 §6.1). */
export interface CandidateSearch {
  /** Standings in the order of the candidates, on the days of a first look or on those named; where there is one day, on it. */
  tryOut(candidates: readonly Policy[], days?: { from: number; to: number }): Promise<Tried[]>;
  /**
   * Picks the best admissible candidate on many days, null if there is none. The method itself is null where all that can be known
   * is known after {@link tryOut}.
   */
  race: ((candidates: readonly Policy[]) => Promise<Policy | null>) | null;
}

/** Admissible ones first, by cost; others by what they miss, then by cost (Deb 2000; spec 17 §6.3). */
export const byStanding = (a: Standing, b: Standing): number =>
  Number(b.isAdmissible) - Number(a.isAdmissible) || a.shortfall - b.shortfall || a.cost - b.cost;

/** Finalists of a search that evaluates points on few days. */
const FINALISTS = 8;

/** The best of all candidates; of equal ones the first. Null if none is admissible. */
export async function bestOf(search: CandidateSearch, candidates: readonly Policy[]): Promise<Policy | null> {
  if (search.race) return search.race(candidates);
  const standings = await search.tryOut(candidates);
  const best = standings.reduce((least, standing, i) => (byStanding(standing, standings[least]!) < 0 ? i : least), 0);
  return standings[best]!.isAdmissible ? candidates[best]! : null;
}

/** Remembers what a search has tried out, so that its best points can race in the end. */
export class Trials {
  readonly #known = new Map<string, { policy: Policy; standing: Standing }>();

  constructor(private readonly search: CandidateSearch) {}

  async of(candidates: readonly Policy[]): Promise<Standing[]> {
    const standings = await this.search.tryOut(candidates);
    for (const [i, policy] of candidates.entries()) {
      const key = canonicalJson(policy);
      if (!this.#known.has(key)) this.#known.set(key, { policy, standing: standings[i]! });
    }
    return standings;
  }

  /** The winner among the best points and the policy in force; `found` where trying out has said everything. */
  async best(found: Policy, inForce: Policy): Promise<Policy | null> {
    const { race } = this.search;
    const ranked = [...this.#known.values()].sort((a, b) => byStanding(a.standing, b.standing));
    if (race === null) return ranked[0]?.standing.isAdmissible === true ? found : null;
    const finalists = ranked.slice(0, FINALISTS).map(({ policy }) => policy);
    const others = finalists.filter((policy) => canonicalJson(policy) !== canonicalJson(inForce));
    return race([...others, inForce]);
  }
}
