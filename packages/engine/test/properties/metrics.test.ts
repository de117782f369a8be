import { describe, expect } from 'vitest';
import type { AgentCounters, DailyAgentMetrics, SimulationEvent } from './engine.js';
import { observe, type Run } from './drive.js';
import { effectivelySettled, effectiveSettlementTick, LogFold, settledIds } from './fold.js';
import { property } from './property.js';
import { anyWorkload } from './scenarios.js';

/** What the log says about one bank and day, by the recipes of spec 03 §10. */
interface DayOfBank extends Omit<DailyAgentMetrics, 'agent_id' | 'day'> {}

const NO_COUNTS: AgentCounters = {
  num_arrivals: 0,
  num_sent: 0,
  num_received: 0,
  num_settled: 0,
  num_dropped: 0,
  dropped_value: 0,
  num_collateral_posts: 0,
  num_collateral_withdrawals: 0,
};

function openDay(fold: LogFold, id: string): DayOfBank {
  const { balance, posted, unsecuredCap } = fold.bank(id);
  return {
    ...NO_COUNTS,
    opening_balance: balance,
    closing_balance: balance,
    min_balance: balance,
    max_balance: balance,
    unsecured_cap: unsecuredCap,
    peak_overdraft: 0,
    opening_posted_collateral: posted,
    closing_posted_collateral: posted,
    peak_posted_collateral: posted,
    collateral_capacity: fold.capacity(id),
    queue1_peak_size: 0,
    queue1_eod_size: 0,
    queue2_peak_size: 0,
    queue2_eod_size: 0,
    liquidity_cost: 0,
    delay_cost: 0,
    collateral_cost: 0,
    split_friction_cost: 0,
    deadline_penalty_cost: 0,
    liquidity_opportunity_cost: 0,
    total_cost: 0,
    allocated_liquidity: fold.bank(id).allocated,
  };
}

function countEvent(days: ReadonlyMap<string, DayOfBank>, fold: LogFold, event: SimulationEvent): void {
  for (const id of settledIds(event)) {
    days.get(fold.payment(id).sender)!.num_sent++;
    days.get(fold.payment(id).receiver)!.num_received++;
  }
  switch (event.event_type) {
    case 'Arrival':
      if (fold.payment(event.tx_id).parent === null) days.get(event.sender_id)!.num_arrivals++;
      return;
    case 'PolicyDrop':
      days.get(event.agent_id)!.num_dropped++;
      days.get(event.agent_id)!.dropped_value += fold.payment(event.tx_id).amount;
      return;
    case 'LiquidityAllocation':
      days.get(event.agent_id)!.allocated_liquidity = event.amount;
      return;
    case 'CollateralPost':
      days.get(event.agent_id)!.num_collateral_posts++;
      return;
    case 'CollateralWithdraw':
    case 'CollateralTimerWithdrawn':
      days.get(event.agent_id)!.num_collateral_withdrawals++;
      return;
    case 'CostAccrual': {
      const day = days.get(event.agent_id)!;
      const { costs } = event;
      day.liquidity_cost += costs.liquidity_cost;
      day.delay_cost += costs.delay_cost;
      day.collateral_cost += costs.collateral_cost;
      day.split_friction_cost += costs.split_friction_cost;
      day.deadline_penalty_cost += costs.penalty_cost;
      day.liquidity_opportunity_cost += costs.liquidity_opportunity_cost;
      day.total_cost += costs.total;
    }
  }
}

function sampleTick(day: DayOfBank, fold: LogFold, id: string): void {
  const { balance, posted, queue1 } = fold.bank(id);
  const queued = fold.queue2.filter((tx) => fold.payment(tx).sender === id).length;
  day.closing_balance = balance;
  day.min_balance = Math.min(day.min_balance, balance);
  day.max_balance = Math.max(day.max_balance, balance);
  day.peak_overdraft = Math.max(0, -day.min_balance);
  day.closing_posted_collateral = posted;
  day.peak_posted_collateral = Math.max(day.peak_posted_collateral, posted);
  day.queue1_peak_size = Math.max(day.queue1_peak_size, queue1.length);
  day.queue1_eod_size = queue1.length;
  day.queue2_peak_size = Math.max(day.queue2_peak_size, queued);
  day.queue2_eod_size = queued;
}

/** Payments without parent that became effectively settled in a day, per sender. */
function countSettled(days: ReadonlyMap<string, DayOfBank>, fold: LogFold, first: number): void {
  for (const { id, parent, sender } of fold.payments.values()) {
    if (parent === null && effectivelySettled(fold.payments, id) && effectiveSettlementTick(fold.payments, id) >= first) {
      days.get(sender)!.num_settled++;
    }
  }
}

/** Daily metrics recomputed from scenario and log. */
function recomputed({ ticks, workload: { scenario } }: Run): DailyAgentMetrics[] {
  const fold = new LogFold(scenario);
  const records: DailyAgentMetrics[] = [];
  let days = new Map<string, DayOfBank>();
  for (const { callEvents, day, endsDay, events, startsDay, tick } of ticks) {
    if (startsDay) days = new Map([...fold.banks.keys()].map((id) => [id, openDay(fold, id)]));
    fold.announce([...callEvents, ...events]);
    for (const event of [...callEvents, ...events]) {
      fold.apply(event);
      countEvent(days, fold, event);
    }
    for (const id of fold.banks.keys()) sampleTick(days.get(id)!, fold, id);
    if (!endsDay) continue;
    countSettled(days, fold, tick - scenario.simulation.ticks_per_day + 1);
    for (const [agent_id, metrics] of days) records.push({ agent_id, day, ...metrics });
  }
  return records;
}

