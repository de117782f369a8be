import { Simulation, type Scenario } from '@simcash/engine';
import { IndicatorLog, measure, type IndicatorSheet, type StressMeasures } from '@simcash/indicators';
import { byCodePoint, COST_COMPONENTS } from '@simcash/protocol';
import { indicatorOpening } from '@simcash/runs/live';
import { SweepError, type SweepDocument } from './definition/schema.js';
import { BASELINE_MEASURES, stressReaders } from './stress/figures.js';

/** A number that is read off every run (spec 15 §8). */
export interface Measure {
  /** What it is called. */
  readonly name: string;
  /** Whole cents; a share, a time or a count otherwise. */
  readonly isMoney: boolean;
  /** Read from the costs alone, without indicators. */
  readonly cost: { readonly bank: string | null; readonly component: string } | null;
  /** A query that is asked of the stored run. */
  readonly sql: string | null;
  /** The bank that it is of in a stress test, and its column in the table of banks there. */
  readonly ofBank: { readonly bank: string; readonly column: string } | null;
  /** Of a run without a store; of those that are asked of the store null. */
  read(sheet: IndicatorSheet, stress: StressMeasures | null): number | null;
}

/** What a sweep measures of its runs, in order. @throws SweepError */
export function measuresOf(given: SweepDocument['measures'], banks: readonly string[], isStress: boolean): Measure[] {
  const own = given.map((one) => (typeof one === 'string' ? measureReader(one, banks) : queried(one)));
  if (!isStress) return own;
  const more = [...BASELINE_MEASURES.map((name) => measureReader(name, banks)), ...stressReaders(banks)];
  const names = new Set(more.map(({ name }) => name));
  return [...own.filter(({ name }) => !names.has(name)), ...more];
}

const queried = ({ money, name, sql }: Exclude<SweepDocument['measures'][number], string>): Measure => ({
  ...{ name, isMoney: money, cost: null, sql, ofBank: null },
  read: () => null,
});

const MONEY = /^(value_|unsettled_(value|own|central|dropped)|liquidity_used|lower_bound|upper_bound|queue[12]_value|funding_)/;
const COSTS = [...COST_COMPONENTS, 'total'];

/** A measure by its name: of the system, `cost.<component>`, `total_cost`, or `bank.<ID>.<name>`. @throws SweepError */
export function measureReader(name: string, banks: readonly string[]): Measure {
  const owner = [...banks].sort((a, b) => b.length - a.length).find((bank) => name.startsWith(`bank.${bank}.`));
  const own = owner === undefined ? name : name.slice(`bank.${owner}.`.length);
  const component = own === 'total_cost' ? 'total' : own.startsWith('cost.') ? own.slice('cost.'.length) : null;
  const of = (sheet: IndicatorSheet): Readonly<Record<string, unknown>> =>
    (owner === undefined ? sheet.system : sheet.banks.find(({ bank }) => bank === owner)!) as unknown as Record<string, unknown>;
  if (component !== null) {
    if (!COSTS.includes(component))
      throw unknown(
        name,
        COSTS.map((one) => `cost.${one}`),
      );
    const read = (sheet: IndicatorSheet): number => (of(sheet).costs as Record<string, number>)[component]!;
    return { name, isMoney: true, cost: { bank: owner ?? null, component }, sql: null, ofBank: null, read };
  }
  const known = numbersOf(owner === undefined ? EMPTY.system : EMPTY.banks[0]!);
  if (!known.includes(own)) throw unknown(name, known);
  const read = (sheet: IndicatorSheet): number | null => {
    const value = of(sheet)[own] as number | bigint | null;
    return value === null ? null : Number(value);
  };
  return { name, isMoney: MONEY.test(own), cost: null, sql: null, ofBank: null, read };
}

const unknown = (name: string, known: readonly string[]): SweepError =>
  new SweepError([
    {
      path: 'measures',
      message: `unknown measure '${name}'; known are total_cost, cost.<component>, bank.<ID>.<name>, ${known.join(', ')}`,
    },
  ]);

/** The sheet of a run in which nothing happened: it has every name. */
const EMPTY = ((): IndicatorSheet => {
  const config = Simulation.create({
    simulation: { ticks_per_day: 1, num_days: 1, rng_seed: 1 },
    agents: [{ id: 'A', opening_balance: 0 }],
  }).config;
  const log = new IndicatorLog(indicatorOpening(config));
  log.ticks = 1;
  return measure(log);
})();

const numbersOf = (row: object): string[] =>
  Object.entries(row).flatMap(([name, value]) => (value === null || typeof value === 'number' ? [name] : []));

/** Whether a run needs indicators at all. */
export const needIndicators = (measures: readonly Measure[]): boolean =>
  measures.some(({ cost, sql }) => cost === null && sql === null);

/** Costs of a run without its indicators. */
export function costOf(simulation: Simulation, { bank, component }: NonNullable<Measure['cost']>): number {
  const banks = bank === null ? simulation.agentIds : [bank];
  return banks.reduce((sum, id) => {
    const costs = simulation.agentRunCosts(id);
    const key = component === 'total' ? 'total_cost' : component === 'penalty_cost' ? 'deadline_penalty' : component;
    return sum + costs[key as keyof typeof costs];
  }, 0);
}

/** Banks of a scenario, whose measures may be asked for, in the order of indicators. */
export const bankIds = ({ config }: Scenario): string[] => config.agent_configs.map(({ id }) => id).sort(byCodePoint);
