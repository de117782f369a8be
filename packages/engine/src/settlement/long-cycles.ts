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

/**
 * Adds the cycles of four and more payments to the triangles and keeps the first `wanted` of all (spec 04 §10.2–10.3).
 *
 * A cycle is found once from each of its banks and once for each choice among parallel payments; all of these count, because all
 * use up attempts. The search visits them in exactly the order that decides between equal totals, and leaves a path as soon as
 * its best possible completion cannot beat what it has already kept.
 */
export function findLongCycles(world: World, wanted: number, triangles: CycleCandidate[]): CycleCandidate[] {
  const { queue2 } = world;
  const maxLength = world.config.lsm_config.max_cycle_length;
  if (maxLength < SHORTEST_LONG_CYCLE || queue2.size > LONGEST_SEARCHED_QUEUE || wanted === 0) return triangles;
  const graph = paymentsBySender(world);
  // What the search is sure to find at least; known in advance, it keeps the ordered search from poor beginnings.
  const floor = valueOfWanted(graph, maxLength, wanted, triangles);
  const best = new BestCandidates<CycleCandidate>(wanted);
  for (const triangle of triangles) if (triangle.total > best.bar) best.add(triangle.total, triangle);
  for (const start of graph.keys()) {
    const bounds = completionBounds(graph, start, maxLength);
    const path: Edge[] = [];
    const onPath = new Set([start]);
    const extend = (bank: number, total: number): void => {
      for (const edge of graph.get(bank) ?? []) {
        const sum = total + edge.amount;
        if (edge.to === start) {
          if (path.length + 1 >= SHORTEST_LONG_CYCLE && sum > best.bar && sum >= floor)
            best.add(sum, closeCycle(start, [...path, edge], sum));
          continue;
        }
        if (onPath.has(edge.to) || path.length + 1 >= maxLength) continue;
        const possible = sum + (bounds[maxLength - path.length - 1]!.get(edge.to) ?? -Infinity);
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

/** Queued payments by sender, senders by id, payments in queue order; payments to oneself are no part of any ring. */
function paymentsBySender(world: World): Map<number, Edge[]> {
  const { banks, payments, queue2 } = world;
  const graph = new Map<number, Edge[]>();
  for (let b = 0; b < banks.count; b++) {
    const edges: Edge[] = [];
    for (let p = queue2.firstOfSender(b); p !== NONE; p = payments.nextOfSender[p]!) {
      if (payments.receiver[p] !== b) edges.push({ payment: p, to: payments.receiver[p]!, amount: payments.remaining[p]! });
    }
    if (edges.length > 0) graph.set(b, edges);
  }
  return graph;
}

/** `bounds[h].get(v)`: no way from v back to `start` with at most h payments is worth more. Missing: there is none. */
function completionBounds(graph: ReadonlyMap<number, Edge[]>, start: number, maxLength: number): Map<number, number>[] {
  const bounds: Map<number, number>[] = [new Map()];
  for (let hops = 1; hops <= maxLength; hops++) {
    const shorter = bounds[hops - 1]!;
    const current = new Map<number, number>();
    for (const [bank, edges] of graph) {
      let most = -Infinity;
      for (const edge of edges) {
        const rest = edge.to === start ? 0 : (shorter.get(edge.to) ?? -Infinity);
        if (edge.amount + rest > most) most = edge.amount + rest;
      }
      if (most > -Infinity) current.set(bank, most);
    }
    bounds.push(current);
  }
  return bounds;
}

/**
 * The value of the `wanted`-th best ring, found by trying the most valuable continuation first; −Infinity if there are fewer.
 * Only values are kept here: which of several equally valuable rings comes first is for the ordered search to say.
 */
function valueOfWanted(
  graph: ReadonlyMap<number, Edge[]>,
  maxLength: number,
  wanted: number,
  triangles: readonly CycleCandidate[],
): number {
  const best = new BestCandidates<null>(wanted);
  for (const { total } of triangles) if (total > best.bar) best.add(total, null);
  for (const start of graph.keys()) {
    const bounds = completionBounds(graph, start, maxLength);
    const onPath = new Set([start]);
    const extend = (bank: number, total: number, length: number): void => {
      const rest = bounds[maxLength - length - 1]!;
      const worth = (edge: Edge): number => total + edge.amount + (edge.to === start ? 0 : (rest.get(edge.to) ?? -Infinity));
      for (const edge of [...graph.get(bank)!].sort((x, y) => worth(y) - worth(x))) {
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
