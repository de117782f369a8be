import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../src/index.js';
import {
  TREE_KIND,
  type ActionName,
  type PolicyDocument,
  type PolicyNode,
  type TreeKind,
  type TreeName,
} from '../../src/policy/document.js';
import { FIELDS } from '../../src/policy/fields.js';
import { HOLD, RELEASE, act, any, compute, field, is, literal, paying, policy, text, when } from './support/documents.js';
import { FIELD_NAMES } from './support/field-names.js';
import { expOfMinus, nextDown, nextUp } from './support/numbers.js';
import { fnv1a, pressureIndex, referenceFields, stateOf, type State } from './support/reference-fields.js';
import { eventsOf, openWorld, pair, pay, scenario, simulate, type Bank } from './support/simulations.js';
import '../support/seed.js';

const IDLE: Record<TreeKind, ActionName> = { payment: 'Hold', bank: 'NoAction', collateral: 'HoldCollateral' };

/** A tree that looks at every field that it may read, and then goes on with another one. */
function readEverything(tree: TreeName, next: PolicyNode = act(`${tree}_idle`, IDLE[TREE_KIND[tree]])): PolicyNode {
  const reads = FIELD_NAMES[TREE_KIND[tree]].map((name) => is(field(name), '==', literal(0)));
  const other = JSON.parse(JSON.stringify(next).replaceAll('"node_id":"', `"node_id":"other_`)) as PolicyNode;
  return when(`${tree}_reads`, any(...reads, is(field('bank_state_note'), '==', 0)), next, other);
}

/** All four trees read everything; payments below a limit are released, the others held. */
const observer = (limit: number, bank?: PolicyNode): PolicyDocument =>
  policy({
    payment_tree: readEverything(
      'payment_tree',
      when('small', is(field('amount'), '<', limit), act('go', 'Release'), act('stay', 'Hold')),
    ),
    bank_tree: readEverything('bank_tree', bank),
    strategic_collateral_tree: readEverything('strategic_collateral_tree'),
    end_of_tick_collateral_tree: readEverything('end_of_tick_collateral_tree'),
  });

/** What a tree saw: its fields by name. */
interface Sight {
  agentId: string;
  tree: TreeName;
  txId: string | null;
  fields: Map<string, number>;
}

/** Runs a tick and reports what every tree saw in it; conditions that read everything have an id that ends with `_reads`. */
function watch(simulation: Simulation): Sight[] {
  return simulation
    .explainTick()
    .traces.flatMap(({ agent_id: agentId, tree, tx_id: txId, steps }) =>
      steps
        .filter(({ node_id }) => node_id.endsWith('_reads'))
        .map(({ values }) => ({ agentId, tree, txId, fields: new Map(values.map(({ text, value }) => [text, value!])) })),
    );
}

function expectSight({ agentId, fields, tree, txId }: Sight, state: State): void {
  const kind = TREE_KIND[tree];
  const expected = referenceFields(state, agentId, kind, txId ?? undefined);
  const wrong = FIELD_NAMES[kind].filter((name) => !expected.has(name) || !Object.is(fields.get(name), expected.get(name)! + 0));
  const report = wrong.map(
    (name) => `${name} of ${agentId} in ${tree}: expected ${expected.get(name)}, found ${fields.get(name)}`,
  );
  expect(report).toEqual([]);
}

/** Compares what all trees see in a tick with what can be asked before it and, for end-of-tick trees, after it. */
function expectTruth(simulation: Simulation): Sight[] {
  const before = stateOf(simulation);
  const sights = watch(simulation);
  const after = { ...stateOf(simulation, before.tick), registers: before.registers };
  for (const sight of sights) expectSight(sight, sight.tree === 'end_of_tick_collateral_tree' ? after : before);
  return sights;
}

const RATES = {
  overdraft_bps_per_tick: 3.3,
  delay_cost_per_tick_per_cent: 0.00037,
  collateral_cost_per_tick_bps: 0.0123,
  eod_penalty: { mode: 'rate', bps_per_event: 123.4567891 },
  deadline_penalty: { mode: 'rate', bps_per_event: 45.0000009 },
  split_friction_cost: 321,
};

