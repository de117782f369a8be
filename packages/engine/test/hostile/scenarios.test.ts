import * as fc from 'fast-check';
import { describe } from 'vitest';
import { create, makeCall, makeCalls } from '../properties/drive.js';
import { Simulation, type ScenarioInput } from '../properties/engine.js';
import { workload, type Workload } from '../properties/scenarios.js';
import { Audit } from './audit.js';
import { fuzzValues } from './fuzz.js';
import { contradictions } from './snapshot-state.js';

/** A run and its audit, interrupted once: the continued run must tell the very same. */
function audited({ calls, scenario }: Workload, cutTick: number, cutCall: number): void {
  const simulation = create({ scenario, calls });
  const audit = new Audit(scenario);
  let continued: Simulation | null = null;
  while (simulation.currentTick < simulation.totalTicks) {
    const { currentTick: tick } = simulation;
    const due = calls.filter(({ before_tick }) => before_tick === tick);
    if (tick === cutTick % simulation.totalTicks) {
      // Somewhere among the calls before the tick; what they said until then is the past of the continued run.
      const done = cutCall % (due.length + 1);
      for (const call of due.slice(0, done)) makeCall(simulation, call);
      const text = simulation.snapshot();
      const wrong = contradictions(text, simulation.config);
      if (wrong.length > 0) throw new Error(`The snapshot says: ${wrong.join('; ')}`);
      const before = simulation.events.length;
      continued = Simulation.restore(scenario as unknown as ScenarioInput, text);
      for (const call of due.slice(done)) makeCall(simulation, call);
      for (const call of due.slice(done)) makeCall(continued, call);
      continued.flush();
      simulation.flush();
      equal(continued.events.length, simulation.events.length - before, 'events of calls');
    } else {
      makeCalls(simulation, calls);
      if (continued !== null) makeCalls(continued, calls);
    }
    simulation.tick();
    continued?.tick();
    audit.take(simulation.events.ofTick(tick));
    audit.compare(simulation);
  }
  audit.finish(simulation);
  sameEnd(simulation.events.toNdjson(), continued!.events.toNdjson());
  const end = simulation.snapshot();
  equal(continued!.snapshot(), end, 'the state at the end');
  const wrong = contradictions(end, simulation.config);
  if (wrong.length > 0) throw new Error(`At the end: ${wrong.join('; ')}`);
}

/** The continued log is the end of the whole one, byte for byte. */
function sameEnd(log: string, rest: string): void {
  if (log.endsWith(rest)) return;
  const whole = log.split('\n');
  const lines = rest.split('\n');
  const end = whole.slice(-lines.length);
  const different = lines.findIndex((line, i) => line !== end[i]);
  throw new Error(`the log goes on with ${lines[different]} instead of ${end[different]}`);
}

function equal(found: unknown, expected: unknown, what: string): void {
  if (found !== expected)
    throw new Error(`${what}: ${String(found).slice(0, 2000)} instead of ${String(expected).slice(0, 2000)}`);
}

describe('a scenario', () => {
  const cut = [fc.nat({ max: 44 }), fc.nat({ max: 9 })] as const;

  fuzzValues(
    'keeps its books, and goes on after an interruption as if there had been none',
    3000,
    fc.tuple(workload({ generators: true }), ...cut),
    ([work, tick, call]) => audited(work, tick, call),
  );

  fuzzValues(
    'does so with outages, shocks, delays and cancellations, too',
    500,
    fc.tuple(workload({ generators: true, stress: true }), ...cut),
    ([work, tick, call]) => audited(work, tick, call),
  );
});
