import { nearest } from '@simcash/protocol';
import { RowFault } from '../rejection.js';
import {
  ACCOUNT_AMOUNTS,
  ACCOUNT_FIELDS,
  LIMIT_FIELDS,
  type AccountChange,
  type AccountsConfig,
  type LimitChange,
  type LimitsConfig,
} from './schema.js';
import { dayOf, readTable, TableAmounts, type TableContext, type TableReport } from './table.js';

/** Balances, credit and collateral by bank and day (spec 13 §10). */
export interface ReadAccounts {
  /** In the order of the file. */
  readonly changes: readonly AccountChange[];
  /** Banks that the scenario does not list, in order of first appearance. */
  readonly created: readonly string[];
  /** What was read, accepted and rejected. */
  readonly report: TableReport;
}

/** Reads a table of accounts, with a report on its rows. @throws FileError, ColumnsError */
export function readAccounts(config: AccountsConfig, bytes: Iterable<Uint8Array>, context: TableContext): ReadAccounts {
  const amounts = new TableAmounts(config);
  const known = new Set(context.banks);
  const seen = new Set<string>();
  const { accepted, report } = readTable(config, { known: ACCOUNT_FIELDS, required: ['bank'] }, bytes, (text): AccountChange => {
    const bank = bankOf('bank', text('bank'), config.create_agents ? null : known, context.banks);
    const day = dayOf(text, context);
    const key = `${day} ${bank}`;
    if (seen.has(key)) throw new RowFault('duplicate_bank_day', 'bank', bank, `bank '${bank}' has a row for day ${day} already`);
    const change: Record<string, number | string> = { day, bank };
    for (const field of ACCOUNT_AMOUNTS)
      if (text(field) !== '') change[field] = amounts.read(field, text(field), field === 'opening_balance');
    const haircut = text('collateral_haircut');
    if (haircut !== '') change.collateral_haircut = haircutOf(haircut, config.csv.decimal);
    seen.add(key);
    return change as AccountChange;
  });
  const created = [...new Set(accepted.map(({ bank }) => bank))].filter((bank) => !known.has(bank));
  return { changes: accepted, created, report };
}

/** Limits by bank, counterparty and day, in the order of the file. @throws FileError, ColumnsError */
export function readLimits(
  config: LimitsConfig,
  bytes: Iterable<Uint8Array>,
  context: TableContext,
): { changes: readonly LimitChange[]; report: TableReport } {
  const amounts = new TableAmounts(config);
  const known = new Set(context.banks);
  const seen = new Set<string>();
  const required = ['bank', 'limit'] as const;
  const { accepted, report } = readTable(config, { known: LIMIT_FIELDS, required }, bytes, (text): LimitChange => {
    const bank = bankOf('bank', text('bank'), known, context.banks);
    const counterparty = text('counterparty') === '' ? null : bankOf('counterparty', text('counterparty'), known, context.banks);
    const day = dayOf(text, context);
    const key = JSON.stringify([day, bank, counterparty]);
    if (seen.has(key))
      throw new RowFault('duplicate_bank_day', 'bank', bank, `bank '${bank}' has a limit for this counterparty and day already`);
    const limit = text('limit') === '' ? null : amounts.read('limit', text('limit'));
    seen.add(key);
    return { day, bank, counterparty, limit };
  });
  return { changes: accepted, report };
}

/** @param known banks that there are; null where any name is one */
function bankOf(
  field: 'bank' | 'counterparty',
  name: string,
  known: ReadonlySet<string> | null,
  banks: readonly string[],
): string {
  if (name === '') throw new RowFault('required', field, null, `${field} is missing`);
  if (known === null || known.has(name)) return name;
  const meant = nearest(name, banks);
  throw new RowFault(
    'unknown_bank',
    field,
    name,
    `${field} '${name}' is no bank of the scenario${meant === undefined ? '' : `; did you mean '${meant}'?`}`,
  );
}

function haircutOf(text: string, decimal: string): number {
  const [whole = '', fraction, ...more] = text.split(decimal);
  const isNumber = /^\d+$/.test(whole) && (fraction === undefined || /^\d+$/.test(fraction)) && more.length === 0;
  const value = isNumber ? Number(`${whole}.${fraction ?? 0}`) : NaN;
  if (value >= 0 && value <= 1) return value;
  throw new RowFault('amount_range', 'collateral_haircut', text, `collateral_haircut '${text}' is no number from 0 to 1`);
}
