import type { LlmInteraction, Policy } from '@simcash/protocol';
import type { PolicyProblem } from '../host.js';
import type { CandidateSearch } from './candidate-search.js';
import type { AgentView } from '../isolation/view.js';

/** A request for a better policy for one bank. */
export interface ProposalRequest {
  /** All that the proposer may know. */
  view: AgentView;
  /** Seed of the proposer's own randomness; a function of experiment, iteration and bank. */
  seed: number;
  /** Everything that speaks against a policy: the language, and the experiment's constraints. */
  problems(policy: Policy): PolicyProblem[];
  /** Tries out candidates under the rule by which the proposal will be judged. */
  search: CandidateSearch;
  /** Ends the work early. */
  signal?: AbortSignal;
}

/** What came of a request; conversations with language models are kept whole. */
export type Proposal =
  | {
      status: 'proposed';
      /** The policy as a document. */
      policy: Policy;
      /** More candidates, which are judged together with it (spec 17 §5.4). */
      others?: readonly Policy[];
      /** What was asked of a language model, and answered. */
      audit: readonly LlmInteraction[];
    }
  | {
      status: 'no-change';
      /** Why, in words. */ reason: string;
      /** What was asked of a language model, and answered. */ audit: readonly LlmInteraction[];
    }
  | {
      status: 'failed';
      /** What is wrong. */ errors: readonly string[];
      /** What was asked of a language model, and answered. */ audit: readonly LlmInteraction[];
    };

/** What became of a candidate; money in cents a day. */
export interface Observation {
  /** Whether the proposal was accepted. */
  decision: 'accepted' | 'rejected';
  /** Why, in words. */
  reason: string;
  /** What the proposal saved, with its interval; null if it was not played. */
  saving: { mean: number; lower: number | null; upper: number | null } | null;
  /** The p-value of the test; null if there is none. */
  p_value: number | null;
}

/** Finds policies. Implementations keep no state between requests, so that a run can be continued (spec 11 §20.2). */
export interface PolicyOptimizer {
  /** The optimizer by name. */
  readonly kind: string;
  /** Proposes a policy for one bank, or says why there is none. */
  propose(request: ProposalRequest): Promise<Proposal>;
  /** Why nothing more can be expected of it, in a sentence; null, or absent, while something can. */
  readonly givenUp?: string | null;
  /** Hears what became of its candidates, in their order. */
  observe?(agentId: string, observations: readonly Observation[]): void;
  /** Nothing more will be asked. @param ending the word for it; null where the run was broken off or has none */
  close?(ending: string | null): Promise<void>;
}

/** What a search found; nothing where no candidate keeps the floors. */
export const found = (policy: Policy | null): Proposal =>
  policy === null ? noChange('no candidate settles enough') : proposed(policy);

export const proposed = (policy: Policy): Proposal => ({ status: 'proposed', policy, audit: [] });
export const noChange = (reason: string): Proposal => ({ status: 'no-change', reason, audit: [] });
