import { guardedLimits, momentsOf } from '../estimates/skew-interval.js';

/** The cells of a game: every combination of the players' strategies, the last player's fastest. */
class Cells {
  readonly count: number;
  readonly #strides: readonly number[];

  /** @param shape strategies of each player @throws RangeError */
  constructor(readonly shape: readonly number[]) {
    if (shape.length === 0 || !shape.every((size) => Number.isInteger(size) && size >= 1))
      throw new RangeError('every player needs at least one strategy');
    this.count = shape.reduce((product, size) => product * size, 1);
    this.#strides = shape.map((_, player) => shape.slice(player + 1).reduce((product, size) => product * size, 1));
  }

  /** Cells that differ from one in the strategy of one player, itself included, by strategy. */
  alternatives(cell: number, player: number): number[] {
    const stride = this.#strides[player]!;
    const own = Math.floor(cell / stride) % this.shape[player]!;
    return Array.from({ length: this.shape[player]! }, (_, k) => cell + (k - own) * stride);
  }
}

/** Which profiles lead to which when one player answers best. */
export interface BestResponseGraph {
  /** [cell, cell′, player]: the player answers with cell′, and pays strictly less there. */
  readonly edges: readonly (readonly [number, number, number])[];
  /** Cells that nobody leaves. */
  readonly equilibria: readonly number[];
  /** Sets of cells in which play ends. */
  readonly sinks: readonly (readonly number[])[];
}

/** Who moves where from which cell (spec 17 §13). @param costs `costs[cell][player]` @throws RangeError */
export function bestResponseGraph(shape: readonly number[], costs: readonly (readonly number[])[]): BestResponseGraph {
  const cells = new Cells(shape);
  if (costs.length !== cells.count || costs.some((row) => row.length !== shape.length))
    throw new RangeError(`costs must have ${cells.count} cells of ${shape.length} players`);
  if (!costs.flat().every(Number.isFinite)) throw new RangeError('a cost is no finite number');
  const edges: [number, number, number][] = [];
  for (let cell = 0; cell < cells.count; cell++)
    for (let player = 0; player < shape.length; player++) {
      const others = cells.alternatives(cell, player);
      const least = Math.min(...others.map((other) => costs[other]![player]!));
      if (least >= costs[cell]![player]!) continue;
      for (const other of others) if (costs[other]![player] === least) edges.push([cell, other, player]);
    }
  const leaves = new Set(edges.map(([from]) => from));
  const all = Array.from({ length: cells.count }, (_, cell) => cell);
  return { edges, equilibria: all.filter((cell) => !leaves.has(cell)), sinks: sinksOf(cells.count, edges) };
}

/** Strongly connected sets that no edge leaves (Tarjan 1972, without recursion). */
function sinksOf(count: number, edges: readonly (readonly [number, number, number])[]): number[][] {
  const next = Array.from({ length: count }, (): number[] => []);
  for (const [from, to] of edges) next[from]!.push(to);
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const component = new Int32Array(count).fill(-1);
  const stack: number[] = [];
  const sets: number[][] = [];
  let counter = 0;
  for (let root = 0; root < count; root++) {
    if (index[root]! >= 0) continue;
    const path: { cell: number; edge: number }[] = [{ cell: root, edge: 0 }];
    while (path.length > 0) {
      const top = path.at(-1)!;
      const { cell } = top;
      if (top.edge === 0) {
        index[cell] = low[cell] = counter++;
        stack.push(cell);
      }
      const to = next[cell]![top.edge++];
      if (to !== undefined) {
        if (index[to]! < 0) path.push({ cell: to, edge: 0 });
        else if (component[to]! < 0) low[cell] = Math.min(low[cell]!, index[to]!);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) low[parent.cell] = Math.min(low[parent.cell]!, low[cell]!);
      if (low[cell] !== index[cell]) continue;
      const set: number[] = [];
      let member: number;
      do {
        member = stack.pop()!;
        component[member] = sets.length;
        set.push(member);
      } while (member !== cell);
      sets.push(set.sort((a, b) => a - b));
    }
  }
  const isLeft = new Set(edges.filter(([from, to]) => component[from] !== component[to]).map(([from]) => component[from]!));
  return sets.filter((_, i) => !isLeft.has(i)).sort((a, b) => a[0]! - b[0]!);
}

