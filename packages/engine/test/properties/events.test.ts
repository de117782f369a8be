import { describe, expect } from 'vitest';
import type { EventOf, EventType, SimulationEvent } from './engine.js';
import { observe, runThrough } from './drive.js';
import { LogFold, settledIds } from './fold.js';
import { parsed } from './grammar.js';
import { property } from './property.js';
import { anyWorkload } from './scenarios.js';

/** Kinds of values: s text, i count or tick or cents, f double, b truth value, [] list, ? nullable (spec 08 §3). */
const KEYS: Partial<Record<EventType, string>> = {
  Arrival: 'tx_id:s sender_id:s receiver_id:s amount:i deadline:i priority:i is_divisible:b',
  RtgsSubmission: 'tx_id:s sender:s receiver:s amount:i internal_priority:i rtgs_priority:s',
  PolicySubmit: 'agent_id:s tx_id:s',
  PolicyHold: 'agent_id:s tx_id:s reason:s',
  PolicyDrop: 'agent_id:s tx_id:s reason:s',
  PolicySplit: 'agent_id:s tx_id:s num_splits:i child_ids:s[]',
  TransactionReprioritized: 'agent_id:s tx_id:s old_priority:i new_priority:i',
  PriorityEscalated: 'tx_id:s sender_id:s original_priority:i escalated_priority:i ticks_until_deadline:i boost_applied:i',
  BankBudgetSet: 'agent_id:s max_value:i focus_counterparties:s[]? max_per_counterparty:i?',
  StateRegisterSet: 'agent_id:s register_key:s old_value:f new_value:f reason:s decision_path:s?',
  CollateralPost: 'agent_id:s amount:i reason:s new_total:i',
  CollateralWithdraw: 'agent_id:s amount:i reason:s new_total:i',
  CollateralTimerWithdrawn: 'agent_id:s amount:i original_reason:s posted_at_tick:i new_total:i',
  CollateralTimerBlocked: 'agent_id:s requested_amount:i reason:s original_reason:s posted_at_tick:i',
  RtgsImmediateSettlement: 'tx_id:s sender:s receiver:s amount:i sender_balance_before:i sender_balance_after:i',
  QueuedRtgs: 'tx_id:s sender_id:s',
  BilateralLimitExceeded: 'sender:s receiver:s tx_id:s amount:i current_bilateral_outflow:i bilateral_limit:i',
  MultilateralLimitExceeded: 'sender:s tx_id:s amount:i current_total_outflow:i multilateral_limit:i',
  OverdueTransactionSettled:
    'tx_id:s sender_id:s receiver_id:s amount:i settled_amount:i deadline_tick:i overdue_since_tick:i total_ticks_overdue:i ' +
    'deadline_penalty_cost:i estimated_delay_cost:i',
  Queue2LiquidityRelease: 'tx_id:s sender:s receiver:s amount:i queue_wait_ticks:i release_reason:s',
  RtgsWithdrawal: 'tx_id:s sender:s original_rtgs_priority:s',
  RtgsResubmission: 'tx_id:s sender:s old_rtgs_priority:s new_rtgs_priority:s',
  LsmBilateralOffset: 'agent_a:s agent_b:s tx_ids:s[] amount_a:i amount_b:i amount:i',
  LsmCycleSettlement:
    'agents:s[] tx_amounts:i[] total_value:i net_positions:i[] max_net_outflow:i max_net_outflow_agent:s tx_ids:s[] cycle_value:i',
  EntryDispositionOffset: 'incoming_tx_id:s queued_tx_id:s agent_a:s agent_b:s offset_amount:i incoming_amount:i queued_amount:i',
  AlgorithmExecution: 'algorithm:i result:s settlements:i settled_value:i',
  DeferredCreditApplied: 'agent_id:s amount:i source_transactions:s[]',
  TransactionWentOverdue:
    'tx_id:s sender_id:s receiver_id:s amount:i remaining_amount:i deadline_tick:i ticks_overdue:i deadline_penalty_cost:i',
  CostAccrual: 'agent_id:s costs:c',
  EndOfDay: 'day:i unsettled_count:i total_penalties:i',
  LiquidityAllocation: 'day:i agent_id:s fraction:f amount:i balance_after:i',
  LiquidityReturn: 'agent_id:s amount:i balance_after:i',
  OutageEnded: 'scope:s agent_id:s? started_tick:i unsent_count:i unsent_value:i',
  CounterpartyReaction: 'agent_id:s counterparty_id:s trigger:s exposure:i',
  PaymentCancelled: 'tx_id:s sender_id:s receiver_id:s amount:i remaining_amount:i queue:s reason:s',
  ScenarioEventExecuted: 'scenario_event_type:s details_json:s',
};

