import type { PaymentList } from '@simcash/protocol';
import { quantile } from '@simcash/statistics';
import { amountDistribution, fitAmounts, type AmountFit } from './amounts.js';
import { dayProfile, type OpenTicks } from './profile.js';

/** How arrivals are fitted to a payment list. */
export interface FitOptions {
  /** Parts of the day; 24, or as many as it has ticks, unless given. */
  readonly buckets?: number;
  /** What the weights of receivers are shares of; value unless given. */
  readonly weights?: 'value' | 'count';
  /** One profile for all banks, or one for each. */
  readonly profile?: 'shared' | 'per_bank';
  /** Write the amounts themselves instead of the best curve. */
  readonly amounts?: 'best' | 'empirical';
}

/** How a bank's payments were fitted. */
export interface BankFit extends AmountFit {
  /** Number of payments. */
  readonly payments: number;
  /** Expected payments per tick. */
  readonly rate_per_tick: number;
  /** Weights by which the receiver of a payment is drawn, by bank. */
  readonly counterparty_weights: Readonly<Record<string, number>>;
  /** Ticks from arrival to deadline. */
  readonly deadline_range: readonly [number, number];
  /** Payments by priority. */
  readonly priorities: Readonly<Record<string, number>>;
  /** Weights of the parts of the day, if every bank has its own. */
  readonly profile?: readonly number[];
}

/** A list fitted by generated payments (spec 13 §14). */
export interface PaymentsFit {
  /** Weights of the parts of the day, over all banks. */
  readonly profile: readonly number[];
  /** Distance of the fitted profile from the list. */
  readonly chi_squared: number;
  /** Banks that pay. */
  readonly banks: Readonly<Record<string, BankFit>>;
  /** What a scenario needs to draw such payments, by bank. */
  readonly arrival_configs: Readonly<Record<string, object>>;
}

/**
 * Fits rates, profile, amounts, receivers, deadlines and priorities of every bank. It knows nothing of correlation between banks, of
 * days of the week, of autocorrelation, and of payments that answer received ones.
 *
 * @param banks ids of all banks of the scenario
 */
export function fitPayments(
  list: PaymentList,
  banks: readonly string[],
  run: OpenTicks,
  { amounts = 'best', buckets = Math.min(24, run.ticksPerDay), profile = 'shared', weights = 'value' }: FitOptions = {},
): PaymentsFit {
  const own = new Map(banks.map((bank) => [bank, new SentPayments()]));
  const ticks: number[] = [];
  for (let i = 0; i < list.length; i++) {
    const payment = list.at(i);
    ticks.push(payment.tick);
    own.get(payment.sender_id)!.add(payment);
  }
  const whole = dayProfile(ticks, buckets, run);
  const fits: [string, BankFit][] = [];
  const configs: [string, object][] = [];
  for (const [bank, sent] of own) {
    if (sent.ticks.length === 0) continue;
    const ascending = Float64Array.from(sent.amounts).sort();
    const ownProfile = profile === 'shared' ? null : dayProfile(sent.ticks, buckets, run);
    const rate = ownProfile?.perTick ?? (sent.ticks.length / list.length) * whole.perTick;
    const fit: BankFit = {
      payments: sent.ticks.length,
      rate_per_tick: rate,
      ...fitAmounts(ascending),
      counterparty_weights: sent.shares(
        banks.filter((id) => id !== bank),
        weights,
      ),
      deadline_range: sent.deadlineRange(),
      priorities: sent.priorities(),
      ...(ownProfile === null ? {} : { profile: ownProfile.weights }),
    };
    fits.push([bank, fit]);
    configs.push([
      bank,
      {
        rate_per_tick: rate,
        profile: fit.profile ?? whole.weights,
        amount_distribution: amountDistribution(ascending, fit, amounts === 'empirical'),
        counterparty_weights: fit.counterparty_weights,
        deadline_range: fit.deadline_range,
        priority_distribution: {
          type: 'Categorical',
          values: Object.keys(fit.priorities).map(Number),
          weights: Object.values(fit.priorities),
        },
      },
    ]);
  }
  return {
    profile: whole.weights,
    chi_squared: whole.chi_squared,
    banks: Object.fromEntries(fits),
    arrival_configs: Object.fromEntries(configs),
  };
}

/** What a bank sent. */
class SentPayments {
  readonly ticks: number[] = [];
  readonly amounts: number[] = [];
  readonly #offsets: number[] = [];
  readonly #priorities = new Map<number, number>();
  readonly #receivers = new Map<string, { value: number; count: number }>();

  add(payment: { tick: number; amount: number; deadline_tick: number; priority: number; receiver_id: string }): void {
    this.ticks.push(payment.tick);
    this.amounts.push(payment.amount);
    this.#offsets.push(payment.deadline_tick - payment.tick);
    this.#priorities.set(payment.priority, (this.#priorities.get(payment.priority) ?? 0) + 1);
    const receiver = this.#receivers.get(payment.receiver_id) ?? { value: 0, count: 0 };
    this.#receivers.set(payment.receiver_id, { value: receiver.value + payment.amount, count: receiver.count + 1 });
  }

  /** A receiver that is not listed would weigh 1, so all are listed. */
  shares(others: readonly string[], by: 'value' | 'count'): Record<string, number> {
    const of = (bank: string): number => this.#receivers.get(bank)?.[by] ?? 0;
    const total = others.reduce((sum, bank) => sum + of(bank), 0);
    return Object.fromEntries(others.map((bank) => [bank, total === 0 ? 1 : of(bank) / total]));
  }

  deadlineRange(): [number, number] {
    const ascending = [...this.#offsets].sort((a, b) => a - b);
    const at = (share: number): number => Math.max(1, halfToEven(quantile(ascending, share)!));
    return [at(0.1), at(0.9)];
  }

  priorities(): Record<string, number> {
    return Object.fromEntries(
      [...this.#priorities].sort(([a], [b]) => a - b).map(([priority, count]) => [String(priority), count]),
    );
  }
}

function halfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
