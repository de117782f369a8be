import type { CollateralRecord, DailyAgentMetrics, LsmRecord, TickResult, TransactionDetails } from '@simcash/protocol';
import type { Simulation } from '../../src/index.js';

/** What a run leaves behind day by day and payment by payment; a run in several parts collects it from each of them. */
export interface History {
  ticks: TickResult[];
  daily: DailyAgentMetrics[];
  collateral: CollateralRecord[];
  lsm: LsmRecord[];
  transactions: TransactionDetails[];
}

/** The records of a simulation that has run from its beginning, apart from the tick results, which only the caller has. */
export function historyOf(simulation: Simulation, ticks: TickResult[]): History {
  const days = Array.from({ length: simulation.currentDay + 1 }, (_, day) => day);
  return {
    ticks,
    daily: days.flatMap((day) => simulation.dailyMetrics(day)),
    collateral: days.flatMap((day) => simulation.collateralRecords(day)),
    lsm: days.flatMap((day) => simulation.lsmRecords(day)),
    transactions: simulation.transactions(),
  };
}

/** The `final` object of a golden log, key by key in the order of the logs. */
export function finalLine(simulation: Simulation, history: History): Record<string, unknown> {
  return {
    current_tick: simulation.currentTick,
    current_day: simulation.currentDay,
    event_count: simulation.eventCount,
    rng_state: String(simulation.rngState),
    agents: simulation.agentIds.map((id) => agent(simulation, id)),
    rtgs_queue: simulation.queue2(),
    system_metrics: simulation.systemMetrics(),
    transaction_counts: simulation.transactionCounts(),
    ticks: history.ticks.map((t) => [t.tick, t.num_arrivals, t.num_settlements, t.num_lsm_releases, t.total_cost]),
    daily_metrics: history.daily.map(dailyMetrics),
    collateral_events: history.collateral
      .filter(({ layer }) => layer === 'strategic' || layer === 'end_of_tick')
      .map(collateralEvent),
    lsm_cycles: history.lsm.map(lsmCycle),
    transactions: history.transactions.map(transaction),
  };
}

function agent(simulation: Simulation, id: string): Record<string, unknown> {
  const state = simulation.agent(id);
  const costs = simulation.agentCosts(id);
  return {
    id: state.agent_id,
    balance: state.balance,
    credit_used: state.credit_used,
    unsecured_cap: state.unsecured_cap,
    posted_collateral: state.posted_collateral,
    collateral_haircut: state.collateral_haircut,
    max_collateral_capacity: state.max_collateral_capacity,
    allowed_overdraft_limit: state.allowed_overdraft_limit,
    available_liquidity: state.available_liquidity,
    allocated_liquidity: state.allocated_liquidity,
    total_outflow: simulation.agentOutflows(id).total_outflow,
    state_registers: simulation.agentRegisters(id),
    queue1: simulation.queue1(id),
    costs: {
      liquidity_cost: costs.liquidity_cost,
      delay_cost: costs.delay_cost,
      collateral_cost: costs.collateral_cost,
      penalty_cost: costs.deadline_penalty,
      split_friction_cost: costs.split_friction_cost,
      liquidity_opportunity_cost: costs.liquidity_opportunity_cost,
      total: costs.total_cost,
      peak_net_debit: simulation.agentPeakNetDebit(id),
    },
  };
}

/** The metrics that the logs have; sizes of the central queue are not among them. */
function dailyMetrics(day: DailyAgentMetrics): Record<string, unknown> {
  return {
    agent_id: day.agent_id,
    day: day.day,
    opening_balance: day.opening_balance,
    closing_balance: day.closing_balance,
    min_balance: day.min_balance,
    max_balance: day.max_balance,
    unsecured_cap: day.unsecured_cap,
    peak_overdraft: day.peak_overdraft,
    opening_posted_collateral: day.opening_posted_collateral,
    closing_posted_collateral: day.closing_posted_collateral,
    peak_posted_collateral: day.peak_posted_collateral,
    collateral_capacity: day.collateral_capacity,
    num_collateral_posts: day.num_collateral_posts,
    num_collateral_withdrawals: day.num_collateral_withdrawals,
    num_arrivals: day.num_arrivals,
    num_sent: day.num_sent,
    num_received: day.num_received,
    num_settled: day.num_settled,
    num_dropped: day.num_dropped,
    queue1_peak_size: day.queue1_peak_size,
    queue1_eod_size: day.queue1_eod_size,
    liquidity_cost: day.liquidity_cost,
    delay_cost: day.delay_cost,
    collateral_cost: day.collateral_cost,
    split_friction_cost: day.split_friction_cost,
    deadline_penalty_cost: day.deadline_penalty_cost,
    liquidity_opportunity_cost: day.liquidity_opportunity_cost,
    total_cost: day.total_cost,
  };
}

function collateralEvent(record: CollateralRecord): Record<string, unknown> {
  return {
    agent_id: record.agent_id,
    tick: record.tick,
    day: record.day,
    action: record.action,
    amount: record.amount,
    reason: record.reason,
    layer: record.layer,
    balance_before: record.balance_before,
    posted_collateral_before: record.posted_collateral_before,
    posted_collateral_after: record.posted_collateral_after,
    available_capacity_after: record.available_capacity_after,
  };
}

function lsmCycle(record: LsmRecord): Record<string, unknown> {
  return {
    tick: record.tick,
    day: record.day,
    cycle_type: record.cycle_type,
    cycle_length: record.cycle_length,
    agents: record.agents,
    transactions: record.transactions,
    settled_value: record.settled_value,
    total_value: record.total_value,
  };
}

function transaction(details: TransactionDetails): Record<string, unknown> {
  return {
    tx_id: details.tx_id,
    parent_tx_id: details.parent_tx_id,
    sender_id: details.sender_id,
    receiver_id: details.receiver_id,
    amount: details.amount,
    remaining_amount: details.remaining_amount,
    arrival_tick: details.arrival_tick,
    deadline_tick: details.deadline_tick,
    priority: details.priority,
    original_priority: details.original_priority,
    status: details.status,
    settlement_tick: details.settlement_tick,
    overdue_since_tick: details.overdue_since_tick,
    rtgs_priority: details.rtgs_priority,
    rtgs_submission_tick: details.rtgs_submission_tick,
    declared_rtgs_priority: details.declared_rtgs_priority,
  };
}
