import { describe, expect, it } from 'vitest';
import { settledBy, type SimulationEvent } from '@simcash/protocol';
import { ScenarioError, SettlementError, Simulation, type ScenarioInput } from '../../src/index.js';
import { once, payment, scenario, type ScenarioParts } from '../support/scenarios.js';
import { clockOf } from '../support/short-days.js';

/** The rules of stress events one by one, with results worked out by hand (spec 15 §1–§3). */

type Document = Record<string, unknown>;
type Banks = ScenarioParts['banks'];

const OFF = { enable_bilateral: false, enable_cycles: false };
const outage = (from: number, more: Document = {}): Document => once(from, { type: 'ParticipantOutage', agent: 'K', ...more });
const systemOutage = (from: number, more: Document = {}): Document => once(from, { type: 'SystemOutage', ...more });
const shock = (from: number, more: Document): Document => once(from, { type: 'LiquidityShock', agent: 'A', ...more });
const delay = (from: number, more: Document): Document => once(from, { type: 'PaymentDelay', agent: 'A', ...more });
const repeating = (event: Document, start_tick: number, interval: number): Document => ({
  ...event,
  schedule: { type: 'Repeating', start_tick, interval },
});
const tree = (payment_tree: Document): Document => ({
  policy: { type: 'Inline', decision_trees: { version: '1.0', policy_id: 'x', payment_tree } },
});
let nodes = 0;
const nodeId = (): string => `N${++nodes}`;
const action = (name: string, parameters?: Document): Document => ({
  ...{ type: 'action', node_id: nodeId(), action: name },
  ...(parameters && { parameters }),
});
const when = (field: string, op: string, value: number, on_true: Document, on_false: Document): Document => ({
  ...{ type: 'condition', node_id: nodeId(), condition: { op, left: { field }, right: { value } } },
  ...{ on_true, on_false },
});
const id = (n: number): string => `T${String(n).padStart(8, '0')}`;

const RICH = { opening_balance: 1000 };

function scenarioOf(banks: Banks, events: Document[], more: Document = {}): ScenarioInput {
  return scenario({
    banks,
    simulation: { ticks_per_day: 20 },
    lsm_config: OFF,
    scenario_events: events,
    ...more,
  }) as unknown as ScenarioInput;
}

const created = (banks: Banks, events: Document[], more?: Document): Simulation =>
  Simulation.create(scenarioOf(banks, events, more));

function run(banks: Banks, events: Document[], more?: Document): Simulation {
  const simulation = created(banks, events, more);
  simulation.run();
  return simulation;
}

/** Ticks in which the payments settled, in the order of their ids; null for the others. */
function settled(simulation: Simulation): (number | null)[] {
  return simulation.transactions().map(({ settlement_tick }) => settlement_tick);
}

function listed<T extends SimulationEvent['event_type']>(simulation: Simulation, type: T, ...keys: string[]): unknown[] {
  return [...simulation.events]
    .filter(({ event_type }) => event_type === type)
    .map((event) => [event.tick, ...keys.map((key) => (event as unknown as Document)[key])]);
}

const details = (simulation: Simulation, type?: string): unknown[] =>
  listed(simulation, 'ScenarioEventExecuted', 'scenario_event_type', 'details_json').filter(
    (row) => type === undefined || (row as unknown[])[1] === type,
  );
const holds = (simulation: Simulation): unknown[] => listed(simulation, 'PolicyHold', 'tx_id', 'reason');
const balances = (simulation: Simulation): number[] => simulation.agents().map(({ balance }) => balance);

const THREE = { A: RICH, B: RICH, K: RICH };

