import { doubles, FRACTIONS, type Arithmetic } from './arithmetic.js';
import { lemkeHowson } from './lemke-howson.js';
import { verticesOf, type Vertex } from './vertices.js';

type Matrix = readonly (readonly number[])[];

/** An equilibrium of a game of two, both of whom minimise their costs. */
export interface Equilibrium {
  /** Shares of the row player's strategies, and of the column player's. */
  readonly x: readonly number[];
  /** Probabilities of the second player's strategies. */
  readonly y: readonly number[];
  /** Expected costs of both players. */
  readonly costs: readonly [number, number];
  /** Whether both players play one strategy only. */
  readonly pure: boolean;
  /** Pure, and every deviation costs strictly more. */
  readonly strict: boolean;
}

/** Equilibria of a game of two players. */
export interface Equilibria {
  /** Whether there may be infinitely many, each a mixture of those reported; null where that was not looked for. */
  readonly degenerate: boolean | null;
  /** Whether these are all extreme ones. */
  readonly complete: boolean;
  /** The equilibria that were found. */
  readonly equilibria: readonly Equilibrium[];
}

/** Strategies of a player up to which all extreme equilibria are enumerated. */
const MOST_STRATEGIES = 10;

/** The extreme equilibria of a game of two players (spec 17 §14). @throws RangeError for matrices that are no game */
export function bimatrixEquilibria(costsA: Matrix, costsB: Matrix): Equilibria {
  checkGame(costsA, costsB);
  const all = [...costsA, ...costsB].flat();
  const isWhole = all.every(Number.isSafeInteger);
  // Means of days are equal if they differ by rounding alone.
  const tolerance = isWhole ? 0 : 1e-9 * (1 + all.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0));
  const { columns, rows } = undominated(costsA, costsB, tolerance);
  const a = rows.map((i) => columns.map((j) => costsA[i]![j]!));
  const b = rows.map((i) => columns.map((j) => costsB[i]![j]!));
  const whole = (part: readonly number[], places: readonly number[], count: number): number[] => {
    const all = new Array<number>(count).fill(0);
    places.forEach((place, k) => (all[place] = part[k]!));
    return all;
  };
  const [m, n] = [costsA.length, costsA[0]!.length];
  const report = (x: readonly number[], y: readonly number[]): Equilibrium =>
    equilibriumOf(whole(x, rows, m), whole(y, columns, n), costsA, costsB, tolerance);
  if (Math.max(rows.length, columns.length) > MOST_STRATEGIES) {
    const mixed = lemkeHowson(a, b);
    const found = [...pureOf(a, b, tolerance), ...(mixed === null ? [] : [mixed])].map(([x, y]) => report(x, y));
    return { degenerate: null, complete: false, equilibria: ordered(distinct(found, isWhole)) };
  }
  const enumerated = isWhole ? enumerate(a, b, FRACTIONS) : enumerate(a, b, doubles(tolerance));
  return {
    degenerate: enumerated.degenerate,
    complete: true,
    equilibria: ordered(
      distinct(
        enumerated.pairs.map(([x, y]) => report(x, y)),
        isWhole,
      ),
    ),
  };
}

function enumerate<T>(a: Matrix, b: Matrix, arithmetic: Arithmetic<T>): { degenerate: boolean; pairs: [number[], number[]][] } {
  const of = (matrix: Matrix): T[][] => matrix.map((row) => row.map((cost) => arithmetic.of(cost)));
  const xs = verticesOf(of(b), arithmetic);
  const ys = verticesOf(of(transposed(a)), arithmetic);
  const isTight = ({ best, shares, support }: Vertex<T>): boolean => shares.length - support.length + best.length > shares.length;
  const pairs: [number[], number[]][] = [];
  for (const x of xs)
    for (const y of ys)
      if (y.support.every((j) => x.best.includes(j)) && x.support.every((i) => y.best.includes(i)))
        pairs.push([x.shares.map(arithmetic.toNumber), y.shares.map(arithmetic.toNumber)]);
  return { degenerate: [...xs, ...ys].some(isTight), pairs };
}

const transposed = (matrix: Matrix): number[][] => matrix[0]!.map((_, j) => matrix.map((row) => row[j]!));

