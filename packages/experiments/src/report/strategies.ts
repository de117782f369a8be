import { canonicalJson, roundHalfAway, type Policy, type ScenarioData } from '@simcash/protocol';
import { ExperimentError, type ExperimentIssue } from '../definition/issues.js';
import type { ExperimentDefinition } from '../definition/schema.js';
import { product } from '../optimizers/grid.js';
import { boundsOf, type ParameterSpec } from '../policies/constraints.js';
import { FRACTION, isSamePolicy, withParameters } from '../policies/policy.js';
import { agentEntry, hasPool, type PolicyProfile } from '../scenario.js';

/** Something that a bank can do in a game (spec 17 §11). */
export interface Strategy {
  /** What it is called in tables. */
  readonly label: string;
  /** What it sets; null where it is a policy of its own. */
  readonly parameters: Readonly<Record<string, number>> | null;
  /** The policy as a document. */
  readonly policy: Policy;
}

/** Values of an `int` parameter that are all played; of longer ranges so many. */
const WHOLE_VALUES = 21;

/** Shares of the pool, for games in which nothing else is chosen. */
export const shareStrategies = (policy: Policy, values: readonly number[]): Strategy[] =>
  values.map((value) => ({
    label: shareLabel(value),
    parameters: { [FRACTION]: value },
    policy: withParameters(policy, { [FRACTION]: value }),
  }));

/** Two decimals, as long as they say it all. */
const shareLabel = (value: number): string => (Number(value.toFixed(2)) === value ? value.toFixed(2) : String(value));

/**
 * What each player can do: what the file's `game` says, else every combination of the allowed parameters.
 *
 * @param grid distance between values of a `float` parameter, as a share of its range
 * @param readPolicy reads a policy file that the game names
 * @throws ExperimentError with everything that makes it no game
 */
export function strategiesOf(
  definition: ExperimentDefinition,
  scenario: ScenarioData,
  policies: PolicyProfile,
  agents: readonly string[],
  { grid, readPolicy }: { grid: number; readPolicy: (file: string) => Policy },
): Strategy[][] {
  const { game, policy_constraints } = definition;
  const issues: ExperimentIssue[] = [];
  const all = agents.map((id) => {
    const policy = policies[id]!;
    const given = game?.[id];
    const values = given
      ? Object.entries(given.parameters).map(([name, list]) => [name, listed(list)] as const)
      : game
        ? []
        : (policy_constraints?.allowed_parameters ?? []).map((spec) => [spec.name, allowedValues(spec, grid)] as const);
    const path = game ? ['game', id, 'parameters'] : ['policy_constraints', 'allowed_parameters'];
    for (const [name, list] of values) {
      const problem = problemOf(name, list, policy, hasPool(agentEntry(scenario, id)));
      if (problem !== null) issues.push({ path: [...path, name], message: `${id}: ${problem}` });
    }
    const named = Object.entries(given?.policies ?? {}).map(([label, source]): Strategy => {
      const { file } = source;
      return { label, parameters: null, policy: typeof file === 'string' ? readPolicy(file) : source };
    });
    const combined = values.length === 0 && named.length > 0 ? [] : combinations(policy, values);
    const strategies = [...combined, ...named];
    for (const [i, { label, policy: own }] of strategies.entries())
      if (strategies.slice(0, i).some((other) => isSamePolicy(other.policy, own)))
        issues.push({ path: ['game', id], message: `strategy ${label} is there twice` });
    return strategies;
  });
  for (const id of Object.keys(game ?? {}))
    if (!agents.includes(id) && !definition.optimized_agents.includes(id))
      issues.push({ path: ['game', id], message: 'is none of optimized_agents' });
  if (issues.length === 0 && all.every(({ length }) => length < 2))
    issues.push({ path: ['game'], message: 'this is no game: every bank has one strategy' });
  if (issues.length > 0) throw new ExperimentError(issues);
  return all;
}

function combinations(policy: Policy, values: readonly (readonly [name: string, list: readonly number[]])[]): Strategy[] {
  return product(values.map(([, list]) => list)).map((point): Strategy => {
    const parameters = Object.fromEntries(values.map(([name], i) => [name, point[i]!]));
    const isShare = values.length === 1 && values[0]![0] === FRACTION;
    const label = isShare
      ? shareLabel(point[0]!)
      : Object.entries(parameters)
          .map(([name, value]) => `${name}=${value}`)
          .join(', ');
    return { label: label === '' ? 'as it is' : label, parameters, policy: withParameters(policy, parameters) };
  });
}

/** A parameter that changes nothing makes equal strategies of different ones. */
function problemOf(name: string, list: readonly number[], policy: Policy, isWithPool: boolean): string | null {
  if (list.length === 0) return `${name} needs values: min_value and max_value, or a list`;
  if (name === FRACTION) return isWithPool ? null : 'has no liquidity_pool: there is nothing to choose a share of';
  return canonicalJson(policy).includes(`{"param":${JSON.stringify(name)}}`) ? null : `its policy does not use ${name}`;
}

function listed(values: readonly number[] | { from: number; to: number; step: number }): number[] {
  if (!('step' in values)) return [...values];
  const { from, step, to } = values;
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, k) => rounded(from + k * step));
}

const rounded = (value: number): number => Number(value.toFixed(12));

function allowedValues(spec: ParameterSpec, grid: number): number[] {
  if (spec.param_type === 'enum') return spec.allowed_values.filter((value) => typeof value === 'number');
  const [min, max] = boundsOf(spec);
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [];
  if (spec.param_type === 'float') return listed({ from: min, to: max, step: grid * (max - min) || 1 });
  const count = Math.min(WHOLE_VALUES, max - min + 1);
  const whole = Array.from(
    { length: count },
    (_, k) => roundHalfAway(min + (count === 1 ? 0 : (k * (max - min)) / (count - 1))) + 0,
  );
  return [...new Set(whole)];
}
