import { EVALUATION_MODES, type EvaluationMode } from '@simcash/protocol';
import { z } from 'zod';

/** The experiment file (spec 11 §2 and §20.4): the one definition of its keys, types, defaults and rules. */

const count = (least: number): z.ZodNumber => z.int().min(least);
const share = z.number().min(0).max(1);
const nonEmpty = z.string().trim().min(1, 'must not be empty');
const policyDocument = z.record(z.string(), z.unknown());

const parameter = z.strictObject({
  name: nonEmpty,
  param_type: z.enum(['int', 'float', 'enum']),
  min_value: z.number().nullish().transform(orNull),
  max_value: z.number().nullish().transform(orNull),
  allowed_values: z
    .array(z.union([z.number(), z.string()]))
    .nullish()
    .transform((values) => values ?? []),
  description: z.string().default(''),
});

const constraints = z.strictObject({
  allowed_parameters: z.array(parameter).default([]),
  allowed_fields: z.array(z.string()).default([]),
  allowed_actions: z.record(z.string(), z.array(z.string())).default({}),
  lsm_enabled: z.boolean().default(true),
});

/** Acceptance settings that belong together; what a file sets itself wins (spec 11 §20.4). */
export const ACCEPTANCE_PROFILES = {
  conservative: { require_statistical_significance: true, max_coefficient_of_variation: 0.3, min_improvement_pct: 1 },
  moderate: { require_statistical_significance: true, max_coefficient_of_variation: 0.5, min_improvement_pct: 0 },
  aggressive: { require_statistical_significance: false, max_coefficient_of_variation: null, min_improvement_pct: 0 },
} as const;

const acceptance = z.strictObject({
  profile: z.enum(['conservative', 'moderate', 'aggressive']).optional(),
  require_statistical_significance: z.boolean().optional(),
  max_coefficient_of_variation: z.number().positive().nullish(),
  min_settlement_rate: share.nullish(),
  min_improvement_pct: z.number().min(0).max(100).optional(),
  alpha: z.number().gt(0).max(0.5).optional(),
  family: z.enum(['proposal', 'renewed', 'run']).optional(),
  tail_days: z.int().min(0).max(10).optional(),
  min_settlement_value: share.nullish(),
  settlement_scope: z.enum(['own', 'system']).optional(),
});

/** How many days there are of each kind (spec 17 §1.1). */
const days = z.strictObject({
  search: count(50).default(1000),
  acceptance: count(30).default(2000),
  test: count(30).default(2000),
});

const evaluation = z.strictObject({
  mode: z
    .enum([...EVALUATION_MODES, 'deterministic'])
    .transform((mode) => (mode === 'deterministic' ? 'deterministic-pairwise' : mode))
    // Without it the scenario decides.
    .optional(),
  // null and 0 act as 1.
  num_samples: count(0)
    .nullish()
    .transform((value) => (value === undefined ? 10 : value || 1)),
  ticks: count(1),
  days: days.default(days.parse({})),
  acceptance: acceptance.default({}),
  update: z.enum(['sequential', 'simultaneous']).default('sequential'),
  cost_scope: z.enum(['last_day', 'total']).optional(),
});

const convergence = z.strictObject({
  max_iterations: count(1).default(50),
  stability_threshold: z.number().min(0).default(0.05),
  stability_window: count(1).default(5),
  improvement_threshold: z.number().default(0.01),
  cv_threshold: z.number().min(0).default(0.03),
  regret_threshold: z.number().min(0).default(0.1),
  epsilon_cents: z.number().min(0).default(0),
  epsilon_pct: z.number().min(0).default(5),
  certificate: z
    .union([
      z.literal(false),
      z.strictObject({
        alpha: z.number().gt(0).max(0.5).default(0.05),
        days: z.array(count(2)).min(1).optional(),
        points: count(2).default(21),
        max_candidates: count(1).default(200),
      }),
    ])
    .default({ alpha: 0.05, points: 21, max_candidates: 200 }),
});

/** Days of a search: how many it looks at first, and how a race narrows down (spec 17 §6). */
export const RACING = { batch: 50, alpha: 0.01, budget: 0.3 } as const;
const racing = z
  .union([
    z.literal(false),
    z.strictObject({
      batch: count(10).default(RACING.batch),
      alpha: z.number().gt(0).max(0.5).default(RACING.alpha),
      budget: z.number().gt(0).max(1).default(RACING.budget),
    }),
  ])
  .default(RACING);
const screen_days = count(1).default(200);

const modelName = z
  .string()
  .regex(
    /^(anthropic|openai|google|openai-compatible):.+$/,
    'must be provider:model, with provider anthropic, openai, google or openai-compatible',
  );

const llm = z.strictObject({
  model: modelName,
  base_url: z.url().nullish().transform(orNull),
  temperature: z.number().min(0).max(2).default(0),
  max_tokens: count(1).default(35_000),
  max_retries: count(1).default(3),
  timeout_seconds: z.number().positive().default(120),
  thinking_budget: count(1).nullish().transform(orNull),
  reasoning_effort: z.enum(['low', 'medium', 'high']).nullish().transform(orNull),
  system_prompt: z.string().nullish().transform(orNull),
  system_prompt_file: z.string().nullish().transform(orNull),
  on_failure: z.enum(['skip', 'abort']).default('skip'),
  breaker_failures: count(1).default(5),
  breaker_seconds: z.number().positive().default(150),
  usd_per_million_tokens: z.strictObject({ prompt: z.number().min(0), completion: z.number().min(0) }).optional(),
});

