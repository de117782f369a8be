import { csv, money } from '@simcash/protocol';
import type { StressCaseResult, StressTest } from '@simcash/runs/live';
import { table } from '../output/table.js';

type NamedStressTest = StressTest & { readonly stress: string };

const amount = (value: number | null): string => (value === null ? '–' : money(Math.round(value)));
const share = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);
const number = (value: number | null): string =>
  value === null ? '–' : Number.isInteger(value) ? String(value) : value.toFixed(1);

/** The baseline, a row per case, and which bank matters most (spec 15 §7). */
export function stressText({ baseline, cases, rank_correlation, ranking, stress }: NamedStressTest): string {
  const { seeds } = baseline;
  const [first] = seeds;
  const several = seeds.length > 1;
  const mean = (read: (row: (typeof seeds)[number]) => number): number =>
    seeds.reduce((sum, row) => sum + read(row), 0) / seeds.length;
  const parts = [
    `${stress}: ${several ? `means of ${seeds.length} seeds` : `seed ${first!.seed}`}`,
    `Baseline   ${number(mean((row) => row.payments))} payments of ${amount(mean((row) => row.value))}, unsettled ${number(mean((row) => row.unsettled_count))} of ${amount(mean((row) => row.unsettled_value))}`,
    caseTable(cases),
    delayTable(cases),
    rankingTable(ranking),
    correlationLine(rank_correlation),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** `mean`, with `± h` where there are several seeds. */
function figure({ statistics }: StressCaseResult, name: string, show: (value: number | null) => string): string {
  const { mean, n, t_upper } = statistics[name]!;
  if (n < 2 || mean === null || t_upper === null) return show(mean);
  return `${show(mean)} ± ${show(t_upper - mean)}`;
}

function caseTable(cases: readonly StressCaseResult[]): string {
  return table(
    ['Case', 'Own unsettled', 'To it', 'Others unsettled', 'Of these', 'Contagion', 'Banks affected', 'Extra cost'],
    cases.map((one) => [
      one.case,
      figure(one, 'own.unsettled_value', amount),
      figure(one, 'to_stricken.unsettled_value', amount),
      figure(one, 'others.unsettled_count', number),
      figure(one, 'others.unsettled_value', amount),
      figure(one, 'contagion', share),
      figure(one, 'banks_affected', number),
      figure(one, 'extra_cost', amount),
    ]),
  );
}

type StressBank = StressCaseResult['seeds'][number]['banks'][number];

const NO_LOSS = { bank: '–', deterioration_max: 0, deterioration_max_tick: 0 };

function delayTable(cases: readonly StressCaseResult[]): string {
  return table(
    ['Case', 'Own delay', 'To it', 'Of others (ticks by value)', 'Worst loss of liquidity', 'Of', 'At tick', 'Sink'],
    cases.map((one) => {
      const worst = one.seeds
        .flatMap(({ banks }) => banks)
        .reduce<Pick<StressBank, 'bank' | 'deterioration_max' | 'deterioration_max_tick'>>(
          (most, bank) => (bank.deterioration_max > most.deterioration_max ? bank : most),
          NO_LOSS,
        );
      const delay = (group: 'own' | 'to_stricken' | 'others'): string => {
        const known = one.seeds.flatMap(({ groups }) => (groups[group].extra_delay === null ? [] : [groups[group].extra_delay]));
        return known.length === 0 ? '–' : (known.reduce((sum, ticks) => sum + ticks, 0) / known.length).toFixed(2);
      };
      return [
        one.case,
        ...(['own', 'to_stricken', 'others'] as const).map(delay),
        amount(worst.deterioration_max),
        worst.deterioration_max > 0 ? worst.bank : '–',
        worst.deterioration_max > 0 ? String(worst.deterioration_max_tick) : '–',
        figure(one, 'sink_peak', amount),
      ];
    }),
  );
}

function rankingTable(ranking: StressTest['ranking']): string {
  return table(
    ['Order of criticality', 'Criticality', 'Secondary unsettled', 'Share of value', 'PageRank', 'SinkRank'],
    ranking.map((row, place) => [
      `${place + 1}. ${row.stricken ?? row.case}`,
      share(row.criticality),
      amount(row.secondary_unsettled),
      share(row.value_share),
      row.pagerank?.toFixed(3) ?? '–',
      row.sinkrank?.toFixed(3) ?? '–',
    ]),
  );
}

/** Whether a measure of the network alone would have told the order. */
function correlationLine(correlation: StressTest['rank_correlation']): string {
  const names = { value_share: 'share of value', pagerank: 'PageRank', sinkrank: 'SinkRank' } as const;
  const known = (Object.keys(names) as (keyof typeof names)[]).filter((name) => correlation[name] !== null);
  if (known.length === 0) return '';
  return `rank correlation of the order with ${known.map((name) => `${names[name]} ${correlation[name]!.toFixed(2)}`).join(', ')}`;
}

/** A row per case, seed and bank. */
export function stressCsv({ cases }: NamedStressTest): string {
  const names = [
    ...['unsettled_value', 'extra_unsettled_value', 'extra_delay_value_ticks', 'deterioration_max', 'deterioration_max_tick'],
    ...['deterioration_min', 'deterioration_min_tick', 'extra_cost'],
  ];
  return csv(
    ['case', 'stricken', 'seed', 'bank', ...names],
    cases.flatMap((one) =>
      one.seeds.flatMap(({ banks, seed }) =>
        banks.map((bank) => [
          one.case,
          one.stricken,
          seed,
          bank.bank,
          ...names.map((name) => Number((bank as unknown as Record<string, number | bigint>)[name])),
        ]),
      ),
    ),
  );
}
