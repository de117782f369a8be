import { createHash } from 'node:crypto';
import type {
  CheckpointType,
  RecordableConfig,
  RecordableSimulation,
  RunIndicators,
  RunTotals,
  SimulationEnd,
  SimulationPersistenceProvider,
  SimulationStart,
  TickResult,
} from '@simcash/protocol';
import { PersistenceOrderError } from './errors.js';

/** How a run is recorded. */
export interface RecordingOptions {
  /** First tick that is not run; the end of the configured run unless given. */
  untilTick?: number;
  /** Save a checkpoint after every so many ticks, or at the end of each day. */
  checkpointEvery?: number | 'day';
  /** Told about every tick that is done. */
  onTick?: (result: TickResult) => void;
  /** Asked after every tick; a reason ends the run there and marks it as failed. */
  stop?: () => string | null;
  /** Indicators of the run that has just completed; asked for from level EVENTS. */
  indicators?: () => RunIndicators;
  /** Milliseconds of a clock. */
  now?: () => number;
}

/** The event loop gets its turn so often, so that signals are heard. */
const TURN_MILLIS = 20;

/**
 * Runs a simulation and hands it to the store tick by tick: the one loop that every path uses (INV-11).
 *
 * ```ts
 * const provider = new StandardSimulationPersistenceProvider(database);
 * const recorder = new SimulationRecorder(provider, 'run-1', start);
 * await recorder.run(Simulation.create(scenario));
 * ```
 *
 * `recordSimulation` of `@simcash/runs` does all of this in one call and makes the start record, too.
 */
export class SimulationRecorder {
  /** Of the ticks that are done. */
  #totals: RunTotals | null = null;

  constructor(
    private readonly provider: SimulationPersistenceProvider,
    /** The simulation's id. */
    readonly simulationId: string,
    private readonly start: SimulationStart,
  ) {}

  /**
   * Runs to the end and stores how it ended; an error of the simulation is stored, too, and thrown again.
   *
   * @returns the reason why it was stopped, null if it was not
   * @throws PersistenceOrderError before anything is written if the start record does not describe the simulation
   */
  async run(simulation: RecordableSimulation, options: RecordingOptions = {}): Promise<string | null> {
    const { now = () => performance.now(), untilTick = this.start.total_ticks } = options;
    const { provider, simulationId, start } = this;
    checkStart(simulationId, start, simulation);
    const store = { write: (batch: Parameters<typeof provider.persistTickEvents>[2]) => this.#write(batch) };
    simulation.record(store, { chosenHolds: start.persistence_level === 'FULL' });
    try {
      await provider.persistSimulationStart(simulationId, start);
      const began = now();
      const firstTick = simulation.currentTick;
      this.#totals = simulation.runTotals();
      const end = (): SimulationEnd => this.#end(simulation, (now() - began) / 1000, simulation.currentTick - firstTick);
      let reason: string | null;
      try {
        reason = await this.#ticks(simulation, untilTick, options, now);
      } catch (error) {
        await provider.persistSimulationFailed(simulationId, (error as Error).message, end());
        throw error;
      }
      if (reason === null) await provider.persistSimulationComplete(simulationId, { ...end(), ...this.#indicators(options) });
      else await provider.persistSimulationFailed(simulationId, reason, end());
      return reason;
    } finally {
      simulation.stopRecording();
    }
  }

  #write(batch: Parameters<SimulationPersistenceProvider['persistTickEvents']>[2]): void {
    this.provider.persistTickEvents(this.simulationId, batch.tick, batch);
  }

  async #ticks(
    simulation: RecordableSimulation,
    untilTick: number,
    options: RecordingOptions,
    now: () => number,
  ): Promise<string | null> {
    let turn = now();
    while (simulation.currentTick < untilTick) {
      await this.#tick(simulation, options);
      if (now() - turn > TURN_MILLIS) {
        await new Promise((resolve) => setImmediate(resolve));
        turn = now();
      }
      const reason = options.stop?.() ?? null;
      if (reason !== null) return reason;
    }
    return null;
  }

  async #tick(simulation: RecordableSimulation, options: RecordingOptions): Promise<void> {
    const { provider, simulationId, start } = this;
    const result = simulation.tick();
    const { algorithm_runs, calls, collateral, daily, lsm, settlement_runs } = simulation.takeRecords();
    const totals = simulation.runTotals();
    this.#totals = totals;
    const full = start.persistence_level === 'FULL';
    provider.persistTickState(simulationId, result.tick, {
      result,
      totals,
      rng_state: simulation.rngState,
      calls,
      collateral,
      lsm,
      settlement_runs,
      algorithm_runs,
      agents: full ? simulation.agentColumns() : null,
      queues: full ? simulation.queueColumns() : null,
    });
    const endsDay = simulation.currentTick % start.ticks_per_day === 0;
    if (endsDay) {
      provider.persistClosedTransactions(simulationId, simulation.takeClosedTransactions());
      await provider.persistDayComplete(simulationId, simulation.currentTick / start.ticks_per_day - 1, {
        agent_metrics: daily,
        queues: simulation.queueColumns(),
      });
    }
    await this.#checkpoint(simulation, endsDay, options.checkpointEvery);
    options.onTick?.(result);
    await provider.turn();
  }

