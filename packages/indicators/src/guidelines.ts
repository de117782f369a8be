/** A share of a day's value that ought to have been sent by some time of the day (spec 14 §8). */
export interface Guideline {
  /** `12:00`, or a tick of the day. */
  readonly by: string | number;
  /** The share of a day's value that should have been sent. */
  readonly share: number;
}

/** What a bank had sent by the time of a guideline on one day, and in all. Money is cents. */
export interface SentBy {
  /** Position of the guideline. */
  readonly guideline: number;
  /** The bank's id. */
  readonly bank: string;
  /** Days are counted from 0. */
  readonly day: number;
  /** What had been sent by then, in cents. */
  readonly by_then: number;
  /** What the share is of: sent or due on the day. */
  readonly total: number;
}

/** How far a bank, or the system (null), kept to a guideline. */
export interface GuidelineRow extends Guideline {
  /** The bank's id; null for the whole system. */
  readonly bank: string | null;
  /** Days with anything to send. */
  readonly days: number;
  /** The share that was sent by then, over all days; null if nothing was sent. */
  readonly mean_share: number | null;
  /** On how many days the guideline was met. */
  readonly days_met: number;
  /** Whether it was met on average; null if nothing was sent. */
  readonly met: boolean | null;
  /** Cents that lacked on the days on which it was not met. */
  readonly shortfall_value: number;
}

/** Judges banks by the mean of their days: by guideline, the system first, then banks in the order given. */
export function judgeGuidelines(
  guidelines: readonly Guideline[],
  banks: readonly string[],
  sent: readonly SentBy[],
): GuidelineRow[] {
  return guidelines.flatMap((guideline, i) => {
    const own = sent.filter((row) => row.guideline === i);
    const byDay = new Map<number, { by_then: number; total: number }>();
    for (const { by_then, day, total } of own) {
      const sum = byDay.get(day) ?? { by_then: 0, total: 0 };
      byDay.set(day, { by_then: sum.by_then + by_then, total: sum.total + total });
    }
    return [
      judged(guideline, null, [...byDay.values()]),
      ...banks.map((bank) =>
        judged(
          guideline,
          bank,
          own.filter((row) => row.bank === bank),
        ),
      ),
    ];
  });
}

function judged(
  { by, share }: Guideline,
  bank: string | null,
  sent: readonly { readonly by_then: number; readonly total: number }[],
): GuidelineRow {
  const days = sent.filter(({ total }) => total > 0);
  const mean = days.length === 0 ? null : meanOf(days);
  const wanted = decimal(share);
  return {
    by,
    share,
    bank,
    days: days.length,
    mean_share: mean === null ? null : Number(mean) / Number(PART),
    days_met: days.filter(({ by_then, total }) => lacking(wanted, total, by_then) === 0).length,
    // What was rounded off is less than two parts.
    met: mean === null ? null : (mean + 2n) * wanted[1] >= wanted[0] * PART,
    shortfall_value: days.reduce((sum, { by_then, total }) => sum + lacking(wanted, total, by_then), 0),
  };
}

/** Exact, as binary fractions of shares are not. */
type Fraction = readonly [numerator: bigint, denominator: bigint];

/** Shares are added up as whole numbers of this part: sums of doubles would fall short of what every day has. */
const PART = 2n ** 80n;

/** The mean of the shares of days, in parts. */
function meanOf(days: readonly { readonly by_then: number; readonly total: number }[]): bigint {
  const sum = days.reduce((parts, { by_then, total }) => parts + (BigInt(by_then) * PART) / BigInt(total), 0n);
  return sum / BigInt(days.length);
}

/** The decimal that a share is written as, to twelve digits. */
function decimal(share: number): Fraction {
  const digits = Math.max(0, share.toFixed(12).replace(/0+$/, '').length - 2);
  return [BigInt(Math.round(share * 10 ** digits)), 10n ** BigInt(digits)];
}

/** Whole cents up to which the share of a total was not sent. */
function lacking([numerator, denominator]: Fraction, total: number, byThen: number): number {
  const missing = numerator * BigInt(total) - BigInt(byThen) * denominator;
  return missing <= 0n ? 0 : Number((missing + denominator - 1n) / denominator);
}
