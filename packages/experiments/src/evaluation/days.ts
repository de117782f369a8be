import { canonicalJson, type Policy, type SimulationBatch, type SimulationDraw, type SimulationOutcome } from '@simcash/protocol';
import { ExperimentInterrupted } from '../interrupted.js';
import { agentVariant } from '../policies/policy.js';
import { agentEntries, agentEntry, effectiveScenario, hasPool, type PolicyProfile } from '../scenario.js';
import type { EvaluationSetting } from './setting.js';

/** What is asked for at once: few enough outcomes to be in memory together, and so little work that a signal is heard. */
const SIMULATIONS = 20_000;
const BANK_TICKS = 1_000_000;

/** Days of the true scenario, one set of seeds (spec 17 §2). What was played once is not played again. */
export class Days<T> {
  readonly #known = new Map<string, T[]>();

  /**
   * @param seedOf seed of a day, by its number from 0
   * @param keep what is kept of an outcome
   */
  constructor(
    private readonly setting: EvaluationSetting,
    readonly seedOf: (day: number) => bigint,
    private readonly keep: (outcome: SimulationOutcome) => T,
  ) {}

  /** The first `n` days with each of the candidates in a bank's place, the others as in the profile: by candidate, then by day. */
  async play(agentId: string, profile: PolicyProfile, candidates: readonly Policy[], n: number): Promise<T[][]> {
    const keys = candidates.map((candidate) => canonicalJson({ ...profile, [agentId]: candidate }));
    let missing = [...new Set(keys)].filter((key) => this.#of(key).length < n);
    const atOnce = this.#atOnce();
    while (missing.length > 0) {
      if (this.setting.signal?.aborted) throw new ExperimentInterrupted('the experiment was interrupted');
      const from = this.#of(missing[0]!).length;
      const to = Math.min(n, from + atOnce);
      const alike = missing.filter((key) => this.#of(key).length === from).slice(0, Math.floor(atOnce / (to - from)));
      const policies = alike.map((key) => candidates[keys.indexOf(key)]!);
      const [outcomes] = await this.setting.host.executor.runBatches([this.#batch(agentId, profile, policies, from, to)]);
      alike.forEach((key, i) => this.#known.set(key, [...this.#of(key), ...outcomes![i]!.map(this.keep)]));
      missing = missing.filter((key) => this.#of(key).length < n);
    }
    return keys.map((key) => this.#of(key).slice(0, n));
  }

  #atOnce(): number {
    const { scenario, ticks } = this.setting;
    return Math.min(SIMULATIONS, Math.max(1, Math.floor(BANK_TICKS / (ticks * agentEntries(scenario).length))));
  }

  #of(key: string): readonly T[] {
    return this.#known.get(key) ?? [];
  }

  #batch(agentId: string, profile: PolicyProfile, candidates: readonly Policy[], from: number, to: number): SimulationBatch {
    const { agents, scenario, ticks } = this.setting;
    const pool = hasPool(agentEntry(scenario, agentId));
    return {
      scenario: effectiveScenario(scenario, profile, 0),
      ticks,
      agent_id: agentId,
      report: agents,
      variants: candidates.map((candidate) => agentVariant(candidate, pool)),
      draws: Array.from({ length: to - from }, (_, i): SimulationDraw => ({
        seed: this.seedOf(from + i),
        payments: [],
        settlements: [],
      })),
    };
  }
}
