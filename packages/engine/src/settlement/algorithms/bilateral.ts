import { settlementCode } from '../../payments/payments.js';
import type { World } from '../../world.js';
import { nothing, type Outcome, type Scope, type SettlementAlgorithm } from '../algorithm.js';
import { problemOf } from '../constraints.js';
import { Selection } from '../netting/selection.js';
import { pairsOf, type PairView } from '../pair-view.js';
import { useReservations } from '../settle-set.js';
import { settle } from '../settle.js';

const BILATERAL = settlementCode('lsm_bilateral');

/**
 * Offsets all considered payments between two banks against each other, pair by pair, the largest mutual amount first (spec 04 §9,
 * spec 12 §6.2). A pair settles as a whole or leaves no trace.
 */
export class Bilateral implements SettlementAlgorithm {
  readonly type = 'bilateral';

  constructor(private readonly legacy: boolean) {}

  settle(world: World, scope: Scope): Outcome {
    const outcome = nothing();
    const pairs: PairView = scope.isWhole(world) ? world.queue2.pairs : pairsOf(world, scope.list(world));
    // As long as no pair settles nothing changes, so if none is feasible now, none will be.
    if (!pairs.ready.some((row) => isFeasible(world, pairs, row, this.legacy))) return outcome;
    for (const row of readyPairsInOrder(pairs)) {
      if (!isFeasible(world, pairs, row, this.legacy)) continue;
      const self = row === pairs.opposite[row];
      outcome.value += pairs.sum[row]! + (self ? 0 : pairs.sum[pairs.opposite[row]!]!);
      outcome.payments += settlePair(world, pairs, row, this.type).length;
      outcome.sets++;
    }
    return outcome;
  }
}

/** Rows a→b with a ≤ b, ordered by mutual amount (largest first), then a, then b. */
function readyPairsInOrder(pairs: PairView): number[] {
  const mutual = (row: number): number => Math.min(pairs.sum[row]!, pairs.sum[pairs.opposite[row]!]!);
  return pairs.ready
    .map((row) => ({ row, mutual: mutual(row) }))
    .sort((x, y) => y.mutual - x.mutual || pairs.from[x.row]! - pairs.from[y.row]! || pairs.to[x.row]! - pairs.to[y.row]!)
    .map(({ row }) => row);
}

/**
 * By the rules of spec 12 §4, or the legacy ones: only the net payer's credit is checked; with equal sums that is the larger bank id
 * (Quirk Q413). Limits apply to gross sums.
 */
function isFeasible(world: World, pairs: PairView, row: number, legacy: boolean): boolean {
  const { banks, limits } = world;
  if (!legacy) return Selection.all(problemOf(world, membersOf(pairs, row)).problem).isFeasible();
  const a = pairs.from[row]!;
  const b = pairs.to[row]!;
  const fromA = pairs.sum[row]!;
  const fromB = pairs.sum[pairs.opposite[row]!]!;
  const payer = fromA > fromB ? a : b;
  if (banks.balance[payer]! - Math.abs(fromA - fromB) < -banks.overdraftLimit[payer]!) return false;
  return (
    limits.bilateralOk(a, b, fromA) &&
    limits.multilateralOk(a, fromA) &&
    limits.bilateralOk(b, a, fromB) &&
    limits.multilateralOk(b, fromB)
  );
}

/** Payments of a pair in both directions. A bank's payments to itself face themselves. */
function membersOf(pairs: PairView, row: number): number[] {
  const opposite = pairs.opposite[row]!;
  return row === opposite ? pairs.list(row) : [...pairs.list(row), ...pairs.list(opposite)];
}

function settlePair(world: World, pairs: PairView, row: number, algorithm: string): readonly number[] {
  const { clock, log, lsmRecords, payments, queue2, system } = world;
  const a = pairs.from[row]!;
  const b = pairs.to[row]!;
  const opposite = pairs.opposite[row]!;
  const fromA = pairs.sum[row]!;
  const fromB = pairs.sum[opposite]!;
  const members = membersOf(pairs, row);
  useReservations(world, members);
  for (const p of members) queue2.remove(p, clock.tick);
  for (const p of members) settle(world, p, BILATERAL);
  const numbers = members.map((p) => payments.number[p]!);
  // Payments to oneself are named twice and settle once (Quirk Q426).
  const named = row === opposite ? [...numbers, ...numbers] : numbers;
  if (row === opposite) world.deferred?.repeat(a, numbers);
  log.lsmBilateralOffset(a, b, named, fromA, fromB);
  system.hasOffset = true;
  const amounts = members.map((p) => payments.amount[p]!);
  lsmRecords.add({
    type: 'bilateral',
    agents: [a, b, a],
    transactions: named,
    amounts: row === opposite ? [...amounts, ...amounts] : amounts,
    nets: [fromB - fromA, fromA - fromB, fromB - fromA],
    settledValue: Math.min(fromA, fromB),
    totalValue: fromA + fromB,
    maxNetOutflow: Math.abs(fromA - fromB),
    // Always the smaller id, whoever pays net (Quirk Q418).
    maxNetOutflowAgent: a,
    algorithm,
    eventSeq: log.total - 1,
  });
  return members;
}
