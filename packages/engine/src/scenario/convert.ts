import type { GeneratorName } from '@simcash/random';
import {
  BANDS,
  type AgentConfig,
  type ArrivalBand,
  type ArrivalBands,
  type ArrivalConfig,
  type EngineConfig,
  type PolicyConfig,
  type ScenarioEvent,
  type PaymentsConfig,
} from './config.js';
import { QUEUE1_ORDERINGS, type ResolvedAgent, type ResolvedDocument } from './document-schema.js';
import { windowProblem } from '../stress/windows.js';
import { ScenarioError } from './issues.js';
import { bigintsAsNumbers } from './scalars.js';
import { resolveSettlement } from './settlement/resolve.js';
import type { SettlementBlock } from './settlement/schema.js';

/** Reads the text of a policy file named in a scenario. @throws Error with a sentence that names the file */
export type ReadPolicy = (jsonPath: string) => string;

type EventDocument = NonNullable<ResolvedDocument['scenario_events']>[number];
type CostDocument = ResolvedDocument['cost_rates'];
type PenaltyDocument = NonNullable<CostDocument['deadline_penalty']>;

/** Turns a valid document into the configuration that the engine runs: defaults filled in, policies embedded (spec 07 §9). */
export function toEngineConfig(document: ResolvedDocument, readPolicy: ReadPolicy): EngineConfig {
  return {
    ticks_per_day: document.simulation.ticks_per_day,
    num_days: document.simulation.num_days,
    rng_seed: document.simulation.rng_seed,
    agent_configs: document.agents.map((agent, i) => agentConfig(agent, i, readPolicy)),
    cost_rates: costRates(document.cost_rates),
    lsm_config: document.lsm_config,
    scenario_events: scenarioEvents(
      document.scenario_events ?? [],
      document.agents.map(({ id }) => id),
    ),
    deferred_crediting: document.deferred_crediting,
    deadline_cap_at_eod: document.deadline_cap_at_eod,
    eod_rush_threshold: document.eod_rush_threshold,
    queue1_ordering: QUEUE1_ORDERINGS[document.queue1_ordering]!,
    priority_mode: document.priority_mode,
    priority_escalation: document.priority_escalation,
    algorithm_sequencing: document.algorithm_sequencing,
    entry_disposition_offsetting: document.entry_disposition_offsetting,
    daily_liquidity_reallocation: document.daily_liquidity_reallocation,
    ...present({
      settlement: document.settlement && resolveSettlement(document.settlement as SettlementBlock),
      clock: document.clock,
      payments: document.payments as PaymentsConfig | undefined,
      accounts: document.accounts,
      limits: document.limits,
      end_of_day: document.end_of_day && cancelsOnly(document.end_of_day),
      rng: otherGenerator(document.simulation.rng),
      random_streams: document.random_streams === 'per_bank' ? document.random_streams : undefined,
    }),
  };
}

/** Undefined for the generator that is meant without the key: the configuration stays the same. */
export const otherGenerator = (rng: GeneratorName | undefined): GeneratorName | undefined =>
  rng === 'xorshift64star' ? undefined : rng;

function agentConfig(agent: ResolvedAgent, index: number, readPolicy: ReadPolicy): AgentConfig {
  const { limits } = agent;
  return {
    id: agent.id,
    opening_balance: agent.opening_balance,
    unsecured_cap: agent.unsecured_cap,
    policy: policyConfig(agent, index, readPolicy),
    ...present({
      arrival_config: agent.arrival_config && arrivalConfig(agent.arrival_config),
      arrival_bands: agent.arrival_bands && arrivalBands(agent.arrival_bands),
      posted_collateral: agent.posted_collateral,
      collateral_haircut: agent.collateral_haircut,
      max_collateral_capacity: agent.max_collateral_capacity,
      limits: limits && {
        bilateral_limits: limits.bilateral_limits ?? {},
        multilateral_limit: limits.multilateral_limit ?? null,
      },
      liquidity_pool: agent.liquidity_pool,
      liquidity_allocation_fraction: agent.liquidity_allocation_fraction,
    }),
  };
}

