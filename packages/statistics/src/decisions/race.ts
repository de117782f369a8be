import { checkFinite } from '../checks.js';
import { isBelowFloor, type Settled } from './floors.js';
import { pairedTest } from './paired-test.js';
import { isRisky } from './risk.js';

/** The rules of a race (spec 17 §6.2). */
export interface RaceRules {
  /** Days of the first look; each look has twice as many as the one before. */
  readonly batch?: number;
  /** The level of significance. */
  readonly alpha?: number;
  /** How many more days like the worst are assumed. */
  readonly tail_days?: number;
  /** Simulations; three tenths of all of them unless given. */
  readonly budget?: number;
  /** The candidate in force: others may settle as little as it does. */
  readonly incumbent?: number | null;
  /** Share of payments that has to settle, by number and by value. */
  readonly floor?: number | null;
  /** The least share of value that must settle; null for any. */
  readonly value_floor?: number | null;
  /** Largest coefficient of variation of the costs. */
  readonly max_coefficient_of_variation?: number | null;
}

/** What a race is computed from: the costs of every candidate on every day. */
export interface RaceInput extends RaceRules {
  /** Cents: `costs[day][candidate]`. */
  readonly costs: readonly (readonly number[])[];
  /** Payments settled, `settled[day][candidate]`, and arrived, by day. */
  readonly settled?: readonly (readonly number[])[];
  /** Payments that arrived, day by day. */
  readonly arrived?: readonly number[];
}

/** Who won a race, and how it went. */
export interface RaceResult {
  /** The number of the candidate that won; null if none did. */
  readonly winner: number | null;
  /** Why it ended. */
  readonly stop: 'budget' | 'none_admissible' | 'single' | 'days';
  /** Number of days. */
  readonly days: number;
  /** How many days of how many candidates were played. */
  readonly evaluations: number;
  /** Candidates that these days cannot tell apart. */
  readonly alive: readonly number[];
  /** Candidates that were given up, when, and why. */
  readonly eliminated: readonly {
    readonly candidate: number;
    readonly days: number;
    readonly reason: 'floor' | 'risk' | 'worse';
  }[];
  /** Days at which a best one was chosen. */
  readonly looks: readonly number[];
}

/** A day of a candidate: cents, and payments by number and value. */
export interface PlayedDay {
  /** In cents. */
  readonly cost: number;
  /** Payments that settled. */
  readonly settled: number;
  /** Payments that arrived. */
  readonly arrived: number;
  /** Value that settled, in cents. */
  readonly settled_value: number;
  /** Value that arrived, in cents. */
  readonly arrived_value: number;
}

/** Which candidates are to be played, on days `from` … `to` − 1. */
export interface RaceLook {
  /** Candidates that are still to be played, by number. */
  readonly candidates: readonly number[];
  /** The first day or replication. */
  readonly from: number;
  /** The day or replication after the last. */
  readonly to: number;
}

/** Finds the cheapest candidate, and plays those no longer that are clearly worse (spec 17 §6.2). @throws RangeError */
export function race({ arrived, costs, settled, ...rules }: RaceInput): RaceResult {
  const count = costs[0]?.length ?? 0;
  if (count === 0) throw new RangeError('there are no days, or no candidates');
  for (const table of [costs, ...(settled === undefined ? [] : [settled])])
    if (table.some((row) => row.length !== count)) throw new RangeError('days have different numbers of candidates');
  for (const list of [settled, arrived])
    if (list !== undefined && list.length !== costs.length)
      throw new RangeError(`there are ${costs.length} days of costs, and ${list.length} of payments`);
  checkFinite('race', ...costs, ...(settled ?? []), arrived ?? []);
  const looks = raceLooks(count, costs.length, rules);
  for (let next = looks.next(); ;) {
    if (next.done) return next.value;
    const { candidates, from, to } = next.value;
    next = looks.next(
      candidates.map((c) =>
        costs.slice(from, to).map((row, i) => ({
          cost: row[c]!,
          settled: settled?.[from + i]![c] ?? 0,
          arrived: arrived?.[from + i] ?? 0,
          settled_value: 0,
          arrived_value: 0,
        })),
      ),
    );
  }
}

/**
 * The race, look by look: asks for the days of those that are still in it, so that nothing else has to be played.
 *
 * @param count candidates
 * @param days days that there are
 * @returns a generator that yields looks and is given, for every candidate of a look, its days
 */
export function* raceLooks(
  count: number,
  days: number,
  rules: RaceRules = {},
): Generator<RaceLook, RaceResult, readonly (readonly PlayedDay[])[]> {
  const { alpha = 0.01, batch = 50, budget = Math.floor(0.3 * (count * days)), tail_days = 2 } = rules;
  const field = Array.from({ length: count }, () => new Runner());
  const incumbent = rules.incumbent == null ? null : field[rules.incumbent]!;
  let alive = field.map((_, c) => c);
  const eliminated: { candidate: number; days: number; reason: 'floor' | 'risk' | 'worse' }[] = [];
  const looks: number[] = [];
  let [n, used] = [0, 0];
  let winner: number | null = null;
  const result = (stop: RaceResult['stop']): RaceResult => ({
    winner,
    stop,
    days: n,
    evaluations: used,
    alive,
    eliminated,
    looks,
  });
  const drop = (reason: 'floor' | 'risk' | 'worse', isOut: (runner: Runner) => boolean): void => {
    const out = alive.filter((candidate) => isOut(field[candidate]!));
    alive = alive.filter((candidate) => !out.includes(candidate));
    for (const candidate of out) eliminated.push({ candidate, days: n, reason });
  };
  for (;;) {
    const target = Math.min(days, n === 0 ? batch : 2 * n);
    const to = Math.min(target, n + Math.floor((budget - used) / alive.length));
    if (to <= n) return result('budget');
    const played = yield { candidates: alive, from: n, to };
    alive.forEach((candidate, i) => field[candidate]!.play(played[i]!));
    used += alive.length * (to - n);
    n = to;
    drop('floor', (runner) => runner.isBelow(rules, incumbent));
    drop('risk', ({ costs }) => isRisky(costs, rules.max_coefficient_of_variation));
    if (alive.length === 0) {
      winner = null;
      return result('none_admissible');
    }
    winner = alive.reduce((least, candidate) => (field[candidate]!.total < field[least]!.total ? candidate : least));
    const best = field[winner]!;
    looks.push(n);
    drop('worse', (runner) => runner !== best && n >= 2 && pairedTest(runner.costs, best.costs, { tail_days }).p_value! < alpha);
    if (alive.length === 1) return result('single');
    if (n === days) return result('days');
    if (n < target) return result('budget');
  }
}

/** What a candidate has come to. */
class Runner {
  readonly costs: number[] = [];
  total = 0;
  readonly byNumber = { settled: 0, arrived: 0 };
  readonly byValue = { settled: 0, arrived: 0 };

  play(days: readonly PlayedDay[]): void {
    for (const { arrived, arrived_value, cost, settled, settled_value } of days) {
      this.costs.push(cost);
      this.total += cost;
      this.byNumber.settled += settled;
      this.byNumber.arrived += arrived;
      this.byValue.settled += settled_value;
      this.byValue.arrived += arrived_value;
    }
  }

  isBelow({ floor, value_floor }: RaceRules, inForce: Runner | null): boolean {
    const below = (own: Settled, other: Settled | undefined, least: number | null | undefined): boolean =>
      least != null && isBelowFloor(own, other ?? null, least);
    return below(this.byNumber, inForce?.byNumber, floor) || below(this.byValue, inForce?.byValue, value_floor);
  }
}
