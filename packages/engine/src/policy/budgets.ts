/** What each bank's payment tree may release in the running tick; without a budget everything (spec 01 §4.9). */
export class ReleaseBudgets {
  readonly #budgets: (Budget | null)[];
  /** Banks with a budget. */
  #limited: number[] = [];

  constructor(banks: number) {
    this.#budgets = new Array<Budget | null>(banks).fill(null);
  }

  /** A budget holds for the tick in which it was set. */
  clear(): void {
    for (const b of this.#limited) this.#budgets[b] = null;
    this.#limited = [];
  }

  /** Takes over the budgets of another simulation. */
  continueFrom(other: ReleaseBudgets): void {
    for (const b of other.#limited) {
      const budget = other.#budgets[b]!;
      this.#limited.push(b);
      this.#budgets[b] = { ...budget, used: new Map(budget.used) };
    }
  }

  set(b: number, max: number, focus: readonly string[] | null, maxPerCounterparty: number | null): void {
    this.#limited.push(b);
    this.#budgets[b] = { remaining: max, focus: focus && new Set(focus), maxPerCounterparty, used: new Map() };
  }

  /** Whether the bank may release `amount` to the counterparty. */
  allows(b: number, counterparty: string, amount: number): boolean {
    const budget = this.#budgets[b];
    if (!budget) return true;
    if (amount > budget.remaining) return false;
    if (budget.focus !== null && !budget.focus.has(counterparty)) return false;
    return budget.maxPerCounterparty === null || (budget.used.get(counterparty) ?? 0) + amount <= budget.maxPerCounterparty;
  }

  /** Charges a release. */
  charge(b: number, counterparty: string, amount: number): void {
    const budget = this.#budgets[b];
    if (!budget) return;
    budget.remaining -= amount;
    budget.used.set(counterparty, (budget.used.get(counterparty) ?? 0) + amount);
  }
}

interface Budget {
  remaining: number;
  focus: ReadonlySet<string> | null;
  maxPerCounterparty: number | null;
  used: Map<string, number>;
}
