import { guard } from '../numeric/integers.js';
import type { World } from '../world.js';

/** Credits of the running tick that their receivers get at its end (spec 04 §7). */
export class DeferredCredits {
  readonly #credits = new Map<number, { amount: number; sources: number[] }>();

  accumulate(receiver: number, amount: number, transaction: number): void {
    const credit = this.#credits.get(receiver);
    if (credit === undefined) {
      this.#credits.set(receiver, { amount, sources: [transaction] });
      return;
    }
    credit.amount = guard(credit.amount + amount, 'a deferred credit');
    credit.sources.push(transaction);
  }

  /** Names sources once more: offsetting a bank's payments to itself lists them twice (spec 04 Q426). */
  repeat(receiver: number, transactions: readonly number[]): void {
    this.#credits.get(receiver)?.sources.push(...transactions);
  }

  /** Empties the store; receivers in id order. */
  take(): [receiver: number, credit: { amount: number; sources: number[] }][] {
    const credits = [...this.#credits].sort(([a], [b]) => a - b);
    this.#credits.clear();
    return credits;
  }
}

/** Credits what the tick accumulated (tick phase 14). */
export function applyDeferredCredits(world: World): void {
  for (const [receiver, credit] of world.deferred?.take() ?? []) {
    world.banks.adjust(receiver, credit.amount);
    world.log.deferredCreditApplied(receiver, credit.amount, credit.sources);
  }
}
