import {
  STRESS_GROUPS,
  type CostIndicators,
  type IndicatorSheet,
  type StressBankMeasures,
  type StressGroupMeasures,
  type StressMeasures,
} from '@simcash/indicators';
import { COST_COMPONENTS } from '@simcash/protocol';
import { networkOf, type BankNetwork } from '@simcash/runs/live';
import type { Measure } from '../measures.js';

/** What a stress test measures of every run (spec 15 §6), number by number: `cents`, or anything else. */
type Kinds<Names extends PropertyKey> = Readonly<Record<Names, 'cents' | 'number'>>;

const GROUP: Kinds<keyof StressGroupMeasures> = {
  payments: 'number',
  value: 'cents',
  unsettled_value: 'cents',
  unsettled_count: 'number',
  baseline_unsettled_value: 'cents',
  unsettled_value_day: 'cents',
  extra_unsettled_value: 'cents',
  extra_delay_value_ticks: 'number',
  extra_delay: 'number',
  extra_late_value: 'cents',
};

const SYSTEM: Kinds<Exclude<keyof StressMeasures, 'groups' | 'banks' | 'extra_costs'>> = {
  primary_unsettled: 'cents',
  secondary_unsettled: 'cents',
  contagion: 'number',
  banks_affected: 'number',
  sink_peak: 'cents',
  extra_cost: 'cents',
};

const BANK: Kinds<Exclude<keyof StressBankMeasures, 'bank' | 'extra_costs'>> = {
  unsettled_value: 'cents',
  extra_unsettled_value: 'cents',
  extra_delay_value_ticks: 'number',
  deterioration_max: 'cents',
  deterioration_max_tick: 'number',
  deterioration_min: 'cents',
  deterioration_min_tick: 'number',
  extra_cost: 'cents',
};

const NETWORK: Kinds<Exclude<keyof BankNetwork, 'bank'>> = {
  value_sent: 'cents',
  value_share: 'number',
  pagerank: 'number',
  sinkrank: 'number',
};

/** Measures of the runs without stress that a stress test tells of. */
export const BASELINE_MEASURES = [
  'payments_due',
  'value_due',
  'unsettled_value_end',
  'unsettled_payments_end',
  'delay_indicator',
  'total_cost',
] as const;

const numberOf = (value: number | bigint | null): number | null => (value === null ? null : Number(value));

/** Networks of sheets: each bank asks for its own part. */
const networks = new WeakMap<IndicatorSheet, ReadonlyMap<string, BankNetwork>>();

function networkIn(sheet: IndicatorSheet, bank: string): BankNetwork {
  const known = networks.get(sheet) ?? new Map(networkOf(sheet).map((row) => [row.bank, row]));
  networks.set(sheet, known);
  return known.get(bank)!;
}

/** Every measure of a stress test: of the system and of groups, and those of each bank, which have a table of their own. */
export function stressReaders(banks: readonly string[]): Measure[] {
  const readers = <Names extends string>(
    kinds: Kinds<Names>,
    prefix: string,
    read: (name: Names, ...from: Parameters<Measure['read']>) => number | bigint | null,
    bank: string | null = null,
  ): Measure[] =>
    (Object.keys(kinds) as Names[]).map((name) => ({
      name: `${prefix}${name}`,
      isMoney: kinds[name] === 'cents',
      cost: null,
      sql: null,
      ofBank: bank === null ? null : { bank, column: name },
      read: (...from) => numberOf(read(name, ...from)),
    }));
  const components = Object.fromEntries(COST_COMPONENTS.map((component) => [`extra_${component}`, 'cents'])) as Kinds<ExtraCost>;
  const costIn = (costs: CostIndicators, name: ExtraCost): number => costs[name.slice('extra_'.length) as keyof CostIndicators];
  return [
    ...readers(SYSTEM, '', (name, _, found) => found![name]),
    ...readers(components, '', (name, _, found) => costIn(found!.extra_costs, name)),
    ...STRESS_GROUPS.flatMap((group) => readers(GROUP, `${group}.`, (name, _, found) => found!.groups[group][name])),
    ...banks.flatMap((bank, b) => [
      ...readers(BANK, `bank.${bank}.`, (name, _, found) => found!.banks[b]![name], bank),
      ...readers(components, `bank.${bank}.`, (name, _, found) => costIn(found!.banks[b]!.extra_costs, name), bank),
      ...readers(NETWORK, `bank.${bank}.`, (name, sheet) => networkIn(sheet, bank)[name], bank),
    ]),
  ];
}

type ExtraCost = `extra_${(typeof COST_COMPONENTS)[number]}`;

/** The measures of a run that have these values; what {@link stressReaders} read. */
export function stressMeasuresOf(value: (name: string) => number | null, banks: readonly string[]): StressMeasures {
  const part = (kinds: Kinds<string>, prefix: string): Record<string, number | null> =>
    Object.fromEntries(Object.keys(kinds).map((name) => [name, value(`${prefix}${name}`)]));
  const costs = (prefix: string): Record<string, number | null> => ({
    ...Object.fromEntries(COST_COMPONENTS.map((component) => [component, value(`${prefix}extra_${component}`)])),
    total: value(`${prefix}extra_cost`),
  });
  return {
    groups: Object.fromEntries(STRESS_GROUPS.map((group) => [group, part(GROUP, `${group}.`)])),
    ...part(SYSTEM, ''),
    extra_costs: costs(''),
    banks: banks.map((bank) => ({ bank, ...part(BANK, `bank.${bank}.`), extra_costs: costs(`bank.${bank}.`) })),
  } as unknown as StressMeasures;
}

/** What the network says of the banks of a run with these values. */
export const networkWith = (value: (name: string) => number | null, banks: readonly string[]): BankNetwork[] =>
  banks.map(
    (bank) =>
      ({
        bank,
        ...Object.fromEntries(Object.keys(NETWORK).map((name) => [name, value(`bank.${bank}.${name}`)])),
      }) as unknown as BankNetwork,
  );
