import { readPayments, type DataSet } from '@simcash/payments';
import * as fc from 'fast-check';
import { afterAll, describe, expect } from 'vitest';
import { makeCalls } from './drive.js';
import { readScenario, Simulation, type EventOf, type Scenario, type ScenarioInput } from './engine.js';
import { policyDocument, type PolicyDocument } from './policies.js';
import { property } from './property.js';
import { anyWorkload, type Workload } from './scenarios.js';

/** Spec 13 §19, invariants 6 to 8, for any scenario with a list. */

type ListedArrival = EventOf<'Arrival'> & { arrival_seq: number; external_ref: string | null };

interface Case {
  work: Workload;
  /** Lines of the list; of `R-n` is row n. */
  rows: string[];
  /** Other policies for all banks. */
  others: PolicyDocument;
}

const cases: fc.Arbitrary<Case> = anyWorkload({ minBanks: 2, large: false }).chain((work) => {
  const { num_days: days, ticks_per_day: length } = work.scenario.simulation;
  const bank = fc.constantFrom(...work.scenario.agents.map(({ id }) => id));
  const row = fc.tuple(
    fc.nat({ max: days * length - 1 }),
    fc.uniqueArray(bank, { minLength: 2, maxLength: 2 }),
    fc.integer({ min: 1, max: 50_000 }),
    fc.nat({ max: 10 }),
    fc.constantFrom('', 'Urgent', 'HighlyUrgent'),
    fc.nat({ max: 60 }),
    fc.constantFrom('', 'yes'),
  );
  return fc.record({
    work: fc.constant(work),
    rows: fc
      .array(row, { minLength: 1, maxLength: 25 })
      .map((list) => list.map(([tick, pair, ...rest], i) => [`R-${i + 1}`, tick, ...pair, ...rest].join(','))),
    others: policyDocument(work.scenario.agents.map(({ id }) => id)),
  });
});

const HEADER = 'external_ref,tick,sender,receiver,amount,priority,rtgs_priority,deadline,divisible';

interface Done {
  simulation: Simulation;
  /** Of payments and of their parts. */
  all: ListedArrival[];
  /** Of whole payments. */
  arrivals: ListedArrival[];
  dataSet: DataSet | null;
}

function listedScenario({ scenario }: Workload, rows: readonly string[]): { scenario: Scenario; dataSet: DataSet } {
  const payments = { file: 'pay.csv', amount: { unit: 'minor' } };
  const read = readPayments({ ...scenario, payments }, () => ({ bytes: [Buffer.from([HEADER, ...rows].join('\n'))] }))!;
  return { scenario: readScenario(read.document, { payments: read.dataSet }), dataSet: read.dataSet };
}

function run(work: Workload, rows: readonly string[] | null): Done {
  const listed = rows === null ? null : listedScenario(work, rows);
  const simulation = Simulation.create(listed?.scenario ?? (work.scenario as unknown as ScenarioInput));
  // What other calls find depends on the policies.
  const submissions = work.calls.filter(({ call }) => call === 'submit');
  while (simulation.currentTick < simulation.totalTicks) {
    makeCalls(simulation, submissions);
    simulation.tick();
  }
  const all = [...simulation.events].filter((event): event is ListedArrival => event.event_type === 'Arrival');
  const parts = new Set(simulation.transactions().flatMap(({ parent_tx_id: parent, tx_id }) => (parent === null ? [] : [tx_id])));
  const arrivals = all.filter(({ tx_id }) => !parts.has(tx_id));
  return { simulation, all, arrivals, dataSet: listed?.dataSet ?? null };
}

const withPolicies = (work: Workload, policy: PolicyDocument): Workload => ({
  ...work,
  scenario: {
    ...work.scenario,
    agents: work.scenario.agents.map((agent) => ({ ...agent, policy: { type: 'Inline', decision_trees: policy } })),
  },
});