describe('refused at load', () => {
  const TABLE: Record<string, [Document[], RegExp]> = {
    'until_tick and ticks': [[outage(3, { until_tick: 5, ticks: 2 })], /events\[0\]\.until_tick: .*mutually exclusive/],
    'ticks: 0': [[outage(3, { ticks: 0 })], /events\[0\]\.ticks: must be greater than 0/],
    'an end that is not after the beginning': [[outage(3, { until_tick: 3 })], /events\[0\]\.until_tick: must be above .* \(3\)/],
    'windows that overlap': [
      [payment(0, 'A', 'K', 1), outage(3, { ticks: 3 }), outage(5, { ticks: 1 })],
      /events\[2\]\.schedule: ParticipantOutage of K overlaps scenario_events\[1\] \(this is scenario_events\[2\]\)/,
    ],
    'a window after one without end': [
      [systemOutage(1), systemOutage(9, { ticks: 1 })],
      /SystemOutage overlaps scenario_events\[0\] \(this is scenario_events\[1\]\)/,
    ],
    'a shock after one without end': [
      [shock(1, { balance_delta: 1 }), shock(9, { unsecured_cap_delta: 1 })],
      /LiquidityShock of A overlaps scenario_events\[0\] \(this is scenario_events\[1\]\)/,
    ],
    'a window into which a repeated one falls': [
      [repeating({ type: 'SystemOutage', ticks: 1 }, 2, 5), systemOutage(10, { ticks: 3 })],
      /overlaps scenario_events\[0\] \(this is scenario_events\[1\]\)/,
    ],
    'Repeating with ticks above the interval': [
      [repeating({ type: 'ParticipantOutage', agent: 'K', ticks: 4 }, 2, 3)],
      /events\[0\]\.ticks: .* at most its interval \(3\)/,
    ],
    'Repeating without ticks': [[repeating({ type: 'SystemOutage' }, 2, 3)], /a repeated SystemOutage needs ticks/],
    'Repeating with until_tick': [[repeating({ type: 'SystemOutage', until_tick: 9 }, 2, 3)], /needs ticks/],
    'an unknown bank': [[outage(3, { agent: 'X' })], /events\[0\]\.agent: .*unknown agent: X/],
    'an outage of all': [[outage(3, { agent: 'all' })], /events\[0\]\.agent: .*unknown agent: all/],
    'an unknown receiver': [[delay(1, { delay_ticks: 1, receiver: 'X' })], /events\[0\]\.receiver: .*unknown receiver: X/],
    'an unknown bank that reacts': [
      [outage(3, { reaction: { after_ticks: 1, banks: ['A', 'X'] } })],
      /events\[0\]\.reaction\.banks: .*unknown agent: X/,
    ],
    'a reaction without trigger': [
      [outage(3, { reaction: { banks: 'all' } })],
      /reaction: at least one of after_ticks, exposure/,
    ],
    'a reaction at no exposure': [[outage(3, { reaction: { exposure: 0 } })], /reaction\.exposure: must be greater than 0/],
    'a reaction before the outage': [[outage(3, { reaction: { after_ticks: -1 } })], /reaction\.after_ticks/],
    'balance_delta and balance_factor': [
      [shock(1, { balance_delta: 1, balance_factor: 0.5 })],
      /balance_delta and balance_factor are mutually exclusive/,
    ],
    'a shock of nothing': [[shock(1, {})], /at least one of balance_delta, balance_factor, unsecured_cap_delta/],
    'a factor above 1': [[shock(1, { balance_factor: 1.5 })], /balance_factor: must be at most 1/],
    'a haircut below 0': [[shock(1, { collateral_haircut: -0.1 })], /collateral_haircut: must be at least 0/],
    'cents that are not whole': [[shock(1, { balance_delta: 0.5 })], /balance_delta/],
    'a delay of nothing': [[delay(1, { delay_ticks: 0 })], /delay_ticks: must be greater than 0/],
    'a delay without ticks': [[delay(1, {})], /delay_ticks: is required/],
    'an unknown key': [[outage(1, { end: 5 })], /Unknown key 'scenario_events\[0\]\.end'/],
  };

  it.each(Object.entries(TABLE))('%s', (_, [events, message]) => {
    const act = (): unknown => created(THREE, events);
    expect(act).toThrow(ScenarioError);
    expect(act).toThrow(message);
  });

  it('are not windows that touch, of other kinds, or of other banks', () => {
    const events = [
      ...[outage(3, { until_tick: 5 }), outage(5, { ticks: 2 }), outage(4, { agent: 'A' }), systemOutage(3)],
      ...[repeating({ type: 'LiquidityShock', agent: 'A', balance_delta: 1, ticks: 2 }, 1, 2)],
      ...[delay(1, { delay_ticks: 1 }), once(1, { type: 'PaymentDelay', agent: 'all', delay_ticks: 2 })],
    ];
    expect(() => created(THREE, events)).not.toThrow();
  });

  // Spec 15 §1: `type` may not be left out. It is guessed, with a warning, as that of the older events.
  it('an event without type', () => {
    expect(() => created(THREE, [once(1, { agent: 'A', delay_ticks: 1 })])).toThrow(ScenarioError);
  });

  // Spec 15 §1, 13 §2.6: with a clock the times of the day are accepted. The keys are unknown.
  it('is not a window between two times of the day, where there is a clock', () => {
    const simulation = run(THREE, [{ type: 'SystemOutage', from: '08:02', until: '08:04' }], { clock: clockOf([20]) });
    expect(details(simulation)).toEqual([[2, 'system_outage', '{"until_tick":4}']]);
  });

  // Engine configurations are checked as documents are, but for the banks of stress events: a shock then logs `undefined`.
  it('an unknown bank in an engine configuration', () => {
    const { config } = created(THREE, [shock(1, { balance_delta: 5 })]);
    const [event] = config.scenario_events;
    const changed = { ...config, scenario_events: [{ ...event, agent: 'X' }] };
    const act = (): string => {
      const simulation = Simulation.create(changed as unknown as ScenarioInput);
      simulation.run();
      return String(details(simulation));
    };
    expect(act).toThrow(/X/);
  });
});

describe('incoming: block', () => {
  const blocked = (more: Document = {}): Document => outage(1, { incoming: 'block', until_tick: 5, ...more });

  it('queues what is released, and the retry leaves it out until the end', () => {
    const simulation = run(THREE, [payment(1, 'A', 'K', 50), blocked()]);
    expect(listed(simulation, 'QueuedRtgs', 'tx_id')).toEqual([[1, id(1)]]);
    expect(listed(simulation, 'Queue2LiquidityRelease', 'tx_id')).toEqual([[5, id(1)]]);
    expect(settled(run(THREE, [payment(1, 'A', 'K', 50), outage(1, { until_tick: 5 })]))).toEqual([1]);
  });

  it('keeps the retry from what waits already, but marks it overdue', () => {
    const banks = { A: {}, B: RICH, K: RICH };
    const events = [payment(0, 'A', 'K', 50, { deadline: 2 }), payment(2, 'B', 'A', 100)];
    expect(settled(run(banks, events))).toEqual([2, 2]);
    const simulation = run(banks, [...events, blocked({ until_tick: 7 })]);
    expect(settled(simulation)).toEqual([7, 2]);
    expect(listed(simulation, 'TransactionWentOverdue', 'tx_id')).toEqual([[3, id(1)]]);
  });

  it('lets the stricken bank’s own queued payments settle', () => {
    const banks = { A: RICH, B: {}, K: {} };
    // K's payment waits for money that comes by a transfer, which is no payment.
    const transfer = once(3, { type: 'DirectTransfer', from_agent: 'A', to_agent: 'K', amount: 60 });
    expect(settled(run(banks, [payment(0, 'K', 'B', 50), transfer, blocked()]))).toEqual([3]);
    expect(settled(run(banks, [payment(0, 'K', 'B', 50), transfer, blocked({ central_queue: 'freeze' })]))).toEqual([5]);
  });

  it('logs why only with a settlement design', () => {
    const settlement = { runs: [{ name: 'r', algorithms: ['retry'] }], report: 'changes' };
    const events = [payment(1, 'A', 'K', 50), blocked()];
    const { lsm_config: _, ...document } = scenarioOf(THREE, events) as unknown as Document;
    const simulation = Simulation.create({ ...document, settlement } as unknown as ScenarioInput);
    simulation.run();
    expect(listed(simulation, 'EntryBlocked', 'tx_id', 'reasons')).toEqual([[1, id(1), ['outage']]]);
    expect(listed(run(THREE, events), 'EntryBlocked')).toEqual([]);
  });

  it('logs no limit that the payment would exceed', () => {
    const banks = { A: { ...RICH, limits: { multilateral_limit: 10 } }, B: RICH, K: RICH };
    const simulation = run(banks, [payment(1, 'A', 'K', 50), blocked()]);
    expect(listed(simulation, 'MultilateralLimitExceeded')).toEqual([]);
    expect(settled(simulation)).toEqual([null]);
  });
});

