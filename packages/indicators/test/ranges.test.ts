import { describe, expect } from 'vitest';
import { property } from '../../engine/test/properties/property.js';
import { workload } from '../../engine/test/properties/scenarios.js';
import { measured, numbersOf, runs } from './support/measured.js';

/** Between which bounds the figures of a sheet lie, and what it means when they reach one (spec 14 §17). */

/** Sums of a few dozen quotients. */
const ROUNDING = 1e-12;
const runsOfAnyKind = runs();

/** Names that are shares by their definition: parts of a whole. */
const SHARES =
  /(settlement_rate_count|settlement_rate_value|share_value|share_count|top3_share_sent|hhi_\w+|delay_indicator|density|reciprocity_\w+|reachable_share|betweenness|pagerank|sinkrank|throughput_mean\.\d+)$/;

describe('the numbers of a sheet', () => {
  property('are finite, or null', 25, runsOfAnyKind, (workload) => {
    const strange = numbersOf(measured(workload).sheet).filter(([, x]) => typeof x === 'number' && !Number.isFinite(x));
    expect(strange).toEqual([]);
  });

  property('are shares from 0 to 1 where they are parts of a whole', 25, runsOfAnyKind, (workload) => {
    const shares = numbersOf(measured(workload).sheet).filter(([place, x]) => x !== null && SHARES.test(place));
    expect(shares.length).toBeGreaterThan(0);
    expect(shares.filter(([, x]) => Number(x) < 0 || Number(x) > 1 + ROUNDING)).toEqual([]);
  });

  property('are null exactly where there is nothing to divide by', 25, runsOfAnyKind, (workload) => {
    const { banks, days, network, system } = measured(workload).sheet;
    expect(system.settlement_rate_value === null).toBe(system.value_due === 0);
    expect(system.cost_bps_of_value === null).toBe(system.value_settled === 0);
    expect(system.hhi_sent === null).toBe(system.value_settled === 0);
    expect(system.turnover_ratio === null).toBe(system.liquidity_used === 0);
    expect(system.liquidity_usage_indicator === null).toBe(system.upper_bound === system.lower_bound);
    expect([system.avg_delay_count, system.max_delay, system.delay_p50, system.delay_p95].includes(null)).toBe(
      system.payments_settled === 0,
    );
    for (const { delay_denominator, delay_indicator } of [...banks, ...days])
      expect(delay_indicator === null).toBe(Number(delay_denominator) === 0);
    expect(network.density === null).toBe(network.nodes < 2);
    expect(network.core_periphery === null).toBe(network.links === 0);
  });
});

describe('delays', () => {
  property('are 0 exactly if every leg settles in the tick in which its payment came', 25, runsOfAnyKind, (workload) => {
    const { profile, system } = measured(workload).sheet;
    if (system.payments_due === 0) return;
    expect(system.delay_indicator === 0).toBe(profile.unsettled_value.every((value) => value === 0));
  });

  property('are 1 exactly for a day of which nothing settles before it ends', 25, runsOfAnyKind, (workload) => {
    for (const day of measured(workload).sheet.days)
      if (day.payments_due > 0) expect(day.delay_indicator === 1).toBe(day.value_settled_same_day === 0);
  });

  property('have their median, their 95 % and their mean below the longest one', 25, runsOfAnyKind, (workload) => {
    const { avg_delay_count: mean, delay_p50: half, delay_p95: most, max_delay: longest } = measured(workload).sheet.system;
    if (longest === null) return;
    expect(half!).toBeLessThanOrEqual(most!);
    expect(Math.max(most!, mean!)).toBeLessThanOrEqual(longest);
  });
});

