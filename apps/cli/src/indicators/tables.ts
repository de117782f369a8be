import type { Bcbs248, IndicatorSheet, TimeCritical } from '@simcash/indicators';
import type { DayHours } from '@simcash/payments/schema';
import { counted } from '@simcash/protocol';
import { table } from '../output/table.js';
import { peakCredit, type By, type Row } from './rows.js';
import { amount, number, percent, timeText } from './sheet-text.js';

type Column = readonly [title: string, show: (row: Row) => string | number];

const of =
  (key: string, show: (value: never) => string | number): ((row: Row) => string | number) =>
  (row) =>
    show(row[key] as never);
const cents = (title: string, key: string): Column => [title, of(key, amount)];
const plain = (title: string, key: string): Column => [title, of(key, (value: string | number | null) => value ?? '–')];
const share = (title: string, key: string): Column => [title, of(key, percent)];
const ratio = (title: string, key: string, digits: number): Column => [
  title,
  of(key, (value: number | null) => number(value, digits)),
];

const QUEUES: readonly Column[] = [
  plain('Payments due', 'payments_due'),
  cents('Due', 'value_due'),
  cents('Settled', 'value_settled'),
  share('Settled so far', 'share_cum'),
  cents('Unsettled', 'unsettled_value'),
  plain('Own queues', 'queue1_length'),
  plain('Central queue', 'queue2_length'),
];

/** Columns of the tables for people; all indicators are in CSV and JSON. */
const COLUMNS: Readonly<Record<By, readonly Column[]>> = {
  bank: [
    plain('Bank', 'bank'),
    cents('Due', 'value_due'),
    cents('Sent', 'value_sent'),
    cents('Received', 'value_received'),
    cents('Unsettled', 'unsettled_value_end'),
    ratio('Delay', 'delay_indicator', 4),
    ratio('Mean delay', 'avg_delay_value', 2),
    share('On time', 'on_time_share_value'),
    cents('Used', 'liquidity_used'),
    ratio('Turnover', 'turnover_ratio', 2),
    cents('Peak credit', 'peak_credit'),
    ratio('Provision', 'liquidity_provision', 3),
    ['Cost', (row) => amount((row.costs as { total: number }).total)],
  ],
  day: [
    plain('Day', 'day'),
    plain('Payments due', 'payments_due'),
    cents('Due', 'value_due'),
    cents('Settled', 'value_settled'),
    share('Same day', 'settlement_rate_value'),
    cents('Unsettled', 'unsettled_value_eod'),
    ratio('Delay', 'delay_indicator', 4),
    cents('Used', 'liquidity_used'),
    cents('Lower bound', 'lower_bound'),
    cents('Upper bound', 'upper_bound'),
    ratio('Turnover', 'turnover_ratio', 2),
    plain('Half by tick', 'settle_tick_50'),
    cents('Cost', 'total_cost'),
  ],
  'bank,day': [
    plain('Bank', 'bank'),
    plain('Day', 'day'),
    cents('Due', 'value_due'),
    cents('Sent', 'value_sent'),
    cents('Received', 'value_received'),
    ratio('Delay', 'delay_indicator', 4),
    cents('Available', 'opening_available'),
    cents('Used', 'max_net_debit'),
    cents('Lower bound', 'lower_bound'),
    cents('Upper bound', 'upper_bound'),
    cents('Lowest balance', 'min_balance'),
    cents('Peak credit', 'peak_credit'),
    cents('Cost', 'total_cost'),
  ],
  guideline: [
    ['By', (row) => timeText(row.by as string | number)],
    share('Share', 'share'),
    ['Bank', (row) => (row.bank as string | null) ?? 'all'],
    plain('Days', 'days'),
    share('Mean', 'mean_share'),
    plain('Days met', 'days_met'),
    ['Met', (row) => (row.met === null ? '–' : row.met ? 'yes' : 'no')],
    cents('Lacked', 'shortfall_value'),
  ],
  pair: [
    plain('Sender', 'sender'),
    plain('Receiver', 'receiver'),
    plain('Payments due', 'payments_due'),
    cents('Due', 'value_due'),
    plain('Legs settled', 'legs_settled'),
    cents('Settled', 'value_settled'),
  ],
  tick: [plain('Tick', 'tick'), ...QUEUES],
  hour: [plain('Day', 'day'), plain('By', 'hour'), ...QUEUES],
  part: [plain('Day', 'day'), plain('Part', 'part'), ...QUEUES],
};