describe.each([
  ['incoming: block', { incoming: 'block' }],
  ['central_queue: freeze', { central_queue: 'freeze' }],
])('with %s the central system leaves the stricken bank out', (_, more) => {
  const end = { until_tick: 4 };
  const POOR = { A: {}, B: {}, K: {} };

  it('in bilateral offsets', () => {
    const events = [payment(0, 'K', 'A', 50), payment(1, 'A', 'K', 50)];
    const lsm = { lsm_config: { enable_bilateral: true, enable_cycles: false } };
    expect(settled(run(POOR, [...events, outage(1, end)], lsm))).toEqual([1, 1]);
    const simulation = run(POOR, [...events, outage(1, { ...end, ...more })], lsm);
    expect(listed(simulation, 'LsmBilateralOffset', 'tx_ids')).toEqual([[4, [id(2), id(1)]]]);
  });

  it('in cycles', () => {
    const events = [payment(0, 'K', 'A', 50), payment(1, 'A', 'B', 50), payment(1, 'B', 'K', 50)];
    const lsm = { lsm_config: { enable_bilateral: false, enable_cycles: true } };
    expect(settled(run(POOR, [...events, outage(1, end)], lsm))).toEqual([1, 1, 1]);
    expect(settled(run(POOR, [...events, outage(1, { ...end, ...more })], lsm))).toEqual([4, 4, 4]);
  });

  it('in offsets at entry', () => {
    const events = [payment(0, 'K', 'A', 50), payment(1, 'A', 'K', 50)];
    const entry = { entry_disposition_offsetting: true };
    expect(settled(run(POOR, [...events, outage(1, end)], entry))).toEqual([1, 1]);
    const simulation = run(POOR, [...events, outage(1, { ...end, ...more })], entry);
    expect(listed(simulation, 'EntryDispositionOffset')).toEqual([]);
    // Nobody has money, and both have entered: without offsets of queued payments they wait to the end.
    expect(settled(simulation)).toEqual([null, null]);
  });

  it('but not payments between others', () => {
    const events = [payment(0, 'K', 'A', 50), payment(1, 'A', 'B', 30), payment(1, 'B', 'A', 30)];
    const lsm = { lsm_config: { enable_bilateral: true, enable_cycles: false } };
    expect(settled(run(POOR, [...events, outage(1, { ...end, ...more })], lsm))).toEqual([null, 1, 1]);
  });
});

describe('a stricken bank', () => {
  it('sends nothing, and in the tick after the end everything at once', () => {
    const events = [payment(0, 'K', 'A', 10), payment(1, 'K', 'A', 20), payment(2, 'K', 'B', 30), outage(1, { until_tick: 4 })];
    const simulation = run(THREE, events);
    expect(settled(simulation)).toEqual([0, 4, 4]);
    expect(listed(simulation, 'OutageEnded', 'scope', 'agent_id', 'started_tick', 'unsent_count', 'unsent_value')).toEqual([
      [4, 'participant', 'K', 1, 2, 50],
    ]);
  });

  it('is back without events of its end when the outage lasts to the end of the run', () => {
    for (const end of [{}, { until_tick: 20 }, { ticks: 19 }])
      expect(listed(run(THREE, [outage(1, end)]), 'OutageEnded')).toEqual([]);
    expect(listed(run(THREE, [outage(1, { ticks: 18 })]), 'OutageEnded')).toHaveLength(1);
  });

  it('makes its scheduled releases when it is back', () => {
    const later = when('queue_age', '>=', 0, action('Release', { timed_for_tick: { value: 3 } }), action('Release'));
    const banks = { A: RICH, K: { ...RICH, ...tree(later) } };
    const events = [payment(0, 'K', 'A', 10)];
    expect(settled(run(banks, events))).toEqual([3]);
    expect(settled(run(banks, [...events, outage(2, { until_tick: 6 })]))).toEqual([6]);
  });

  it('evaluates no tree, and its budget of the tick before is gone', () => {
    const bank_tree = action('SetReleaseBudget', { max_value_to_release: { value: 5 } });
    const policy = {
      ...{ type: 'Inline' },
      decision_trees: { version: '1.0', policy_id: 'x', payment_tree: action('Release'), bank_tree },
    };
    const simulation = run({ A: RICH, K: { ...RICH, policy } }, [outage(2, { until_tick: 18 })]);
    expect(listed(simulation, 'BankBudgetSet').map((row) => (row as number[])[0])).toEqual([0, 1, 18, 19]);
  });

  it('pays its costs, and its payments go overdue', () => {
    const simulation = run({ A: RICH, K: RICH }, [payment(1, 'K', 'A', 1000, { deadline: 2 }), outage(0, { until_tick: 10 })], {
      cost_rates: { delay_cost_per_tick_per_cent: 0.01, deadline_penalty: 7 },
    });
    expect(listed(simulation, 'TransactionWentOverdue', 'tx_id', 'deadline_penalty_cost')).toEqual([[4, id(1), 7]]);
    expect(simulation.agentRunCosts('K').delay_cost).toBeGreaterThan(0);
  });

  it('ends with others in this order: the system, banks by id, what shocks took; then the tick’s own events', () => {
    const events = [
      once(5, { type: 'DirectTransfer', from_agent: 'A', to_agent: 'B', amount: 1 }),
      ...[outage(1, { until_tick: 5 }), outage(2, { agent: 'B', ticks: 3 }), systemOutage(4, { ticks: 1 })],
      shock(1, { balance_delta: -5, until_tick: 5 }),
    ];
    const found = [...run(THREE, events).events].filter(({ tick }) => tick === 5);
    expect(
      found.map((event) => {
        const { agent_id, event_type, scenario_event_type, scope } = event as unknown as Record<string, string | null>;
        return event_type === 'OutageEnded' ? [scope, agent_id] : scenario_event_type;
      }),
    ).toEqual([['system', null], ['participant', 'B'], ['participant', 'K'], 'liquidity_restored', 'direct_transfer']);
  });

  it('may be stricken again in the tick in which it would be back', () => {
    const simulation = run(THREE, [payment(2, 'K', 'A', 10), outage(1, { until_tick: 4 }), outage(4, { ticks: 2 })]);
    expect(settled(simulation)).toEqual([6]);
    expect(listed(simulation, 'OutageEnded', 'started_tick')).toEqual([
      [4, 1],
      [6, 4],
    ]);
  });

  it('is out again and again', () => {
    const simulation = run(THREE, [
      ...[2, 6, 10].map((tick) => payment(tick, 'K', 'A', 10)),
      repeating({ type: 'ParticipantOutage', agent: 'K', ticks: 3 }, 2, 4),
    ]);
    expect(settled(simulation)).toEqual([5, 9, 13]);
  });

  it('whose outage ends in a closed tick decides in the next open one', () => {
    const simulation = run({ A: RICH, K: RICH }, [payment(2, 'K', 'A', 10), outage(1, { until_tick: 7 })], {
      simulation: { ticks_per_day: 10, num_days: 2 },
      clock: clockOf([5, 10]),
    });
    expect(listed(simulation, 'OutageEnded', 'unsent_count')).toEqual([[7, 1]]);
    expect(settled(simulation)).toEqual([10]);
  });
});

