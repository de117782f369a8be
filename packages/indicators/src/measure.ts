import type { BankDaySeries } from '@simcash/protocol';
import { bankDaySeries } from './bank-day-series.js';
import { bankDays } from './bank-days.js';
import { bankTicks } from './bank-ticks.js';
import { banksOfRun } from './banks.js';
import { bcbs248 } from './bcbs248.js';
import { systemDays } from './days.js';
import { legsOf, paymentsOf } from './legs.js';
import type { IndicatorLog } from './log.js';
import { network } from './network/network.js';
import { pairs } from './pairs.js';
import { queueTimes } from './queue-times.js';
import { queues } from './queues.js';
import type { IndicatorSheet, Profile } from './sheet.js';
import { system } from './system.js';

/** What a log has shown so far: every indicator, and what is stored beside them. */
export interface Measures {
  /** Every indicator. */
  readonly sheet: IndicatorSheet;
  /** The banks' days, tick by tick; made while they are read. */
  readonly bankDays: Iterable<BankDaySeries>;
}

/** Computes every indicator from what a log has shown so far (spec 14). */
export const measure = (log: IndicatorLog): IndicatorSheet => measures(log).sheet;

/** The same, and the series that views read. */
export function measures(log: IndicatorLog): Measures {
  const days = { ticks: log.ticks, ticksPerDay: log.opening.ticks_per_day, calendar: log.opening.calendar };
  const legs = legsOf(log);
  const payments = paymentsOf(log, legs);
  const series = bankTicks(log, legs);
  const rows = bankDays(log, legs, series, days);
  const times = queueTimes(log);
  const banks = banksOfRun(log, legs, payments, rows, times, days);
  const byPair = pairs(log.banks, legs, payments);
  const waiting = queues(log, series);
  const zeros = (): number[] => new Array<number>(log.ticks).fill(0);
  const profile = {
    payments_due: zeros(),
    value_due: zeros(),
    legs_settled: zeros(),
    value_settled: zeros(),
    ...waiting,
  } satisfies Profile;
  for (const { amount, arrival } of payments) {
    profile.payments_due[arrival]!++;
    profile.value_due[arrival]! += amount;
  }
  for (const { amount, settled } of legs) {
    if (settled === null) continue;
    profile.legs_settled[settled]!++;
    profile.value_settled[settled]! += amount;
  }
  const legsSettled = profile.legs_settled;
  const sheet: IndicatorSheet = {
    system: system({ log, legs, payments, series, queues: waiting, times, bankDays: rows, banks, legsSettled, days }),
    days: systemDays(legs, payments, rows, days),
    banks,
    bank_days: rows,
    pairs: byPair,
    bcbs248: bcbs248(rows),
    network: network(log.banks, byPair),
    profile,
  };
  return { sheet, bankDays: bankDaySeries(log.banks, series, days) };
}
