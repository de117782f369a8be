import { isDeepStrictEqual } from 'node:util';
import type { AgentVariant, Policy } from '@simcash/protocol';

/** The lever of the published experiments: the share of its liquidity pool that a bank brings in. */
export const FRACTION = 'initial_liquidity_fraction';

/** Share that a policy without one brings in (spec 11 §5.1). */
const DEFAULT_FRACTION = 0.5;

/** The trees of a policy document in the order in which people read them. */
export const TREES = ['payment_tree', 'bank_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree'] as const;

/** Releases everything at once, brings in half of the pool: where every bank starts unless told otherwise (spec 11 §5.1). */
export function defaultPolicy(agentId: string): Policy {
  return {
    version: '2.0',
    policy_id: `${agentId}_default`,
    parameters: { [FRACTION]: DEFAULT_FRACTION },
    payment_tree: { type: 'action', node_id: 'default_release', action: 'Release' },
    strategic_collateral_tree: { type: 'action', node_id: 'hold_collateral', action: 'HoldCollateral' },
  };
}

/** The parameters of a policy; empty if it has none. */
export function parametersOf(policy: Policy): Readonly<Record<string, unknown>> {
  const { parameters } = policy;
  return typeof parameters === 'object' && parameters !== null ? (parameters as Record<string, unknown>) : {};
}

/** The policy with some parameters replaced. */
export function withParameters(policy: Policy, values: Readonly<Record<string, number>>): Policy {
  return { ...policy, parameters: { ...parametersOf(policy), ...values } };
}

/** The share of the pool that a policy brings in. */
export function fractionOf(policy: Policy): number {
  const value = parametersOf(policy)[FRACTION] ?? policy[FRACTION] ?? DEFAULT_FRACTION;
  return Number(value);
}

/** Whether two policies are one but for their names (spec 17 §5.2). */
export function isSamePolicy(a: Policy, b: Policy): boolean {
  return isDeepStrictEqual({ ...a, policy_id: null }, { ...b, policy_id: null });
}

/** Whether two policies decide by the same trees, whatever their parameters. */
export function sameTrees(a: Policy, b: Policy): boolean {
  return TREES.every((tree) => isDeepStrictEqual(a[tree] ?? null, b[tree] ?? null));
}

/** A policy as it stands in a bank's entry of a scenario: documents inline, built-in policies as they are (spec 11 §5.1). */
export function agentVariant(policy: Policy, hasPool: boolean): AgentVariant {
  const isDocument = TREES.some((tree) => Object.hasOwn(policy, tree));
  return {
    policy: isDocument ? { type: 'InlineJson', json_string: JSON.stringify(policy) } : policy,
    ...(hasPool ? { liquidity_allocation_fraction: fractionOf(policy) } : {}),
  };
}
