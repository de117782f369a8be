import { cheapestReduction, type Arc } from './flow.js';
import { optimalSet } from './optimal.js';
import { NettingProblem, type ProblemParts } from './problem.js';

/** A payment between two banks, named by their places in a list. */
export interface BoundPayment {
  /** The bank that pays. */
  readonly sender: number;
  /** The bank that is paid. */
  readonly receiver: number;
  /** Cents. */
  readonly amount: number;
}

/** Up to so many payments the best set is looked for; above, payments may be cut. */
const MAX_FOR_PROOF = 60;
const NODE_LIMIT = 200_000;

/**
 * The greatest value that could settle if all payments were there at once (spec 12 §10): no design reaches more on these positions.
 *
 * @param available what each bank can pay, cents
 * @returns the value, and whether some set is proven to have it
 */
export function settlementBound(
  available: readonly number[],
  payments: readonly BoundPayment[],
): { value: number; isProven: boolean } {
  if (payments.length > MAX_FOR_PROOF) return { value: Math.floor(linearBound(available, payments)), isProven: false };
  const parts: ProblemParts = {
    sender: Int32Array.from(payments, ({ sender }) => sender),
    receiver: Int32Array.from(payments, ({ receiver }) => receiver),
    amount: Float64Array.from(payments, ({ amount }) => amount),
    class: new Uint8Array(payments.length),
    available: Float64Array.from(available),
    availableBelow: null,
    multilateralRoom: new Float64Array(available.length).fill(Infinity),
    netLimits: false,
    limits: [],
    work: null,
  };
  const { bound, proof } = optimalSet(new NettingProblem(parts), { objective: 'value', nodeLimit: NODE_LIMIT });
  return { value: Math.floor(bound), isProven: proof !== 'none' };
}

/** What could settle if payments could be cut: a problem of flows. */
function linearBound(available: readonly number[], payments: readonly BoundPayment[]): number {
  const lack = Float64Array.from(available, (cents) => -cents);
  const arcs = new Map<number, Arc>();
  let total = 0;
  for (const { amount, receiver, sender } of payments) {
    total += amount;
    if (sender === receiver) continue;
    lack[sender]! += amount;
    lack[receiver]! -= amount;
    const key = sender * available.length + receiver;
    const arc = arcs.get(key);
    if (arc === undefined) arcs.set(key, { from: sender, to: receiver, capacity: amount, cost: 1 });
    else arc.capacity += amount;
  }
  return total - cheapestReduction(lack, [...arcs.values()]);
}
