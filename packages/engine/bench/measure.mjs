import { CountingSink, Simulation } from '../dist/index.js';

/** Samples of memory use and queue length per run. */
const SAMPLES = 200;
const MIB = 2 ** 20;

/** A warm process is one that has spent so long on the case: by then its code is compiled. */
const WARM_UP_SECONDS = 1;

/**
 * Times a scenario: a warm-up, then `runs` runs of the tick loop alone, each with a new simulation. Events are counted and dropped,
 * final payments are released, and records are collected every day, as a store would do.
 *
 * Garbage is not collected by force in between: that throws away compiled code as well, and a run of less than a second would measure
 * the compiler.
 */
export function measureTime({ scenario, runs, warmUpTicks = Infinity, expectedEvents = null }) {
  for (const began = cpuClock(); cpuClock() - began < WARM_UP_SECONDS;) runOnce(scenario, { untilTick: warmUpTicks });
  const results = [];
  for (let i = 0; i < runs; i++) results.push(runOnce(scenario).figures);
  const { counts } = results[0];
  if (expectedEvents !== null && counts.events !== expectedEvents) {
    throw new Error(`${counts.events} events, but ${expectedEvents} are expected: the engine computes something else`);
  }
  const seconds = spread(results.map((result) => result.seconds));
  const days = results[0].dayCpuSeconds.map((_, day) => median(results.map((result) => result.dayCpuSeconds[day])));
  return {
    ...counts,
    seconds,
    cpu_seconds: spread(results.map((result) => result.cpuSeconds)),
    create_seconds: spread(results.map((result) => result.createSeconds)),
    ticks_per_second: counts.ticks / seconds.median,
    payments_per_second: counts.payments / seconds.median,
    events_per_second: counts.events / seconds.median,
    parts: shares(results.map((result) => result.micros)),
    ...(days.length > 1 ? { day_cpu_seconds: days } : {}),
  };
}

/** Measures the memory of a process that does nothing but one run; it must be able to collect garbage by force. */
export function measureMemory(scenario) {
  let peak = 0;
  let longestQueue2 = 0;
  const sample = (simulation) => {
    peak = Math.max(peak, process.memoryUsage.rss());
    longestQueue2 = Math.max(longestQueue2, simulation.systemMetrics().queue2_total_size);
  };
  const { simulation } = runOnce(scenario, { sample });
  globalThis.gc();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  // What is alive now is the scenario and the simulation, which the next line uses.
  sample(simulation);
  return { peak_rss_mib: peak / MIB, live_mib: (heapUsed + arrayBuffers) / MIB, longest_queue2: longestQueue2 };
}

function runOnce(scenario, { untilTick = Infinity, sample = null } = {}) {
  const beforeCreation = performance.now();
  const sink = new CountingSink();
  const simulation = Simulation.create(scenario, { sink, history: 'release', now: () => performance.now() });
  const createSeconds = (performance.now() - beforeCreation) / 1000;
  const { num_days: days, ticks_per_day: ticksPerDay } = simulation.config;
  const ticks = Math.min(simulation.totalTicks, untilTick);
  const sampleEvery = Math.ceil(ticks / SAMPLES);
  const micros = {};
  const dayCpuSeconds = [];
  const cpuBegan = cpuClock();
  const began = performance.now();
  let dayBegan = cpuBegan;
  for (let tick = 0; tick < ticks; tick++) {
    simulation.tick();
    const { timing } = simulation;
    for (const part in timing) micros[part] = (micros[part] ?? 0) + timing[part];
    if (sample !== null && tick % sampleEvery === 0) sample(simulation);
    if ((tick + 1) % ticksPerDay === 0) {
      simulation.takeRecords();
      const now = cpuClock();
      dayCpuSeconds.push(now - dayBegan);
      dayBegan = now;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const cpuSeconds = cpuClock() - cpuBegan;
  const metrics = simulation.systemMetrics();
  const counts = {
    banks: simulation.agentIds.length,
    days,
    ticks,
    payments: metrics.total_arrivals,
    events: sink.events,
    settlement_rate: metrics.settlement_rate,
    lsm_share: simulation.runTotals().lsm_releases / metrics.total_settlements,
  };
  return { simulation, figures: { seconds, cpuSeconds, createSeconds, dayCpuSeconds, micros, counts } };
}

/** Processor time of this process in seconds, garbage collection and compilation included; other processes hardly disturb it. */
function cpuClock() {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1e6;
}

/** Shares of the parts of a tick in its whole duration. */
function shares(micros) {
  const sums = {};
  for (const parts of micros) for (const [part, duration] of Object.entries(parts)) sums[part] = (sums[part] ?? 0) + duration;
  const { total_micros: total, ...parts } = sums;
  return Object.fromEntries(Object.entries(parts).map(([part, duration]) => [part.replace('_micros', ''), duration / total]));
}

export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values), all: values };
}

export function median(values) {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
