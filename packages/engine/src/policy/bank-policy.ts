import { canonicalJson } from '@simcash/protocol';
import { InvalidConfigError } from '../errors.js';
import type { PolicyConfig } from '../scenario/config.js';

import { builtInPolicy } from './built-in.js';
import { compilePolicy, type CompiledPolicy } from './compile.js';
import { PolicyDocumentError } from './issues.js';
import { parsePolicy } from './parse.js';
import { validatePolicy } from './validate.js';

/** The policy a bank follows: its configuration, and the compiled document. */
export interface BankPolicy extends CompiledPolicy {
  config: PolicyConfig;
  /** Share of the liquidity pool that a user-supplied document asks for; null for built-in policies and documents without it. */
  initialLiquidityFraction: number | null;
}

/** Compiled policies keep no state, so all simulations of a configuration share them. */
const LOADED = new WeakMap<PolicyConfig, { of: PolicyConfig; policy: BankPolicy }>();

/**
 * Parses, validates and compiles a bank's policy, unless that was done for this very configuration before.
 *
 * @throws PolicyDocumentError with all errors of the document
 */
export function loadPolicy(config: PolicyConfig): BankPolicy {
  const known = LOADED.get(config);
  if (known && isUnchanged(known.of, config)) return known.policy;
  const policy = compile(config);
  LOADED.set(config, { of: { ...config }, policy });
  return policy;
}

/** A configuration is plain data that its owner may have changed since. */
function isUnchanged(before: PolicyConfig, now: PolicyConfig): boolean {
  const [a, b] = [before, now] as unknown as Record<string, unknown>[];
  for (const key in b) if (a![key] !== b[key]) return false;
  return true;
}

function compile(config: PolicyConfig): BankPolicy {
  const document = config.type === 'FromJson' ? parsePolicy(config.json) : builtInPolicy(config);
  const { errors } = validatePolicy(document);
  if (errors.length > 0) throw new PolicyDocumentError(errors);
  const fraction = config.type === 'FromJson' ? document.parameters?.initial_liquidity_fraction : undefined;
  return { ...compilePolicy(document), config, initialLiquidityFraction: typeof fraction === 'number' ? fraction : null };
}

/** The share of the pool must be between 0 and 1 (spec 01 §4.2). */
export function checkLiquidityFraction(agentId: string, policy: BankPolicy): void {
  const fraction = policy.initialLiquidityFraction;
  if (fraction === null || (fraction >= 0 && fraction <= 1)) return;
  throw new InvalidConfigError(
    `Agent ${agentId}: policy parameter initial_liquidity_fraction must be between 0.0 and 1.0, got ${fraction}`,
    { agentId },
  );
}

/** The document behind a policy configuration as canonical JSON: built-in policies with their parameters, others as supplied. */
export function policyText(config: PolicyConfig): string {
  return canonicalJson(config.type === 'FromJson' ? JSON.parse(config.json) : builtInPolicy(config));
}
