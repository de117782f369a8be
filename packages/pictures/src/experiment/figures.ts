/** Figures of an experiment run, as its page and `simcash report --json` have them (spec 16 §9). Money is cents. */
export interface ExperimentFigures {
  /** The experiment's id. */
  readonly run_id: string;
  /** What the experiment is called. */
  readonly experiment_name: string;
  /** What it is, in words. */
  readonly description: string;
  /** What proposed the policies. */
  readonly optimizer: string;
  /** How policies are evaluated. */
  readonly mode: string;
  /** The seed that all other seeds are derived from. */
  readonly master_seed: string;
  /** How far it has come. */
  readonly status: string;
  /** Why it failed; null if it did not. */
  readonly error_message: string | null;
  /** How it ended, in a sentence; null while it has not. */
  readonly ending: string | null;
  /** Whose policies are looked for, by id. */
  readonly banks: readonly string[];
  /** What the policies in force cost; of the same test days where there are any, else of each iteration's own. */
  readonly costs: readonly { readonly iteration: number; readonly by_bank: Readonly<Record<string, EstimateFigures>> }[];
  /** Days of each of these costs; 1 where one day decides. */
  readonly days: number;
  /** The proposals in order. */
  readonly proposals: readonly ProposalFigures[];
  /** Parameters in force, by iteration. */
  readonly parameters: readonly {
    readonly iteration: number;
    readonly by_bank: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
  /** What the last policies save against the first ones, on test days; null in modes without. */
  readonly savings: Readonly<
    Record<string, { readonly initial: EstimateFigures; readonly final: EstimateFigures; readonly saved: EstimateFigures }>
  > | null;
  /** What each bank could still save; null where nothing was certified. */
  readonly regret:
    | readonly {
        readonly bank: string;
        readonly verdict: string;
        readonly days: number;
        readonly regret: number;
        readonly upper: number;
        readonly best: string | null;
      }[]
    | null;
}

/** A mean with its interval. */
export interface EstimateFigures {
  /** Cents. */
  readonly mean: number;
  /** The lower end of the interval. */
  readonly lower: number | null;
  /** The upper end of the interval. */
  readonly upper: number | null;
}

/** A proposal of an experiment, and what became of it. */
export interface ProposalFigures {
  /** Iterations are counted from 0. */
  readonly iteration: number;
  /** The bank's id. */
  readonly bank: string;
  /** What became of it. */
  readonly outcome: 'accepted' | 'rejected' | 'refused';
  /** Why, in words. */
  readonly reason: string;
  /** Null where nothing was compared. */
  readonly old_cost: number | null;
  /** Costs of the proposed policy, in cents. */
  readonly new_cost: number | null;
  /** A day, on the days of the comparison. */
  readonly saving: EstimateFigures | null;
  /** What is different. */
  readonly change: string;
}
