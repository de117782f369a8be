import { canonicalJson, type Policy } from '@simcash/protocol';
import { boundsOf, type ParameterSpec, type PolicyConstraints } from '../policies/constraints.js';
import { FRACTION, isSamePolicy, parametersOf, withParameters } from '../policies/policy.js';
import { fit } from '../optimizers/search-space.js';
import { product } from '../optimizers/grid.js';

/** A policy that a bank might turn to. */
export interface Candidate {
  label: string;
  policy: Policy;
}

/**
 * The policies against which regret is measured: values of the allowed parameters from the least to the largest, then whatever was
 * proposed; without the policy in force, and equal ones once (spec 17 §8).
 */
export function candidatesFor(
  inForce: Policy,
  constraints: PolicyConstraints,
  proposals: readonly Policy[],
  { max_candidates, points }: { points: number; max_candidates: number },
): Candidate[] {
  const space = constraints.allowed_parameters
    .map((spec) => ({ name: spec.name, values: valuesOf(spec, points) }))
    .filter(({ values }) => values.length > 0);
  const combinations = space.reduce((count, { values }) => count * values.length, 1);
  const settings: Readonly<Record<string, number>>[] =
    combinations <= max_candidates
      ? product(space.map(({ values }) => values)).map((point) =>
          Object.fromEntries(space.map(({ name }, i) => [name, point[i]!])),
        )
      : space.flatMap(({ name, values }) => values.map((value) => ({ [name]: value })));
  const all = [...settings.map((values) => withParameters(inForce, values)), ...proposals].filter(
    (policy) => !isSamePolicy(policy, inForce),
  );
  const distinct = new Map(all.map((policy) => [canonicalJson({ ...policy, policy_id: null }), policy]));
  return [...distinct.values()].map((policy) => ({ policy, label: labelOf(policy, inForce) }));
}

function valuesOf(spec: ParameterSpec, points: number): number[] {
  if (spec.param_type === 'enum') return spec.allowed_values.filter((value) => typeof value === 'number');
  const [min, max] = boundsOf(spec);
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [];
  const dimension = { name: spec.name, min, max, whole: spec.param_type === 'int' };
  const values = Array.from({ length: points }, (_, k) => fit(min + (k * (max - min)) / (points - 1), dimension));
  return [...new Set(values)];
}

/** The share of the pool alone, or what differs from the policy in force. */
function labelOf(policy: Policy, inForce: Policy): string {
  const [own, other] = [parametersOf(policy), parametersOf(inForce)];
  const changed = Object.keys(own).filter((name) => own[name] !== other[name]);
  if (changed.length === 1 && changed[0] === FRACTION) return String(own[FRACTION]);
  return changed.length === 0
    ? String(policy.policy_id ?? 'other tree')
    : changed.map((name) => `${name}=${String(own[name])}`).join(', ');
}
