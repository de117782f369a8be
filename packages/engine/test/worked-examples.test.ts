import type { SimulationEvent } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../src/index.js';
import { action, compute, HOLD, inline, when } from './support/policies.js';
import { payment, simulate } from './support/scenarios.js';
import { SettlementExample } from './support/settlement-example.js';
import {
  algorithm,
  bilateralLimit,
  credited,
  entryOffset,
  multilateralLimit,
  noProgress,
  offset,
  queued,
  released,
  ring,
  settled,
  withoutTick,
} from './support/settlement-events.js';

describe('settlement (spec 04 §15)', () => {
  describe('W1: a payment that is funded later in the tick', () => {
    const parts = { balances: { A: 0, B: 0, C: 100 } };

    it('settles in the retry', () => {
      const example = new SettlementExample(parts);
      const tick = example.tick('t1 A→B 100', 't2 C→A 100');
      expect(tick.events).toEqual([queued('t1', 'A'), settled('t2', 'C', 'A', 100, 100, 0), released('t1', 'A', 'B', 100, 0)]);
      expect(tick).toMatchObject({ num_settlements: 2, num_lsm_releases: 0 });
      expect(example.balances).toEqual({ A: 0, B: 100, C: 0 });
      expect(example.queue).toEqual([]);
    });

    it('waits for the next tick when credits are deferred', () => {
      const example = new SettlementExample({ ...parts, deferred_crediting: true });
      const first = example.tick('t1 A→B 100', 't2 C→A 100');
      expect(first.events).toEqual([queued('t1', 'A'), settled('t2', 'C', 'A', 100, 100, 0), credited('A', 100, ['t2'])]);
      expect(example.queue).toEqual(['t1']);
      expect(example.tick().events).toEqual([released('t1', 'A', 'B', 100, 1), credited('B', 100, ['t1'])]);
      expect(example.balances).toEqual({ A: 0, B: 100, C: 0 });
    });
  });

  it('W2: limits bound what a bank pays out in a day', () => {
    const example = new SettlementExample({
      balances: { A: 1000, B: 0, C: 0 },
      limits: { A: { bilateral_limits: { B: 400 }, multilateral_limit: 450 } },
    });
    const tick = example.tick('t1 A→B 300', 't2 A→B 200', 't3 A→C 100', 't4 A→C 200', 't5 A→B 2000');
    expect(tick.events).toEqual([
      settled('t1', 'A', 'B', 300, 1000, 700),
      bilateralLimit('t2', 'A', 'B', 200, 300, 400),
      multilateralLimit('t2', 'A', 200, 300, 450),
      queued('t2', 'A'),
      settled('t3', 'A', 'C', 100, 700, 600),
      multilateralLimit('t4', 'A', 200, 400, 450),
      queued('t4', 'A'),
      bilateralLimit('t5', 'A', 'B', 2000, 300, 400),
      multilateralLimit('t5', 'A', 2000, 400, 450),
      queued('t5', 'A'),
    ]);
    expect(example.queue).toEqual(['t2', 't4', 't5']);
    expect(example.simulation.agentOutflows('A')).toEqual({ bilateral_outflows: { B: 300, C: 100 }, total_outflow: 400 });
  });

  describe('W3: an unequal offset whose surplus lets another payment settle', () => {
    const parts = { balances: { A: 200, B: 0, C: 0 }, queue: ['t1 A→B 500', 't2 B→A 300', 't3 B→C 150'] };

    it('settles all three', () => {
      const example = new SettlementExample(parts);
      const tick = example.tick();
      expect(tick).toEqual({
        events: [offset('A', 'B', 500, 300, ['t1', 't2']), released('t3', 'B', 'C', 150, 5)],
        num_settlements: 2,
        num_lsm_releases: 1,
      });
      expect(example.balances).toEqual({ A: 0, B: 50, C: 150 });
      expect(example.queue).toEqual([]);
      expect(example.lsmRecords).toMatchObject([
        {
          tick: 5,
          day: 0,
          cycle_type: 'bilateral',
          cycle_length: 2,
          agents: ['A', 'B', 'A'],
          transactions: ['t1', 't2'],
          settled_value: 300,
          total_value: 800,
        },
      ]);
    });

    it('reports the algorithms', () => {
      const example = new SettlementExample({ ...parts, algorithm_sequencing: true });
      expect(example.tick().events).toEqual([
        algorithm(1, 0, 0),
        offset('A', 'B', 500, 300, ['t1', 't2']),
        released('t3', 'B', 'C', 150, 5),
        algorithm(2, 1, 300),
        algorithm(3, 0, 0),
      ]);
    });

    it('releases the third in the next tick when credits are deferred', () => {
      const example = new SettlementExample({ ...parts, deferred_crediting: true });
      expect(example.tick().events).toEqual([
        offset('A', 'B', 500, 300, ['t1', 't2']),
        credited('A', 300, ['t2']),
        credited('B', 500, ['t1']),
      ]);
      expect(example.queue).toEqual(['t3']);
      expect(example.balances).toEqual({ A: 0, B: 200, C: 0 });
      expect(example.tick().events).toEqual([released('t3', 'B', 'C', 150, 6), credited('C', 150, ['t3'])]);
    });
  });

  it('W4: a pair that cannot settle leaves no trace, tick after tick', () => {
    const example = new SettlementExample({
      balances: { A: 100, B: 0 },
      queue: ['t1 A→B 500', 't2 B→A 300'],
      algorithm_sequencing: true,
    });
    for (let tick = 0; tick < 3; tick++)
      expect(example.tick()).toEqual({ events: noProgress, num_settlements: 0, num_lsm_releases: 0 });
    expect(example.queue).toEqual(['t1', 't2']);
    expect(example.balances).toEqual({ A: 100, B: 0 });
  });

  it('W5: pairs settle by their smaller side, largest first, then by bank', () => {
    const example = new SettlementExample({
      balances: { A: 0, B: 0, C: 0, D: 0 },
      queue: ['t1 D→C 100', 't2 C→D 100', 't3 B→A 100', 't4 A→B 100', 't5 B→C 400', 't6 C→B 400'],
    });
    expect(example.queue).toEqual(['t1', 't2', 't3', 't4', 't5', 't6']);
    expect(example.tick()).toEqual({
      events: [
        offset('B', 'C', 400, 400, ['t5', 't6']),
        offset('A', 'B', 100, 100, ['t4', 't3']),
        offset('C', 'D', 100, 100, ['t2', 't1']),
      ],
      num_settlements: 3,
      num_lsm_releases: 3,
    });
    expect(example.queue).toEqual([]);
  });

  it('W6: an unequal triangle settles when its net payer can pay', () => {
    const example = new SettlementExample({
      balances: { A: 0, B: 300, C: 0 },
      queue: ['t1 A→B 500', 't2 B→C 800', 't3 C→A 700'],
    });
    expect(example.tick()).toEqual({
      events: [ring(['A', 'B', 'C', 'A'], ['t1', 't2', 't3'], [500, 800, 700], [200, -300, 100, 200], [300, 'B'])],
      num_settlements: 1,
      num_lsm_releases: 1,
    });
    expect(example.balances).toEqual({ A: 200, B: 0, C: 100 });
    expect(example.queue).toEqual([]);
  });

  it('W6b: a triangle takes all payments of an edge or none', () => {
    // Alone the first three would settle, so all join the queue in one tick; priorities sort it.
    const example = new SettlementExample({ balances: { A: 0, B: 0, C: 0 }, priority_mode: true });
    const entered = [queued('t1', 'A'), queued('t4', 'A'), queued('t2', 'B'), queued('t3', 'C')];
    expect(example.tick('t1 A→B 100 Urgent', 't2 B→C 100 Urgent', 't3 C→A 100 Urgent', 't4 A→B 50 Normal').events).toEqual(
      entered,
    );
    expect(example.queue).toEqual(['t1', 't2', 't3', 't4']);
    expect(example.tick().events).toEqual([]);
  });

  it('W6c: of two equally large net payers the one with the greater id is named', () => {
    const example = new SettlementExample({
      balances: { A: 100, B: 100, C: 0 },
      queue: ['t1 A→B 200', 't2 B→C 300', 't3 C→A 100'],
    });
    expect(example.tick().events).toEqual([
      ring(['A', 'B', 'C', 'A'], ['t1', 't2', 't3'], [200, 300, 100], [-100, -100, 200, -100], [100, 'B']),
    ]);
  });

  it('W7: a triangle against the order of ids settles, too', () => {
    const example = new SettlementExample({ balances: { A: 0, B: 0, C: 0 }, tick: 3 });
    expect(example.tick('t1 A→C 500').events).toEqual([queued('t1', 'A')]);
    expect(example.tick('t2 C→B 500').events).toEqual([queued('t2', 'C')]);
    expect(example.tick('t3 B→A 500').events).toEqual([
      queued('t3', 'B'),
      ring(['A', 'C', 'B', 'A'], ['t1', 't2', 't3'], [500, 500, 500], [0, 0, 0, 0], [0, '']),
    ]);
    expect(example.queue).toEqual([]);
  });

  describe('W7b: triangles both ways', () => {
    const both = [
      ring(['A', 'B', 'C', 'A'], ['a1', 'a2', 'a3'], [100, 100, 100], [0, 0, 0, 0], [0, '']),
      ring(['A', 'C', 'B', 'A'], ['d1', 'd2', 'd3'], [100, 100, 100], [0, 0, 0, 0], [0, '']),
    ];
    // Released in bank order; priorities sort the queue as a1 a2 a3 d1 d2 d3.
    const payments = [
      'a1 A→B 100 HighlyUrgent',
      'a2 B→C 100 HighlyUrgent',
      'a3 C→A 100 HighlyUrgent',
      'd1 A→C 100 Urgent',
      'd2 C→B 100 Urgent',
      'd3 B→A 100 Normal',
    ];

    it.each([1, 10])('settle one after the other, with %i attempts per iteration', (max_cycles_per_tick) => {
      const example = new SettlementExample({
        balances: { A: 0, B: 0, C: 0 },
        lsm_config: { enable_bilateral: false, max_cycles_per_tick },
        priority_mode: true,
      });
      const tick = example.tick(...payments);
      expect(tick.events.slice(6)).toEqual(both);
      expect(tick).toMatchObject({ num_settlements: 2, num_lsm_releases: 2 });
      expect(example.queue).toEqual([]);
    });
  });

  describe('W8: rotations of a ring that cannot settle use up attempts', () => {
    const payments = ['t1 A→B 200', 't1b A→B 100', 't2 B→C 100', 't3 C→D 100', 't4 D→A 100'];
    const entered = [queued('t1', 'A'), queued('t1b', 'A'), queued('t2', 'B'), queued('t3', 'C'), queued('t4', 'D')];
    const balances = { A: 0, B: 0, C: 0, D: 0 };

    it('settles nothing with four attempts', () => {
      const example = new SettlementExample({ balances, lsm_config: { max_cycles_per_tick: 4 } });
      expect(example.tick(...payments).events).toEqual(entered);
      expect(example.queue).toEqual(['t1', 't1b', 't2', 't3', 't4']);
    });

    it('settles the fifth candidate with five', () => {
      const example = new SettlementExample({ balances, lsm_config: { max_cycles_per_tick: 5 } });
      const settledRing = ring(
        ['A', 'B', 'C', 'D', 'A'],
        ['t1b', 't2', 't3', 't4'],
        [100, 100, 100, 100],
        [0, 0, 0, 0, 0],
        [0, ''],
      );
      expect(example.tick(...payments).events).toEqual([...entered, settledRing]);
      expect(example.queue).toEqual(['t1']);
    });
  });

  it('W8b: the cap of attempts holds for each of three iterations', () => {
    const triangle = (banks: string, amount: number): { payments: string[]; event: Record<string, unknown> } => {
      const [u, v, w] = [...banks] as [string, string, string];
      const edges = [`${u}${v}`, `${v}${w}`, `${w}${u}`];
      return {
        payments: edges.map((edge) => `${edge} ${edge[0]}→${edge[1]} ${amount}`),
        event: ring([u, v, w, u], edges, [amount, amount, amount], [0, 0, 0, 0], [0, '']),
      };
    };
    const [abc, def, ghi, jkl] = [triangle('ABC', 10), triangle('DEF', 20), triangle('GHI', 30), triangle('JKL', 30)];
    const example = new SettlementExample({
      balances: Object.fromEntries([...'ABCDEFGHIJKL'].map((id) => [id, 0])),
      lsm_config: { max_cycles_per_tick: 1 },
    });
    const first = example.tick(...abc.payments, ...def.payments, ...ghi.payments, ...jkl.payments);
    expect(first.events.slice(12)).toEqual([ghi.event, jkl.event, def.event]);
    expect(first.num_lsm_releases).toBe(3);
    expect(example.queue).toEqual(['AB', 'BC', 'CA']);
    expect(example.tick().events).toEqual([abc.event]);
  });

  it('W9: a ring that cannot settle releases no bystander', () => {
    const example = new SettlementExample({
      balances: { A: 0, B: 0, C: 0, E: 0, F: 0, G: 100 },
      queue: ['q1 E→F 100', 'q2 G→E 100', 't1 A→B 200', 't2 B→C 100', 't3 C→A 100'],
    });
    expect(example.tick()).toEqual({ events: [released('q2', 'G', 'E', 100, 5)], num_settlements: 1, num_lsm_releases: 0 });
    expect(example.queue).toEqual(['q1', 't1', 't2', 't3']);
    expect(example.tick().events).toEqual([released('q1', 'E', 'F', 100, 6)]);
  });

  it('W10: a pair that a ring has funded settles in the second iteration', () => {
    const example = new SettlementExample({
      balances: { A: 0, B: 0, C: 0, D: 200 },
      queue: ['t1 A→B 500', 't2 B→A 300', 't3 A→C 100', 't4 C→D 100', 't5 D→A 300'],
    });
    expect(example.tick()).toEqual({
      events: [
        ring(['A', 'C', 'D', 'A'], ['t3', 't4', 't5'], [100, 100, 300], [200, 0, -200, 200], [200, 'D']),
        offset('A', 'B', 500, 300, ['t1', 't2']),
      ],
      num_settlements: 2,
      num_lsm_releases: 2,
    });
    expect(example.balances).toEqual({ A: 0, B: 200, C: 0, D: 0 });
    expect(example.queue).toEqual([]);
    // Records of a tick are sorted: pairs before rings.
    expect(example.lsmRecords.map(({ transactions }) => transactions)).toEqual([
      ['t1', 't2'],
      ['t3', 't4', 't5'],
    ]);
  });

  describe('W11: offsets with deferred crediting', () => {
    it('(a) checks the greater id of an equal pair', () => {
      const example = new SettlementExample({
        balances: { A: 0, B: 0, C: 0 },
        queue: ['t1 A→B 500', 't2 B→A 500', 't3 A→C 300', 't4 C→A 300'],
        deferred_crediting: true,
      });
      expect(example.tick().events).toEqual([
        offset('A', 'B', 500, 500, ['t1', 't2']),
        offset('A', 'C', 300, 300, ['t3', 't4']),
        credited('A', 800, ['t2', 't4']),
        credited('B', 500, ['t1']),
        credited('C', 300, ['t3']),
      ]);
      expect(example.balances).toEqual({ A: 0, B: 0, C: 0 });
    });

    const queue = ['t1 B→C 500', 't2 C→B 500', 't3 A→B 300', 't4 B→A 300'];

    it('(b) refuses a pair whose checked bank is in debt from an earlier one', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 0, C: 0 }, queue, deferred_crediting: true });
      expect(example.tick()).toEqual({
        events: [offset('B', 'C', 500, 500, ['t1', 't2']), credited('B', 500, ['t2']), credited('C', 500, ['t1'])],
        num_settlements: 1,
        num_lsm_releases: 1,
      });
      expect(example.queue).toEqual(['t3', 't4']);
    });

    it('(b) settles both with immediate crediting', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 0, C: 0 }, queue });
      expect(example.tick().events).toEqual([offset('B', 'C', 500, 500, ['t1', 't2']), offset('A', 'B', 300, 300, ['t3', 't4'])]);
    });
  });

  describe('W12: entry disposition', () => {
    const option = { entry_disposition_offsetting: true };

    it('(a) settles a submitted payment with a queued opposite one', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 100 }, tick: 0, ...option });
      expect(example.tick('t1 B→A 300').events).toEqual([queued('t1', 'B')]);
      expect(example.tick('t2 A→B 200')).toEqual({
        events: [entryOffset('t2', 't1', 'A', 'B', 200, 200, 300)],
        num_settlements: 2,
        num_lsm_releases: 0,
      });
      expect(example.balances).toEqual({ A: 100, B: 0 });
      expect(example.queue).toEqual([]);
      expect(example.simulation.agentOutflows('A')).toEqual({ bilateral_outflows: { B: 200 }, total_outflow: 200 });
      expect(example.simulation.agentOutflows('B')).toEqual({ bilateral_outflows: { A: 300 }, total_outflow: 300 });
      expect(example.lsmRecords).toEqual([]);
    });

    it('(a) is no algorithm of the queue', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 100 }, tick: 0, algorithm_sequencing: true, ...option });
      example.tick('t1 B→A 300');
      expect(example.tick('t2 A→B 200').events).toEqual([entryOffset('t2', 't1', 'A', 'B', 200, 200, 300), ...noProgress]);
    });

    it('(a) credits both at the end of the tick when credits are deferred', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 100 }, tick: 0, deferred_crediting: true, ...option });
      example.tick('t1 B→A 300');
      expect(example.tick('t2 A→B 200').events).toEqual([
        entryOffset('t2', 't1', 'A', 'B', 200, 200, 300),
        credited('A', 300, ['t1']),
        credited('B', 200, ['t2']),
      ]);
      expect(example.balances).toEqual({ A: 100, B: 0 });
    });

    it('(b) takes the first partner with which the pair is feasible', () => {
      const example = new SettlementExample({
        balances: { A: 50, B: 0 },
        queue: ['t1 B→A 400', 't2 B→A 100', 't3 B→A 120'],
        ...option,
      });
      expect(example.tick('t4 A→B 150').events).toEqual([entryOffset('t4', 't2', 'A', 'B', 100, 150, 100)]);
      expect(example.balances).toEqual({ A: 0, B: 50 });
      expect(example.queue).toEqual(['t1', 't3']);
    });

    it('(b) passes over a partner that would break a limit of its sender', () => {
      const example = new SettlementExample({
        balances: { A: 50, B: 0 },
        limits: { B: { bilateral_limits: { A: 110 } } },
        queue: ['t1 B→A 400', 't2 B→A 120', 't3 B→A 100'],
        ...option,
      });
      expect(example.tick('t4 A→B 150').events).toEqual([entryOffset('t4', 't3', 'A', 'B', 100, 150, 100)]);
      expect(example.queue).toEqual(['t1', 't2']);
    });

    it('(b) is not tried for a payment that breaks a limit', () => {
      const example = new SettlementExample({
        balances: { A: 50, B: 0 },
        limits: { A: { multilateral_limit: 140 } },
        queue: ['t1 B→A 400', 't2 B→A 100', 't3 B→A 120'],
        ...option,
      });
      expect(example.tick('t4 A→B 150').events).toEqual([multilateralLimit('t4', 'A', 150, 0, 140), queued('t4', 'A')]);
      expect(example.queue).toEqual(['t1', 't2', 't3', 't4']);
    });

    it('(c) leaves to the offsets what needs more than one partner', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 0 }, queue: ['t1 A→B 300', 't2 A→B 200'], ...option });
      expect(example.tick('t3 B→A 250').events).toEqual([queued('t3', 'B')]);
      expect(example.tick('t4 B→A 250').events).toEqual([
        queued('t4', 'B'),
        offset('A', 'B', 500, 500, ['t1', 't2', 't3', 't4']),
      ]);
      expect(example.balances).toEqual({ A: 0, B: 0 });
    });

    it('(c) settles at once when the partner’s sender can pay the difference', () => {
      const example = new SettlementExample({ balances: { A: 50, B: 0 }, queue: ['t1 A→B 300', 't2 A→B 200'], ...option });
      expect(example.tick('t3 B→A 250').events).toEqual([entryOffset('t3', 't1', 'B', 'A', 250, 250, 300)]);
      expect(example.queue).toEqual(['t2']);
    });
  });

  describe('W13: limits in offsets and rings', () => {
    it('(a) refuses a pair whose gross sum breaks a limit', () => {
      const example = new SettlementExample({
        balances: { A: 0, B: 0 },
        limits: { A: { bilateral_limits: { B: 400 } } },
        queue: ['t1 A→B 300', 't2 A→B 200', 't3 B→A 500'],
      });
      expect(example.tick()).toEqual({ events: [], num_settlements: 0, num_lsm_releases: 0 });
      expect(example.queue).toEqual(['t1', 't2', 't3']);
    });

    it('(b) judges the payments of a ring one by one', () => {
      const example = new SettlementExample({ balances: { A: 0, B: 0, C: 0 }, limits: { A: { bilateral_limits: { B: 300 } } } });
      expect(example.tick('t1 A→B 300', 't2 A→B 200', 't3 B→C 500', 't4 C→A 500').events).toEqual([
        queued('t1', 'A'),
        queued('t2', 'A'),
        queued('t3', 'B'),
        queued('t4', 'C'),
        ring(['A', 'B', 'C', 'A'], ['t1', 't2', 't3', 't4'], [300, 200, 500, 500], [0, 0, 0, 0], [0, '']),
      ]);
      expect(example.simulation.agentOutflows('A')).toEqual({ bilateral_outflows: { B: 500 }, total_outflow: 500 });
    });
  });

  it('W14: in priority mode the queue is sorted by declared priority, then submission tick', () => {
    const example = new SettlementExample({
      balances: { A: 0, B: 0, Z: 300 },
      tick: 0,
      lsm_config: { enable_bilateral: false, enable_cycles: false },
      priority_mode: true,
    });
    const first = example.tick('n1 A→B 100 Normal', 'u1 A→B 100 Urgent', 'h1 A→B 100 HighlyUrgent', 'n2 A→B 100 Normal');
    expect(first.events).toEqual([queued('n1', 'A'), queued('u1', 'A'), queued('h1', 'A'), queued('n2', 'A')]);
    expect(example.queue).toEqual(['h1', 'u1', 'n1', 'n2']);
    expect(example.tick('u2 A→B 100 Urgent', 'f Z→A 200').events).toEqual([
      queued('u2', 'A'),
      settled('f', 'Z', 'A', 200, 300, 100),
      released('h1', 'A', 'B', 100, 1),
      released('u1', 'A', 'B', 100, 1),
    ]);
    expect(example.queue).toEqual(['u2', 'n1', 'n2']);
  });
});

