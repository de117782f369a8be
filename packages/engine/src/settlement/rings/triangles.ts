import { firstPlace } from '../../numeric/first-place.js';
import { NONE } from '../../payments/payments.js';
import type { PairView } from '../pair-view.js';
import type { CycleCandidate } from './settle-ring.js';

/** A ring u→v→w→u of pairs with queued payments; u is the smallest bank. */
interface Triangle {
  rows: readonly [number, number, number];
  total: number;
}

/**
 * The `wanted` largest triangles in candidate order (spec 04 §10.1). A triangle takes all payments of its three edges.
 *
 * Edges are taken heaviest first, each as the heaviest of its triangles: once three times its value cannot reach the worst of
 * the triangles kept, no later edge can.
 */
export function findTriangles(pairs: PairView, wanted: number): CycleCandidate[] {
  if (wanted === 0 || pairs.active.length < 3) return [];
  const best = new SortedTriangles(wanted, (x, y) => compareTriangles(pairs, x, y));
  for (const row of heaviestFirst(pairs)) {
    if (pairs.sum[row]! * 3 < best.bar) break;
    collectTriangles(pairs, row, best);
  }
  return best.list.map((triangle) => candidate(pairs, triangle));
}

/** Edges that may be part of a triangle, in the order in which they are taken. */
function heaviestFirst(pairs: PairView): number[] {
  return pairs.active
    .filter(
      (row) =>
        pairs.from[row] !== pairs.to[row] &&
        pairs.outgoing[pairs.to[row]!]!.length > 0 &&
        pairs.incoming[pairs.from[row]!]!.length > 0,
    )
    .sort((x, y) => pairs.sum[y]! - pairs.sum[x]! || x - y);
}

/** Whether an edge is taken before another one. */
function comesBefore(pairs: PairView, row: number, other: number): boolean {
  const difference = pairs.sum[row]! - pairs.sum[other]!;
  return difference > 0 || (difference === 0 && row < other);
}

/** All triangles in which the edge `row` is the first of the three. */
function collectTriangles(pairs: PairView, row: number, best: SortedTriangles): void {
  const from = pairs.from[row]!;
  const to = pairs.to[row]!;
  const outgoing = pairs.outgoing[to]!;
  const incoming = pairs.incoming[from]!;
  const forward = outgoing.length <= incoming.length;
  for (const second of forward ? outgoing : incoming) {
    const corner = forward ? pairs.to[second]! : pairs.from[second]!;
    if (corner === from || corner === to || !comesBefore(pairs, row, second)) continue;
    const third = forward ? pairs.row(corner, from) : pairs.row(to, corner);
    if (third === NONE || pairs.count[third] === 0 || !comesBefore(pairs, row, third)) continue;
    const total = pairs.sum[row]! + pairs.sum[second]! + pairs.sum[third]!;
    if (total < best.bar) continue;
    best.add({ rows: startAtSmallest(pairs, forward ? [row, second, third] : [row, third, second]), total });
  }
}

/** The ring's edges, beginning with the one that leaves its smallest bank. */
function startAtSmallest({ from }: PairView, [a, b, c]: [number, number, number]): [number, number, number] {
  const x = from[a]!;
  const y = from[b]!;
  const z = from[c]!;
  if (x < y && x < z) return [a, b, c];
  return y < z ? [b, c, a] : [c, a, b];
}

/** Candidate order: total descending, then by the three banks in ascending order, ascending orientation first. */
function compareTriangles(pairs: PairView, x: Triangle, y: Triangle): number {
  if (x.total !== y.total) return y.total - x.total;
  const [u, v, w, descending] = searchKey(pairs, x);
  const [u2, v2, w2, descending2] = searchKey(pairs, y);
  return u - u2 || v - v2 || w - w2 || descending - descending2;
}

function searchKey({ from }: PairView, { rows }: Triangle): [number, number, number, number] {
  const u = from[rows[0]]!;
  const second = from[rows[1]]!;
  const third = from[rows[2]]!;
  return second < third ? [u, second, third, 0] : [u, third, second, 1];
}

function candidate(pairs: PairView, { rows, total }: Triangle): CycleCandidate {
  const first = pairs.from[rows[0]]!;
  return {
    agents: [first, pairs.from[rows[1]]!, pairs.from[rows[2]]!, first],
    payments: rows.flatMap((row) => pairs.list(row)),
    total,
  };
}

/** At most `capacity` triangles in order. */
class SortedTriangles {
  readonly list: Triangle[] = [];

  constructor(
    private readonly capacity: number,
    private readonly compare: (x: Triangle, y: Triangle) => number,
  ) {}

  /** Totals below this one cannot get in. */
  get bar(): number {
    return this.list.length < this.capacity ? -Infinity : this.list[this.list.length - 1]!.total;
  }

  add(triangle: Triangle): void {
    const place = firstPlace(this.list.length, (i) => this.compare(this.list[i]!, triangle) >= 0);
    if (place === this.capacity) return;
    this.list.splice(place, 0, triangle);
    if (this.list.length > this.capacity) this.list.pop();
  }
}
