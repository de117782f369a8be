import type { Executor, Policy, SimulationBatch, SimulationOutcome } from '@simcash/protocol';
import type { CandidateSearch } from '../optimizers/candidate-search.js';
import { costOf, sum, type CostScope, type PolicyProfile } from '../scenario.js';

/** Builds the simulations that try out candidates for one bank. */
export type BatchFor = (agentId: string, profile: PolicyProfile, candidates: readonly Policy[]) => SimulationBatch;

/**
 * Tries out candidate policies of one iteration. What was simulated once is not simulated again: the evaluation of the current
 * policies, the search of an optimizer and the comparison that decides share their results (spec 11 §20.3).
 */
export class KnownOutcomes {
  readonly #known = new Map<string, SimulationOutcome[]>();

  constructor(
    private readonly executor: Executor,
    private readonly batchFor: BatchFor,
    /** Whether other banks' policies matter to the outcome. */
    private readonly dependsOnProfile: boolean,
  ) {}

  /** Candidates for a bank by their costs over all draws; too few settled payments make one inadmissible. */
  search(agentId: string, profile: PolicyProfile, scope: CostScope, leastRate: number | null): CandidateSearch {
    return {
      tryOut: async (candidates) => {
        const outcomes = await this.outcomes(agentId, profile, candidates);
        return outcomes.map((draws) => {
          const rate = sum(draws.map((outcome) => outcome.settlement_rate)) / draws.length;
          const shortfall = Math.max(0, (leastRate ?? 0) - rate);
          const costs = draws.map((outcome) => costOf(outcome, agentId, scope));
          return { cost: sum(costs), isAdmissible: shortfall === 0, shortfall, costs, settlement_rate: rate };
        });
      },
      race: null,
    };
  }

  /** Outcomes by candidate, then by draw. */
  async outcomes(agentId: string, profile: PolicyProfile, candidates: readonly Policy[]): Promise<SimulationOutcome[][]> {
    const others = this.dependsOnProfile ? JSON.stringify({ ...profile, [agentId]: null }) : '';
    const keys = candidates.map((candidate) => `${agentId}\n${others}\n${JSON.stringify(candidate)}`);
    const missing = [...new Set(keys)].filter((key) => !this.#known.has(key)).map((key) => keys.indexOf(key));
    if (missing.length > 0) {
      const batch = this.batchFor(
        agentId,
        profile,
        missing.map((i) => candidates[i]!),
      );
      const [results] = await this.executor.runBatches([batch]);
      missing.forEach((i, k) => this.#known.set(keys[i]!, results![k]!));
    }
    return keys.map((key) => this.#known.get(key)!);
  }
}
