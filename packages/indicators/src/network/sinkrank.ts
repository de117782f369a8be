import { sum } from '../exact.js';
import type { Graph } from './graph.js';

/**
 * SinkRank of the members of a strongly connected component [SC13] (spec 14 §10): how soon a cent that goes from bank to bank as
 * payments do comes to a bank for the first time.
 *
 * Mean first passage times follow from the fundamental matrix of the Markov chain (Kemeny and Snell): of bank k they add up to
 * (m·z_kk − Σ_i z_ik) / π_k, with Z = (I − P + 1πᵀ)⁻¹; one inversion stands for a system of equations per bank.
 */
export function sinkrank({ out }: Graph, component: readonly number[]): number[] {
  const m = component.length;
  const transition = transitions(out, component);
  const stationary = stationaryDistribution(transition);
  const fundamental = inverse(transition.map((row, i) => row.map((p, j) => (i === j ? 1 : 0) - p + stationary[j]!)));
  return component.map((_, k) => {
    const column = sum(fundamental.map((row) => row[k]!));
    return ((m - 1) * stationary[k]!) / (m * fundamental[k]![k]! - column);
  });
}

/** Shares of what each member pays to the others. */
function transitions(out: Graph['out'], component: readonly number[]): number[][] {
  const place = new Map(component.map((node, i) => [node, i]));
  return component.map((node) => {
    const row = new Array<number>(component.length).fill(0);
    for (const { to, weight } of out[node]!) {
      const i = place.get(to);
      if (i !== undefined) row[i] = weight;
    }
    const strength = sum(row);
    return row.map((weight) => weight / strength);
  });
}

/** Elimination without subtractions (Grassmann, Taksar and Heyman 1985): exact to the last digits whatever the weights. */
function stationaryDistribution(transition: readonly (readonly number[])[]): number[] {
  const a = transition.map((row) => [...row]);
  const m = a.length;
  for (let k = m - 1; k > 0; k--) {
    const left = sum(a[k]!.slice(0, k));
    for (let i = 0; i < k; i++) {
      a[i]![k]! /= left;
      const factor = a[i]![k]!;
      for (let j = 0; j < k; j++) a[i]![j]! += factor * a[k]![j]!;
    }
  }
  const weight = [1];
  for (let k = 1; k < m; k++) weight.push(sum(weight.map((w, i) => w * a[i]![k]!)));
  const total = sum(weight);
  return weight.map((w) => w / total);
}

/** Gauss–Jordan elimination with partial pivoting. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const m = matrix.length;
  const rows = matrix.map((row, i) => Float64Array.from({ length: 2 * m }, (_, j) => (j < m ? row[j]! : j - m === i ? 1 : 0)));
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const scale = rows[k]![k]!;
    for (let j = k; j < 2 * m; j++) rows[k]![j]! /= scale;
    for (let i = 0; i < m; i++) {
      const factor = rows[i]![k]!;
      if (i === k || factor === 0) continue;
      for (let j = k; j < 2 * m; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return rows.map((row) => [...row.slice(m)]);
}
