import { describe, expect, it } from 'vitest';
import { caseOfBank, stressTest, type StressCase } from '@simcash/runs/live';
// Built, as worker threads load a file of the package.
import {
  planOfTexts,
  runSweep,
  stressTestOfSweep,
  sweepStatistics,
  sweepTexts,
  type JobResult,
  type SweepOptions,
} from '@simcash/sweeps';
import { BASE, FRAIL, planOf, scenarioOf } from './support/small.js';

/** A stress test is a sweep with an axis `case` (spec 15 §5): what it says is a function of its document. */

const CASES: readonly StressCase[] = [
  ...['NORTH', 'SOUTH'].map((bank) => caseOfBank('ParticipantOutage', bank, { from: 2, until: 6, reaction: { after_ticks: 1 } })),
  caseOfBank('LiquidityShock', 'NORTH', { balance_factor: 0.5, from: 1 }),
  { name: 'standstill', events: [{ type: 'SystemOutage', schedule: { type: 'OneTime', tick: 3 }, ticks: 2 }] },
];
const SEEDS = Array.from({ length: 25 }, (_, i) => BigInt(i + 1));
const DOCUMENT = { seeds: SEEDS, cases: CASES, statistics: { bootstrap: 0 } };

const PLAN = planOf(DOCUMENT);
const found = async (options: SweepOptions, plan = PLAN) => {
  const { replications, results } = await runSweep(plan, options);
  return stressTestOfSweep(plan, results, replications);
};

describe('a stress test', () => {
  it('warns of events that never take place, a few of many', () => {
    const late = Array.from({ length: 5 }, (_, i) => ({
      name: `late ${i}`,
      events: [{ type: 'SystemOutage', schedule: { type: 'OneTime', tick: 720 }, ticks: 2 }],
    }));
    const { warnings } = planOf({ ...DOCUMENT, cases: late });
    expect(warnings).toEqual([
      expect.stringMatching(/^cell 1 \(case late 0\): scenario_events\[0\]\.schedule: tick 720 lies after the run/),
      expect.stringContaining('late 1'),
      expect.stringContaining('late 2'),
      '… and 2 more warnings of cells',
    ]);
    expect(planOf(DOCUMENT).warnings).toEqual([]);
  });

  it('says as a sweep what it says alone', async () => {
    const alone = await stressTest(scenarioOf(BASE), { seeds: SEEDS, cases: () => CASES });
    expect(alone.ranking.some(({ extra_delay_value_ticks }) => extra_delay_value_ticks !== 0)).toBe(true);
    // Sums beyond 2^31 are of the type that they need there.
    const plain = JSON.parse(
      JSON.stringify(alone, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)),
    ) as object;
    expect(await found({ executor: 'in-process' })).toEqual(plain);
  });

  it('says the same on threads, and when it goes on where it was', async () => {
    const here = await found({ executor: 'in-process' });
    for (const workers of [1, 2]) expect(await found({ executor: 'worker-threads', workers })).toEqual(here);
    const done: JobResult[] = [];
    const stop = new AbortController();
    await runSweep(PLAN, {
      executor: 'in-process',
      signal: stop.signal,
      onResults: (results) => {
        done.push(...results);
        if (done.length > 30) stop.abort();
      },
    });
    expect(done.length).toBeLessThan(PLAN.cells.length * SEEDS.length);
    expect(await found({ executor: 'in-process', done: done.toReversed() })).toEqual(here);
  });

  it('is made ready again from its texts', async () => {
    const again = planOfTexts(sweepTexts(PLAN, scenarioOf(BASE)));
    expect(again.cells.map(({ labels, stress }) => [labels.case, stress?.stricken, stress?.firstTick])).toEqual([
      ['without stress', undefined, undefined],
      ['outage NORTH', 'NORTH', 2],
      ['outage SOUTH', 'SOUTH', 2],
      ['shock NORTH', 'NORTH', 1],
      ['standstill', null, 3],
    ]);
    const events = (test: Awaited<ReturnType<typeof found>>): unknown => test!.cases.map(({ seeds }) => seeds);
    expect(events(await found({ executor: 'in-process' }, again))).toEqual(events(await found({ executor: 'in-process' })));
  });

  it('has figures of cases like any sweep, those of single banks apart', async () => {
    const { replications, results } = await runSweep(PLAN, { executor: 'in-process' });
    const statistics = sweepStatistics(PLAN, results, replications);
    const test = await found({ executor: 'in-process' });
    const own = statistics.find((row) => row.cell === 1 && row.measure === 'primary_unsettled' && row.scope === 'cell');
    expect(own!.mean).toBe(test!.cases[0]!.statistics.primary_unsettled!.mean);
    expect(statistics.filter(({ measure }) => measure.startsWith('bank.'))).toEqual([]);
    // Without stress nothing differs from itself.
    const baseline = statistics.filter(({ cell, measure }) => cell === 0 && /^(secondary|extra|others\.extra)/.test(measure));
    expect(baseline.length).toBeGreaterThan(5);
    for (const { max, min } of baseline) expect([min, max]).toEqual([0, 0]);
  });

  it('measures what is asked for besides', () => {
    const names = planOf({ ...DOCUMENT, measures: ['settlement_rate_value', 'total_cost'] }).measures.map(({ name }) => name);
    expect(names[0]).toBe('settlement_rate_value');
    expect(names.filter((name) => name === 'total_cost')).toHaveLength(1);
    expect(names).toContain('bank.NORTH.deterioration_max');
  });

  it('has failures among its runs like any sweep: what a seed lacks is left out', async () => {
    const plan = planOf({ ...DOCUMENT, seeds: SEEDS.slice(0, 10) }, { base: FRAIL });
    const { results } = await runSweep(plan, { executor: 'in-process' });
    expect(results.failed.length).toBeGreaterThan(0);
    const test = (await found({ executor: 'in-process' }, plan))!;
    const failed = new Set(results.failed.filter(({ cell }) => cell === 0).map(({ seed }) => seed));
    expect(failed.size).toBeGreaterThan(0);
    for (const { seeds } of test.cases) for (const { seed } of seeds) expect(failed.has(seed)).toBe(false);
    expect(test.baseline.seeds).toHaveLength(10 - failed.size);
  });

  it.each([
    [{ axes: [{ name: 'cap', path: 'agents.NORTH.unsecured_cap', values: [1] }] }, /axes: a stress test has one axis/],
    [{ pairing: 'independent' }, /pairing: cases are compared on the same seeds/],
    [{ design: 'zip' }, /design: a stress test has none/],
    [{ baseline: {} }, /baseline: cases are compared/],
    [{ cases: [CASES[0], CASES[0]] }, /two cases are called 'outage NORTH'/],
    [{ cases: [{ name: 'without stress', events: CASES[0]!.events }] }, /two cases are called 'without stress'/],
    [
      { cases: [{ name: 'x', events: [{ type: 'ParticipantOutage', agent: 'NOBODY', from: 1 }] }] },
      /cell 1 \(case x\): .*NOBODY/,
    ],
    [{ cases: [{ name: 'x', events: [] }] }, /cases/],
  ])('is refused with %j', (change, message) => {
    expect(() => planOf({ ...DOCUMENT, ...change })).toThrow(message);
  });
});