/** Rows as a table; the one by bank ends with the system. */
export function indicatorTable(by: By, rows: readonly Row[], sheet: IndicatorSheet, isWhole: boolean): string {
  const columns = COLUMNS[by];
  const all = by === 'bank' && isWhole ? [...rows, systemRow(sheet)] : rows;
  const lines = all.map((row) => columns.map(([, show]) => show(row)));
  return `${table(
    columns.map(([title]) => title),
    lines,
    KEYS[by] ?? 1,
  )}\n`;
}

/** Columns that say what a row is about, where it takes more than one. */
const KEYS: Partial<Readonly<Record<By, number>>> = { 'bank,day': 2, guideline: 3, pair: 2, hour: 2, part: 2 };

function systemRow(sheet: IndicatorSheet): Row {
  const { system } = sheet;
  return {
    ...system,
    bank: 'System',
    value_sent: system.value_settled,
    value_received: system.value_settled,
    on_time_share_value: system.deadlines.all.on_time_share_value,
    peak_credit: peakCredit(sheet),
    liquidity_provision: null,
  };
}

const throughputText = (shares: readonly (number | null)[], hours: DayHours | null): string =>
  shares.map((share, i) => `${hours === null ? '' : `${hours.names[i]} `}${percent(share)}`).join(', ');

/** The monitoring tools of the Basel Committee for each bank, in words (spec 14 §11). */
export function bcbs248Text(
  { bcbs248 }: IndicatorSheet,
  { bank, hours, isUrgent }: { bank?: string; hours: DayHours | null; isUrgent: boolean },
): string {
  const list = (values: readonly number[], mean: number): string =>
    `${values.map(amount).join(', ')} (mean ${amount(Math.round(mean))})`;
  const missing = 'not in the data';
  const obligations = (row: TimeCritical): string =>
    row.a4_due === undefined
      ? missing
      : `due ${amount(row.a4_due)} in ${counted(row.a4_due_number!, 'payment')}, missed ${amount(row.a4_missed!)} in ${row.a4_missed_number}${isUrgent ? ' (priorities 8 to 10)' : ''}`;
  const customers = ({ b1_customers: largest, b1_value: sent }: Bcbs248): string =>
    sent === undefined
      ? missing
      : `${amount(sent)}${largest!.length === 0 ? '' : `: ${largest!.map((one) => `${one.on_behalf_of} ${amount(one.value)}`).join(', ')}`}`;
  return bcbs248
    .filter((row) => bank === undefined || row.bank === bank)
    .map((row) => {
      const tools: [string, string][] = [
        ['A(i) largest negative net position', list(row.a1_max_negative, row.a1_max_negative_mean)],
        ['A(i) largest positive net position', list(row.a1_max_positive, row.a1_max_positive_mean)],
        ['A(ii) available at the start of the day, lowest', list(row.a2_available_lowest, row.a2_available_mean)],
        ['A(iii) payments sent', list(row.a3_sent, row.a3_sent_mean)],
        ['A(iii) payments received', list(row.a3_received, row.a3_received_mean)],
        ['A(iv) time-specific obligations', obligations(row)],
        ['B(i) payments on behalf of customers', customers(row)],
        ['B(ii) credit lines extended to customers', missing],
        ['C(i) throughput by part of the day', throughputText(row.c1_throughput_mean, hours)],
      ];
      return `${row.bank}\n${tools.map(([name, text]) => `  ${name.padEnd(48)}${text}`).join('\n')}\n`;
    })
    .join('\n');
}
