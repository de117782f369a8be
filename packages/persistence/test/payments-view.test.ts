import { HOLD_REASONS, holdReason, type SimulationEvent } from '@simcash/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { readScenario } from '../../engine/src/index.js';
import { action, inline, when } from '../../engine/test/support/policies.js';
import { loadGoldenLog, REFERENCE_SCENARIOS } from '../../engine/test/support/reference.js';
import { payment, scenario } from '../../engine/test/support/scenarios.js';
import type { Rows, SimCashDatabase } from '../src/index.js';
import { openDatabase, reference, store, storeWhole } from './support/storing.js';

const SCENARIOS = ['splits-families', 'splits-in-lsm', 'mixed-five-days'];

/** A row of `transactions` with the rows of its parts below it. */
interface Leg extends Pick<
  Rows['transactions'],
  'tx_id' | 'parent_tx_id' | 'amount' | 'amount_settled' | 'status' | 'arrival_tick' | 'settlement_tick' | 'arrival_seq'
> {
  parts: Leg[];
}

type Payment = Pick<Leg, 'tx_id' | 'amount' | 'amount_settled' | 'settlement_tick'> & {
  status: string;
  settlement_day: number | null;
  total_delay_ticks: number | null;
  num_legs: number;
  is_settled: boolean;
};

/** Families of payments, put together from what each row says of its parent. */
async function families(database: SimCashDatabase, id: string): Promise<Leg[]> {
  const rows = await database.query<Omit<Leg, 'parts'>>(
    `SELECT tx_id, parent_tx_id, amount, amount_settled, status, arrival_tick, settlement_tick, arrival_seq
     FROM transactions WHERE simulation_id = $1 ORDER BY tx_id`,
    [id],
  );
  const legs = new Map(rows.map((row) => [row.tx_id, { ...row, parts: [] as Leg[] }]));
  for (const leg of legs.values()) if (leg.parent_tx_id !== null) legs.get(leg.parent_tx_id)!.parts.push(leg);
  return [...legs.values()].filter((leg) => leg.parent_tx_id === null);
}

/** The legs that carry the money of a payment: itself, or those of its parts. */
const ends = (leg: Leg): Leg[] => (leg.parts.length === 0 ? [leg] : leg.parts.flatMap(ends));
const depth = (leg: Leg): number => (leg.parts.length === 0 ? 0 : 1 + Math.max(...leg.parts.map(depth)));

/** What becomes of a payment, from what became of its legs. */
function paymentOf(leg: Leg, ticksPerDay: number): Payment {
  const legs = ends(leg);
  const has = (status: string): boolean => legs.some((end) => end.status === status);
  const is_settled = legs.every((end) => end.status === 'settled');
  const last = is_settled ? Math.max(...legs.map((end) => end.settlement_tick!)) : null;
  return {
    tx_id: leg.tx_id,
    amount: leg.amount,
    amount_settled: legs.reduce((sum, end) => sum + end.amount_settled, 0),
    settlement_tick: last,
    settlement_day: last === null ? null : Math.floor(last / ticksPerDay),
    total_delay_ticks: last === null ? null : last - leg.arrival_tick,
    status: is_settled ? 'settled' : has('dropped') ? 'dropped' : has('overdue') ? 'overdue' : 'pending',
    num_legs: legs.length,
    is_settled,
  };
}

/** A payment is split in three: one part settles, one waits and is late, one comes back to its bank, which gives it up. */
const PARTED = readScenario(
  scenario({
    simulation: { ticks_per_day: 4, num_days: 2 },
    banks: {
      A: {
        opening_balance: 50,
        policy: inline({
          payment_tree: when(
            'amount',
            '>',
            60,
            action('Split', { num_splits: 3 }),
            when('amount', '<', 50, action('Release'), action('Drop')),
          ),
        }),
      },
      B: {},
    },
    scenario_events: [payment(0, 'A', 'B', 150, { deadline: 3 }), payment(0, 'A', 'B', 20, { deadline: 3 })],
  }),
);

