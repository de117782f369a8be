import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, InvalidConfigError, Simulation, SimulationError, type EventOf, type SimulationEvent } from './engine.js';
import { create, makeCalls, observe, runThrough } from './drive.js';
import { scheduledTick, type LogFold } from './fold.js';
import { parsed } from './grammar.js';
import { FIELDS, policyDocument, type Json, type PolicyDocument } from './policies.js';
import { property } from './property.js';
import { anyWorkload, type AgentDocument, type Workload } from './scenarios.js';

const log = (work: Workload): string => runThrough(work).events.toNdjson();

/** The workload with every policy document, of scenario and calls, changed. */
function withDocuments(work: Workload, change: (document: PolicyDocument) => PolicyDocument): Workload {
  const changed = (agent: AgentDocument): AgentDocument =>
    agent.policy?.type === 'Inline'
      ? { ...agent, policy: { type: 'Inline', decision_trees: change(agent.policy.decision_trees as PolicyDocument) } }
      : agent;
  return {
    scenario: { ...work.scenario, agents: work.scenario.agents.map(changed) },
    calls: work.calls.map((call) => (call.call === 'update_policy' ? { ...call, policy: change(call.policy) } : call)),
  };
}

const isMapping = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same document with its keys in another order. */
function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
}

/** The same document with keys that mean nothing in every mapping but the tables of names. */
function annotated(value: Json, key = ''): Json {
  if (Array.isArray(value)) return value.map((element) => annotated(element));
  if (!isMapping(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, v]) => [name, name === 'value' ? v : annotated(v, name)]));
  return key === 'parameters' ? inner : { comment: 'x', ...inner, note: { type: 'action' } };
}

describe('policies', () => {
  property('keep at most ten registers with the right names, and none overnight', 80, anyWorkload(), (work) => {
    for (const { after, endsDay } of observe(work).ticks) {
      for (const registers of after.registers.values()) {
        expect(registers.length).toBeLessThanOrEqual(endsDay ? 0 : 10);
        for (const [key] of registers) expect(key.startsWith('bank_state_')).toBe(true);
      }
    }
  });

  property('have the registers that the log tells', 60, anyWorkload(), (work) => {
    for (const { fold, observed } of parsed(observe(work))) {
      for (const bank of fold.banks.values()) {
        const told = [...bank.registers].map(([key, value]) => [key, value + 0]).sort();
        expect(
          observed.after.registers
            .get(bank.id)!
            .map(([key, value]) => [key, value + 0])
            .sort(),
        ).toEqual(told);
      }
    }
  });

  property(
    'release within their budgets of the tick, and are refused only what goes beyond',
    100,
    anyWorkload({ minBanks: 2 }),
    (work) => {
      const scheduled = new Set<string>();
      for (const { fold, observed } of parsed(observe(work))) {
        for (const id of fold.banks.keys()) expectBudgetKept(fold, id, observed.events, scheduled);
        for (const event of observed.events) {
          if (event.event_type === 'PolicyHold' && scheduledTick(event.reason) !== null) scheduled.add(event.tx_id);
          if (event.event_type === 'PolicySubmit') scheduled.delete(event.tx_id);
        }
      }
    },
  );

  property('do not depend on the order of keys in their documents, nor on keys that mean nothing', 50, anyWorkload(), (work) => {
    const expected = log(work);
    expect(log(withDocuments(work, (document) => reordered(document) as PolicyDocument))).toBe(expected);
    expect(log(withDocuments(work, (document) => annotated(document) as PolicyDocument))).toBe(expected);
  });

  property('mean the same as documents and as texts', 40, anyWorkload(), (work) => {
    const agents = work.scenario.agents.map((agent) =>
      agent.policy?.type === 'Inline'
        ? { ...agent, policy: { type: 'InlineJson', json_string: JSON.stringify(agent.policy.decision_trees, null, 1) } }
        : agent,
    );
    expect(log({ ...work, scenario: { ...work.scenario, agents } })).toBe(log(work));
  });

  property(
    'that are not valid are refused as a whole, and nothing has changed then',
    60,
    fc.tuple(anyWorkload(), broken()),
    ([work, document]) => {
      const simulation = create(work);
      while (simulation.currentTick < simulation.totalTicks) {
        makeCalls(simulation, work.calls);
        for (const id of [...simulation.agentIds, 'nobody']) {
          expect(() => simulation.updateAgentPolicy(id, document)).toThrow(InvalidConfigError);
        }
        simulation.tick();
      }
      expect(simulation.events.toNdjson()).toBe(log(work));
    },
  );

  it('may read every field in the trees where it has a meaning, and no other', () => {
    expect([FIELDS.payment.length, FIELDS.collateral.length, FIELDS.bank.length]).toEqual([95, 72, 50]);
    const trees = {
      payment_tree: 'payment',
      bank_tree: 'bank',
      strategic_collateral_tree: 'collateral',
      end_of_tick_collateral_tree: 'collateral',
    } as const;
    const leaves = { payment: 'Release', bank: 'NoAction', collateral: 'HoldCollateral' };
    for (const [tree, kind] of Object.entries(trees)) {
      const leaf = (node_id: string): Json => ({ type: 'action', node_id, action: leaves[kind] });
      for (const field of [...FIELDS.payment, 'time_in_queue', 'cost_urgency', 'Balance', '']) {
        const condition = { op: '<', left: { field }, right: { value: 1 } };
        const root = { type: 'condition', node_id: 'N1', condition, on_true: leaf('A1'), on_false: leaf('A2') };
        const act = (): Simulation =>
          twoBanks({
            version: '1.0',
            policy_id: 'x',
            [tree]: root,
            ...(kind !== 'payment' && { payment_tree: leafOf('Release') }),
          });
        if (!FIELDS[kind].includes(field)) expect(act).toThrow(`Invalid field reference: '${field}'`);
        else act().run();
      }
    }
  });
});

