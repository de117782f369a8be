import { issueText, type Policy } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { defaultPolicy, ExperimentError, forScenario, initialPolicies, optimizerSettings, readExperiment } from '../src/index.js';
import { definition, document, scenarios, type Changes } from './support/paper.js';

/** Experiment files: what is read, what is refused, and in which words (spec 11 §2, §20.4). */
function complaints(data: unknown): string[] {
  try {
    readExperiment(data);
    return [];
  } catch (error) {
    return (error as ExperimentError).issues.map(issueText);
  }
}

/** Experiment 1 with a section of its constraints replaced. */
const limited = (limits: object): object =>
  document(1, { policy_constraints: { ...(document(1).policy_constraints as object), ...limits } });
const parameter = (members: object): object => ({ name: 'x', param_type: 'float', ...members });

describe('a file is refused', () => {
  it.each<[string, unknown, string[]]>([
    ['that is no mapping', [], ['an experiment file is a mapping with the keys name, scenario, evaluation, …']],
    ['that is empty', null, ['an experiment file is a mapping with the keys name, scenario, evaluation, …']],
    ['without what it needs', { name: 'x' }, ['missing required keys: scenario, evaluation, optimized_agents']],
    [
      'with a misspelt key',
      document(1, { optimised_agents: [] }),
      ["unknown key 'optimised_agents' (did you mean 'optimized_agents'?)"],
    ],
    [
      'with a misspelt key inside',
      document(1, { evaluation: { tick: 2 } }),
      ["evaluation.tick: unknown key 'tick' (did you mean 'ticks'?)"],
    ],
    [
      'with a misspelt key deep inside',
      document(2, { evaluation: { acceptance: { max_coefficient_variation: 1 } } }),
      [
        "evaluation.acceptance.max_coefficient_variation: unknown key 'max_coefficient_variation' (did you mean 'max_coefficient_of_variation'?)",
      ],
    ],
    [
      'without ticks',
      document(1, { evaluation: { ticks: undefined } }),
      ['evaluation.ticks: Invalid input: expected number, received undefined'],
    ],
    ['with no ticks', document(1, { evaluation: { ticks: 0 } }), ['evaluation.ticks: Too small: expected number to be >=1']],
    [
      'with no iterations',
      document(1, { convergence: { max_iterations: 0 } }),
      ['convergence.max_iterations: Too small: expected number to be >=1'],
    ],
    [
      'with an unknown mode',
      document(1, { evaluation: { mode: 'pairwise' } }),
      [
        'evaluation.mode: Invalid option: expected one of "monte-carlo"|"bootstrap"|"deterministic-pairwise"|"deterministic-temporal"|"deterministic"',
      ],
    ],
    [
      'without a name',
      document(1, { name: ' ' }),
      ['name: must not be empty', 'name: is part of ids and file names: no blanks or slashes'],
    ],
    ['with a name that is a path', document(1, { name: 'a/b' }), ['name: is part of ids and file names: no blanks or slashes']],
    ['without banks', document(1, { optimized_agents: [] }), ['optimized_agents: must name at least one bank']],
    [
      'with banks as a text',
      document(1, { optimized_agents: 'BANK_A' }),
      ['optimized_agents: Invalid input: expected array, received string'],
    ],
    [
      'with a bank twice',
      document(1, { optimized_agents: ['BANK_A', 'BANK_A'] }),
      ["optimized_agents[1]: 'BANK_A' is there twice"],
    ],
    [
      'with a model without provider',
      document(1, { llm: { model: 'gpt-5.2' } }),
      ['llm.model: must be provider:model, with provider anthropic, openai, google or openai-compatible'],
    ],
    [
      'that wants a model and names none',
      document(1, { optimizer: { type: 'llm' } }),
      ['llm: is needed for the optimizer llm: it names the model'],
    ],
    [
      'with an unknown optimizer',
      document(1, { optimizer: { type: 'magic' } }),
      [
        "optimizer.type: Invalid discriminator value. Expected 'llm' | 'grid' | 'golden' | 'cem' | 'coordinate' | 'tree-mutation' | 'scripted' | 'recorded' | 'external'",
      ],
    ],
    [
      'with a key of another optimizer',
      document(1, { optimizer: { type: 'golden', step: 1 } }),
      ["optimizer.step: unknown key 'step'"],
    ],
    [
      'without constraints',
      document(1, { policy_constraints: undefined }),
      ['policy_constraints: is needed: without it nothing may be proposed'],
    ],
    [
      'with constraints in another language',
      document(1, { policy_constraints: undefined, constraints: 'castro.constraints.RULES' }),
      [
        "policy_constraints: is needed: the module 'castro.constraints.RULES' named by constraints belongs to another implementation and cannot be read",
      ],
    ],
    [
      'with acceptance in temporal mode',
      document(1, { evaluation: { mode: 'deterministic-temporal', acceptance: { profile: 'moderate' } } }),
      ['evaluation.acceptance: has no meaning in mode deterministic-temporal, which accepts every valid proposal'],
    ],
    [
      'with a budget in money and no prices',
      document(1, { budget: { usd: 1 } }),
      ['budget.usd: needs llm.usd_per_million_tokens: prices are not built in'],
    ],
    [
      'with a parameter twice',
      limited({ allowed_parameters: [parameter({ min_value: 0, max_value: 1 }), parameter({ min_value: 0, max_value: 1 })] }),
      ["policy_constraints.allowed_parameters[1].name: 'x' is there twice"],
    ],
    [
      'with an empty range',
      limited({ allowed_parameters: [parameter({ min_value: 2, max_value: 1 })] }),
      ["policy_constraints.allowed_parameters[0]: the range of 'x' is empty: 2 … 1"],
    ],
    [
      'with a parameter of an unknown kind',
      limited({ allowed_parameters: [{ name: 'x', param_type: 'bool' }] }),
      ['policy_constraints.allowed_parameters[0].param_type: Invalid option: expected one of "int"|"float"|"enum"'],
    ],
    [
      'with an unknown tree',
      limited({ allowed_actions: { payments_tree: ['Release'] } }),
      ["policy_constraints.allowed_actions.payments_tree: unknown tree 'payments_tree' (did you mean 'payment'?)"],
    ],
    [
      'with a search that has no bounds',
      limited({ allowed_parameters: [parameter({ min_value: 0 })] }),
      ["policy_constraints.allowed_parameters: 'x' needs min_value and max_value to be searched by grid"],
    ],
    [
      'with a search that has nothing to choose',
      limited({ allowed_parameters: [{ name: 'x', param_type: 'enum', allowed_values: [1, 2] }] }),
      ['policy_constraints.allowed_parameters: the optimizer grid needs a number to choose'],
    ],
    [
      'with a search for an unknown parameter',
      document(1, { optimizer: { type: 'cem', parameters: ['initial_fraction'] } }),
      ["optimizer.parameters[0]: unknown parameter 'initial_fraction' (did you mean 'initial_liquidity_fraction'?)"],
    ],
    [
      'with an endless grid',
      document(1, { optimizer: { type: 'grid', step: 0.000001 } }),
      ['optimizer: a grid of 1000001 points is too large (at most 100000); take a larger step or optimizer cem'],
    ],
    [
      'with a script for another bank',
      document(1, { optimizer: { type: 'scripted', proposals: { BANK_C: [0.1] } } }),
      ["optimizer.proposals.BANK_C: unknown bank 'BANK_C' (did you mean 'BANK_A'?)"],
    ],
  ])('%s', (_, data, expected) => expect(complaints(data)).toEqual(expected));

  it('with everything that is wrong at once', () => {
    expect(
      complaints(document(1, { evaluation: { ticks: 0 }, convergence: { max_iterations: 0 }, master_seed: true, colour: 1 })),
    ).toHaveLength(4);
  });
});

