import {
  concentrationOfDue,
  type Concentration,
  type GuidelineRow,
  type IndicatorSheet,
  type SystemIndicators,
} from '@simcash/indicators';
import { counted, money } from '@simcash/protocol';

/** Whose sheet it is, and of what concentration is told. */
export interface SheetForm {
  simulation_id: string;
  status: string;
  of: 'settled' | 'due';
}

/** Names of settlement types for people, in the order of the sheet. */
const MECHANISMS: Readonly<Record<string, string>> = {
  rtgs_immediate: 'at once',
  queue2_release: 'from the queue',
  receipt_reactive: 'out of receipts',
  lsm_queue_retry: 'retry in the LSM',
  entry_disposition: 'offset at entry',
  lsm_bilateral: 'offsets',
  lsm_cycle: 'cycles',
};

const COSTS: Readonly<Record<string, string>> = {
  delay_cost: 'delay',
  liquidity_cost: 'overdraft',
  collateral_cost: 'collateral',
  penalty_cost: 'penalties',
  split_friction_cost: 'splits',
  liquidity_opportunity_cost: 'liquidity',
};

/** Below this share of the value settled, the lower bound asks for liquidity that nobody used (spec 14 §6). */
const NEARLY_ALL = 0.999;

/** The indicators of a run in words, a subject per line (spec 14 §13). */
export function sheetText(sheet: IndicatorSheet, form: SheetForm, guidelines: readonly string[]): string {
  const subjects: Subject[] = [...subjectsOf(sheet, form), ['Network', [networkLine(sheet.network)]]];
  const behind = subjects.findIndex(([name]) => name === 'Timing') + 1;
  return subjectsText(
    guidelines.length === 0 ? subjects : subjects.toSpliced(behind, 0, ['Guidelines', [...guidelines]]),
    sheet,
    form,
  );
}

/** The same of the system alone. */
export function systemText(sheet: IndicatorSheet, form: SheetForm): string {
  return subjectsText(subjectsOf(sheet, form), sheet, form);
}

/** Days whose timing is told; --by day has all. */
const MOST_DAYS = 5;

type Subject = [name: string, texts: string[]];

function subjectsOf({ days, pairs, system }: IndicatorSheet, { of }: SheetForm): Subject[] {
  return [
    ['Volume', [volume(system)]],
    ['Unsettled', [unsettled(system)]],
    ['Delay', [delay(system)]],
    ['Deadlines', deadlines(system)],
    ['Liquidity', liquidity(system)],
    ['Timing', days.slice(0, MOST_DAYS).map((day) => `${days.length === 1 ? '' : `day ${day.day}: `}${timing(day)}`)],
    ['Queues', [queues(system)]],
    ['Mechanisms', mechanisms(system)],
    ['Funding', [funding(system)]],
    ['Costs', [costs(system)]],
    of === 'due'
      ? ['Concentration', [`of value due: ${concentrationText(concentrationOfDue(pairs))}`]]
      : ['Concentration', [concentrationText(system)]],
  ];
}

function subjectsText(subjects: readonly Subject[], { system }: IndicatorSheet, { simulation_id, status }: SheetForm): string {
  const title = `${simulation_id} · ${counted(system.banks, 'bank')} · ${counted(system.days, 'day')} of ${counted(system.ticks_per_day, 'tick')} · ${status}`;
  const lines = subjects.flatMap(([name, texts]) => texts.map((text, i) => `${(i === 0 ? name : '').padEnd(15)}${text}`));
  return `${[title, '', ...lines].join('\n')}\n`;
}

