import { guard } from '../numeric/integers.js';
import type { Banks } from './banks.js';

/** Numbers of payouts that may wait to be summed, so that memory does not grow with a day's payments. */
const MAX_UNSUMMED = 3e5;

/** Bilateral and multilateral caps on what a bank may pay out in a day, and what it has paid out (spec 01 §4.8, spec 04 §3). */
export class Limits {
  readonly #bilateral: ReadonlyMap<number, number>[];
  readonly #multilateral: Float64Array;
  readonly #outflows: Map<number, number>[];
  /** Payouts that are not part of {@link #outflows} yet: sender, receiver, cents. Few runs ever ask for these sums. */
  #unsummed: number[] = [];
  readonly totalOutflow: Float64Array;
  readonly totalInflow: Float64Array;

  constructor(private readonly banks: Banks) {
    this.#bilateral = Array.from({ length: banks.count }, () => new Map());
    this.#multilateral = new Float64Array(banks.count).fill(Infinity);
    this.#outflows = Array.from({ length: banks.count }, () => new Map());
    this.totalOutflow = new Float64Array(banks.count);
    this.totalInflow = new Float64Array(banks.count);
  }

  /** Sets a bank's caps in cents; `Infinity` stands for no multilateral cap. */
  configure(b: number, bilateral: ReadonlyMap<number, number>, multilateral: number): void {
    this.#bilateral[b] = bilateral;
    this.#multilateral[b] = multilateral;
  }

  /** Cap towards a receiver, `Infinity` if there is none. */
  bilateralLimit(sender: number, receiver: number): number {
    return this.#bilateral[sender]!.get(receiver) ?? Infinity;
  }

  multilateralLimit(sender: number): number {
    return this.#multilateral[sender]!;
  }

  /** Caps of a bank by counterparty. */
  bilateralLimits(b: number): ReadonlyMap<number, number> {
    return this.#bilateral[b]!;
  }

  bilateralOutflow(sender: number, receiver: number): number {
    return this.outflows(sender).get(receiver) ?? 0;
  }

  /** What a bank has paid out today, by counterparty. */
  outflows(b: number): Map<number, number> {
    this.#sum();
    return this.#outflows[b]!;
  }

  bilateralOk(sender: number, receiver: number, amount: number): boolean {
    return (
      this.#bilateral[sender]!.size === 0 ||
      this.bilateralOutflow(sender, receiver) + amount <= this.bilateralLimit(sender, receiver)
    );
  }

  multilateralOk(sender: number, amount: number): boolean {
    return this.totalOutflow[sender]! + amount <= this.#multilateral[sender]!;
  }

  /** Counts a settled payment at its gross amount; receipts never give room back. */
  recordOutflow(sender: number, receiver: number, amount: number): void {
    this.#unsummed.push(sender, receiver, amount);
    if (this.#unsummed.length > MAX_UNSUMMED) this.#sum();
    this.totalOutflow[sender] = guard(this.totalOutflow[sender]! + amount, 'a day’s outflow');
    this.totalInflow[receiver]! += amount;
  }

  /** A new day: everybody has all room again. */
  clearOutflows(): void {
    this.#unsummed = [];
    this.totalInflow.fill(0);
    for (let b = 0; b < this.banks.count; b++) {
      if (this.totalOutflow[b] === 0) continue;
      this.#outflows[b]!.clear();
      this.totalOutflow[b] = 0;
      this.banks.markRaised(b);
    }
  }

  #sum(): void {
    const payouts = this.#unsummed;
    for (let i = 0; i < payouts.length; i += 3) {
      const outflows = this.#outflows[payouts[i]!]!;
      outflows.set(payouts[i + 1]!, (outflows.get(payouts[i + 1]!) ?? 0) + payouts[i + 2]!);
    }
    payouts.length = 0;
  }
}
