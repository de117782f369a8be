import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenario, Simulation } from '../../src/index.js';
import {
  ACTION_NAMES,
  TREE_KIND,
  TREE_NAMES,
  type ActionName,
  type PolicyDocument,
  type TreeKind,
  type TreeName,
} from '../../src/policy/document.js';
import { FIELDS } from '../../src/policy/fields.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { validatePolicy } from '../../src/policy/validate.js';
import {
  HOLD,
  NO,
  YES,
  act,
  all,
  any,
  chain,
  compute,
  field,
  is,
  literal,
  not,
  param,
  paying,
  policy,
  randomNumbers,
  text,
  when,
  withKeysShuffled,
  type Operand,
} from './support/documents.js';
import {
  ALWAYS_ZERO,
  COMMON_FIELDS,
  COUNTERPARTY_FIELDS,
  FIELD_NAMES,
  PHANTOM_FIELDS,
  RANKED_FIELDS,
  TRANSACTION_FIELDS,
} from './support/field-names.js';
import { pair, scenario } from './support/simulations.js';
import '../support/seed.js';

const errorsOf = (document: PolicyDocument) => validatePolicy(parsePolicy(JSON.stringify(document))).errors;
const warningsOf = (document: PolicyDocument) => validatePolicy(parsePolicy(JSON.stringify(document))).warnings;
const kinds = (issues: readonly { code: string; message: string }[]): string[] =>
  issues.map(({ code, message }) => `${code}: ${message}`);

const DEFAULT_ACTION: Record<TreeKind, ActionName> = { payment: 'Hold', bank: 'NoAction', collateral: 'HoldCollateral' };

/** A tree that reads some values in one condition. */
function reading(tree: TreeName, ...values: Operand[]): PolicyDocument {
  const action = DEFAULT_ACTION[TREE_KIND[tree]];
  const tests = values.map((value) => is(value, '>=', 0));
  return policy({ [tree]: when('n', all(...tests), act('t', action), act('f', action)) });
}