describe('ScheduledSettlement', () => {
  const order = (tick: number, from_agent: string, to_agent: string): Document =>
    once(tick, { type: 'ScheduledSettlement', from_agent, to_agent, amount: 30 });
  const refused = (from: string, to: string, reason: string): string =>
    `{"amount":30,"from_agent":"${from}","reason":"${reason}","settled":false,"to_agent":"${to}"}`;

  it('fails while the system is out, whoever pays', () => {
    const simulation = run(THREE, [systemOutage(1, { ticks: 2 }), order(2, 'A', 'B'), order(3, 'A', 'B')]);
    expect(details(simulation, 'scheduled_settlement')).toEqual([
      [2, 'scheduled_settlement', refused('A', 'B', 'system_outage')],
      [3, 'scheduled_settlement', '{"amount":30,"from_agent":"A","settled":true,"to_agent":"B"}'],
    ]);
    expect(balances(simulation)).toEqual([970, 1030, 1000]);
  });

  it('fails to a bank that blocks, and debits it as ever', () => {
    const simulation = run(THREE, [outage(1, { incoming: 'block' }), order(2, 'A', 'K'), order(2, 'K', 'A')]);
    expect(details(simulation, 'scheduled_settlement')).toEqual([
      [2, 'scheduled_settlement', refused('A', 'K', 'participant_outage')],
      [2, 'scheduled_settlement', '{"amount":30,"from_agent":"K","settled":true,"to_agent":"A"}'],
    ]);
    expect(balances(simulation)).toEqual([1030, 1000, 970]);
  });

  it('reaches a stricken bank that accepts, and is no exposure to it', () => {
    const events = [outage(1, { reaction: { exposure: 1 } }), order(2, 'A', 'K')];
    const simulation = run(THREE, events);
    expect(balances(simulation)).toEqual([970, 1000, 1030]);
    expect(listed(simulation, 'CounterpartyReaction')).toEqual([]);
  });

  it('names the system where both are out', () => {
    const simulation = run(THREE, [systemOutage(1), outage(1, { incoming: 'block' }), order(2, 'A', 'K')]);
    expect(details(simulation, 'scheduled_settlement')).toEqual([
      [2, 'scheduled_settlement', refused('A', 'K', 'system_outage')],
    ]);
  });

  // Spec 15 §3, amended: a window belongs to its ticks, not to the place of its event.
  it.each([
    ['system_outage', systemOutage(1, { ticks: 2 })],
    ['participant_outage', outage(1, { incoming: 'block', ticks: 2 })],
  ])('fails with reason %s in the first tick, too, wherever it stands in the list', (reason, event) => {
    const simulation = run(THREE, [order(1, 'A', 'K'), event]);
    expect(details(simulation, 'scheduled_settlement')).toEqual([[1, 'scheduled_settlement', refused('A', 'K', reason)]]);
  });
});

describe('calls', () => {
  const queued = (more: Document = { until_tick: 6 }): Simulation =>
    created({ A: RICH, K: { posted_collateral: 50, opening_balance: 0 } }, [
      payment(0, 'K', 'A', 500),
      payment(2, 'K', 'A', 5),
      outage(3, more),
    ]);

  it('that withdraw, resubmit or move collateral of a stricken bank are refused in the words of the specification', () => {
    const simulation = queued();
    // From before its first tick on: the window belongs to its ticks.
    simulation.run({ untilTick: 3 });
    for (let tick = 3; tick < 6; tick++) {
      const words = 'Agent K is in an outage until tick 6';
      expect(() => simulation.withdrawFromRtgs(id(1))).toThrow(new SettlementError(words));
      expect(() => simulation.resubmitToRtgs(id(2), 'Urgent')).toThrow(new SettlementError(words));
      expect(simulation.postCollateral('K', 5)).toMatchObject({ success: false, message: words });
      expect(simulation.withdrawCollateral('K', 5)).toMatchObject({ success: false, message: words });
      expect(simulation.postCollateral('A', 5)).toMatchObject({ success: true });
      simulation.tick();
    }
    expect(simulation.postCollateral('K', 5)).toMatchObject({ success: true });
    simulation.withdrawFromRtgs(id(1));
    expect(simulation.queue1('K')).toEqual([id(1)]);
  });

  it('before its first tick are carried out', () => {
    const simulation = queued();
    simulation.run({ untilTick: 2 });
    simulation.withdrawFromRtgs(id(1));
    expect(simulation.queue1('K')).toEqual([id(1)]);
  });

  it('name the end of the run where there is no other', () => {
    const simulation = queued({});
    simulation.run({ untilTick: 4 });
    expect(() => simulation.withdrawFromRtgs(id(1))).toThrow('Agent K is in an outage until the end of the run');
  });

  it('name the end of the window in which they fall, where it comes again', () => {
    const simulation = created(THREE, [repeating({ type: 'ParticipantOutage', agent: 'K', ticks: 2 }, 1, 5)]);
    simulation.run({ untilTick: 7 });
    expect(simulation.postCollateral('K', 5).message).toBe('Agent K is in an outage until tick 8');
  });

  it('that submit are arrivals and go on, and payments that are not there are told first', () => {
    const simulation = queued();
    simulation.run({ untilTick: 4 });
    const order = { receiver: 'A', amount: 3, deadline_tick: 19, priority: 5, divisible: false };
    expect(simulation.submitTransaction({ sender: 'K', ...order })).toBe(id(3));
    expect(() => simulation.withdrawFromRtgs(id(9))).toThrow(/T00000009 not found/);
    simulation.run();
    expect(simulation.queue1('K')).toEqual([]);
  });
});