describe('scheduled releases (spec 03 §8e)', () => {
  const id = (number: number): string => `T0000000${number}`;

  /** What happens to payments in a tick: all events but the arrivals that the scenario orders. */
  function eventsOf(simulation: Simulation): Record<string, unknown>[] {
    const { tick } = simulation.tick();
    const events: SimulationEvent[] = simulation.events.ofTick(tick);
    const ordered = (i: number): boolean =>
      events[i]!.event_type === 'ScenarioEventExecuted' || events[i + 1]?.event_type === 'ScenarioEventExecuted';
    return events.filter((_, i) => !ordered(i)).map(withoutTick);
  }

  const part = (number: number, amount: number, deadline: number, priority: number): Record<string, unknown> => ({
    event_type: 'Arrival',
    tx_id: id(number),
    sender_id: 'A',
    receiver_id: 'B',
    amount,
    deadline,
    priority,
    is_divisible: false,
  });

  const split = (number: number, children: number[]): Record<string, unknown> => ({
    event_type: 'PolicySplit',
    agent_id: 'A',
    tx_id: id(number),
    num_splits: children.length,
    child_ids: children.map(id),
  });

  const scheduled = (number: number, tick: number): Record<string, unknown> => ({
    event_type: 'PolicyHold',
    agent_id: 'A',
    tx_id: id(number),
    reason: `ScheduledRelease { tick: ${tick} }`,
  });

  const submitted = (number: number, amount: number, internal_priority: number): Record<string, unknown>[] => [
    {
      event_type: 'RtgsSubmission',
      tx_id: id(number),
      sender: 'A',
      receiver: 'B',
      amount,
      internal_priority,
      rtgs_priority: 'Normal',
    },
    { event_type: 'PolicySubmit', agent_id: 'A', tx_id: id(number) },
  ];

  const pays = (number: number, before: number, after: number): Record<string, unknown> =>
    settled(id(number), 'A', 'B', before - after, before, after);
  const waits = (number: number): Record<string, unknown> => queued(id(number), 'A');

  it('S1: staggered parts go out at their ticks under a budget of zero', () => {
    const simulation = simulate({
      banks: {
        A: {
          opening_balance: 700,
          policy: inline({
            payment_tree: when(
              'amount',
              '==',
              1000,
              action('StaggerSplit', { num_splits: 3, stagger_first_now: 1, stagger_gap_ticks: 2, priority_boost_children: 7 }),
              action('Hold'),
            ),
            bank_tree: when('current_tick', '>=', 1, action('SetReleaseBudget', { max_value_to_release: 0 }), action('NoAction')),
          }),
        },
        B: { policy: HOLD },
      },
      scenario_events: [payment(0, 'A', 'B', 1000, { priority: 5, deadline: 50 })],
    });
    const budget = {
      event_type: 'BankBudgetSet',
      agent_id: 'A',
      max_value: 0,
      focus_counterparties: null,
      max_per_counterparty: null,
    };
    expect(eventsOf(simulation)).toEqual([
      part(2, 333, 50, 10),
      part(3, 333, 50, 10),
      part(4, 334, 50, 10),
      split(1, [2, 3, 4]),
      scheduled(3, 2),
      scheduled(4, 4),
      pays(2, 700, 367),
    ]);
    expect(simulation.queue1('A')).toEqual([id(3), id(4)]);
    expect(simulation.transaction(id(3))!.scheduled_release_tick).toBe(2);
    expect(eventsOf(simulation)).toEqual([budget]);
    expect(eventsOf(simulation)).toEqual([budget, ...submitted(3, 333, 10), pays(3, 367, 34)]);
    expect(eventsOf(simulation)).toEqual([budget]);
    expect(eventsOf(simulation)).toEqual([budget, ...submitted(4, 334, 10), waits(4)]);
    expect(simulation.transaction(id(4))!.scheduled_release_tick).toBeNull();
    expect(simulation.transaction(id(1))).toMatchObject({ status: 'Pending', remaining_amount: 334 });
  });

  it('S2: timed releases come first in their tick, in creation order', () => {
    const simulation = simulate({
      banks: {
        A: {
          opening_balance: 100,
          policy: inline({
            payment_tree: when(
              'amount',
              '==',
              20,
              action('Release', { timed_for_tick: 3, priority_flag: 'HIGH' }),
              when(
                'amount',
                '==',
                10,
                action('Release', { timed_for_tick: 4 }),
                when(
                  'amount',
                  '==',
                  30,
                  action('Release', { timed_for_tick: compute('current_tick', '+', 2) }),
                  action('Release'),
                ),
              ),
            ),
          }),
        },
        B: { policy: HOLD },
      },
      scenario_events: [
        payment(0, 'A', 'B', 20),
        payment(1, 'A', 'B', 10),
        payment(2, 'A', 'B', 30),
        payment(4, 'A', 'B', 40),
        payment(4, 'A', 'B', 10),
      ],
    });
    expect(eventsOf(simulation)).toEqual([scheduled(1, 3)]);
    expect(simulation.transaction(id(1))!.priority).toBe(10);
    expect(eventsOf(simulation)).toEqual([scheduled(2, 4)]);
    expect(eventsOf(simulation)).toEqual([scheduled(3, 4)]);
    expect(eventsOf(simulation)).toEqual([...submitted(1, 20, 10), pays(1, 100, 80)]);
    expect(eventsOf(simulation)).toEqual([
      ...submitted(2, 10, 5),
      ...submitted(3, 30, 5),
      ...submitted(4, 40, 5),
      ...submitted(5, 10, 5),
      pays(2, 80, 70),
      pays(3, 70, 40),
      pays(4, 40, 0),
      waits(5),
    ]);
  });

  it('S3: schedules past the deadline are kept, and with gap 0 all parts go out at once', () => {
    const stagger = (parts: number, gap: number): ReturnType<typeof action> =>
      action('StaggerSplit', { num_splits: parts, stagger_first_now: 0, stagger_gap_ticks: gap, priority_boost_children: 0 });
    const simulation = simulate({
      banks: {
        A: {
          opening_balance: 6,
          policy: inline({
            payment_tree: when(
              'is_split',
              '==',
              1,
              action('Split', { num_splits: 2 }),
              when('amount', '==', 9, stagger(4, 1), stagger(2, 0)),
            ),
          }),
        },
        B: { policy: HOLD },
      },
      cost_rates: { deadline_penalty: 100 },
      scenario_events: [payment(0, 'A', 'B', 9, { deadline: 2 }), payment(1, 'A', 'B', 4, { deadline: 50 })],
    });
    const late = (number: number, amount: number): Record<string, unknown> => ({
      event_type: 'TransactionWentOverdue',
      tx_id: id(number),
      sender_id: 'A',
      receiver_id: 'B',
      amount,
      remaining_amount: amount,
      deadline_tick: 2,
      ticks_overdue: 1,
      deadline_penalty_cost: 100,
    });
    const penalties = {
      event_type: 'CostAccrual',
      agent_id: 'A',
      costs: {
        liquidity_cost: 0,
        delay_cost: 0,
        collateral_cost: 0,
        penalty_cost: 300,
        split_friction_cost: 0,
        liquidity_opportunity_cost: 0,
        total: 300,
      },
    };
    expect(eventsOf(simulation)).toEqual([
      part(2, 2, 2, 5),
      part(3, 2, 2, 5),
      part(4, 2, 2, 5),
      part(5, 3, 2, 5),
      split(1, [2, 3, 4, 5]),
      scheduled(2, 1),
      scheduled(3, 2),
      scheduled(4, 3),
      scheduled(5, 4),
    ]);
    // T6 is ordered in this tick; its parts T7 and T8 have no submission of their own.
    expect(eventsOf(simulation)).toEqual([
      ...submitted(2, 2, 5),
      part(7, 2, 51, 5),
      part(8, 2, 51, 5),
      split(6, [7, 8]),
      pays(2, 6, 4),
      pays(7, 4, 2),
      pays(8, 2, 0),
    ]);
    expect(simulation.transaction(id(6))).toMatchObject({ status: 'Settled', remaining_amount: 0, settlement_tick: 1 });
    expect(eventsOf(simulation)).toEqual([...submitted(3, 2, 5), waits(3)]);
    expect(eventsOf(simulation)).toEqual([...submitted(4, 2, 5), waits(4), late(5, 3), late(3, 2), late(4, 2), penalties]);
    expect(eventsOf(simulation)).toEqual([...submitted(5, 3, 5), waits(5)]);
  });
});