describe('calls between ticks', () => {
  property('that are refused change nothing', 60, fc.tuple(anyWorkload(), fc.nat()), ([work, pick]) => {
    const simulation = create(work);
    while (simulation.currentTick < simulation.totalTicks) {
      makeCalls(simulation, work.calls);
      for (const call of refused(simulation, pick)) expect(call).toThrow(SimulationError);
      const [id] = simulation.agentIds;
      const { max_withdrawable_collateral: most } = simulation.agent(id!);
      expect(simulation.postCollateral(id!, -pick).success).toBe(false);
      expect(simulation.postCollateral('nobody', 1).success).toBe(false);
      expect(simulation.withdrawCollateral(id!, most + 1 + pick).success).toBe(false);
      expect(simulation.withdrawCollateral(id!, 0).success).toBe(false);
      simulation.tick();
    }
    expect(simulation.events.toNdjson()).toBe(log(work));
  });
});

/** Calls that break one rule each. */
function refused(simulation: Simulation, pick: number): (() => unknown)[] {
  const [sender] = simulation.agentIds;
  const order = {
    sender: sender!,
    receiver: sender!,
    amount: 1,
    deadline_tick: simulation.currentTick + 1,
    priority: 5,
    divisible: false,
  };
  const settled = simulation.transactions().filter(({ status }) => status === 'Settled');
  const gone = settled[pick % Math.max(settled.length, 1)];
  // Parts that a staggered split released at once carry no priority: theirs may be declared while they are queued.
  const queued = simulation.queue2().find((id) => simulation.transaction(id)!.rtgs_priority !== null);
  return [
    () => simulation.submitTransaction({ ...order, sender: 'nobody' }),
    () => simulation.submitTransaction({ ...order, receiver: 'nobody' }),
    () => simulation.submitTransaction({ ...order, amount: 0 }),
    () => simulation.submitTransaction({ ...order, amount: -5 }),
    () => simulation.submitTransaction({ ...order, amount: 0.5 }),
    () => simulation.submitTransaction({ ...order, deadline_tick: simulation.currentTick }),
    () => simulation.submitTransaction({ ...order, rtgs_priority: 'normal' as never }),
    () => simulation.withdrawFromRtgs('T99999999'),
    () => simulation.withdrawFromRtgs('nothing'),
    () => simulation.resubmitToRtgs('T99999999', 'Normal'),
    () => simulation.resubmitToRtgs(gone?.tx_id ?? 'T99999999', 'Normal'),
    () => simulation.resubmitToRtgs(queued ?? 'T99999999', 'Urgent'),
    () => simulation.withdrawFromRtgs(gone?.tx_id ?? 'T99999999'),
    () => simulation.agent('nobody'),
  ];
}

