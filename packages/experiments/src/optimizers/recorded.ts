import type { StoredExperiment } from '@simcash/protocol';
import { noChange, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';

/** Proposes again what a stored run proposed, so that a run with a language model can be repeated without it (spec 11 §20.5). */
export class RecordedOptimizer implements PolicyOptimizer {
  readonly kind = 'recorded';

  constructor(private readonly run: StoredExperiment) {}

  async propose({ view }: ProposalRequest): Promise<Proposal> {
    const iteration = this.run.iterations.find((candidate) => candidate.iteration === view.iteration);
    const own = iteration?.evaluations.filter(({ agent_id }) => agent_id === view.agent_id) ?? [];
    // Refused answers of a model were asked for again; candidates that were judged together are proposed together.
    const policies = own.filter(({ old_cost, judgement }) => old_cost !== null || judgement?.reason === 'same_policy');
    const [first, ...others] = (policies.length > 0 ? policies : own.slice(-1)).map((row) => row.proposed_policy);
    return first
      ? { status: 'proposed', policy: first, others, audit: [] }
      : noChange(`run ${this.run.run_id} proposed nothing here`);
  }
}