describe('v_payments', () => {
  let database: SimCashDatabase;
  const logs = new Map<string, SimulationEvent[]>();
  beforeAll(async () => {
    database = await openDatabase();
    for (const name of SCENARIOS) {
      const { log } = await storeWhole(database, name, reference(name));
      logs.set(
        name,
        log
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as SimulationEvent),
      );
      // While a day is open some parts have settled and others have not.
      await storeWhole(database, `${name}, broken off`, reference(name), { untilTick: 9 });
    }
  });

  it('is tried with payments that were split again, wait, are late, and are settled in part', async () => {
    const all = (
      await Promise.all(SCENARIOS.flatMap((name) => [name, `${name}, broken off`]).map((id) => families(database, id)))
    ).flat();
    const payments = all.map((leg) => ({ ...paymentOf(leg, 1), depth: depth(leg) }));
    expect(Math.max(...payments.map((payment) => payment.depth))).toBeGreaterThan(1);
    expect(new Set(payments.map((payment) => payment.status))).toEqual(new Set(['settled', 'pending', 'overdue']));
    expect(payments.filter(({ amount, amount_settled }) => amount_settled > 0 && amount_settled < amount)).not.toEqual([]);
    expect(payments.filter((payment) => payment.is_settled && payment.depth > 0)).not.toEqual([]);
  });

  it.each(SCENARIOS.flatMap((name) => [name, `${name}, broken off`]))(
    'says of every payment what its legs say: %s',
    async (id) => {
      const [{ ticks_per_day: day } = { ticks_per_day: 0 }] = await database.query<{ ticks_per_day: number }>(
        'SELECT ticks_per_day FROM simulations WHERE simulation_id = $1',
        [id],
      );
      const found = await database.query<Payment>(
        `SELECT tx_id, amount, amount_settled, settlement_tick, settlement_day, total_delay_ticks, status, num_legs, is_settled
         FROM v_payments WHERE simulation_id = $1 ORDER BY tx_id`,
        [id],
      );
      const expected = (await families(database, id)).map((leg) => paymentOf(leg, day));
      expect(expected.length).toBeGreaterThan(5);
      expect(found).toEqual(expected);
    },
  );

  it('has all the money that has settled, and no more, whichever runs are beside it', async () => {
    const settled = (table: string): Promise<unknown[]> =>
      database.query(`SELECT simulation_id, sum(amount_settled)::BIGINT AS cents FROM ${table} GROUP BY ALL ORDER BY ALL`);
    const cents = await settled('transactions');
    expect(cents.length).toBeGreaterThanOrEqual(2 * SCENARIOS.length);
    expect(await settled('v_payments')).toEqual(cents);
  });

  it('says that a payment was dropped if one of its parts was, whatever became of the others', async () => {
    await storeWhole(database, 'parted', PARTED, {
      onTick: (simulation) => {
        if (simulation.currentTick === 5) simulation.withdrawFromRtgs('T00000005');
      },
    });
    const legs = await database.query<{ tx_id: string; status: string }>(
      "SELECT tx_id, status FROM transactions WHERE simulation_id = 'parted' ORDER BY tx_id",
    );
    expect(legs.map(({ status }) => status)).toEqual(['split', 'overdue', 'settled', 'overdue', 'dropped']);
    const found = await database.query<Payment>(
      `SELECT tx_id, amount, amount_settled, settlement_tick, settlement_day, total_delay_ticks, status, num_legs, is_settled
       FROM v_payments WHERE simulation_id = 'parted' ORDER BY tx_id`,
    );
    expect(found).toEqual((await families(database, 'parted')).map((leg) => paymentOf(leg, 4)));
    expect(found[0]).toMatchObject({ status: 'dropped', amount: 150, amount_settled: 50, num_legs: 3, settlement_tick: null });
  });

  it.each(SCENARIOS)('numbers payments in the order of their arrival, and parts like their payment: %s', async (name) => {
    const log = logs.get(name)!;
    const parts = new Set(log.flatMap((event) => (event.event_type === 'PolicySplit' ? event.child_ids : [])));
    const arrivals = log.flatMap((event) => (event.event_type === 'Arrival' && !parts.has(event.tx_id) ? [event.tx_id] : []));
    const numbered = await database.query<{ tx_id: string; arrival_seq: number }>(
      'SELECT tx_id, arrival_seq FROM v_payments WHERE simulation_id = $1 ORDER BY arrival_seq',
      [name],
    );
    expect(numbered).toEqual(arrivals.map((tx_id, i) => ({ tx_id, arrival_seq: i + 1 })));
    const numbers = (leg: Leg): number[] => [leg.arrival_seq, ...leg.parts.flatMap(numbers)];
    const all = await families(database, name);
    for (const leg of all) expect(new Set(numbers(leg)), leg.tx_id).toEqual(new Set([leg.arrival_seq]));
    const [{ n } = { n: 0 }] = await database.query<{ n: number }>(
      'SELECT count(*) AS n FROM transactions WHERE simulation_id = $1',
      [name],
    );
    expect(all.flatMap(numbers)).toHaveLength(n);
  });
});

