import type { Policy } from '@simcash/protocol';
import { describe, expect, it } from 'vitest';
import { constraintProblems, defaultPolicy, type PolicyConstraints } from '../src/index.js';

/** What a proposal may contain (spec 11 §10). */
const constraints: PolicyConstraints = {
  allowed_parameters: [
    {
      name: 'initial_liquidity_fraction',
      param_type: 'float',
      min_value: 0.1,
      max_value: 0.9,
      allowed_values: [],
      description: '',
    },
    { name: 'urgency', param_type: 'int', min_value: 1, max_value: 10, allowed_values: [], description: '' },
    { name: 'step', param_type: 'enum', min_value: null, max_value: null, allowed_values: [1, 2, 4], description: '' },
    { name: 'free', param_type: 'float', min_value: null, max_value: null, allowed_values: [], description: '' },
  ],
  allowed_fields: ['balance', 'ticks_to_deadline'],
  allowed_actions: { payment_tree: ['Release', 'Hold'], bank: ['NoAction'] },
  lsm_enabled: true,
};

const current: Policy = defaultPolicy('A');
const action = (name: string): object => ({ type: 'action', node_id: name, action: name });
const condition = (field: string, yes = 'Release', no = 'Hold'): object => ({
  type: 'condition',
  node_id: 'c',
  condition: { op: '<', left: { field }, right: { value: 1 } },
  on_true: action(yes),
  on_false: action(no),
});

/** The complaints about the current policy with some members replaced. */
const complaints = (members: Policy, limits: Partial<PolicyConstraints> = {}, from: Policy = current): string[] =>
  constraintProblems({ ...from, ...members }, from, { ...constraints, ...limits }).map(
    ({ message, path }) => `${path}: ${message}`,
  );

describe('parameters', () => {
  it.each([
    [{ initial_liquidity_fraction: 0.1 }],
    [{ initial_liquidity_fraction: 0.9 }],
    [{ urgency: 10 }],
    [{ step: 4 }],
    [{ free: -1e9 }],
    [{}],
  ])('%j are allowed', (parameters) => expect(complaints({ parameters })).toEqual([]));

  it.each([
    [{ initial_liquidity_fraction: 0.09 }, 'initial_liquidity_fraction must lie between 0.1 and 0.9, got 0.09'],
    [{ initial_liquidity_fraction: 'half' }, 'initial_liquidity_fraction must be a number, got "half"'],
    [{ initial_liquidity_fraction: true }, 'initial_liquidity_fraction must be a number, got true'],
    [{ urgency: 1.5 }, 'urgency must be a whole number, got 1.5'],
    [{ urgency: 11 }, 'urgency must lie between 1 and 10, got 11'],
    [{ step: 3 }, 'step must be one of 1, 2, 4, got 3'],
    [{ other: 1 }, "parameter 'other' is not allowed; allowed are: initial_liquidity_fraction, urgency, step, free"],
  ])('%j are refused', (parameters, message) => {
    const [name] = Object.keys(parameters);
    expect(complaints({ parameters })).toEqual([`parameters.${name}: ${message}`]);
  });

  it('may stay as they were before any optimisation', () => {
    const from = { ...current, parameters: { other: 7 } };
    expect(complaints({}, {}, from)).toEqual([]);
    expect(complaints({ parameters: { other: 8 } }, {}, from)).toHaveLength(1);
  });

  it('never bring in less than nothing or more than the pool', () => {
    const allowed_parameters = [{ ...constraints.allowed_parameters[0]!, min_value: -5, max_value: null }];
    expect(complaints({ parameters: { initial_liquidity_fraction: -0.1 } }, { allowed_parameters })).toHaveLength(1);
    expect(complaints({ parameters: { initial_liquidity_fraction: 1.1 } }, { allowed_parameters })).toHaveLength(1);
  });

  it('are all reported at once', () => {
    expect(complaints({ parameters: { urgency: 0, step: 9, other: 1 } })).toHaveLength(3);
  });
});

describe('fields', () => {
  it('of the list may be used', () => expect(complaints({ payment_tree: condition('balance') })).toEqual([]));

  it('that are not in the list are refused, wherever they stand', () => {
    expect(complaints({ payment_tree: condition('amount') })).toEqual([
      "payment_tree.condition.left.field: field 'amount' is not allowed; allowed are: balance, ticks_to_deadline",
    ]);
    const nested = { ...condition('balance'), on_true: condition('amount') };
    expect(complaints({ payment_tree: nested })).toHaveLength(1);
  });

  it('are free when the list is empty', () => {
    expect(complaints({ payment_tree: condition('amount') }, { allowed_fields: [] })).toEqual([]);
  });

  it('of a tree that stays are not looked at', () => {
    const from = { ...current, payment_tree: condition('amount') };
    expect(complaints({ parameters: { urgency: 3 } }, {}, from)).toEqual([]);
  });
});

describe('trees', () => {
  it('have the actions that are allowed for them', () => {
    expect(complaints({ payment_tree: condition('balance', 'Drop') })).toEqual([
      "payment_tree.on_true.action: action 'Drop' is not allowed in payment_tree; allowed are: Release, Hold",
    ]);
  });

  it('are named with or without _tree', () => {
    expect(complaints({ bank_tree: action('NoAction') })).toEqual([]);
    expect(complaints({ bank_tree: action('SetReleaseBudget') })).toHaveLength(1);
  });

  it('that the constraints do not name must stay', () => {
    expect(complaints({ strategic_collateral_tree: action('PostCollateral') })).toEqual([
      'strategic_collateral_tree: strategic_collateral_tree may not be changed: allowed_actions says nothing about it',
    ]);
    expect(complaints({ strategic_collateral_tree: undefined })).toEqual([
      'strategic_collateral_tree: strategic_collateral_tree may not be removed',
    ]);
    expect(complaints({ end_of_tick_collateral_tree: action('HoldCollateral') })).toHaveLength(1);
  });

  it('may be dropped if they may be changed, but for the payment tree', () => {
    const from = { ...current, bank_tree: action('NoAction') };
    expect(complaints({ bank_tree: undefined }, {}, from)).toEqual([]);
    expect(complaints({ payment_tree: undefined })).toEqual(['payment_tree: a policy needs a payment_tree']);
  });
});