describe('a list in a run', () => {
  property('arrives one for one, whatever policies do', 50, cases, ({ others, rows, work }) => {
    for (const one of [work, withPolicies(work, others)]) {
      const { arrivals, dataSet, simulation } = run(one, rows);
      const {
        deadline_cap_at_eod: isCapped,
        simulation: { ticks_per_day: length },
      } = work.scenario;
      const found = arrivals.filter(({ external_ref }) => external_ref !== null);
      expect(
        found.map(({ amount, deadline, external_ref, is_divisible, priority, receiver_id, sender_id, tick }) => [
          ...[external_ref, tick, sender_id, receiver_id, amount, deadline, priority, is_divisible],
        ]),
      ).toEqual(
        [...dataSet!].map(({ amount, deadline_tick, external_ref, is_divisible, priority, receiver_id, sender_id, tick }) => {
          const endOfDay = isCapped ? (Math.floor(tick / length) + 1) * length - 1 : Infinity;
          const deadline = Math.max(Math.min(deadline_tick, simulation.totalTicks, endOfDay), tick + 1);
          return [external_ref, tick, sender_id, receiver_id, amount, deadline, priority, is_divisible];
        }),
      );
    }
  });

  let settled = 0;
  afterAll(() => expect(settled).toBeGreaterThan(20));

  property('is what its settled payments lead to, in parts or whole', 40, cases, ({ rows, work }) => {
    const { all, dataSet, simulation } = run(work, rows);
    const rowOf = new Map([...dataSet!].map(({ external_ref, source_row }) => [external_ref, rows[source_row - 1]!]));
    const referenceOf = new Map(all.map(({ external_ref, tx_id }) => [tx_id, external_ref]));
    const transactions = new Map(simulation.transactions().map((one) => [one.tx_id, one]));
    for (const { parent_tx_id, receiver_id, sender_id, status, tx_id } of transactions.values()) {
      if (status !== 'Settled') continue;
      let root = transactions.get(tx_id)!;
      while (root.parent_tx_id !== null) root = transactions.get(root.parent_tx_id)!;
      const reference = referenceOf.get(root.tx_id);
      if (reference === undefined || reference === null) continue;
      settled++;
      const [, tick, sender, receiver, amount] = rowOf.get(reference)!.split(',');
      expect([sender_id, receiver_id]).toEqual([sender, receiver]);
      expect([root.arrival_tick, root.amount]).toEqual([Number(tick), Number(amount)]);
      if (parent_tx_id !== null) expect(referenceOf.get(tx_id)).toBe(reference);
    }
  });

  property('leaves all other payments as they are without it', 50, cases, ({ rows, work }) => {
    const drawn = ({ arrivals }: Done): unknown[] =>
      arrivals
        .filter(({ external_ref: reference }) => reference === null || reference === undefined)
        .map(({ amount, deadline, is_divisible, priority, receiver_id, sender_id, tick }) => [
          ...[tick, sender_id, receiver_id, amount, deadline, is_divisible, priority],
        ]);
    const [without, listed] = [run(work, null), run(work, rows)];
    expect(drawn(listed)).toEqual(drawn(without));
    expect(listed.simulation.rngState).toBe(without.simulation.rngState);
  });

  property('gives the n-th payment the same number whatever policies do', 50, cases, ({ others, rows, work }) => {
    const numbered = ({ arrivals }: Done): unknown[] =>
      arrivals.map(({ amount, arrival_seq, external_ref, receiver_id, sender_id, tick }) => [
        ...[arrival_seq, tick, sender_id, receiver_id, amount, external_ref],
      ]);
    const [mine, theirs] = [run(work, rows), run(withPolicies(work, others), rows)];
    expect(numbered(theirs)).toEqual(numbered(mine));
    expect(mine.arrivals.map(({ arrival_seq }) => arrival_seq).sort((a, b) => a - b)).toEqual(mine.arrivals.map((_, i) => i + 1));
  });

  property('goes on from a snapshot before any tick, whether its history is kept or not', 10, cases, ({ others, rows, work }) => {
    const { scenario } = listedScenario(withPolicies(work, others), rows);
    const whole = Simulation.create(scenario);
    whole.run();
    for (const history of ['keep', 'release'] as const) {
      let simulation = Simulation.create(scenario, { history });
      let log = '';
      while (simulation.currentTick < simulation.totalTicks) {
        simulation.tick();
        log += simulation.events.toNdjson();
        simulation = Simulation.restore(scenario, simulation.snapshot(), { history });
      }
      expect(log).toBe(whole.events.toNdjson());
    }
  });
});
