import { PLAIN, solve, type Arithmetic } from './arithmetic.js';

/** A vertex of the best-response polyhedron of a player: a mixed strategy, and which answers of the other are best. */
export interface Vertex<T> {
  readonly shares: readonly T[];
  readonly support: readonly number[];
  /** Answers whose expected cost is the least. */
  readonly best: readonly number[];
}

/**
 * All vertices of {(x, v): x ≥ 0, Σx = 1, Σ_i x_i · costs[i][j] ≥ v for all j} (spec 17 §14): for every support, the points at which as
 * many answers cost the same as the support has strategies.
 *
 * @param costs `costs[i][j]`: what answer j costs the other player against strategy i
 */
export function verticesOf<T>(costs: readonly (readonly T[])[], arithmetic: Arithmetic<T>): Vertex<T>[] {
  const { add, multiply, of, sign, signOfShare, subtract } = arithmetic;
  const [m, n] = [costs.length, costs[0]!.length];
  const [zero, one] = [of(0), of(1)];
  const found = new Map<string, Vertex<T>>();
  const screen = scaled(costs.map((row) => row.map((cost) => arithmetic.toNumber(cost))));
  for (const support of subsets(m)) {
    if (support.length > n) continue;
    for (const tight of choices(n, support.length)) {
      if (!isPossible(screen, support, tight)) continue;
      const equations = [
        ...tight.map((j) => [...support.map((i) => costs[i]![j]!), of(-1), zero]),
        [...support.map(() => one), zero, one],
      ];
      const solution = solve(equations, arithmetic);
      if (solution === null) continue;
      const value = solution.pop()!;
      if (solution.some((share) => signOfShare(share) <= 0)) continue;
      const slack = Array.from({ length: n }, (_, j) =>
        sign(
          subtract(
            solution.reduce((sum, share, k) => add(sum, multiply(share, costs[support[k]!]![j]!)), zero),
            value,
          ),
        ),
      );
      if (slack.some((side) => side < 0)) continue;
      const best = slack.flatMap((side, j) => (side === 0 ? [j] : []));
      const positive = arithmetic.normalised(solution);
      const shares = Array.from({ length: m }, (_, i) => (support.includes(i) ? positive[support.indexOf(i)]! : zero));
      const key = shares.map((share) => arithmetic.key(share)).join(' ');
      if (!found.has(key)) found.set(key, { shares, support, best });
    }
  }
  return [...found.values()];
}

/** `costs` from 0 to 1. Whether doubles leave it open that a system has a solution with shares above 0 and no cheaper answer: fractions are slow. */
function isPossible(costs: readonly (readonly number[])[], support: readonly number[], tight: readonly number[]): boolean {
  const solution = solve(
    [...tight.map((j) => [...support.map((i) => costs[i]![j]!), -1, 0]), [...support.map(() => 1), 0, 1]],
    PLAIN,
  );
  if (solution === null) return true;
  const value = solution.pop()!;
  if (solution.some((share) => !(share > -ROUGH))) return solution.some(Number.isNaN);
  return costs[0]!.every((_, j) => solution.reduce((sum, share, k) => sum + share * costs[support[k]!]![j]!, 0) > value - ROUGH);
}

const ROUGH = 1e-6;

/** Costs from 0 to 1: what is the same in all of them does not matter, and takes digits. */
function scaled(costs: readonly (readonly number[])[]): number[][] {
  const all = costs.flat();
  const least = Math.min(...all);
  const range = Math.max(...all) - least || 1;
  return costs.map((row) => row.map((cost) => (cost - least) / range));
}

/** Non-empty sets of 0 … n−1. */
function* subsets(n: number): Generator<number[]> {
  for (let mask = 1; mask < 1 << n; mask++) yield Array.from({ length: n }, (_, i) => i).filter((i) => mask & (1 << i));
}

/** Sets of k of 0 … n−1. */
function* choices(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield [];
  else for (let i = from; i <= n - k; i++) for (const rest of choices(n, k - 1, i + 1)) yield [i, ...rest];
}
