import { hash64, lognormal, ln, pareto, WeightedChoice, Xorshift64Star } from '@simcash/random';
import { balancedMatrix, zipfSizes } from './pairs.js';
import type { Synthesis } from './schema.js';

/** A payment of a synthetic list. */
export interface SyntheticPayment {
  /** `S{day}-{k}` */
  readonly external_ref: string;
  /** Ticks are counted from 0 over all days. */
  readonly tick: number;
  /** The bank that pays. */
  readonly sender: string;
  /** The bank that is paid. */
  readonly receiver: string;
  /** Cents. */
  readonly amount: number;
}

/** Draws a list, day by day; the payments of a day by tick, then as they were drawn (spec 13 §15). */
export function* synthesize(spec: Synthesis): Generator<SyntheticPayment> {
  const { amounts, days, payments_per_day: mean, profile, ticks_per_day: ticks } = spec;
  const { tail } = amounts;
  const banks = spec.banks.names ?? Array.from({ length: spec.banks.count! }, (_, i) => `B${i + 1}`);
  const pairs = pairsOf(spec, banks.length);
  const pair = new WeightedChoice(pairs.weights);
  const tickOfDay = new WeightedChoice(
    Float64Array.from({ length: ticks }, (_, k) => profile[Math.floor((k * profile.length) / ticks)]!),
  );
  const [mu, rng] = [ln(amounts.median), new Xorshift64Star(hash64(`${spec.seed}:synthesize`))];
  for (let day = 0; day < days; day++) {
    const count = rng.poisson(mean);
    const drawn = Array.from({ length: count }, (_, k): SyntheticPayment => {
      const between = pair.draw(rng);
      const tick = day * ticks + tickOfDay.draw(rng);
      const isLarge = rng.nextDouble() < tail.share;
      const raw = isLarge ? pareto(rng, tail.threshold, tail.alpha) : lognormal(rng, mu, amounts.sigma);
      return {
        external_ref: `S${day}-${k}`,
        tick,
        sender: banks[pairs.senders[between]!]!,
        receiver: banks[pairs.receivers[between]!]!,
        amount: Math.max(1, Math.min(Math.floor(raw + 0.5), Number.MAX_SAFE_INTEGER)),
      };
    });
    yield* drawn.sort((a, b) => a.tick - b.tick);
  }
}

/** Ordered pairs of different banks with a weight, row by row. */
function pairsOf(
  { banks, column_totals, row_totals, value_matrix: matrix }: Synthesis,
  count: number,
): { weights: number[]; senders: number[]; receivers: number[] } {
  const sizes = banks.sizes ?? zipfSizes(count, banks.zipf ?? 0);
  const given = matrix ?? (row_totals && column_totals && balancedMatrix(row_totals, column_totals));
  const pairs = { weights: [] as number[], senders: [] as number[], receivers: [] as number[] };
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++) {
      const weight = i === j ? 0 : given === undefined ? sizes[i]! * sizes[j]! : given[i]![j]!;
      if (!(weight > 0)) continue;
      pairs.weights.push(weight);
      pairs.senders.push(i);
      pairs.receivers.push(j);
    }
  return pairs;
}
