import type { Policy, ScenarioData, SimulationDraw } from '@simcash/protocol';
import { TREES } from '../policies/policy.js';
import type { AgentEntry } from '../scenario.js';
import type { Sample } from './resampling.js';

/** A draw out of a day's payments; its seed is that of a sample (spec 11 §4). */
export type SampledDraw = SimulationDraw & { seed: number };

/** Where a bank's incoming money comes from, and where its payments go. */
const SOURCE = 'SOURCE';
const SINK = 'SINK';

const PLENTY = 10_000_000_000;

/** Keys of a scenario that describe how its payment system works, and not who takes part. */
const SYSTEM_KEYS = [
  'deferred_crediting',
  'deadline_cap_at_eod',
  'lsm_config',
  'priority_mode',
  'priority_escalation',
  'queue1_ordering',
  'eod_rush_threshold',
  'algorithm_sequencing',
  'entry_disposition_offsetting',
];

const AGENT_KEYS = ['opening_balance', 'unsecured_cap', 'max_collateral_capacity', 'liquidity_pool'];
const COLLATERAL_KEYS = ['posted_collateral', 'collateral_haircut'];

/** How a sampled day is played. */
export interface SandboxOptions {
  /** Number of ticks. */
  ticks: number;
  /** Only cost rates of the scenario hold, everything else is at its default (spec 11 Q16). */
  asReference: boolean;
}

/** A day of one bank alone between a source and a sink of money; samples and policies are put into it (spec 11 §7.3). */
export function sandbox(scenario: ScenarioData, entry: AgentEntry, { asReference, ticks }: SandboxOptions): ScenarioData {
  const kept = (from: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(keys.filter((key) => from[key] !== undefined && from[key] !== null).map((key) => [key, from[key]]));
  return {
    simulation: { ticks_per_day: ticks, num_days: 1, rng_seed: 0 },
    agents: [
      { id: SOURCE, opening_balance: PLENTY, unsecured_cap: 0, policy: { type: 'Fifo' } },
      {
        id: entry.id,
        opening_balance: 0,
        ...kept(entry, asReference ? AGENT_KEYS : [...AGENT_KEYS, ...COLLATERAL_KEYS]),
        policy: { type: 'Fifo' },
      },
      { id: SINK, opening_balance: 0, unsecured_cap: PLENTY, policy: { type: 'Fifo' } },
    ],
    ...kept(scenario, asReference ? ['cost_rates'] : ['cost_rates', ...SYSTEM_KEYS]),
  };
}

/**
 * What a sample puts into the sandbox. Money that would come in after the day is left out: it never arrives (spec 11 Q17).
 */
export function sandboxDraw({ incoming, outgoing, seed }: Sample, agentId: string, ticks: number): SampledDraw {
  return {
    seed,
    payments: outgoing.map(({ amount, arrival_tick, deadline_tick, priority }) => ({
      tick: arrival_tick,
      from_agent: agentId,
      to_agent: SINK,
      amount,
      priority,
      deadline: Math.max(1, deadline_tick - arrival_tick),
    })),
    settlements: incoming
      .filter(({ settlement_tick }) => settlement_tick !== null && settlement_tick < ticks)
      .map(({ amount, settlement_tick }) => ({ tick: settlement_tick!, from_agent: SOURCE, to_agent: agentId, amount })),
  };
}

/** The sandbox with one sample and one policy inside, as a document that runs, is stored and replayed like any other. */
export function sandboxScenario(
  base: ScenarioData,
  draw: SampledDraw,
  agentId: string,
  variant: Readonly<Record<string, unknown>>,
): ScenarioData {
  const agents = (base.agents as readonly AgentEntry[]).map((entry) => (entry.id === agentId ? { ...entry, ...variant } : entry));
  return {
    ...base,
    simulation: { ...(base.simulation as object), rng_seed: draw.seed },
    agents,
    scenario_events: [
      ...draw.payments.map(({ tick, ...payment }) => ({
        type: 'CustomTransactionArrival',
        schedule: { type: 'OneTime', tick },
        ...payment,
        is_divisible: false,
      })),
      ...draw.settlements.map(({ tick, ...settlement }) => ({
        type: 'ScheduledSettlement',
        schedule: { type: 'OneTime', tick },
        ...settlement,
      })),
    ],
  };
}

/** The policy that the sandbox runs: built-in ones it does not know, and documents without a tree, count as Fifo (spec 11 §7.3). */
export function sandboxPolicy(policy: Policy): Policy {
  if (TREES.some((tree) => policy[tree] !== undefined && policy[tree] !== null)) return policy;
  return policy.type === 'Fifo' || policy.type === 'LiquidityAware' ? policy : { type: 'Fifo' };
}
