import { pathText } from '@simcash/protocol';
import { readScenario, ScenarioError } from '../../../src/index.js';
import type { SettlementConfig } from '../../../src/scenario/settlement/config.js';

/** A small document that is valid without `settlement`. */
export const DOCUMENT = {
  simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
  agents: [
    { id: 'BANK_A', opening_balance: 10, policy: { type: 'Fifo' } },
    { id: 'BANK_B', opening_balance: 10, policy: { type: 'Fifo' } },
  ],
};

/** The block as the engine gets it. */
export function resolved(settlement: unknown): SettlementConfig {
  return readScenario({ ...DOCUMENT, settlement }).config.settlement!;
}

/** What is wrong with a document: texts by path. */
export function issuesOf(document: unknown): Record<string, string> {
  try {
    readScenario(document);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return Object.fromEntries(error.issues.map(({ path, message }) => [pathText(path), message]));
  }
  return {};
}

/** What is wrong with a block, by path below `settlement`. */
export function blockIssues(settlement: unknown): Record<string, string> {
  const issues = Object.entries(issuesOf({ ...DOCUMENT, settlement }));
  return Object.fromEntries(issues.map(([path, message]) => [path.replace(/^settlement\.?/, ''), message]));
}
