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
  /** Those of them with nothing left to pay. */
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

  constructor(banks: number) {
    this.createdAmount = new Float64Array(banks);
    this.settledAmount = new Float64Array(banks);
  }

  recordSettlement(delay: number): void {
    this.effectivelySettled++;
    this.totalDelay += delay;
    this.maxDelay = Math.max(this.maxDelay, delay);
  }
}
