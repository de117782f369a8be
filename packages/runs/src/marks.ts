import {
  OUTCOMES,
  type BankIndicators,
  type Bcbs248,
  type DeadlineIndicators,
  type Outcome,
  type SystemIndicators,
} from '@simcash/indicators';
import { criticalPayments, sentForCustomers, type SimCashDatabase } from '@simcash/persistence';
import type { StoredRun } from './stored-run.js';

const MOST_CUSTOMERS = 5;

/**
 * Adds to indicators, JSON by section, what only the marks of a payment list say: which payments are time-critical, and whose customers
 * they are for (spec 14 §7, §11). Of a run without such marks they stay as they are.
 *
 * @param isUrgent takes the urgent band for time-critical
 */
export async function withMarks(
  database: SimCashDatabase,
  { simulation }: StoredRun,
  texts: Readonly<Record<string, string>>,
  isUrgent = false,
): Promise<Record<string, string>> {
  const { dataset_sha256: list, persistence_level: level, simulation_id: id } = simulation;
  if (level === 'SUMMARY' || (list === null && !isUrgent)) return texts;
  const critical = await criticalPayments(database, id, isUrgent);
  const customers = list === null ? [] : await sentForCustomers(database, id);
  if (critical.length + customers.length === 0) return texts;
  const sum = (key: 'count' | 'value', outcomes: readonly Outcome[], bank?: string): number =>
    critical
      .filter((row) => outcomes.includes(row.outcome) && (bank === undefined || row.bank === bank))
      .reduce((total, row) => total + row[key], 0);
  const obligations = (bank: string): object => ({
    a4_due_number: sum('count', OUTCOMES, bank),
    a4_due: sum('value', OUTCOMES, bank),
    a4_missed_number: sum('count', ['late', 'missed_unsettled'], bank),
    a4_missed: sum('value', ['late', 'missed_unsettled'], bank),
  });
  const forOthers = (bank: string): object => {
    const own = customers.filter((row) => row.bank === bank);
    return {
      b1_value: own.reduce((total, { value }) => total + value, 0),
      b1_customers: own.slice(0, MOST_CUSTOMERS).map(({ on_behalf_of, value }) => ({ on_behalf_of, value })),
    };
  };
  const changed = <T>(section: string, change: (content: T) => T): Record<string, string> =>
    texts[section] === undefined ? {} : { [section]: JSON.stringify(change(JSON.parse(texts[section]) as T)) };
  return {
    ...texts,
    ...(critical.length === 0
      ? {}
      : {
          ...changed<SystemIndicators>('system', (system) => ({
            ...system,
            deadlines: { ...system.deadlines, time_critical: deadlines(sum) },
          })),
          ...changed<BankIndicators[]>('banks', (banks) => banks.map((row) => ({ ...row, ...obligations(row.bank) }))),
        }),
    ...changed<Bcbs248[]>('bcbs248', (rows) =>
      rows.map((row) => ({
        ...row,
        ...(critical.length === 0 ? {} : obligations(row.bank)),
        ...(customers.length === 0 ? {} : forOthers(row.bank)),
      })),
    ),
  };
}

function deadlines(sum: (key: 'count' | 'value', outcomes: readonly Outcome[]) => number): DeadlineIndicators {
  const of = (outcome: Outcome): { count: number; value: number } => ({
    count: sum('count', [outcome]),
    value: sum('value', [outcome]),
  });
  const share = (key: 'count' | 'value'): number | null => {
    const due = sum(key, ['on_time', 'late', 'missed_unsettled']);
    return due === 0 ? null : sum(key, ['on_time']) / due;
  };
  return {
    ...{ on_time: of('on_time'), late: of('late'), missed_unsettled: of('missed_unsettled'), open: of('open') },
    on_time_share_value: share('value'),
    on_time_share_count: share('count'),
  };
}
