import { DEFAULT_HAIRCUT, policyText, type EngineConfig, type Scenario } from '@simcash/engine';
import { Calendar, isoDate, tickSeconds } from '@simcash/payments/schema';
import { canonicalJson, type PersistenceLevel, type SimulationStart } from '@simcash/protocol';
import { sha256 } from './sha256.js';

/** What a run is called, and how much of it is stored. */
export interface RunDescription {
  /** How much of the run is stored. */
  level: PersistenceLevel;
  /** Scenario file as it was named. */
  configFile?: string;
  /** What it is called. */
  name?: string;
  /** What it is, in words. */
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
    ...(scenario.guidelines.length === 0 ? {} : { throughput_guidelines: scenario.guidelines }),
    ...listRecord(scenario),
    ...calendarRecord(config),
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

/** What the store is told about the list of a run (spec 13 §9.2). */
export function listRecord({ config, payments: list }: Scenario): Pick<SimulationStart, 'payments'> {
  if (config.payments === undefined || list === null) return {};
  const { sources, total_value } = config.payments as unknown as { sources: ListSource[]; total_value: number | string };
  const sum = (key: 'rows' | 'rejected'): number => sources.reduce((total, source) => total + source[key], 0);
  const named = sources.map((source, i) => ({ name: list.origin?.names[i] ?? null, ...source }));
  return {
    payments: {
      list,
      total_value,
      ticks_per_day: config.ticks_per_day,
      currency: sources.find(({ amount }) => amount?.currency)?.amount?.currency ?? null,
      sources: canonicalJson(named),
      num_rows: sum('rows'),
      num_rejected: sum('rejected'),
    },
  };
}

/** A source of a list in an effective configuration, as far as it concerns the store. */
interface ListSource {
  rows: number;
  rejected: number;
  amount?: { currency?: string | null };
}

/** The business days of a clock (spec 13 §9.3). */
function calendarRecord({ clock, num_days, ticks_per_day }: EngineConfig): Pick<SimulationStart, 'calendar'> {
  if (clock === undefined) return {};
  const days = new Calendar(clock, num_days, ticks_per_day).days.map(({ closing, date, day, openTicks, opening }) => ({
    day,
    business_date: isoDate(date),
    opening,
    closing,
    open_ticks: openTicks,
  }));
  return { calendar: { time_zone: clock.time_zone, tick_seconds: tickSeconds(clock.tick)!, days } };
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