describe('a file is read', () => {
  /** As published: keys that never had an effect, the old name of a mode, no optimizer but a model. */
  const published: Changes = {
    evaluation: { mode: 'deterministic' },
    convergence: { improvement_threshold: 0.01 },
    optimizer: undefined,
    llm: {
      model: 'openai:gpt-5.2',
      temperature: 0.5,
      reasoning_effort: 'high',
      reasoning_summary: 'detailed',
      max_tokens: 30000,
      timeout_seconds: 900,
      thinking_budget: null,
      system_prompt: 'You look for the cheapest policy.',
    },
  };

  it('as it was published, with warnings about what has no effect', () => {
    const { definition: found, warnings } = readExperiment(document(1, published));
    expect(found.evaluation.mode).toBe('deterministic-pairwise');
    expect(found.llm).toMatchObject({ model: 'openai:gpt-5.2', max_retries: 3, max_tokens: 30000, timeout_seconds: 900 });
    expect(optimizerSettings(found)).toEqual({ type: 'llm' });
    expect(warnings.map(issueText)).toEqual([
      'llm.reasoning_summary: has no effect and is ignored',
      'convergence.improvement_threshold: has no effect',
    ]);
  });

  it('with defaults', () => {
    const { name, optimized_agents, policy_constraints, scenario } = document(1);
    const { definition: found } = readExperiment({
      name,
      scenario,
      optimized_agents,
      policy_constraints,
      evaluation: { ticks: 2 },
    });
    expect(found).toMatchObject({
      semantics: 'corrected',
      evaluation: { num_samples: 10, update: 'sequential', acceptance: {} },
      convergence: {
        max_iterations: 50,
        stability_threshold: 0.05,
        stability_window: 5,
        cv_threshold: 0.03,
        regret_threshold: 0.1,
      },
      initial_policies: 'default',
      output: null,
      master_seed: '42',
    });
    expect(optimizerSettings(found)).toEqual({ type: 'grid', step: 0.05, racing: { batch: 50, alpha: 0.01, budget: 0.3 } });
  });

  it.each([null, 0, 1])('with %s samples as with one', (num_samples) => {
    const { definition: found, warnings } = readExperiment(document(2, { evaluation: { num_samples } }));
    expect(found.evaluation.num_samples).toBe(1);
    expect(warnings.map(issueText)).toEqual(['evaluation.num_samples: with one sample this is deterministic-pairwise']);
  });

  it('with a model that is not asked', () => {
    const { warnings } = readExperiment(document(1, { llm: { model: 'openai:gpt-5.2' } }));
    expect(warnings.map(issueText)).toEqual(['llm: is not used: the optimizer is grid']);
  });
});

