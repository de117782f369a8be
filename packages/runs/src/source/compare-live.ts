import { readScenarioText } from '@simcash/engine';
import type { ComparisonFigures } from '@simcash/pictures';
import { comparisonOf, type ComparableRun } from '../compare/comparison.js';
import { partingOfLogs } from '../compare/parting.js';
import { comparisonFiguresOf } from '../report/comparison-figures.js';
import type { LiveRun } from './live-run.js';

/** Two to five runs in memory beside each other; the first is the baseline (spec 16 §8). */
export async function compareLive(runs: readonly LiveRun[]): Promise<ComparisonFigures> {
  const figures = await Promise.all(runs.map((run) => run.figures()));
  const comparable = runs.map(({ comparable: payments, configText, id, scenario: made }, i): ComparableRun => {
    // In the order in which a store keeps its keys.
    const scenario = { ...made, source: readScenarioText(configText, 'json').document };
    const { head, sheet } = figures[i]!;
    const about = {
      run: id,
      status: head.status,
      level: head.level,
      seed: head.seed,
      ticks: head.ticks,
      banks: head.banks,
      payments: head.payments,
      value: sheet.system.value_due,
      event_log_hash: head.event_log_hash,
    };
    return { id, about, scenario, sheet, payments };
  });
  const [base, ...others] = runs as readonly [LiveRun, ...LiveRun[]];
  const firstEvents = await Promise.all(others.map((other) => partingOfLogs(base.lines(), other.lines())));
  return comparisonFiguresOf(comparisonOf(comparable, firstEvents), figures);
}
