import { Simulation, withSeed, type Scenario, type SimulationOptions } from '@simcash/engine';
import {
  measure,
  STRESS_GROUPS,
  stressFacts,
  stressMeasures,
  type IndicatorSheet,
  type StressFacts,
  type StressMeasures,
} from '@simcash/indicators';
import { byCodePoint } from '@simcash/protocol';
import { meanFigures, spearman, type MeanFigures } from '@simcash/statistics';
import { IndicatorSink } from '../indicators.js';
import { firstTickOf, stressed, strickenBy, type EventDocument, type StressCase } from './cases.js';

/** Numbers of a case on one seed that statistics are made of, in order (spec 15 §6). */
const GROUP_FIGURES = [
  'unsettled_value',
  'unsettled_count',
  'extra_unsettled_value',
  'extra_delay_value_ticks',
  'extra_late_value',
] as const;

/** What a case did on one seed. */
export interface StressSeed extends StressMeasures {
  /** Decimal. */
  readonly seed: string;
}

/** What a case did, on every seed. */
export interface StressCaseResult {
  /** The case by name. */
  readonly case: string;
  /** The bank that the case strikes; null if there is not one. */
  readonly stricken: string | null;
  /** Stress events of the case. */
  readonly events: readonly EventDocument[];
  /** The seeds of the runs. */
  readonly seeds: readonly StressSeed[];
  /** Mean over the seeds with its interval, by measure; those of groups as `others.unsettled_value`. */
  readonly statistics: Readonly<Record<string, MeanFigures>>;
}

/** How the runs without stress went, seed by seed. Money is cents. */
export interface StressBaseline {
  /** The seeds of the runs. */
  readonly seeds: readonly {
    readonly seed: string;
    readonly payments: number;
    readonly value: number;
    readonly unsettled_value: number;
    readonly unsettled_count: number;
    readonly delay_indicator: number | null;
    readonly total_cost: number;
  }[];
  /** Network measures that might have told which bank matters, means over the seeds (spec 14 §10). */
  readonly banks: readonly BankNetwork[];
}

/** A bank's place in the network of payments. */
export interface BankNetwork {
  /** The bank's id. */
  readonly bank: string;
  /** Value that the bank paid, in cents. */
  readonly value_sent: number;
  /** Of the value that all banks sent. */
  readonly value_share: number | null;
  /** PageRank in the network of payments. */
  readonly pagerank: number | null;
  /** SinkRank in the network of payments; null if it is not defined. */
  readonly sinkrank: number | null;
}

/** A case of a stress test, with how bad it was. */
export interface RankedCase {
  /** The case by name. */
  readonly case: string;
  /** The bank that the case strikes; null if there is not one. */
  readonly stricken: string | null;
  /** Share of the secondary unsettled value of all cases; null if that is nothing. */
  readonly criticality: number | null;
  /** Means over the seeds. */
  readonly secondary_unsettled: number;
  /** Delay beyond that of the baseline, in cents times ticks. */
  readonly extra_delay_value_ticks: number;
  /** The share of value that the stricken bank sends; null without one. */
  readonly value_share: number | null;
  /** PageRank in the network of payments. */
  readonly pagerank: number | null;
  /** SinkRank in the network of payments; null if it is not defined. */
  readonly sinkrank: number | null;
}

/** A stress test: the runs without stress, the cases, and their ranking. */
export interface StressTest {
  /** The run, design or case that the others are compared with. */
  readonly baseline: StressBaseline;
  /** In the order of the plan. */
  readonly cases: readonly StressCaseResult[];
  /** Most critical first. */
  readonly ranking: readonly RankedCase[];
  /** Rank correlation of criticality with cheap measures of the network; null where it cannot be told. */
  readonly rank_correlation: Readonly<Record<'value_share' | 'pagerank' | 'sinkrank', number | null>>;
}

/** How a stress test is run. */
export interface StressOptions extends Pick<SimulationOptions, 'algorithms'> {
  /** The seeds of the runs. */
  readonly seeds: readonly bigint[];
  /** The cases, which may depend on how the baseline went. */
  cases: (baseline: StressBaseline) => readonly StressCase[];
  /** Told of every run that is done; between runs the caller gets its turn. */
  onRun?: (name: string | null, seed: bigint) => void | Promise<void>;
}

/**
 * Runs a scenario as it is and once per case and seed with the events of the case, and compares, payment by payment (spec 15 Part B).
 *
 * @throws ScenarioError for cases that the scenario does not allow; whatever the simulations throw
 */
export async function stressTest(
  scenario: Scenario,
  { algorithms, cases: casesOf, onRun, seeds }: StressOptions,
): Promise<StressTest> {
  const run = (variant: Scenario): StressFacts => factsOf(variant, algorithms);
  const baselines: StressFacts[] = [];
  for (const seed of seeds) {
    baselines.push(run(withSeed(scenario, seed)));
    await onRun?.(null, seed);
  }
  const sheets = baselines.map(({ log }, i) => baselineSeed(seeds[i]!, measure(log)));
  const results: StressCaseRows[] = [];
  for (const one of casesOf(baselineOf(sheets))) {
    const variant = stressed(scenario, one.events);
    const stricken = strickenBy(one);
    const rows: StressSeed[] = [];
    for (const [i, seed] of seeds.entries()) {
      const facts = run(withSeed(variant, seed));
      rows.push({ seed: String(seed), ...stressMeasures(baselines[i]!, facts, stricken, firstTickOf(variant, one)) });
      await onRun?.(one.name, seed);
    }
    results.push({ case: one.name, stricken, events: one.events, seeds: rows });
  }
  return stressTestOf(sheets, results);
}