describe('liquidity', () => {
  property('is never negative, and is used inside ticks at least as much as at their ends', 25, runsOfAnyKind, (workload) => {
    for (const row of measured(workload).sheet.bank_days) {
      expect(Math.min(row.max_net_debit, row.max_net_credit, row.lower_bound, row.peak_credit)).toBeGreaterThanOrEqual(0);
      expect(row.lower_bound).toBeLessThanOrEqual(row.upper_bound);
      expect(row.max_net_debit).toBeLessThanOrEqual(row.max_net_debit_event);
      expect(row.upper_bound).toBeLessThanOrEqual(row.upper_bound_event);
      expect(row.peak_credit).toBe(Math.max(0, -row.min_balance));
      expect(row.max_net_debit).toBeGreaterThanOrEqual(Math.max(0, -row.net_end));
      expect(row.max_net_credit).toBeGreaterThanOrEqual(Math.max(0, row.net_end));
    }
  });

  const promptRuns = workload({ policies: 'fifo' });
  property('that is used equals the upper bound where nothing waits', 25, promptRuns, ({ calls, scenario }) => {
    const agents = scenario.agents.map(({ limits: _, ...bank }) => ({ ...bank, opening_balance: 1e14 }));
    const { profile, system } = measured({ calls, scenario: { ...scenario, agents, priority_mode: false } }).sheet;
    if (profile.unsettled_value.every((value) => value === 0)) expect(system.liquidity_used).toBe(system.upper_bound);
    if (calls.length === 0) expect(system.unsettled_value_peak).toBe(0);
  });

  property('that is paid out rises over the parts of a day to what the bank sent on it', 25, runsOfAnyKind, (workload) => {
    const { bank_days, system } = measured(workload).sheet;
    for (const { throughput_buckets: parts, value_sent } of bank_days) {
      expect(parts).toHaveLength(Math.min(system.ticks_per_day, 10));
      expect(parts.at(-1)).toBe(value_sent);
      expect(parts).toEqual([...parts].sort((a, b) => a! - b!));
    }
  });

  property('is provided by all banks together in proportion to what they pay', 25, runsOfAnyKind, (workload) => {
    const { banks, system } = measured(workload).sheet;
    if (system.liquidity_used === 0 || banks.some((bank) => bank.value_sent === 0 && bank.liquidity_used > 0)) return;
    const mean = banks.reduce((sum, bank) => sum + ((bank.liquidity_provision ?? 0) * bank.value_sent) / system.value_settled, 0);
    expect(mean).toBeCloseTo(1, 9);
  });
});

describe('stalled ticks', () => {
  property(
    'have payments in the central queue and settle nothing, and are gridlocks or deadlocks',
    25,
    runsOfAnyKind,
    (workload) => {
      const { profile, system } = measured(workload).sheet;
      const stalled = profile.queue2_length.filter((length, t) => length > 0 && profile.legs_settled[t] === 0);
      expect(system.stalled_ticks).toBe(stalled.length);
      if (workload.scenario.priority_mode === true) expect([system.gridlock_ticks, system.deadlock_ticks]).toEqual([null, null]);
      else expect(system.gridlock_ticks! + system.deadlock_ticks!).toBe(stalled.length);
    },
  );
});

describe('offsets', () => {
  property('never move more money than they settle, and two sides save twice the smaller one', 25, runsOfAnyKind, (workload) => {
    for (const { gross, net, operations, saved } of Object.values(measured(workload).sheet.system.lsm)) {
      expect(saved).toBe(gross - net);
      expect(Math.min(net, saved)).toBeGreaterThanOrEqual(0);
      expect(gross > 0).toBe(operations > 0);
    }
  });
});

describe('the network', () => {
  property('shares rank 1 among its banks, and ranks no sink above 1', 25, runsOfAnyKind, (workload) => {
    const { banks, core_periphery, largest_scc, links } = measured(workload).sheet.network;
    expect(banks.reduce((sum, { pagerank }) => sum + pagerank, 0)).toBeCloseTo(1, 10);
    const ranked = banks.filter(({ sinkrank }) => sinkrank !== null);
    expect(ranked).toHaveLength(largest_scc! > 1 ? largest_scc! : 0);
    for (const { sinkrank } of ranked) expect(sinkrank!).toBeGreaterThan(0);
    expect(core_periphery?.errors ?? 0).toBeLessThanOrEqual(links);
  });

  property(
    'has as many links going out as coming in, and concentration no smaller than of equal banks',
    25,
    runsOfAnyKind,
    (workload) => {
      const { network, system } = measured(workload).sheet;
      expect(network.banks.reduce((sum, { out_degree }) => sum + out_degree, 0)).toBe(network.links);
      expect(network.banks.reduce((sum, { in_degree }) => sum + in_degree, 0)).toBe(network.links);
      for (const hhi of [system.hhi_sent, system.hhi_received])
        if (hhi !== null) expect(hhi).toBeGreaterThanOrEqual(1 / system.banks - ROUNDING);
    },
  );
});
