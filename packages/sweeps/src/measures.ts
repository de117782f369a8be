import { Simulation, type Scenario } from '@simcash/engine';
import { IndicatorLog, measure, type IndicatorSheet } from '@simcash/indicators';
import { COST_COMPONENTS } from '@simcash/protocol';
import { indicatorOpening } from '@simcash/runs/live';
import { SweepError } from './definition/schema.js';

/** A number that is read off every run (spec 15 §8). */
export interface Measure {
  readonly name: string;
  /** Whole cents; a share, a time or a count otherwise. */
  readonly isMoney: boolean;
  /** Read from the costs alone, without indicators. */
  readonly cost: { readonly bank: string | null; readonly component: string } | null;
  read(sheet: IndicatorSheet): number | null;
}

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
    return { name, isMoney: true, cost: { bank: owner ?? null, component }, read };
  }
  const known = numbersOf(owner === undefined ? EMPTY.system : EMPTY.banks[0]!);
  if (!known.includes(own)) throw unknown(name, known);
  const read = (sheet: IndicatorSheet): number | null => {
    const value = of(sheet)[own] as number | bigint | null;
    return value === null ? null : Number(value);
  };
  return { name, isMoney: MONEY.test(own), cost: null, read };
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
export const needIndicators = (measures: readonly Measure[]): boolean => measures.some(({ cost }) => cost === null);

/** Costs of a run without its indicators. */
export function costOf(simulation: Simulation, { bank, component }: NonNullable<Measure['cost']>): number {
  const banks = bank === null ? simulation.agentIds : [bank];
  return banks.reduce((sum, id) => {
    const costs = simulation.agentRunCosts(id);
    const key = component === 'total' ? 'total_cost' : component === 'penalty_cost' ? 'deadline_penalty' : component;
    return sum + costs[key as keyof typeof costs];
  }, 0);
}

/** Banks of a scenario, whose measures may be asked for. */
export const bankIds = ({ config }: Scenario): string[] => config.agent_configs.map(({ id }) => id);
