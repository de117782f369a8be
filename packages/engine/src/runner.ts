import type {
  AgentVariant,
  SimulationBatch,
  SimulationDraw,
  SimulationEvent,
  SimulationJob,
  SimulationOutcome,
  SimulationRunner,
} from '@simcash/protocol';
import { CountingSink } from './events/memory-log.js';
import type { EngineConfig, ScenarioEvent } from './scenario/config.js';
import { readScenario } from './scenario/resolve.js';
import { Simulation } from './simulation.js';

/** Runs simulations as units of work: pure functions of their input, on whatever thread (spec 11 §20.3). */
export const simulationRunner: SimulationRunner = {
  /** @throws ScenarioError, InvalidConfigError, SimulationError */
  run({ scenario, ticks }: SimulationJob): SimulationOutcome & { events: SimulationEvent[] } {
    const simulation = Simulation.create(readScenario(scenario));
    simulation.run({ untilTick: ticks });
    return { ...outcomeOf(simulation), events: [...simulation.events] };
  },

  /** @throws ScenarioError, InvalidConfigError, SimulationError */
  runBatch({ agent_id, draws, report, scenario, ticks, variants }: SimulationBatch): SimulationOutcome[][] {
    const base = readScenario(scenario).config;
    return variants.map((variant) => {
      const config = withVariant(base, scenario, agent_id, variant);
      return draws.map((draw) => runDraw(config, draw, ticks, report));
    });
  },
};

/** What a simulation has cost so far, bank by bank, and how well it settled. */
export function outcomeOf(simulation: Simulation, agents: readonly string[] = simulation.agentIds): SimulationOutcome {
  const { avg_delay_ticks, settlement_rate, total_arrivals, total_settlements } = simulation.systemMetrics();
  const { arrived_value, settled_value } = simulation.runTotals();
  return {
    agents: Object.fromEntries(
      agents.map((id) => [
        id,
        {
          last_day: simulation.agentCosts(id),
          run: simulation.agentRunCosts(id),
          payments: simulation.agentSettlement(id),
        },
      ]),
    ),
    arrivals: total_arrivals,
    settlements: total_settlements,
    arrived_value,
    settled_value,
    settlement_rate: total_arrivals === 0 ? 1 : settlement_rate,
    avg_delay_ticks,
    num_events: simulation.eventCount,
  };
}

function runDraw(base: EngineConfig, draw: SimulationDraw, ticks: number, report: readonly string[]): SimulationOutcome {
  const config: EngineConfig = {
    ...base,
    rng_seed: BigInt(draw.seed),
    scenario_events: [...base.scenario_events, ...drawnEvents(draw)],
  };
  const simulation = Simulation.create(
    { config, document: null, source: config, warnings: [], guidelines: [], payments: null },
    { sink: new CountingSink() },
  );
  while (simulation.currentTick < ticks) simulation.tick();
  return outcomeOf(simulation, report);
}

function drawnEvents({ payments, settlements }: SimulationDraw): ScenarioEvent[] {
  return [
    ...payments.map((payment): ScenarioEvent => ({
      type: 'CustomTransactionArrival',
      schedule: 'OneTime',
      ...payment,
      is_divisible: false,
    })),
    ...settlements.map((settlement): ScenarioEvent => ({ type: 'ScheduledSettlement', schedule: 'OneTime', ...settlement })),
  ];
}

/** The configuration with a bank's policy replaced. Documents take the place of others without the scenario being read again. */
function withVariant(
  base: EngineConfig,
  scenario: SimulationBatch['scenario'],
  agentId: string,
  { liquidity_allocation_fraction: fraction, policy }: AgentVariant,
): EngineConfig {
  if (policy.type !== 'InlineJson' || typeof policy.json_string !== 'string') {
    const agents = scenario.agents as readonly { id: string }[];
    const variant = { policy, ...(fraction === undefined ? {} : { liquidity_allocation_fraction: fraction }) };
    const entries = agents.map((agent) => (agent.id === agentId ? { ...agent, ...variant } : agent));
    return readScenario({ ...scenario, agents: entries }).config;
  }
  const replaced = { policy: { type: 'FromJson', json: policy.json_string } as const };
  const agent_configs = base.agent_configs.map((agent) => {
    if (agent.id !== agentId) return agent;
    return { ...agent, ...replaced, ...(fraction === undefined ? {} : { liquidity_allocation_fraction: fraction }) };
  });
  return { ...base, agent_configs };
}
