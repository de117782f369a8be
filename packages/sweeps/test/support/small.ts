import { readScenario, type Scenario, type ScenarioInput } from '@simcash/engine';
import { planSweep, readSweep, type JobResult, type SweepFiles, type SweepPlan } from '../../src/index.js';

/** Two banks that pay each other by chance, on a short day. */
export const BASE = {
  simulation: { ticks_per_day: 8, num_days: 1, rng_seed: 42 },
  agents: [bank('NORTH', 'SOUTH'), bank('SOUTH', 'NORTH')],
};

function bank(id: string, receiver: string) {
  return {
    id,
    opening_balance: 40_000,
    arrival_config: {
      rate_per_tick: 1,
      amount_distribution: { type: 'Uniform', min: 1_000, max: 30_000 },
      counterparty_weights: { [receiver]: 1 },
      deadline_range: [2, 5],
    },
  };
}

/** So much money that some days of chance leave the exact range, and others do not. */
export const FRAIL = { ...BASE, agents: [{ ...BASE.agents[0], opening_balance: 2 ** 53 - 15_000 }, BASE.agents[1]] };

export const scenarioOf = (document: object): Scenario => readScenario(document as ScenarioInput, { exactIntegers: true });

const NO_FILES: SweepFiles = {
  readPolicy: (name) => {
    throw new Error(`policy ${name} was asked for`);
  },
  readDesign: (name) => {
    throw new Error(`design ${name} was asked for`);
  },
};

export interface PlanOptions {
  base?: object;
  files?: Partial<SweepFiles>;
}

/** The plan of a sweep over a small scenario. */
export function planOf(document: object, { base = BASE, files = {} }: PlanOptions = {}): SweepPlan {
  return planSweep(readSweep({ sweep: 'small', ...document }), scenarioOf(base), { ...NO_FILES, ...files });
}

/** Labels of the cells, axis by axis, as `0 off`. */
export const labelsOf = ({ cells }: SweepPlan): string[] => cells.map(({ labels }) => Object.values(labels).join(' '));

/** Jobs of a cell that found these values, one measure each. */
export function jobsOf(cell: number, values: readonly (number | null)[]): JobResult[] {
  return values.map((value, replication) => ({
    cell,
    replication,
    seed: String(replication),
    values: [value],
    event_count: 0,
    error: null,
  }));
}

/** An axis of one amount of money. */
export const CAP = { name: 'cap', path: 'agents.NORTH.unsecured_cap', values: [0, 50_000] };

/** An axis that changes two keys together. */
export const LSM = {
  name: 'lsm',
  values: [
    { label: 'off', set: { 'lsm_config.enable_bilateral': false, 'lsm_config.enable_cycles': false } },
    { label: 'on', set: {} },
  ],
};
