import {
  InvalidConfigError,
  MoneyRangeError,
  PolicyRuntimeError,
  ScenarioError,
  SettlementError,
  SimulationError,
  simulationRunner,
} from '@simcash/engine';
import { BySizeExecutor, InProcessExecutor, WorkerThreadsExecutor } from '@simcash/experiments';
import type { Executor } from '@simcash/protocol';

/** Where runs are executed: here, in threads, or whichever suits their number. */
export type ExecutorName = 'auto' | 'in-process' | 'worker-threads';

/** What a simulation may throw. */
const ERRORS = { InvalidConfigError, MoneyRangeError, PolicyRuntimeError, ScenarioError, SettlementError, SimulationError };

/** Runs simulations in this process, on worker threads, or where it is faster. */
export function createExecutor(name: ExecutorName, workers?: number): Executor {
  const threads = (): Executor => new WorkerThreadsExecutor(new URL('./worker.js', import.meta.url), workers, ERRORS);
  const here = new InProcessExecutor(simulationRunner);
  if (name === 'in-process') return here;
  return name === 'worker-threads' ? threads() : new BySizeExecutor(here, threads);
}
