import { SimcashError } from '@simcash/protocol';
import type { Scenario, SettlementConfig } from '@simcash/engine';
import { comparePayments, type BankIndicators, type PairedPayments } from '@simcash/indicators';
import { meanFigures, type MeanFigures } from '@simcash/statistics';
import { designOutcome, type DesignOutcome, type OutcomeOptions } from './outcome.js';

/** Numbers by which designs are compared, in the order of the table (spec 12 §10). Money is cents, delays are ticks. */
export const MEASURES = [
  'payments_settled',
  'settlement_rate_count',
  'value_settled',
  'settlement_rate_value',
  'share_of_bound',
  'delay_indicator',
  'avg_delay_count',
  'delay_p95',
  'liquidity_used',
  'liquidity_used_event',
  'liquidity_share',
  'turnover_ratio',
  'unsettled_payments_end',
  'unsettled_value_end',
  'missed_unsettled',
  'total_cost',
] as const;
/** A measure that designs are compared by. */
export type Measure = (typeof MEASURES)[number];
/** Values of all measures; null where there is none. */
export type Measures = Readonly<Record<Measure, number | null>>;

/** A bank's figures under a design minus those under the baseline. */
export interface BankDifference {
  /** The bank's id. */
  readonly bank: string;
  /** Delay in relation to the longest possible one, 0 to 1; null without payments. */
  readonly delay_indicator: number | null;
  /** The most liquidity that was in use, in cents. */
  readonly liquidity_used: number;
  /** All costs, in cents. */
  readonly total_cost: number;
}

/** One design on one seed. */
export interface DesignRow {
  /** Decimal. */
  readonly seed: string;
  /** Values of all measures. */
  readonly measures: Measures;
  /** Whether the best value is known and not only an upper bound of it; null unless asked for. */
  readonly bound_is_proven: boolean | null;
  /** Costs by component, in cents. */
  readonly costs: BankIndicators['costs'];
  /** What settled how, by settlement type. */
  readonly mechanisms: DesignOutcome['sheet']['system']['mechanisms'];
  /** How often algorithms stopped at a bound. */
  readonly cut_offs: DesignOutcome['cut_offs'];
  /** Against the baseline; null for the baseline itself. */
  readonly paired: PairedPayments | null;
  /** Against the baseline, bank by bank; null for the baseline itself. */
  readonly banks: readonly BankDifference[] | null;
}

/** A design of a comparison, with its figures. */
export interface ComparedDesign {
  /** The design by name. */
  readonly design: string;
  /** One for each seed, in their order. */
  readonly rows: readonly DesignRow[];
  /** Mean over the seeds, and its interval. */
  readonly mean: Readonly<Record<Measure, MeanFigures>>;
  /** Of the differences to the baseline, seed by seed; null for the baseline itself. */
  readonly difference: Readonly<Record<Measure, MeanFigures>> | null;
}

/** Designs compared on the same payments. */
export interface DesignComparison {
  /** The run, design or case that the others are compared with. */
  readonly baseline: string;
  /** The seeds of the runs. */
  readonly seeds: readonly string[];
  /** In the order in which they were named; the first is what the others are measured by. */
  readonly designs: readonly ComparedDesign[];
  /** What has to be known to read it. */
  readonly notes: readonly string[];
}

/** A design by name, and the scenario that it makes of a seed. */
export interface DesignEntry {
  /** What it is called. */
  readonly name: string;
  /** The scenario with this design on a seed. */
  scenario(seed: bigint): Scenario;
}

/** How designs are compared. */
export interface CompareOptions extends OutcomeOptions {
  /** The first one unless given. */
  baseline?: string;
  /** Told of every run that is done. */
  onRun?: (design: string, seed: bigint, outcome: DesignOutcome) => void;
}

/** Payments differ between designs, so they cannot be paired. */
export class UnpairedPaymentsError extends SimcashError {
  override name = 'UnpairedPaymentsError';
  override readonly code = 'unpaired_payments';
}

/**
 * Runs the same scenario under several settlement designs, on each of the seeds, and compares them payment by payment (spec 12 §10).
 *
 * @throws UnpairedPaymentsError if the designs do not get the same payments; whatever the simulations throw
 */
