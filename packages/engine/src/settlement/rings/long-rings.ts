import type { Payments } from '../../payments/payments.js';
import type { PairView } from '../pair-view.js';
import { BestCandidates } from './best-candidates.js';
import type { CycleCandidate } from './settle-ring.js';

/** Which rings of single payments are searched for. */
export interface RingSearch {
  /** Banks of a ring at the least and at the most. */
  minLength: number;
  maxLength: number;
  /** Each ring once, from its smallest bank, instead of once from each of its banks. */
  once: boolean;
}

interface Edge {
  payment: number;
  to: number;
  amount: number;
}

const NO_EDGES: Edge[] = [];

/** Queued payments that may be part of a ring. */
interface RingGraph {
  /** Banks with such payments, by id. */
  starts: number[];
  /** Payments of each bank in queue order. */
  edges: Edge[][];
  /** For a start: `bounds[h][v]`, no way from v back to it with at most h payments is worth more; −Infinity if there is none. */
  bounds: (start: number) => Float64Array[];
}

/**
 * Adds rings of single payments to the triangles and keeps the first `wanted` of all (spec 04 §10.2–10.3, spec 12 §6.7).
 *
 * Unless each is to be found once, a ring is found from each of its banks, and once for each choice among parallel payments; all of
 * these count, because all use up attempts. The search visits them in exactly the order that decides between equal totals, and leaves a
 * path as soon as its best possible completion cannot beat what it has already kept.
 */
export function findRings(
  payments: Payments,
  pairs: PairView,
  wanted: number,
  triangles: CycleCandidate[],
  search: RingSearch,
): CycleCandidate[] {
  const { maxLength, minLength, once } = search;
  if (maxLength < minLength || wanted === 0) return triangles;
  const graph = ringGraph(payments, pairs, maxLength);
  if (graph.starts.length < minLength) return triangles;
  // What the search is sure to find at least; known in advance, it keeps the ordered search from poor beginnings.
  const floor = valueOfWanted(graph, search, wanted, triangles);
  const best = new BestCandidates<CycleCandidate>(wanted);
  for (const triangle of triangles) if (triangle.total > best.bar) best.add(triangle.total, triangle);
  for (const start of graph.starts) {
    const bounds = graph.bounds(start);
    const path: Edge[] = [];
    const onPath = new Set([start]);
    const extend = (bank: number, total: number): void => {
      for (const edge of graph.edges[bank]!) {
        const sum = total + edge.amount;
        if (edge.to === start) {
          if (path.length + 1 >= minLength && sum > best.bar && sum >= floor)
            best.add(sum, closeCycle(start, [...path, edge], sum));
          continue;
        }
        if (onPath.has(edge.to) || path.length + 1 >= maxLength || (once && edge.to < start)) continue;
        const possible = sum + bounds[maxLength - path.length - 1]![edge.to]!;
        if (possible <= best.bar || possible < floor) continue;
        path.push(edge);
        onPath.add(edge.to);
        extend(edge.to, sum);
        onPath.delete(edge.to);
        path.pop();
      }
    };
    extend(start, 0);
  }
  return best.inOrder();
}

function ringGraph(payments: Payments, pairs: PairView, maxLength: number): RingGraph {
  const edges = ringEdges(payments, pairs);
  const starts = [...edges.keys()].filter((bank) => edges[bank]!.length > 0);
  const known = new Map<number, Float64Array[]>();
  const bounds = (start: number): Float64Array[] => {
    const found = known.get(start) ?? completionBounds(starts, edges, start, maxLength);
    known.set(start, found);
    return found;
  };
  return { starts, edges, bounds };
}

/** Payments by sender, without those to oneself and without those that end at, or come from, a bank where no ring passes. */
function ringEdges(payments: Payments, pairs: PairView): Edge[][] {
  let edges: Edge[][] = pairs.outgoing.map((rows, b) => {
    if (rows.length === 0) return NO_EDGES;
    const list = rows.filter((row) => pairs.to[row] !== b).flatMap((row) => pairs.list(row));
    if (rows.length > 1) list.sort((p, q) => payments.queueKey[p]! - payments.queueKey[q]!);
    return list.map((payment) => ({ payment, to: payments.receiver[payment]!, amount: payments.remaining[payment]! }));
  });
  for (let changed = true; changed;) {
    const reached = new Set<number>();
    for (const own of edges) for (const edge of own) reached.add(edge.to);
    changed = false;
    edges = edges.map((own, b) => {
      if (own.length === 0) return own;
      const kept = reached.has(b) ? own.filter((edge) => edges[edge.to]!.length > 0) : NO_EDGES;
      if (kept.length < own.length) changed = true;
      return kept;
    });
  }
  return edges;
}

function completionBounds(
  starts: readonly number[],
  edges: readonly (readonly Edge[])[],
  start: number,
  maxLength: number,
): Float64Array[] {
  const bounds = Array.from({ length: maxLength + 1 }, () => new Float64Array(edges.length).fill(-Infinity));
  for (let hops = 1; hops <= maxLength; hops++) {
    const shorter = bounds[hops - 1]!;
    for (const bank of starts) {
      let most = -Infinity;
      for (const { to, amount } of edges[bank]!) {
        const worth = to === start ? amount : amount + shorter[to]!;
        if (worth > most) most = worth;
      }
      bounds[hops]![bank] = most;
    }
  }
  return bounds;
}

/**
 * The value of the `wanted`-th best ring, found by trying the most valuable continuation first; −Infinity if there are fewer.
 * Only values are kept here: which of several equally valuable rings comes first is for the ordered search to say.
 */
function valueOfWanted(
  graph: RingGraph,
  { maxLength, minLength, once }: RingSearch,
  wanted: number,
  triangles: readonly CycleCandidate[],
): number {
  const best = new BestCandidates<null>(wanted);
  for (const { total } of triangles) if (total > best.bar) best.add(total, null);
  for (const start of graph.starts) {
    const bounds = graph.bounds(start);
    const onPath = new Set([start]);
    const extend = (bank: number, total: number, length: number): void => {
      const rest = bounds[maxLength - length - 1]!;
      const worth = (edge: Edge): number => total + edge.amount + (edge.to === start ? 0 : rest[edge.to]!);
      for (const edge of [...graph.edges[bank]!].sort((x, y) => worth(y) - worth(x))) {
        if (worth(edge) <= best.bar) break;
        if (edge.to === start) {
          if (length + 1 >= minLength) best.add(total + edge.amount, null);
          continue;
        }
        if (onPath.has(edge.to) || length + 1 >= maxLength || (once && edge.to < start)) continue;
        onPath.add(edge.to);
        extend(edge.to, total + edge.amount, length + 1);
        onPath.delete(edge.to);
      }
    };
    extend(start, 0, 0);
  }
  return best.bar;
}

function closeCycle(start: number, edges: readonly Edge[], total: number): CycleCandidate {
  return { agents: [start, ...edges.map((edge) => edge.to)], payments: edges.map((edge) => edge.payment), total };
}
