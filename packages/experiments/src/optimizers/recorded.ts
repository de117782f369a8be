import type { StoredExperiment } from '@simcash/protocol';
import { noChange, proposed, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';

/** Proposes again what a stored run proposed, so that a run with a language model can be repeated without it (spec 11 §20.5). */
export class RecordedOptimizer implements PolicyOptimizer {
  readonly kind = 'recorded';

  constructor(private readonly run: StoredExperiment) {}

  async propose({ view }: ProposalRequest): Promise<Proposal> {
    const iteration = this.run.iterations.find((candidate) => candidate.iteration === view.iteration);
    const last = iteration?.evaluations.findLast(({ agent_id }) => agent_id === view.agent_id);
    return last ? proposed(last.proposed_policy) : noChange(`run ${this.run.run_id} proposed nothing here`);
  }
}
