import { NONE } from '../../payments/payments.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import type { QueuedProblem } from '../constraints.js';
import { extract } from '../netting/extraction.js';
import { Selection } from '../netting/selection.js';
import { settleSelection } from './settle-selection.js';

/** All payments at once, or what is done where that is not covered (spec 12 §6.6). */
export class Multilateral implements SettlementAlgorithm {
  readonly type = 'multilateral';

  constructor(private readonly onShortfall: 'carry' | 'drop' | 'exclude' | 'unwind') {}

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    const queued = scope.problem(world);
    const selection = Selection.all(queued.problem);
    if (!selection.isFeasible()) {
      if (this.onShortfall === 'carry') return outcome;
      if (this.onShortfall === 'unwind') return unwind(world, this, scope, queued, selection, outcome);
      if (this.onShortfall === 'drop') extract(selection, 'last');
      else exclude(selection);
      outcome.dropped = queued.rows.length - selection.size;
    }
    return settleSelection(world, this, scope, queued, selection, outcome);
  }
}

/** Leaves out one bank after another, with all payments from and to it: the one that is short of most, then by id. */
function exclude(selection: Selection): void {
  const { problem } = selection;
  const want = (b: number): number =>
    problem.limits.reduce(
      (most, { sender }, k) => (sender === b ? Math.max(most, selection.excess(k)) : most),
      selection.shortfall(b),
    );
  while (!selection.isFeasible()) {
    let worst = 0;
    for (let b = 1; b < problem.banks; b++) if (want(b) > want(worst)) worst = b;
    for (const i of new Set([...problem.from[worst]!, ...problem.to[worst]!])) if (selection.has[i] === 1) selection.remove(i);
  }
}

/** Every payment goes back to its bank, as if it had been withdrawn; policies decide anew in the next tick. */
function unwind(
  world: World,
  algorithm: Multilateral,
  scope: Scope,
  { banks, problem, rows }: QueuedProblem,
  selection: Selection,
  outcome: Outcome,
): Outcome {
  const { clock, log, payments, queue1, queue2 } = world;
  const short = banks.map((b, i) => ({ b, shortfall: selection.shortfall(i) })).filter(({ shortfall }) => shortfall > 0);
  for (const p of rows) {
    queue2.remove(p, clock.tick);
    payments.rtgsPriority[p] = NONE;
    payments.rtgsSubmissionTick[p] = NONE;
    queue1.append(p, clock.tick);
  }
  log.rare('SettlementUnwound', {
    run: scope.run,
    algorithm: algorithm.type,
    tx_ids: rows.map((p) => payments.number[p]!),
    total_value: selection.value,
    short_agents: short.map(({ b }) => b),
    shortfalls: short.map(({ shortfall }) => shortfall),
  });
  outcome.unwound = problem.payments;
  return outcome;
}
