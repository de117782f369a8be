// Made by npm run docs:pages, from the schema that validates: change the descriptions there.

/** What proposes policies; by type. */
export type OptimizerDocument =
  | {
      /** Asks the language model that llm names. */
      type: 'llm';
    }
  | {
      /** Tries all points of a grid. */
      type: 'grid';
      /** Names of the parameters to search, each with bounds; all numbers of policy_constraints unless given. */
      parameters?: readonly string[];
      /**
       * Distance between points.
       * Above 0.
       * @defaultValue 0.05
       */
      step?: number;
      /**
       * Number of points of each parameter, in place of step.
       * At least 2.
       */
      points?: number;
      /**
       * Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.
       * @defaultValue {"batch":50,"alpha":0.01,"budget":0.3}
       */
      racing?:
        | false
        | {
            /**
             * Days of the first look; every look has twice as many as the one before.
             * At least 10.
             * @defaultValue 50
             */
            batch?: number;
            /**
             * Level at which a candidate is left behind.
             * Above 0, at most 0.5.
             * @defaultValue 0.01
             */
            alpha?: number;
            /**
             * Share of all simulations that may be used, up to 1.
             * Above 0, at most 1.
             * @defaultValue 0.3
             */
            budget?: number;
          };
    }
  | {
      /** Golden-section search, parameter by parameter. */
      type: 'golden';
      /** Names of the parameters to search, each with bounds; all numbers of policy_constraints unless given. */
      parameters?: readonly string[];
      /**
       * Width at which the search ends.
       * Above 0.
       * @defaultValue 0.001
       */
      tolerance?: number;
      /**
       * Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.
       * @defaultValue {"batch":50,"alpha":0.01,"budget":0.3}
       */
      racing?:
        | false
        | {
            /**
             * Days of the first look; every look has twice as many as the one before.
             * At least 10.
             * @defaultValue 50
             */
            batch?: number;
            /**
             * Level at which a candidate is left behind.
             * Above 0, at most 0.5.
             * @defaultValue 0.01
             */
            alpha?: number;
            /**
             * Share of all simulations that may be used, up to 1.
             * Above 0, at most 1.
             * @defaultValue 0.3
             */
            budget?: number;
          };
      /**
       * Mode monte-carlo: days on which points are tried out; the eight best then race.
       * At least 1.
       * @defaultValue 200
       */
      screen_days?: number;
    }
  | {
      /** Cross-entropy method: draws points, and draws anew around the best. */
      type: 'cem';
      /** Names of the parameters to search, each with bounds; all numbers of policy_constraints unless given. */
      parameters?: readonly string[];
      /**
       * Draws in each round.
       * At least 2.
       * @defaultValue 32
       */
      population?: number;
      /**
       * Share of the best draws that the next round is made of, up to 1.
       * Above 0, at most 1.
       * @defaultValue 0.25
       */
      elite?: number;
      /**
       * Rounds.
       * At least 1.
       * @defaultValue 8
       */
      iterations?: number;
      /**
       * Weight of the new mean and spread against the old ones, up to 1.
       * Above 0, at most 1.
       * @defaultValue 0.7
       */
      smoothing?: number;
      /**
       * Least spread, as a share of the range.
       * At least 0.
       * @defaultValue 0.01
       */
      std_floor?: number;
      /**
       * Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.
       * @defaultValue {"batch":50,"alpha":0.01,"budget":0.3}
       */
      racing?:
        | false
        | {
            /**
             * Days of the first look; every look has twice as many as the one before.
             * At least 10.
             * @defaultValue 50
             */
            batch?: number;
            /**
             * Level at which a candidate is left behind.
             * Above 0, at most 0.5.
             * @defaultValue 0.01
             */
            alpha?: number;
            /**
             * Share of all simulations that may be used, up to 1.
             * Above 0, at most 1.
             * @defaultValue 0.3
             */
            budget?: number;
          };
      /**
       * Mode monte-carlo: days on which points are tried out; the eight best then race.
       * At least 1.
       * @defaultValue 200
       */
      screen_days?: number;
    }
  | {
      /** Steps along one parameter after another. */
      type: 'coordinate';
      /** Names of the parameters to search, each with bounds; all numbers of policy_constraints unless given. */
      parameters?: readonly string[];
      /**
       * Steps as shares of the range, one after the other.
       * @defaultValue [0.1,0.05,0.01]
       */
      steps?: readonly number[];
      /**
       * Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.
       * @defaultValue {"batch":50,"alpha":0.01,"budget":0.3}
       */
      racing?:
        | false
        | {
            /**
             * Days of the first look; every look has twice as many as the one before.
             * At least 10.
             * @defaultValue 50
             */
            batch?: number;
            /**
             * Level at which a candidate is left behind.
             * Above 0, at most 0.5.
             * @defaultValue 0.01
             */
            alpha?: number;
            /**
             * Share of all simulations that may be used, up to 1.
             * Above 0, at most 1.
             * @defaultValue 0.3
             */
            budget?: number;
          };
      /**
       * Mode monte-carlo: days on which points are tried out; the eight best then race.
       * At least 1.
       * @defaultValue 200
       */
      screen_days?: number;
    }
  | {
      /** Changes the trees of the policy at random. */
      type: 'tree-mutation';
      /**
       * Changed policies to try.
       * At least 1.
       * @defaultValue 24
       */
      candidates?: number;
      /**
       * Most changes in one of them.
       * At least 1.
       * @defaultValue 3
       */
      max_mutations?: number;
      /**
       * Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.
       * @defaultValue {"batch":50,"alpha":0.01,"budget":0.3}
       */
      racing?:
        | false
        | {
            /**
             * Days of the first look; every look has twice as many as the one before.
             * At least 10.
             * @defaultValue 50
             */
            batch?: number;
            /**
             * Level at which a candidate is left behind.
             * Above 0, at most 0.5.
             * @defaultValue 0.01
             */
            alpha?: number;
            /**
             * Share of all simulations that may be used, up to 1.
             * Above 0, at most 1.
             * @defaultValue 0.3
             */
            budget?: number;
          };
    }
  | {
      /** Proposes what the file says. */
      type: 'scripted';
      /** For each bank one entry an iteration: a value of the first allowed parameter, a whole policy, or null for none. */
      proposals: { [name: string]: readonly (number | object | null)[] };
    }
  | {
      /** Makes the proposals of a stored run again. */
      type: 'recorded';
      /** Id of the stored run. */
      run: string;
    }
  | {
      /** Lets a program propose, which the command line names: a file cannot start one. */
      type: 'external';
      /**
       * Mode monte-carlo: how candidates are narrowed down; with false all are played on all days.
       * @defaultValue {"batch":50,"alpha":0.01,"budget":0.3}
       */
      racing?:
        | false
        | {
            /**
             * Days of the first look; every look has twice as many as the one before.
             * At least 10.
             * @defaultValue 50
             */
            batch?: number;
            /**
             * Level at which a candidate is left behind.
             * Above 0, at most 0.5.
             * @defaultValue 0.01
             */
            alpha?: number;
            /**
             * Share of all simulations that may be used, up to 1.
             * Above 0, at most 1.
             * @defaultValue 0.3
             */
            budget?: number;
          };
    };

