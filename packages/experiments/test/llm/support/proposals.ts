import type { LlmInteraction, Policy } from '@simcash/protocol';
import { parsePolicy, PolicyDocumentError, validatePolicy } from '../../../../engine/src/index.js';
import { constraintProblems } from '../../../src/policies/constraints.js';
import { experimentSchema, type LlmSettings } from '../../../src/definition/schema.js';
import type { PolicyProblem } from '../../../src/host.js';
import type { AgentView } from '../../../src/isolation/view.js';
import { LlmOptimizer, type LlmOptimizerOptions } from '../../../src/optimizers/llm/index.js';
import type { ProposalRequest } from '../../../src/optimizers/optimizer.js';
import { aView } from './views.js';

/** Settings of an experiment file, with its defaults. */
export function settings(overrides: Record<string, unknown> = {}): LlmSettings {
  return experimentSchema.shape.llm.unwrap().parse({ model: 'openai-compatible:m', ...overrides });
}

/** Everything that speaks against a policy, as the language and the experiment see it. */
export function problemsOf(policy: Policy, { constraints, policy: current }: AgentView): PolicyProblem[] {
  try {
    return [...validatePolicy(parsePolicy(JSON.stringify(policy))).errors, ...constraintProblems(policy, current, constraints)];
  } catch (error) {
    if (error instanceof PolicyDocumentError) return [...error.issues];
    throw error;
  }
}

export function request(overrides: Partial<ProposalRequest> = {}): ProposalRequest {
  const view = overrides.view ?? aView();
  return {
    view,
    seed: 1,
    problems: (policy) => problemsOf(policy, view),
    search: { tryOut: () => Promise.reject(new Error('a language model is not told scores')), race: null },
    ...overrides,
  };
}

/** An optimizer whose waits are recorded and over at once, and whose clock ticks at every look. */
export function optimizer(
  llm: Record<string, unknown>,
  options: Partial<LlmOptimizerOptions> = {},
): { optimizer: LlmOptimizer; waits: number[]; interactions: LlmInteraction[] } {
  const waits: number[] = [];
  const interactions: LlmInteraction[] = [];
  let time = 0;
  const made = new LlmOptimizer(settings(llm), {
    now: () => time++,
    env: {},
    sleep: (seconds) => {
      waits.push(seconds);
      return Promise.resolve();
    },
    onInteraction: (interaction) => interactions.push(interaction),
    ...options,
  });
  return { optimizer: made, waits, interactions };
}

/** A policy document that changes the share of the pool. */
export function share(fraction: number): Record<string, unknown> {
  return {
    version: '2.0',
    policy_id: 'p',
    parameters: { initial_liquidity_fraction: fraction },
    payment_tree: { type: 'action', node_id: 'default_release', action: 'Release' },
    strategic_collateral_tree: { type: 'action', node_id: 'hold_collateral', action: 'HoldCollateral' },
  };
}
