import { DIRECTION_NUMBERS } from './direction-numbers.js';

const BITS = 32;

/** Points 1 … n of the unscrambled Sobol sequence in Gray-code order; the origin, point 0, is left out (spec 15 §8). @throws RangeError */
export function sobolPoints(dimensions: number, n: number): number[][] {
  if (!(dimensions >= 1 && dimensions <= DIRECTION_NUMBERS.length + 1))
    throw new RangeError(
      `the Sobol sequence is known for 1 to ${DIRECTION_NUMBERS.length + 1} dimensions, not for ${dimensions}`,
    );
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError('at least one point is needed');
  const directions = Array.from({ length: dimensions }, (_, d) => directionsOf(d));
  const state = new Array<number>(dimensions).fill(0);
  return Array.from({ length: n }, (_, i) => {
    const bit = lowestZero(i);
    return state.map((_, d) => {
      state[d] = (state[d]! ^ directions[d]![bit]!) >>> 0;
      return state[d] / 2 ** BITS;
    });
  });
}

/** Position of the lowest bit that is 0. */
function lowestZero(i: number): number {
  let bit = 0;
  while (i & (1 << bit)) bit++;
  return bit;
}

function directionsOf(dimension: number): number[] {
  if (dimension === 0) return Array.from({ length: BITS }, (_, k) => 2 ** (BITS - 1 - k));
  const [degree, coefficients, initial] = DIRECTION_NUMBERS[dimension - 1]!;
  const v = initial.map((m, k) => m * 2 ** (BITS - 1 - k));
  for (let k = degree; k < BITS; k++) {
    let value = v[k - degree]! ^ (v[k - degree]! >>> degree);
    for (let j = 1; j < degree; j++) if ((coefficients >>> (degree - 1 - j)) & 1) value ^= v[k - j]!;
    v.push(value >>> 0);
  }
  return v;
}

/** Matrices of Sobol' indices: two samples, and the mixtures of them. */
export interface SobolDesign {
  /** Points, `a[row][parameter]`, all in [0, 1). */
  readonly a: readonly (readonly number[])[];
  /** The second sample. */
  readonly b: readonly (readonly number[])[];
  /** A with one parameter from B: `ab[parameter][row]`. */
  readonly ab: readonly (readonly (readonly number[])[])[];
}

/** The points of which Sobol indices are made: n·(k + 2) runs (spec 17 §17). @throws RangeError */
export function sobolDesign(k: number, n: number): SobolDesign {
  const points = sobolPoints(2 * k, n);
  const a = points.map((point) => point.slice(0, k));
  const b = points.map((point) => point.slice(k));
  const ab = Array.from({ length: k }, (_, i) => a.map((row, r) => row.map((value, j) => (j === i ? b[r]![i]! : value))));
  return { a, b, ab };
}

/** How much of the variance of an output comes from each parameter, alone and with all others (Saltelli et al. 2010, Jansen 1999). */
export function sobolIndices(
  fa: readonly number[],
  fb: readonly number[],
  fab: readonly (readonly number[])[],
): { variance: number; first: (number | null)[]; total: (number | null)[] } {
  const n = fa.length;
  if (n === 0 || fb.length !== n || fab.some((values) => values.length !== n))
    throw new RangeError('outputs must be lists of the same length');
  const both = [...fa, ...fb];
  if (![...both, ...fab.flat()].every(Number.isFinite)) throw new RangeError('an output is no finite number');
  const mean = both.reduce((sum, x) => sum + x, 0) / (2 * n);
  const variance = both.every((x) => x === both[0]) ? 0 : both.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (2 * n);
  const index = (values: readonly number[], term: (own: number, j: number) => number, by: number): number | null =>
    variance === 0 ? null : values.reduce((sum, own, j) => sum + term(own, j), 0) / by / variance;
  return {
    variance,
    first: fab.map((values) => index(values, (own, j) => fb[j]! * (own - fa[j]!), n)),
    total: fab.map((values) => index(values, (own, j) => (fa[j]! - own) ** 2, 2 * n)),
  };
}
