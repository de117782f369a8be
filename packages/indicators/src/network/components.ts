import type { Graph } from './graph.js';

/** The largest strongly connected component, ascending; of equal ones that with the smallest bank (Tarjan 1972, without recursion). */
export function largestComponent({ nodes: n, out }: Graph): number[] {
  const index = new Int32Array(n).fill(-1);
  const low = new Int32Array(n);
  const isOnStack = new Uint8Array(n);
  const next = new Int32Array(n);
  const stack: number[] = [];
  let largest: number[] = [];
  let count = 0;
  const enter = (node: number, path: number[]): void => {
    index[node] = low[node] = count++;
    stack.push(node);
    isOnStack[node] = 1;
    path.push(node);
  };
  const leave = (node: number): void => {
    if (low[node] !== index[node]) return;
    const component = stack.splice(stack.indexOf(node));
    for (const member of component) isOnStack[member] = 0;
    component.sort((a, b) => a - b);
    if (component.length > largest.length || (component.length === largest.length && component[0]! < largest[0]!))
      largest = component;
  };
  for (let root = 0; root < n; root++) {
    const path: number[] = [];
    if (index[root] === -1) enter(root, path);
    while (path.length > 0) {
      const node = path.at(-1)!;
      const link = out[node]![next[node]!++];
      if (link === undefined) {
        path.pop();
        leave(node);
        const parent = path.at(-1);
        if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
      } else if (index[link.to] === -1) enter(link.to, path);
      else if (isOnStack[link.to] === 1) low[node] = Math.min(low[node]!, index[link.to]!);
    }
  }
  return largest;
}
