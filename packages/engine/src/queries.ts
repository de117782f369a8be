import {
  byCodePoint,
  type AgentState,
  type RunTotals,
  type SettlementCounts,
  type SystemMetrics,
  type TransactionCounts,
} from '@simcash/protocol';
import { OVERDUE } from './payments/payments.js';
import type { World } from './world.js';

export function agentState({ banks, queue1 }: World, b: number): AgentState {
  return {
    agent_id: banks.ids[b]!,
    balance: banks.balance[b]!,
    available_liquidity: banks.available(b),
    queue1_size: queue1.size[b]!,
    posted_collateral: banks.postedCollateral[b]!,
    collateral_haircut: banks.haircut[b]!,
    unsecured_cap: banks.unsecuredCap[b]!,
    credit_used: banks.creditUsed(b),
    allowed_overdraft_limit: banks.overdraftLimit[b]!,
    overdraft_headroom: banks.headroom(b),
    max_withdrawable_collateral: banks.maxWithdrawableCollateral(b, 0),
    max_collateral_capacity: banks.maxCollateralCapacity(b),
    remaining_collateral_capacity: banks.remainingCollateralCapacity(b),
    allocated_liquidity: banks.allocatedLiquidity[b]!,
  };
}

export function limits(
  { banks, limits }: World,
  b: number,
): { bilateral_limits: Record<string, number>; multilateral_limit: number | null } {
  const multilateral = limits.multilateralLimit(b);
  return {
    bilateral_limits: byId(banks.ids, limits.bilateralLimits(b)),
    multilateral_limit: multilateral === Infinity ? null : multilateral,
  };
}

export function outflows(
  { banks, limits }: World,
  b: number,
): { bilateral_outflows: Record<string, number>; total_outflow: number } {
  return { bilateral_outflows: byId(banks.ids, limits.outflows(b)), total_outflow: limits.totalOutflow[b]! };
}

function byId(ids: readonly string[], cents: ReadonlyMap<number, number>): Record<string, number> {
  return Object.fromEntries([...cents].sort(([a], [b]) => a - b).map(([bank, amount]) => [ids[bank]!, amount]));
}

export function registers({ registers }: World, b: number): [key: string, value: number][] {
  return [...registers[b]!].sort(([a], [b]) => byCodePoint(a, b));
}

export function settlementOf({ counters, statistics }: World, b: number): SettlementCounts {
  const { num_arrivals, num_settled } = counters.ofRun(b);
  return {
    arrived: num_arrivals,
    settled: num_settled,
    arrived_value: statistics.arrivedValueOf[b]!,
    settled_value: statistics.settledValueOf[b]!,
  };
}

export function systemMetrics({ banks, queue1, queue2, statistics }: World): SystemMetrics {
  const { arrivals, effectivelySettled, maxDelay, totalDelay } = statistics;
  const overdrafts = Array.from(banks.balance, (balance) => Math.max(-balance, 0));
  return {
    total_arrivals: arrivals,
    total_settlements: effectivelySettled,
    settlement_rate: arrivals === 0 ? 0 : effectivelySettled / arrivals,
    avg_delay_ticks: effectivelySettled === 0 ? 0 : totalDelay / effectivelySettled,
    max_delay_ticks: maxDelay,
    queue1_total_size: queue1.size.reduce((sum, size) => sum + size, 0),
    queue2_total_size: queue2.size,
    peak_overdraft: Math.max(0, ...overdrafts),
    agents_in_overdraft: overdrafts.filter((overdraft) => overdraft > 0).length,
  };
}

export function runTotals({ queue1, queue2, statistics }: World): RunTotals {
  return {
    arrivals: statistics.arrivals,
    arrived_value: statistics.arrivedValue,
    settlements: statistics.effectivelySettled,
    delay_ticks: statistics.totalDelay,
    settled_value: statistics.settledValue,
    lsm_releases: statistics.offsetPayments,
    lsm_operations: statistics.offsetOperations,
    overdue: statistics.wentOverdue,
    dropped: statistics.dropped,
    dropped_value: statistics.droppedValue,
    cancelled: statistics.cancelled,
    cancelled_value: statistics.cancelledValue,
    unsettled: queue1.size.reduce((sum, size) => sum + size, queue2.size),
    unsettled_value: queue1.value.reduce((sum, cents) => sum + cents, queue2.value),
  };
}

export function transactionCounts({ statistics }: World): TransactionCounts {
  const { arrivals, children, settledArrivals, settledChildren } = statistics;
  return {
    total_transactions: arrivals + children,
    arrivals,
    children,
    settled_arrivals: settledArrivals,
    settled_children: settledChildren,
  };
}

/** An unsettled payment whose deadline comes soon. */
export interface NearDeadline {
  tx_id: string;
  sender_id: string;
  receiver_id: string;
  amount: number;
  remaining_amount: number;
  deadline_tick: number;
  ticks_until_deadline: number;
}

/** Unsettled payments that are not overdue and whose deadline is at most so many ticks away; split ones included. */
export function nearDeadline({ banks, clock, payments }: World, withinTicks: number): NearDeadline[] {
  const found: NearDeadline[] = [];
  for (const p of payments.rows()) {
    const deadline = payments.deadlineTick[p]!;
    if (payments.remaining[p] === 0 || payments.status[p] === OVERDUE) continue;
    if (deadline < clock.tick || deadline > clock.tick + withinTicks) continue;
    found.push({
      tx_id: payments.id(p),
      sender_id: banks.ids[payments.sender[p]!]!,
      receiver_id: banks.ids[payments.receiver[p]!]!,
      amount: payments.amount[p]!,
      remaining_amount: payments.remaining[p]!,
      deadline_tick: deadline,
      ticks_until_deadline: deadline - clock.tick,
    });
  }
  return found;
}

/** An unsettled payment that was marked overdue, with estimates of what that costs (spec 05 §7). */
export interface OverdueTransaction {
  tx_id: string;
  sender_id: string;
  receiver_id: string;
  amount: number;
  remaining_amount: number;
  deadline_tick: number;
  overdue_since_tick: number;
  ticks_overdue: number;
  estimated_delay_cost: number;
  deadline_penalty_cost: number;
  total_overdue_cost: number;
}

/** Unsettled overdue payments, dropped ones included. */
export function overdue({ banks, clock, formulas, payments }: World): OverdueTransaction[] {
  const found: OverdueTransaction[] = [];
  for (const p of payments.rows()) {
    if (payments.status[p] !== OVERDUE || payments.remaining[p] === 0) continue;
    const ticks = clock.tick - payments.overdueSince[p]!;
    const delay = formulas.estimatedOverdueDelay(payments.remaining[p]!, ticks);
    const penalty = formulas.deadlinePenalty(payments.amount[p]!);
    found.push({
      tx_id: payments.id(p),
      sender_id: banks.ids[payments.sender[p]!]!,
      receiver_id: banks.ids[payments.receiver[p]!]!,
      amount: payments.amount[p]!,
      remaining_amount: payments.remaining[p]!,
      deadline_tick: payments.deadlineTick[p]!,
      overdue_since_tick: payments.overdueSince[p]!,
      ticks_overdue: ticks,
      estimated_delay_cost: delay,
      deadline_penalty_cost: penalty,
      total_overdue_cost: delay + penalty,
    });
  }
  return found;
}
