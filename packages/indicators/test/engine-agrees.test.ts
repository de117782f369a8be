import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { observe, type Run } from '../../engine/test/properties/drive.js';
import { property } from '../../engine/test/properties/property.js';
import { scenario, type Workload } from '../../engine/test/properties/scenarios.js';
import type { TransactionDetails } from '@simcash/protocol';
import type { IndicatorSheet } from '../src/index.js';
import { runs, sheetOf } from './support/measured.js';

/** The engine knows what the indicators make out of its log alone: its accounts, queues and payments say the same. */

const anyRun = runs();
/** Without calls from outside, which may put a payment into both queues at once. */
const withoutCalls = fc
  .oneof(scenario(), scenario({ stress: true }))
  .map((document): Workload => ({ scenario: document, calls: [] }));

function observed(workload: Workload): Run & { sheet: IndicatorSheet } {
  const run = observe(workload);
  return { ...run, sheet: sheetOf(run.simulation, [...run.simulation.events], run.simulation.currentTick) };
}

const value = (payments: Iterable<{ amount: number }>): number => [...payments].reduce((sum, { amount }) => sum + amount, 0);

describe('the engine and the sheet', () => {
  property('count the same payments, settled ones, and ticks that these waited', 25, anyRun, (workload) => {
    const { sheet, simulation } = observed(workload);
    const { avg_delay_ticks, max_delay_ticks, total_arrivals, total_settlements } = simulation.systemMetrics();
    expect(sheet.system).toMatchObject({ payments_due: total_arrivals, payments_settled: total_settlements });
    expect(sheet.system.avg_delay_count ?? 0).toBeCloseTo(avg_delay_ticks, 12);
    expect(sheet.system.max_delay ?? 0).toBe(max_delay_ticks);
  });

  property('charge every bank the same, day by day and for the same reasons', 25, anyRun, (workload) => {
    const { sheet, simulation } = observed(workload);
    const days = sheet.days.flatMap(({ day }) => simulation.dailyMetrics(day));
    for (const { bank, costs } of sheet.banks) {
      const own = days.filter(({ agent_id }) => agent_id === bank);
      const sum = (key: keyof (typeof own)[number]): number => own.reduce((all, day) => all + Number(day[key]), 0);
      expect(costs).toEqual({
        liquidity_cost: sum('liquidity_cost'),
        delay_cost: sum('delay_cost'),
        collateral_cost: sum('collateral_cost'),
        penalty_cost: sum('deadline_penalty_cost'),
        split_friction_cost: sum('split_friction_cost'),
        liquidity_opportunity_cost: sum('liquidity_opportunity_cost'),
        total: sum('total_cost'),
      });
      const totals = sheet.bank_days.filter((row) => row.bank === bank).map(({ total_cost }) => total_cost);
      expect(totals).toEqual(own.map(({ total_cost }) => total_cost));
    }
  });

  property('know the same value of payments between every two banks', 25, anyRun, (workload) => {
    const { sheet, simulation } = observed(workload);
    const byPair = new Map<string, TransactionDetails[]>();
    for (const payment of simulation.transactions().filter(({ parent_tx_id }) => parent_tx_id === null)) {
      const key = JSON.stringify([payment.sender_id, payment.receiver_id]);
      byPair.set(key, [...(byPair.get(key) ?? []), payment]);
    }
    expect(
      new Map(
        sheet.pairs.map(({ payments_due, receiver, sender, value_due }) => [
          JSON.stringify([sender, receiver]),
          [payments_due, value_due],
        ]),
      ),
    ).toEqual(new Map([...byPair].map(([key, payments]) => [key, [payments.length, value(payments)]])));
  });

  property('see the same queues at the end of every tick', 25, withoutCalls, (workload) => {
    const { sheet, ticks } = observed(workload);
    for (const { after, tick } of ticks) {
      const own = [...after.queue1.values()].flat();
      expect([tick, sheet.profile.queue1_length[tick], sheet.profile.queue2_length[tick]]).toEqual([
        ...[tick, own.length, after.queue2.length],
      ]);
      const central = after.queue2.map((id) => after.transactions.get(id)!);
      expect([tick, sheet.profile.queue2_value[tick]]).toEqual([tick, value(central)]);
    }
  });

  property('see the same balances at the end of every tick, but for what banks then give back', 25, anyRun, (workload) => {
    const { sheet, simulation, ticks } = observed(workload);
    const returned = new Map<string, number>();
    for (const event of simulation.events)
      if (event.event_type === 'LiquidityReturn') returned.set(`${event.agent_id} ${event.tick}`, event.amount);
    for (const row of sheet.bank_days) {
      const balances = ticks
        .filter(({ day }) => day === row.day)
        .map(({ after, tick }) => after.agents.get(row.bank)!.balance + (returned.get(`${row.bank} ${tick}`) ?? 0));
      expect(row.min_balance).toBe(Math.min(...balances));
      expect(row.peak_credit).toBe(Math.max(0, ...balances.map((balance) => -balance)));
    }
  });

  property(
    'agree about the delay indicator: unsettled value of the day over accumulated value, tick by tick',
    25,
    withoutCalls,
    (workload) => {
      const { sheet, simulation } = observed(workload);
      const { ticks_per_day: perDay } = workload.scenario.simulation;
      const payments = simulation.transactions();
      const parents = new Set(payments.map(({ parent_tx_id }) => parent_tx_id));
      const byId = new Map(payments.map((payment) => [payment.tx_id, payment]));
      const arrival = (leg: TransactionDetails): number =>
        leg.parent_tx_id === null ? leg.arrival_tick : arrival(byId.get(leg.parent_tx_id)!);
      const legs = payments.filter(({ tx_id }) => !parents.has(tx_id));
      for (const { day, delay_denominator, delay_numerator } of sheet.days) {
        let [waiting, accumulated] = [0n, 0n];
        const own = legs.filter((leg) => Math.floor(arrival(leg) / perDay) === day);
        for (let t = day * perDay; t < (day + 1) * perDay; t++)
          for (const leg of own) {
            if (arrival(leg) > t) continue;
            accumulated += BigInt(leg.amount);
            if (leg.settlement_tick === null || leg.settlement_tick > t) waiting += BigInt(leg.amount);
          }
        expect([BigInt(delay_numerator), BigInt(delay_denominator)]).toEqual([waiting, accumulated]);
      }
    },
  );
});
