import { parsePolicy, PolicyDocumentError, validatePolicy } from '@simcash/engine';
import type { PolicyProblem } from '@simcash/experiments';
import type { Policy } from '@simcash/protocol';

/** What the policy language, and the engine's constructor, have against a document (spec 06 §8, spec 11 §10). */
export function policyProblems(policy: Policy): PolicyProblem[] {
  try {
    const { errors } = validatePolicy(parsePolicy(JSON.stringify(policy)));
    if (errors.length > 0) return errors.map(problem);
  } catch (error) {
    if (error instanceof PolicyDocumentError) return error.issues.map(problem);
    if (error instanceof RangeError) return [{ path: '', message: 'the document is nested too deeply' }];
    throw error;
  }
  const fraction = (policy.parameters as Record<string, unknown> | undefined)?.initial_liquidity_fraction;
  if (typeof fraction !== 'number' || (fraction >= 0 && fraction <= 1)) return [];
  return [{ path: 'parameters.initial_liquidity_fraction', message: `must lie between 0 and 1, got ${fraction}` }];
}

function problem({ message, path, suggestion }: { message: string; path: string; suggestion?: string }): PolicyProblem {
  return { path, message: suggestion === undefined ? message : `${message} (did you mean '${suggestion}'?)` };
}
