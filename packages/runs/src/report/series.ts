import type { EngineConfig } from '@simcash/engine';
import type { IndicatorSheet } from '@simcash/indicators';
import { AGES, type BankFigures, type SystemLiquidity, type WaitingAt } from '@simcash/pictures';
import { policyName } from './head.js';

/** Balance and credit limit of every bank, tick by tick. */
export type BankSeries = ReadonlyMap<string, { readonly balance: number[]; readonly limit: number[] }>;

export function systemOf(series: BankSeries, ticks: number): SystemLiquidity {
  const sums = { positive_balances: zeros(ticks), credit_used: zeros(ticks), credit_limit: zeros(ticks) };
  for (const { balance, limit } of series.values())
    for (let t = 0; t < ticks; t++) {
      sums.positive_balances[t]! += Math.max(balance[t]!, 0);
      sums.credit_used[t]! += Math.max(-balance[t]!, 0);
      sums.credit_limit[t]! += limit[t]!;
    }
  return sums;
}

export function banksOf(config: EngineConfig, series: BankSeries, sheet: IndicatorSheet): BankFigures[] {
  const policies = new Map(config.agent_configs.map(({ id, policy }) => [id, policyName(policy)]));
  return sheet.banks.map((row): BankFigures => {
    const { balance, limit } = series.get(row.bank)!;
    const used = balance.map((cents) => Math.max(-cents, 0));
    const uses = used.flatMap((cents, t) => (limit[t]! > 0 ? [cents / limit[t]!] : []));
    return {
      bank: row.bank,
      policy: policies.get(row.bank)!,
      balance,
      credit_limit: limit,
      lowest_balance: balance.reduce((least, cents) => Math.min(least, cents), balance[0] ?? 0),
      peak_use: uses.length === 0 ? null : uses.reduce((most, use) => Math.max(most, use), 0),
      ticks_at_limit: used.filter((cents, t) => limit[t]! > 0 && cents >= limit[t]!).length,
      payments_due: row.payments_due,
      value_sent: row.value_sent,
      value_received: row.value_received,
      unsettled: row.unsettled_value_end,
      delay_indicator: row.delay_indicator,
      total_cost: row.costs.total,
    };
  });
}

/** The tick at whose end most payments waited, the first of several; null if none ever did. */
export function worstTick({ profile }: IndicatorSheet): number | null {
  let worst: number | null = null;
  let most = 0;
  profile.queue1_length.forEach((own, t) => {
    const n = own + profile.queue2_length[t]!;
    if (n > most) [worst, most] = [t, n];
  });
  return worst;
}

export const zeros = (n: number): number[] => new Array<number>(n).fill(0);

/** So many of the payments that were latest are named. */
export const LATEST = 20;

/** What a sender's payments of an age are. */
export interface WaitingOfAge {
  readonly bank: string;
  /** Ticks since they arrived. */
  readonly age: number;
  readonly payments: number;
  readonly value: number;
}

/** What waits, by sender, the one with the largest value first. */
export function rankedSenders(tick: number, rows: readonly WaitingOfAge[]): WaitingAt {
  const senders = new Map<string, { bank: string; payments: number; value: number; byAge: number[] }>();
  for (const { age, bank, payments, value } of rows) {
    const own = senders.get(bank) ?? { bank, payments: 0, value: 0, byAge: AGES.map(() => 0) };
    own.payments += payments;
    own.value += value;
    own.byAge[age <= 5 ? 0 : age <= 20 ? 1 : age <= 60 ? 2 : 3]! += value;
    senders.set(bank, own);
  }
  const list = [...senders.values()].sort((a, b) => b.value - a.value || (a.bank < b.bank ? -1 : 1));
  const sum = (key: 'payments' | 'value'): number => list.reduce((total, one) => total + one[key], 0);
  return { tick, payments: sum('payments'), value: sum('value'), senders: list };
}