describe('reactions', () => {
  it('by time come first, and tell the exposure of the tick before', () => {
    const events = [
      ...[payment(1, 'A', 'K', 40), payment(2, 'A', 'K', 30), payment(3, 'A', 'K', 5), payment(0, 'B', 'K', 99)],
      outage(1, { reaction: { after_ticks: 2, exposure: 60 }, until_tick: 9 }),
    ];
    const simulation = run(THREE, events);
    expect(listed(simulation, 'CounterpartyReaction', 'agent_id', 'counterparty_id', 'trigger', 'exposure')).toEqual([
      [3, 'A', 'K', 'time', 70],
      [3, 'B', 'K', 'time', 0],
    ]);
    expect(holds(simulation)).toEqual([[3, id(4), 'CounterpartyOutage']]);
    expect(settled(simulation)).toEqual([0, 1, 2, 9]);
  });

  it('by exposure come in the tick after it is reached, from the bank that has it alone', () => {
    const events = [
      ...[payment(1, 'A', 'K', 40), payment(2, 'A', 'K', 20), payment(2, 'B', 'K', 59), payment(4, 'B', 'K', 1)],
      ...[payment(5, 'B', 'K', 1), outage(1, { reaction: { exposure: 60 }, until_tick: 9 })],
    ];
    const simulation = run(THREE, events);
    expect(listed(simulation, 'CounterpartyReaction', 'agent_id', 'trigger', 'exposure')).toEqual([
      [3, 'A', 'exposure', 60],
      [5, 'B', 'exposure', 60],
    ]);
    expect(settled(simulation)).toEqual([1, 2, 2, 4, 9]);
  });

  it('count what comes from the stricken bank against it', () => {
    const banks = { A: RICH, B: {}, K: {} };
    // K's payment of 50 waits in the central queue, and settles with what A pays.
    const events = [payment(0, 'K', 'A', 50), payment(1, 'A', 'K', 60), payment(2, 'A', 'K', 40), payment(3, 'A', 'K', 1)];
    const reaction = { exposure: 50 };
    const simulation = run(banks, [...events, outage(1, { reaction, until_tick: 9 })]);
    expect(settled(simulation)).toEqual([1, 1, 2, 9]);
    expect(listed(simulation, 'CounterpartyReaction', 'agent_id', 'exposure')).toEqual([[3, 'A', 50]]);
  });

  it('count settled payments, though credits are deferred', () => {
    const events = [payment(1, 'A', 'K', 40), payment(3, 'A', 'K', 40), outage(1, { reaction: { exposure: 40 } })];
    const simulation = run(THREE, events, { deferred_crediting: true });
    expect(listed(simulation, 'DeferredCreditApplied', 'agent_id', 'amount')).toEqual([[1, 'K', 40]]);
    expect(listed(simulation, 'CounterpartyReaction', 'agent_id', 'exposure')).toEqual([[2, 'A', 40]]);
  });

  it('are those of the banks that are named, at once with after_ticks: 0', () => {
    const events = [
      payment(1, 'A', 'K', 1),
      payment(1, 'B', 'K', 1),
      outage(1, { reaction: { after_ticks: 0, banks: ['B', 'K'] } }),
    ];
    const simulation = run(THREE, events);
    expect(listed(simulation, 'CounterpartyReaction', 'agent_id')).toEqual([[1, 'B']]);
    expect(settled(simulation)).toEqual([1, null]);
  });

  it('take payments back from the central queue in queue order, and tell that they are withheld at once', () => {
    const banks = { A: {}, B: RICH, K: RICH };
    const events = [
      ...[payment(0, 'A', 'K', 10), payment(0, 'A', 'B', 20), payment(0, 'A', 'K', 30)],
      outage(1, { reaction: { after_ticks: 1, central_queue: 'withdraw' }, until_tick: 6 }),
    ];
    const simulation = run(banks, events);
    const told = [...simulation.events]
      .filter(({ tick }) => tick === 2)
      .map((event) => [event.event_type, ...('tx_id' in event ? [event.tx_id] : [])]);
    expect(told).toEqual([
      ['CounterpartyReaction'],
      ...[
        ['RtgsWithdrawal', id(1)],
        ['RtgsWithdrawal', id(3)],
      ],
      ['CounterpartyReaction'],
      ...[
        ['PolicyHold', id(1)],
        ['PolicyHold', id(3)],
      ],
    ]);
    expect(listed(simulation, 'RtgsSubmission', 'tx_id').slice(3)).toEqual([
      [6, id(1)],
      [6, id(3)],
    ]);
  });

  it('keep payments in the central queue that may stay there', () => {
    const banks = { A: {}, B: RICH, K: RICH };
    const events = [payment(0, 'A', 'K', 10), payment(3, 'B', 'A', 10), outage(1, { reaction: { after_ticks: 0 } })];
    expect(settled(run(banks, events))).toEqual([3, 3]);
  });

  it('hold back scheduled releases, which happen when the outage is over', () => {
    const banks = { A: { ...RICH, ...tree(action('Release', { timed_for_tick: { value: 4 } })) }, B: RICH, K: RICH };
    const simulation = run(banks, [payment(0, 'A', 'K', 10), outage(2, { reaction: { after_ticks: 1 }, until_tick: 8 })]);
    expect(holds(simulation)).toEqual([
      [0, id(1), 'ScheduledRelease { tick: 4 }'],
      [3, id(1), 'CounterpartyOutage'],
    ]);
    expect(settled(simulation)).toEqual([8]);
  });

  it('of a bank that is itself out show when it is back', () => {
    const events = [
      ...[payment(2, 'A', 'K', 10), outage(1, { reaction: { after_ticks: 0 } })],
      outage(1, { agent: 'A', until_tick: 4 }),
    ];
    const simulation = run(THREE, events);
    expect(listed(simulation, 'CounterpartyReaction', 'agent_id')).toEqual([
      [1, 'A'],
      [1, 'B'],
    ]);
    expect(holds(simulation)).toEqual([[4, id(1), 'CounterpartyOutage']]);
  });

  it('are made anew in every outage, and payments are told anew', () => {
    const events = [payment(1, 'A', 'K', 10), payment(1, 'A', 'K', 10)];
    const banks = { A: { ...RICH, ...tree(action('Hold', { reason: { value: 'LowPriority' } })) }, B: RICH, K: RICH };
    const reaction = { after_ticks: 0, banks: ['A'] };
    const simulation = run(banks, [...events, repeating({ type: 'ParticipantOutage', agent: 'K', ticks: 2, reaction }, 1, 3)], {
      simulation: { ticks_per_day: 5 },
    });
    const both = (tick: number, reason: string): unknown[] => [1, 2].map((n) => [tick, id(n), reason]);
    expect(holds(simulation)).toEqual([
      ...both(1, 'CounterpartyOutage'),
      ...both(3, 'LowPriority'),
      ...both(4, 'CounterpartyOutage'),
    ]);
  });

  it('can be left to policies, which know of the outage and their exposure', () => {
    const careful = when(
      ...(['counterparty_in_outage', '==', 1] as const),
      when(
        ...(['ticks_since_counterparty_outage', '>=', 2] as const),
        when('exposure_to_counterparty', '>=', 40, action('Hold', { reason: { value: 'LowPriority' } }), action('Release')),
        action('Release'),
      ),
      when('ticks_since_counterparty_outage', '==', -1, action('Release'), action('Drop')),
    );
    const events = [0, 1, 2, 3].map((tick) => payment(tick, 'A', 'K', 20));
    const simulation = run({ A: { ...RICH, ...tree(careful) }, K: RICH }, [...events, outage(1, { until_tick: 6 })]);
    expect(settled(simulation)).toEqual([0, 1, 2, 6]);
    expect(holds(simulation)).toEqual([3, 4, 5].map((tick) => [tick, id(4), 'LowPriority']));
  });
});

