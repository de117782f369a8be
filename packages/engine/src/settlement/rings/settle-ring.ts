import { SETTLED, settlementCode } from '../../payments/payments.js';
import type { World } from '../../world.js';
import { problemOf } from '../constraints.js';
import { Selection } from '../netting/selection.js';
import { useReservations } from '../settle-set.js';
import { settle } from '../settle.js';

const CYCLE = settlementCode('lsm_cycle');

/** A ring of queued payments that might settle together. */
export interface CycleCandidate {
  /** Banks along the ring, closed: the first is repeated at the end. */
  agents: readonly number[];
  payments: readonly number[];
  /** Sum of the payments, in cents. */
  total: number;
}

/** Settles a ring if that is feasible; otherwise nothing happens (spec 04 §10.4, spec 12 §6.7). */
export function attemptCycle(world: World, candidate: CycleCandidate, legacy: boolean): boolean {
  const { clock, payments, queue2 } = world;
  if (candidate.payments.some((p) => payments.status[p] === SETTLED)) return false;
  const nets = netPositions(world, candidate);
  const feasible = legacy
    ? keepsLegacyRules(world, candidate, nets)
    : Selection.all(problemOf(world, candidate.payments).problem).isFeasible();
  if (!feasible) return false;
  useReservations(world, candidate.payments);
  for (const p of candidate.payments) queue2.remove(p, clock.tick);
  for (const p of candidate.payments) settle(world, p, CYCLE);
  report(world, candidate, nets);
  return true;
}

/** Net payers can pay, and every payment alone keeps within limits (Quirk Q414). */
function keepsLegacyRules(
  { banks, limits, payments }: World,
  candidate: CycleCandidate,
  nets: ReadonlyMap<number, number>,
): boolean {
  for (const [bank, net] of nets) if (net < 0 && banks.available(bank) < -net) return false;
  return candidate.payments.every((p) => {
    const amount = payments.remaining[p]!;
    const sender = payments.sender[p]!;
    return limits.bilateralOk(sender, payments.receiver[p]!, amount) && limits.multilateralOk(sender, amount);
  });
}

/** Receipts less payments of every participant over exactly these payments. */
export function netPositions(world: World, candidate: CycleCandidate): Map<number, number> {
  const { payments } = world;
  const nets = new Map<number, number>(candidate.agents.map((bank) => [bank, 0]));
  for (const p of candidate.payments) {
    const amount = payments.remaining[p]!;
    nets.set(payments.sender[p]!, nets.get(payments.sender[p]!)! - amount);
    nets.set(payments.receiver[p]!, nets.get(payments.receiver[p]!)! + amount);
  }
  return nets;
}

function report(world: World, candidate: CycleCandidate, nets: ReadonlyMap<number, number>): void {
  const { log, lsmRecords, payments, system } = world;
  system.hasOffset = true;
  const { agents, total } = candidate;
  const numbers = candidate.payments.map((p) => payments.number[p]!);
  const amounts = candidate.payments.map((p) => payments.amount[p]!);
  // Of several equally large net payers the one with the largest id is named, of none nobody (Quirk Q418).
  let largest = 0;
  let payer = -1;
  for (const [bank, net] of nets) {
    if (-net > largest || (-net === largest && largest > 0 && bank > payer)) {
      largest = -net;
      payer = bank;
    }
  }
  const positions = agents.map((bank) => nets.get(bank)!);
  log.lsmCycleSettlement(agents, amounts, total, positions, largest, payer, numbers);
  lsmRecords.add({
    type: 'multilateral',
    agents,
    transactions: numbers,
    amounts,
    nets: positions,
    settledValue: total,
    totalValue: total,
    maxNetOutflow: largest,
    maxNetOutflowAgent: payer,
    algorithm: 'rings',
    eventSeq: log.total - 1,
  });
}