const COSTS = [
  'liquidity_cost',
  'delay_cost',
  'collateral_cost',
  'penalty_cost',
  'split_friction_cost',
  'liquidity_opportunity_cost',
  'total',
];

function isOfKind(value: unknown, kind: string): boolean {
  if (kind.endsWith('?')) return value === null || isOfKind(value, kind.slice(0, -1));
  if (kind.endsWith('[]')) return Array.isArray(value) && value.every((element) => isOfKind(element, kind.slice(0, -2)));
  switch (kind) {
    case 's':
      return typeof value === 'string';
    case 'i':
      return Number.isSafeInteger(value) && !Object.is(value, -0);
    case 'f':
      return typeof value === 'number';
    case 'b':
      return typeof value === 'boolean';
    default:
      return typeof value === 'object' && value !== null && String(Object.keys(value)) === String(COSTS);
  }
}

function expectShape(event: SimulationEvent): void {
  const fields = KEYS[event.event_type]!.split(' ').map((field) => field.split(':') as [string, string]);
  expect(Object.keys(event)).toEqual(['event_type', 'tick', ...fields.map(([name]) => name)]);
  for (const [name, kind] of fields) {
    const value = (event as unknown as Record<string, unknown>)[name];
    if (!isOfKind(value, kind)) throw new Error(`${name} of ${JSON.stringify(event)} should be ${kind}`);
  }
}

/** Ids of payments that an event names. */
function namedIds(event: SimulationEvent): string[] {
  const {
    child_ids = [],
    incoming_tx_id,
    queued_tx_id,
    source_transactions = [],
    tx_id,
    tx_ids = [],
  } = event as unknown as {
    [key: string]: string | undefined;
  } & { child_ids?: string[]; source_transactions?: string[]; tx_ids?: string[] };
  const all = [tx_id, ...tx_ids, ...child_ids, incoming_tx_id, queued_tx_id, ...source_transactions];
  return all.filter((id): id is string => id !== undefined && !id.startsWith('scheduled_settlement_'));
}

describe('the log', () => {
  property(
    'of every tick keeps to the order of spec 08 §2, with nothing missing and nothing added',
    100,
    anyWorkload(),
    (work) => {
      for (const { fold, observed } of parsed(observe(work))) expect(fold.pending, `tick ${observed.tick}`).toEqual([]);
    },
  );

  property('has exactly the documented keys and types in every event', 60, anyWorkload(), (work) => {
    for (const event of observe(work).simulation.events) expectShape(event);
  });

  property('is the same as text and as objects', 40, anyWorkload(), (work) => {
    const simulation = runThrough(work);
    const lines = simulation.events.toNdjson().split('\n');
    expect(lines.pop()).toBe('');
    // A register can hold numbers that JSON does not know.
    const asText = (_key: string, value: unknown): unknown =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    expect(lines).toEqual([...simulation.events].map((event) => JSON.stringify(event, asText)));
    expect(simulation.eventCount).toBe(lines.length);
    expect(simulation.events.length).toBe(lines.length);
  });

  property('never goes back in time and ends every day once', 40, anyWorkload(), (work) => {
    const { ticks_per_day: ticksPerDay, num_days: days } = work.scenario.simulation;
    const log = [...runThrough(work).events];
    for (let i = 1; i < log.length; i++) expect(log[i]!.tick).toBeGreaterThanOrEqual(log[i - 1]!.tick);
    const ends = log.filter((event) => event.event_type === 'EndOfDay');
    expect(ends.map(({ day, tick }) => [day, tick])).toEqual(
      Array.from({ length: days }, (_, day) => [day, (day + 1) * ticksPerDay - 1]),
    );
  });

  property('names payments only after their arrival, numbered in the order of arrival', 60, anyWorkload(), (work) => {
    const arrived = new Set<string>();
    for (const event of runThrough(work).events) {
      if (event.event_type === 'Arrival') {
        expect(event.tx_id).toBe(`T${String(arrived.size + 1).padStart(8, '0')}`);
        arrived.add(event.tx_id);
      }
      for (const id of namedIds(event))
        if (!arrived.has(id)) throw new Error(`${id} before its arrival: ${JSON.stringify(event)}`);
    }
  });

  property('settles every payment at most once', 60, anyWorkload(), (work) => {
    const settled = new Set<string>();
    for (const event of runThrough(work).events) {
      for (const id of settledIds(event)) {
        if (settled.has(id)) throw new Error(`${id} settles again: ${JSON.stringify(event)}`);
        settled.add(id);
      }
    }
  });

  property(
    'tells pairs of events together: submission and decision, overdue notice and settlement',
    60,
    anyWorkload(),
    (work) => {
      const log = [...runThrough(work).events];
      log.forEach((event, i) => {
        if (event.event_type === 'PolicySubmit')
          expect(log[i - 1]).toMatchObject({ event_type: 'RtgsSubmission', tx_id: event.tx_id });
        if (event.event_type === 'OverdueTransactionSettled') {
          expect(log[i + 1]).toMatchObject({ event_type: 'RtgsImmediateSettlement', tx_id: event.tx_id });
        }
        if (event.event_type === 'RtgsSubmission' && log[i + 1]?.event_type === 'PolicySubmit') {
          expect(log[i + 1]).toMatchObject({ tx_id: event.tx_id });
        }
      });
    },
  );

  property('gives offsets and cycles that add up', 100, anyWorkload({ minBanks: 2 }), (work) => {
    const fold = new LogFold(work.scenario);
    const { max_cycle_length = 4 } = work.scenario.lsm_config ?? {};
    for (const { callEvents, events } of observe(work).ticks) {
      fold.announce([...callEvents, ...events]);
      const pairs = new Set<string>();
      for (const event of [...callEvents, ...events]) {
        if (event.event_type === 'LsmBilateralOffset') expectSoundPair(fold, event, pairs);
        if (event.event_type === 'LsmCycleSettlement') expectSoundCycle(fold, event, Math.max(3, max_cycle_length));
        fold.apply(event);
      }
    }
  });
});

