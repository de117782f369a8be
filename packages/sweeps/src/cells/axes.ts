import { roundHalfAway } from '@simcash/protocol';
import type { AxisDocument } from '../definition/schema.js';
import { SweepError } from '../definition/schema.js';

/** What a value of an axis sets: paths with their values, policies of banks, or a settlement design. */
export interface Level {
  readonly label: string;
  /** The plain value, by which cells may name it. */
  readonly value: unknown;
  readonly set: Readonly<Record<string, unknown>>;
  readonly policy?: { readonly agents: 'all' | readonly string[]; readonly policy: string | Record<string, unknown> };
  readonly design?: string | Record<string, unknown>;
}

/** The levels of an axis. @throws SweepError for the same value twice */
export function levelsOf(axis: AxisDocument, isWhole: (path: string) => boolean): Level[] {
  const { agent, designs, path, policies, range, values } = axis;
  if (policies !== undefined) {
    const agents = agent === 'all' ? 'all' : typeof agent === 'string' ? [agent] : agent!;
    return Object.entries(policies).map(([label, policy]) => ({ label, value: label, set: {}, policy: { agents, policy } }));
  }
  if (designs !== undefined) {
    const named = Array.isArray(designs) ? designs.map((design) => [design, design] as const) : Object.entries(designs);
    return withoutRepetition(
      axis,
      named.map(([label, design]) => ({ label, value: label, set: {}, design })),
    );
  }
  const plain = range === undefined ? values! : rangeValues(axis);
  const levels = plain.map((one): Level => {
    if (typeof one === 'object') return { label: one.label, value: one.label, set: one.set };
    const value = typeof one === 'number' && !Number.isInteger(one) && isWhole(path!) ? roundHalfAway(one) + 0 : one;
    return { label: String(value), value, set: { [path!]: value } };
  });
  return withoutRepetition(axis, levels);
}

function withoutRepetition({ name }: AxisDocument, levels: Level[]): Level[] {
  const labels = levels.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) throw new SweepError([{ path: `axes.${name}`, message: `has the value ${twice} twice` }]);
  return levels;
}

function rangeValues(axis: AxisDocument): number[] {
  const { count, from, step, to } = axis.range!;
  if (step !== undefined) return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, i) => from + i * step);
  if (count === undefined)
    throw new SweepError([{ path: `axes.${axis.name}.range`, message: 'step or count is needed in this design' }]);
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 && count > 1 ? to : valueAlong(axis, count === 1 ? 0 : i / (count - 1)),
  );
}

/** A value at a share of the way through the range of an axis. @throws SweepError for an axis without one */
export function valueAlong({ name, range }: AxisDocument, part: number): number {
  if (range === undefined)
    throw new SweepError([{ path: `axes.${name}`, message: 'needs a range: this design draws points between two ends' }]);
  const { from, scale, to } = range;
  if (part === 0) return from;
  return scale === 'log' ? Math.exp(Math.log(from) + (Math.log(to) - Math.log(from)) * part) : from + (to - from) * part;
}
