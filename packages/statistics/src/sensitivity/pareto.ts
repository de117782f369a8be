import { checkFinite } from '../checks.js';

/**
 * Indices of the points that no other one dominates, all numbers to be minimised; points with a null are left out (spec 17 §19).
 *
 * @throws RangeError for points of different numbers of figures, and for figures that are not finite
 */
export function paretoFront(points: readonly (readonly (number | null)[])[]): number[] {
  if (points.some(({ length }) => length !== points[0]!.length)) throw new RangeError('points have different numbers of figures');
  checkFinite('points', ...points.map((point) => point.filter((figure) => figure !== null)));
  const whole = points.flatMap((point, i) => (point.includes(null) ? [] : [{ i, point: point as readonly number[] }]));
  const dominates = (p: readonly number[], q: readonly number[]): boolean =>
    p.every((x, k) => x <= q[k]!) && p.some((x, k) => x < q[k]!);
  return whole.filter(({ point }) => !whole.some((other) => dominates(other.point, point))).map(({ i }) => i);
}
