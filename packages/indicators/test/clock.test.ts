import { parseScenario, Simulation } from '@simcash/engine';
import { indicatorsOf } from '@simcash/runs/live';
import { describe, expect, it } from 'vitest';

/** Two days of half hours: 07:00 to 18:00 in 22 ticks, and 07:00 to 14:00 in 14. The second payment of day 0 never settles. */
const scenario = parseScenario({
  simulation: { num_days: 2, rng_seed: 1 },
  agents: [
    { id: 'A', opening_balance: 1000, policy: { type: 'Fifo' } },
    { id: 'B', opening_balance: 0, policy: { type: 'Fifo' } },
  ],
  clock: {
    ...{ time_zone: 'Europe/Berlin', tick: '30m', opening: '07:00', closing: '18:00', first_day: '2024-03-27' },
    exceptions: { '2024-03-28': { closing: '14:00' } },
  },
  scenario_events: [
    { type: 'CustomTransactionArrival', from_agent: 'A', to_agent: 'B', amount: 600, schedule: { type: 'OneTime', tick: 3 } },
    { type: 'CustomTransactionArrival', from_agent: 'B', to_agent: 'A', amount: 5000, schedule: { type: 'OneTime', tick: 20 } },
    { type: 'CustomTransactionArrival', from_agent: 'A', to_agent: 'B', amount: 100, schedule: { type: 'OneTime', tick: 27 } },
  ],
});

function sheet() {
  const simulation = Simulation.create(scenario);
  simulation.run();
  return indicatorsOf(simulation);
}

describe('indicators of a run with a clock', () => {
  it('end the day of the delay indicator with its last open tick', () => {
    // 600 in tick 3 of 22, 5000 in tick 20 of 22; on day 1 100 in tick 5 of 14.
    expect(sheet().days.map(({ delay_denominator, delay_numerator }) => [delay_numerator, delay_denominator])).toEqual([
      [5000 * 2, 600 * 19 + 5000 * 2],
      [0, 100 * 9],
    ]);
  });

  it('take no closed tick for a stalled one', () => {
    const { deadlock_ticks, gridlock_ticks, stalled_ticks } = sheet().system;
    // Ticks 20 and 21 of day 0, and the 14 open ones of day 1 but the one in which A pays.
    expect([stalled_ticks, gridlock_ticks, deadlock_ticks]).toEqual([2 + 13, 0, 15]);
  });

  it('cumulate throughput by full local hours, of days that have them', () => {
    const [first, second] = sheet().bank_days.filter(({ bank }) => bank === 'A');
    // 08:00 … 18:00: the payment of tick 3 was sent in the half hour from 08:30.
    expect(first!.throughput_buckets).toEqual([0, ...new Array<number>(10).fill(600)]);
    // Tick 5 begins at 09:30; after 14:00 the day has no hours.
    expect(second!.throughput_buckets).toEqual([0, 0, 100, 100, 100, 100, 100, null, null, null, null]);
    expect(sheet().bcbs248[0]!.c1_throughput_mean).toEqual([0, 0.5, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });
});