const searched = z.array(nonEmpty).min(1).optional();

const optimizer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('llm') }),
  z.strictObject({
    type: z.literal('grid'),
    parameters: searched,
    step: z.number().positive().default(0.05),
    points: count(2).optional(),
    racing,
  }),
  z.strictObject({
    type: z.literal('golden'),
    parameters: searched,
    tolerance: z.number().positive().default(0.001),
    racing,
    screen_days,
  }),
  z.strictObject({
    type: z.literal('cem'),
    parameters: searched,
    population: count(2).default(32),
    elite: z.number().gt(0).max(1).default(0.25),
    iterations: count(1).default(8),
    smoothing: z.number().gt(0).max(1).default(0.7),
    std_floor: z.number().min(0).default(0.01),
    racing,
    screen_days,
  }),
  z.strictObject({
    type: z.literal('coordinate'),
    parameters: searched,
    steps: z.array(z.number().positive()).min(1).default([0.1, 0.05, 0.01]),
    racing,
    screen_days,
  }),
  z.strictObject({
    type: z.literal('tree-mutation'),
    candidates: count(1).default(24),
    max_mutations: count(1).default(3),
    racing,
  }),
  z.strictObject({
    type: z.literal('scripted'),
    /** Per bank, one entry an iteration: values of the first allowed parameter, or whole policies; null proposes nothing. */
    proposals: z.record(z.string(), z.array(z.union([z.number(), policyDocument, z.null()]))),
  }),
  z.strictObject({ type: z.literal('recorded'), run: nonEmpty }),
  /** The program is named on the command line: a file cannot start one. */
  z.strictObject({ type: z.literal('external') }),
]);

/** `default`, `scenario`, a policy document, `{file: PATH}`, or one of these for each bank; see initial-policies.ts. */
const initialPolicies = z.union([z.enum(['default', 'scenario']), z.record(z.string(), z.unknown())]);

/** What banks can do in the game that `equilibrium` plays (spec 17 §11). */
const choices = z.union([
  z.array(z.number()).min(1),
  z
    .strictObject({ from: z.number(), to: z.number(), step: z.number().positive() })
    .refine(({ from, to }) => from <= to, { path: ['to'], error: 'must not be below from' }),
]);
const player = z
  .strictObject({
    parameters: z.record(nonEmpty, choices).default({}),
    policies: z.record(nonEmpty, policyDocument).default({}),
  })
  .refine(({ parameters, policies }) => Object.keys({ ...parameters, ...policies }).length > 0, {
    error: 'needs parameters or policies',
  });

export const experimentSchema = z.strictObject({
  name: nonEmpty.regex(/^[^\s/\\]+$/, 'is part of ids and file names: no blanks or slashes'),
  description: z.string().default(''),
  semantics: z.enum(['reference', 'corrected']).default('corrected'),
  scenario: nonEmpty,
  evaluation,
  convergence: convergence.default(convergence.parse({})),
  llm: llm.optional(),
  optimizer: optimizer.optional(),
  optimized_agents: z.array(nonEmpty).min(1, 'must name at least one bank'),
  initial_policies: initialPolicies.default('default'),
  policy_constraints: constraints.optional(),
  game: z.record(nonEmpty, player).optional(),
  constraints: z.string().default(''),
  prompt_customization: z.record(z.string(), z.unknown()).nullish().transform(orNull),
  seeds: z.strictObject({ per_agent_samples: z.boolean().default(false) }).default({ per_agent_samples: false }),
  execution: z
    .strictObject({
      executor: z.enum(['auto', 'in-process', 'worker-threads']).default('auto'),
      workers: count(1).optional(),
    })
    .default({ executor: 'auto' }),
  budget: z
    .strictObject({
      llm_calls: count(0).optional(),
      tokens: count(0).optional(),
      usd: z.number().min(0).optional(),
      wall_seconds: z.number().positive().optional(),
      simulations: count(0).optional(),
    })
    .default({}),
  output: z
    .strictObject({
      directory: z.string().default('results'),
      database: z.string().default('experiments.db'),
      verbose: z.boolean().default(true),
    })
    .nullish()
    .transform(orNull),
  master_seed: z.union([z.int(), z.bigint(), z.string()]).default(42).transform(String),
});

/** What proposes where a file does not say. */
export const DEFAULT_OPTIMIZER = optimizer.parse({ type: 'grid' });

/** An experiment file that has been checked, with its defaults. */
export type ExperimentFile = z.infer<typeof experimentSchema>;
/** An experiment that has been checked together with its scenario. */
export type ExperimentDefinition = ExperimentFile & { evaluation: { mode: EvaluationMode } };
export type OptimizerSettings = NonNullable<ExperimentDefinition['optimizer']>;
export type OptimizerSettingsOf<T extends OptimizerSettings['type']> = Extract<OptimizerSettings, { type: T }>;
export type LlmSettings = NonNullable<ExperimentDefinition['llm']>;

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}
