import type { SimulationEvent } from '@simcash/protocol';

/** Settlement events as tests write them down, without tick. */
type Event = Record<string, unknown>;

export function withoutTick(event: SimulationEvent): Event {
  return Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'tick'));
}

export const queued = (tx_id: string, sender_id: string): Event => ({ event_type: 'QueuedRtgs', tx_id, sender_id });

export const settled = (
  tx_id: string,
  sender: string,
  receiver: string,
  amount: number,
  before: number,
  after: number,
): Event => ({
  event_type: 'RtgsImmediateSettlement',
  tx_id,
  sender,
  receiver,
  amount,
  sender_balance_before: before,
  sender_balance_after: after,
});

export const released = (tx_id: string, sender: string, receiver: string, amount: number, waited: number): Event => ({
  event_type: 'Queue2LiquidityRelease',
  tx_id,
  sender,
  receiver,
  amount,
  queue_wait_ticks: waited,
  release_reason: 'liquidity_available',
});

export const bilateralLimit = (
  tx_id: string,
  sender: string,
  receiver: string,
  amount: number,
  outflow: number,
  limit: number,
): Event => ({
  event_type: 'BilateralLimitExceeded',
  sender,
  receiver,
  tx_id,
  amount,
  current_bilateral_outflow: outflow,
  bilateral_limit: limit,
});

export const multilateralLimit = (tx_id: string, sender: string, amount: number, outflow: number, limit: number): Event => ({
  event_type: 'MultilateralLimitExceeded',
  sender,
  tx_id,
  amount,
  current_total_outflow: outflow,
  multilateral_limit: limit,
});

export const offset = (agent_a: string, agent_b: string, amount_a: number, amount_b: number, tx_ids: string[]): Event => ({
  event_type: 'LsmBilateralOffset',
  agent_a,
  agent_b,
  tx_ids,
  amount_a,
  amount_b,
  amount: amount_a + amount_b,
});

export const ring = (
  agents: string[],
  tx_ids: string[],
  tx_amounts: number[],
  net_positions: number[],
  largest: [outflow: number, agent: string],
): Event => {
  const total = tx_amounts.reduce((sum, amount) => sum + amount, 0);
  return {
    event_type: 'LsmCycleSettlement',
    agents,
    tx_amounts,
    total_value: total,
    net_positions,
    max_net_outflow: largest[0],
    max_net_outflow_agent: largest[1],
    tx_ids,
    cycle_value: total,
  };
};

export const entryOffset = (
  incoming: string,
  partner: string,
  agent_a: string,
  agent_b: string,
  offset_amount: number,
  incoming_amount: number,
  queued_amount: number,
): Event => ({
  event_type: 'EntryDispositionOffset',
  incoming_tx_id: incoming,
  queued_tx_id: partner,
  agent_a,
  agent_b,
  offset_amount,
  incoming_amount,
  queued_amount,
});

export const credited = (agent_id: string, amount: number, source_transactions: string[]): Event => ({
  event_type: 'DeferredCreditApplied',
  agent_id,
  amount,
  source_transactions,
});

export const algorithm = (number: number, settlements: number, settled_value: number): Event => ({
  event_type: 'AlgorithmExecution',
  algorithm: number,
  result: settlements > 0 ? 'Success' : 'NoProgress',
  settlements,
  settled_value,
});

/** All three algorithms without any settlement. */
export const noProgress: Event[] = [1, 2, 3].map((number) => algorithm(number, 0, 0));
