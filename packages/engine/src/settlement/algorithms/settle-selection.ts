import type { World } from '../../world.js';
import type { Outcome, Scope, SettlementAlgorithm } from '../algorithm.js';
import type { QueuedProblem } from '../constraints.js';
import type { Selection } from '../netting/selection.js';
import { settleSet } from '../settle-set.js';

/** Settles what was selected as one set in queue order; nothing if it is empty. */
export function settleSelection(
  world: World,
  algorithm: SettlementAlgorithm,
  scope: Scope,
  { rows }: QueuedProblem,
  selection: Selection,
  outcome: Outcome,
): Outcome {
  if (selection.size === 0) return outcome;
  settleSet(
    world,
    algorithm,
    scope,
    selection.list().map((i) => rows[i]!),
    rows.length,
  );
  outcome.sets++;
  outcome.payments += selection.size;
  outcome.value += selection.value;
  return outcome;
}
