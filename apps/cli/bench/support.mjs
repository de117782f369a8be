import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readScenario, Simulation } from '@simcash/engine';
import { SimCashDatabase, SimulationRecorder, StandardSimulationPersistenceProvider } from '@simcash/persistence';
import { describeRun } from '@simcash/runs';

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Opens a fresh database, lets `work` use it, and removes it. `size` is that of the closed file. */
export async function withFreshDatabase(work) {
  const directory = mkdtempSync(path.join(tmpdir(), 'simcash-bench-'));
  const file = path.join(directory, 'bench.duckdb');
  try {
    const database = await SimCashDatabase.open(file);
    const result = await work(database, new StandardSimulationPersistenceProvider(database, 'bench'));
    database.close();
    return { result, size: statSync(file).size };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs a scenario through the recorder that every path uses. Seconds in all, and those spent in ticks. */
export async function record(provider, id, scenario, level) {
  const start = describeRun(scenario, { level });
  const recorder = new SimulationRecorder(provider, id, start);
  const began = performance.now();
  const simulation = Simulation.create(scenario, { sink: { write() {} }, simulationId: id, history: 'release' });
  let ticking = 0;
  const tick = simulation.tick.bind(simulation);
  simulation.tick = () => {
    const from = performance.now();
    try {
      return tick();
    } finally {
      ticking += performance.now() - from;
    }
  };
  await recorder.run(simulation);
  return { seconds: (performance.now() - began) / 1000, ticking: ticking / 1000, events: simulation.eventCount };
}

/** Seconds that the ticks of a scenario take when nobody listens. */
export function bare(scenario) {
  const simulation = Simulation.create(scenario, { sink: { write() {} }, history: 'release' });
  const began = performance.now();
  simulation.run();
  return (performance.now() - began) / 1000;
}

/** A scenario of so many banks that do nothing by themselves. */
export function quietScenario(banks, ticksPerDay = 1, days = 1) {
  return readScenario({
    simulation: { ticks_per_day: ticksPerDay, num_days: days, rng_seed: 1 },
    agents: Array.from({ length: banks }, (_, b) => ({ id: `B${String(b).padStart(3, '0')}`, opening_balance: 0 })),
  });
}