describe('an outage of the system', () => {
  it('lets nobody submit and nothing settle, marks overdue payments, charges costs, and ends with all that waits', () => {
    const banks = { A: {}, B: RICH, K: RICH };
    const events = [
      ...[payment(0, 'A', 'B', 10, { deadline: 1 }), payment(1, 'B', 'A', 40), payment(2, 'K', 'A', 5)],
      systemOutage(1, { until_tick: 4 }),
    ];
    const simulation = run(banks, events, { algorithm_sequencing: true, cost_rates: { delay_cost_per_tick_per_cent: 1 } });
    expect(settled(simulation)).toEqual([4, 4, 4]);
    expect(listed(simulation, 'OutageEnded', 'scope', 'agent_id', 'started_tick', 'unsent_count', 'unsent_value')).toEqual([
      [4, 'system', null, 1, 2, 45],
    ]);
    expect(listed(simulation, 'TransactionWentOverdue', 'tx_id')).toEqual([[2, id(1)]]);
    const ran = listed(simulation, 'AlgorithmExecution').map((row) => (row as number[])[0]);
    expect(ran.filter((tick) => tick! >= 1 && tick! < 4)).toEqual([]);
    expect(ran.filter((tick) => tick === 4)).toHaveLength(3);
    expect(listed(simulation, 'CostAccrual', 'agent_id')).toContainEqual([2, 'A']);
  });

  it('goes on for the bank trees', () => {
    const policy = {
      ...{ type: 'Inline' },
      decision_trees: {
        ...{ version: '1.0', policy_id: 'x', payment_tree: action('Release') },
        strategic_collateral_tree: action('PostCollateral', { amount: { value: 1 }, reason: { value: 'PreemptivePosting' } }),
      },
    };
    const simulation = run({ A: { ...RICH, policy, max_collateral_capacity: 100 } }, [systemOutage(0)], {
      simulation: { ticks_per_day: 3 },
    });
    expect(listed(simulation, 'CollateralPost', 'new_total')).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });

  /** A pays K and B, both of which wait centrally; K is out, and A takes its payment back while the system is out. */
  const withdrawn = (more: Document[] = []): ScenarioInput =>
    scenarioOf(
      {
        A: tree(when('queue2_count_for_agent', '>', 1, action('Hold', { reason: { value: 'LowPriority' } }), action('Release'))),
        B: {},
        K: {},
      },
      [
        ...[payment(0, 'A', 'K', 10), ...more, systemOutage(1, { until_tick: 5 })],
        outage(2, { reaction: { after_ticks: 0, central_queue: 'withdraw' } }),
        payment(3, 'A', 'B', 7),
      ],
    );
  const resumed = (document: ScenarioInput, tick: number): SimulationEvent[] => {
    const first = Simulation.create(document);
    first.run({ untilTick: tick });
    const second = Simulation.restore(document, first.snapshot());
    second.run();
    return [...first.events, ...second.events];
  };
  const whole = (document: ScenarioInput): SimulationEvent[] => {
    const simulation = Simulation.create(document);
    simulation.run();
    return [...simulation.events];
  };

  // What was taken back is missing in the snapshot's index, which is not published anew, while its count and earliest deadline
  // are still there: refused with `queue2_index_deadline: is not the earliest deadline of the index`.
  it('can be cut by a snapshot after a reaction took payments back', () => {
    expect(resumed(withdrawn(), 3)).toEqual(whole(withdrawn()));
  });

  // With another payment of the same deadline in the queue the snapshot is accepted, and the number of payments in the index
  // differs from that of the run without interruption, which its policy can see.
  it('is the same after such a cut, also where another payment has the same deadline', () => {
    const document = withdrawn([payment(0, 'A', 'B', 20)]);
    expect(resumed(document, 3)).toEqual(whole(document));
  });
});

