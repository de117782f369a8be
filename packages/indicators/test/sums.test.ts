import { describe, expect } from 'vitest';
import { property } from '../../engine/test/properties/property.js';
import type { IndicatorSheet, Whole } from '../src/index.js';
import { measured, runs, total } from './support/measured.js';

/** What adds up in a sheet (spec 14 §17): parts to the whole, at every level. */

type Row = Readonly<Record<string, unknown>>;

const column = (rows: readonly object[], key: string): Whole[] => rows.map((row) => (row as Row)[key] as Whole);

/** Keys of which the rows' sum is not what the whole has, with both numbers. */
function unequal(whole: object, rows: readonly object[], keys: readonly string[]): string[] {
  return keys
    .map((key) => ({ key, sum: total(column(rows, key)), whole: BigInt((whole as Row)[key] as Whole) }))
    .filter(({ sum, whole }) => sum !== whole)
    .map(({ key, sum, whole }) => `${key}: ${sum}, not ${whole}`);
}

const OF_BANKS = [
  ...['payments_due', 'value_due', 'payments_settled', 'unsettled_value_end', 'unsettled_own_queue', 'unsettled_central_queue'],
  ...['unsettled_dropped', 'delay_numerator', 'delay_denominator', 'delay_value_ticks', 'wait_value_ticks'],
  ...['internal_value_ticks', 'central_value_ticks', 'liquidity_used', 'funding_incoming', 'funding_balance', 'funding_credit'],
];
const OF_DAYS = [
  ...['payments_due', 'value_due', 'payments_settled', 'legs_settled', 'value_settled', 'delay_numerator', 'delay_denominator'],
  ...['liquidity_used', 'lower_bound', 'upper_bound', 'liquidity_used_event', 'upper_bound_event'],
];
const OF_BANK_DAYS = ['value_due', 'delay_numerator', 'delay_denominator', 'lower_bound', 'upper_bound', 'upper_bound_event'];

const runsOfAnyKind = runs();

describe('the figures of a run are the sums', () => {
  property('of those of its banks', 25, runsOfAnyKind, (workload) => {
    const { banks, network, system } = measured(workload).sheet;
    expect(unequal(system, banks, OF_BANKS)).toEqual([]);
    expect(total(column(banks, 'value_sent'))).toBe(BigInt(system.value_settled));
    expect(total(column(banks, 'value_received'))).toBe(BigInt(system.value_settled));
    for (const name of Object.keys(system.costs) as (keyof typeof system.costs)[])
      expect(banks.reduce((sum, { costs }) => sum + costs[name], 0)).toBe(system.costs[name]);
    expect(total(column(network.banks, 'out_strength'))).toBe(BigInt(network.value));
    expect(total(column(network.banks, 'in_strength'))).toBe(BigInt(network.value));
  });

  property('of those of its days', 25, runsOfAnyKind, (workload) => {
    const { days, system } = measured(workload).sheet;
    expect(days.map(({ day }) => day)).toEqual(days.map((_, i) => i));
    expect(unequal(system, days, OF_DAYS)).toEqual([]);
    expect(days.reduce((sum, { total_cost }) => sum + total_cost, 0)).toBe(system.costs.total);
    expect(days.at(-1)!.unsettled_value_eod).toBe(system.unsettled_value_end);
    expect(days.at(-1)!.unsettled_payments_eod).toBe(system.unsettled_payments_end);
  });

  property('of those of its pairs of banks', 25, runsOfAnyKind, (workload) => {
    const { pairs, system } = measured(workload).sheet;
    expect(unequal(system, pairs, ['payments_due', 'value_due', 'legs_settled', 'value_settled'])).toEqual([]);
    expect(new Set(pairs.map(({ receiver, sender }) => JSON.stringify([sender, receiver]))).size).toBe(pairs.length);
  });

  property('of those of its ticks', 25, runsOfAnyKind, (workload) => {
    const { profile, system } = measured(workload).sheet;
    for (const key of ['payments_due', 'value_due', 'legs_settled', 'value_settled'] as const)
      expect([key, total(profile[key])]).toEqual([key, BigInt(system[key])]);
    expect(Object.values(profile).map((list: readonly number[]) => list.length)).toEqual(
      Object.keys(profile).map(() => system.ticks),
    );
  });

  property('of its mechanisms, and of what became of payments at their deadlines', 25, runsOfAnyKind, (workload) => {
    const { system } = measured(workload).sheet;
    const mechanisms = Object.values(system.mechanisms);
    expect(total(mechanisms.map(({ value }) => value))).toBe(BigInt(system.value_settled));
    expect(total(mechanisms.map(({ count }) => count))).toBe(BigInt(system.legs_settled));
    const { all, ...bands } = system.deadlines;
    for (const outcome of ['on_time', 'late', 'missed_unsettled', 'open'] as const)
      for (const what of ['count', 'value'] as const)
        expect(total(Object.values(bands).map((band) => band[outcome][what]))).toBe(BigInt(all[outcome][what]));
    const outcomes = [all.on_time, all.late, all.missed_unsettled, all.open];
    expect(total(outcomes.map(({ count }) => count))).toBe(BigInt(system.payments_due));
    expect(total(outcomes.map(({ value }) => value))).toBe(BigInt(system.value_due));
    expect(all.on_time.count + all.late.count).toBe(system.payments_settled);
  });
});

