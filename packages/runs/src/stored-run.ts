import { readScenario, readScenarioText, type Scenario, type SimulationOptions } from '@simcash/engine';
import {
  eventLines,
  findSimulation,
  getCalls,
  loadPaymentList,
  StoredStateProvider,
  type SimCashDatabase,
  type StoredSimulation,
} from '@simcash/persistence';
import type { CallRecord, StateProvider } from '@simcash/protocol';
import { displayContext } from './display-context.js';
import { firstDifference, type LogDifference } from './compare/parting.js';
import { Reexecution } from './reexecution.js';

/** A stored simulation with the scenario that its configuration describes. */
export interface StoredRun {
  /** Its row in `simulations`, and its banks. */
  simulation: StoredSimulation & { agent_ids: string[] };
  /** Read when it is first asked for: of a run of a thousand banks that takes longer than finding some of its events. */
  readonly scenario: Scenario;
  /** Calls from outside, in order. */
  calls: readonly CallRecord[];
  readonly views: StateProvider;
}

/**
 * Opens a stored run.
 *
 * @throws NotStoredError without one
 */
export async function openRun(database: SimCashDatabase, simulationId: string): Promise<StoredRun> {
  const simulation = await findSimulation(database, simulationId);
  const { config_json, dataset_sha256: list } = simulation;
  const payments = list === null ? {} : { payments: await loadPaymentList(database, list) };
  // Keys that were forgiven when the run was made are forgiven again.
  const settings = { exactIntegers: true, strict: false, ...payments };
  let read: Scenario | undefined;
  const scenario = (): Scenario => (read ??= readScenario(readScenarioText(config_json, 'json').document, settings));
  const full = simulation.persistence_level === 'FULL';
  return {
    simulation,
    calls: await getCalls(database, simulationId),
    get scenario() {
      return scenario();
    },
    get views() {
      return new StoredStateProvider(database, simulationId, displayContext(scenario().config), full);
    },
  };
}

/** Executes the stored configuration again and compares the logs, tick by tick; the first difference ends it. */
export async function verifyRun(
  database: SimCashDatabase,
  run: StoredRun,
  algorithms: NonNullable<SimulationOptions['algorithms']> = {},
): Promise<{ ticks: number; events: number; difference: LogDifference | null }> {
  const { last_tick: last, simulation_id: id } = run.simulation;
  const ticks = (last ?? -1) + 1;
  const stored = new StoredLog(database, id);
  let fresh = '';
  const execution = new Reexecution(run, { write: (batch) => (fresh += batch.toNdjson()) }, algorithms);
  let events = 0;
  for (let tick = 0; tick < ticks; tick++) {
    fresh = '';
    let failure = '';
    try {
      execution.runTo(tick + 1);
    } catch (error) {
      failure = `${(error as Error).name}: ${(error as Error).message}\n`;
    }
    fresh += failure;
    if (!(await stored.continuesWith(fresh)) || (await stored.tick()) === tick) {
      let lines = '';
      for await (const text of eventLines(database, id, { fromTick: tick, toTick: tick })) lines += text;
      return { ticks: tick, events, difference: { tick, ...firstDifference(lines, fresh, events) } };
    }
    events += fresh.split('\n').length - 1;
  }
  if (await stored.hasMore())
    return { ticks, events, difference: { tick: ticks, event_seq: events, stored: await stored.line(), computed: null } };
  return { ticks, events, difference: null };
}

/** The lines of a stored log, read page by page. */
class StoredLog {
  readonly #pages: AsyncGenerator<string>;
  #page = '';
  #at = 0;

  constructor(database: SimCashDatabase, id: string) {
    this.#pages = eventLines(database, id);
  }

  /** Whether the next lines are these; they have been read then. */
  async continuesWith(lines: string): Promise<boolean> {
    let rest = lines;
    while (rest.length > 0) {
      if (!(await this.hasMore())) return false;
      const length = Math.min(rest.length, this.#page.length - this.#at);
      if (this.#page.slice(this.#at, this.#at + length) !== rest.slice(0, length)) return false;
      this.#at += length;
      rest = rest.slice(length);
    }
    return true;
  }

  async hasMore(): Promise<boolean> {
    if (this.#at < this.#page.length) return true;
    const { done, value } = await this.#pages.next();
    if (done) return false;
    [this.#page, this.#at] = [value, 0];
    return true;
  }

  /** Tick of the next line; −1 behind the last one. */
  async tick(): Promise<number> {
    return (await this.hasMore()) ? (JSON.parse(await this.line()) as { tick: number }).tick : -1;
  }

  /** The next line. */
  async line(): Promise<string> {
    await this.hasMore();
    return this.#page.slice(this.#at, this.#page.indexOf('\n', this.#at));
  }
}
