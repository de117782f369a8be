import type { OptimizerSettingsOf } from '../definition/schema.js';
import { withParameters } from '../policies/policy.js';
import { noChange, proposed, type PolicyOptimizer, type Proposal, type ProposalRequest } from './optimizer.js';

/** Proposes what a script says, iteration by iteration; for conformance tests and for retracing published runs. */
export class ScriptedOptimizer implements PolicyOptimizer {
  readonly kind = 'scripted';

  constructor(private readonly settings: OptimizerSettingsOf<'scripted'>) {}

  async propose({ view }: ProposalRequest): Promise<Proposal> {
    const next = this.settings.proposals[view.agent_id]?.[view.iteration];
    if (next === undefined || next === null) return noChange('the script proposes nothing');
    if (typeof next !== 'number') return proposed(next);
    const [parameter] = view.constraints.allowed_parameters;
    return parameter
      ? proposed(withParameters(view.policy, { [parameter.name]: next }))
      : noChange('there is no parameter to set');
  }
}
