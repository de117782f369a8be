import { isBelowFloor } from './floors.js';
import { pairedTest } from './paired-test.js';

export interface RaceInput {
  /** Cents: `costs[day][candidate]`. */
  readonly costs: readonly (readonly number[])[];
  /** Days of the first look; each look has twice as many as the one before. */
  readonly batch?: number;
  readonly alpha?: number;
  readonly tail_days?: number;
  /** Simulations; three tenths of all of them unless given. */
  readonly budget?: number;
  /** The candidate in force: others may settle as little as it does. */
  readonly incumbent?: number | null;
  /** Payments settled, `settled[day][candidate]`, and arrived, by day. */
  readonly settled?: readonly (readonly number[])[];
  readonly arrived?: readonly number[];
  /** Share of payments that has to settle. */
  readonly floor?: number | null;
}

export interface RaceResult {
  readonly winner: number | null;
  readonly stop: 'budget' | 'none_admissible' | 'single' | 'days';
  readonly days: number;
  readonly evaluations: number;
  /** Candidates that these days cannot tell apart. */
  readonly alive: readonly number[];
  readonly eliminated: readonly { readonly candidate: number; readonly days: number; readonly reason: 'floor' | 'worse' }[];
  /** Days at which a best one was chosen. */
  readonly looks: readonly number[];
}

/** Finds the cheapest candidate, and plays those no longer that are clearly worse (spec 17 §6.2). @throws RangeError */
export function race(input: RaceInput): RaceResult {
  const { alpha = 0.01, batch = 50, costs, tail_days = 2 } = input;
  const days = costs.length;
  const count = costs[0]?.length ?? 0;
  if (count === 0) throw new RangeError('there are no days, or no candidates');
  if (costs.some((row) => row.length !== count)) throw new RangeError('days have different numbers of candidates');
  const budget = input.budget ?? Math.floor(0.3 * (count * days));
  const field = new Field(input);
  let alive = Array.from({ length: count }, (_, c) => c);
  const eliminated: { candidate: number; days: number; reason: 'floor' | 'worse' }[] = [];
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
  const drop = (reason: 'floor' | 'worse', isOut: (candidate: number) => boolean): void => {
    const out = alive.filter(isOut);
    alive = alive.filter((candidate) => !out.includes(candidate));
    for (const candidate of out) eliminated.push({ candidate, days: n, reason });
  };
  for (;;) {
    const target = Math.min(days, n === 0 ? batch : 2 * n);
    const to = Math.min(target, n + Math.floor((budget - used) / alive.length));
    if (to <= n) return result('budget');
    used += alive.length * (to - n);
    n = to;
    field.play(alive, n);
    const inadmissible = alive.filter((candidate) => field.isBelowFloor(candidate));
    drop('floor', (candidate) => inadmissible.includes(candidate));
    if (alive.length === 0) {
      winner = null;
      return result('none_admissible');
    }
    const best = alive.reduce((least, candidate) => (field.total(candidate) < field.total(least) ? candidate : least));
    looks.push(n);
    const column = (candidate: number): number[] => costs.slice(0, n).map((row) => row[candidate]!);
    const own = column(best);
    drop('worse', (candidate) => {
      if (candidate === best || n < 2) return false;
      return pairedTest(column(candidate), own, { tail_days }).p_value! < alpha;
    });
    winner = best;
    if (alive.length === 1) return result('single');
    if (n === days) return result('days');
    if (n < target) return result('budget');
  }
}

/** Sums of the candidates over the days that they have been played. */
class Field {
  readonly #costs: number[];
  readonly #settled: number[];
  readonly #arrived: number[];
  readonly #days: number[];

  constructor(private readonly input: RaceInput) {
    const none = (): number[] => new Array<number>(input.costs[0]!.length).fill(0);
    [this.#costs, this.#settled, this.#arrived, this.#days] = [none(), none(), none(), none()];
  }

  play(candidates: readonly number[], to: number): void {
    const { arrived, costs, settled } = this.input;
    for (const c of candidates)
      for (let day = this.#days[c]!; day < to; day++) {
        this.#costs[c]! += costs[day]![c]!;
        this.#settled[c]! += settled?.[day]![c] ?? 0;
        this.#arrived[c]! += arrived?.[day] ?? 0;
        this.#days[c] = day + 1;
      }
  }

  total(candidate: number): number {
    return this.#costs[candidate]!;
  }

  isBelowFloor(candidate: number): boolean {
    const { floor, incumbent } = this.input;
    if (floor == null) return false;
    const of = (c: number): { settled: number; arrived: number } => ({ settled: this.#settled[c]!, arrived: this.#arrived[c]! });
    return isBelowFloor(of(candidate), incumbent == null ? null : of(incumbent), floor);
  }
}
