import type { SimulationEvent } from '@simcash/protocol';

/** An event as one bank may see it: what it is not meant to know is left out (spec 11 §11.4). */
export interface VisibleEvent {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** The kind of the event. */
  event_type: SimulationEvent['event_type'];
  readonly [key: string]: unknown;
}

type Rule<T extends SimulationEvent['event_type']> = (
  event: Extract<SimulationEvent, { event_type: T }>,
  agentId: string,
) => Record<string, unknown> | null;

/** The event unchanged, without its head, if the bank stands in one of the fields. */
const whole =
  (...fields: string[]) =>
  (event: SimulationEvent, agentId: string): Record<string, unknown> | null => {
    const { event_type: _, tick: __, ...details } = event as unknown as Record<string, unknown>;
    return fields.some((field) => details[field] === agentId) ? details : null;
  };

const party = whole('sender', 'receiver');
const sender = whole('sender');
const senderId = whole('sender_id');
const own = whole('agent_id');

/** Scenario events that concern everybody, as the log calls them. */
const GLOBAL_EVENTS = new Set(['global_arrival_rate_change', 'deadline_window_change']);

/** What a bank sees of each event; events without a rule are never seen. */
const RULES: { [T in SimulationEvent['event_type']]?: Rule<T> } = {
  Arrival: whole('sender_id', 'receiver_id'),
  RtgsImmediateSettlement(event, agentId) {
    const details = party(event, agentId);
    if (details === null || event.sender === agentId) return details;
    const { sender_balance_after: _, sender_balance_before: __, ...shown } = details;
    return shown;
  },
  RtgsSubmission: party,
  RtgsWithdrawal: party,
  RtgsResubmission: party,
  Queue2LiquidityRelease: party,
  PolicySubmit: own,
  PolicyHold: own,
  PolicyDrop: own,
  PolicySplit: own,
  TransactionReprioritized: own,
  CollateralPost: own,
  CollateralWithdraw: own,
  CollateralTimerWithdrawn: own,
  CollateralTimerBlocked: own,
  StateRegisterSet: own,
  BankBudgetSet: own,
  CostAccrual: own,
  DeferredCreditApplied: own,
  AccountAdjustment: own,
  PaymentCancelled: senderId,
  CounterpartyReaction: own,
  OutageEnded({ agent_id, scope }, agentId) {
    return agent_id === null || agent_id === agentId ? { scope } : null;
  },
  LiquidityAllocation: own,
  LiquidityReturn: own,
  TransactionWentOverdue: senderId,
  OverdueTransactionSettled: senderId,
  PriorityEscalated: senderId,
  QueuedRtgs: senderId,
  BilateralLimitExceeded: sender,
  MultilateralLimitExceeded: sender,
  LsmBilateralOffset({ agent_a, agent_b, amount_a, amount_b, tx_ids }, agentId) {
    if (agent_a === agentId) return { counterparty: agent_b, paid: amount_a, tx_ids };
    return agent_b === agentId ? { counterparty: agent_a, paid: amount_b, tx_ids } : null;
  },
  EntryDispositionOffset({ agent_a, agent_b, offset_amount, incoming_tx_id, queued_tx_id }, agentId) {
    if (agent_a !== agentId && agent_b !== agentId) return null;
    const tx_ids = [incoming_tx_id, queued_tx_id];
    return { counterparty: agent_a === agentId ? agent_b : agent_a, amount: offset_amount, tx_ids };
  },
  LsmCycleSettlement({ agents, total_value, tx_ids }, agentId) {
    return agents.includes(agentId) ? { num_payments: tx_ids.length, total_value } : null;
  },
  LsmNettedSettlement({ agents, net_positions, total_value, tx_ids }, agentId) {
    const own = agents.indexOf(agentId);
    return own < 0 ? null : { num_payments: tx_ids.length, total_value, net_position: net_positions[own] };
  },
  EntryBlocked: sender,
  ReservationSet: own,
  EndOfDay: () => ({}),
  ScenarioEventExecuted({ details_json, scenario_event_type }, agentId) {
    const details = JSON.parse(details_json) as Record<string, unknown>;
    if (!GLOBAL_EVENTS.has(scenario_event_type) && !Object.values(details).includes(agentId)) return null;
    return { scenario_event_type, ...details };
  },
};

/** Fields that hold numbers of payments. */
const ID_FIELDS = ['tx_id', 'tx_ids', 'child_ids', 'source_transactions'];

/**
 * A bank's part of an event log. Payments are numbered anew in the order in which the bank gets to know them: the system's numbers
 * would tell how much others pay.
 */
export function visibleTo(agentId: string, log: Iterable<SimulationEvent>): VisibleEvent[] {
  const names = new Map<string, string>();
  const rename = (id: string): string => {
    const known = names.get(id) ?? `P${names.size + 1}`;
    names.set(id, known);
    return known;
  };
  const visible: VisibleEvent[] = [];
  for (const event of log) {
    const rule = RULES[event.event_type] as Rule<SimulationEvent['event_type']> | undefined;
    const details = rule?.(event as never, agentId) ?? null;
    if (details === null) continue;
    for (const field of ID_FIELDS) {
      const value = details[field];
      if (typeof value === 'string') details[field] = rename(value);
      else if (Array.isArray(value)) details[field] = value.map((id) => rename(String(id)));
    }
    visible.push({ tick: event.tick, event_type: event.event_type, ...details });
  }
  return visible;
}
