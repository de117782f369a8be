import type { AgentAmounts, AgentOutcome, CostBreakdown, Policy, ScenarioData, SimulationOutcome } from '@simcash/protocol';
import { agentVariant } from './policies/policy.js';

/** A bank's entry in a scenario document. */
export interface AgentEntry {
  /** As policies and results name the bank. */
  readonly id: string;
  /** Liquidity that the bank can allocate from, in cents. */
  readonly liquidity_pool?: number | null;
  readonly [key: string]: unknown;
}

/** The policies of the optimised banks. */
export type PolicyProfile = Readonly<Record<string, Policy>>;

/** Over which time costs are counted (spec 11 Q3). */
export type CostScope = 'last_day' | 'total';

export function agentEntries(scenario: ScenarioData): readonly AgentEntry[] {
  return scenario.agents as readonly AgentEntry[];
}

/** What a scenario says of a bank; undefined if it has no such bank. */
export function agentEntry(scenario: ScenarioData, agentId: string): AgentEntry | undefined {
  return agentEntries(scenario).find(({ id }) => id === agentId);
}

/** Whether an agent of a scenario has a pool of liquidity to allocate from. */
export const hasPool = (entry: AgentEntry | undefined): boolean =>
  entry?.liquidity_pool !== undefined && entry.liquidity_pool !== null;

/** The scenario with the policies of a profile and a seed in place of its own (spec 11 §5.1). */
export function effectiveScenario(scenario: ScenarioData, profile: PolicyProfile, seed: number | bigint): ScenarioData {
  const agents = agentEntries(scenario).map((entry) => {
    const policy = profile[entry.id];
    return policy === undefined ? entry : { ...entry, ...agentVariant(policy, hasPool(entry)) };
  });
  return { ...scenario, simulation: { ...(scenario.simulation as object), rng_seed: seed }, agents };
}

const costsOf = ({ last_day, run }: AgentOutcome, scope: CostScope): AgentOutcome['run'] => (scope === 'total' ? run : last_day);

/** What a simulation cost a bank, in cents; 0 for a bank that is not part of it. */
export function costOf(outcome: SimulationOutcome, agentId: string, scope: CostScope): number {
  const agent = outcome.agents[agentId];
  return agent === undefined ? 0 : costsOf(agent, scope).total_cost;
}

export function costsByAgent(outcome: SimulationOutcome, agents: readonly string[], scope: CostScope): AgentAmounts {
  return Object.fromEntries(agents.map((id) => [id, costOf(outcome, id, scope)]));
}

/** The parts of a bank's cost; complete, unlike the reference's (spec 11 Q7). */
export function breakdownOf(outcome: SimulationOutcome, agentId: string, scope: CostScope): CostBreakdown {
  const agent = outcome.agents[agentId];
  if (agent === undefined) return NO_COSTS;
  const costs = costsOf(agent, scope);
  return {
    liquidity_cost: costs.liquidity_cost,
    delay_cost: costs.delay_cost,
    collateral_cost: costs.collateral_cost,
    penalty_cost: costs.deadline_penalty,
    split_friction_cost: costs.split_friction_cost,
    liquidity_opportunity_cost: costs.liquidity_opportunity_cost,
  };
}

const NO_COSTS: CostBreakdown = {
  liquidity_cost: 0,
  delay_cost: 0,
  collateral_cost: 0,
  penalty_cost: 0,
  split_friction_cost: 0,
  liquidity_opportunity_cost: 0,
};

/** Component by component, rounded down to whole cents. */
export function meanBreakdown(breakdowns: readonly CostBreakdown[]): CostBreakdown {
  const mean = (key: keyof CostBreakdown): number =>
    Math.floor(breakdowns.reduce((sum, breakdown) => sum + breakdown[key], 0) / Math.max(1, breakdowns.length));
  return Object.fromEntries(
    Object.keys(NO_COSTS).map((key) => [key, mean(key as keyof CostBreakdown)]),
  ) as unknown as CostBreakdown;
}

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