describe('the days of a bank', () => {
  property('add up to the days of the system, and over time to the bank', 25, runsOfAnyKind, (workload) => {
    const { bank_days, banks, days } = measured(workload).sheet;
    for (const day of days) {
      const rows = bank_days.filter((row) => row.day === day.day);
      expect(unequal(day, rows, [...OF_BANK_DAYS, 'unsettled_value_eod', 'opening_available', 'total_cost'])).toEqual([]);
      expect(total(column(rows, 'max_net_debit'))).toBe(BigInt(day.liquidity_used));
      expect(total(column(rows, 'net_end'))).toBe(0n);
    }
    for (const bank of banks) {
      const rows = bank_days.filter((row) => row.bank === bank.bank);
      const keys = ['value_due', 'delay_numerator', 'funding_incoming', 'funding_balance', 'funding_credit'];
      expect(unequal(bank, rows, keys)).toEqual([]);
      expect(total(column(rows, 'max_net_debit'))).toBe(BigInt(bank.liquidity_used));
    }
  });

  property('are funded by incoming money, balances and credit, and by nothing else', 25, runsOfAnyKind, (workload) => {
    for (const row of measured(workload).sheet.bank_days) {
      const parts = [row.funding_incoming, row.funding_balance, row.funding_credit];
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
      expect(total(parts)).toBe(BigInt(row.value_sent));
      expect(row.net_end).toBe(row.value_received - row.value_sent);
    }
  });
});

describe('what is due', () => {
  property('is settled or unsettled, and unsettled value is in a queue or given up', 25, runsOfAnyKind, (workload) => {
    const { banks, system } = measured(workload).sheet;
    expect(system.value_settled + system.unsettled_value_end).toBe(system.value_due);
    expect(system.payments_settled + system.unsettled_payments_end).toBe(system.payments_due);
    for (const { value_sent, unsettled_value_end, value_due, ...bank } of banks) {
      expect(value_sent + unsettled_value_end).toBe(value_due);
      expect(bank.unsettled_own_queue + bank.unsettled_central_queue + bank.unsettled_dropped).toBe(unsettled_value_end);
    }
  });

  property('waits at every tick end in one of three places', 25, runsOfAnyKind, (workload) => {
    const { profile, system }: IndicatorSheet = measured(workload).sheet;
    let open = 0;
    profile.unsettled_value.forEach((unsettled, t) => {
      open += profile.value_due[t]! - profile.value_settled[t]!;
      expect(unsettled).toBe(open);
      expect(unsettled).toBe(profile.queue1_value[t]! + profile.queue2_value[t]! + profile.dropped_value[t]!);
    });
    const waited = total(profile.unsettled_value) - total(profile.dropped_value);
    expect(total([system.internal_value_ticks, system.central_value_ticks])).toBe(waited);
    expect(BigInt(system.central_value_ticks)).toBe(total(profile.queue2_value));
    expect(BigInt(system.wait_value_ticks)).toBe(total(profile.unsettled_value));
  });
});