/** What equilibria cost all players together, against the least that is possible. @throws RangeError */
export function priceOfAnarchy(
  totals: readonly number[],
  equilibria: readonly number[],
): { least_total: number; price_of_anarchy: number | null; price_of_stability: number | null } {
  if (totals.length === 0 || !totals.every(Number.isFinite)) throw new RangeError('totals must be finite numbers, at least one');
  const unknown = equilibria.find((cell) => totals[cell] === undefined);
  if (unknown !== undefined) throw new RangeError(`there is no cell ${unknown}`);
  const least = totals.reduce((a, b) => Math.min(a, b));
  const found = equilibria.map((cell) => totals[cell]!);
  const price = (total: number | undefined): number | null => {
    if (total === undefined) return null;
    if (least <= 0) return total === least ? 1 : null;
    return total / least;
  };
  const [worst, best] = found.length === 0 ? [undefined, undefined] : [Math.max(...found), Math.min(...found)];
  return { least_total: least, price_of_anarchy: price(worst), price_of_stability: price(best) };
}

/** How sure it is that a profile is an equilibrium. */
export interface EquilibriumCell {
  /** The number of the cell, counted from 0. */
  readonly cell: number;
  /** Whether the profile is one: no, for sure, or perhaps. */
  readonly state: 'excluded' | 'certain' | 'possible';
  /** By player: what it could save alone, with guarded limits; never below 0. */
  readonly regret: readonly number[];
  /** The lower end of the interval. */
  readonly lower: readonly number[];
  /** The upper end of the interval. */
  readonly upper: readonly number[];
}

/** Which cells may be equilibria, as far as the days tell (spec 17 §12). @param input costs: `costs[cell][player][day]` @throws RangeError */
export function equilibriumSet({
  alpha = 0.05,
  costs,
  epsilon_cents = 0,
  epsilon_pct = 0,
  shape,
  tail_days = 2,
}: {
  readonly shape: readonly number[];
  readonly costs: readonly (readonly (readonly number[])[])[];
  readonly alpha?: number;
  readonly epsilon_cents?: number;
  readonly epsilon_pct?: number;
  readonly tail_days?: number;
}): EquilibriumCell[] {
  const cells = new Cells(shape);
  const days = costs[0]?.[0]?.length ?? 0;
  const isWhole =
    costs.length === cells.count && costs.every((row) => row.length === shape.length && row.every((one) => one.length === days));
  if (!isWhole || days === 0)
    throw new RangeError(`costs must have ${cells.count} cells of ${shape.length} players, all with the same days`);
  const comparisons = shape.reduce((sum, size) => sum + size - 1, 0);
  return costs.map((own, cell): EquilibriumCell => {
    const found = { regret: [] as number[], lower: [] as number[], upper: [] as number[] };
    let [isExcluded, isCertain] = [false, true];
    shape.forEach((_, player) => {
      const current = own[player]!;
      const epsilon = Math.max(epsilon_cents, (epsilon_pct / 100) * momentsOf(current).mean);
      const limits = cells
        .alternatives(cell, player)
        .filter((other) => other !== cell)
        .map((other) => {
          const savings = current.map((cost, day) => cost - costs[other]![player]![day]!);
          return guardedLimits(savings, alpha / comparisons, tail_days);
        });
      isExcluded ||= limits.some(({ lower }) => lower > epsilon);
      isCertain &&= limits.every(({ upper }) => upper <= epsilon);
      const largest = (key: 'mean' | 'lower' | 'upper'): number => limits.reduce((most, one) => Math.max(most, one[key]), 0);
      found.regret.push(largest('mean'));
      found.lower.push(largest('lower'));
      found.upper.push(largest('upper'));
    });
    return { cell, state: isExcluded ? 'excluded' : isCertain ? 'certain' : 'possible', ...found };
  });
}
