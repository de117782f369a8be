/** The directed graph of settled value between banks (spec 14 §10). */
export interface NetworkIndicators {
  /** Number of banks. */
  readonly nodes: number;
  /** Pairs of banks, in one direction, with payments between them. */
  readonly links: number;
  /** In cents. */
  readonly value: number;
  /** Links as a share of the possible ones; null with one bank. */
  readonly density: number | null;
  /** The share of links that have an opposite one; null without links. */
  readonly reciprocity_links: number | null;
  /** The share of value that flows back between the same two banks; null without any. */
  readonly reciprocity_value: number | null;
  /** Null for more than 2,000 banks, like betweenness. */
  readonly avg_path_length: number | null;
  /** The share of pairs that are connected; null with one bank. */
  readonly reachable_share: number | null;
  /** Banks in the largest strongly connected part; null if it was not computed. */
  readonly largest_scc: number | null;
  /** The core that fits best; null if it was not computed. */
  readonly core_periphery: {
    readonly errors: number;
    readonly error_score: number;
    readonly core: readonly string[];
  } | null;
  /** Nodes of the graph, by id. */
  readonly banks: readonly NodeIndicators[];
}

/** A bank in the network of payments. */
export interface NodeIndicators {
  /** The bank's id. */
  readonly bank: string;
  /** Banks that it pays. */
  readonly out_degree: number;
  /** Banks that pay it. */
  readonly in_degree: number;
  /** Value sent, in cents. */
  readonly out_strength: number;
  /** Value received, in cents. */
  readonly in_strength: number;
  /** Share of shortest paths that lead through it; null if it was not computed. */
  readonly betweenness: number | null;
  /** PageRank in the network of payments. */
  readonly pagerank: number;
  /** Null outside the largest strongly connected component, and if that has more than 500 banks. */
  readonly sinkrank: number | null;
}
