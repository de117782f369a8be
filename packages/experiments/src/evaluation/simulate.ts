import type { SimulationEvent, SimulationOutcome } from '@simcash/protocol';
import { simulationId, type SimulationIdentity } from '../identifiers.js';
import { costsByAgent, effectiveScenario, sum, type PolicyProfile } from '../scenario.js';
import type { Emit } from './evaluation.js';
import type { EvaluationSetting } from './setting.js';

/** Runs the whole scenario with the policies of a profile, as a simulation of its own that is stored and told about. */
export async function simulate(
  { agents, costScope, host, scenario, ticks }: EvaluationSetting,
  profile: PolicyProfile,
  identity: SimulationIdentity,
  seed: number | bigint,
  emit: Emit,
): Promise<{ outcome: SimulationOutcome & { events: SimulationEvent[] }; simulation_id: string }> {
  const outcome = await host.simulate({ scenario: effectiveScenario(scenario, profile, seed), ticks }, identity);
  const simulation_id = simulationId(identity);
  const per_agent_costs = costsByAgent(outcome, agents, costScope);
  emit({
    iteration: identity.iteration,
    event_type: 'simulation_run',
    event_data: {
      simulation_id,
      purpose: identity.purpose,
      seed: typeof seed === 'bigint' ? String(seed) : seed,
      ticks,
      total_cost: sum(Object.values(per_agent_costs)),
      per_agent_costs,
      num_events: outcome.num_events,
    },
  });
  return { outcome, simulation_id };
}
