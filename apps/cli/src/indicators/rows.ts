import type { BankDayIndicators, GuidelineRow, IndicatorSheet } from '@simcash/indicators';
import type { DayHours } from '@simcash/payments/schema';

/** What a row of a table is about. */
export const BY = ['bank', 'day', 'bank,day', 'pair', 'hour', 'tick', 'part', 'guideline'] as const;
export type By = (typeof BY)[number];

export interface Selection {
  bank?: string;
  day?: number;
  /** Of runs with a clock. */
  hours?: DayHours;
  guidelines?: readonly GuidelineRow[];
}

export type Row = Record<string, unknown>;

/** Rows of a sheet, keys as in JSON; without `by` one row: the system (spec 14 §13). */
export function rowsOf(sheet: IndicatorSheet, by: By | undefined, selection: Selection): Row[] {
  const { banks, days, pairs, system } = sheet;
  switch (by) {
    case undefined:
      return [{ ...system }];
    case 'bank':
      return banks.filter(ofBank(selection)).map((row) => ({ ...row, peak_credit: peakCredit(sheet, row.bank) }));
    case 'day':
      return days.filter(ofDay(selection)).map((row) => ({ ...row }));
    case 'bank,day':
      return bankDays(sheet, selection).map((row) => ({ ...row }));
    case 'pair':
      return pairs
        .filter(({ receiver, sender }) => selection.bank === undefined || [sender, receiver].includes(selection.bank))
        .map((row) => ({ ...row }));
    case 'tick':
      return ticks(sheet, selection);
    case 'hour':
      return grouped(ticks(sheet, selection), 'hour', hourOf(sheet, selection.hours!));
    case 'guideline':
      return (selection.guidelines ?? []).filter(ofBankOrAll(selection)).map((row) => ({ ...row }));
    case 'part':
      return grouped(ticks(sheet, selection), 'part', partOf(sheet));
  }
}

const ofBank =
  ({ bank }: Selection) =>
  (row: { bank: string }): boolean =>
    bank === undefined || row.bank === bank;

const ofBankOrAll =
  ({ bank }: Selection) =>
  (row: { bank: string | null }): boolean =>
    bank === undefined || row.bank === bank;

const ofDay =
  ({ day }: Selection) =>
  (row: { day: number }): boolean =>
    day === undefined || row.day === day;

const bankDays = ({ bank_days }: IndicatorSheet, selection: Selection): BankDayIndicators[] =>
  bank_days.filter(ofBank(selection)).filter(ofDay(selection));

/** The largest use of credit on any day. */
export const peakCredit = ({ bank_days }: IndicatorSheet, bank?: string): number =>
  bank_days.filter(ofBank(bank === undefined ? {} : { bank })).reduce((peak, day) => Math.max(peak, day.peak_credit), 0);

/** A row per tick; the share is that of the value settled on the day so far. */
function ticks({ days, profile, system }: IndicatorSheet, { day: only }: Selection): Row[] {
  const perDay = system.ticks_per_day;
  const cumulated = new Array<number>(days.length).fill(0);
  const rows = profile.value_settled.map((value, tick) => {
    const day = Math.floor(tick / perDay);
    cumulated[day]! += value;
    const total = days[day]!.value_settled;
    const columns = Object.entries(profile).map(([name, list]) => [name, (list as readonly number[])[tick]!]);
    return { tick, day, ...Object.fromEntries(columns), share_cum: total === 0 ? null : cumulated[day]! / total };
  });
  return rows.filter(ofDay(only === undefined ? {} : { day: only }));
}

const PARTS = 10;
/** What is added up over the ticks of a part; the rest is taken at its end. */
const FLOWS = ['payments_due', 'value_due', 'legs_settled', 'value_settled'];

/** Tenth of the day in which a tick lies. */
const partOf =
  ({ system: { ticks_per_day: perDay } }: IndicatorSheet) =>
  (tick: number): number => {
    const count = Math.min(perDay, PARTS);
    return Math.floor(((tick % perDay) * count) / perDay);
  };

/** The full local hour by which a tick has begun; what is left of a day after its last one is its rest. */
const hourOf =
  ({ system: { ticks_per_day: perDay } }: IndicatorSheet, { names, ticks: byDay }: DayHours) =>
  (tick: number): string => {
    const hour = byDay[Math.floor(tick / perDay)]!.findIndex((last) => last !== null && tick % perDay <= last);
    return names[hour] ?? 'rest';
  };

/** A row per day and part of it. */
function grouped(rows: readonly Row[], name: string, partOf: (tick: number) => string | number): Row[] {
  const groups: Row[] = [];
  for (const { day, tick, ...columns } of rows as ({ day: number; tick: number } & Row)[]) {
    const part = partOf(tick);
    const open = groups.at(-1);
    if (open?.day !== day || open?.[name] !== part) groups.push({ day, [name]: part, ...columns });
    else
      for (const [key, value] of Object.entries(columns))
        open[key] = FLOWS.includes(key) ? (open[key] as number) + (value as number) : value;
  }
  return groups;
}

/** A row without nesting: `costs.total`, lists as JSON. */
export function flat(row: Row, prefix = ''): Record<string, string | number | null> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]): [string, string | number | null][] => {
      if (Array.isArray(value)) return [[prefix + key, JSON.stringify(value)]];
      if (typeof value === 'object' && value !== null) return Object.entries(flat(value as Row, `${prefix}${key}.`));
      return [[prefix + key, typeof value === 'boolean' ? String(value) : (value as string | number | null)]];
    }),
  );
}
