import type { Graph } from './graph.js';

export interface CorePeriphery {
  /** Members of the core, ascending. */
  readonly core: readonly number[];
  /** Links that a network of one core and its periphery would not have, or would have. */
  readonly errors: number;
}

/** Up to so many banks every core is tried. */
const EXACT = 12;

/**
 * The core whose pattern fits best [CvP14] (spec 14 §10): core banks linked to each other, periphery banks not, and every core bank
 * linked to and from the periphery. Null without links.
 */
export function corePeriphery(graph: Graph): CorePeriphery | null {
  const pattern = new Pattern(graph);
  if (pattern.links === 0) return null;
  if (graph.nodes <= EXACT) return bestOfAll(pattern);
  return improved(pattern);
}

/** A division into core and periphery, and how badly it fits. */
class Pattern {
  readonly nodes: number;
  readonly links: number;
  readonly degree: readonly number[];
  readonly isCore: Uint8Array;
  readonly #successors: readonly Int32Array[];
  readonly #predecessors: readonly Int32Array[];
  #core = 0;
  /** Of each bank, links to and from the periphery. */
  readonly #to: Int32Array;
  readonly #from: Int32Array;
  /** Core banks without links to the periphery, and from it. */
  #alone = 0;
  /** Links inside the core and inside the periphery. */
  #inside = 0;
  #outside: number;

  constructor({ in: predecessors, nodes, out }: Graph) {
    this.nodes = nodes;
    this.#successors = out.map((links) => Int32Array.from(links, ({ to }) => to));
    this.#predecessors = predecessors.map((links) => Int32Array.from(links, ({ to }) => to));
    this.#to = Int32Array.from(out, (links) => links.length);
    this.#from = Int32Array.from(predecessors, (links) => links.length);
    this.degree = out.map((links, i) => links.length + predecessors[i]!.length);
    this.links = this.#to.reduce((sum, n) => sum + n, 0);
    this.#outside = this.links;
    this.isCore = new Uint8Array(nodes);
  }

  get core(): number[] {
    return Array.from({ length: this.nodes }, (_, i) => i).filter((i) => this.isCore[i] === 1);
  }

  get errors(): number {
    const periphery = this.nodes - this.#core;
    return this.#core * (this.#core - 1) - this.#inside + this.#outside + periphery * this.#alone;
  }

  /** Moves a bank to the other side. */
  move(i: number): void {
    // +1 when it joins the periphery.
    const step = this.isCore[i] === 1 ? 1 : -1;
    if (step === 1) this.#alone -= this.#alonenessOf(i);
    for (const j of this.#successors[i]!) this.#meet(j, this.#from, step);
    for (const j of this.#predecessors[i]!) this.#meet(j, this.#to, step);
    if (step === -1) this.#alone += this.#alonenessOf(i);
    this.isCore[i] = step === 1 ? 0 : 1;
    this.#core -= step;
  }

  /** A bank that has a link with the one that moves: `links` counts those of this direction. */
  #meet(j: number, links: Int32Array, step: 1 | -1): void {
    const isCore = this.isCore[j] === 1;
    if (isCore) this.#inside -= step;
    else this.#outside += step;
    const before = links[j]!;
    links[j] = before + step;
    if (isCore) this.#alone += Number(before + step === 0) - Number(before === 0);
  }

  #alonenessOf(i: number): number {
    return Number(this.#to[i] === 0) + Number(this.#from[i] === 0);
  }
}

/** Of equally good cores the smaller one, then that with the smaller ids. */
function bestOfAll(pattern: Pattern): CorePeriphery {
  let best: CorePeriphery | null = null;
  for (let mask = 0; mask < 2 ** pattern.nodes; mask++) {
    for (let i = 0; i < pattern.nodes; i++) if (pattern.isCore[i] !== ((mask >> i) & 1)) pattern.move(i);
    const { core, errors } = pattern;
    if (best === null || errors < best.errors || (errors === best.errors && isBefore(core, best.core))) best = { core, errors };
  }
  return best!;
}

function isBefore(core: readonly number[], other: readonly number[]): boolean {
  if (core.length !== other.length) return core.length < other.length;
  const i = core.findIndex((node, k) => node !== other[k]);
  return i >= 0 && core[i]! < other[i]!;
}

/** The best beginning of the banks by number of links, then the first change that helps, again and again. */
function improved(pattern: Pattern): CorePeriphery {
  const byDegree = pattern.degree.map((_, i) => i).sort((a, b) => pattern.degree[b]! - pattern.degree[a]! || a - b);
  let [errors, length] = [pattern.errors, 0];
  byDegree.forEach((bank, k) => {
    pattern.move(bank);
    if (pattern.errors < errors) [errors, length] = [pattern.errors, k + 1];
  });
  for (const bank of byDegree.slice(length)) pattern.move(bank);
  while (improve(pattern, errors)) errors = pattern.errors;
  return { core: pattern.core, errors };
}

/** Makes the first change that lowers the errors: single banks, then a bank of the core for one of the periphery. */
function improve(pattern: Pattern, errors: number): boolean {
  for (let i = 0; i < pattern.nodes; i++) {
    pattern.move(i);
    if (pattern.errors < errors) return true;
    pattern.move(i);
  }
  const periphery = Array.from({ length: pattern.nodes }, (_, i) => i).filter((i) => pattern.isCore[i] === 0);
  for (const i of pattern.core) {
    pattern.move(i);
    for (const j of periphery) {
      pattern.move(j);
      if (pattern.errors < errors) return true;
      pattern.move(j);
    }
    pattern.move(i);
  }
  return false;
}
