import { describe, expect, it } from 'vitest';
import type { VisibleEvent } from '../../src/isolation/visibility.js';
import { traceText } from '../../src/optimizers/llm/trace.js';
import { aView } from './support/views.js';

const hold = (tick: number): VisibleEvent => ({
  tick,
  event_type: 'PolicyHold',
  agent_id: 'NORTH',
  tx_id: 'P1',
  reason: 'InsufficientLiquidity',
});
const arrival = (tick: number): VisibleEvent => ({
  tick,
  event_type: 'Arrival',
  tx_id: `P${tick}`,
  sender_id: 'SOUTH',
  receiver_id: 'NORTH',
  amount: 100,
});
const overdue = (tick: number): VisibleEvent => ({
  tick,
  event_type: 'TransactionWentOverdue',
  tx_id: 'P1',
  sender_id: 'NORTH',
  amount: 100,
});

describe('the trace', () => {
  it('shows every event in the order of the log, money as dollars', () => {
    expect(traceText(aView().events)).toBe(`tick 0
- LiquidityAllocation day=0 agent_id=NORTH fraction=0.2 amount=$200.00 balance_after=$200.00
- Arrival tx_id=P1 sender_id=NORTH receiver_id=SOUTH amount=$150.50 deadline=2 priority=5 is_divisible=false
tick 1
- RtgsImmediateSettlement tx_id=P1 sender=NORTH receiver=SOUTH amount=$150.50 sender_balance_before=$200.00 sender_balance_after=$49.50
- CostAccrual agent_id=NORTH costs=delay_cost:$5.00,liquidity_opportunity_cost:$6.66,total:$11.66`);
  });

  it('shows money under names that only views have, lists, and leaves out what is not there', () => {
    const events: VisibleEvent[] = [
      { tick: 3, event_type: 'LsmBilateralOffset', counterparty: 'SOUTH', paid: 12_345, tx_ids: ['P1', 'P2'] },
      { tick: 3, event_type: 'LsmCycleSettlement', num_payments: 3, total_value: 600 },
      {
        tick: 3,
        event_type: 'BankBudgetSet',
        agent_id: 'NORTH',
        max_value: 1000,
        focus_counterparties: null,
        max_per_counterparty: 500,
      },
      { tick: 4, event_type: 'ScenarioEventExecuted', scenario_event_type: 'collateral_adjustment', agent: 'NORTH', delta: -700 },
      { tick: 4, event_type: 'EndOfDay' },
    ];
    expect(traceText(events)).toBe(`tick 3
- LsmBilateralOffset counterparty=SOUTH paid=$123.45 tx_ids=[P1 P2]
- LsmCycleSettlement num_payments=3 total_value=$6.00
- BankBudgetSet agent_id=NORTH max_value=$10.00 max_per_counterparty=$5.00
tick 4
- ScenarioEventExecuted scenario_event_type=collateral_adjustment agent=NORTH delta=-$7.00
- EndOfDay`);
  });

  it('leaves out what matters least, and says so', () => {
    const events = [arrival(1), hold(1), hold(2), overdue(2), arrival(3), hold(3)];
    const lines = traceText(events).split('\n');
    const room = [lines.find((line) => line.includes('Overdue'))!, ...lines.filter((line) => line.includes('Arrival'))];
    const tokens = Math.ceil((room.join('\n').length + 1) / 3);
    expect(traceText(events, tokens)).toBe(`tick 1
- Arrival tx_id=P1 sender_id=SOUTH receiver_id=NORTH amount=$1.00
tick 2
- TransactionWentOverdue tx_id=P1 sender_id=NORTH amount=$1.00
tick 3
- Arrival tx_id=P3 sender_id=SOUTH receiver_id=NORTH amount=$1.00
Left out for length: 3 × PolicyHold.`);
  });

  it('is bounded, however long the log is', () => {
    const text = traceText(Array.from({ length: 50_000 }, (_, tick) => hold(tick)));
    expect(text.length).toBeLessThan(40_000);
    expect(text).toMatch(/Left out for length: \d+ × PolicyHold\.$/);
  });

  it('says if there is nothing', () => {
    expect(traceText([])).toBe('Nothing happened that your bank could see.');
  });
});
