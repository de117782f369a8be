import type { BankPolicy } from './bank-policy.js';

/** The policies in force, and which banks have which trees: in a tick only those are asked. */
export class Policies {
  readonly #policies: BankPolicy[];
  /** Banks with such a tree, in id order. */
  withBankTree: readonly number[] = [];
  withStrategicCollateralTree: readonly number[] = [];
  withEndOfTickCollateralTree: readonly number[] = [];
  /** Banks whose payment tree can do anything to payments in the central queue. */
  actingOnQueue2: readonly number[] = [];

  /** `policies` in id order of the banks. */
  constructor(policies: readonly BankPolicy[]) {
    this.#policies = [...policies];
    this.#index();
  }

  of(b: number): BankPolicy {
    return this.#policies[b]!;
  }

  replace(b: number, policy: BankPolicy): void {
    this.#policies[b] = policy;
    this.#index();
  }

  #index(): void {
    const banks = this.#policies.map((_, b) => b);
    const having = (has: (policy: BankPolicy) => boolean): number[] => banks.filter((b) => has(this.#policies[b]!));
    this.withBankTree = having(({ bankTree }) => bankTree !== null);
    this.withStrategicCollateralTree = having(({ strategicCollateralTree }) => strategicCollateralTree !== null);
    this.withEndOfTickCollateralTree = having(({ endOfTickCollateralTree }) => endOfTickCollateralTree !== null);
    this.actingOnQueue2 = having(({ actsOnQueue2 }) => actsOnQueue2);
  }
}
