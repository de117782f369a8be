import type { SimulationEvent } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { Simulation, type ScenarioInput } from '../../src/index.js';
import { Random } from '../hostile/fuzz.js';

/** No silent cut-off (spec 12 §8.3, §14.11): what a parameter holds back is named in a report, also where only changes are reported. */

const BANKS = ['A', 'B', 'C', 'D', 'E'];

/** One tick in which nobody has money and everybody pays. */
function gridlock(random: Random): Record<string, unknown> {
  const payments = Array.from({ length: 6 + random.below(8) }, () => {
    const from = random.below(BANKS.length);
    const to = (from + 1 + random.below(BANKS.length - 1)) % BANKS.length;
    return {
      type: 'CustomTransactionArrival',
      from_agent: BANKS[from],
      to_agent: BANKS[to],
      amount: 4 + random.below(12),
      deadline: 5,
      schedule: { type: 'OneTime', tick: 0 },
    };
  });
  return {
    simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
    agents: BANKS.map((id) => ({ id, opening_balance: random.below(6), policy: { type: 'Fifo' } })),
    scenario_events: payments,
  };
}

function run(scenario: object, run: object): { value: number; events: SimulationEvent[] } {
  const settlement = { runs: [{ name: 'only', retry_after: false, ...run }] };
  const simulation = Simulation.create({ ...scenario, settlement } as unknown as ScenarioInput);
  simulation.run();
  const value = simulation.transactions().reduce((sum, one) => sum + (one.settlement_tick === null ? 0 : one.amount), 0);
  return { value, events: [...simulation.events] };
}

const reports = (events: readonly SimulationEvent[]) =>
  events.flatMap((event) => (event.event_type === 'AlgorithmRun' ? [event] : []));
const algorithms = (algorithm: object): object => ({ algorithms: [algorithm] });

const CASES: [name: string, smallest: object, larger: object, word: string | null][] = [
  ['max_partners', { type: 'bilateral_subset', max_partners: 1 }, { type: 'bilateral_subset' }, 'max_partners'],
  ['max_attempts', { type: 'rings', max_attempts: 1 }, { type: 'rings', max_attempts: 100 }, 'max_attempts'],
  ['max_queue', { type: 'rings', max_queue: 0 }, { type: 'rings', max_queue: 'unlimited' }, 'max_queue'],
  ['max_queue of single rings', { type: 'rings', edges: 'one', max_queue: 0 }, { type: 'rings', edges: 'one' }, 'max_queue'],
  ['max_starts', { type: 'search', max_starts: 1 }, { type: 'search' }, 'max_starts'],
  ['max_steps', { type: 'local_search', max_steps: 1 }, { type: 'local_search' }, 'max_steps'],
  ['node_limit', { type: 'optimal', node_limit: 1 }, { type: 'optimal' }, 'node_limit'],
  ['passes', { type: 'retry', passes: 1 }, { type: 'retry', passes: 'until_stable' }, 'passes'],
].map(([name, smallest, larger, word]) => [name, algorithms(smallest as object), algorithms(larger as object), word] as never);

/** Scenarios in which the larger value settles more; the report of the smallest one is what is looked at. */
function cutShort(smallest: object, larger: object, cases: number): SimulationEvent[][] {
  const found: SimulationEvent[][] = [];
  for (let k = 0; k < cases; k++) {
    const scenario = gridlock(new Random(1000 + k));
    const little = run(scenario, smallest);
    if (run(scenario, larger).value > little.value) found.push(little.events);
  }
  return found;
}

describe('a cut-off at its smallest value', () => {
  it.each(CASES)('%s is named wherever a larger value settles more', (_, smallest, larger, word) => {
    // Greedy choices may be lucky, so it need not be so everywhere; somewhere it must.
    const found = cutShort(smallest, larger, 400);
    expect(found.length).toBeGreaterThan(0);
    for (const events of found) expect(reports(events).map(({ truncated }) => truncated)).toContain(word);
  });

  it('max_partners counts the payments that it kept from settling', () => {
    const found = cutShort(CASES[0]![1], CASES[0]![2], 200);
    expect(found.length).toBeGreaterThan(0);
    for (const events of found) expect(reports(events)[0]!.skipped).toBeGreaterThan(0);
  });

  it('repeat is named by the run', () => {
    const once = { repeat: 1, algorithms: ['bilateral_subset', 'retry'] };
    const found = cutShort(once, { ...once, repeat: 'until_stable' }, 400);
    expect(found.length).toBeGreaterThan(0);
    for (const events of found)
      expect(events.findLast(({ event_type }) => event_type === 'SettlementRun')).toMatchObject({ stopped: 'repeat_limit' });
  });

  it('is not named where nothing was held back', () => {
    const scenario = gridlock(new Random(1));
    for (const algorithm of ['bilateral_subset', 'partial_netting', { type: 'retry', passes: 'until_stable' }, 'optimal'])
      for (const { skipped, truncated } of reports(run(scenario, { algorithms: [algorithm] }).events))
        expect([skipped, truncated]).toEqual([0, null]);
  });
});