function policyConfig({ policy }: ResolvedAgent, index: number, readPolicy: ReadPolicy): PolicyConfig {
  switch (policy.type) {
    case 'FromJson':
      return { type: 'FromJson', json: policyText(index, 'json_path', () => readPolicy(policy.json_path)) };
    case 'Inline': {
      const write = (): string => JSON.stringify(policy.decision_trees, bigintsAsNumbers);
      return { type: 'FromJson', json: policyText(index, 'decision_trees', write) };
    }
    case 'InlineJson':
      return { type: 'FromJson', json: policy.json_string };
    default:
      return policy;
  }
}

/** The text of a bank's policy: of a file that can be read, or of data that can be written. */
function policyText(agent: number, key: string, text: () => string): string {
  try {
    return text();
  } catch (error) {
    throw new ScenarioError([{ path: ['agents', agent, 'policy', key], message: (error as Error).message }]);
  }
}

function arrivalConfig(config: NonNullable<ResolvedAgent['arrival_config']>): ArrivalConfig {
  return {
    rate_per_tick: config.rate_per_tick,
    ...present({ profile: config.profile }),
    amount_distribution: config.amount_distribution,
    counterparty_weights: config.counterparty_weights,
    deadline_range: config.deadline_range,
    priority_distribution: config.priority_distribution ?? { type: 'Fixed', value: config.priority },
  };
}

function arrivalBands(bands: NonNullable<ResolvedAgent['arrival_bands']>): ArrivalBands {
  const result: ArrivalBands = {};
  for (const band of BANDS) {
    const config = bands[band];
    if (!config) continue;
    const { divisible: _, ...rest } = config;
    result[band] = rest satisfies ArrivalBand;
  }
  return result;
}

function costRates(rates: CostDocument): EngineConfig['cost_rates'] {
  return {
    overdraft_bps_per_tick: rates.overdraft_bps_per_tick,
    delay_cost_per_tick_per_cent: rates.delay_cost_per_tick_per_cent,
    collateral_cost_per_tick_bps: rates.collateral_cost_per_tick_bps,
    liquidity_cost_per_tick_bps: rates.liquidity_cost_per_tick_bps,
    // In a document the long spelling wins (Quirk Q714).
    eod_penalty: penalty(rates.eod_penalty_per_transaction ?? rates.eod_penalty, 10_000),
    deadline_penalty: penalty(rates.deadline_penalty, 50_000),
    split_friction_cost: rates.split_friction_cost,
    overdue_delay_multiplier: rates.overdue_delay_multiplier,
    priority_delay_multipliers: rates.priority_delay_multipliers ?? null,
  };
}

function penalty(document: PenaltyDocument | undefined, fallback: number): EngineConfig['cost_rates']['eod_penalty'] {
  if (!document) return { mode: 'fixed', amount: fallback };
  return document.mode === 'fixed'
    ? { mode: 'fixed', amount: document.amount }
    : { mode: 'rate', bps_per_event: document.bps_per_event };
}

function scenarioEvents(documents: readonly EventDocument[], banks: readonly string[]): ScenarioEvent[] {
  const events = documents.map(scenarioEvent);
  const found = windowProblem(events, banks);
  if (found !== null) throw new ScenarioError([{ path: ['scenario_events', found.index, found.key], message: found.message }]);
  return events;
}

/** The key `end_of_day` where it says anything: payments that wait on are what happens without it. */
export function cancelsOnly({ unsettled }: { unsettled: 'carry' | 'cancel' }): { unsettled: 'cancel' } | undefined {
  return unsettled === 'cancel' ? { unsettled } : undefined;
}

/** Flattens the schedule into the event and leaves out what is not given. */
function scenarioEvent(event: EventDocument): ScenarioEvent {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event))
    if (key !== 'schedule' && value !== null && value !== undefined) flat[key] = withoutNulls(value);
  const { type, ...times } = event.schedule;
  Object.assign(flat, { schedule: type }, times);
  if (event.type === 'CounterpartyWeightChange') flat.auto_balance_others = event.auto_balance_others ?? false;
  return flat as unknown as ScenarioEvent;
}

/** Data without the keys that are null, at any depth. */
export function withoutNulls<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => [key, withoutNulls(member)]),
  ) as T;
}

/** The members that are neither null nor undefined. */
function present<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null && value !== undefined)) as never;
}