describe('a shock', () => {
  const bank = { opening_balance: 101, unsecured_cap: 60, posted_collateral: 40, collateral_haircut: 0.25 };
  const state = (simulation: Simulation): number[] => {
    const { balance, collateral_haircut, posted_collateral, unsecured_cap } = simulation.agent('A');
    return [balance, unsecured_cap, posted_collateral, collateral_haircut];
  };
  /** The bank after each tick. */
  const states = (events: Document[], more: Document = {}): number[][] => {
    const simulation = created({ A: bank, B: RICH }, events, { simulation: { ticks_per_day: 6 }, ...more });
    return Array.from(simulation, () => state(simulation));
  };

  it('moves what it says, not below nothing, and gives back what it really moved', () => {
    const event = shock(1, {
      ...{ balance_delta: -300, unsecured_cap_delta: -100, posted_collateral_delta: -15, collateral_haircut: 0.5 },
      until_tick: 4,
    });
    const struck = [-199, 0, 25, 0.5];
    const before = [101, 60, 40, 0.25];
    expect(states([event])).toEqual([before, struck, struck, struck, before, before]);
  });

  it('of a factor leaves the part rounded down of a balance above 0, and others alone', () => {
    const half = { balance_factor: 0.5 };
    expect(states([shock(1, half)]).map(([balance]) => balance)).toEqual([101, 50, 50, 50, 50, 50]);
    const poor = created({ A: { opening_balance: -7, unsecured_cap: 10 } }, [shock(0, { ...half, ticks: 2 })]);
    poor.run();
    expect(state(poor).slice(0, 2)).toEqual([-7, 10]);
    expect(details(poor)).toHaveLength(2);
    expect(states([shock(1, { balance_factor: 0 })])[1]![0]).toBe(0);
    expect(states([shock(1, { balance_factor: 1 })])[1]![0]).toBe(101);
  });

  it('comes back on top of what happened meanwhile', () => {
    const events = [
      shock(1, { balance_factor: 0.5, unsecured_cap_delta: -100, ticks: 2 }),
      once(2, { type: 'CollateralAdjustment', agent: 'A', delta: 30 }),
      once(2, { type: 'DirectTransfer', from_agent: 'B', to_agent: 'A', amount: 9 }),
    ];
    expect(states(events).map(([balance, cap]) => [balance, cap])).toEqual([
      ...[
        [101, 60],
        [50, 0],
        [59, 30],
        [110, 90],
        [110, 90],
        [110, 90],
      ],
    ]);
  });

  it('that gave takes back no more than is there, of what cannot be below nothing', () => {
    const events = [
      shock(1, { unsecured_cap_delta: 100, ticks: 2 }),
      once(2, { type: 'CollateralAdjustment', agent: 'A', delta: -130 }),
    ];
    const simulation = run({ A: bank, B: RICH }, events);
    expect(state(simulation)[1]).toBe(0);
    expect(details(simulation, 'liquidity_restored')).toEqual([
      [3, 'liquidity_restored', expect.stringContaining('"unsecured_cap_moved":-30}')],
    ]);
  });

  it('may leave a bank over its limit: nothing is taken back, and it can pay nothing', () => {
    const events = [
      payment(0, 'A', 'B', 101),
      payment(2, 'A', 'B', 1),
      shock(1, { unsecured_cap_delta: -60, balance_delta: -80 }),
    ];
    const simulation = run({ A: bank, B: RICH }, events);
    expect(simulation.agent('A')).toMatchObject({ balance: -80, allowed_overdraft_limit: 30, available_liquidity: 0 });
    expect(settled(simulation)).toEqual([0, null]);
  });

  it('strikes at its place in the list', () => {
    const transfer = once(1, { type: 'DirectTransfer', from_agent: 'B', to_agent: 'A', amount: 99 });
    const half = shock(1, { balance_factor: 0.5 });
    expect(states([transfer, half])[1]![0]).toBe(100);
    expect(states([half, transfer])[1]![0]).toBe(149);
  });

  it('does not see credit that waits for the end of the tick, and does not lose it', () => {
    const events = [payment(0, 'B', 'A', 50), payment(1, 'B', 'A', 7), shock(1, { balance_factor: 0 })];
    const found = states(events, { deferred_crediting: true }).map(([balance]) => balance);
    expect(found.slice(0, 2)).toEqual([151, 7]);
  });

  it('comes again and again, giving back before it takes', () => {
    const event = repeating({ type: 'LiquidityShock', agent: 'A', balance_delta: -10, ticks: 2 }, 0, 2);
    expect(states([event]).map(([balance]) => balance)).toEqual([91, 91, 91, 91, 91, 91]);
  });

  it('writes no collateral record', () => {
    const simulation = run({ A: bank }, [shock(1, { posted_collateral_delta: -15, ticks: 2 })], {
      simulation: { ticks_per_day: 5 },
    });
    expect(simulation.collateralRecords(0)).toEqual([]);
  });
});

describe('a delay', () => {
  const PAID = [payment(2, 'A', 'B', 40)];
  const all = (from: number, more: Document): Document => delay(from, { agent: 'all', ...more });

  it('keeps a payment back from its arrival on, which is told once', () => {
    const simulation = run(THREE, [...PAID, delay(1, { delay_ticks: 3, until_tick: 3 })]);
    expect(holds(simulation)).toEqual([[2, id(1), 'Delayed { tick: 5 }']]);
    expect(settled(simulation)).toEqual([5]);
  });

  it('of several windows is the latest', () => {
    expect(settled(run(THREE, [...PAID, delay(1, { delay_ticks: 3 }), all(0, { delay_ticks: 5 })]))).toEqual([7]);
    expect(settled(run(THREE, [...PAID, delay(1, { delay_ticks: 5 }), all(0, { delay_ticks: 3 })]))).toEqual([7]);
    expect(holds(run(THREE, [...PAID, delay(1, { delay_ticks: 3 }), all(0, { delay_ticks: 5 })]))).toHaveLength(1);
  });

  it('concerns payments that arrive in its ticks, from its bank, to its receiver, from its amount on', () => {
    const settledIn = (more: Document): number | null | undefined =>
      settled(run(THREE, [...PAID, delay(2, { delay_ticks: 3, ...more })]))[0];
    expect(settledIn({ ticks: 1 })).toBe(5);
    expect(settledIn({ agent: 'B' })).toBe(2);
    expect(settledIn({ receiver: 'B' })).toBe(5);
    expect(settledIn({ receiver: 'K' })).toBe(2);
    expect(settledIn({ min_amount: 40 })).toBe(5);
    expect(settledIn({ min_amount: 41 })).toBe(2);
    // Payments without a type are of none.
    expect(settledIn({ payment_type: 'bank' })).toBe(2);
    expect(settled(run(THREE, [...PAID, delay(3, { delay_ticks: 3 })]))).toEqual([2]);
    expect(settled(run(THREE, [...PAID, delay(0, { delay_ticks: 3, ticks: 2 })]))).toEqual([2]);
  });

  it('of a payment that stands before it in the list, or came by a call, is the same', () => {
    const simulation = created(THREE, [...PAID, delay(2, { delay_ticks: 3 })]);
    simulation.run({ untilTick: 2 });
    simulation.submitTransaction({ sender: 'A', receiver: 'B', amount: 1, deadline_tick: 19, priority: 5, divisible: false });
    simulation.run();
    expect(settled(simulation)).toEqual([5, 5]);
    expect(holds(simulation)).toEqual([1, 2].map((n) => [2, id(n), 'Delayed { tick: 5 }']));
  });

  it('does not move the deadline', () => {
    const simulation = run(THREE, [payment(2, 'A', 'B', 40, { deadline: 1 }), delay(2, { delay_ticks: 4 })]);
    expect(listed(simulation, 'Arrival', 'deadline')).toEqual([[2, 3]]);
    expect(listed(simulation, 'TransactionWentOverdue', 'tx_id')).toEqual([[4, id(1)]]);
    expect(settled(simulation)).toEqual([6]);
  });

  it('is told before the outage of the receiver where both keep a payment back', () => {
    const events = [
      ...PAID,
      delay(1, { delay_ticks: 3 }),
      outage(1, { agent: 'B', reaction: { after_ticks: 1 }, until_tick: 9 }),
    ];
    const simulation = run(THREE, events);
    expect(holds(simulation)).toEqual([
      [2, id(1), 'Delayed { tick: 5 }'],
      [2, id(1), 'CounterpartyOutage'],
    ]);
    expect(settled(simulation)).toEqual([9]);
  });

  it('is over for a bank that is out meanwhile', () => {
    const events = [payment(2, 'K', 'B', 40), delay(1, { agent: 'K', delay_ticks: 3 }), outage(1, { until_tick: 8 })];
    const simulation = run(THREE, events);
    expect(holds(simulation)).toEqual([]);
    expect(settled(simulation)).toEqual([8]);
  });

  it('passes on to no part of a payment', () => {
    const banks = { A: { ...RICH, ...tree(action('Split', { num_splits: { value: 2 } })) }, B: RICH };
    const simulation = run(banks, [...PAID, delay(2, { delay_ticks: 3 })]);
    expect(settled(simulation)).toEqual([5, 5, 5]);
  });
});

