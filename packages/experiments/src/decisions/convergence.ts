import type { ExperimentEventData } from '@simcash/protocol';
import { experimentEnding, type Round } from '@simcash/statistics';
import { sum } from '../scenario.js';

/** Why an experiment ended. */
export type StopReason = ExperimentEventData['experiment_end']['stop_reason'];

/** Tells from the metric of each iteration when an experiment has found its end (spec 11 §9). */
export interface ConvergenceDetector {
  /** Takes the costs of the next iteration, in cents. */
  record(total: number): void;
  /** Which rule says stop; null to go on. */
  readonly verdict: { stop_reason: StopReason; text: string } | null;
}

/** When an experiment ends of itself. */
export interface ConvergenceSettings {
  /** How many iterations there are at most. */
  max_iterations: number;
  /** The greatest relative change that counts as none. */
  stability_threshold: number;
  /** How many iterations are looked at. */
  stability_window: number;
  /** The greatest coefficient of variation that counts as rest. */
  cv_threshold: number;
  /** The greatest regret that counts as none, relative to the costs. */
  regret_threshold: number;
}

/** Stops when nothing is accepted any more, or a limit is reached; costs of different days say nothing about it (spec 17 §7). */
export class QuietDetector implements ConvergenceDetector {
  #evaluated = 0;

  constructor(
    private readonly settings: Pick<ConvergenceSettings, 'max_iterations' | 'stability_window'>,
    private readonly rounds: readonly Round[],
    /** A budget that is used up. */
    private readonly limit: () => string | null,
  ) {}

  record(): void {
    this.#evaluated++;
  }

  get verdict(): ConvergenceDetector['verdict'] {
    // Before a round there is an evaluation.
    if (this.#evaluated <= this.rounds.length) return null;
    const { max_iterations, stability_window: window } = this.settings;
    const limit = this.limit();
    const { detail, ending, stop } = experimentEnding({ rounds: this.rounds, window, max_iterations, limit });
    if (!stop) return null;
    if (ending === 'stalled') return { stop_reason: 'quiet', text: `nothing was accepted in ${window} iterations` };
    return detail === 'max_iterations' ? atMost(max_iterations) : { stop_reason: 'budget', text: `Budget exhausted (${detail})` };
  }
}

const atMost = (n: number): { stop_reason: StopReason; text: string } => ({
  stop_reason: 'max_iterations',
  text: `Max iterations reached (${n})`,
});

/** Stops when the cost has changed little for a number of iterations; for the deterministic modes (spec 11 §9.1). */
export class CostDetector implements ConvergenceDetector {
  #iterations = 0;
  #stable = 0;
  #previous: number | null = null;

  constructor(private readonly settings: ConvergenceSettings) {}

  /** Takes the costs of the next iteration, in cents. */
  record(total: number): void {
    const { stability_threshold: threshold } = this.settings;
    const before = this.#previous;
    if (before !== null) {
      const isStable = before === 0 ? Math.abs(total) < threshold : Math.abs(total - before) / Math.abs(before) <= threshold;
      this.#stable = isStable ? this.#stable + 1 : 0;
    }
    this.#previous = total;
    this.#iterations++;
  }

  get verdict(): ReturnType<typeof atMost> | null {
    const { max_iterations, stability_window: window } = this.settings;
    if (this.#stable >= window)
      return { stop_reason: 'stability', text: `Stability achieved (${window} consecutive stable iterations)` };
    return this.#iterations >= max_iterations ? atMost(max_iterations) : null;
  }
}

/** Stops when the cost varies little, shows no trend and is near its best; for bootstrap mode (spec 11 §9.2). */
export class BootstrapDetector implements ConvergenceDetector {
  readonly #costs: number[] = [];
  #best = Infinity;

  constructor(private readonly settings: ConvergenceSettings) {}

  /** Takes the costs of the next iteration, in cents. */
  record(total: number): void {
    this.#best = Math.min(this.#best, total);
    this.#costs.push(total);
  }

  get verdict(): ReturnType<typeof atMost> | null {
    const { cv_threshold, max_iterations, regret_threshold, stability_window } = this.settings;
    if (this.#costs.length >= max_iterations) return atMost(max_iterations);
    if (this.#costs.length < stability_window) return null;
    const recent = this.#costs.slice(-stability_window);
    const converged =
      coefficientOfVariation(recent) < cv_threshold &&
      !hasTrend(recent) &&
      regret(this.#costs.at(-1)!, this.#best) <= regret_threshold;
    return converged ? { stop_reason: 'stability', text: 'All convergence criteria satisfied (CV, trend, regret)' } : null;
  }
}

/** Population standard deviation by the size of the mean. */
function coefficientOfVariation(values: readonly number[]): number {
  if (values.length < 2) return Infinity;
  const mean = sum(values) / values.length;
  if (mean === 0) return values.every((value) => value === 0) ? 0 : Infinity;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length) / Math.abs(mean);
}

const regret = (current: number, best: number): number =>
  best === 0 ? (current === 0 ? 0 : Infinity) : (current - best) / Math.abs(best);

/** Where the two-sided 5% of the standard normal distribution begin. */
const NORMAL_QUANTILE = 1.959963984540054;

/** Mann–Kendall test for a trend at the 5% level; for fewer than four values a share of concordant pairs (spec 11 §9.2). */
export function hasTrend(values: readonly number[]): boolean {
  const n = values.length;
  if (n < 2) return false;
  let s = 0;
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) s += Math.sign(values[j]! - values[i]!);
  if (n < 4) return Math.abs(s) >= (0.75 * n * (n - 1)) / 2;
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  const ties = sum([...sizes.values()].map((t) => t * (t - 1) * (2 * t + 5)));
  const variance = (n * (n - 1) * (2 * n + 5) - ties) / 18;
  if (variance <= 0) return false;
  return Math.max(0, Math.abs(s) - 1) / Math.sqrt(variance) > NORMAL_QUANTILE;
}

/** Tells in temporal mode when all banks have kept their fraction for a number of iterations (spec 11 §9.3). */
export class StabilityTracker {
  readonly #fractions = new Map<string, Map<number, number>>();

  constructor(
    private readonly agents: readonly string[],
    private readonly window: number,
  ) {}

  /** Recording an iteration again overwrites it. */
  record(agentId: string, iteration: number, fraction: number): void {
    const known = this.#fractions.get(agentId) ?? new Map<number, number>();
    this.#fractions.set(agentId, known.set(iteration, fraction));
  }

  /** Whether policies have not changed for the whole window. */
  get stable(): boolean {
    return this.agents.every((agentId) => {
      const recent = [...(this.#fractions.get(agentId)?.values() ?? [])].slice(-this.window);
      return recent.length === this.window && recent.every((fraction) => Math.abs(fraction - recent[0]!) <= TOLERANCE);
    });
  }
}

/** By how much a fraction may differ from the first of its window. In doubles 0.501 differs from 0.5 by more. */
const TOLERANCE = 0.001;
