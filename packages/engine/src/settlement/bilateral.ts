import { settlementCode } from '../payments/payments.js';
import type { World } from '../world.js';
import { settle } from './settle.js';

const BILATERAL = settlementCode('lsm_bilateral');

/** What one pass of bilateral offsetting settled. */
export interface BilateralResult {
  pairs: number;
  payments: number;
  /** Sum over the pairs of the smaller direction, in cents. */
  value: number;
}

/**
 * Offsets all queued payments between two banks against each other, pair by pair, the largest mutual amount first (spec 04 §9).
 * A pair settles as a whole or leaves no trace.
 */
export function offsetPairs(world: World): BilateralResult {
  const { pairs } = world.queue2;
  const result: BilateralResult = { pairs: 0, payments: 0, value: 0 };
  // As long as no pair settles nothing changes, so if none is feasible now, none will be.
  if (!pairs.ready.some((row) => isFeasible(world, row))) return result;
  for (const row of readyPairsInOrder(world)) {
    if (!isFeasible(world, row)) continue;
    result.value += Math.min(pairs.sum[row]!, pairs.sum[pairs.opposite[row]!]!);
    result.payments += settlePair(world, row);
    result.pairs++;
  }
  return result;
}

/** Rows a→b with a ≤ b, ordered by mutual amount (largest first), then a, then b. */
function readyPairsInOrder(world: World): number[] {
  const { pairs } = world.queue2;
  const mutual = (row: number): number => Math.min(pairs.sum[row]!, pairs.sum[pairs.opposite[row]!]!);
  return pairs.ready
    .map((row) => ({ row, mutual: mutual(row) }))
    .sort((x, y) => y.mutual - x.mutual || pairs.from[x.row]! - pairs.from[y.row]! || pairs.to[x.row]! - pairs.to[y.row]!)
    .map(({ row }) => row);
}

/** Only the net payer's credit is checked; with equal sums that is the larger bank id (Quirk Q413). Limits apply to gross sums. */
function isFeasible(world: World, row: number): boolean {
  const { banks, limits } = world;
  const { pairs } = world.queue2;
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

function settlePair(world: World, row: number): number {
  const { clock, log, lsmRecords, payments, queue2 } = world;
  const { pairs } = queue2;
  const a = pairs.from[row]!;
  const b = pairs.to[row]!;
  const opposite = pairs.opposite[row]!;
  const fromA = pairs.sum[row]!;
  const fromB = pairs.sum[opposite]!;
  const list = pairs.list(row);
  // A bank's payments to itself face themselves: each is named twice and settles once (Quirk Q426).
  const members = row === opposite ? list : [...list, ...pairs.list(opposite)];
  for (const p of members) queue2.remove(p, clock.tick);
  for (const p of members) settle(world, p, BILATERAL);
  const numbers = members.map((p) => payments.number[p]!);
  const named = row === opposite ? [...numbers, ...numbers] : numbers;
  if (row === opposite) world.deferred?.repeat(a, numbers);
  log.lsmBilateralOffset(a, b, named, fromA, fromB);
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
    eventSeq: log.total - 1,
  });
  return members.length;
}
