import { checkGame } from './bimatrix.js';

type Matrix = readonly (readonly number[])[];

/** Both answer what the other has played so far, at once (spec 17 §15). @throws RangeError */
export function fictitiousPlay(
  costsA: Matrix,
  costsB: Matrix,
  { start = [0, 0], steps = 1000 }: { readonly start?: readonly [number, number]; readonly steps?: number } = {},
): { plays: [number, number][]; x: number[]; y: number[] } {
  checkGame(costsA, costsB);
  const [m, n] = [costsA.length, costsA[0]!.length];
  if (!(start.every(Number.isInteger) && start[0] < m && start[1] < n && start[0] >= 0 && start[1] >= 0))
    throw new RangeError(`there is no play [${start.join(', ')}]`);
  if (!(Number.isInteger(steps) && steps >= 1)) throw new RangeError('at least one step is needed');
  const [rows, columns] = [new Array<number>(m).fill(0), new Array<number>(n).fill(0)];
  const plays: [number, number][] = [];
  let play: [number, number] = [start[0], start[1]];
  for (let step = 0; step < steps; step++) {
    if (step > 0)
      play = [
        leastOf(costsA.map((row) => row.reduce((sum, cost, j) => sum + columns[j]! * cost, 0))),
        leastOf(columns.map((_, j) => rows.reduce((sum, count, i) => sum + count * costsB[i]![j]!, 0))),
      ];
    plays.push(play);
    rows[play[0]]!++;
    columns[play[1]]!++;
  }
  return { plays, x: rows.map((count) => count / steps), y: columns.map((count) => count / steps) };
}

const leastOf = (costs: readonly number[]): number => costs.indexOf(Math.min(...costs));

/** Strategies grow that cost less than the mean: Runge–Kutta of order 4 (spec 17 §15). @throws RangeError */
export function replicatorDynamics(
  costsA: Matrix,
  costsB: Matrix,
  {
    every = 10,
    step = 0.1,
    steps = 1000,
    x: startX,
    y: startY,
  }: {
    readonly x?: readonly number[];
    readonly y?: readonly number[];
    readonly step?: number;
    readonly steps?: number;
    readonly every?: number;
  } = {},
): { step: number; x: number[]; y: number[] }[] {
  checkGame(costsA, costsB);
  const [a, b] = [scaled(costsA), scaled(costsB)];
  const [m, n] = [a.length, a[0]!.length];
  let x = startX === undefined ? new Array<number>(m).fill(1 / m) : [...startX];
  let y = startY === undefined ? new Array<number>(n).fill(1 / n) : [...startY];
  if (x.length !== m || y.length !== n) throw new RangeError(`shares must be ${m} and ${n} numbers`);
  for (const shares of [x, y])
    if (!shares.every((share) => share >= 0 && share < Infinity) || !shares.some((share) => share > 0))
      throw new RangeError('shares must be finite and not below 0, one of them above it');
  if (!(step > 0 && step < Infinity && every > 0 && steps >= 0 && steps < Infinity))
    throw new RangeError('step and every must be above 0, steps not below it');
  const change = (p: readonly number[], q: readonly number[]): [number[], number[]] => {
    const own = a.map((row) => row.reduce((sum, cost, j) => sum + cost * q[j]!, 0));
    const other = q.map((_, j) => p.reduce((sum, share, i) => sum + share * b[i]![j]!, 0));
    const mean = (shares: readonly number[], costs: readonly number[]): number =>
      shares.reduce((sum, share, i) => sum + share * costs[i]!, 0);
    const [meanX, meanY] = [mean(p, own), mean(q, other)];
    return [p.map((share, i) => share * (meanX - own[i]!)), q.map((share, j) => share * (meanY - other[j]!))];
  };
  const moved = (shares: readonly number[], by: readonly number[], size: number): number[] =>
    shares.map((share, i) => share + size * by[i]!);
  const recorded = [{ step: 0, x, y }];
  for (let k = 1; k <= steps; k++) {
    const [x1, y1] = change(x, y);
    const [x2, y2] = change(moved(x, x1, step / 2), moved(y, y1, step / 2));
    const [x3, y3] = change(moved(x, x2, step / 2), moved(y, y2, step / 2));
    const [x4, y4] = change(moved(x, x3, step), moved(y, y3, step));
    x = normalised(x.map((share, i) => share + (step / 6) * (x1[i]! + 2 * x2[i]! + 2 * x3[i]! + x4[i]!)));
    y = normalised(y.map((share, j) => share + (step / 6) * (y1[j]! + 2 * y2[j]! + 2 * y3[j]! + y4[j]!)));
    if (k % every === 0) recorded.push({ step: k, x, y });
  }
  return recorded;
}

function scaled(costs: Matrix): number[][] {
  const all = costs.flat();
  const range = Math.max(...all) - Math.min(...all) || 1;
  return costs.map((row) => row.map((cost) => cost / range));
}

function normalised(shares: readonly number[]): number[] {
  const kept = shares.map((share) => Math.max(0, share));
  const sum = kept.reduce((total, share) => total + share, 0);
  return kept.map((share) => share / sum);
}