/** A SimCash experiment as a person writes it: what has a default may be left out. */
export type ExperimentDocument = {
  /** Name of the experiment, first part of the ids of its runs; without blanks and slashes. */
  name: string;
  /**
   * Shown with the run.
   * @defaultValue ""
   */
  description?: string;
  /**
   * Whether known mistakes of the published implementation are repeated (reference) or not (corrected).
   * @defaultValue "corrected"
   */
  semantics?: 'reference' | 'corrected';
  /** Path of the scenario to simulate, from the folder of the experiment. */
  scenario: string;
  /** How policies are evaluated, and proposals judged. */
  evaluation: {
    /** How proposals are judged; monte-carlo if payments of the scenario arrive at random, else deterministic-pairwise, unless given. */
    mode?: 'monte-carlo' | 'bootstrap' | 'deterministic-pairwise' | 'deterministic-temporal' | 'deterministic';
    /**
     * Mode bootstrap: samples for each bank and iteration; 10 unless given, null and 0 mean 1.
     * At least 0.
     */
    num_samples?: number | null;
    /**
     * Ticks to simulate; may exceed the days of the scenario.
     * At least 1.
     */
    ticks: number;
    /** Mode monte-carlo: how many days there are of each kind. */
    days?: {
      /**
       * Days on which policies in force are evaluated and candidates searched.
       * At least 50.
       * @defaultValue 1000
       */
      search?: number;
      /**
       * Fresh days for every proposal.
       * At least 30.
       * @defaultValue 2000
       */
      acceptance?: number;
      /**
       * Days for the estimates at the end, which no decision sees.
       * At least 30.
       * @defaultValue 2000
       */
      test?: number;
    };
    /** When a proposal replaces the policy in force. */
    acceptance?: {
      /** What holds where the file is silent; aggressive unless given. */
      profile?: 'conservative' | 'moderate' | 'aggressive';
      /** Whether the 95% confidence interval of the savings must lie above 0; what the profile says unless given. */
      require_statistical_significance?: boolean;
      /**
       * Largest standard deviation of the new costs by their mean; what the profile says unless given.
       * Above 0.
       */
      max_coefficient_of_variation?: number | null;
      /**
       * Least share of payments that settle with the new policy, 0 to 1; 0.95 where whole days are compared unless given, none in mode bootstrap.
       * At least 0, at most 1.
       */
      min_settlement_rate?: number | null;
      /**
       * Least saving, in percent of the old cost; what the profile says unless given.
       * At least 0, at most 100.
       */
      min_improvement_pct?: number;
      /**
       * Mode monte-carlo: one-sided level of the test; 0.05 unless given.
       * Above 0, at most 0.5.
       */
      alpha?: number;
      /** Mode monte-carlo: what keeps the level: each test, the tests of a bank since its last acceptance (renewed, unless given), or all tests of the run. */
      family?: 'proposal' | 'renewed' | 'run';
      /**
       * Mode monte-carlo: days like the worst one that are added before a test; 2 unless given.
       * At least 0, at most 10.
       */
      tail_days?: number;
      /**
       * Mode monte-carlo: least share of the value of payments that settles with the new policy, 0 to 1; none unless given.
       * At least 0, at most 1.
       */
      min_settlement_value?: number | null;
      /** Mode monte-carlo: whose payments the floors of settlement look at; own unless given. */
      settlement_scope?: 'own' | 'system';
    };
    /**
     * Whether a bank is judged with what banks before it have just changed, or all with the state of the evaluation.
     * @defaultValue "sequential"
     */
    update?: 'sequential' | 'simultaneous';
    /** Which days of a simulation count; total unless given, last_day with semantics reference. */
    cost_scope?: 'last_day' | 'total';
  };
  /** When a run ends. */
  convergence?: {
    /**
     * Evaluations after which the run ends in any case.
     * At least 1.
     * @defaultValue 50
     */
    max_iterations?: number;
    /**
     * Deterministic modes: relative change of the total cost that counts as none.
     * At least 0.
     * @defaultValue 0.05
     */
    stability_threshold?: number;
    /**
     * Iterations that have to agree.
     * At least 1.
     * @defaultValue 5
     */
    stability_window?: number;
    /**
     * Has no effect; published files contain it.
     * @defaultValue 0.01
     */
    improvement_threshold?: number;
    /**
     * Mode bootstrap: standard deviation by mean below which costs count as constant.
     * At least 0.
     * @defaultValue 0.03
     */
    cv_threshold?: number;
    /**
     * Mode bootstrap: how far above the best cost a run may end, as a share of it.
     * At least 0.
     * @defaultValue 0.1
     */
    regret_threshold?: number;
    /**
     * Mode monte-carlo: saving that a bank may still have, in cents a day.
     * At least 0.
     * @defaultValue 0
     */
    epsilon_cents?: number;
    /**
     * Mode monte-carlo: the same in percent of its cost; the larger of both counts.
     * At least 0.
     * @defaultValue 5
     */
    epsilon_pct?: number;
    /**
     * Mode monte-carlo: how it is found out what each bank could still save at the end; false leaves it open.
     * @defaultValue {"alpha":0.05,"points":21,"max_candidates":200}
     */
    certificate?:
      | false
      | {
          /**
           * Chance that any of its limits is wrong.
           * Above 0, at most 0.5.
           * @defaultValue 0.05
           */
          alpha?: number;
          /** Test days at which it is looked, rising from evaluation.days.test; once, twice and 4 times that unless given. */
          days?: readonly number[];
          /**
           * Values of each parameter that are tried, from the least to the largest.
           * At least 2.
           * @defaultValue 21
           */
          points?: number;
          /**
           * Up to so many combinations all are tried; beyond, one parameter at a time.
           * At least 1.
           * @defaultValue 200
           */
          max_candidates?: number;
        };
  };
  /** The language model to ask; for the optimizer llm only. */
  llm?: {
    /** The model, as provider:model; providers are anthropic, openai, google and openai-compatible. */
    model: string;
    /** Address of the server, if it is not the provider’s own; the user must name it, too. */
    base_url?: string | null;
    /**
     * How much answers vary, 0 to 2.
     * At least 0, at most 2.
     * @defaultValue 0
     */
    temperature?: number;
    /**
     * Longest answer, in tokens.
     * At least 1.
     * @defaultValue 35000
     */
    max_tokens?: number;
    /**
     * Attempts to get a valid proposal, the first one included.
     * At least 1.
     * @defaultValue 3
     */
    max_retries?: number;
    /**
     * Time for one answer, in seconds.
     * Above 0.
     * @defaultValue 120
     */
    timeout_seconds?: number;
    /**
     * Tokens to think, with anthropic.
     * At least 1.
     */
    thinking_budget?: number | null;
    /** Effort of reasoning, with openai. */
    reasoning_effort?: 'low' | 'medium' | 'high' | null;
    /** Addition to the prompts of all banks, if there is no prompt_customization. */
    system_prompt?: string | null;
    /** Path of a file with that text. */
    system_prompt_file?: string | null;
    /**
     * What happens when no attempt gives a valid proposal: the bank proposes nothing (skip), or the run ends (abort).
     * @defaultValue "skip"
     */
    on_failure?: 'skip' | 'abort';
    /**
     * Requests in a row without an answer after which the model is given up.
     * At least 1.
     * @defaultValue 5
     */
    breaker_failures?: number;
    /**
     * The same in seconds since the first of them.
     * Above 0.
     * @defaultValue 150
     */
    breaker_seconds?: number;
    /** Prices, for budget.usd. */
    usd_per_million_tokens?: {
      /**
       * Price of what is sent, in US dollars for a million tokens.
       * At least 0.
       */
      prompt: number;
      /**
       * Price of what is answered, in US dollars for a million tokens.
       * At least 0.
       */
      completion: number;
    };
  };
  /** What proposes policies; the model that llm names unless given, without llm a grid of step 0.05. */
  optimizer?: OptimizerDocument;
  /** Ids of the banks whose policies are optimised, in the order in which they move. */
  optimized_agents: readonly string[];
  /**
   * Policies of the first iteration: default, scenario, a policy document, {file: PATH}, or one of these for each bank.
   * @defaultValue "default"
   */
  initial_policies?: 'default' | 'scenario' | object;
  /** What proposals may contain. */
  policy_constraints: {
    /** Parameters that may be set. */
    allowed_parameters?: readonly {
      /** Name of the parameter in the policy’s parameters. */
      name: string;
      /** Kind of value. */
      param_type: 'int' | 'float' | 'enum';
      /** Least value. */
      min_value?: number | null;
      /** Largest value. */
      max_value?: number | null;
      /** Values of an enum; any if empty. */
      allowed_values?: readonly (number | string)[] | null;
      /**
       * What it means, for language models.
       * @defaultValue ""
       */
      description?: string;
    }[];
    /**
     * Fields that changed trees may look at; any if empty.
     * @defaultValue []
     */
    allowed_fields?: readonly string[];
    /**
     * Actions that changed trees may have, by tree; a tree that is not named must stay as it is.
     * @defaultValue {}
     */
    allowed_actions?: { [name: string]: readonly string[] };
    /**
     * Whether language models are told about liquidity saving.
     * @defaultValue true
     */
    lsm_enabled?: boolean;
  };
  /** What banks may choose in the game that simcash experiment equilibrium plays, by bank. */
  game?: {
    [name: string]: {
      /**
       * Values of each parameter, as a list or from, to and step; every combination is a choice.
       * @defaultValue {}
       */
      parameters?: {
        [name: string]:
          | readonly number[]
          | {
              /** First value. */
              from: number;
              /** Last value at the most; not below from. */
              to: number;
              /**
               * Distance between values.
               * Above 0.
               */
              step: number;
            };
      };
      /**
       * Policies by a name of their own, each a choice.
       * @defaultValue {}
       */
      policies?: { [name: string]: object };
    };
  };
  /**
   * Module of rules named in published files; not read, policy_constraints takes its place.
   * @defaultValue ""
   */
  constraints?: string;
  /** Additions to prompts: one under all, and one for each bank by its id. */
  prompt_customization?: object | null;
  /** How seeds are made. */
  seeds?: {
    /**
     * Whether each bank draws samples by a seed of its own instead of the iteration’s.
     * @defaultValue false
     */
    per_agent_samples?: boolean;
  };
  /** How simulations run; results never depend on it. */
  execution?: {
    /**
     * Where simulations run; auto takes threads for large jobs.
     * @defaultValue "auto"
     */
    executor?: 'auto' | 'in-process' | 'worker-threads';
    /**
     * Number of threads; one for each core unless given.
     * At least 1.
     */
    workers?: number;
  };
  /** Limits at which a run ends. */
  budget?: {
    /**
     * Most requests to language models; no limit unless given.
     * At least 0.
     */
    llm_calls?: number;
    /**
     * Most tokens sent and answered; no limit unless given.
     * At least 0.
     */
    tokens?: number;
    /**
     * Most that they may cost, in US dollars; no limit unless given.
     * At least 0.
     */
    usd?: number;
    /**
     * Longest time of the process, in seconds; no limit unless given.
     * Above 0.
     */
    wall_seconds?: number;
    /**
     * Mode monte-carlo: most days that are simulated; no limit unless given.
     * At least 0.
     */
    simulations?: number;
  };
  /** Where the run is stored; nowhere without it and without --db. */
  output?: {
    /**
     * Folder of the database; made if it does not exist.
     * @defaultValue "results"
     */
    directory?: string;
    /**
     * File name of the database.
     * @defaultValue "experiments.db"
     */
    database?: string;
    /**
     * Has no effect; published files contain it.
     * @defaultValue true
     */
    verbose?: boolean;
  } | null;
  /**
   * From which all seeds follow: a whole number or a text.
   * @defaultValue 42
   */
  master_seed?: number | number | bigint | string;
};