/** @throws RangeError unless both are matrices of the same shape, of finite numbers */
export function checkGame(costsA: Matrix, costsB: Matrix): void {
  const width = costsA[0]?.length ?? 0;
  const isMatrix = (matrix: Matrix): boolean => matrix.length === costsA.length && matrix.every((row) => row.length === width);
  if (width === 0 || !isMatrix(costsA) || !isMatrix(costsB)) throw new RangeError('costs must be two matrices of the same shape');
  if (![...costsA, ...costsB].flat().every(Number.isFinite)) throw new RangeError('a cost is no finite number');
}

/** Strategies that are left when those that another one beats strictly are removed, again and again. */
function undominated(costsA: Matrix, costsB: Matrix, tolerance: number): { rows: number[]; columns: number[] } {
  let rows = costsA.map((_, i) => i);
  let columns = costsA[0]!.map((_, j) => j);
  for (;;) {
    const isWorseRow = (i: number): boolean =>
      rows.some((k) => columns.every((j) => costsA[k]![j]! < costsA[i]![j]! - tolerance));
    const isWorseColumn = (j: number): boolean =>
      columns.some((k) => rows.every((i) => costsB[i]![k]! < costsB[i]![j]! - tolerance));
    const [nextRows, nextColumns] = [rows.filter((i) => !isWorseRow(i)), columns.filter((j) => !isWorseColumn(j))];
    if (nextRows.length === rows.length && nextColumns.length === columns.length) return { rows, columns };
    [rows, columns] = [nextRows, nextColumns];
  }
}

function pureOf(a: Matrix, b: Matrix, tolerance: number): [number[], number[]][] {
  const unit = (length: number, at: number): number[] => Array.from({ length }, (_, k) => (k === at ? 1 : 0));
  const found: [number[], number[]][] = [];
  a.forEach((row, i) =>
    row.forEach((cost, j) => {
      const isBest = a.every((other) => other[j]! >= cost - tolerance) && b[i]!.every((other) => other >= b[i]![j]! - tolerance);
      if (isBest) found.push([unit(a.length, i), unit(row.length, j)]);
    }),
  );
  return found;
}

function equilibriumOf(x: number[], y: number[], costsA: Matrix, costsB: Matrix, tolerance: number): Equilibrium {
  const cost = (matrix: Matrix): number =>
    x.reduce((sum, p, i) => sum + p * y.reduce((part, q, j) => part + q * matrix[i]![j]!, 0), 0);
  const [i, j] = [x.indexOf(1), y.indexOf(1)];
  const pure = i >= 0 && j >= 0;
  const strict =
    pure &&
    costsA.every((row, k) => k === i || row[j]! > costsA[i]![j]! + tolerance) &&
    costsB[i]!.every((other, k) => k === j || other > costsB[i]![j]! + tolerance);
  return { x, y, costs: [cost(costsA), cost(costsB)], pure, strict };
}

const SAME = 1e-7;

function distinct(equilibria: readonly Equilibrium[], isExact: boolean): Equilibrium[] {
  const within = isExact ? 0 : SAME;
  const near = (a: readonly number[], b: readonly number[]): boolean => a.every((p, i) => Math.abs(p - b[i]!) <= within);
  return equilibria.filter((one, i) => !equilibria.slice(0, i).some((before) => near(one.x, before.x) && near(one.y, before.y)));
}

/** By the size of both supports, then support of x, support of y, x, y. */
function ordered(equilibria: readonly Equilibrium[]): Equilibrium[] {
  const support = (shares: readonly number[]): number[] => shares.flatMap((share, i) => (share > 0 ? [i] : []));
  const lists = (one: Equilibrium): number[][] => [support(one.x), support(one.y), [...one.x], [...one.y]];
  const size = (one: Equilibrium): number => support(one.x).length + support(one.y).length;
  return [...equilibria].sort((a, b) => {
    if (size(a) !== size(b)) return size(a) - size(b);
    const [p, q] = [lists(a), lists(b)];
    for (let k = 0; k < p.length; k++) {
      const order = lexicographic(p[k]!, q[k]!);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function lexicographic(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