export function compareDesigns(
  entries: readonly DesignEntry[],
  seeds: readonly bigint[],
  { baseline = entries[0]!.name, onRun, ...options }: CompareOptions = {},
): DesignComparison {
  const rows = new Map<string, DesignRow[]>(entries.map(({ name }) => [name, []]));
  const ordered = [...entries].sort((a, b) => Number(b.name === baseline) - Number(a.name === baseline));
  for (const seed of seeds) {
    let base: DesignOutcome | null = null;
    for (const { name, scenario } of ordered) {
      const outcome = designOutcome(scenario(seed), options);
      onRun?.(name, seed, outcome);
      rows.get(name)!.push(row(name, seed, outcome, base));
      base ??= outcome;
    }
  }
  const ofBaseline = rows.get(baseline)!;
  const designs = entries.map(({ name }): ComparedDesign => {
    const own = rows.get(name)!;
    const differences = (measure: Measure): (number | null)[] =>
      own.map(({ measures }, i) => minus(measures[measure], ofBaseline[i]!.measures[measure]));
    return {
      design: name,
      rows: own,
      mean: figures((measure) => own.map(({ measures }) => measures[measure])),
      difference: name === baseline ? null : figures(differences),
    };
  });
  const blocks = entries.map(({ scenario }) => scenario(seeds[0]!).config.settlement);
  return { baseline, seeds: seeds.map(String), designs, notes: bypassNotes(designs, blocks) };
}

function row(name: string, seed: bigint, outcome: DesignOutcome, base: DesignOutcome | null): DesignRow {
  const { system } = outcome.sheet;
  const paired = base === null ? null : comparePayments(base.payments, outcome.payments);
  if (paired !== null && paired.first_difference !== null)
    throw new UnpairedPaymentsError(
      `payment ${paired.first_difference} of seed ${seed} is another one under ${name} than under the baseline`,
    );
  return {
    seed: String(seed),
    measures: measuresOf(outcome),
    bound_is_proven: outcome.bound?.is_proven ?? null,
    costs: system.costs,
    mechanisms: system.mechanisms,
    cut_offs: outcome.cut_offs,
    paired,
    banks: base && outcome.sheet.banks.map((bank, i) => difference(bank, base.sheet.banks[i]!)),
  };
}

function measuresOf({ bound, sheet: { days, system } }: DesignOutcome): Measures {
  const available = days.reduce((sum, day) => sum + day.opening_available, 0);
  return {
    payments_settled: system.payments_settled,
    settlement_rate_count: system.settlement_rate_count,
    value_settled: system.value_settled,
    settlement_rate_value: system.settlement_rate_value,
    share_of_bound: bound === null || bound.value === 0 ? null : system.value_settled / bound.value,
    delay_indicator: system.delay_indicator,
    avg_delay_count: system.avg_delay_count,
    delay_p95: system.delay_p95,
    liquidity_used: system.liquidity_used,
    liquidity_used_event: system.liquidity_used_event,
    liquidity_share: available === 0 ? null : system.liquidity_used / available,
    turnover_ratio: system.turnover_ratio,
    unsettled_payments_end: system.unsettled_payments_end,
    unsettled_value_end: system.unsettled_value_end,
    missed_unsettled: system.deadlines.all.missed_unsettled.count,
    total_cost: system.costs.total,
  };
}

function difference(bank: BankIndicators, base: BankIndicators): BankDifference {
  return {
    bank: bank.bank,
    delay_indicator: minus(bank.delay_indicator, base.delay_indicator),
    liquidity_used: bank.liquidity_used - base.liquidity_used,
    total_cost: bank.costs.total - base.costs.total,
  };
}

const minus = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b);

function figures(values: (measure: Measure) => readonly (number | null)[]): Record<Measure, MeanFigures> {
  return Object.fromEntries(
    MEASURES.map((measure) => [measure, meanFigures(values(measure).filter((value) => value !== null))]),
  ) as Record<Measure, MeanFigures>;
}

/** Gross entry into a queue that may be overtaken can spend money that a netting run would have used better (spec 12 §11). */
function bypassNotes(designs: readonly ComparedDesign[], blocks: readonly (SettlementConfig | undefined)[]): string[] {
  const value = ({ mean }: ComparedDesign): number => mean.value_settled.mean ?? 0;
  const bypassing = designs.filter((_, i) => isBypass(blocks[i]));
  const best = designs.filter((_, i) => !isBypass(blocks[i])).sort((a, b) => value(b) - value(a))[0];
  const behind = bypassing.filter((design) => best !== undefined && value(design) < value(best)).map(({ design }) => design);
  if (best === undefined || behind.length === 0) return [];
  return [
    `${best.design} settles more than ${behind.join(', ')}: gross entry with a bypass queue can spend money that a netting run would have used better`,
  ];
}

/** Whether payments enter gross and may overtake each other: so does a scenario without a block. */
function isBypass(block: SettlementConfig | undefined): boolean {
  if (block === undefined) return true;
  const { entry, queue } = block;
  return (['highly_urgent', 'urgent', 'normal'] as const).some(
    (name) => entry.gross[name] && queue.discipline[name] !== 'strict',
  );
}
