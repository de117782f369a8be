import { readPayments } from '@simcash/payments';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation, SnapshotError, type Scenario } from '../src/index.js';

/** What a snapshot says about the list of its run must follow from the run: payments arrive once. */

const ROWS = ['R1,0,A,B,5', 'R2,1,A,B,5', 'R3,4,A,B,5'];

function scenario(rows: readonly string[]): Scenario {
  const document = {
    simulation: { num_days: 1, ticks_per_day: 6, rng_seed: 1 },
    agents: ['A', 'B'].map((id) => ({ id, opening_balance: 0, policy: { type: 'Fifo' } })),
    payments: { file: 'pay.csv' },
  };
  const text = ['external_ref,tick,sender,receiver,amount', ...rows].join('\n');
  const read = readPayments(document, () => ({ bytes: [Buffer.from(text)] }))!;
  return readScenario(read.document, { payments: read.dataSet });
}

interface Listed {
  taken: number;
  places: [arrivalSeq: number, place: number][];
}

/** A snapshot after three ticks, in which two of three payments have come, with another state of the list. */
function altered(change: (listed: Listed) => Listed | undefined): () => Simulation {
  const given = scenario(ROWS);
  const simulation = Simulation.create(given);
  simulation.run({ untilTick: 3 });
  const whole = JSON.parse(simulation.snapshot()) as { listed: Listed };
  return () => Simulation.restore(given, JSON.stringify({ ...whole, listed: change(whole.listed) }));
}

describe('a snapshot of a run with a list', () => {
  it('goes on with the payments that have not come', () => {
    const simulation = altered((listed) => listed)();
    simulation.run();
    const arrivals = [...simulation.events].filter(({ event_type }) => event_type === 'Arrival');
    expect(arrivals).toMatchObject([{ external_ref: 'R3', arrival_seq: 3, tick: 4 }]);
  });

  it('is refused with another list, and without one', () => {
    const given = scenario(ROWS);
    const text = Simulation.create(given).snapshot();
    expect(() => Simulation.restore(scenario(['R1,0,A,B,6', ...ROWS.slice(1)]), text)).toThrow(SnapshotError);
    expect(() => Simulation.restore(scenario(ROWS.slice(1)), text)).toThrow('Config mismatch');
    expect(() => Simulation.restore({ ...given, payments: null } as unknown as Scenario, text)).toThrow();
  });

  it.each([
    ['does not say what was taken', () => undefined],
    ['has a payment twice', ({ places, taken }: Listed) => ({ taken, places: [...places, ...places] })],
    ['has a payment that the run has not', ({ taken }: Listed) => ({ taken, places: [[50, 0]] as Listed['places'] })],
  ])('is refused if it %s', (_, change) => {
    expect(altered(change)).toThrow('State validation error: $.listed');
  });

  it.each([0, 1, 3, 99])('is refused if %d of the payments were taken', (taken) => {
    expect(altered(({ places }) => ({ taken, places }))).toThrow('State validation error: $.listed');
  });

  it.each([
    ['beyond the list', [99, 98]],
    ['of a payment that has not come', [0, 2]],
    ['of each other', [1, 0]],
  ])('is refused if its payments have the places %s', (_, places) => {
    expect(altered((listed) => ({ ...listed, places: listed.places.map(([seq], i) => [seq, places[i]!]) }))).toThrow(
      SnapshotError,
    );
  });
});
