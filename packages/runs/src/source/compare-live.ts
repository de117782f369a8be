import { readScenarioText } from '@simcash/engine';
import type { ComparisonFigures } from '@simcash/pictures';
import { comparisonOf, type ComparableRun, type FirstEvent } from '../compare/comparison.js';
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
  return comparisonFiguresOf(
    comparisonOf(
      comparable,
      others.map((other) => partingOf(base, other)),
    ),
    figures,
  );
}

/** Where two logs part; null if they are equal. */
function partingOf(base: LiveRun, other: LiveRun): FirstEvent | null {
  const logs = [linesOf(base), linesOf(other)] as const;
  for (let event_seq = 0; ; event_seq++) {
    const [x, y] = [logs[0].next(), logs[1].next()];
    if (x.done && y.done) return null;
    const [a, b] = [x.done ? null : x.value, y.done ? null : y.value];
    if (a === b) continue;
    const { tick } = JSON.parse((a ?? b)!) as { tick: number };
    return { event_seq, tick, baseline: a, other: b };
  }
}

function* linesOf(run: LiveRun): Generator<string> {
  for (const text of run.lines()) yield* text.trimEnd().split('\n');
}
