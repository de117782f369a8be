import { createHash } from 'node:crypto';
import { canonicalJson, policyText, type Scenario } from '@simcash/engine';
import type { PersistenceLevel, SimulationStart } from '@simcash/protocol';

/** Description of a run for the store: the one place where a scenario becomes a stored configuration (INV-9, INV-10). */
export function simulationStart(
  scenario: Scenario,
  document: unknown,
  options: { level: PersistenceLevel; configFile?: string },
): SimulationStart {
  const { config } = scenario;
  const configJson = canonicalJson(document);
  return {
    config_json: configJson,
    config_hash: sha256(configJson),
    rng_seed: config.rng_seed,
    ticks_per_day: config.ticks_per_day,
    num_days: config.num_days,
    // All of them, wherever a run stops: it may be resumed.
    total_ticks: config.ticks_per_day * config.num_days,
    persistence_level: options.level,
    ...(options.configFile === undefined ? {} : { config_file: options.configFile }),
    agents: config.agent_configs.map((agent) => {
      const policyJson = policyText(agent.policy);
      return {
        agent_id: agent.id,
        opening_balance: agent.opening_balance,
        unsecured_cap: agent.unsecured_cap,
        max_collateral_capacity: agent.max_collateral_capacity ?? null,
        collateral_haircut: agent.collateral_haircut ?? 0.02,
        policy_json: policyJson,
        policy_hash: sha256(policyJson),
      };
    }),
  };
}

/** What identifies a scenario as it is run: overrides applied, policies inside (spec 09 §1). */
export const configHash = (document: unknown): string => sha256(canonicalJson(document));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