function expectSoundPair(fold: LogFold, event: EventOf<'LsmBilateralOffset'>, pairs: Set<string>): void {
  const { agent_a, agent_b, amount, amount_a, amount_b, tx_ids } = event;
  const key = `${agent_a}|${agent_b}`;
  expect(pairs.has(key)).toBe(false);
  pairs.add(key);
  expect(Buffer.compare(Buffer.from(agent_a), Buffer.from(agent_b))).toBeLessThanOrEqual(0);
  expect(amount).toBe(amount_a + amount_b);
  if (agent_a === agent_b) return;
  const queued = (from: string, to: string): string[] =>
    fold.sortedQueue2().filter((id) => fold.payment(id).sender === from && fold.payment(id).receiver === to);
  const value = (ids: string[]): number => ids.reduce((sum, id) => sum + fold.payment(id).amount, 0);
  const fromA = queued(agent_a, agent_b);
  const fromB = queued(agent_b, agent_a);
  expect(tx_ids).toEqual([...fromA, ...fromB]);
  expect([amount_a, amount_b]).toEqual([value(fromA), value(fromB)]);
}

function expectSoundCycle(fold: LogFold, event: EventOf<'LsmCycleSettlement'>, maxLength: number): void {
  const { agents, cycle_value, max_net_outflow, max_net_outflow_agent, net_positions, total_value, tx_amounts, tx_ids } = event;
  const ring = agents.slice(0, -1);
  expect(agents.at(-1)).toBe(agents[0]);
  expect(new Set(ring).size).toBe(ring.length);
  expect(ring.length).toBeGreaterThanOrEqual(3);
  expect(ring.length).toBeLessThanOrEqual(maxLength);
  expect(net_positions).toHaveLength(agents.length);
  expect(net_positions.at(-1)).toBe(net_positions[0]);
  const nets = net_positions.slice(0, -1);
  expect(nets.reduce((sum, net) => sum + net, 0)).toBe(0);
  expect(tx_amounts).toEqual(tx_ids.map((id) => fold.payment(id).amount));
  expect(tx_amounts.reduce((sum, amount) => sum + amount, 0)).toBe(total_value);
  expect(cycle_value).toBe(total_value);
  // Every edge of the ring is paid along, in order: one payment each in long cycles, all of them in triangles.
  const edges = tx_ids.map((id) => ring.indexOf(fold.payment(id).sender));
  expect([...edges].sort((x, y) => x - y)).toEqual(edges);
  expect(new Set(edges).size).toBe(ring.length);
  tx_ids.forEach((id, i) => expect(fold.payment(id).receiver).toBe(agents[edges[i]! + 1]));
  if (ring.length > 3) expect(tx_ids).toHaveLength(ring.length);
  else expect(ring[0]).toBe([...ring].sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y)))[0]);
  expect(max_net_outflow).toBe(Math.max(0, ...nets.map((net) => -net)));
  const payers = ring.filter((_, i) => max_net_outflow > 0 && nets[i] === -max_net_outflow);
  expect(max_net_outflow_agent).toBe(payers.sort((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))).at(-1) ?? '');
}