const leafOf = (action: string): Json => ({ type: 'action', node_id: 'leaf', action });

/** Two banks that follow the document, one with a payment to make. */
function twoBanks(document: PolicyDocument): Simulation {
  const agents = ['A', 'B'].map((id) => ({ id, opening_balance: 100, policy: { type: 'Inline', decision_trees: document } }));
  const payment = {
    type: 'CustomTransactionArrival',
    from_agent: 'A',
    to_agent: 'B',
    amount: 500,
    schedule: { type: 'OneTime', tick: 0 },
  };
  return Simulation.create(
    readScenario({ simulation: { ticks_per_day: 2, num_days: 1, rng_seed: 1 }, agents, scenario_events: [payment] }),
  );
}

/** Texts of policy documents that break a rule. */
function broken(): fc.Arbitrary<string> {
  const spoiled = policyDocument(['A', 'B']).chain((document) =>
    fc
      .constantFrom<(d: PolicyDocument) => Json>(
        ({ policy_id: _, ...rest }) => rest,
        (d) => ({ ...d, payment_tree: { ...(d.payment_tree as object), type: 'leaf' } }),
        (d) => ({ ...d, payment_tree: leafOf('PostCollateral') }),
        (d) => ({ ...d, bank_tree: leafOf('Release') }),
        (d) => ({ ...d, strategic_collateral_tree: leafOf('Drop') }),
        (d) => ({
          ...d,
          payment_tree: d.payment_tree!,
          bank_tree: { type: 'action', node_id: firstId(d.payment_tree!), action: 'NoAction' },
        }),
        (d) => ({ ...d, parameters: { initial_liquidity_fraction: 1.5 } }),
        (d) => ({ ...d, parameters: { p: 'one' } }),
        (d) => ({ ...d, end_of_tick_collateral_tree: collateralLeaf({ field: 'amount' }) }),
        (d) => ({ ...d, end_of_tick_collateral_tree: collateralLeaf({ param: 'missing' }) }),
        (d) => ({
          ...d,
          end_of_tick_collateral_tree: collateralLeaf({ compute: { op: '/', left: { value: 1 }, right: { value: 0 } } }),
        }),
      )
      .map((spoil) => JSON.stringify(spoil(document))),
  );
  return fc.oneof({ weight: 4, arbitrary: spoiled }, { weight: 1, arbitrary: fc.string() });
}

const collateralLeaf = (amount: Json): Json => ({
  type: 'action',
  node_id: 'X',
  action: 'PostCollateral',
  parameters: { amount },
});

function firstId(node: Json): Json {
  return (node as { node_id: string }).node_id;
}

/** Replays what a bank's budget of the tick lets through; `scheduled` payments are outside it. */
function expectBudgetKept(fold: LogFold, id: string, events: readonly SimulationEvent[], scheduled: ReadonlySet<string>): void {
  const budget = events.find(
    (event): event is EventOf<'BankBudgetSet'> => event.event_type === 'BankBudgetSet' && event.agent_id === id,
  );
  const { focus_counterparties: focus = null, max_per_counterparty: each = null } = budget ?? {};
  let remaining = budget?.max_value ?? Infinity;
  const used = new Map<string, number>();
  for (const event of events) {
    const released = event.event_type === 'PolicySubmit' && event.agent_id === id && !scheduled.has(event.tx_id);
    const refused = event.event_type === 'PolicyHold' && event.agent_id === id && event.reason === 'BudgetExhausted';
    if (!released && !refused) continue;
    const { amount, receiver } = fold.payment(event.tx_id);
    const spent = used.get(receiver) ?? 0;
    const allowed =
      amount <= remaining && (focus === null || focus.includes(receiver)) && (each === null || spent + amount <= each);
    expect(released).toBe(allowed);
    if (!released) continue;
    remaining -= amount;
    used.set(receiver, spent + amount);
  }
}
