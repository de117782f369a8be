import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScenario, type ScenarioInput } from '@simcash/engine';
import { caseOfBank, readStressPlan, stressTest, type EventDocument, type StressCase } from '../src/live.js';

/** Stress tests against the cases that were worked out by hand (spec 15 §6, §14). */

interface Group {
  unsettled_value: number;
  unsettled_count: number;
  baseline_unsettled_value: number;
  extra_delay_value_ticks: number;
}

interface Golden {
  name: string;
  stricken: string | null;
  scenario: { scenario_events: EventDocument[] };
  baseline: { scenario_events: EventDocument[] };
  expected: {
    groups: Record<'own' | 'to_stricken' | 'others', Group>;
    deterioration: Record<string, { max: number; min: number }>;
    sink_peak: number | null;
  };
}

const DIRECTORY = path.join(import.meta.dirname, '..', '..', 'engine', 'test', 'reference', 'stress');
const goldens = readdirSync(DIRECTORY).map((file) => JSON.parse(readFileSync(path.join(DIRECTORY, file), 'utf8')) as Golden);

async function resultOf(document: object, cases: readonly StressCase[]) {
  const scenario = readScenario(document as ScenarioInput);
  return stressTest(scenario, { seeds: [scenario.config.rng_seed], cases: () => cases });
}

describe.each(goldens)('stress case $name', ({ baseline, expected, name, scenario, stricken }) => {
  it('is measured as worked out by hand', async () => {
    const added = scenario.scenario_events.slice(0, scenario.scenario_events.length - baseline.scenario_events.length);
    const { cases } = await resultOf(baseline, [{ name, events: added }]);
    const [row] = cases[0]!.seeds;
    expect(cases[0]!.stricken).toBe(stricken);
    expect(row!.groups).toMatchObject(expected.groups);
    expect(row!.sink_peak).toBe(expected.sink_peak);
    for (const { bank, deterioration_max: max, deterioration_min: min } of row!.banks)
      expect({ [bank]: { max, min } }).toEqual({ [bank]: expected.deterioration[bank] });
    const { others, own, to_stricken } = row!.groups;
    expect(own.payments + to_stricken.payments + others.payments).toBe(baseline.scenario_events.length);
  });
});

/** X pays Y, who pays Z, who pays X and Y: the example of spec 15 §6. */
const CHAIN = {
  simulation: { ticks_per_day: 6, num_days: 1, rng_seed: 1 },
  agents: Object.entries({ X: 30, Y: 10, Z: 0 }).map(([id, opening_balance]) => ({ id, opening_balance })),
  lsm_config: { enable_bilateral: false, enable_cycles: false },
  scenario_events: [
    ['X', 'Y', 30],
    ['Y', 'Z', 35],
    ['Z', 'X', 20],
    ['Z', 'Y', 5],
  ].map(([from_agent, to_agent, amount], tick) => ({
    type: 'CustomTransactionArrival',
    ...{ from_agent, to_agent, amount, deadline: 50 },
    schedule: { type: 'OneTime', tick },
  })),
};

it('has events of a kind for each bank twice, under other names', () => {
  const twice = (names: readonly (string | undefined)[]) =>
    readStressPlan({
      stress: 's',
      cases: names.map((name) => ({ ...(name === undefined ? {} : { name }), each: { ParticipantOutage: {} } })),
    });
  expect(
    twice(['morning', 'afternoon'])
      .cases(['X'])
      .map(({ name }) => name),
  ).toEqual(['morning X', 'afternoon X']);
  expect(() => twice([undefined, undefined]).cases(['X'])).toThrow(/'outage X' already; a name beside each/);
});

it('takes each bank in turn and ranks them', async () => {
  const plan = readStressPlan({ stress: 'each-in-turn', cases: [{ each: { ParticipantOutage: {} } }] });
  const { cases, ranking } = await resultOf(CHAIN, plan.cases(['X', 'Y', 'Z']));
  const others = cases.map(({ seeds, stricken }) => [
    stricken,
    seeds[0]!.groups.others.unsettled_value,
    seeds[0]!.groups.others.extra_delay_value_ticks,
    seeds[0]!.contagion,
  ]);
  expect(others).toEqual([
    ['X', 40, 190, 40 / 50],
    ['Y', 20, 80, 20 / 40],
    ['Z', 0, 0, 0],
  ]);
  expect(ranking.map(({ stricken }) => stricken)).toEqual(['X', 'Y', 'Z']);
});

it('a case without an effect changes nothing', async () => {
  const late = caseOfBank('ParticipantOutage', 'X', { from: 100 });
  const { cases } = await resultOf(CHAIN, [late]);
  const [row] = cases[0]!.seeds;
  for (const group of Object.values(row!.groups))
    expect(group).toMatchObject({ extra_unsettled_value: 0, extra_delay_value_ticks: 0, extra_late_value: 0 });
  expect(row!.banks.every(({ deterioration_max, deterioration_min }) => deterioration_max === 0 && deterioration_min === 0)).toBe(
    true,
  );
});

describe('a plan', () => {
  it.each([
    [{ stress: 'x' }, /cases/],
    [{ stress: 'x', cases: [{ each: { Outage: {} } }] }, /cases.0/],
    [{ stress: 'x', cases: [{ name: 'a', events: [] }] }, /cases.0/],
    [{ stress: 'x', seeds: { from: 5, to: 1 }, cases: [{ each: { SystemOutage: {} } }] }, /seeds/],
    [{ stress: 'x', color: 1, cases: [] }, /color/],
  ])('with a mistake is refused: %j', (document, message) => {
    expect(() => readStressPlan(document)).toThrow(message);
  });

  it('has seeds as a list, a range, or a number of replications', () => {
    const seeds = (value: unknown) =>
      readStressPlan({ stress: 'x', seeds: value, cases: [{ each: { SystemOutage: {} } }] }).seeds(9n);
    expect(seeds([3, 7])).toEqual([3n, 7n]);
    expect(seeds({ from: 1, to: 3 })).toEqual([1n, 2n, 3n]);
    expect(seeds({ count: 2, master_seed: 42 })).toEqual([10163877666574066556n, 8596455052417397891n]);
    expect(seeds(undefined)).toBeNull();
  });
});
