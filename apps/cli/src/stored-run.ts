import { parseScenario, readScenarioText, Simulation, type Scenario } from '@simcash/engine';
import { findSimulation, StoredStateProvider, type SimCashDatabase, type StoredSimulation } from '@simcash/persistence';
import type { EventSink, StateProvider } from '@simcash/protocol';
import { displayContext } from './display-context.js';

/** A stored simulation with the scenario that its configuration describes. */
export interface StoredRun {
  simulation: StoredSimulation & { agent_ids: string[] };
  scenario: Scenario;
  views: StateProvider;
}

/** @throws NotStoredError */
export async function openStoredRun(database: SimCashDatabase, simulationId: string): Promise<StoredRun> {
  const simulation = await findSimulation(database, simulationId);
  const { document } = readScenarioText(simulation.config_json, 'json');
  // Keys that were forgiven when the run was made are forgiven again.
  const scenario = parseScenario(document, { exactIntegers: true, strict: false });
  const full = simulation.persistence_level === 'FULL';
  return { simulation, scenario, views: new StoredStateProvider(database, simulationId, displayContext(scenario.config), full) };
}

/** Runs the stored configuration again; events go to the sink. */
export function reexecute({ scenario }: StoredRun, sink: EventSink): Simulation {
  return Simulation.create(scenario, { sink, history: 'release' });
}
