import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulationEvent } from '@simcash/protocol';
import { readScenario, Simulation, type ScenarioInput } from '../../src/index.js';
import { property } from '../properties/property.js';
import { Audit } from './support/audit.js';
import { sumOf } from './support/rules.js';
import { design, designed, small, type Small } from './support/small.js';

/** Whole runs of random designs in small random scenarios (spec 12 §14). */

const simulate = (scenario: Small): Simulation => {
  const simulation = Simulation.create(scenario as unknown as ScenarioInput);
  simulation.run();
  return simulation;
};
const eventsOf = (simulation: Simulation): SimulationEvent[] => [...simulation.events];
const configOf = (scenario: Small) => readScenario(scenario).config.settlement!;

describe('every settlement of a run', () => {
  let sets = 0;
  let runs = 0;
  property(
    'is feasible in the state before it, keeps the order, conserves money and is what its event says',
    1800,
    designed(),
    (scenario) => {
      const simulation = simulate(scenario);
      const audit = new Audit(scenario, configOf(scenario));
      const money = audit.money;
      audit.follow(eventsOf(simulation));
      expect(audit.money).toBe(money);
      for (const { agent_id, balance } of simulation.agents()) expect(audit.banks.get(agent_id)!.balance).toBe(balance);
      expect(audit.queue.map(({ id }) => id)).toEqual(simulation.queue2());
      sets += audit.settledSets;
      runs++;
    },
  );

  it('occurred often enough to mean something', () => {
    expect(sets).toBeGreaterThan(runs);
  });
});

const REPORTS = new Set(['AlgorithmRun', 'SettlementRun']);
const withReport = (scenario: Small, report: 'changes' | 'all'): Small => ({
  ...scenario,
  settlement: { ...(scenario.settlement as object), report },
});

describe('reports', () => {
  property('of runs are the sums of those of their algorithms', 700, designed(), (scenario) => {
    const simulation = Simulation.create(withReport(scenario, 'all') as unknown as ScenarioInput);
    simulation.record({ write: () => undefined });
    simulation.run();
    const { algorithm_runs: algorithms, settlement_runs: runs } = simulation.takeRecords();
    const unwound = new Map<string, number>();
    for (const event of simulation.events)
      if (event.event_type === 'SettlementUnwound') {
        const key = `${event.tick} ${event.run}`;
        unwound.set(key, (unwound.get(key) ?? 0) + event.tx_ids.length);
      }
    for (const run of runs) {
      const own = algorithms.filter(({ run: name, tick }) => tick === run.tick && name === run.run);
      expect(run.sets).toBe(sumOf(own.map(({ sets }) => sets)));
      expect(run.payments).toBe(sumOf(own.map(({ payments, released_after }) => payments + released_after)));
      const left = run.payments + (unwound.get(`${run.tick} ${run.run}`) ?? 0) + run.queue_after;
      expect(run.queue_before).toBe(left);
      expect(run.iterations).toBe(Math.max(1, ...own.map(({ iteration }) => iteration)));
      if (run.queue_after === 0) expect(run.stopped).toBe('empty');
      // An iteration after the first was due only because the one before it settled something.
      for (let k = 1; k < run.iterations; k++)
        expect(
          sumOf(own.filter(({ iteration }) => iteration === k).map((one) => one.payments + one.released_after)),
        ).toBeGreaterThan(0);
    }
    expect(algorithms.every(({ event_seq }) => event_seq !== null)).toBe(true);
  });

  property('of changes are some of all reports, and nothing else of the log differs', 700, designed(), (scenario) => {
    const [changes, all] = (['changes', 'all'] as const).map((report) => eventsOf(simulate(withReport(scenario, report))));
    const texts = (events: readonly SimulationEvent[], reports: boolean): string[] =>
      events.filter((event) => REPORTS.has(event.event_type) === reports).map((event) => JSON.stringify(event));
    expect(texts(changes!, false)).toEqual(texts(all!, false));
    const says = (event: SimulationEvent): boolean =>
      event.event_type === 'AlgorithmRun'
        ? event.payments + event.released_after > 0 ||
          event.truncated !== null ||
          event.skipped > 0 ||
          (event.proof ?? 'full') !== 'full'
        : event.event_type === 'SettlementRun' && (event.payments > 0 || event.stopped === 'repeat_limit');
    expect(texts(changes!, true)).toEqual(texts(all!.filter(says), true));
  });

  property('a run that settled nothing settles nothing when it is repeated at once', 600, designed(), (scenario) => {
    const { runs, ...rest } = scenario.settlement as { runs: object[] };
    const twice = runs.flatMap((run, i) => [
      { ...run, name: `first${i}` },
      { ...run, name: `again${i}` },
    ]);
    const events = eventsOf(simulate({ ...scenario, settlement: { ...rest, runs: twice, report: 'all' } }));
    const reports = events.flatMap((event) => (event.event_type === 'SettlementRun' ? [event] : []));
    reports.forEach((again, i) => {
      const first = reports[i - 1];
      if (!again.run.startsWith('again') || first!.payments > 0 || first!.queue_after !== first!.queue_before) return;
      expect(again).toEqual({ ...first, run: again.run });
    });
  });
});

