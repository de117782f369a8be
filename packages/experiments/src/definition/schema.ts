import { EVALUATION_MODES, type EvaluationMode } from '@simcash/protocol';
import { z } from 'zod';
import { optimizer } from './optimizer-schema.js';
import { count, nonEmpty, policyDocument } from './scalars.js';

/** The experiment file (spec 11 §2 and §20.4): the one definition of its keys, types, defaults and rules. */

const share = z.number().min(0).max(1);

const parameter = z.strictObject({
  name: nonEmpty.describe('Name of the parameter in the policy’s parameters.'),
  param_type: z.enum(['int', 'float', 'enum']).describe('Kind of value.'),
  min_value: z.number().nullish().transform(orNull).describe('Least value.'),
  max_value: z.number().nullish().transform(orNull).describe('Largest value.'),
  allowed_values: z
    .array(z.union([z.number(), z.string()]))
    .nullish()
    .transform((values) => values ?? [])
    .describe('Values of an enum; any if empty.'),
  description: z.string().default('').describe('What it means, for language models.'),
});

const constraints = z.strictObject({
  allowed_parameters: z.array(parameter).default([]).describe('Parameters that may be set.'),
  allowed_fields: z.array(z.string()).default([]).describe('Fields that changed trees may look at; any if empty.'),
  allowed_actions: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('Actions that changed trees may have, by tree; a tree that is not named must stay as it is.'),
  lsm_enabled: z.boolean().default(true).describe('Whether language models are told about liquidity saving.'),
});

/** Acceptance settings that belong together; what a file sets itself wins (spec 11 §20.4). */
export const ACCEPTANCE_PROFILES = {
  conservative: { require_statistical_significance: true, max_coefficient_of_variation: 0.3, min_improvement_pct: 1 },
  moderate: { require_statistical_significance: true, max_coefficient_of_variation: 0.5, min_improvement_pct: 0 },
  aggressive: { require_statistical_significance: false, max_coefficient_of_variation: null, min_improvement_pct: 0 },
} as const;

const acceptance = z.strictObject({
  profile: z
    .enum(['conservative', 'moderate', 'aggressive'])
    .optional()
    .describe('What holds where the file is silent; aggressive unless given.'),
  require_statistical_significance: z
    .boolean()
    .optional()
    .describe('Whether the 95% confidence interval of the savings must lie above 0; what the profile says unless given.'),
  max_coefficient_of_variation: z
    .number()
    .positive()
    .nullish()
    .describe('Largest standard deviation of the new costs by their mean; what the profile says unless given.'),
  min_settlement_rate: share
    .nullish()
    .describe(
      'Least share of payments that settle with the new policy, 0 to 1; 0.95 where whole days are compared unless given, none in mode bootstrap.',
    ),
  min_improvement_pct: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('Least saving, in percent of the old cost; what the profile says unless given.'),
  alpha: z.number().gt(0).max(0.5).optional().describe('Mode monte-carlo: one-sided level of the test; 0.05 unless given.'),
  family: z
    .enum(['proposal', 'renewed', 'run'])
    .optional()
    .describe(
      'Mode monte-carlo: what keeps the level: each test, the tests of a bank since its last acceptance (renewed, unless given), or all tests of the run.',
    ),
  tail_days: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('Mode monte-carlo: days like the worst one that are added before a test; 2 unless given.'),
  min_settlement_value: share
    .nullish()
    .describe(
      'Mode monte-carlo: least share of the value of payments that settles with the new policy, 0 to 1; none unless given.',
    ),
  settlement_scope: z
    .enum(['own', 'system'])
    .optional()
    .describe('Mode monte-carlo: whose payments the floors of settlement look at; own unless given.'),
});

/** How many days there are of each kind (spec 17 §1.1). */
const days = z.strictObject({
  search: count(50).default(1000).describe('Days on which policies in force are evaluated and candidates searched.'),
  acceptance: count(30).default(2000).describe('Fresh days for every proposal.'),
  test: count(30).default(2000).describe('Days for the estimates at the end, which no decision sees.'),
});

const evaluation = z.strictObject({
  mode: z
    .enum([...EVALUATION_MODES, 'deterministic'])
    .transform((mode) => (mode === 'deterministic' ? 'deterministic-pairwise' : mode))
    .optional()
    .describe(
      'How proposals are judged; monte-carlo if payments of the scenario arrive at random, else deterministic-pairwise, unless given.',
    ),
  num_samples: count(0)
    .nullish()
    .transform((value) => (value === undefined ? 10 : value || 1))
    .describe('Mode bootstrap: samples for each bank and iteration; 10 unless given, null and 0 mean 1.'),
  ticks: count(1).describe('Ticks to simulate; may exceed the days of the scenario.'),
  days: days.default(days.parse({})).describe('Mode monte-carlo: how many days there are of each kind.'),
  acceptance: acceptance.default({}).describe('When a proposal replaces the policy in force.'),
  update: z
    .enum(['sequential', 'simultaneous'])
    .default('sequential')
    .describe('Whether a bank is judged with what banks before it have just changed, or all with the state of the evaluation.'),
  cost_scope: z
    .enum(['last_day', 'total'])
    .optional()
    .describe('Which days of a simulation count; total unless given, last_day with semantics reference.'),
});

