import { roundHalfAway, type Policy } from '@simcash/protocol';
import { boundsOf, type ParameterSpec, type PolicyConstraints } from '../policies/constraints.js';
import { parametersOf, withParameters } from '../policies/policy.js';

/** One number that a search varies, with its bounds. */
export interface Dimension {
  name: string;
  min: number;
  max: number;
  whole: boolean;
}

/** The numbers to search: the named ones, or all bounded ones. */
export function dimensions({ allowed_parameters }: PolicyConstraints, names?: readonly string[]): Dimension[] {
  const numeric = allowed_parameters.filter(({ param_type }) => param_type !== 'enum');
  const chosen = names === undefined ? numeric : names.map((name) => numeric.find((spec) => spec.name === name)!);
  return chosen.map((spec: ParameterSpec) => {
    const [min, max] = boundsOf(spec);
    return { name: spec.name, min, max, whole: spec.param_type === 'int' };
  });
}

/** Keeps a value inside its dimension and free of noise in its last digits. */
export function fit(value: number, { max, min, whole }: Dimension): number {
  const inside = Math.min(max, Math.max(min, value));
  return whole ? roundHalfAway(inside) + 0 : Number(inside.toFixed(DIGITS));
}

/** Decimals that searches distinguish. */
const DIGITS = 9;

/** Where the policy stands now; the middle of a dimension that it does not set. */
export function position(policy: Policy, space: readonly Dimension[]): number[] {
  const parameters = parametersOf(policy);
  return space.map((dimension) => {
    const value = parameters[dimension.name];
    return fit(typeof value === 'number' ? value : (dimension.min + dimension.max) / 2, dimension);
  });
}

/** The policy moved to another point. */
export function at(policy: Policy, space: readonly Dimension[], point: readonly number[]): Policy {
  return withParameters(policy, Object.fromEntries(space.map(({ name }, i) => [name, point[i]!])));
}
