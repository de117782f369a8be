import { guard } from '../numeric/integers.js';

/** What a bank starts with (spec 01 §4.2). Money in cents. */
export interface BankOpening {
  id: string;
  balance: number;
  unsecuredCap: number;
  postedCollateral: number;
  haircut: number;
  /** `null`: ten times the current unsecured cap. */
  collateralCapacity: number | null;
}

/** The banks' accounts, credit and collateral: one column per field, a bank is its position in id order (spec 01 §4). */
export class Banks {
  readonly count: number;
  readonly ids: readonly string[];
  readonly #index: ReadonlyMap<string, number>;

  readonly balance: Float64Array;
  readonly unsecuredCap: Float64Array;
  readonly postedCollateral: Float64Array;
  readonly haircut: Float64Array;
  /** Configured collateral capacity; NaN where the rule of thumb applies. */
  readonly configuredCapacity: Float64Array;
  /** Tick of the last manual posting, −1 if none: only manual postings start a holding period (spec 01 Q108). */
  readonly postedAtTick: Float64Array;
  /** Liquidity brought in from the pool for the current day. */
  readonly allocatedLiquidity: Float64Array;
  /** Credit that unsecured cap and posted collateral give together; kept up to date by the setters. */
  readonly overdraftLimit: Float64Array;

  /** Number of the latest scan of the central queue; see {@link couldPayMoreSince}. */
  scan = 0;
  readonly #raisedInScan: Int32Array;
  #latestRaise = 0;

  /** `openings` in ascending code point order of their ids. */
  constructor(openings: readonly BankOpening[]) {
    const count = openings.length;
    this.count = count;
    this.ids = openings.map((bank) => bank.id);
    this.#index = new Map(this.ids.map((id, bank) => [id, bank]));
    this.balance = Float64Array.from(openings, (bank) => bank.balance);
    this.unsecuredCap = Float64Array.from(openings, (bank) => bank.unsecuredCap);
    this.postedCollateral = Float64Array.from(openings, (bank) => bank.postedCollateral);
    this.haircut = Float64Array.from(openings, (bank) => bank.haircut);
    this.configuredCapacity = Float64Array.from(openings, (bank) => bank.collateralCapacity ?? NaN);
    this.postedAtTick = new Float64Array(count).fill(-1);
    this.allocatedLiquidity = new Float64Array(count);
    this.overdraftLimit = new Float64Array(count);
    this.#raisedInScan = new Int32Array(count);
    for (let b = 0; b < count; b++) this.#updateLimit(b);
  }

  /** Position of a bank id, −1 if there is none. */
  indexOf(id: string): number {
    return this.#index.get(id) ?? -1;
  }

  /** Share of the posted collateral that gives credit. */
  collateralWeight(b: number): number {
    return Math.max(1 - this.haircut[b]!, 0);
  }

  creditUsed(b: number): number {
    return Math.max(-this.balance[b]!, 0);
  }

  /** Overdraft limit less used credit; negative when the limit is exceeded. */
  headroom(b: number): number {
    return this.overdraftLimit[b]! - this.creditUsed(b);
  }

  /** What the bank can pay right now, money and credit together (spec 01 §4.3). */
  available(b: number): number {
    const balance = this.balance[b]!;
    const limit = this.overdraftLimit[b]!;
    return balance >= 0 ? balance + limit : Math.max(limit + balance, 0);
  }

  canPay(b: number, amount: number): boolean {
    return amount <= this.available(b);
  }

  maxCollateralCapacity(b: number): number {
    const configured = this.configuredCapacity[b]!;
    return Number.isNaN(configured) ? this.unsecuredCap[b]! * 10 : configured;
  }

  remainingCollateralCapacity(b: number): number {
    return this.maxCollateralCapacity(b) - this.postedCollateral[b]!;
  }

  /** Collateral that can go while credit for used credit plus `buffer` stays covered (spec 01 §4.5.2). */
  maxWithdrawableCollateral(b: number, buffer: number): number {
    const weight = this.collateralWeight(b);
    const posted = this.postedCollateral[b]!;
    if (weight <= 0) return posted;
    const target = this.creditUsed(b) + buffer;
    const fromCollateral = target - Math.min(this.unsecuredCap[b]!, target);
    return Math.max(posted - Math.ceil(fromCollateral / weight), 0);
  }

  /** The largest withdrawal after which the headroom is not negative; 0 if it already is (spec 01 §4.5.3). */
  maxPolicyWithdrawal(b: number): number {
    const posted = this.postedCollateral[b]!;
    const weight = this.collateralWeight(b);
    const need = Math.max(this.creditUsed(b) - this.unsecuredCap[b]!, 0);
    if (need === 0) return posted;
    if (Math.floor(posted * weight) < need) return 0;
    // Smallest collateral that covers the need: the estimate is off by rounding only.
    let keep = Math.min(posted, Math.ceil(need / weight));
    while (keep > 0 && Math.floor((keep - 1) * weight) >= need) keep--;
    while (Math.floor(keep * weight) < need) keep++;
    return posted - keep;
  }

  /** Moves a balance without any check of credit or limits. */
  adjust(b: number, delta: number): void {
    this.balance[b] = guard(this.balance[b]! + delta, 'a balance');
    if (delta > 0) this.markRaised(b);
  }

  setUnsecuredCap(b: number, cap: number): void {
    this.unsecuredCap[b] = cap;
    this.#updateLimit(b);
  }

  setPostedCollateral(b: number, posted: number): void {
    this.postedCollateral[b] = guard(posted, 'posted collateral');
    this.#updateLimit(b);
  }

  /** Notes that the bank may be able to pay something it could not pay before. */
  markRaised(b: number): void {
    this.#raisedInScan[b] = this.scan;
    this.#latestRaise = this.scan;
  }

  /** Whether the bank could pay more at some time since the previous scan of the central queue began. */
  couldPayMoreSince(b: number): boolean {
    return this.#raisedInScan[b]! >= this.scan - 1;
  }

  /** Whether that holds for any bank. */
  get anyCouldPayMore(): boolean {
    return this.#latestRaise >= this.scan - 1;
  }

  #updateLimit(b: number): void {
    const secured = Math.floor(this.postedCollateral[b]! * this.collateralWeight(b));
    this.overdraftLimit[b] = guard(secured + this.unsecuredCap[b]!, 'a credit limit');
    this.markRaised(b);
  }
}
