import type { IndicatorSheet } from '@simcash/indicators';

/** An indicator in several runs: null where it has no value. */
export type ByRun = Readonly<Record<string, number | null>>;

/** Numbers of a mapping by dotted path; numbers that a double cannot hold exactly become the nearest one. */
function numbersOf(value: object, prefix = ''): [string, number | null][] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]): [string, number | null][] => {
    if (typeof member === 'number' || typeof member === 'bigint') return [[prefix + key, Number(member)]];
    if (member === null) return [[prefix + key, null]];
    return typeof member === 'object' && !Array.isArray(member) ? numbersOf(member, `${prefix}${key}.`) : [];
  });
}

/** Indicators of the system by name, in the order of the sheet. */
export function systemFigures(sheets: readonly { id: string; sheet: IndicatorSheet }[]): Record<string, ByRun> {
  return byIndicator(sheets.map(({ id, sheet }) => [id, numbersOf(sheet.system)]));
}

/** What is compared of a bank (spec 14 §14.5). */
export function bankFigures(
  sheets: readonly { id: string; sheet: IndicatorSheet }[],
): { bank: string; figures: Record<string, ByRun> }[] {
  const banks = [...new Set(sheets.flatMap(({ sheet }) => sheet.banks.map(({ bank }) => bank)))];
  return banks.map((bank) => ({
    bank,
    figures: byIndicator(sheets.map(({ id, sheet }) => [id, ofBank(sheet, bank)])),
  }));
}

function ofBank({ bank_days, banks }: IndicatorSheet, bank: string): [string, number | null][] {
  const row = banks.find((one) => one.bank === bank);
  if (row === undefined) return [];
  const days = bank_days.filter((day) => day.bank === bank);
  const least = days.reduce<number | null>((low, { min_available }) => Math.min(low ?? Infinity, min_available), null);
  return numbersOf({
    value_due: row.value_due,
    value_sent: row.value_sent,
    unsettled_value_end: row.unsettled_value_end,
    delay_indicator: row.delay_indicator,
    wait_value_ticks: row.wait_value_ticks,
    liquidity_used: row.liquidity_used,
    peak_credit: days.reduce((peak, day) => Math.max(peak, day.peak_credit), 0),
    min_available: least,
    costs: row.costs,
  });
}

function byIndicator(
  runs: readonly (readonly [id: string, figures: readonly (readonly [string, number | null])[]])[],
): Record<string, ByRun> {
  const names = [...new Set(runs.flatMap(([, figures]) => figures.map(([name]) => name)))];
  const maps = runs.map(([id, figures]) => [id, new Map(figures)] as const);
  return Object.fromEntries(
    names.map((name) => [name, Object.fromEntries(maps.map(([id, figures]) => [id, figures.get(name) ?? null]))]),
  );
}
