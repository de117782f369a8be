import { parseScenario, readScenarioText, Simulation, type Scenario } from '@simcash/engine';
import {
  eventLines,
  findSimulation,
  getCalls,
  StoredStateProvider,
  type SimCashDatabase,
  type StoredSimulation,
} from '@simcash/persistence';
import type { CallRecord, EventSink, StateProvider } from '@simcash/protocol';
import { displayContext } from './display-context.js';

/** A stored simulation with the scenario that its configuration describes. */
export interface StoredRun {
  simulation: StoredSimulation & { agent_ids: string[] };
  scenario: Scenario;
  /** Calls from outside, in order. */
  calls: readonly CallRecord[];
  views: StateProvider;
}

/** @throws NotStoredError */
export async function openRun(database: SimCashDatabase, simulationId: string): Promise<StoredRun> {
  const simulation = await findSimulation(database, simulationId);
  const { document } = readScenarioText(simulation.config_json, 'json');
  // Keys that were forgiven when the run was made are forgiven again.
  const scenario = parseScenario(document, { exactIntegers: true, strict: false });
  const full = simulation.persistence_level === 'FULL';
  return {
    simulation,
    scenario,
    calls: await getCalls(database, simulationId),
    views: new StoredStateProvider(database, simulationId, displayContext(scenario.config), full),
  };
}

/** A stored run that is executed once more: the same scenario, the same calls at the same ticks. */
export class Reexecution {
  readonly simulation: Simulation;
  readonly #calls: readonly CallRecord[];
  #next = 0;

  constructor({ calls, scenario }: StoredRun, sink: EventSink) {
    this.simulation = Simulation.create(scenario, { sink, history: 'release' });
    this.#calls = calls;
  }

  /** Makes the calls that precede the next tick. */
  makeCalls(): void {
    for (; this.#calls[this.#next]?.tick === this.simulation.currentTick; this.#next++)
      this.simulation.repeat(this.#calls[this.#next]!.call);
  }

  /** Runs up to a tick, which is not run itself; its calls are not made yet. */
  runTo(tick: number): Simulation {
    while (this.simulation.currentTick < tick) {
      this.makeCalls();
      this.simulation.tick();
    }
    return this.simulation;
  }
}

/** Where an execution departs from the stored log. */
export interface LogDifference {
  tick: number;
  /** Position in the log. */
  event_seq: number;
  stored: string | null;
  computed: string | null;
}

/** Executes the stored configuration again and compares the logs, tick by tick; the first difference ends it. */
export async function verifyRun(
  database: SimCashDatabase,
  run: StoredRun,
): Promise<{ ticks: number; events: number; difference: LogDifference | null }> {
  const { last_tick: last, simulation_id: id } = run.simulation;
  const ticks = (last ?? -1) + 1;
  let fresh = '';
  const execution = new Reexecution(run, { write: (batch) => (fresh += batch.toNdjson()) });
  let events = 0;
  for (let tick = 0; tick < ticks; tick++) {
    fresh = '';
    let failure = '';
    try {
      execution.runTo(tick + 1);
    } catch (error) {
      failure = `${(error as Error).name}: ${(error as Error).message}\n`;
    }
    let stored = '';
    for await (const lines of eventLines(database, id, { fromTick: tick, toTick: tick })) stored += lines;
    fresh += failure;
    if (stored !== fresh) return { ticks: tick, events, difference: { tick, ...firstDifference(stored, fresh, events) } };
    events += fresh.split('\n').length - 1;
  }
  return { ticks, events, difference: null };
}

/** The first line that differs, with its position in the log. */
export function firstDifference(stored: string, computed: string, before: number): Omit<LogDifference, 'tick'> {
  const [a, b] = [stored.split('\n'), computed.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  const i = at < 0 ? a.length : at;
  return { event_seq: before + i, stored: a[i] || null, computed: b[i] || null };
}
