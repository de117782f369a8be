import type { PairIndicators } from '../sheet.js';

/** A directed graph with weights: who paid whom how much. Nodes are positions in the list of banks. */
export interface Graph {
  readonly nodes: number;
  /** Successors of each node, ascending, and the weights of the links to them. */
  readonly out: readonly (readonly Link[])[];
  readonly in: readonly (readonly Link[])[];
}

interface Link {
  readonly to: number;
  readonly weight: number;
}

/** Settled value between different banks (spec 14 §10). */
export function graphOf(banks: readonly string[], pairs: readonly PairIndicators[]): Graph {
  const place = new Map(banks.map((id, i) => [id, i]));
  const lists = (): Link[][] => banks.map(() => []);
  const [successors, predecessors] = [lists(), lists()];
  for (const { receiver, sender, value_settled: weight } of pairs) {
    const [from, to] = [place.get(sender)!, place.get(receiver)!];
    if (from === to || weight === 0) continue;
    successors[from]!.push({ to, weight });
    predecessors[to]!.push({ to: from, weight });
  }
  return { nodes: banks.length, out: successors, in: predecessors };
}
