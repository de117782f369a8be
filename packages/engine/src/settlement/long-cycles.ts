import { NONE } from '../payments/payments.js';
import type { World } from '../world.js';
import { BestCandidates } from './best-candidates.js';
import type { CycleCandidate } from './cycle-settlement.js';

/** Longer queues are searched for triangles only (Quirk Q411). */
const LONGEST_SEARCHED_QUEUE = 100;
const SHORTEST_LONG_CYCLE = 4;

interface Edge {
  payment: number;
  to: number;
  amount: number;
}

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
 * Adds the cycles of four and more payments to the triangles and keeps the first `wanted` of all (spec 04 §10.2–10.3).
 *
 * A cycle is found once from each of its banks and once for each choice among parallel payments; all of these count, because all
 * use up attempts. The search visits them in exactly the order that decides between equal totals, and leaves a path as soon as
 * its best possible completion cannot beat what it has already kept.
 */
export function findLongCycles(world: World, wanted: number, triangles: CycleCandidate[]): CycleCandidate[] {
  const maxLength = world.config.lsm_config.max_cycle_length;
  if (maxLength < SHORTEST_LONG_CYCLE || world.queue2.size > LONGEST_SEARCHED_QUEUE || wanted === 0) return triangles;
  const graph = ringGraph(world, maxLength);
  if (graph.starts.length < SHORTEST_LONG_CYCLE) return triangles;
  // What the search is sure to find at least; known in advance, it keeps the ordered search from poor beginnings.
  const floor = valueOfWanted(graph, maxLength, wanted, triangles);
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
          if (path.length + 1 >= SHORTEST_LONG_CYCLE && sum > best.bar && sum >= floor)
            best.add(sum, closeCycle(start, [...path, edge], sum));
          continue;
        }
        if (onPath.has(edge.to) || path.length + 1 >= maxLength) continue;
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

function ringGraph(world: World, maxLength: number): RingGraph {
  const edges = ringEdges(world);
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
function ringEdges(world: World): Edge[][] {
  const { banks, payments, queue2 } = world;
  let edges: Edge[][] = [];
  for (let b = 0; b < banks.count; b++) {
    const own: Edge[] = [];
    for (let p = queue2.firstOfSender(b); p !== NONE; p = payments.nextOfSender[p]!) {
      if (payments.receiver[p] !== b) own.push({ payment: p, to: payments.receiver[p]!, amount: payments.remaining[p]! });
    }
    edges.push(own);
  }
  for (let changed = true; changed;) {
    const reached = new Set(edges.flatMap((own) => own.map((edge) => edge.to)));
    const kept = edges.map((own, b) => (reached.has(b) ? own.filter((edge) => edges[edge.to]!.length > 0) : []));
    changed = kept.some((own, b) => own.length < edges[b]!.length);
    edges = kept;
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
function valueOfWanted(graph: RingGraph, maxLength: number, wanted: number, triangles: readonly CycleCandidate[]): number {
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
          if (length + 1 >= SHORTEST_LONG_CYCLE) best.add(total + edge.amount, null);
          continue;
        }
        if (onPath.has(edge.to) || length + 1 >= maxLength) continue;
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
