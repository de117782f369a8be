import { COMPARED, MECHANISM_GROUPS, type ComparisonFigures, type PairedFigures, type RunFigures } from '@simcash/pictures';
import type { RunComparison } from '../compare/comparison.js';

/** Banks that are named. */
const MOST_BANKS = 20;

/** What a comparison shows, of runs in the order in which they are compared. */
export function comparisonFiguresOf(comparison: RunComparison, figures: readonly RunFigures[]): ComparisonFigures {
  const ids = comparison.runs.map(({ run }) => run);
  const [{ money, time }] = figures as readonly [RunFigures, ...RunFigures[]];
  const others = ids.slice(1);
  return {
    runs: comparison.runs.map(({ banks, event_log_hash, payments, run, seed, status, ticks }) => ({
      run,
      status,
      seed,
      ticks,
      banks,
      payments,
      event_log_hash,
    })),
    time,
    money,
    indicators: COMPARED.flatMap(([name]) => {
      const values = comparison.system[name];
      return values === undefined ? [] : [{ name, values: ids.map((id) => values[id] ?? null) }];
    }),
    settings: comparison.changed_settings.map(({ path, values }) => ({
      path,
      values: ids.map((id) => (values[id] === undefined ? null : JSON.stringify(values[id]))),
    })),
    series: figures.map(seriesOf),
    banks: changedBanks(comparison, ids),
    pairs: others.map((id) => paired(comparison.payments[id]!)),
    first_event: others.map((id) => comparison.first_event[id] ?? null),
  };
}

function seriesOf({ head, liquidity, settled, sheet, time }: RunFigures): ComparisonFigures['series'][number] {
  const { queue1_length: own, queue2_length: central } = sheet.profile;
  let sum = 0;
  const cumulative = Array.from({ length: head.ticks }, (_, t) => {
    if (t % time.ticksPerDay === 0) sum = 0;
    return (sum += MECHANISM_GROUPS.reduce((total, group) => total + settled[group][t]!, 0));
  });
  return { settled: cumulative, credit: liquidity.credit_used, waiting: own.map((n, t) => n + central[t]!) };
}

function changedBanks({ banks }: RunComparison, ids: readonly string[]): ComparisonFigures['banks'] {
  const valuesOf = (figures: RunComparison['banks'][number]['figures'], name: string): (number | null)[] =>
    ids.map((id) => figures[name]?.[id] ?? null);
  const spread = (values: readonly (number | null)[]): number => {
    const known = values.filter((value) => value !== null);
    return known.length < 2 ? 0 : Math.max(...known) - Math.min(...known);
  };
  return banks
    .map(({ bank, figures }) => ({
      bank,
      costs: valuesOf(figures, 'costs.total'),
      peak_credit: valuesOf(figures, 'peak_credit'),
    }))
    .map((row) => ({ row, change: Math.max(spread(row.costs), spread(row.peak_credit)) }))
    .filter(({ change }) => change > 0)
    .sort((a, b) => b.change - a.change || (a.row.bank < b.row.bank ? -1 : 1))
    .slice(0, MOST_BANKS)
    .map(({ row }) => row);
}

function paired(found: RunComparison['payments'][string]): PairedFigures {
  const outcomes = [
    ['settled earlier', found.earlier],
    ['settled in the same tick', found.same],
    ['settled later', found.later],
    ['settled in the first run only', found.only_settled_in_baseline],
    ['settled in this run only', found.only_settled_in_other],
    ['settled in neither', found.unsettled_in_both],
  ] as const;
  return {
    paired: found.paired,
    only_baseline: found.only_baseline,
    only_other: found.only_other,
    outcomes: outcomes.map(([text, { count, value }]) => [text, count, Number(value)]),
    wait_difference_mean: found.wait_difference_mean,
  };
}