describe('every field in every tree', () => {
  it('has the value of its formula while banks pay, wait and fail', () => {
    const simulation = simulate(
      [
        { id: 'A', balance: 5_000, cap: 2_000, posted: 3_000, haircut: 0.1, capacity: 10_000, policy: observer(4_000) },
        { id: 'B', balance: -700, cap: 1_000, posted: 12_345, policy: observer(9_000) },
        { id: 'C', balance: 0, cap: 0, policy: observer(100_000) },
        { id: 'D', balance: 50, cap: 7, posted: 100, haircut: 1, policy: observer(100_000) },
        { id: 'E', balance: -500, cap: 0, posted: 400, haircut: 0, capacity: 0, policy: observer(0) },
      ],
      { cost_rates: RATES, ticks_per_day: 5, num_days: 4, eod_rush_threshold: 0.6 },
    );
    const ids = simulation.agentIds;
    let seen = 0;
    for (let tick = 0; tick < 20; tick++) {
      ids.forEach((sender, i) => {
        const receiver = ids[(i + 1 + (tick % 4)) % 5]!;
        if ((tick + i) % 3 > 0)
          pay(simulation, sender, receiver, 300 + 977 * ((tick * 7 + i * 3) % 11), {
            deadline: tick + 1 + ((tick + i) % 5),
            priority: (tick * 3 + i) % 11,
          });
      });
      seen += expectTruth(simulation).length;
    }
    expect(seen).toBeGreaterThan(20 * 5 * 3);
    expect(simulation.queue2().length).toBeGreaterThan(5);
    expect(simulation.transactions().some(({ status }) => status === 'Overdue')).toBe(true);
    expect(eventsOf(simulation, 'RtgsImmediateSettlement').length).toBeGreaterThan(5);
  });

  const bank = (id: string): fc.Arbitrary<Bank> =>
    fc.record({
      id: fc.constant(id),
      balance: fc.integer({ min: -5_000, max: 20_000 }),
      cap: fc.integer({ min: 0, max: 5_000 }),
      posted: fc.integer({ min: 0, max: 20_000 }),
      haircut: fc.oneof(fc.constantFrom(0, 0.02, 0.1, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      policy: fc.integer({ min: 0, max: 3_000 }).map((limit) => observer(limit)),
    });
  const order = fc.record({
    from: fc.nat(3),
    to: fc.nat(3),
    amount: fc.integer({ min: 1, max: 3_000 }),
    ahead: fc.integer({ min: 1, max: 6 }),
    priority: fc.integer({ min: 0, max: 10 }),
  });
  const rate = fc.double({ min: 0, max: 100, noNaN: true });

  it('has the value of its formula in random systems', () => {
    const ids = ['AA', 'B', 'ab', 'ä'];
    fc.assert(
      fc.property(
        fc.tuple(...ids.map(bank)),
        fc.array(fc.array(order, { maxLength: 4 }), { minLength: 4, maxLength: 8 }),
        fc.record({
          overdraft_bps_per_tick: rate,
          delay_cost_per_tick_per_cent: rate,
          collateral_cost_per_tick_bps: rate,
          eod_penalty: fc.oneof(
            fc.nat(),
            rate.map((bps) => ({ mode: 'rate', bps_per_event: bps })),
          ),
          deadline_penalty: fc.oneof(
            fc.nat(),
            rate.map((bps) => ({ mode: 'rate', bps_per_event: bps })),
          ),
          split_friction_cost: fc.nat(1000),
        }),
        fc.integer({ min: 1, max: 7 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (banks, ticks, costs, ticksPerDay, rush) => {
          const simulation = simulate(banks, {
            cost_rates: costs,
            ticks_per_day: ticksPerDay,
            num_days: 20,
            eod_rush_threshold: rush,
          });
          for (const orders of ticks) {
            for (const { ahead, amount, from, priority, to } of orders) {
              pay(simulation, ids[from]!, ids[to]!, amount, { deadline: simulation.currentTick + ahead, priority });
            }
            expectTruth(simulation);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is read from the registry as trees read it', () => {
    const { simulation, world } = openWorld(
      scenario(
        [
          { id: 'A', balance: 100, cap: 10, policy: paying(RELEASE) },
          { id: 'B', balance: 5, policy: paying(HOLD) },
        ],
        { cost_rates: RATES },
      ),
    );
    pay(simulation, 'A', 'B', 300);
    pay(simulation, 'A', 'A', 200);
    pay(simulation, 'B', 'A', 400);
    simulation.tick();
    const state = stateOf(simulation);
    simulation.agentIds.forEach((agentId, b) => {
      for (const kind of ['payment', 'bank', 'collateral'] as const) {
        const payments =
          kind === 'payment' ? [...world.payments.rows()].filter((p) => world.payments.sender[p] === b) : [undefined];
        for (const p of payments) {
          const expected = referenceFields(state, agentId, kind, p === undefined ? undefined : world.payments.id(p));
          for (const name of FIELD_NAMES[kind]) {
            const { read } = FIELDS.get(name)!;
            expect(read[kind]!(p === undefined ? world.context.lookAt(b) : world.context.lookAt(b, p)), name).toBe(
              expected.get(name),
            );
          }
        }
      }
    });
  });

  it('reading changes nothing', () => {
    const { simulation, world } = openWorld(scenario([{ id: 'A', balance: 100, policy: paying(RELEASE) }, { id: 'B' }]));
    pay(simulation, 'A', 'B', 300);
    pay(simulation, 'B', 'A', 200);
    simulation.tick();
    const before = simulation.snapshot();
    for (const kind of ['payment', 'bank', 'collateral'] as const) {
      for (const name of FIELD_NAMES[kind])
        FIELDS.get(name)!.read[kind]!(kind === 'payment' ? world.context.lookAt(0, 0) : world.context.lookAt(0));
    }
    expect(simulation.snapshot()).toBe(before);
  });
});

describe('known values', () => {
  /** Fields of bank A as a tree of the running tick sees them. */
  function seen(simulation: Simulation, tree: TreeName, txId: string | null = null): Record<string, number> {
    const sight = watch(simulation).find((found) => found.agentId === 'A' && found.tree === tree && found.txId === txId)!;
    return Object.fromEntries(sight.fields);
  }

  it('of a bank in credit with collateral', () => {
    const simulation = simulate([
      { id: 'A', balance: -1_500, cap: 1_000, posted: 5_000, haircut: 0.1, policy: observer(0) },
      { id: 'B', balance: 0 },
      { id: 'C', balance: 0 },
    ]);
    expect(seen(simulation, 'bank_tree')).toMatchObject({
      balance: -1_500,
      credit_limit: 1_000,
      unsecured_cap: 1_000,
      credit_used: 1_500,
      credit_headroom: -500,
      effective_liquidity: -2_000,
      available_liquidity: 4_000, // 1,000 + ⌊5,000 · 0.9⌋ − 1,500
      is_using_credit: 1,
      liquidity_pressure: 1, // nothing in cash
      posted_collateral: 5_000,
      max_collateral_capacity: 10_000, // ten times the cap
      remaining_collateral_capacity: 5_000,
      collateral_utilization: 0.5,
      collateral_haircut: 0.1,
      allowed_overdraft_limit: 5_500,
      overdraft_headroom: 4_000,
      overdraft_utilization: 1_500 / 5_500,
      required_collateral_for_usage: 556, // ⌈500 / 0.9⌉
      excess_collateral: 4_444,
      is_overdraft_capped: 1,
      total_agents: 3,
    });
  });

  it('effective_liquidity subtracts used credit twice (Quirk Q6)', () => {
    const simulation = pair(observer(0), { balance: -100, cap: 500 });
    expect(seen(simulation, 'bank_tree')).toMatchObject({ effective_liquidity: 300, available_liquidity: 400 });
  });

  it.each([
    // balance, cap, posted → pressure
    [0, 0, 0, 1],
    [100, 0, 0, 0],
    [100, 300, 0, 0.75],
    [100, 100, 200, 0.75],
    [-100, 100, 0, 1],
    [-200, 100, 0, 1],
    [-100, 300, 0, 1],
  ])('liquidity_pressure at balance %d, cap %d, collateral %d is %d', (balance, cap, posted, pressure) => {
    expect(seen(pair(observer(0), { balance, cap, posted }), 'bank_tree').liquidity_pressure).toBe(pressure);
  });

  it('of a bank without anything', () => {
    const simulation = pair(observer(0), { balance: 0, cap: 0 });
    expect(seen(simulation, 'bank_tree')).toMatchObject({
      outgoing_queue_size: 0,
      queue1_liquidity_gap: 0,
      queue2_nearest_deadline: 18446744073709551616,
      ticks_to_nearest_queue2_deadline: Infinity,
      system_queue2_pressure_index: 0,
      collateral_utilization: 0,
      overdraft_utilization: 0,
      my_throughput_fraction_today: 0,
      throughput_gap: 0,
    });
  });

  it('of time', () => {
    const simulation = pair(observer(0), {}, { ticks_per_day: 5, eod_rush_threshold: 0.6 });
    const times = Array.from({ length: 11 }, () => seen(simulation, 'strategic_collateral_tree'));
    expect(times.map((t) => t.current_tick)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(times.map((t) => t.system_current_day)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2]);
    expect(times.map((t) => t.system_tick_in_day)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0]);
    expect(times.map((t) => t.ticks_remaining_in_day)).toEqual([4, 3, 2, 1, 0, 4, 3, 2, 1, 0, 4]);
    expect(times.map((t) => t.day_progress_fraction)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 0, 0.2, 0.4, 0.6, 0.8, 0]);
    expect(times.map((t) => t.is_eod_rush)).toEqual([0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0]);
    expect(times.every((t) => t.system_ticks_per_day === 5)).toBe(true);
  });

  it.each([
    [0.8, 1],
    [nextUp(0.8), 0],
    [nextDown(0.8), 1],
    [0, 1],
    [1, 0],
    [-1, 1],
    [2, 0],
  ])('the rush begins exactly at its threshold: %d', (threshold, rush) => {
    const simulation = pair(observer(0), {}, { ticks_per_day: 5, eod_rush_threshold: threshold });
    simulation.run({ untilTick: 4 });
    expect(seen(simulation, 'bank_tree').is_eod_rush).toBe(rush);
  });

  it('of a payment that waits past its deadline', () => {
    const simulation = pair(observer(0));
    const id = pay(simulation, 'A', 'B', 250, { deadline: 2, priority: 7 });
    const rows = Array.from({ length: 7 }, () => seen(simulation, 'payment_tree', id));
    expect(rows.map((row) => row.ticks_to_deadline)).toEqual([2, 1, 0, -1, -2, -3, -4]);
    expect(rows.map((row) => row.queue_age)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(rows.map((row) => row.is_past_deadline)).toEqual([0, 0, 0, 1, 1, 1, 1]);
    // Marked at the end of tick 3, so first seen in tick 4.
    expect(rows.map((row) => row.is_overdue)).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect(rows.map((row) => row.overdue_duration)).toEqual([0, 0, 0, 0, 1, 2, 3]);
    expect(rows[0]).toMatchObject({
      amount: 250,
      remaining_amount: 250,
      settled_amount: 0,
      arrival_tick: 0,
      deadline_tick: 2,
      priority: 7,
      is_split: 0,
      is_in_queue2: 0,
    });
  });

  it('of parts of a split payment', () => {
    const stagger = act('s', 'StaggerSplit', {
      num_splits: 3,
      stagger_first_now: 1,
      stagger_gap_ticks: 1,
      priority_boost_children: 2,
    });
    const leave = when('leaves', is(field('is_in_queue2'), '==', 1), act('w', 'WithdrawFromRtgs'), act('h2', 'Hold'));
    const simulation = pair(
      policy({ payment_tree: readEverything('payment_tree', when('whole', is(field('is_split'), '==', 0), stagger, leave)) }),
      { balance: 0 },
    );
    pay(simulation, 'A', 'B', 100, { deadline: 40, priority: 5 });
    simulation.tick();
    // T3 is released in tick 1 with an RTGS priority; T2 was released at once, without one.
    const sights = [...watch(simulation), ...watch(simulation)].map(({ fields, txId }) => [
      txId,
      fields.get('is_split'),
      fields.get('is_in_queue2'),
      fields.get('priority'),
      fields.get('arrival_tick'),
      fields.get('amount'),
    ]);
    expect(sights).toEqual([
      ['T00000002', 1, 0, 7, 0, 33],
      ['T00000002', 1, 0, 7, 0, 33],
      ['T00000003', 1, 1, 7, 0, 33],
    ]);
    expect(simulation.queue2()).toEqual(['T00000002', 'T00000004']);
  });

  it('parts of a payment that was split later are as old as the whole', () => {
    const split = act('s', 'StaggerSplit', {
      num_splits: 2,
      stagger_first_now: 1,
      stagger_gap_ticks: 1,
      priority_boost_children: 0,
    });
    const whole = when('later', is(field('current_tick'), '==', 2), split, act('wait', 'Hold'));
    const queued = when('queued', is(field('is_in_queue2'), '==', 1), act('w', 'WithdrawFromRtgs'), act('part', 'Hold'));
    const simulation = pair(
      policy({ payment_tree: readEverything('payment_tree', when('whole', is(field('is_split'), '==', 0), whole, queued)) }),
      { balance: 0 },
    );
    pay(simulation, 'A', 'B', 100);
    simulation.run({ untilTick: 4 });
    expect(watch(simulation).map(({ fields, txId }) => [txId, fields.get('queue_age'), fields.get('arrival_tick')])).toEqual([
      ['T00000002', 4, 0],
      ['T00000003', 4, 0],
    ]);
  });

  it('of costs, in each kind of tree', () => {
    const simulation = pair(
      observer(0),
      {},
      {
        cost_rates: {
          ...RATES,
          deadline_penalty: { mode: 'rate', bps_per_event: 20_000 },
          eod_penalty: { mode: 'rate', bps_per_event: 30_000 },
        },
      },
    );
    const id = pay(simulation, 'A', 'B', 12_345);
    const sights = watch(simulation).filter(({ agentId }) => agentId === 'A');
    const fields = (tree: TreeName): Record<string, number> =>
      Object.fromEntries(sights.find((sight) => sight.tree === tree)!.fields);
    expect(sights.some(({ txId }) => txId === id)).toBe(true);
    for (const tree of ['payment_tree', 'bank_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree'] as const) {
      expect(fields(tree)).toMatchObject({
        cost_overdraft_bps_per_tick: 3.3,
        cost_delay_per_tick_per_cent: 0.00037,
        cost_collateral_bps_per_tick: 0.0123,
        cost_split_friction: 321,
        cost_eod_penalty: {
          payment_tree: 37_035,
          bank_tree: 0,
          strategic_collateral_tree: 3,
          end_of_tick_collateral_tree: 3,
        }[tree],
        cost_deadline_penalty: {
          payment_tree: 24_690,
          bank_tree: 0,
          strategic_collateral_tree: 2,
          end_of_tick_collateral_tree: 2,
        }[tree],
      });
    }
    expect(fields('payment_tree')).toMatchObject({
      cost_delay_this_tx_one_tick: 12_345 * 0.00037,
      cost_overdraft_this_amount_one_tick: (3.3 / 10000) * 12_345,
    });
  });

  it.each([
    // bps per event, amount → penalty
    [100, 12_345, 123],
    [0.000001, 10_000_000_000, 1],
    [0.000001, 9_999_999_999, 0],
    [0.0000009, 9_000_000_000_000, 0], // the rate is cut after six places
    [1.9999999, 10_000, 1],
    [10_000, 9_007_199_254_740, 9_007_199_254_740],
    [3.3, 9_007_199_254_740_991, 2_972_375_754_064], // ⌊x · 3,300,000 / 10^10⌋: the product needs 75 bits
    [-1, 1_000_000, 0],
  ])('a penalty of %d basis points on %d is %d', (bps, amount, expected) => {
    const simulation = pair(
      observer(0),
      { balance: 0 },
      {
        cost_rates: { deadline_penalty: { mode: 'rate', bps_per_event: bps }, eod_penalty: { mode: 'rate', bps_per_event: bps } },
      },
    );
    const id = pay(simulation, 'A', 'B', amount);
    expect(seen(simulation, 'payment_tree', id)).toMatchObject({ cost_deadline_penalty: expected, cost_eod_penalty: expected });
  });

  it('throughput counts a split payment as a whole and as parts, over all days (Quirk Q9)', () => {
    const split = when('whole', is(field('amount'), '==', 90), act('s', 'Split', { num_splits: 3 }), act('r', 'Release'));
    const simulation = pair(
      policy({ payment_tree: split, bank_tree: readEverything('bank_tree') }),
      { balance: 60 },
      { ticks_per_day: 4 },
    );
    pay(simulation, 'A', 'B', 90);
    pay(simulation, 'A', 'B', 10);
    expect(seen(simulation, 'bank_tree')).toMatchObject({ my_throughput_fraction_today: 0, throughput_gap: 0 });
    // Created 90 + 10 + 30 + 30 + 30; the first two parts are paid (60), and so are 60 of the whole.
    expect(seen(simulation, 'bank_tree').my_throughput_fraction_today).toBe(120 / 190);
    simulation.run({ untilTick: 4 });
    expect(seen(simulation, 'bank_tree')).toMatchObject({
      my_throughput_fraction_today: 120 / 190,
      expected_throughput_fraction_by_now: 0,
      throughput_gap: 120 / 190,
    });
  });

  it('throughput agrees with the log', () => {
    const simulation = pair(observer(700), { balance: 3_000 }, { ticks_per_day: 6 });
    let created = 0;
    for (let tick = 0; tick < 12; tick++) {
      created += 137 * tick + 50;
      pay(simulation, 'A', 'B', 137 * tick + 50);
      const settled = eventsOf(simulation, 'RtgsImmediateSettlement').reduce((sum, { amount }) => sum + amount, 0);
      expect(seen(simulation, 'bank_tree').my_throughput_fraction_today).toBe(settled / created);
    }
  });

  it('counterparties are ranked by value, then by id', () => {
    const others = ['B', 'C', 'D', 'E', 'F', 'G'];
    const simulation = simulate([
      { id: 'A', balance: 0, policy: observer(1e9) },
      ...others.map((id) => ({ id, balance: 0, policy: paying(RELEASE) })),
    ]);
    const out = { B: 100, C: 300, D: 100, E: 50, F: 100, G: 20 };
    const into = { B: 100, C: 10, D: 500, G: 40 };
    for (const [id, amount] of Object.entries(out)) {
      pay(simulation, 'A', id, amount - 1);
      pay(simulation, 'A', id, 1);
    }
    for (const [id, amount] of Object.entries(into)) pay(simulation, id, 'A', amount);
    pay(simulation, 'B', 'C', 9_999);
    simulation.tick();
    const id = pay(simulation, 'A', 'D', 5);
    const fields = seen(simulation, 'payment_tree', id);
    const ranks = (pattern: string): number[] => [1, 2, 3, 4, 5].map((rank) => fields[pattern.replace('#', String(rank))]!);
    expect(ranks('my_q2_out_value_top_#')).toEqual([300, 100, 100, 100, 50]);
    expect(ranks('top_cpty_#_id_hash')).toEqual(['C', 'B', 'D', 'F', 'E'].map(fnv1a));
    expect(ranks('my_q2_in_value_top_#')).toEqual([500, 100, 40, 10, 0]);
    // Nets: B 0, C 290, D −400, E 50, F 100, G −20.
    expect(ranks('my_bilateral_net_q2_top_#')).toEqual([-400, 290, 100, 50, -20]);
    expect(fields).toMatchObject({
      my_q2_out_value_to_counterparty: 100,
      my_q2_in_value_from_counterparty: 500,
      my_bilateral_net_q2: -400,
      tx_counterparty_id: fnv1a('D'),
      top_cpty_3_id_hash: fields.tx_counterparty_id,
      tx_is_top_counterparty: 0,
    });
  });

  it.each([
    ['', 14695981039346656037n],
    ['a', 0xaf63dc4c8601ec8cn],
    ['foobar', 0x85944171f73967e8n],
  ])('ids are hashed by FNV-1a: %j', (id, hash) => {
    expect(fnv1a(id)).toBe(Number(hash));
  });

  it.each(['BANK_A', 'ä', '銀行', '🏦', '\u0000', 'x'.repeat(300)])('the hash of %j is that of its UTF-8 bytes', (id) => {
    const simulation = simulate([{ id: 'A', balance: 1, policy: observer(0) }, { id }]);
    const tx = pay(simulation, 'A', id, 1);
    expect(seen(simulation, 'payment_tree', tx).tx_counterparty_id).toBe(fnv1a(id));
  });

  it.each([3, 5, 7, 10])(
    'the pressure index jumps above 0.5 with the first queued payment and is correctly rounded: %d banks',
    (banks) => {
      expect(expOfMinus(0)).toBe(1);
      expect(expOfMinus(1)).toBe(0.36787944117144233);
      expect(expOfMinus(0.5)).toBe(0.6065306597126334);
      const others = Array.from({ length: banks - 1 }, (_, i): Bank => ({ id: `B${i}` }));
      const simulation = simulate([{ id: 'A', balance: 0, policy: observer(1e9) }, ...others]);
      expect(seen(simulation, 'bank_tree').system_queue2_pressure_index).toBe(0);
      for (let n = 1; n <= 50; n++) {
        pay(simulation, 'A', 'B0', 1_000);
        simulation.tick();
        const index = seen(simulation, 'bank_tree').system_queue2_pressure_index!;
        expect(index).toBe(pressureIndex(n, banks));
        expect(index).toBeGreaterThan(0.5);
      }
    },
  );

  it('rankings follow every change of the central queue', () => {
    // Bank A alone looks at rankings, before and after the settlement of each tick.
    const simulation = simulate([
      { id: 'A', balance: 0, policy: observer(1e9) },
      { id: 'B', balance: 0, policy: paying(RELEASE) },
    ]);
    const rows = [5, 9, 2].map((amount) => {
      pay(simulation, 'A', 'B', amount);
      if (amount === 2) pay(simulation, 'B', 'A', 30);
      const sights = watch(simulation);
      return (['strategic_collateral_tree', 'payment_tree', 'end_of_tick_collateral_tree'] as const).map((tree) => {
        const { fields } = sights.find((sight) => sight.tree === tree)!;
        return ['my_q2_out_value_top_1', 'my_q2_in_value_top_1', 'my_bilateral_net_q2_top_1'].map((name) => fields.get(name));
      });
    });
    expect(rows).toEqual([
      [
        [0, 0, 0],
        [0, 0, 0],
        [5, 0, 5],
      ],
      [
        [5, 0, 5],
        [5, 0, 5],
        [14, 0, 14],
      ],
      [
        [14, 0, 14],
        [14, 0, 14],
        [16, 30, -14],
      ],
    ]);
  });
});

describe('what is seen when (spec 06 §5)', () => {
  /** One register per tick keeps what the bank tree saw; the others are read from explanations. */
  const seenBy = (sights: Sight[], tree: TreeName, name: string, agentId = 'A'): number | undefined =>
    sights.find((sight) => sight.tree === tree && sight.agentId === agentId)?.fields.get(name);

  it('own collateral: before the strategic decision, then after it', () => {
    const post = act('post', 'PostCollateral', { amount: 400 });
    const give = act('give', 'WithdrawCollateral', { amount: 100 });
    const simulation = pair(
      {
        ...observer(0),
        strategic_collateral_tree: readEverything('strategic_collateral_tree', post),
        end_of_tick_collateral_tree: readEverything('end_of_tick_collateral_tree', give),
      },
      { balance: 0, cap: 100 },
    );
    pay(simulation, 'A', 'B', 5);
    const sights = watch(simulation);
    expect(seenBy(sights, 'strategic_collateral_tree', 'posted_collateral')).toBe(0);
    expect(seenBy(sights, 'bank_tree', 'posted_collateral')).toBe(400);
    expect(seenBy(sights, 'payment_tree', 'posted_collateral')).toBe(400);
    expect(seenBy(sights, 'payment_tree', 'available_liquidity')).toBe(100 + 392);
    expect(seenBy(sights, 'end_of_tick_collateral_tree', 'posted_collateral')).toBe(400);
    expect(simulation.agent('A').posted_collateral).toBe(300);
  });

  it('collateral that a timer takes back is gone when payments are decided', () => {
    const post = when(
      'first',
      is(field('current_tick'), '==', 0),
      act('post', 'PostCollateral', { amount: 400, auto_withdraw_after_ticks: 1 }),
      act('idle', 'HoldCollateral'),
    );
    const simulation = pair(
      { ...observer(0), strategic_collateral_tree: readEverything('strategic_collateral_tree', post) },
      { balance: 0, cap: 1_000 },
    );
    pay(simulation, 'A', 'B', 5);
    simulation.tick();
    const sights = watch(simulation);
    expect(seenBy(sights, 'strategic_collateral_tree', 'posted_collateral')).toBe(400);
    expect(seenBy(sights, 'bank_tree', 'posted_collateral')).toBe(400);
    expect(seenBy(sights, 'payment_tree', 'posted_collateral')).toBe(0);
    expect(seenBy(sights, 'end_of_tick_collateral_tree', 'posted_collateral')).toBe(0);
  });

  it('registers: before the bank’s decision, then after it, and none on the next day', () => {
    const note = act('note', 'AddState', { key: text('bank_state_note'), value: 1 });
    const simulation = pair(observer(0, note), {}, { ticks_per_day: 2 });
    pay(simulation, 'A', 'B', 5);
    const rows = Array.from({ length: 3 }, () => {
      const sights = watch(simulation);
      return (['strategic_collateral_tree', 'bank_tree', 'payment_tree', 'end_of_tick_collateral_tree'] as const).map((tree) =>
        seenBy(sights, tree, 'bank_state_note'),
      );
    });
    expect(rows).toEqual([
      [0, 0, 1, 1],
      [1, 1, 2, 2],
      [0, 0, 1, 1],
    ]);
  });

  it('other banks’ registers are not seen', () => {
    const note = act('note', 'AddState', { key: text('bank_state_note'), value: 1 });
    const simulation = simulate([
      { id: 'A', policy: observer(0, note) },
      { id: 'B', policy: observer(0) },
    ]);
    expect(seenBy(watch(simulation), 'end_of_tick_collateral_tree', 'bank_state_note', 'B')).toBe(0);
  });

  it('balances: nothing settles before the end-of-tick trees, which see it', () => {
    const simulation = simulate([
      { id: 'A', balance: 100, policy: observer(1e9) },
      { id: 'B', balance: 0, policy: observer(1e9) },
    ]);
    pay(simulation, 'A', 'B', 30);
    pay(simulation, 'B', 'A', 500);
    const sights = watch(simulation);
    for (const tree of ['strategic_collateral_tree', 'bank_tree', 'payment_tree'] as const) {
      expect([seenBy(sights, tree, 'balance'), seenBy(sights, tree, 'balance', 'B')]).toEqual([100, 0]);
    }
    expect([
      seenBy(sights, 'end_of_tick_collateral_tree', 'balance'),
      seenBy(sights, 'end_of_tick_collateral_tree', 'balance', 'B'),
    ]).toEqual([70, 30]);
    expect(seenBy(sights, 'end_of_tick_collateral_tree', 'queue2_count_for_agent', 'B')).toBe(1);
  });

  it('credits that are deferred are not seen by end-of-tick trees', () => {
    const simulation = simulate(
      [
        { id: 'A', balance: 100, policy: observer(1e9) },
        { id: 'B', balance: 0, policy: observer(0) },
      ],
      { deferred_crediting: true },
    );
    pay(simulation, 'A', 'B', 30);
    const sights = watch(simulation);
    expect([
      seenBy(sights, 'end_of_tick_collateral_tree', 'balance'),
      seenBy(sights, 'end_of_tick_collateral_tree', 'balance', 'B'),
    ]).toEqual([70, 0]);
    expect(simulation.agent('B').balance).toBe(30);
  });

  it('the own queue is the same for all payments of a turn, whatever is decided', () => {
    const simulation = simulate([
      { id: 'A', balance: 1_000, policy: observer(1e9) },
      { id: 'B', balance: 0, policy: observer(1e9) },
    ]);
    for (const amount of [10, 20, 30]) pay(simulation, 'A', 'B', amount);
    pay(simulation, 'B', 'A', 7);
    const sights = watch(simulation).filter(({ tree }) => tree === 'payment_tree');
    expect(
      sights.map(({ agentId, fields }) => [
        agentId,
        fields.get('outgoing_queue_size'),
        fields.get('queue1_total_value'),
        fields.get('headroom'),
      ]),
    ).toEqual([
      ['A', 3, 60, 940],
      ['A', 3, 60, 940],
      ['A', 3, 60, 940],
      ['B', 1, 7, -7],
    ]);
  });

  it('trees about queued payments see the own queue after its decisions, the index as published, the queue as it is', () => {
    const tree = readEverything(
      'payment_tree',
      when('queued', is(field('is_in_queue2'), '==', 1), act('w', 'WithdrawFromRtgs'), act('r', 'Release')),
    );
    const simulation = simulate([
      { id: 'A', balance: 0, policy: policy({ payment_tree: tree }) },
      { id: 'B', balance: 0, policy: policy({ payment_tree: tree }) },
    ]);
    const first = pay(simulation, 'A', 'B', 10, { deadline: 9 });
    const second = pay(simulation, 'A', 'B', 20, { deadline: 5 });
    const third = pay(simulation, 'B', 'A', 40, { deadline: 7 });
    simulation.tick();
    const fresh = pay(simulation, 'A', 'B', 80);
    const sights = watch(simulation).filter(({ tree: name }) => name === 'payment_tree');
    const row = ({ agentId, fields, txId }: Sight): unknown[] => [
      agentId,
      txId,
      ...['outgoing_queue_size', 'rtgs_queue_size', 'rtgs_queue_value', 'queue2_count_for_agent', 'queue2_nearest_deadline'].map(
        (name) => fields.get(name),
      ),
    ];
    expect(sights.map(row)).toEqual([
      ['A', fresh, 1, 3, 70, 2, 5],
      // All trees of all banks about queued payments come before their decisions.
      ['A', first, 0, 3, 70, 2, 5],
      ['A', second, 0, 3, 70, 2, 5],
      ['B', third, 0, 3, 70, 1, 7],
    ]);
    expect(simulation.queue1('A')).toEqual([first, second]);
  });

  it('the index stays as published when a call between ticks withdraws a payment, the queue does not', () => {
    const simulation = pair(observer(1e9), { balance: 0 });
    const id = pay(simulation, 'A', 'B', 10, { deadline: 30 });
    pay(simulation, 'A', 'B', 20, { deadline: 40 });
    simulation.tick();
    const index = stateOf(simulation).queue2;
    simulation.withdrawFromRtgs(id);
    const state = { ...stateOf(simulation), index };
    const sights = watch(simulation).filter(({ agentId, tree }) => agentId === 'A' && tree !== 'end_of_tick_collateral_tree');
    expect(sights.length).toBe(3);
    for (const sight of sights) expectSight(sight, state);
    expect(seenBy(sights, 'bank_tree', 'queue2_nearest_deadline')).toBe(30);
    expect(seenBy(sights, 'bank_tree', 'rtgs_queue_size')).toBe(1);
  });

  it('priorities: after the escalation of the tick', () => {
    const simulation = pair(
      observer(0),
      {},
      { priority_escalation: { enabled: true, curve: 'linear', start_escalating_at_ticks: 10, max_boost: 4 } },
    );
    pay(simulation, 'A', 'B', 5, { deadline: 5, priority: 3 });
    expect(seenBy(watch(simulation), 'payment_tree', 'priority')).toBe(5);
  });

  it('scheduled releases have left the own queue before the first tree is asked', () => {
    const tree = readEverything(
      'payment_tree',
      when('timed', is(field('amount'), '==', 10), act('t', 'Release', { timed_for_tick: 1 }), act('h', 'Hold')),
    );
    const simulation = pair(policy({ payment_tree: tree }));
    pay(simulation, 'A', 'B', 10);
    const other = pay(simulation, 'A', 'B', 20);
    expect(watch(simulation).map(({ fields }) => fields.get('outgoing_queue_size'))).toEqual([2, 2]);
    const sights = watch(simulation);
    expect(sights.map(({ fields, txId }) => [txId, fields.get('outgoing_queue_size')])).toEqual([[other, 1]]);
  });
});

describe('the same values come out of decisions', () => {
  it('registers keep what a bank tree reads', () => {
    for (const name of FIELD_NAMES.bank) {
      const simulation = simulate(
        [
          {
            id: 'A',
            balance: -40,
            cap: 100,
            posted: 333,
            policy: policy({
              payment_tree: act('r', 'Release'),
              bank_tree: act('b', 'SetState', { key: text('bank_state_out'), value: field(name) }),
            }),
          },
          { id: 'B', balance: 0, policy: paying(RELEASE) },
        ],
        { cost_rates: RATES },
      );
      pay(simulation, 'A', 'B', 1_000);
      pay(simulation, 'B', 'A', 70);
      simulation.tick();
      pay(simulation, 'A', 'B', 3);
      const expected = referenceFields(stateOf(simulation), 'A', 'bank').get(name)!;
      simulation.tick();
      expect(simulation.agentRegisters('A'), name).toEqual([['bank_state_out', expected]]);
      expect(eventsOf(simulation, 'StateRegisterSet').at(-1)!.new_value).toBe(expected);
    }
  });

  it('collateral amounts show what a collateral tree reads', () => {
    const names = FIELD_NAMES.collateral.filter(
      (name) => !name.includes('hash') && name !== 'queue2_nearest_deadline' && name !== 'ticks_to_nearest_queue2_deadline',
    );
    for (const name of names) {
      // Six places of any sign: the amount is 10^9 and a million times the value.
      const amount = compute('+', 1e9, compute('*', 1e6, field(name)));
      const simulation = simulate(
        [
          {
            id: 'A',
            balance: 500,
            cap: 100,
            capacity: 9e15,
            policy: policy({
              payment_tree: act('r', 'Release'),
              strategic_collateral_tree: act('c', 'PostCollateral', { amount }),
            }),
          },
          { id: 'B', balance: 0, policy: paying(RELEASE) },
        ],
        { cost_rates: RATES },
      );
      pay(simulation, 'A', 'B', 90);
      pay(simulation, 'B', 'A', 70);
      pay(simulation, 'B', 'A', 30);
      const expected = referenceFields(stateOf(simulation), 'A', 'collateral').get(name)!;
      simulation.tick();
      const posted = eventsOf(simulation, 'CollateralPost');
      const wanted = Math.trunc(Math.min(1e9 + 1e6 * expected, 9e15));
      expect(
        posted.map((event) => event.amount),
        name,
      ).toEqual(wanted > 0 ? [wanted] : []);
    }
  });

  it('release times show what a payment tree reads', () => {
    const names = FIELD_NAMES.payment.filter(
      (name) => !name.includes('hash') && name !== 'tx_counterparty_id' && !name.includes('nearest'),
    );
    for (const name of names) {
      const at = compute('+', 1e9, compute('*', 1e6, field(name)));
      const tree = when('queue', is(field('amount'), '>', 500), act('r', 'Release'), act('t', 'Release', { timed_for_tick: at }));
      const simulation = simulate(
        [
          { id: 'A', balance: 100, cap: 20, policy: paying(tree) },
          { id: 'B', balance: 0, policy: paying(RELEASE) },
        ],
        { cost_rates: RATES },
      );
      pay(simulation, 'A', 'B', 600);
      pay(simulation, 'B', 'A', 700);
      simulation.tick();
      const id = pay(simulation, 'A', 'B', 77, { priority: 8 });
      const expected = referenceFields(stateOf(simulation), 'A', 'payment', id).get(name)!;
      simulation.tick();
      const tick = Math.trunc(1e9 + 1e6 * expected);
      expect(simulation.transaction(id)!.scheduled_release_tick, name).toBe(tick);
      expect(eventsOf(simulation, 'PolicyHold').at(-1)).toMatchObject({
        tx_id: id,
        reason: `ScheduledRelease { tick: ${tick} }`,
      });
    }
  });
});

describe('identities between fields (spec 06 §14.7)', () => {
  it('hold in random systems', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000, max: 10_000 }),
        fc.nat(5_000),
        fc.nat(20_000),
        fc.array(fc.integer({ min: 1, max: 4_000 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (balance, cap, posted, amounts, ticks) => {
          const simulation = simulate(
            [
              { id: 'A', balance, cap, posted, policy: observer(2_000) },
              { id: 'B', balance: 500, policy: observer(2_000) },
            ],
            { ticks_per_day: 4 },
          );
          amounts.forEach((amount, i) => pay(simulation, i % 3 === 0 ? 'B' : 'A', i % 3 === 0 ? 'A' : 'B', amount));
          simulation.run({ untilTick: ticks });
          for (const { fields } of watch(simulation)) {
            const f = (name: string): number => fields.get(name)!;
            expect(f('queue2_size')).toBe(f('rtgs_queue_size'));
            expect(f('credit_limit')).toBe(f('unsecured_cap'));
            expect(f('headroom')).toBe(f('available_liquidity') - f('queue1_total_value'));
            expect(f('queue1_liquidity_gap')).toBe(Math.max(-f('headroom'), 0) + 0);
            expect(f('overdraft_headroom')).toBe(f('allowed_overdraft_limit') - f('credit_used'));
            expect(f('throughput_gap')).toBe(f('my_throughput_fraction_today') - f('expected_throughput_fraction_by_now'));
            expect(f('ticks_remaining_in_day') + f('system_tick_in_day') + 1).toBe(f('system_ticks_per_day'));
            if (f('balance') >= 0) expect(f('effective_liquidity')).toBe(f('balance') + f('unsecured_cap'));
            expect(f('remaining_collateral_capacity')).toBe(f('max_collateral_capacity') - f('posted_collateral'));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
