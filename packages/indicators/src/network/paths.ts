import { ratio } from '../exact.js';
import type { Graph } from './graph.js';

export interface Paths {
  readonly avg_path_length: number | null;
  readonly reachable_share: number | null;
  readonly betweenness: readonly number[];
}

/** Shortest directed paths, links count 1: their lengths, and which banks lie on them (Brandes 2001). */
export function shortestPaths({ nodes: n, out }: Graph): Paths {
  const betweenness = new Float64Array(n);
  const [distance, paths, dependency, order] = [new Int32Array(n), new Float64Array(n), new Float64Array(n), new Int32Array(n)];
  const successors = out.map((links) => Int32Array.from(links, ({ to }) => to));
  let [reached, length] = [0, 0];
  for (let source = 0; source < n; source++) {
    distance.fill(-1);
    paths.fill(0);
    dependency.fill(0);
    distance[source] = 0;
    paths[source] = 1;
    order[0] = source;
    let found = 1;
    for (let next = 0; next < found; next++) {
      const node = order[next]!;
      for (const to of successors[node]!) {
        if (distance[to]! < 0) {
          distance[to] = distance[node]! + 1;
          order[found++] = to;
          reached++;
          length += distance[to]!;
        }
        if (distance[to] === distance[node]! + 1) paths[to]! += paths[node]!;
      }
    }
    for (let i = found - 1; i >= 0; i--) {
      const node = order[i]!;
      for (const to of successors[node]!)
        if (distance[to] === distance[node]! + 1) dependency[node]! += (paths[node]! / paths[to]!) * (1 + dependency[to]!);
      if (node !== source) betweenness[node]! += dependency[node]!;
    }
  }
  return {
    avg_path_length: ratio(length, reached),
    reachable_share: ratio(reached, n * (n - 1)),
    betweenness: Array.from(betweenness, (x) => (n > 2 ? x / ((n - 1) * (n - 2)) : 0)),
  };
}
