/** How many ticks a run has, and which are open. */
export interface OpenTicks {
  readonly numDays: number;
  readonly ticksPerDay: number;
  /** Open ticks of a day; the rest of its ticks are closed. */
  openTicks(day: number): number;
}

/** How many payments arrive in which part of the day (spec 13 §14). */
export interface DayProfile {
  /** Weights of the parts, on average 1 over the ticks of a day. */
  readonly weights: readonly number[];
  /** Payments that are expected in a tick of the day, on average over its ticks. */
  readonly perTick: number;
  /** Σ over days and parts of (count − expected)² / expected: how well all days have one profile. */
  readonly chi_squared: number;
}

/** @param ticks ticks in which payments arrive */
export function dayProfile(ticks: Iterable<number>, buckets: number, run: OpenTicks): DayProfile {
  const { numDays, ticksPerDay } = run;
  const bucketOf = (tick: number): number => Math.floor((tick * buckets) / ticksPerDay);
  const counts = Array.from({ length: numDays }, () => new Float64Array(buckets));
  for (const tick of ticks) counts[Math.floor(tick / ticksPerDay)]![bucketOf(tick % ticksPerDay)]!++;
  const open = Array.from({ length: numDays }, () => new Float64Array(buckets));
  const size = new Float64Array(buckets);
  for (let tick = 0; tick < ticksPerDay; tick++) {
    size[bucketOf(tick)]!++;
    for (let day = 0; day < numDays; day++) if (tick < run.openTicks(day)) open[day]![bucketOf(tick)]!++;
  }
  const sum = (rows: readonly Float64Array[], bucket: number): number => rows.reduce((total, row) => total + row[bucket]!, 0);
  /** Payments per open tick of each part. */
  const rates = Array.from(size, (_, b) => (sum(open, b) === 0 ? 0 : sum(counts, b) / sum(open, b)));
  const perTick = rates.reduce((total, rate, b) => total + rate * size[b]!, 0) / ticksPerDay;
  let chiSquared = 0;
  counts.forEach((row, day) =>
    row.forEach((count, b) => {
      const expected = rates[b]! * open[day]![b]!;
      if (expected > 0) chiSquared += (count - expected) ** 2 / expected;
    }),
  );
  return { weights: rates.map((rate) => (perTick === 0 ? 0 : rate / perTick)), perTick, chi_squared: chiSquared };
}