describe('the banks of a file', () => {
  const check = (changes: Changes, scenario = scenarios[1]): string[] => {
    try {
      forScenario(definition(1, changes), scenario);
      return [];
    } catch (error) {
      return (error as ExperimentError).issues.map(issueText);
    }
  };

  it('are those of the scenario', () => {
    expect(check({})).toEqual([]);
    expect(check({ optimized_agents: ['BANK_A', 'BANKB'] })).toEqual([
      "optimized_agents[1]: unknown bank 'BANKB' (did you mean 'BANK_B'?)",
    ]);
  });

  it('are not called like parts of the sandbox', () => {
    const scenario = { ...scenarios[1], agents: [{ id: 'SOURCE', opening_balance: 0 }] };
    expect(check({ optimized_agents: ['SOURCE'], evaluation: { mode: 'bootstrap' } }, scenario)).toEqual([
      'optimized_agents[0]: SOURCE is the name of a part of the sandbox; rename the bank',
    ]);
    expect(check({ optimized_agents: ['SOURCE'] }, scenario)).toEqual([]);
  });
});

describe('initial policies', () => {
  const own: Policy = { ...defaultPolicy('x'), policy_id: 'own' };
  const other: Policy = { ...defaultPolicy('x'), policy_id: 'other' };
  const scenario = {
    ...scenarios[1],
    agents: [
      {
        id: 'BANK_A',
        liquidity_pool: 1,
        liquidity_allocation_fraction: 0.3,
        policy: { type: 'InlineJson', json_string: JSON.stringify({ policy_id: 'theirs', payment_tree: own.payment_tree }) },
      },
      { id: 'BANK_B', policy: { type: 'Fifo' } },
    ],
  };
  const of = (initial_policies: unknown): unknown =>
    initialPolicies(definition(1, { initial_policies }), scenario, (file) => ({ policy_id: file }));

  it.each<[unknown, unknown]>([
    ['default', { BANK_A: defaultPolicy('BANK_A'), BANK_B: defaultPolicy('BANK_B') }],
    [own, { BANK_A: own, BANK_B: own }],
    [{ file: 'p.json' }, { BANK_A: { policy_id: 'p.json' }, BANK_B: { policy_id: 'p.json' } }],
    [{ BANK_B: other }, { BANK_A: defaultPolicy('BANK_A'), BANK_B: other }],
    [
      { BANK_A: 'scenario', BANK_B: { file: 'q.json' } },
      {
        BANK_A: { policy_id: 'theirs', payment_tree: own.payment_tree, parameters: { initial_liquidity_fraction: 0.3 } },
        BANK_B: { policy_id: 'q.json' },
      },
    ],
  ])('%# are found', (given, expected) => expect(of(given)).toEqual(expected));

  it.each<[unknown, string]>([
    ['scenario', 'initial_policies: the scenario gives BANK_B the built-in policy Fifo; an optimizer needs a policy document'],
    [{ BANK_A: 'best' }, "initial_policies.BANK_A: must be 'default', 'scenario', a policy document, or {file: PATH}"],
    [{ BANK_C: 'default' }, 'initial_policies.BANK_C: is neither an optimised bank nor part of a policy'],
  ])('%j are refused', (given, message) => expect(() => of(given)).toThrow(message));
});
