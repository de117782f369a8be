import { policyText, type EngineConfig } from '@simcash/engine';
import type { PolicyOfBanks } from './source.js';

/** The policies of a scenario, the one with most banks first. */
export function policiesOf({ agent_configs }: EngineConfig): PolicyOfBanks[] {
  const users = new Map<string, string[]>();
  for (const { id, policy } of agent_configs) {
    const text = policyText(policy);
    users.set(text, [...(users.get(text) ?? []), id]);
  }
  return [...users].map(([text, banks]) => ({ text, banks })).sort((a, b) => b.banks.length - a.banks.length);
}
