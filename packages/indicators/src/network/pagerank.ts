import { sum } from '../exact.js';
import type { Graph } from './graph.js';

const DAMPING = 0.85;
const PRECISION = 1e-13;
const MAX_ROUNDS = 1000;

/** PageRank with weights (spec 14 §10). */
export function pagerank({ nodes: n, out }: Graph): number[] {
  const strength = out.map((links) => sum(links.map(({ weight }) => weight)));
  let rank = new Array<number>(n).fill(1 / n);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const lost = sum(rank.filter((_, i) => strength[i] === 0));
    const next = new Array<number>(n).fill((1 - DAMPING) / n + (DAMPING * lost) / n);
    out.forEach((links, i) => {
      for (const { to, weight } of links) next[to]! += (DAMPING * rank[i]! * weight) / strength[i]!;
    });
    const change = sum(next.map((x, i) => Math.abs(x - rank[i]!)));
    rank = next;
    if (change < PRECISION) break;
  }
  return rank;
}
