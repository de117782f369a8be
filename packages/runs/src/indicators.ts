import type { Scenario, Simulation } from '@simcash/engine';
import { addBatch, IndicatorLog, measure, measures, type IndicatorSheet } from '@simcash/indicators';
import { exactJson, type EventBatch, type EventSink, type RunIndicators } from '@simcash/protocol';
import { indicatorOpening } from './indicator-opening.js';

/** Every indicator of a simulation up to now, from its log in memory (spec 14). */
export function indicatorsOf(simulation: Simulation): IndicatorSheet {
  const log = new IndicatorLog(indicatorOpening(simulation.config));
  for (const event of simulation.events) log.add(event);
  log.ticks = simulation.currentTick;
  return measure(log);
}

/** Takes the events of a run while it runs, and gives its indicators. */
export class IndicatorSink implements EventSink {
  /** What was counted of the run. */
  readonly log: IndicatorLog;

  constructor({ config }: Pick<Scenario, 'config'>) {
    this.log = new IndicatorLog(indicatorOpening(config));
  }

  /** Takes what comes next. */
  write(batch: EventBatch): void {
    addBatch(this.log, batch);
  }

  /** After so many ticks. */
  sheet(ticks: number): IndicatorSheet {
    this.log.ticks = ticks;
    return measure(this.log);
  }

  /** The same as it is stored, with the series of the banks' days. */
  measures(ticks: number): RunIndicators {
    this.log.ticks = ticks;
    const { bankDays, sheet } = measures(this.log);
    return { sheet: sheetTexts(sheet), bank_days: bankDays };
  }
}

/** A sheet as it is stored and printed: JSON by section. */
export function sheetTexts(sheet: IndicatorSheet): Record<string, string> {
  return Object.fromEntries(Object.entries(sheet).map(([section, content]) => [section, exactJson(content)]));
}

/** The sheet in such texts; whole numbers beyond the exact range of doubles become the nearest one. */
export function readSheet(texts: Readonly<Record<string, string>>): IndicatorSheet {
  const sections = Object.entries(texts).map(([section, text]) => [section, JSON.parse(text) as unknown]);
  return Object.fromEntries(sections) as unknown as IndicatorSheet;
}