describe('the field table (spec 06 §6.2)', () => {
  it('has 96 names for payment trees, 50 for bank trees, 72 for collateral trees', () => {
    const known = (kind: TreeKind): string[] =>
      [...FIELDS].filter(([, { read }]) => read[kind] !== undefined).map(([name]) => name);
    expect(FIELDS.size).toBe(96);
    expect([known('payment').length, known('bank').length, known('collateral').length]).toEqual([96, 50, 72]);
    for (const kind of ['payment', 'bank', 'collateral'] as const)
      expect(known(kind).sort()).toEqual([...FIELD_NAMES[kind]].sort());
  });

  it('marks exactly the fields that are always 0', () => {
    expect(
      [...FIELDS]
        .filter(([, { alwaysZero }]) => alwaysZero)
        .map(([name]) => name)
        .sort(),
    ).toEqual([...ALWAYS_ZERO].sort());
  });

  it('names every field once, by its own name', () => {
    for (const [name, definition] of FIELDS) expect(definition.name).toBe(name);
    expect(new Set([...TRANSACTION_FIELDS, ...COMMON_FIELDS, ...COUNTERPARTY_FIELDS, ...RANKED_FIELDS]).size).toBe(96);
  });

  describe.each(TREE_NAMES)('%s', (tree) => {
    const own: readonly string[] = FIELD_NAMES[TREE_KIND[tree]];
    it('accepts all of its fields', () => {
      expect(errorsOf(reading(tree, ...own.map(field)))).toEqual([]);
    });

    it('accepts them in action parameters and computations, too', () => {
      const action = DEFAULT_ACTION[TREE_KIND[tree]];
      const parameters = Object.fromEntries(own.map((name) => [name, compute('max', field(name))]));
      expect(errorsOf(policy({ [tree]: act('a', action, parameters) }))).toEqual([]);
    });

    it('rejects the fields of other trees and names without a value', () => {
      const others = [...FIELD_NAMES.payment, ...PHANTOM_FIELDS].filter((name) => !own.includes(name));
      expect(kinds(errorsOf(reading(tree, ...others.map(field))))).toEqual(
        others.map((name) => `InvalidFieldReference: Invalid field reference: '${name}'`),
      );
    });

    it('rejects near misses', () => {
      const misses = own
        .flatMap((name) => [name.toUpperCase(), `${name} `, ` ${name}`, `${name}_`, name.slice(1)])
        .filter((name) => !own.includes(name));
      expect(errorsOf(reading(tree, ...misses.map(field))).map(({ code }) => code)).toEqual(
        [...new Set(misses)].map(() => 'InvalidFieldReference'),
      );
    });

    it('rejects every other name and accepts every register', () => {
      fc.assert(
        fc.property(fc.string(), (name) => {
          const known = own.includes(name) || name.startsWith('bank_state_');
          expect(errorsOf(reading(tree, field(name))).length).toBe(known ? 0 : 1);
          expect(errorsOf(reading(tree, field(`bank_state_${name}`)))).toEqual([]);
        }),
      );
    });
  });

  it.each(['bank_state', 'Bank_state_x', 'bank-state-x', 'xbank_state_x', ''])('%j is no register', (name) => {
    expect(kinds(errorsOf(reading('bank_tree', field(name))))).toEqual([
      `InvalidFieldReference: Invalid field reference: '${name}'`,
    ]);
  });

  it('suggests the nearest name that the tree knows', () => {
    const suggestion = (tree: TreeName, name: string): string | undefined => errorsOf(reading(tree, field(name)))[0]!.suggestion;
    expect(suggestion('payment_tree', 'remaining_ammount')).toBe('remaining_amount');
    expect(suggestion('payment_tree', 'ticks_to_deadlin')).toBe('ticks_to_deadline');
    expect(suggestion('bank_tree', 'Balance')).toBe('balance');
    expect(suggestion('bank_tree', 'moon_phase_of_the_moon')).toBeUndefined();
    expect(COMMON_FIELDS).toContain(suggestion('bank_tree', 'overdraft_utilisation'));
  });
});