interface Decision {
  tx_id: string;
  decision_type: string;
  reason: string | null;
  reason_code: string | null;
  reason_arguments: string | null;
  reason_text: string | null;
}

/** Holds of a simulation whose columns are not what {@link holdReason} makes of the reason, a few of them. */
async function misread(database: SimCashDatabase, id: string): Promise<{ holds: number; wrong: unknown[] }> {
  const holds = await database.query<Decision>(
    `SELECT tx_id, decision_type, reason, reason_code, reason_arguments, reason_text FROM policy_decisions
     WHERE simulation_id = $1 AND decision_type = 'hold' ORDER BY id`,
    [id],
  );
  const wrong = holds.flatMap(({ reason, reason_arguments, reason_code: code, reason_text: sentence }) => {
    const found = { code, arguments: JSON.parse(reason_arguments!) as unknown, sentence };
    const expected = holdReason(reason!);
    return JSON.stringify(found) === JSON.stringify(expected) ? [] : [{ reason, found, expected }];
  });
  return { holds: holds.length, wrong: wrong.slice(0, 3) };
}

/** Reasons as the log says them, in the words of policies and in those of the engine. */
const AWKWARD = [
  String.raw`Custom("say \"no\"")`,
  String.raw`Custom("\"")`,
  String.raw`Custom("\"\"")`,
  String.raw`Custom("back\\slash")`,
  String.raw`Custom("\\")`,
  String.raw`Custom("\\\\")`,
  String.raw`Custom("\\\"")`,
  String.raw`Custom("\"\\")`,
  String.raw`Custom("ends with \\")`,
  String.raw`Custom("\\n is no line end, \\u{41} no letter")`,
  String.raw`Custom("\")")`,
  String.raw`Custom("it's 100 % {code} and {tick}")`,
  String.raw`Custom("")`,
  String.raw`Custom("  ")`,
  String.raw`Custom("Zürich – 東京 🏦")`,
  String.raw`Custom("Custom(\"x\")")`,
  String.raw`Custom("NearDeadline { ticks_remaining: 3 }")`,
  String.raw`Custom("WithdrawFromRtgs failed: no")`,
  String.raw`Custom("toString")`,
  String.raw`Custom("{\"a\": [1, null]}")`,
  'NearDeadline { ticks_remaining: 0 }',
  'NearDeadline { ticks_remaining: 9007199254740991 }',
  'ScheduledRelease { tick: 12 }',
  String.raw`WithdrawFromRtgs failed: Settlement error: a "b" \ 'c' { d: 1 }`,
  'WithdrawFromRtgs failed: ',
  'ResubmitToRtgs failed: WithdrawFromRtgs failed: twice',
  'ResubmitToRtgs withdraw step failed: Settlement error: x',
  'ResubmitToRtgs resubmit step failed: Settlement error: x',
  ...['InsufficientLiquidity', 'AwaitingInflows', 'LowPriority', 'BudgetExhausted', 'AmountTooSmallToSplit'],
];

