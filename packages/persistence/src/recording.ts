import { createHash } from 'node:crypto';
import type {
  CheckpointType,
  EventBatch,
  EventSink,
  RecordableSimulation,
  SimulationPersistenceProvider,
  SimulationStart,
  SimulationTotals,
  TickResult,
} from '@simcash/protocol';

export interface RecordingOptions {
  /** First tick that is not run; the end of the configured run unless given. */
  untilTick?: number;
  /** Save a checkpoint after every so many ticks, or at the end of each day. */
  checkpointEvery?: number | 'day';
  /** Told about every tick that is done. */
  onTick?: (result: TickResult) => void;
  /** Asked after every tick; a reason ends the run there and marks it as failed. */
  stop?: () => string | null;
  /** Milliseconds of a clock. */
  now?: () => number;
}

/** The event loop gets its turn so often, so that signals are heard. */
const TURN_MILLIS = 20;

/**
 * Runs a simulation and hands it to the store tick by tick: the one loop that every path uses (INV-11). It is the simulation's
 * event sink:
 *
 * ```ts
 * const recorder = new SimulationRecorder(provider, 'run-1', start);
 * const simulation = Simulation.create(scenario, { sink: recorder, history: 'release', collectClosed: true });
 * await recorder.run(simulation);
 * ```
 */
export class SimulationRecorder implements EventSink {
  #totalCost = 0;
  /** As of the latest finished tick: the simulation itself also counts what a failing tick did. */
  #counts!: Pick<SimulationTotals, 'total_arrivals' | 'total_settlements' | 'total_lsm_releases'>;

  constructor(
    private readonly provider: SimulationPersistenceProvider,
    readonly simulationId: string,
    private readonly start: SimulationStart,
    /** Costs charged before the first tick of this run, when it is resumed. */
    costBefore = 0,
  ) {
    this.#totalCost = costBefore;
  }

  write(batch: EventBatch): void {
    this.provider.persistTickEvents(this.simulationId, batch.tick, batch);
  }

  /**
   * Runs to the end and stores how it ended; an error of the simulation is stored, too, and thrown again.
   *
   * @returns the reason why it was stopped, null if it was not
   */
  async run(simulation: RecordableSimulation, options: RecordingOptions = {}): Promise<string | null> {
    const { now = () => performance.now(), untilTick = this.start.total_ticks } = options;
    const { provider, simulationId } = this;
    const began = now();
    const firstTick = simulation.currentTick;
    const totals = (): SimulationTotals => this.#totals(simulation, (now() - began) / 1000, simulation.currentTick - firstTick);
    let turn = now();
    this.#count(simulation);
    try {
      while (simulation.currentTick < untilTick) {
        await this.#tick(simulation, options);
        if (now() - turn > TURN_MILLIS) {
          await new Promise((resolve) => setImmediate(resolve));
          turn = now();
        }
        const reason = options.stop?.() ?? null;
        if (reason === null) continue;
        await provider.persistSimulationFailed(simulationId, reason, totals());
        return reason;
      }
    } catch (error) {
      await provider.persistSimulationFailed(simulationId, (error as Error).message, totals());
      throw error;
    }
    await provider.persistSimulationComplete(simulationId, totals());
    return null;
  }

  async #tick(simulation: RecordableSimulation, options: RecordingOptions): Promise<void> {
    const { provider, simulationId, start } = this;
    const result = simulation.tick();
    this.#totalCost += result.total_cost;
    this.#count(simulation);
    const { collateral, daily, lsm } = simulation.takeRecords();
    const full = start.persistence_level === 'FULL';
    provider.persistTickState(simulationId, result.tick, {
      result,
      rng_state: simulation.rngState,
      collateral,
      lsm,
      agents: full ? simulation.agentColumns() : null,
      queues: full ? simulation.queueColumns() : null,
    });
    const endsDay = simulation.currentTick % start.ticks_per_day === 0;
    await this.#checkpoint(simulation, endsDay, options.checkpointEvery);
    if (endsDay) {
      provider.persistClosedTransactions(simulationId, simulation.takeClosedTransactions());
      await provider.persistDayComplete(simulationId, simulation.currentTick / start.ticks_per_day - 1, {
        agent_metrics: daily,
        system: simulation.systemMetrics(),
        lsm_releases: simulation.offsetPayments,
        queues: simulation.queueColumns(),
      });
    }
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

  #count(simulation: RecordableSimulation): void {
    const { total_arrivals, total_settlements } = simulation.systemMetrics();
    this.#counts = { total_arrivals, total_settlements, total_lsm_releases: simulation.offsetPayments };
  }

  #totals(simulation: RecordableSimulation, seconds: number, ticks: number): SimulationTotals {
    const { provider, simulationId } = this;
    provider.persistClosedTransactions(simulationId, simulation.takeClosedTransactions());
    return {
      ...this.#counts,
      total_cost_cents: this.#totalCost,
      duration_seconds: seconds,
      executed_ticks: ticks,
      open_transactions: simulation.openTransactions(),
    };
  }
}
