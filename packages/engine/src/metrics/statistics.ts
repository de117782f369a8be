/** Sums over all payments of the run, kept as they happen so that no query and no policy scans them (spec 03 §12). */
export class Statistics {
  /** Payments without parent, and parts of splits, ever created. */
  arrivals = 0;
  children = 0;
  /** Cents of the payments without parent. */
  arrivedValue = 0;
  /** Cents of all legs that settled; parts count, the payments they were cut from do not. */
  settledValue = 0;
  /** Payments and parts that policies dropped, and their cents. */
  dropped = 0;
  droppedValue = 0;
  /** Payments and parts that were cancelled at the end of a day, and their cents. */
  cancelled = 0;
  cancelledValue = 0;
  /** Those of the payments with nothing left to pay, and of the parts. */
  settledArrivals = 0;
  settledChildren = 0;
  /** Payments without parent that offsets or cycles settled, themselves or in part. */
  offsetPayments = 0;
  /** Offsets and cycles. */
  offsetOperations = 0;
  /** Waiting payments that were found past their deadline. */
  wentOverdue = 0;
  /** Payments without parent that settled themselves or through all their parts, and their delays since arrival in ticks. */
  effectivelySettled = 0;
  totalDelay = 0;
  maxDelay = 0;
  /** Per sender: value ever created and value ever paid; a split payment counts as a whole and as parts (Quirk Q9). */
  readonly createdAmount: Float64Array;
  readonly settledAmount: Float64Array;
  /** Per sender: cents of its payments without parent, and of its legs that settled. */
  readonly arrivedValueOf: Float64Array;
  readonly settledValueOf: Float64Array;

  constructor(banks: number) {
    this.createdAmount = new Float64Array(banks);
    this.settledAmount = new Float64Array(banks);
    this.arrivedValueOf = new Float64Array(banks);
    this.settledValueOf = new Float64Array(banks);
  }

  /** The sums in the order of {@link STATISTICS}. */
  save(): number[] {
    return STATISTICS.map((name) => this[name]);
  }

  load(values: readonly number[]): void {
    STATISTICS.forEach((name, i) => (this[name] = values[i]!));
  }

  recordSettlement(delay: number): void {
    this.effectivelySettled++;
    this.totalDelay += delay;
    this.maxDelay = Math.max(this.maxDelay, delay);
  }
}

/** The sums that a snapshot keeps, in order. */
export const STATISTICS = [
  ...(['arrivals', 'children', 'settledArrivals', 'settledChildren', 'effectivelySettled', 'totalDelay', 'maxDelay'] as const),
  ...(['offsetPayments', 'settledValue', 'dropped', 'droppedValue', 'arrivedValue', 'offsetOperations', 'wentOverdue'] as const),
];