const HOLDING = REFERENCE_SCENARIOS.filter(
  (scenario) => scenario.calls === undefined && loadGoldenLog(scenario).text.includes('{"event_type":"PolicyHold"'),
).map(({ name }) => name);

describe('policy_decisions', () => {
  let database: SimCashDatabase;
  beforeAll(async () => {
    database = await openDatabase();
  });

  it('is tried with every kind of reason that the engine gives', async () => {
    const reasons = HOLDING.flatMap((name) =>
      loadGoldenLog(REFERENCE_SCENARIOS.find((scenario) => scenario.name === name)!).lines.flatMap((line) => {
        const event = JSON.parse(line) as SimulationEvent;
        return event.event_type === 'PolicyHold' ? [event.reason] : [];
      }),
    );
    const codes = reasons.map((reason) => holdReason(reason).code);
    const rare = ['ResubmitToRtgs', 'CounterpartyOutage', 'Delayed'];
    const ofEngine = Object.keys(HOLD_REASONS).filter((code) => !rare.includes(code));
    expect(codes).toEqual(expect.arrayContaining([...ofEngine, 'kept "back" \\ für immer']));
  });

  it.each(HOLDING)('takes the reasons of holds apart as holdReason does: %s', async (name) => {
    await store(database, name, reference(name), { level: 'EVENTS' });
    const { holds, wrong } = await misread(database, name);
    expect(holds).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  });

  it('takes awkward reasons apart as holdReason does', async () => {
    await storeWhole(database, 'awkward', reference('rtgs-two-banks'));
    const [{ first } = { first: 0 }] = await database.query<{ first: number }>(
      "SELECT count(*) AS first FROM simulation_events WHERE simulation_id = 'awkward'",
    );
    for (const [i, reason] of AWKWARD.entries())
      await database.execute(
        `INSERT INTO simulation_events BY NAME SELECT simulation_id, $1 AS event_seq, tick, day, 'PolicyHold' AS event_type, agent_id, tx_id,
           agent_ids, tx_ids, $2 AS details FROM simulation_events WHERE simulation_id = 'awkward' AND event_seq = 0`,
        [BigInt(first + i), JSON.stringify({ agent_id: 'A', tx_id: 'T00000001', reason })],
      );
    const { holds, wrong } = await misread(database, 'awkward');
    expect(wrong).toEqual([]);
    expect(holds).toBe(AWKWARD.length);
    const stored = await database.query<Decision>(
      `SELECT reason, reason_code FROM policy_decisions WHERE simulation_id = 'awkward' AND id >= $1 ORDER BY id`,
      [BigInt(first)],
    );
    expect(stored.map(({ reason }) => reason)).toEqual(AWKWARD);
    // Once more without holdReason: these are the words of the policy.
    expect(stored.slice(0, 9).map(({ reason_code }) => reason_code)).toEqual([
      ...['say "no"', '"', '""'],
      ...['back\\slash', '\\', '\\\\', '\\"', '"\\', 'ends with \\'],
    ]);
  });

  it('gives no text for decisions that hold nothing back', async () => {
    await storeWhole(database, 'decisions', reference('drop-and-reprioritize'));
    const rows = await database.query<{ decision_type: string; texts: number }>(
      `SELECT decision_type, count(reason_text) AS texts FROM policy_decisions WHERE simulation_id = 'decisions' AND decision_type <> 'hold'
       GROUP BY ALL ORDER BY ALL`,
    );
    expect(rows.map(({ decision_type }) => decision_type)).toContain('drop');
    for (const { decision_type, texts } of rows) expect(texts, decision_type).toBe(0);
  });
});