  async #checkpoint(
    simulation: RecordableSimulation,
    endsDay: boolean,
    every: RecordingOptions['checkpointEvery'],
  ): Promise<void> {
    if (every === undefined) return;
    const due = every === 'day' ? endsDay : simulation.currentTick % every === 0;
    if (!due) return;
    const state = simulation.snapshot();
    this.provider.persistClosedTransactions(this.simulationId, simulation.takeClosedTransactions());
    const type: CheckpointType = endsDay ? 'end_of_day' : 'auto';
    await this.provider.persistCheckpoint(this.simulationId, {
      checkpoint_tick: simulation.currentTick,
      checkpoint_type: type,
      description: null,
      created_by: 'simcash run',
      state_json: state,
      state_hash: createHash('sha256').update(state).digest('hex'),
      next_event_seq: simulation.eventCount,
    });
  }

  #indicators({ indicators }: RecordingOptions): Pick<SimulationEnd, 'indicators'> {
    return indicators === undefined || this.start.persistence_level === 'SUMMARY' ? {} : { indicators: indicators() };
  }

  #end(simulation: RecordableSimulation, seconds: number, ticks: number): SimulationEnd {
    this.provider.persistClosedTransactions(this.simulationId, simulation.takeClosedTransactions());
    return {
      duration_seconds: seconds,
      executed_ticks: ticks,
      totals: this.#totals!,
      open_transactions: simulation.openTransactions(),
    };
  }
}

/** Compares a start record with what the simulation itself says. */
function checkStart(id: string, start: SimulationStart, simulation: RecordableSimulation): void {
  const { config, currentTick } = simulation;
  const told = describe({ ...start, agent_configs: start.agents.map((agent) => ({ ...agent, id: agent.agent_id })) });
  const difference = Object.entries(describe(config)).find(([what, value]) => told[what] !== value);
  if (difference !== undefined) {
    const [what, value] = difference;
    throw new PersistenceOrderError(
      `the start record of ${id} does not describe the simulation: ${what} is ${told[what]} there, and ${value} in the simulation`,
    );
  }
  if ((start.first_tick ?? 0) !== currentTick)
    throw new PersistenceOrderError(
      `the start record of ${id} begins with tick ${start.first_tick ?? 0}, the simulation with tick ${currentTick}`,
    );
}

function describe({ agent_configs: banks, num_days, rng_seed, ticks_per_day }: RecordableConfig): Record<string, string> {
  const opening = banks.map(({ id, opening_balance, unsecured_cap }) => `${id} (${opening_balance}, ${unsecured_cap})`);
  return {
    ticks_per_day: String(ticks_per_day),
    num_days: String(num_days),
    rng_seed: String(rng_seed),
    'the list of banks': opening.join(', '),
  };
}
