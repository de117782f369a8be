import { morrisDesign, sobolDesign, type SobolDesign, type Trajectory } from '@simcash/statistics';
import { SweepError, type SweepDocument } from '../definition/schema.js';

/** The points of which indices are made, by method (spec 17 §17, §18). */
export type SensitivityDesign =
  | { readonly method: 'sobol'; readonly design: SobolDesign }
  | { readonly method: 'morris'; readonly design: readonly Trajectory[]; readonly levels: number };

/** Walks where a sweep does not say how many. */
export const TRAJECTORIES = 10;

/** @throws SweepError for more axes than the Sobol sequence has */
export function sensitivityDesign(
  { axes, design, levels = 4, points, trajectories = TRAJECTORIES }: SweepDocument,
  masterSeed: bigint,
): SensitivityDesign {
  if (axes.length === 0) throw new SweepError([{ path: 'axes', message: 'this design needs at least one axis' }]);
  try {
    return design === 'morris'
      ? { method: 'morris', design: morrisDesign(masterSeed, axes.length, { trajectories, levels }), levels }
      : { method: 'sobol', design: sobolDesign(axes.length, points!) };
  } catch (error) {
    if (error instanceof RangeError) throw new SweepError([{ path: 'axes', message: error.message }]);
    throw error;
  }
}

/** All points in the order of the cells: A, B, then A with one coordinate from B after the other; or walk after walk. */
export function pointsOf(sensitivity: SensitivityDesign): (readonly number[])[] {
  if (sensitivity.method === 'morris') return sensitivity.design.flatMap((walk) => walk.points);
  const { a, ab, b } = sensitivity.design;
  return [...a, ...b, ...ab.flat()];
}