/** A case with what it did on each seed. */
export type StressCaseRows = Omit<StressCaseResult, 'statistics'>;

/** A run without stress, and what the network says of its banks. */
export interface BaselineSeed {
  readonly run: StressBaseline['seeds'][number];
  readonly banks: readonly BankNetwork[];
}

/** What a stress test says, of what its runs found. `baselines` is not empty. */
export function stressTestOf(baselines: readonly BaselineSeed[], rows: readonly StressCaseRows[]): StressTest {
  const baseline = baselineOf(baselines);
  const cases = rows.map((one) => ({ ...one, statistics: statisticsOf(one.seeds) }));
  const ranking = rankingOf(cases, baseline);
  return { baseline, cases, ranking, rank_correlation: correlations(ranking) };
}

function factsOf(scenario: Scenario, algorithms: SimulationOptions['algorithms']): StressFacts {
  const sink = new IndicatorSink(scenario);
  const simulation = Simulation.create(scenario, {
    sink,
    history: 'release',
    ...(algorithms === undefined ? {} : { algorithms }),
  });
  simulation.run();
  sink.log.ticks = simulation.currentTick;
  return stressFacts(sink.log);
}

function baselineSeed(seed: bigint, sheet: IndicatorSheet): BaselineSeed {
  const { system } = sheet;
  return {
    run: {
      seed: String(seed),
      payments: system.payments_due,
      value: system.value_due,
      unsettled_value: system.unsettled_value_end,
      unsettled_count: system.unsettled_payments_end,
      delay_indicator: system.delay_indicator,
      total_cost: system.costs.total,
    },
    banks: networkOf(sheet),
  };
}

/** What the network of a run says of its banks. */
export function networkOf({ banks, network, system }: IndicatorSheet): BankNetwork[] {
  const nodes = new Map(network.banks.map((node) => [node.bank, node]));
  return banks.map(({ bank, value_sent }) => ({
    bank,
    value_sent,
    value_share: system.value_settled === 0 ? null : value_sent / system.value_settled,
    pagerank: nodes.get(bank)?.pagerank ?? null,
    sinkrank: nodes.get(bank)?.sinkrank ?? null,
  }));
}

const baselineOf = (seeds: readonly BaselineSeed[]): StressBaseline => ({
  seeds: seeds.map(({ run }) => run),
  banks: seeds[0]!.banks.map(({ bank }, b): BankNetwork => {
    const over = (name: 'value_sent' | 'value_share' | 'pagerank' | 'sinkrank'): number | null =>
      mean(seeds.map(({ banks }) => banks[b]![name]));
    return {
      bank,
      value_sent: over('value_sent')!,
      value_share: over('value_share'),
      pagerank: over('pagerank'),
      sinkrank: over('sinkrank'),
    };
  }),
});

/** Of those that are known; null if none is. */
function mean(values: readonly (number | null)[]): number | null {
  return meanFigures(values.filter((value) => value !== null)).mean;
}

function statisticsOf(rows: readonly StressSeed[]): Record<string, MeanFigures> {
  const figures = (read: (row: StressSeed) => number | null): MeanFigures =>
    meanFigures(rows.map(read).filter((value) => value !== null));
  const ofGroups = STRESS_GROUPS.flatMap((group) =>
    GROUP_FIGURES.map((name) => [`${group}.${name}`, figures(({ groups }) => Number(groups[group][name]))] as const),
  );
  return Object.fromEntries([
    ...(['primary_unsettled', 'secondary_unsettled', 'contagion', 'banks_affected', 'sink_peak', 'extra_cost'] as const).map(
      (name) => [name, figures((row) => row[name])] as const,
    ),
    ...ofGroups,
  ]);
}

/** Cases by what they do to payments that have nothing to do with the stricken bank (spec 15 §6). */
function rankingOf(cases: readonly StressCaseResult[], { banks }: StressBaseline): RankedCase[] {
  const secondary = ({ statistics }: StressCaseResult): number => statistics.secondary_unsettled!.mean ?? 0;
  const all = cases.reduce((sum, one) => sum + secondary(one), 0);
  return cases
    .map((one): RankedCase => {
      const { pagerank = null, sinkrank = null, value_share = null } = banks.find(({ bank }) => bank === one.stricken) ?? {};
      return {
        case: one.case,
        stricken: one.stricken,
        criticality: all === 0 ? null : secondary(one) / all,
        secondary_unsettled: secondary(one),
        extra_delay_value_ticks: one.statistics['others.extra_delay_value_ticks']!.mean ?? 0,
        value_share,
        pagerank,
        sinkrank,
      };
    })
    .sort(
      (x, y) =>
        y.secondary_unsettled - x.secondary_unsettled ||
        y.extra_delay_value_ticks - x.extra_delay_value_ticks ||
        byCodePoint(x.stricken ?? x.case, y.stricken ?? y.case),
    );
}

/** Whether the cheap measure would have told the order. */
function correlations(ranking: readonly RankedCase[]): StressTest['rank_correlation'] {
  const of = (name: 'value_share' | 'pagerank' | 'sinkrank'): number | null => {
    const known = ranking.flatMap((row, place) => (row[name] === null ? [] : [[-place, row[name]] as const]));
    return spearman(
      known.map(([place]) => place),
      known.map(([, value]) => value),
    );
  };
  return { value_share: of('value_share'), pagerank: of('pagerank'), sinkrank: of('sinkrank') };
}