const convergence = z.strictObject({
  max_iterations: count(1).default(50).describe('Evaluations after which the run ends in any case.'),
  stability_threshold: z
    .number()
    .min(0)
    .default(0.05)
    .describe('Deterministic modes: relative change of the total cost that counts as none.'),
  stability_window: count(1).default(5).describe('Iterations that have to agree.'),
  improvement_threshold: z.number().default(0.01).describe('Has no effect; published files contain it.'),
  cv_threshold: z
    .number()
    .min(0)
    .default(0.03)
    .describe('Mode bootstrap: standard deviation by mean below which costs count as constant.'),
  regret_threshold: z
    .number()
    .min(0)
    .default(0.1)
    .describe('Mode bootstrap: how far above the best cost a run may end, as a share of it.'),
  epsilon_cents: z.number().min(0).default(0).describe('Mode monte-carlo: saving that a bank may still have, in cents a day.'),
  epsilon_pct: z
    .number()
    .min(0)
    .default(5)
    .describe('Mode monte-carlo: the same in percent of its cost; the larger of both counts.'),
  certificate: z
    .union([
      z.literal(false),
      z.strictObject({
        alpha: z.number().gt(0).max(0.5).default(0.05).describe('Chance that any of its limits is wrong.'),
        days: z
          .array(count(2))
          .min(1)
          .optional()
          .describe(
            'Test days at which it is looked, rising from evaluation.days.test; once, twice and 4 times that unless given.',
          ),
        points: count(2).default(21).describe('Values of each parameter that are tried, from the least to the largest.'),
        max_candidates: count(1)
          .default(200)
          .describe('Up to so many combinations all are tried; beyond, one parameter at a time.'),
      }),
    ])
    .default({ alpha: 0.05, points: 21, max_candidates: 200 })
    .describe('Mode monte-carlo: how it is found out what each bank could still save at the end; false leaves it open.'),
});

const modelName = z
  .string()
  .regex(
    /^(anthropic|openai|google|openai-compatible):.+$/,
    'must be provider:model, with provider anthropic, openai, google or openai-compatible',
  );

const llm = z.strictObject({
  model: modelName.describe('The model, as provider:model; providers are anthropic, openai, google and openai-compatible.'),
  base_url: z
    .url()
    .nullish()
    .transform(orNull)
    .describe('Address of the server, if it is not the provider’s own; the user must name it, too.'),
  temperature: z.number().min(0).max(2).default(0).describe('How much answers vary, 0 to 2.'),
  max_tokens: count(1).default(35_000).describe('Longest answer, in tokens.'),
  max_retries: count(1).default(3).describe('Attempts to get a valid proposal, the first one included.'),
  timeout_seconds: z.number().positive().default(120).describe('Time for one answer, in seconds.'),
  thinking_budget: count(1).nullish().transform(orNull).describe('Tokens to think, with anthropic.'),
  reasoning_effort: z.enum(['low', 'medium', 'high']).nullish().transform(orNull).describe('Effort of reasoning, with openai.'),
  system_prompt: z
    .string()
    .nullish()
    .transform(orNull)
    .describe('Addition to the prompts of all banks, if there is no prompt_customization.'),
  system_prompt_file: z.string().nullish().transform(orNull).describe('Path of a file with that text.'),
  on_failure: z
    .enum(['skip', 'abort'])
    .default('skip')
    .describe('What happens when no attempt gives a valid proposal: the bank proposes nothing (skip), or the run ends (abort).'),
  breaker_failures: count(1).default(5).describe('Requests in a row without an answer after which the model is given up.'),
  breaker_seconds: z.number().positive().default(150).describe('The same in seconds since the first of them.'),
  usd_per_million_tokens: z
    .strictObject({
      prompt: z.number().min(0).describe('Price of what is sent, in US dollars for a million tokens.'),
      completion: z.number().min(0).describe('Price of what is answered, in US dollars for a million tokens.'),
    })
    .optional()
    .describe('Prices, for budget.usd.'),
});

/** `default`, `scenario`, a policy document, `{file: PATH}`, or one of these for each bank; see initial-policies.ts. */
const initialPolicies = z.union([z.enum(['default', 'scenario']), z.record(z.string(), z.unknown())]);