describe('the checks of spec 06 §8.1', () => {
  describe('1: node ids', () => {
    it('are unique over all trees; every repeat is an error', () => {
      const document = policy({
        end_of_tick_collateral_tree: act('same', 'HoldCollateral'),
        bank_tree: when('same', YES, act('b', 'NoAction'), act('same', 'NoAction')),
        payment_tree: when('p', YES, act('same', 'Hold'), act('p', 'Hold')),
      });
      expect(errorsOf(document)).toEqual([
        { code: 'DuplicateNodeId', path: 'payment_tree.on_false.node_id', message: 'Duplicate node ID: p' },
        { code: 'DuplicateNodeId', path: 'bank_tree.node_id', message: 'Duplicate node ID: same' },
        { code: 'DuplicateNodeId', path: 'bank_tree.on_false.node_id', message: 'Duplicate node ID: same' },
        { code: 'DuplicateNodeId', path: 'end_of_tick_collateral_tree.node_id', message: 'Duplicate node ID: same' },
      ]);
    });

    it('differ in case and may be empty once', () => {
      expect(errorsOf(paying(when('A', YES, act('a', 'Hold'), act('', 'Hold'))))).toEqual([]);
    });
  });

  describe('2: depth', () => {
    it.each([0, 1, 99, 100])('%d conditions above an action are allowed', (depth) => {
      expect(errorsOf(paying(chain(depth)))).toEqual([]);
    });

    it.each([101, 110, 124])('%d are not', (depth) => {
      expect(kinds(errorsOf(paying(chain(depth))))).toEqual([`ExcessiveDepth: Tree depth ${depth} exceeds maximum 100`]);
    });

    it('counts the deepest tree, once', () => {
      const shallow = chain(101, act('x', 'NoAction'));
      const deep = JSON.parse(
        JSON.stringify(chain(120, act('y', 'HoldCollateral'))).replaceAll('"node_id":"', '"node_id":"z'),
      ) as never;
      expect(kinds(errorsOf(policy({ bank_tree: shallow, end_of_tick_collateral_tree: deep })))).toEqual([
        'ExcessiveDepth: Tree depth 120 exceeds maximum 100',
      ]);
    });
  });

  describe('3: fields', () => {
    it('each name once per tree, in order of first appearance', () => {
      const document = policy({
        payment_tree: when(
          'a',
          any(
            is(field('z1'), '<', compute('clamp', field('z2'), field('z3'), field('z4'))),
            not(is(compute('div0', field('z5'), field('z6'), field('z7')), '==', field('z1'))),
          ),
          act('b', 'Split', { num_splits: field('z9'), zzz: compute('max', field('z11'), field('z2')), a_param: field('z8') }),
          act('c', 'Release', { timed_for_tick: compute('-', field('z12'), compute('abs', field('z13'))) }),
        ),
        bank_tree: when('d', is(field('z2'), '<', field('z1')), act('e', 'NoAction'), act('f', 'NoAction')),
      });
      expect(errorsOf(document).map(({ message }) => message)).toEqual(
        ['z1', 'z2', 'z3', 'z4', 'z5', 'z6', 'z7', 'z8', 'z9', 'z11', 'z12', 'z13', 'z2', 'z1'].map(
          (name) => `Invalid field reference: '${name}'`,
        ),
      );
    });

    it('says where', () => {
      const document = paying(
        when('a', not(all(is(1, '<', compute('max', 1, compute('round', field('nope')))))), act('b', 'Hold'), act('c', 'Hold')),
      );
      expect(errorsOf(document)[0]!.path).toBe(
        'payment_tree.condition.condition.conditions[0].right.compute.values[1].compute.value',
      );
      expect(errorsOf(paying(act('a', 'Release', { timed_for_tick: field('nope') })))[0]!.path).toBe(
        'payment_tree.parameters.timed_for_tick',
      );
    });

    it('looks at every parameter of an action, whether it is read or not', () => {
      expect(kinds(errorsOf(paying(act('a', 'Drop', { whatever: field('nope') }))))).toEqual([
        "InvalidFieldReference: Invalid field reference: 'nope'",
      ]);
    });
  });

  describe('4: parameters', () => {
    it('each missing name once over all trees, in order of first appearance', () => {
      const document = policy({
        parameters: { known: 1 },
        end_of_tick_collateral_tree: act('d', 'PostCollateral', { amount: param('p5') }),
        strategic_collateral_tree: act('c', 'PostCollateral', { amount: compute('+', param('p4'), param('p1')) }),
        bank_tree: act('b', 'SetReleaseBudget', { max_value_to_release: param('p3'), max_per_counterparty: param('p2') }),
        payment_tree: act('a', 'Release', { timed_for_tick: compute('+', param('known'), param('p1')) }),
      });
      expect(errorsOf(document).map(({ message }) => message)).toEqual(
        ['p1', 'p2', 'p3', 'p4', 'p5'].map((name) => `Parameter '${name}' not found in tree parameters`),
      );
    });

    it('suggests the nearest known name', () => {
      const document = paying(act('a', 'Release', { timed_for_tick: param('urgncy') }), { urgency: 3, other: 1 });
      expect(errorsOf(document)[0]).toMatchObject({ code: 'InvalidParameterReference', suggestion: 'urgency' });
    });
  });

  describe('5: divisions', () => {
    const dividing = (divisor: unknown): PolicyDocument =>
      paying(when('node', is(compute('/', 1, divisor as Operand), '<', 1), act('t', 'Hold'), act('f', 'Hold')));

    it.each([0, -0, 2.21e-16, -2.21e-16, 5e-324])('by the literal %j are an error', (divisor) => {
      expect(kinds(errorsOf(dividing(divisor)))).toEqual(['DivisionByZeroRisk: Potential division by zero at node node']);
    });

    it.each([2.22e-16, 2.220446049250313e-16, -2.22e-16, 1e-9, 1, -1, 1e308])('by the literal %j are allowed', (divisor) => {
      expect(errorsOf(dividing(divisor))).toEqual([]);
    });

    it.each([false, true, null, '0', [], {}].map(literal))('by %j are allowed: no number', (divisor) => {
      expect(errorsOf(dividing(divisor))).toEqual([]);
    });

    it('by computed zeros, fields and parameters are allowed', () => {
      for (const divisor of [compute('-', 1, 1), compute('abs', 0), field('balance'), compute('max')])
        expect(errorsOf(dividing(divisor))).toEqual([]);
      expect(errorsOf({ ...dividing(param('zero')), parameters: { zero: 0 } })).toEqual([]);
    });

    it('div0 is never one', () => {
      expect(errorsOf(paying(when('n', is(compute('div0', 1, 0, 0), '<', 1), act('t', 'Hold'), act('f', 'Hold'))))).toEqual([]);
    });

    it('are found in every operand of everything, one error for each', () => {
      const bad = compute('/', 1, 0);
      const one = (node: string, values: Operand[]): PolicyDocument['payment_tree'] =>
        when(
          node,
          all(...values.map((value) => is(value, '<', 1)), is(1, '<', bad), not(any(is(bad, '<', bad)))),
          act(`${node}t`, 'Hold'),
          act(`${node}f`, 'Hold'),
        );
      const values: [Operand, number][] = [
        [compute('+', bad, bad), 2],
        [compute('/', bad, bad), 2],
        [compute('/', bad, 1), 1],
        [compute('/', bad, 0), 2],
        [compute('max', 1, bad, compute('min', bad)), 2],
        [compute('ceil', bad), 1],
        [compute('clamp', bad, bad, bad), 3],
        [compute('div0', bad, bad, bad), 3],
        [compute('-', compute('*', compute('abs', bad), 1), 1), 1],
      ];
      for (const [value, count] of values) {
        expect(kinds(errorsOf(policy({ payment_tree: one('n', [value]) }))), JSON.stringify(value)).toEqual(
          Array.from({ length: count + 3 }, () => 'DivisionByZeroRisk: Potential division by zero at node n'),
        );
      }
    });

    it('are found in action parameters of all trees', () => {
      const bad = compute('/', 1, 0);
      const document = policy({
        payment_tree: act('p', 'Release', { timed_for_tick: bad, unknown: compute('abs', bad) }),
        bank_tree: act('b', 'SetState', { key: text('bank_state_x'), value: bad }),
        strategic_collateral_tree: act('s', 'PostCollateral', { amount: bad }),
        end_of_tick_collateral_tree: act('e', 'WithdrawCollateral', { amount: bad }),
      });
      expect(errorsOf(document).map(({ message }) => message)).toEqual(
        ['p', 'p', 'b', 's', 'e'].map((id) => `Potential division by zero at node ${id}`),
      );
    });

    it('the left operand is entered before the divisor is judged', () => {
      const document = paying(when('n', is(compute('/', compute('/', 1, 0), 0), '<', 1), act('t', 'Hold'), act('f', 'Hold')));
      expect(errorsOf(document).map(({ path }) => path)).toEqual([
        'payment_tree.condition.left.compute.left.compute.right',
        'payment_tree.condition.left.compute.right',
      ]);
    });
  });

  describe('6: actions and trees', () => {
    const PAYMENT = [
      'Release',
      'ReleaseWithCredit',
      'PaceAndRelease',
      'Split',
      'StaggerSplit',
      'Hold',
      'Drop',
      'Reprioritize',
      'WithdrawFromRtgs',
      'ResubmitToRtgs',
    ];
    const BANK = ['SetReleaseBudget', 'SetState', 'AddState', 'NoAction'];
    const COLLATERAL = ['PostCollateral', 'WithdrawCollateral', 'HoldCollateral'];
    const VALID: Record<TreeName, readonly string[]> = {
      payment_tree: PAYMENT,
      bank_tree: BANK,
      strategic_collateral_tree: COLLATERAL,
      end_of_tick_collateral_tree: COLLATERAL,
    };

    it('there are 17 actions', () => {
      expect([...PAYMENT, ...BANK, ...COLLATERAL].sort()).toEqual([...ACTION_NAMES].sort());
    });

    it.each(TREE_NAMES.flatMap((tree) => ACTION_NAMES.map((action): [ActionName, TreeName] => [action, tree])))(
      '%s in %s',
      (action, tree) => {
        expect(errorsOf(policy({ [tree]: act('node 7', action) }))).toEqual(
          VALID[tree].includes(action)
            ? []
            : [
                {
                  code: 'InvalidActionForTree',
                  path: `${tree}.action`,
                  message: `Action '${action}' is not allowed in ${tree} (node node 7)`,
                },
              ],
        );
      },
    );

    it('every misplaced action is an error, in order', () => {
      const document = policy({
        end_of_tick_collateral_tree: act('e', 'Hold'),
        payment_tree: when('n', YES, act('a', 'NoAction'), when('m', YES, act('b', 'PostCollateral'), act('c', 'Hold'))),
        bank_tree: act('d', 'Release'),
      });
      expect(errorsOf(document).map(({ message }) => message)).toEqual([
        "Action 'NoAction' is not allowed in payment_tree (node a)",
        "Action 'PostCollateral' is not allowed in payment_tree (node b)",
        "Action 'Release' is not allowed in bank_tree (node d)",
        "Action 'Hold' is not allowed in end_of_tick_collateral_tree (node e)",
      ]);
    });
  });

  /** A document that breaks every rule in every tree. */
  function broken(): PolicyDocument {
    const tree = (letter: string, wrong: ActionName, right: ActionName) =>
      when(
        'dup',
        all(is(field(`f_${letter}`), '<', compute('/', param(`p_${letter}`), 0)), is(field('f_common'), '<', param('p_common'))),
        act(`wrong_${letter}`, wrong),
        chain(letter === 's' ? 104 : 3, act(`deep_${letter}`, right)),
      );
    const unique = (node: unknown, letter: string): never =>
      JSON.parse(JSON.stringify(node).replace(/"(c|else)(\d+)"/g, `"$1$2${letter}"`)) as never;
    return policy({
      end_of_tick_collateral_tree: unique(tree('e', 'Drop', 'HoldCollateral'), 'e'),
      bank_tree: unique(tree('b', 'Split', 'NoAction'), 'b'),
      strategic_collateral_tree: unique(tree('s', 'SetState', 'HoldCollateral'), 's'),
      payment_tree: unique(tree('p', 'AddState', 'Hold'), 'p'),
    });
  }

  const EXPECTED = [
    ...['bank_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree'].map(
      () => 'DuplicateNodeId: Duplicate node ID: dup',
    ),
    'ExcessiveDepth: Tree depth 105 exceeds maximum 100',
    ...['p', 'b', 's', 'e']
      .flatMap((letter) => [`f_${letter}`, 'f_common'])
      .map((name) => `InvalidFieldReference: Invalid field reference: '${name}'`),
    ...['p_p', 'p_common', 'p_b', 'p_s', 'p_e'].map(
      (name) => `InvalidParameterReference: Parameter '${name}' not found in tree parameters`,
    ),
    ...['p', 'b', 's', 'e'].map(() => 'DivisionByZeroRisk: Potential division by zero at node dup'),
    "InvalidActionForTree: Action 'AddState' is not allowed in payment_tree (node wrong_p)",
    "InvalidActionForTree: Action 'Split' is not allowed in bank_tree (node wrong_b)",
    "InvalidActionForTree: Action 'SetState' is not allowed in strategic_collateral_tree (node wrong_s)",
    "InvalidActionForTree: Action 'Drop' is not allowed in end_of_tick_collateral_tree (node wrong_e)",
  ];

  it('report all errors of all trees at once, check by check', () => {
    expect(kinds(errorsOf(broken()))).toEqual(EXPECTED);
  });

  it('do not depend on the order of keys', () => {
    const { errors, warnings } = validatePolicy(broken());
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const shuffled = withKeysShuffled(broken(), randomNumbers(seed));
        const again = validatePolicy(parsePolicy(JSON.stringify(shuffled)));
        expect(again.errors).toEqual(errors);
        expect(kinds(again.warnings).sort()).toEqual(kinds(warnings).sort());
      }),
      { numRuns: 50 },
    );
  });

  it('give the same answer again and leave the document as it is', () => {
    const document = broken();
    const before = JSON.stringify(document);
    expect(validatePolicy(document)).toEqual(validatePolicy(document));
    expect(JSON.stringify(document)).toBe(before);
  });

  it('do not look at literal types, empty lists or the version', () => {
    const document = {
      ...paying(
        when(
          'n',
          any(is(literal('text'), '==', literal([])), is(compute('max'), '<', compute('min')), any()),
          act('a', 'Reprioritize', { new_priority: literal({}) }),
          HOLD,
        ),
      ),
      version: '99',
    };
    expect(errorsOf(document)).toEqual([]);
  });
});

