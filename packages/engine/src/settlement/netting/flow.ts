/** An arc of a flow network: payments from one bank to another that may be reduced, at a price per cent. */
export interface Arc {
  from: number;
  to: number;
  capacity: number;
  cost: number;
}

/** A way must be cheaper by such a part of its price: rounding alone must not make it so. */
const EPSILON = 1e-12;

/**
 * The cheapest way to take back payments until no bank lacks money: what is taken back from an arc relieves its sender and burdens its
 * receiver. `lack` by bank, negative where money is left. Successive shortest paths; infinite if it cannot be done.
 *
 * This is the linear relaxation of the netting problem with money alone: what it leaves is the most that any set can reach.
 */
export function cheapestReduction(lack: Float64Array, arcs: readonly Arc[]): number {
  const network = new Network(lack.length, arcs);
  const left = lack.slice();
  let cost = 0;
  for (let b = 0; b < left.length; b++) {
    while (left[b]! > 0) {
      const target = network.cheapestPath(b, left);
      if (target < 0) return Infinity;
      const amount = Math.min(left[b]!, -left[target]!, network.pathCapacity(b, target));
      cost += amount * network.distance[target]!;
      network.push(b, target, amount);
      left[b]! -= amount;
      left[target]! += amount;
    }
  }
  return cost;
}

const isCheaper = (price: number, known: number): boolean =>
  known === Infinity ? price < Infinity : price < known - EPSILON * Math.max(1, Math.abs(known));

class Network {
  /** Edges in pairs: 2k along arc k, 2k + 1 back. */
  readonly #to: Int32Array;
  readonly #capacity: Float64Array;
  readonly #cost: Float64Array;
  readonly #next: Int32Array;
  readonly #first: Int32Array;
  readonly distance: Float64Array;
  /** Edge by which the cheapest path reaches a bank. */
  readonly #by: Int32Array;

  constructor(banks: number, arcs: readonly Arc[]) {
    const edges = arcs.length * 2;
    this.#to = new Int32Array(edges);
    this.#capacity = new Float64Array(edges);
    this.#cost = new Float64Array(edges);
    this.#next = new Int32Array(edges);
    this.#first = new Int32Array(banks).fill(-1);
    this.distance = new Float64Array(banks);
    this.#by = new Int32Array(banks);
    arcs.forEach(({ capacity, cost, from, to }, k) => {
      this.#edge(2 * k, from, to, capacity, cost);
      this.#edge(2 * k + 1, to, from, 0, -cost);
    });
  }

  #edge(e: number, from: number, to: number, capacity: number, cost: number): void {
    this.#to[e] = to;
    this.#capacity[e] = capacity;
    this.#cost[e] = cost;
    this.#next[e] = this.#first[from]!;
    this.#first[from] = e;
  }

  /** The bank with money left that is reached most cheaply from `start`; −1 if none is. */
  cheapestPath(start: number, left: Float64Array): number {
    const { distance } = this;
    distance.fill(Infinity);
    distance[start] = 0;
    const queue = [start];
    const isQueued = new Uint8Array(distance.length);
    for (let at = 0; at < queue.length; at++) {
      const b = queue[at]!;
      isQueued[b] = 0;
      for (let e = this.#first[b]!; e >= 0; e = this.#next[e]!) {
        const to = this.#to[e]!;
        const d = distance[b]! + this.#cost[e]!;
        if (this.#capacity[e]! <= 0 || !isCheaper(d, distance[to]!)) continue;
        distance[to] = d;
        this.#by[to] = e;
        if (isQueued[to] === 1) continue;
        isQueued[to] = 1;
        queue.push(to);
      }
    }
    let best = -1;
    for (let b = 0; b < left.length; b++)
      if (left[b]! < 0 && distance[b]! < Infinity && (best < 0 || distance[b]! < distance[best]!)) best = b;
    return best;
  }

  pathCapacity(start: number, end: number): number {
    let capacity = Infinity;
    for (let b = end; b !== start; b = this.#to[this.#by[b]! ^ 1]!) capacity = Math.min(capacity, this.#capacity[this.#by[b]!]!);
    return capacity;
  }

  push(start: number, end: number, amount: number): void {
    for (let b = end; b !== start; b = this.#to[this.#by[b]! ^ 1]!) {
      this.#capacity[this.#by[b]!]! -= amount;
      this.#capacity[this.#by[b]! ^ 1]! += amount;
    }
  }
}
