/** Indices of the points that no other one dominates, all numbers to be minimised; points with a null are left out (spec 17 §19). */
export function paretoFront(points: readonly (readonly (number | null)[])[]): number[] {
  const whole = points.flatMap((point, i) => (point.includes(null) ? [] : [{ i, point: point as readonly number[] }]));
  const dominates = (p: readonly number[], q: readonly number[]): boolean =>
    p.every((x, k) => x <= q[k]!) && p.some((x, k) => x < q[k]!);
  return whole.filter(({ point }) => !whole.some((other) => dominates(other.point, point))).map(({ i }) => i);
}
