import type { DisplayContext, SimulationEvent, TickView } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { agentStates, Narrative, queueContents, TransactionFold, type NarrativeOptions } from '../src/index.js';
import { parseScenario, Simulation, transactionId } from '../../engine/src/index.js';

const pay = (amount: number, tick: number, from = 'A', to = 'B'): object => ({
  ...{ type: 'CustomTransactionArrival', from_agent: from, to_agent: to, amount, priority: 5, deadline: 6 },
  schedule: { type: 'OneTime', tick },
});

const hold = (reason: string): object => ({
  type: 'InlineJson',
  json_string: JSON.stringify({
    version: '1.0',
    policy_id: 'holds',
    payment_tree: { type: 'action', node_id: 'n', action: 'Hold', parameters: { reason: { value: reason } } },
  }),
});

/** The texts of all ticks of a run of A and B; A has 1,000 cents. */
function told(events: object[], policy: object = { type: 'Fifo' }, options: NarrativeOptions = {}): string[] {
  const scenario = parseScenario({
    simulation: { ticks_per_day: 4, num_days: 1, rng_seed: 1 },
    agents: [
      { id: 'A', opening_balance: 1000, policy },
      { id: 'B', opening_balance: 0 },
    ],
    scenario_events: events,
  });
  let log: SimulationEvent[] = [];
  const simulation = Simulation.create(scenario, { sink: { write: (batch) => void (log = [...batch.copy()]) } });
  const context: DisplayContext = {
    ticks_per_day: 4,
    agents: ['A', 'B'].map((agent_id) => ({ agent_id, opening_balance: agent_id === 'A' ? 1000 : 0, collateral_haircut: 0 })),
    delay_cost_per_tick_per_cent: 0,
    overdue_delay_multiplier: 1,
  };
  const narrative = new Narrative(context, options);
  return Array.from({ length: 4 }, () => {
    const result = simulation.tick();
    const view: TickView = {
      result,
      events: log,
      agents: agentStates(simulation.agentIds, simulation.agentColumns()),
      queues: queueContents(simulation.agentIds, simulation.queueColumns(), transactionId),
    };
    return narrative.render(view);
  });
}

const line = (text: string, start: string): string | undefined => text.split('\n').find((other) => other.startsWith(start));

describe('the narrative of a tick', () => {
  it('ends with what waits, in the queues of the banks and in the central one, before and after, with its value', () => {
    const texts = told([pay(700, 0), pay(900, 0), pay(5000, 1), pay(600, 2, 'B', 'A')]);
    expect(texts.map((text) => line(text, 'Summary'))).toEqual([
      'Summary: 2 in | 1 settled | central queue 0 → 1 (0.00 → 9.00)',
      'Summary: 1 in | 0 settled | central queue 1 → 2 (9.00 → 59.00)',
      'Summary: 1 in | 2 settled | central queue 2 → 1 (59.00 → 50.00)',
      'Summary: 0 in | 0 settled | central queue 1 → 1 (50.00 → 50.00)',
    ]);
    const held = told([pay(700, 0), pay(900, 1)], hold('KeepingReserve'));
    expect(line(held[1]!, 'Summary')).toBe("Summary: 1 in | 0 settled | banks' queues 1 → 2 (7.00 → 16.00)");
  });

  it('is one line if it is to be short, and one more at the end of a day', () => {
    const scenario = [pay(700, 0), pay(900, 0), pay(5000, 1), pay(600, 2, 'B', 'A')];
    expect(told(scenario, { type: 'Fifo' }, { isShort: true })).toEqual([
      'Tick 0: 2 in | 1 settled | central queue 0 → 1 (0.00 → 9.00)\n',
      'Tick 1: 1 in | 0 settled | central queue 1 → 2 (9.00 → 59.00) | cost 0.01\n',
      'Tick 2: 1 in | 2 settled | central queue 2 → 1 (59.00 → 50.00) | cost 0.01\n',
      'Tick 3: 0 in | 0 settled | central queue 1 → 1 (50.00 → 50.00) | cost 0.01\n' +
        'End of day 0: 4 in | 3 settled (75.0%) | 0 LSM | 1 unsettled | penalties 0.00 | cost 0.03\n',
    ]);
  });

  it('does not call a payment waiting that left the central queue in the same tick', () => {
    const texts = told([pay(1500, 1), pay(600, 1, 'B', 'A'), pay(400, 0)]);
    for (const text of texts) {
      const waiting = /Now waiting in the central queue: (\d+)/.exec(text)?.[1] ?? '0';
      const after = /central queue \d+ → (\d+)/.exec(text)?.[1] ?? '0';
      expect(Number(waiting)).toBeLessThanOrEqual(Number(after));
    }
  });

  it('says why a payment is held in words for people', () => {
    const [text] = told([pay(700, 0)], hold('KeepingReserve'));
    expect(text).toContain('HOLD T00000001: the policy says: KeepingReserve');
    const [near] = told([pay(700, 0)], { type: 'Deadline', urgency_threshold: 2 });
    expect(near).toContain('HOLD T00000001: the bank waits: 4 ticks remain to the deadline');
  });
});

it('unsettled payments are in the order of their ids, also when these get longer', () => {
  const fold = new TransactionFold();
  for (const tx_id of ['T100000000', 'T99999999', 'T100000001', 'T00000002'])
    fold.apply({
      ...{ event_type: 'Arrival', tick: 0, tx_id, sender_id: 'A', receiver_id: 'B', amount: 1, deadline: 1, priority: 5 },
      is_divisible: false,
    } as SimulationEvent);
  expect(fold.unsettled().map(({ tx_id }) => tx_id)).toEqual(['T00000002', 'T99999999', 'T100000000', 'T100000001']);
});