export const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(2)} %`);
export const number = (value: number | null, digits: number): string => (value === null ? '–' : value.toFixed(digits));
const count = (value: number): string => value.toLocaleString('en-US');
export const amount = (cents: number | null): string => (cents === null ? '–' : money(cents));

function volume(s: SystemIndicators): string {
  return `payments due ${count(s.payments_due)} · ${amount(s.value_due)}    settled ${count(s.payments_settled)} (${percent(s.settlement_rate_count)}) · ${amount(s.value_settled)} (${percent(s.settlement_rate_value)} of value)`;
}

function unsettled(s: SystemIndicators): string {
  if (s.unsettled_payments_end === 0) return 'nothing at the end';
  const parts = `own queues ${amount(s.unsettled_own_queue)}, central queue ${amount(s.unsettled_central_queue)}, dropped ${amount(s.unsettled_dropped)}`;
  return `at the end ${amount(s.unsettled_value_end)} in ${counted(s.unsettled_payments_end, 'payment')}: ${parts}`;
}

function delay(s: SystemIndicators): string {
  return `indicator ${number(s.delay_indicator, 4)}    mean by value ${number(s.avg_delay_value, 2)} ticks, by number ${number(s.avg_delay_count, 2)}    median ${number(s.delay_p50, 0)}, 95 % ${number(s.delay_p95, 0)}, longest ${number(s.max_delay, 0)}`;
}

function deadlines({ deadlines: { all, time_critical: critical } }: SystemIndicators): string[] {
  return [all, ...(critical === undefined ? [] : [critical])].map(
    (band) => `${band === all ? '' : 'time-critical: '}${deadlineText(band)}`,
  );
}

function deadlineText(all: SystemIndicators['deadlines']['all']): string {
  return `on time ${percent(all.on_time_share_count)} of payments, ${percent(all.on_time_share_value)} of value    late ${count(all.late.count)}, missed ${count(all.missed_unsettled.count)}, open ${count(all.open.count)}`;
}

function liquidity(s: SystemIndicators): string[] {
  const line = `used ${amount(s.liquidity_used)} (inside ticks ${amount(s.liquidity_used_event)})    bounds ${amount(s.lower_bound)} … ${amount(s.upper_bound)}    turnover ${number(s.turnover_ratio, 2)}`;
  const rate = s.settlement_rate_value ?? 1;
  if (rate >= NEARLY_ALL) return [`${line}    between the bounds ${number(s.liquidity_usage_indicator, 4)}`];
  return [line, `note: ${percent(1 - rate)} of the value is unsettled; the lower bound includes what nobody could pay`];
}

function timing(day: IndicatorSheet['days'][number]): string {
  if (day.settle_tick_50 === null) return 'nothing settled';
  return `half of the value by tick ${day.settle_tick_50}, 75 % by ${day.settle_tick_75}, 90 % by ${day.settle_tick_90}`;
}

/** A line for each guideline: what the system did, and how many banks kept to it. */
export function guidelineLines(rows: readonly GuidelineRow[]): string[] {
  const systems = rows.filter(({ bank }) => bank === null);
  return systems.map(({ by, mean_share: mean, share }) => {
    const banks = rows.filter((row) => row.bank !== null && row.by === by && row.share === share && row.met !== null);
    const short = banks.reduce((sum, row) => sum + row.shortfall_value, 0);
    const lacking = short === 0 ? '' : `; ${amount(short)} lacked`;
    return `${percent(share)} by ${timeText(by)}: system ${percent(mean)}, met by ${banks.filter(({ met }) => met).length} of ${counted(banks.length, 'bank')}${lacking}`;
  });
}

/** `12:00`, `tick 48`. */
export const timeText = (by: string | number): string => (typeof by === 'number' ? `tick ${by}` : by);

function queues(s: SystemIndicators): string {
  const stalled =
    s.gridlock_ticks === null || s.stalled_ticks === 0
      ? `stalled ticks ${count(s.stalled_ticks)}`
      : `stalled ticks ${count(s.stalled_ticks)}: gridlock ${count(s.gridlock_ticks)}, deadlock (first in, first out) ${count(s.deadlock_ticks!)}`;
  return `central: mean ${number(s.queue2_len_mean, 1)}, peak ${counted(s.queue2_len_peak ?? 0, 'payment')}, peak ${amount(s.queue2_value_peak ?? 0)}    ${stalled}`;
}

function mechanisms({ lsm, mechanisms: byType }: SystemIndicators): string[] {
  const known = Object.keys(MECHANISMS).filter((type) => byType[type] !== undefined);
  const others = Object.keys(byType).filter((type) => MECHANISMS[type] === undefined);
  const shares = [...known, ...others].map(
    (type) => `${MECHANISMS[type] ?? nettedName(type)} ${percent(byType[type]!.share_value)}`,
  );
  const gross = Object.values(lsm).reduce((sum, kind) => sum + kind.gross, 0);
  const net = Object.values(lsm).reduce((sum, kind) => sum + kind.net, 0);
  return [
    shares.length === 0 ? 'nothing settled' : shares.join(', '),
    ...(gross === 0 ? [] : [`the LSM moved ${amount(gross)} with ${amount(net)}: saved ${percent((gross - net) / gross)}`]),
  ];
}

const nettedName = (type: string): string => `sets of ${type.replace('lsm_netted_', '')}`;

function funding(s: SystemIndicators): string {
  const all = s.funding_incoming + s.funding_balance + s.funding_credit;
  const share = (cents: number): string => percent(all === 0 ? null : cents / all);
  return `incoming ${share(s.funding_incoming)}, balances ${share(s.funding_balance)}, credit ${share(s.funding_credit)}`;
}

function costs({ cost_bps_of_value, costs: { total, ...parts }, payments_due }: SystemIndicators): string {
  const charged = Object.entries(parts)
    .filter(([, cents]) => cents !== 0)
    .sort(([, a], [, b]) => b - a)
    .map(([name, cents]) => `${COSTS[name]} ${amount(cents)}`);
  if (charged.length === 0) return 'none';
  const each = payments_due === 0 ? '' : `, ${amount(Math.round(total / payments_due))} a payment`;
  return `${amount(total)} = ${number(cost_bps_of_value, 2)} bp of the value settled${each}: ${charged.join(', ')}`;
}

function concentrationText(of: Concentration): string {
  return `HHI ${number(of.hhi_sent, 3)} sent, ${number(of.hhi_received, 3)} received    the three largest senders ${percent(of.top3_share_sent)}`;
}

export function networkLine(n: IndicatorSheet['network']): string {
  const critical = [...n.banks].sort((a, b) => (b.sinkrank ?? -1) - (a.sinkrank ?? -1))[0];
  const sink = critical?.sinkrank == null ? '' : `    critical: ${critical.bank} (SinkRank ${critical.sinkrank.toFixed(3)})`;
  return `${counted(n.links, 'link')}, density ${number(n.density, 3)}, reciprocity ${percent(n.reciprocity_value)} of value${sink}`;
}
