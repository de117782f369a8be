import type { DecisionReason } from '@simcash/protocol';
import type { AcceptanceRule } from './acceptance-rule.js';

/** Reasons that were found by a test. */
const TESTED: ReadonlySet<DecisionReason> = new Set(['better', 'better_but_not_best', 'not_significant', 'risk']);

/** Spends the level of an experiment on its tests, so that many proposals do not wear it out (spec 17 §5.4). */
export class Levels {
  /** Tests of the run, and of each bank since its last acceptance. */
  #all = 0;
  readonly #since = new Map<string, number>();

  constructor(private readonly rule: Pick<AcceptanceRule, 'alpha' | 'family'>) {}

  /** Level and number of the next test of a bank. */
  next(agentId: string): { alpha: number; rank: number } {
    const { alpha, family } = this.rule;
    if (family === 'proposal') return { alpha, rank: 1 };
    const rank = 1 + (family === 'run' ? this.#all : (this.#since.get(agentId) ?? 0));
    return { alpha: alpha / (rank * (rank + 1)), rank };
  }

  /** Takes note of what was decided about a bank's candidates, which share one test. */
  record(agentId: string, reasons: readonly DecisionReason[]): void {
    if (!reasons.some((reason) => TESTED.has(reason))) return;
    this.#all++;
    this.#since.set(agentId, reasons.includes('better') ? 0 : (this.#since.get(agentId) ?? 0) + 1);
  }
}
