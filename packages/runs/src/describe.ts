import { createHash } from 'node:crypto';
import { DEFAULT_HAIRCUT, policyText, type Scenario } from '@simcash/engine';
import { canonicalJson, type PersistenceLevel, type SimulationStart } from '@simcash/protocol';

/** What a run is called, and how much of it is stored. */
export interface RunDescription {
  level: PersistenceLevel;
  /** Scenario file as it was named. */
  configFile?: string;
  name?: string;
  description?: string;
  /** Free words by key. */
  labels?: Readonly<Record<string, string>>;
}

/** Describes a run for the store: the one place where a scenario becomes a stored configuration (INV-9, INV-10). */
export function describeRun(
  scenario: Scenario,
  { configFile, description, labels, level, name }: RunDescription,
): SimulationStart {
  const { config } = scenario;
  return {
    config_json: canonicalJson(scenario.source),
    config_hash: configHash(scenario),
    scenario_hash: scenarioHash(scenario),
    rng_seed: config.rng_seed,
    ticks_per_day: config.ticks_per_day,
    num_days: config.num_days,
    // All of them, wherever a run stops: it may be resumed.
    total_ticks: config.ticks_per_day * config.num_days,
    persistence_level: level,
    ...(configFile === undefined ? {} : { config_file: configFile }),
    ...(name === undefined ? {} : { config_name: name }),
    ...(description === undefined ? {} : { description }),
    ...(labels === undefined ? {} : { labels }),
    agents: config.agent_configs.map((agent) => {
      const policyJson = policyText(agent.policy);
      return {
        agent_id: agent.id,
        opening_balance: agent.opening_balance,
        unsecured_cap: agent.unsecured_cap,
        max_collateral_capacity: agent.max_collateral_capacity ?? null,
        collateral_haircut: agent.collateral_haircut ?? DEFAULT_HAIRCUT,
        liquidity_pool: agent.liquidity_pool ?? null,
        policy_json: policyJson,
        policy_hash: sha256(policyJson),
      };
    }),
  };
}

/** What identifies a scenario as it is run: overrides applied, policies inside (spec 09 §1). */
export const configHash = ({ source }: Scenario): string => sha256(canonicalJson(source));

/** The same without its seed and its policies, so that the seeds and policies of one scenario can be grouped. */
function scenarioHash({ source }: Scenario): string {
  const { rng_seed: _, simulation, ...rest } = source as Record<string, unknown> & { simulation?: Record<string, unknown> };
  const banks = Object.hasOwn(rest, 'agent_configs') ? 'agent_configs' : 'agents';
  const withoutPolicies = (rest[banks] as Record<string, unknown>[]).map(({ policy: _, ...bank }) => bank);
  return sha256(canonicalJson({ ...rest, simulation: { ...simulation, rng_seed: undefined }, [banks]: withoutPolicies }));
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
