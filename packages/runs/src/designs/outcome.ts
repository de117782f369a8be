import { settlementBound, Simulation, type Scenario, type SimulationOptions } from '@simcash/engine';
import { paymentsOfRun, type IndicatorSheet, type PaymentsOfRun } from '@simcash/indicators';
import { IndicatorSink } from '../indicators.js';

/** One run of a scenario under a settlement design. */
export interface DesignOutcome {
  /** The indicators of the run. */
  readonly sheet: IndicatorSheet;
  /** To be paired with those of another design. */
  readonly payments: PaymentsOfRun;
  /** How often a parameter of the design held something back, by reason. */
  readonly cut_offs: Readonly<Record<string, number>>;
  /** The most that any design could settle; null unless asked for. */
  readonly bound: SettlementBound | null;
}

/** The most that could have settled, in cents. */
export interface SettlementBound {
  /** Cents. */
  readonly value: number;
  /** Whether no more could have settled. */
  readonly is_proven: boolean;
}

/** How a design is run. */
export interface OutcomeOptions extends Pick<SimulationOptions, 'algorithms'> {
  /** Compute the most that any design could settle (`--bound`). */
  bound?: boolean;
}

/** Runs a scenario without storing it. @throws whatever the simulation throws */
export function designOutcome(scenario: Scenario, { algorithms, bound = false }: OutcomeOptions): DesignOutcome {
  const sink = new IndicatorSink(scenario);
  const simulation = Simulation.create(scenario, {
    sink,
    history: 'release',
    ...(algorithms === undefined ? {} : { algorithms }),
  });
  simulation.run();
  const sheet = sink.sheet(simulation.currentTick);
  const payments = paymentsOfRun(sink.log);
  return { sheet, payments, cut_offs: { ...simulation.cutOffs }, bound: bound ? boundOf(sheet, payments) : null };
}

/**
 * Of every day the most that could settle of what was unsettled when it began and what arrived on it, all at once on the opening
 * positions of its banks (spec 12 §10).
 */
function boundOf(
  { bank_days, system: { days, ticks_per_day } }: IndicatorSheet,
  { banks, payments }: PaymentsOfRun,
): SettlementBound {
  let [value, is_proven] = [0, true];
  for (let day = 0; day < days; day++) {
    const available = banks.map((bank) => bank_days.find((row) => row.bank === bank && row.day === day)!.opening_available);
    const [first, end] = [day * ticks_per_day, (day + 1) * ticks_per_day];
    const open = payments.filter(({ arrival, settled }) => arrival < end && (settled === null || settled >= first));
    const found = settlementBound(available, open);
    value += found.value;
    is_proven &&= found.isProven;
  }
  return { value, is_proven };
}
