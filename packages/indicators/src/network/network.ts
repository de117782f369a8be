import { ratio, sum } from '../exact.js';
import type { NetworkIndicators } from '../network-sheet.js';
import type { PairIndicators } from '../sheet.js';
import { largestComponent } from './components.js';
import { corePeriphery } from './core-periphery.js';
import { graphOf } from './graph.js';
import { pagerank } from './pagerank.js';
import { shortestPaths } from './paths.js';
import { sinkrank } from './sinkrank.js';

/** Above so many banks these measures take too long and are left out (spec 14 §10). */
const MAX_FOR_PATHS = 2000;
const MAX_FOR_SINKRANK = 500;

/** The graph of settled value between banks, and who is critical in it (spec 14 §10). */
export function network(banks: readonly string[], pairs: readonly PairIndicators[]): NetworkIndicators {
  const graph = graphOf(banks, pairs);
  const n = graph.nodes;
  const weights = graph.out.map((links) => new Map(links.map(({ to, weight }) => [to, weight])));
  const all = graph.out.flatMap((links, from) => links.map(({ to, weight }) => ({ weight, back: weights[to]!.get(from) ?? 0 })));
  const value = sum(all.map(({ weight }) => weight));
  const paths = n <= MAX_FOR_PATHS ? shortestPaths(graph) : null;
  const ranks = pagerank(graph);
  const component = largestComponent(graph);
  const sinks = component.length > 1 && component.length <= MAX_FOR_SINKRANK ? sinkrank(graph, component) : [];
  const sinkOf = new Map(sinks.map((rank, i) => [component[i]!, rank]));
  const fit = corePeriphery(graph);
  return {
    nodes: n,
    links: all.length,
    value,
    density: ratio(all.length, n * (n - 1)),
    reciprocity_links: ratio(all.filter(({ back }) => back > 0).length, all.length),
    reciprocity_value: ratio(sum(all.map(({ back, weight }) => Math.min(back, weight))), value),
    avg_path_length: paths?.avg_path_length ?? null,
    reachable_share: paths?.reachable_share ?? null,
    largest_scc: component.length,
    core_periphery: fit && {
      errors: fit.errors,
      error_score: fit.errors / all.length,
      core: fit.core.map((i) => banks[i]!),
    },
    banks: banks.map((bank, i) => ({
      bank,
      out_degree: graph.out[i]!.length,
      in_degree: graph.in[i]!.length,
      out_strength: sum(graph.out[i]!.map(({ weight }) => weight)),
      in_strength: sum(graph.in[i]!.map(({ weight }) => weight)),
      betweenness: paths?.betweenness[i] ?? null,
      pagerank: ranks[i]!,
      sinkrank: sinkOf.get(i) ?? null,
    })),
  };
}