/** Everything that leaves a run. */
function outputOf(scenario: Small, cuts: readonly number[]): unknown {
  const input = scenario as unknown as ScenarioInput;
  let simulation = Simulation.create(input);
  simulation.record({ write: () => undefined });
  let log = '';
  const records: unknown[] = [[], [], []];
  const collect = (): void => {
    log += simulation.events.toNdjson();
    const { algorithm_runs, lsm, settlement_runs } = simulation.takeRecords();
    for (const [k, list] of [algorithm_runs, settlement_runs, lsm].entries()) (records[k] as unknown[]).push(...list);
  };
  while (simulation.currentTick < simulation.totalTicks) {
    if (cuts.includes(simulation.currentTick)) {
      const text = simulation.snapshot();
      collect();
      simulation = Simulation.restore(input, text);
      expect(simulation.snapshot()).toBe(text);
      simulation.record({ write: () => undefined });
    }
    simulation.tick();
  }
  collect();
  return { log, records, end: simulation.snapshot() };
}

describe('resuming', () => {
  property(
    'from a snapshot before any ticks equals never having stopped, reports included',
    700,
    fc.tuple(designed({ maxTicks: 6 }), fc.uniqueArray(fc.nat({ max: 11 }), { minLength: 1, maxLength: 3 })),
    ([scenario, cuts]) => expect(outputOf(scenario, cuts)).toEqual(outputOf(scenario, [])),
  );
});

describe('what is skipped because it cannot settle', () => {
  // A class without payments that would have to keep an order turns the shortcuts of gross scans off, and changes nothing else.
  const plain = { highly_urgent: 'strict', urgent: 'bypass', normal: 'bypass' };
  // Runs over the whole queue in every tick, where there are most of these shortcuts.
  const wholeRuns = fc
    .array(fc.constantFrom<unknown>('retry', { type: 'retry', passes: 'until_stable' }, 'bilateral_subset', 'partial_netting'), {
      minLength: 1,
      maxLength: 3,
    })
    .map((algorithms) => [{ repeat: 2, algorithms }]);
  property(
    'settles nothing when it is tried',
    1800,
    fc.tuple(small({ self: true, deferred: true, maxTicks: 6 }), design, fc.option(wholeRuns)),
    ([scenario, drawn, whole]) => {
      const settlement = whole === null ? drawn : { ...drawn, runs: whole };
      const log = (queue: object): string => {
        const block = { ...settlement, entry: { offset: (settlement.entry as { offset: string }).offset }, queue, report: 'all' };
        return simulate({ ...scenario, settlement: block }).events.toNdjson();
      };
      expect(log({})).toBe(log({ discipline: plain }));
    },
  );
});
