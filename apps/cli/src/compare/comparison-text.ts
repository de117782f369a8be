import { csv, money, visible } from '@simcash/protocol';
import type { ByRun, RunComparison } from '@simcash/runs';
import { table } from '../output/table.js';

export type CompareBy = 'bank' | 'day' | 'component' | 'pair';

/** Banks that are shown without `--by bank`. */
const MOST_BANKS = 5;
const LONGEST_VALUE = 40;

/** Sections of a comparison for people (spec 14 §14). */
export function comparisonText(comparison: RunComparison, by: CompareBy | undefined): string {
  const parts = [
    runs(comparison),
    settings(comparison),
    ...Object.keys(comparison.payments).map((run) => pairing(comparison, run)),
    indicators('Indicator', shortened(comparison.system), comparison, true),
    ...(by === undefined || by === 'bank' ? [banks(comparison, by === undefined)] : []),
    ...(by === 'day' ? [days(comparison)] : []),
    ...(by === 'component' ? [components(comparison)] : []),
    ...(by === 'pair' ? [pairs(comparison)] : []),
    ...Object.keys(comparison.payments).map((run) => payments(comparison, run)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function runs({ baseline, runs: list }: RunComparison): string {
  const base = list[0]!;
  return table(
    ['Run', 'Status', 'Level', 'Seed', 'Ticks', 'Banks', 'Payments', 'Value', 'Event log'],
    list.map((run) => [
      run.run,
      run.status,
      run.level,
      run.seed,
      run.ticks,
      run.banks,
      run.payments ?? '–',
      run.value === null ? '–' : money(run.value),
      run.run !== baseline && run.event_log_hash !== null && run.event_log_hash === base.event_log_hash
        ? 'same log'
        : (run.event_log_hash?.slice(0, 12) ?? '–'),
    ]),
  );
}

function settings({ changed_settings: changed, runs: list }: RunComparison): string {
  if (changed.length === 0) return 'Changed settings: none';
  const text = (value: unknown): string => {
    if (value === undefined) return '–';
    const shown = typeof value === 'string' ? value : JSON.stringify(value);
    return shown.length > LONGEST_VALUE ? `${shown.slice(0, LONGEST_VALUE)}…` : shown;
  };
  return table(
    ['Changed setting', ...list.map(({ run }) => run)],
    changed.map(({ path, values }) => [path, ...list.map(({ run }) => text(values[run]))]),
  );
}

function pairing({ payments: byRun, first_event }: RunComparison, run: string): string {
  const { first_difference: first, only_baseline, only_other, other_deadlines, other_priorities, paired } = byRun[run]!;
  const parted =
    first === null ? '' : `; from payment ${first} on they differ: ${only_baseline} and ${only_other} have no counterpart`;
  const differing = [
    ...(other_deadlines > 0 ? [`${other_deadlines} with other deadlines`] : []),
    ...(other_priorities > 0 ? [`${other_priorities} with other priorities`] : []),
  ];
  const event = first_event[run];
  return [
    `${visible(run)}: ${paired} of ${paired + Math.max(only_baseline, only_other)} payments paired${parted}${differing.length === 0 ? '' : ` (${differing.join(', ')})`}.`,
    ...(event
      ? [
          `The logs part at event ${event.event_seq}, tick ${event.tick}:`,
          `  baseline ${visible(event.baseline ?? '(the log ends here)')}`,
          `  ${visible(run)} ${visible(event.other ?? '(the log ends here)')}`,
        ]
      : []),
  ].join('\n');
}

/** Bands of priorities are for programs: all payments are enough on a terminal. */
const shortened = (system: RunComparison['system']): RunComparison['system'] =>
  Object.fromEntries(Object.entries(system).filter(([name]) => !/^deadlines\.(urgent|normal|low)/.test(name)));

/** A row per indicator: the baseline, then value, difference and change of each other run. */
function indicators(
  title: string,
  figures: Readonly<Record<string, ByRun>>,
  { baseline, runs: list }: RunComparison,
  differing: boolean,
): string {
  const others = list.slice(1).map(({ run }) => run);
  const rows = Object.entries(figures).filter(
    ([, values]) => !differing || others.some((run) => values[run] !== values[baseline]),
  );
  if (rows.length === 0) return `${title}s: no difference`;
  return table(
    [title, baseline, ...others.flatMap((run) => [run, 'Difference', '%'])],
    rows.map(([name, values]) => [
      name,
      figure(name, values[baseline]!),
      ...others.flatMap((run) => [figure(name, values[run]!), ...change(name, values[baseline]!, values[run]!)]),
    ]),
  );
}

function change(name: string, base: number | null, other: number | null): [difference: string, share: string] {
  if (base === null || other === null) return ['–', '–'];
  const share = base === 0 ? '–' : (((other - base) / Math.abs(base)) * 100).toFixed(2);
  return [figure(name, other - base), share];
}

/** Indicators in cents; others are counts, ticks, shares and cents × ticks. */
const MONEY =
  /^(costs\.|.*\.value$|.*\.(gross|net|saved)$|value_|unsettled_(value|own|central|dropped)|liquidity_used|lower_bound|upper_bound|funding_|peak_credit|min_available|total_cost|scheduled_settlements\.value)|value_peak$/;

function figure(name: string, value: number | null): string {
  if (value === null) return '–';
  if (MONEY.test(name) && !name.endsWith('_ticks')) return money(Math.round(value));
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(4);
}

function banks(comparison: RunComparison, few: boolean): string {
  const { banks: all, baseline, runs: list } = comparison;
  const others = list.slice(1).map(({ run }) => run);
  const changeOf = ({ figures }: RunComparison['banks'][number]): number =>
    Math.max(...others.map((run) => Math.abs((figures['costs.total']?.[run] ?? 0) - (figures['costs.total']?.[baseline] ?? 0))));
  const shown = few ? [...all].sort((a, b) => changeOf(b) - changeOf(a)).slice(0, MOST_BANKS) : all;
  const names = [
    'value_sent',
    'unsettled_value_end',
    'delay_indicator',
    'liquidity_used',
    'peak_credit',
    'min_available',
    'costs.total',
  ];
  const titles = ['Sent', 'Unsettled', 'Delay', 'Used', 'Peak credit', 'Least available', 'Cost'];
  const rows = others.flatMap((run) =>
    shown.map(({ bank, figures }) => [
      run,
      bank,
      ...names.map((name) => change(name, figures[name]?.[baseline] ?? null, figures[name]?.[run] ?? null)[0]),
    ]),
  );
  return `Differences by bank${few && all.length > MOST_BANKS ? ' (those whose costs change most)' : ''}\n${table(['Run', 'Bank', ...titles], rows, 2)}`;
}

function days({ baseline, sheets }: RunComparison): string {
  const names = ['value_settled', 'unsettled_value_eod', 'delay_indicator', 'liquidity_used', 'total_cost'] as const;
  const rows = Object.entries(sheets)
    .filter(([run]) => run !== baseline)
    .flatMap(([run, { days: list }]) =>
      list.map((day) => {
        const base = sheets[baseline]!.days.find((one) => one.day === day.day);
        return [run, day.day, ...names.map((name) => change(name, base?.[name] ?? null, day[name])[0])];
      }),
    );
  return `Differences by day\n${table(['Run', 'Day', 'Settled', 'Unsettled', 'Delay', 'Used', 'Cost'], rows, 2)}`;
}

function components(comparison: RunComparison): string {
  const costs = Object.fromEntries(Object.entries(comparison.system).filter(([name]) => name.startsWith('costs.')));
  return indicators('Cost', costs, comparison, false);
}

/** Pairs of banks between which another value settled, in either run. */
function pairs({ baseline, sheets }: RunComparison): string {
  const settled = (run: string): Map<string, number> =>
    new Map(sheets[run]!.pairs.map(({ receiver, sender, value_settled: value }) => [JSON.stringify([sender, receiver]), value]));
  const base = settled(baseline);
  const rows = Object.keys(sheets)
    .filter((run) => run !== baseline)
    .flatMap((run) => {
      const own = settled(run);
      return [...new Set([...own.keys(), ...base.keys()])].flatMap((pair) => {
        const [value, before] = [own.get(pair) ?? 0, base.get(pair) ?? 0];
        return value === before ? [] : [[run, ...(JSON.parse(pair) as [string, string]), money(value), money(value - before)]];
      });
    });
  if (rows.length === 0) return 'Pairs: no difference';
  return table(['Run', 'Sender', 'Receiver', 'Settled', 'Difference'], rows, 3);
}

function payments({ baseline, payments: byRun }: RunComparison, run: string): string {
  const p = byRun[run]!;
  const counted = ({ count, value }: { count: number; value: number }): string =>
    `${count.toLocaleString('en-US')} (${money(value)})`;
  const mean =
    p.wait_difference_mean === null
      ? p.wait_difference_value_ticks !== null
        ? 'no payments are paired: waits are not compared'
        : 'the runs have different lengths: waits are not compared'
      : `each unit of money waited ${Math.abs(p.wait_difference_mean).toFixed(4)} ticks ${p.wait_difference_mean < 0 ? 'less' : 'longer'}`;
  const lines = [
    `Payments in ${visible(run)}, against ${visible(baseline)}`,
    `  settled earlier ${counted(p.earlier)}, in the same tick ${counted(p.same)}, later ${counted(p.later)}`,
    `  only in ${visible(baseline)} ${counted(p.only_settled_in_baseline)}, only in ${visible(run)} ${counted(p.only_settled_in_other)}, in neither ${counted(p.unsettled_in_both)}`,
    `  ${mean}`,
  ];
  if (p.largest.length === 0) return lines.join('\n');
  const rows = p.largest.map((payment) => [
    payment.arrival_seq,
    payment.sender,
    payment.receiver,
    money(payment.amount),
    payment.arrival_tick,
    payment.settlement_tick.baseline ?? '–',
    payment.settlement_tick.other ?? '–',
  ]);
  return `${lines.join('\n')}\n\n${table(['Payment', 'Sender', 'Receiver', 'Amount', 'Arrived', `Settled in ${baseline}`, `in ${run}`], rows)}`;
}

/** Sections 4 and 5 as rows. */
export function comparisonCsv({ banks: byBank, baseline, system }: RunComparison): string {
  const rows = (scope: string, key: string, figures: Readonly<Record<string, ByRun>>): (string | number | null)[][] =>
    Object.entries(figures).flatMap(([indicator, values]) =>
      Object.entries(values).map(([run, value]) => {
        const base = values[baseline]!;
        return [scope, key, indicator, run, value, value === null || base === null ? null : value - base];
      }),
    );
  return csv(
    ['scope', 'key', 'indicator', 'run', 'value', 'difference'],
    [...rows('system', '', system), ...byBank.flatMap(({ bank, figures }) => rows('bank', bank, figures))],
  );
}