describe('warnings', () => {
  const codes = (document: PolicyDocument, ...of: string[]): string[] =>
    warningsOf(document)
      .filter(({ code }) => of.includes(code))
      .map(({ message }) => message);

  it('there are none about a plain document', () => {
    expect(warningsOf(paying(when('n', is(field('balance'), '>', param('p')), act('a', 'Release'), HOLD), { p: 1 }))).toEqual([]);
  });

  const KNOWN: Record<ActionName, [required: string[], optional: string[]]> = {
    Release: [[], ['priority_flag', 'timed_for_tick']],
    ReleaseWithCredit: [[], ['priority_flag', 'timed_for_tick']],
    PaceAndRelease: [['num_splits'], []],
    Split: [['num_splits'], []],
    StaggerSplit: [['num_splits', 'stagger_first_now', 'stagger_gap_ticks', 'priority_boost_children'], []],
    Hold: [[], ['reason']],
    Drop: [[], []],
    Reprioritize: [['new_priority'], []],
    SetReleaseBudget: [['max_value_to_release'], ['focus_counterparties', 'max_per_counterparty']],
    SetState: [['key', 'value'], ['reason']],
    AddState: [['key', 'value'], ['reason']],
    NoAction: [[], []],
    PostCollateral: [['amount'], ['reason', 'auto_withdraw_after_ticks']],
    WithdrawCollateral: [['amount'], ['reason']],
    HoldCollateral: [[], []],
    WithdrawFromRtgs: [[], []],
    ResubmitToRtgs: [['rtgs_priority'], []],
  };
  const ALL_NAMES = [...new Set(Object.values(KNOWN).flatMap(([required, optional]) => [...required, ...optional]))];
  const treeOf = (action: ActionName): TreeName =>
    action.endsWith('Collateral')
      ? 'strategic_collateral_tree'
      : /State$|NoAction|Budget/.test(action)
        ? 'bank_tree'
        : 'payment_tree';

  it.each(ACTION_NAMES)('parameters that %s never reads', (action) => {
    const inert = ['focus_cpty_list', 'max_per_cpty', 'budget', 'delta', 'interval_ticks', 'comment'];
    const parameters = Object.fromEntries([...ALL_NAMES, ...inert].map((name) => [name, literal('bank_state_x')]));
    const [required, optional] = KNOWN[action];
    const found = warningsOf(policy({ [treeOf(action)]: act('a', action, parameters) })).filter(
      ({ code }) => code === 'UnknownActionParameter',
    );
    const unread = [...ALL_NAMES, ...inert].filter((name) => !required.includes(name) && !optional.includes(name));
    expect(found.map(({ path }) => path).sort()).toEqual(unread.map((name) => `${treeOf(action)}.parameters.${name}`).sort());
  });

  it.each(ACTION_NAMES)('parameters that %s needs and does not get', (action) => {
    const [required, optional] = KNOWN[action];
    const given = Object.fromEntries(optional.map((name) => [name, literal('x')]));
    const found = codes(policy({ [treeOf(action)]: act('a', action, given) }), 'MissingActionParameter');
    expect(found).toHaveLength(required.length);
    for (const name of required) expect(found.some((message) => message.includes(`'${name}'`))).toBe(true);
  });

  it('document parameters that nobody uses', () => {
    const document = paying(
      when(
        'n',
        is(field('balance'), '>', compute('+', param('a'), 1)),
        act('t', 'Release', { timed_for_tick: param('b') }),
        HOLD,
      ),
      {
        a: 1,
        b: 2,
        unused: 3,
        initial_liquidity_fraction: 0.5,
        initial_collateral_fraction: 0.5,
        initial_anything_else: 0.5,
      },
    );
    const found = warningsOf(document).filter(({ code }) => code === 'UnusedParameter');
    expect(found.map(({ path }) => path)).toEqual(['parameters.unused', 'parameters.initial_anything_else']);
  });

  it.each(['SetState', 'AddState'] as const)('keys of %s without the prefix', (action) => {
    const bank = (key: string): PolicyDocument =>
      policy({ payment_tree: HOLD, bank_tree: act('a', action, { key: text(key), value: 1 }) });
    expect(codes(bank('mode'), 'RegisterWithoutPrefix')).toHaveLength(1);
    expect(codes(bank('bank_state'), 'RegisterWithoutPrefix')).toHaveLength(1);
    expect(warningsOf(bank('bank_state_'))).toEqual([]);
    expect(warningsOf(bank('bank_state_mode'))).toEqual([]);
  });

  it('a missing payment tree', () => {
    expect(warningsOf(policy({})).map(({ code }) => code)).toEqual(['NoPaymentTree']);
    expect(warningsOf(policy({ payment_tree: null, bank_tree: act('a', 'NoAction') })).map(({ code }) => code)).toEqual([
      'NoPaymentTree',
    ]);
  });

  it.each(ALWAYS_ZERO)('the field %s', (name) => {
    const found = warningsOf(
      paying(when('n', all(is(field(name), '>', field(name)), is(compute('abs', field(name)), '>', 1)), HOLD, act('f', 'Hold'))),
    );
    expect(found.map(({ code }) => code)).toEqual(['FieldAlwaysZero']);
    expect(found[0]!.message).toContain(`'${name}'`);
  });

  it('no other field', () => {
    const others = FIELD_NAMES.payment.filter((name) => !ALWAYS_ZERO.includes(name));
    expect(warningsOf(reading('payment_tree', ...others.map(field)))).toEqual([]);
  });

  it('conditions that are always the same', () => {
    const found = warningsOf(paying(when('a', YES, when('b', NO, act('c', 'Hold'), act('d', 'Hold')), HOLD)));
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'ConstantCondition payment_tree.condition',
      'UnreachableBranch payment_tree.on_false',
      'ConstantCondition payment_tree.on_true.condition',
      'UnreachableBranch payment_tree.on_true.on_true',
    ]);
  });

  it('do not keep a document from being used', () => {
    const doubtful = policy({
      payment_tree: act('a', 'Release', { nonsense: 1 }),
      bank_tree: act('b', 'SetState', { key: text('no_prefix'), value: field('liquidity_buffer') }),
      parameters: { unused: 1 },
    });
    expect(errorsOf(doubtful)).toEqual([]);
    expect(() => pair(doubtful).tick()).not.toThrow();
  });
});

