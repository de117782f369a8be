import { roundHalfAway } from '@simcash/protocol';
import { Xorshift64Star, hash64 } from '@simcash/random';
import { shuffle, sobolPoints } from '@simcash/statistics';
import { pointsOf, sensitivityDesign, TRAJECTORIES } from '../sensitivity/design.js';
import { labelText, SweepError, type AxisDocument, type SweepDocument } from '../definition/schema.js';
import { levelsOf, valueAlong, type Level } from './axes.js';

/** A level of every axis, by the axis' name. */
export type Combination = Readonly<Record<string, Level>>;

/** The cells of a design, in order (spec 15 §8). @throws SweepError */
export function combinations(sweep: SweepDocument, masterSeed: bigint, isWhole: (path: string) => boolean): Combination[] {
  const { axes, cases, cells, design, points } = sweep;
  checkCount(points ?? cells?.length ?? (cases === undefined ? 0 : cases.length + 1));
  if (design === 'latin_hypercube') return sampled(axes, latinHypercube(axes, points!, masterSeed), isWhole);
  if (design === 'sobol') return sampled(axes, sobol(axes.length, points!), isWhole);
  if (design === 'sobol_indices' || design === 'morris') {
    checkCount(design === 'morris' ? (sweep.trajectories ?? TRAJECTORIES) * (axes.length + 1) : points! * (axes.length + 2));
    return sampled(axes, pointsOf(sensitivityDesign(sweep, masterSeed)), isWhole);
  }
  const levels = axes.map((axis) => levelsOf(axis, isWhole));
  if (design === 'full') checkCount(levels.reduce((product, { length }) => product * length, 1));
  const named = (row: readonly Level[]): Combination => Object.fromEntries(axes.map(({ name }, i) => [name, row[i]!]));
  if (design === 'zip') {
    const lengths = new Set(levels.map(({ length }) => length));
    if (lengths.size > 1) throw new SweepError([{ path: 'axes', message: 'zip needs axes with the same number of values' }]);
    return levels[0]!.map((_, i) => named(levels.map((own) => own[i]!)));
  }
  if (design === 'list')
    return cells!.map((cell, i) => named(axes.map((axis, a) => levelNamed(axis, levels[a]!, cell, `cells.${i}`))));
  return levels.reduce<Level[][]>((rows, own) => rows.flatMap((row) => own.map((level) => [...row, level])), [[]]).map(named);
}

const MOST_CELLS = 10_000;

function checkCount(cells: number): void {
  if (cells > MOST_CELLS) throw new SweepError([{ path: 'axes', message: `make ${cells} cells; at most ${MOST_CELLS} are run` }]);
}

function sobol(axes: number, points: number): readonly (readonly number[])[] {
  try {
    return sobolPoints(Math.max(axes, 1), points);
  } catch (error) {
    if (error instanceof RangeError) throw new SweepError([{ path: 'axes', message: `sobol: ${error.message}` }]);
    throw error;
  }
}

/** The level that a cell names by label or value. @throws SweepError */
export function levelNamed(
  { name }: AxisDocument,
  levels: readonly Level[],
  cell: Readonly<Record<string, unknown>>,
  path: string,
): Level {
  const wanted = Object.hasOwn(cell, name) ? cell[name] : undefined;
  if (wanted === undefined) throw new SweepError([{ path, message: `says nothing of axis ${name}` }]);
  const found = levels.find(({ label, value }) => value === wanted || label === labelText(wanted));
  if (found === undefined)
    throw new SweepError([
      {
        path: `${path}.${name}`,
        message: `${String(wanted)} is no value of the axis (${levels.map(({ label }) => label).join(', ')})`,
      },
    ]);
  return found;
}

/** Points in the unit cube: of every axis each of n equal parts once, in an order of chance. */
function latinHypercube(axes: readonly AxisDocument[], n: number, masterSeed: bigint): number[][] {
  const columns = axes.map(({ name }) => {
    const rng = new Xorshift64Star(hash64(`${masterSeed}:lhs:${name}`) || 1n);
    const order = shuffle(
      Array.from({ length: n }, (_, i) => i),
      rng,
    );
    return order.map((place) => (place + rng.nextDouble()) / n);
  });
  return Array.from({ length: n }, (_, i) => columns.map((column) => column[i]!));
}

function sampled(
  axes: readonly AxisDocument[],
  points: readonly (readonly number[])[],
  isWhole: (path: string) => boolean,
): Combination[] {
  if (axes.length === 0) throw new SweepError([{ path: 'axes', message: 'this design needs at least one axis' }]);
  return points.map((point) =>
    Object.fromEntries(
      axes.map((axis, i) => {
        const exact = valueAlong(axis, point[i]!);
        const value = isWhole(axis.path!) ? roundHalfAway(exact) + 0 : exact;
        return [axis.name, { label: String(value), value, set: { [axis.path!]: value } } satisfies Level];
      }),
    ),
  );
}
