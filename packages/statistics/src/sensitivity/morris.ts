import { hash64, Xorshift64Star } from '@simcash/random';
import { shuffle } from '../seeds.js';

/** A walk through the cube on which every parameter moves once. */
export interface Trajectory {
  /** Points from step to step. */
  readonly points: readonly (readonly number[])[];
  /** Which parameter moves at which step, and whether it grows; `up` by parameter. */
  readonly order: readonly number[];
  /** Whether each parameter grows. */
  readonly up: readonly boolean[];
}

/** Trajectories of the elementary effects method (Morris 1991; spec 17 §18). @throws RangeError */
export function morrisDesign(
  master: number | string | bigint,
  k: number,
  { levels = 4, trajectories = 10 }: { readonly trajectories?: number; readonly levels?: number } = {},
): Trajectory[] {
  const step = stepOf(levels);
  if (!(Number.isInteger(k) && k >= 1)) throw new RangeError('at least one parameter is needed');
  return Array.from({ length: trajectories }, (_, t) => {
    const rng = new Xorshift64Star(hash64(`${master}:morris:${t}`));
    const up: boolean[] = [];
    let point = Array.from({ length: k }, () => {
      const base = rng.range(0, levels / 2) / (levels - 1);
      const grows = rng.range(0, 2) === 1;
      up.push(grows);
      return grows ? base : base + step;
    });
    const order = shuffle(
      Array.from({ length: k }, (_, i) => i),
      rng,
    );
    const points = [point];
    for (const moving of order) {
      point = point.map((value, i) => (i === moving ? value + (up[i]! ? step : -step) : value));
      points.push(point);
    }
    return { points, order, up };
  });
}

/** Mean, mean size and spread of the effect of each parameter. @param values `values[trajectory][point]` @throws RangeError */
export function morrisEffects(
  design: readonly Trajectory[],
  values: readonly (readonly number[])[],
  { levels = 4 }: { readonly levels?: number } = {},
): { mu: number[]; mu_star: number[]; sigma: (number | null)[] } {
  const step = stepOf(levels);
  if (design.length === 0 || values.length !== design.length) throw new RangeError('every trajectory needs its values');
  if (!values.flat().every(Number.isFinite)) throw new RangeError('a value is no finite number');
  const effects = design[0]!.order.map((): number[] => []);
  design.forEach(({ order, points, up }, t) => {
    const outputs = values[t]!;
    if (outputs.length !== points.length)
      throw new RangeError(`trajectory ${t} has ${points.length} points and ${outputs.length} values`);
    order.forEach((moving, s) => effects[moving]!.push((outputs[s + 1]! - outputs[s]!) / (up[moving]! ? step : -step)));
  });
  const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
  return {
    mu: effects.map(mean),
    mu_star: effects.map((list) => mean(list.map(Math.abs))),
    sigma: effects.map((list) => {
      if (list.length < 2) return null;
      const centre = mean(list);
      return Math.sqrt(list.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (list.length - 1));
    }),
  };
}

function stepOf(levels: number): number {
  if (!(Number.isInteger(levels) && levels >= 4 && levels % 2 === 0))
    throw new RangeError(`levels must be even, at least 4, not ${levels}`);
  return levels / (2 * (levels - 1));
}