describe('metrics', () => {
  property('of every bank and day follow from the log', 100, anyWorkload(), (work) => {
    const run = observe(work);
    const found = Array.from({ length: work.scenario.simulation.num_days }, (_, day) => run.simulation.dailyMetrics(day)).flat();
    expect(found).toEqual(recomputed(run));
  });

  property('of one day go on where those of the day before end', 60, anyWorkload(), (work) => {
    const { simulation } = observe(work);
    for (let day = 0; day < work.scenario.simulation.num_days; day++) {
      const records = simulation.dailyMetrics(day);
      expect(records.map(({ agent_id }) => agent_id)).toEqual(simulation.agentIds);
      for (const record of records) {
        const before = simulation.dailyMetrics(day - 1).find(({ agent_id }) => agent_id === record.agent_id);
        const opening = work.scenario.agents.find(({ id }) => id === record.agent_id)!.opening_balance;
        expect(record.opening_balance).toBe(before?.closing_balance ?? opening);
        for (const balance of [record.opening_balance, record.closing_balance]) {
          expect(balance).toBeGreaterThanOrEqual(record.min_balance);
          expect(balance).toBeLessThanOrEqual(record.max_balance);
        }
      }
      const total = (count: 'num_sent' | 'num_received'): number => records.reduce((sum, record) => sum + record[count], 0);
      expect(total('num_sent')).toBe(total('num_received'));
    }
  });

  property('counted by day add up to those of the run', 60, anyWorkload(), (work) => {
    const { simulation } = observe(work);
    const days = Array.from({ length: work.scenario.simulation.num_days }, (_, day) => simulation.dailyMetrics(day));
    for (const id of simulation.agentIds) {
      const records = days.map((records) => records.find(({ agent_id }) => agent_id === id)!);
      const sums = Object.keys(NO_COUNTS).map((count) => [
        count,
        records.reduce((sum, record) => sum + record[count as keyof AgentCounters], 0),
      ]);
      expect(simulation.agentRunCounters(id)).toEqual(Object.fromEntries(sums));
      expect(simulation.agentDayCounters(id)).toEqual(NO_COUNTS);
    }
  });

  property('of the system follow from the log after every tick', 100, anyWorkload(), (work) => {
    const run = observe(work);
    const fold = new LogFold(work.scenario);
    for (const { callEvents, events } of run.ticks) fold.applyAll([...callEvents, ...events]);
    const originals = [...fold.payments.values()].filter(({ parent }) => parent === null);
    const settled = originals.filter(({ id }) => effectivelySettled(fold.payments, id));
    const delays = settled.map(({ arrivalTick, id }) => effectiveSettlementTick(fold.payments, id) - arrivalTick);
    const balances = [...fold.banks.values()].map(({ balance }) => balance);
    expect(run.simulation.systemMetrics()).toEqual({
      total_arrivals: originals.length,
      total_settlements: settled.length,
      settlement_rate: originals.length === 0 ? 0 : settled.length / originals.length,
      avg_delay_ticks: settled.length === 0 ? 0 : delays.reduce((sum, delay) => sum + delay, 0) / settled.length,
      max_delay_ticks: Math.max(0, ...delays),
      queue1_total_size: [...fold.banks.values()].reduce((sum, { queue1 }) => sum + queue1.length, 0),
      queue2_total_size: fold.queue2.length,
      peak_overdraft: Math.max(0, ...balances.map((balance) => -balance)),
      agents_in_overdraft: balances.filter((balance) => balance < 0).length,
    });
    const counters = run.simulation.agentIds.map((id) => run.simulation.agentRunCounters(id).num_settled);
    expect(counters.reduce((sum, count) => sum + count, 0)).toBe(settled.length);
  });

  property('of payments count them by what is left of each', 60, anyWorkload(), (work) => {
    const { simulation } = observe(work);
    const all = simulation.transactions();
    const children = all.filter(({ parent_tx_id }) => parent_tx_id !== null);
    const arrivals = all.filter(({ parent_tx_id }) => parent_tx_id === null);
    const paid = (list: typeof all): number => list.filter(({ remaining_amount }) => remaining_amount === 0).length;
    expect(simulation.transactionCounts()).toEqual({
      total_transactions: all.length,
      arrivals: arrivals.length,
      children: children.length,
      settled_arrivals: paid(arrivals),
      settled_children: paid(children),
    });
  });

  property('about deadlines list the payments in question', 60, anyWorkload(), (work) => {
    const { simulation } = observe(work);
    const tick = simulation.currentTick;
    const open = simulation.transactions().filter(({ remaining_amount }) => remaining_amount > 0);
    for (const within of [0, 3]) {
      const near = open.filter(
        ({ deadline_tick, status }) => status !== 'Overdue' && deadline_tick >= tick && deadline_tick <= tick + within,
      );
      expect(
        simulation.transactionsNearDeadline(within).map(({ ticks_until_deadline, tx_id }) => [tx_id, ticks_until_deadline]),
      ).toEqual(near.map(({ deadline_tick, tx_id }) => [tx_id, deadline_tick - tick]));
    }
    const overdue = open.filter(({ status }) => status === 'Overdue');
    expect(simulation.overdueTransactions().map(({ ticks_overdue, tx_id }) => [tx_id, ticks_overdue])).toEqual(
      overdue.map(({ overdue_since_tick, tx_id }) => [tx_id, tick - overdue_since_tick!]),
    );
  });
});