describe('what is logged', () => {
  const EVENTS: [name: string, event: Document, told: string][] = [
    [
      'participant_outage',
      outage(1, { ticks: 4 }),
      '{"agent":"K","central_queue":"process","incoming":"accept","reaction":null,"until_tick":5}',
    ],
    [
      'participant_outage',
      outage(1, { incoming: 'block', central_queue: 'freeze', reaction: { exposure: 7 } }),
      '{"agent":"K","central_queue":"freeze","incoming":"block",' +
        '"reaction":{"after_ticks":null,"banks":"all","central_queue":"keep","exposure":7},"until_tick":null}',
    ],
    [
      'participant_outage',
      outage(1, { until_tick: 99, reaction: { after_ticks: 2, banks: ['B', 'A'], central_queue: 'withdraw' } }),
      '{"agent":"K","central_queue":"process","incoming":"accept",' +
        '"reaction":{"after_ticks":2,"banks":["B","A"],"central_queue":"withdraw","exposure":null},"until_tick":99}',
    ],
    ['system_outage', systemOutage(1), '{"until_tick":null}'],
    ['system_outage', systemOutage(1, { until_tick: 3 }), '{"until_tick":3}'],
    [
      'payment_delay',
      delay(1, { delay_ticks: 2 }),
      '{"agent":"A","delay_ticks":2,"min_amount":null,"payment_type":null,"receiver":null,"until_tick":null}',
    ],
    [
      'payment_delay',
      delay(1, { agent: 'all', delay_ticks: 2, ticks: 3, min_amount: 0, payment_type: 'x"', receiver: 'K' }),
      '{"agent":"all","delay_ticks":2,"min_amount":0,"payment_type":"x\\"","receiver":"K","until_tick":4}',
    ],
    [
      'liquidity_shock',
      shock(1, { balance_delta: -5 }),
      '{"agent":"A","balance_after":995,"balance_delta":-5,"balance_factor":null,"balance_moved":-5,"collateral_haircut":null,' +
        '"collateral_haircut_after":0.02,"posted_collateral_after":0,"posted_collateral_delta":null,"posted_collateral_moved":0,' +
        '"unsecured_cap_after":0,"unsecured_cap_delta":null,"unsecured_cap_moved":0,"until_tick":null}',
    ],
    [
      'liquidity_shock',
      shock(1, {
        ...{ balance_factor: 1, collateral_haircut: 0, posted_collateral_delta: -3, unsecured_cap_delta: 4, until_tick: 30 },
      }),
      '{"agent":"A","balance_after":1000,"balance_delta":null,"balance_factor":1.0,"balance_moved":0,"collateral_haircut":0.0,' +
        '"collateral_haircut_after":0.0,"posted_collateral_after":0,"posted_collateral_delta":-3,"posted_collateral_moved":0,' +
        '"unsecured_cap_after":4,"unsecured_cap_delta":4,"unsecured_cap_moved":4,"until_tick":30}',
    ],
  ];

  it.each(EVENTS)('of a %s', (name, event, told) => {
    expect(details(run(THREE, [event]), name)).toEqual([[1, name, told]]);
  });

  it('of liquidity that comes back', () => {
    const event = shock(1, { balance_delta: 5, unsecured_cap_delta: 4, collateral_haircut: 0.5, ticks: 2 });
    expect(details(run(THREE, [event]), 'liquidity_restored')).toEqual([
      [
        3,
        'liquidity_restored',
        '{"agent":"A","balance_after":1000,"balance_moved":-5,"collateral_haircut_after":0.02,"posted_collateral_after":0,' +
          '"posted_collateral_moved":0,"unsecured_cap_after":0,"unsecured_cap_moved":-4}',
      ],
    ]);
  });

  it('has nulls for what is null in the document, too', () => {
    const written = { ...outage(1), until_tick: null, ticks: null, reaction: null };
    expect(details(run(THREE, [written]))).toEqual(details(run(THREE, [outage(1)])));
  });

  it('names payments by nothing else than what settles them', () => {
    const simulation = run(THREE, [payment(1, 'A', 'K', 5), outage(1), systemOutage(3, { ticks: 1 })]);
    expect([...simulation.events].flatMap((event) => settledBy(event))).toEqual([id(1)]);
  });
});
