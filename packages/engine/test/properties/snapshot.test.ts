import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { Simulation, SnapshotError, type ScenarioInput, type SimulationOptions, type TickResult } from './engine.js';
import { create, look, makeCall, runThrough } from './drive.js';
import { property } from './property.js';
import { anyWorkload, type Workload } from './scenarios.js';

/** An interruption before a tick, after so many of the calls that precede it. */
interface Cut {
  before_tick: number;
  after_calls: number;
}

const cuts = fc.array(
  fc.record({ before_tick: fc.nat({ max: 44 }), after_calls: fc.nat({ max: 2 }) }, { noNullPrototype: true }),
  { minLength: 1, maxLength: 6 },
);

/** Everything that leaves a run, in the order in which it leaves. */
interface Output {
  log: string;
  results: TickResult[];
  collateral: unknown[];
  daily: unknown[];
  lsm: unknown[];
  closed: number[][];
}

type Columns = { length: number; columns: Readonly<Record<string, ArrayLike<number>>> };

function rows({ columns, length }: Columns): number[][] {
  return Array.from({ length }, (_, i) => Object.values(columns).map((column) => column[i]!));
}

/** Hands over what a run has produced so far. */
function collect(output: Output, simulation: Simulation): void {
  simulation.flush();
  const { collateral, daily, lsm } = simulation.takeRecords();
  output.log += simulation.events.toNdjson();
  output.collateral.push(...collateral);
  output.daily.push(...daily);
  output.lsm.push(...lsm);
  output.closed.push(...rows(simulation.takeClosedTransactions() as Columns));
}

const scenarioOf = ({ scenario }: Workload): ScenarioInput => scenario as unknown as ScenarioInput;

/** Runs a workload and continues in a new simulation at every cut. */
function runWithCuts(
  work: Workload,
  isCut: (tick: number, calls: number) => boolean,
  options: SimulationOptions = {},
): [Simulation, Output] {
  const output: Output = { log: '', results: [], collateral: [], daily: [], lsm: [], closed: [] };
  let simulation = create(work, options);
  simulation.record({ write: () => undefined });
  while (simulation.currentTick < simulation.totalTicks) {
    const due = work.calls.filter(({ before_tick }) => before_tick === simulation.currentTick);
    for (let calls = 0; calls <= due.length; calls++) {
      if (isCut(simulation.currentTick, calls)) {
        collect(output, simulation);
        simulation = Simulation.restore(scenarioOf(work), simulation.snapshot(), options);
        simulation.record({ write: () => undefined });
      }
      if (calls < due.length) makeCall(simulation, due[calls]!);
    }
    output.results.push(simulation.tick());
  }
  collect(output, simulation);
  return [simulation, output];
}

const never = (): boolean => false;
const at = (list: readonly Cut[]) => (tick: number, calls: number) =>
  list.some((cut) => cut.before_tick === tick && cut.after_calls === calls);

/** What can be asked about the present, whatever became of the past. */
function present(simulation: Simulation): unknown {
  const { agents, queue1, queue2, registers } = look(simulation);
  return {
    ...{ agents, queue1, queue2, registers },
    clock: [simulation.currentTick, simulation.currentDay],
    id: simulation.id,
    rng: simulation.rngState,
    events: simulation.eventCount,
    metrics: simulation.systemMetrics(),
    counts: simulation.transactionCounts(),
    totals: simulation.runTotals(),
    policies: simulation.agentPolicies(),
    open: rows(simulation.openTransactions() as Columns),
    banks: simulation.agentIds.map((id) => [
      ...[
        simulation.agentCosts(id),
        simulation.agentRunCosts(id),
        simulation.agentDayCounters(id),
        simulation.agentRunCounters(id),
      ],
      ...[simulation.agentLimits(id), simulation.agentOutflows(id), simulation.arrivalRate(id), simulation.agentPeakNetDebit(id)],
    ]),
  };
}