/** What banks can do in the game that `equilibrium` plays (spec 17 §11). */
const choices = z.union([
  z.array(z.number()).min(1),
  z
    .strictObject({
      from: z.number().describe('First value.'),
      to: z.number().describe('Last value at the most; not below from.'),
      step: z.number().positive().describe('Distance between values.'),
    })
    .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be below from' }),
]);
const player = z
  .strictObject({
    parameters: z
      .record(nonEmpty, choices)
      .default({})
      .describe('Values of each parameter, as a list or from, to and step; every combination is a choice.'),
    policies: z.record(nonEmpty, policyDocument).default({}).describe('Policies by a name of their own, each a choice.'),
  })
  .refine(({ parameters, policies }) => Object.keys({ ...parameters, ...policies }).length > 0, {
    error: 'needs parameters or policies',
  });

export const experimentSchema = z.strictObject({
  name: nonEmpty
    .regex(/^[^\s/\\]+$/, 'is part of ids and file names: no blanks or slashes')
    .describe('Name of the experiment, first part of the ids of its runs; without blanks and slashes.'),
  description: z.string().default('').describe('Shown with the run.'),
  semantics: z
    .enum(['reference', 'corrected'])
    .default('corrected')
    .describe('Whether known mistakes of the published implementation are repeated (reference) or not (corrected).'),
  scenario: nonEmpty.describe('Path of the scenario to simulate, from the folder of the experiment.'),
  evaluation: evaluation.describe('How policies are evaluated, and proposals judged.'),
  convergence: convergence.default(convergence.parse({})).describe('When a run ends.'),
  llm: llm.optional().describe('The language model to ask; for the optimizer llm only.'),
  optimizer: optimizer
    .optional()
    .describe('What proposes policies; the model that llm names unless given, without llm a grid of step 0.05.'),
  optimized_agents: z
    .array(nonEmpty)
    .min(1, 'must name at least one bank')
    .describe('Ids of the banks whose policies are optimised, in the order in which they move.'),
  initial_policies: initialPolicies
    .default('default')
    .describe(
      'Policies of the first iteration: default, scenario, a policy document, {file: PATH}, or one of these for each bank.',
    ),
  policy_constraints: constraints.optional().describe('What proposals may contain.'),
  game: z
    .record(nonEmpty, player)
    .optional()
    .describe('What banks may choose in the game that simcash experiment equilibrium plays, by bank.'),
  constraints: z
    .string()
    .default('')
    .describe('Module of rules named in published files; not read, policy_constraints takes its place.'),
  prompt_customization: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform(orNull)
    .describe('Additions to prompts: one under all, and one for each bank by its id.'),
  seeds: z
    .strictObject({
      per_agent_samples: z
        .boolean()
        .default(false)
        .describe('Whether each bank draws samples by a seed of its own instead of the iteration’s.'),
    })
    .default({ per_agent_samples: false })
    .describe('How seeds are made.'),
  execution: z
    .strictObject({
      executor: z
        .enum(['auto', 'in-process', 'worker-threads'])
        .default('auto')
        .describe('Where simulations run; auto takes threads for large jobs.'),
      workers: count(1).optional().describe('Number of threads; one for each core unless given.'),
    })
    .default({ executor: 'auto' })
    .describe('How simulations run; results never depend on it.'),
  budget: z
    .strictObject({
      llm_calls: count(0).optional().describe('Most requests to language models; no limit unless given.'),
      tokens: count(0).optional().describe('Most tokens sent and answered; no limit unless given.'),
      usd: z.number().min(0).optional().describe('Most that they may cost, in US dollars; no limit unless given.'),
      wall_seconds: z.number().positive().optional().describe('Longest time of the process, in seconds; no limit unless given.'),
      simulations: count(0).optional().describe('Mode monte-carlo: most days that are simulated; no limit unless given.'),
    })
    .default({})
    .describe('Limits at which a run ends.'),
  output: z
    .strictObject({
      directory: z.string().default('results').describe('Folder of the database; made if it does not exist.'),
      database: z.string().default('experiments.db').describe('File name of the database.'),
      verbose: z.boolean().default(true).describe('Has no effect; published files contain it.'),
    })
    .nullish()
    .transform(orNull)
    .describe('Where the run is stored; nowhere without it and without --db.'),
  master_seed: z
    .union([z.int(), z.bigint(), z.string()])
    .default(42)
    .transform(String)
    .describe('From which all seeds follow: a whole number or a text.'),
});

/** What proposes where a file does not say. */
export const DEFAULT_OPTIMIZER = optimizer.parse({ type: 'grid' });

/** An experiment file that has been checked, with its defaults. */
export type ExperimentFile = z.infer<typeof experimentSchema>;
/** An experiment that has been checked together with its scenario. */
export type ExperimentDefinition = ExperimentFile & { evaluation: { mode: EvaluationMode } };
/** Settings of the search for policies. */
export type OptimizerSettings = NonNullable<ExperimentDefinition['optimizer']>;
export type OptimizerSettingsOf<T extends OptimizerSettings['type']> = Extract<OptimizerSettings, { type: T }>;
/** Settings of the language model that proposes policies. */
export type LlmSettings = NonNullable<ExperimentDefinition['llm']>;

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}