/** What a call refuses with; null if it does not refuse. */
function refusal(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

describe('when validation happens (spec 06 §1.3)', () => {
  const invalid = (id: string): PolicyDocument =>
    policy({ payment_tree: when(id, is(field('nope'), '<', param('missing')), act(id, 'Hold'), act('x', 'NoAction')) });
  const MESSAGES = [
    'Duplicate node ID: n',
    "Invalid field reference: 'nope'",
    "Parameter 'missing' not found in tree parameters",
    "Action 'NoAction' is not allowed in payment_tree (node x)",
  ];

  it('at construction: all errors of all agents, in configuration order', () => {
    const config = scenario([
      { id: 'Z', policy: invalid('n') },
      { id: 'M' },
      { id: 'A', policy: policy({ bank_tree: act('b', 'Hold') }) },
    ]);
    const expected = [
      ...MESSAGES.map((message) => `Agent Z: ${message}`),
      "Agent A: Action 'Hold' is not allowed in bank_tree (node b)",
    ].join('; ');
    expect(refusal(() => Simulation.create(readScenario(config)))).toBe(`Invalid config: Policy validation failed: ${expected}`);
  });

  it('at construction: a text that cannot be read', () => {
    const config = scenario([{ id: 'Z', policy: { type: 'FromJson', json: '{"version": 1}' } }]);
    expect(() => Simulation.create(readScenario(config))).toThrow(
      /^Invalid config: Failed to create JSON policy for agent Z: Failed to parse JSON: /,
    );
  });

  it('at an update: all errors, and nothing changes', () => {
    const simulation = pair(paying(act('a', 'Release')));
    const before = simulation.agentPolicies();
    expect(refusal(() => simulation.updateAgentPolicy('A', JSON.stringify(invalid('n'))))).toBe(
      `Invalid config: Invalid policy JSON for A: ${MESSAGES.join('; ')}`,
    );
    expect(() => simulation.updateAgentPolicy('A', '{"version": 1}')).toThrow(/^Invalid config: Invalid policy JSON for A: /);
    expect(() => simulation.updateAgentPolicy('A', 'nonsense')).toThrow(/^Invalid config: Invalid policy JSON for A: /);
    expect(refusal(() => simulation.updateAgentPolicy('GHOST', '{}'))).toBe('Invalid config: Unknown agent: GHOST');
    expect(simulation.agentPolicies()).toEqual(before);
  });

  it('at an update: a valid document takes over from the next tick, as FromJson', () => {
    const simulation = pair({ type: 'Fifo' });
    const json = JSON.stringify(paying(HOLD));
    simulation.updateAgentPolicy('A', json);
    expect(simulation.agentPolicies()[0]).toEqual({ agent_id: 'A', policy_config: { type: 'FromJson', json } });
  });

  it('parameters are constants: the share of the pool must lie between 0 and 1', () => {
    const sharing = (share: number): PolicyDocument => paying(HOLD, { initial_liquidity_fraction: share });
    const text = (share: number): string =>
      `Invalid config: Agent A: policy parameter initial_liquidity_fraction must be between 0.0 and 1.0, got ${share}`;
    for (const share of [0, 0.5, 1]) expect(() => pair(sharing(share))).not.toThrow();
    for (const share of [-0.1, 1.1]) {
      expect(refusal(() => pair(sharing(share)))).toBe(text(share));
      const simulation = pair(paying(HOLD));
      expect(refusal(() => simulation.updateAgentPolicy('A', JSON.stringify(sharing(share))))).toBe(text(share));
    }
  });
});