describe('a run that is interrupted', () => {
  property(
    'once or several times, before or between calls, equals one that never was',
    60,
    fc.tuple(anyWorkload(), cuts),
    ([work, list]) => {
      const [whole, expected] = runWithCuts(work, never);
      const [pieced, found] = runWithCuts(work, at(list));
      expect(found).toEqual(expected);
      expect(present(pieced)).toEqual(present(whole));
      expect(pieced.transactions()).toEqual(whole.transactions());
      expect(pieced.snapshot()).toBe(whole.snapshot());
    },
  );

  property('before every tick and after every call equals one that never was', 40, anyWorkload(), (work) => {
    const [whole, expected] = runWithCuts(work, never);
    const [pieced, found] = runWithCuts(work, () => true);
    expect(found).toEqual(expected);
    expect(present(pieced)).toEqual(present(whole));
  });

  property('and lets go of its history equals one that does neither', 50, fc.tuple(anyWorkload(), cuts), ([work, list]) => {
    const [whole, expected] = runWithCuts(work, never);
    const [pieced, found] = runWithCuts(work, at(list), { history: 'release' });
    expect(found).toEqual(expected);
    expect(present(pieced)).toEqual(present(whole));
  });

  property('tells the same about its present at once', 50, fc.tuple(anyWorkload(), fc.nat({ max: 44 })), ([work, tick]) => {
    const simulation = create(work);
    while (simulation.currentTick < Math.min(tick, simulation.totalTicks)) {
      for (const call of work.calls) if (call.before_tick === simulation.currentTick) makeCall(simulation, call);
      simulation.tick();
    }
    const text = simulation.snapshot();
    const restored = Simulation.restore(scenarioOf(work), text);
    expect(present(restored)).toEqual(present(simulation));
    expect(restored.transactions()).toEqual(simulation.transactions());
    expect(restored.events.length).toBe(0);
    // Saving, loading and saving again changes nothing, and looking is not touching.
    expect(restored.snapshot()).toBe(text);
    expect(simulation.snapshot()).toBe(text);
  });

  property(
    'may be continued more than once from the same point',
    60,
    fc.tuple(anyWorkload(), fc.nat({ max: 44 })),
    ([work, tick]) => {
      const simulation = runThrough({ ...work, calls: [] });
      const original = create({ ...work, calls: [] });
      original.run({ untilTick: Math.min(tick, original.totalTicks) });
      const text = original.snapshot();
      const past = original.events.toNdjson();
      for (let i = 0; i < 2; i++) {
        const copy = Simulation.restore(scenarioOf(work), text);
        copy.run();
        expect(past + copy.events.toNdjson()).toBe(simulation.events.toNdjson());
      }
      original.run();
      expect(original.events.toNdjson()).toBe(simulation.events.toNdjson());
    },
  );
});

/** What was thrown, or null. */
function errorOf(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}

describe('a snapshot', () => {
  const half = ({ scenario }: Workload): Simulation => {
    const simulation = create({ scenario, calls: [] });
    simulation.run({ untilTick: Math.ceil(simulation.totalTicks / 2) });
    return simulation;
  };

  property('is refused for another scenario', 40, fc.tuple(anyWorkload(), fc.nat()), ([work, rng_seed]) => {
    const text = half(work).snapshot();
    const scenario = { ...work.scenario, simulation: { ...work.scenario.simulation, rng_seed } };
    const error = errorOf(() => Simulation.restore(scenarioOf({ ...work, scenario }), text));
    if (rng_seed === work.scenario.simulation.rng_seed) return expect(error).toBeNull();
    expect(error).toBeInstanceOf(SnapshotError);
    expect(String(error)).toMatch(/Config mismatch: expected hash [0-9a-f]{64}, got [0-9a-f]{64}/);
  });

  property('belongs to the scenario, not to the policies that calls have put in force', 60, anyWorkload(), (work) => {
    const simulation = half(work);
    for (const call of work.calls) if (call.call === 'update_policy') makeCall(simulation, call);
    expect(errorOf(() => Simulation.restore(scenarioOf(work), simulation.snapshot()))).toBeNull();
  });

  property(
    'of anything else is refused',
    60,
    fc.oneof(fc.string(), fc.json(), fc.constantFrom('{"state_format":1}', '{}', 'null')),
    (text) => {
      const scenario = { simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 }, agents: [{ id: 'A', opening_balance: 0 }] };
      expect(errorOf(() => Simulation.restore(scenario, text))).toBeInstanceOf(SnapshotError);
    },
  );

  property(
    'that has a payment twice, or one that is not there, is refused',
    40,
    fc.tuple(anyWorkload(), fc.nat()),
    ([work, pick]) => {
      const simulation = half(work);
      const state = JSON.parse(simulation.snapshot()) as {
        queue2: number[];
        agents: { queue1: number[] }[];
        transactions: { number: number }[];
      };
      const queues = [state.queue2, ...state.agents.map(({ queue1 }) => queue1)];
      const restored = (): unknown => errorOf(() => Simulation.restore(scenarioOf(work), JSON.stringify(state)));
      expect(restored()).toBeNull();
      const waiting = queues.flat();
      if (waiting.length > 0) {
        const target = queues[pick % queues.length]!;
        target.push(waiting[pick % waiting.length]!);
        expect(String(restored())).toMatch(
          /State validation error: Duplicate transaction T\d{8} in multiple queues: (agent .+|RTGS queue) and (agent .+|RTGS queue)/,
        );
        target.pop();
      }
      queues[pick % queues.length]!.push(99_999);
      expect(String(restored())).toMatch(
        /State validation error: Orphaned transaction in (agent .+ queue|RTGS queue): T00099999/,
      );
    },
  );
});
