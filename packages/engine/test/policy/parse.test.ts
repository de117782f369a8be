import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy, type BankLeaf } from '../../src/policy/compile.js';
import type { PolicyContext } from '../../src/policy/context.js';
import { ACTION_NAMES, type PolicyDocument } from '../../src/policy/document.js';
import { PolicyDocumentError } from '../../src/policy/issues.js';
import { parsePolicy } from '../../src/policy/parse.js';
import { validatePolicy } from '../../src/policy/validate.js';
import {
  act,
  all,
  chain,
  compute,
  field,
  is,
  literal,
  not,
  operandNames,
  param,
  parseIssues,
  policy,
  textWith,
  when,
  withAt,
} from './support/documents.js';
import '../support/seed.js';

const TREES = ['bank_tree', 'payment_tree', 'strategic_collateral_tree', 'end_of_tick_collateral_tree'];

/** A document that has everything, to be damaged. */
const complete = policy({
  description: 'everything',
  parameters: { p: 1 },
  payment_tree: when(
    'n1',
    all(
      is(field('balance'), '>=', param('p')),
      not(is(literal(1), '==', compute('+', 1, compute('clamp', field('amount'), 0, 9)))),
    ),
    act('n2', 'Release', { timed_for_tick: compute('div0', 1, 2, 3), priority_flag: literal('HIGH') }),
    when('n3', is(compute('max', 1, 2), '<', 3), act('n4', 'Hold'), act('n5', 'Drop')),
  ),
  bank_tree: act('n6', 'NoAction'),
  strategic_collateral_tree: act('n7', 'HoldCollateral'),
  end_of_tick_collateral_tree: act('n8', 'HoldCollateral'),
});

type Path = (string | number)[];
const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );

/** The document with one place changed has exactly one structural error: at this path, with this in its message. */
function expectOneIssue(document: unknown, path: string, message: string): void {
  const issues = parseIssues(JSON.stringify(document));
  expect(issues.map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'ParseError', path }]);
  expect(issues[0]!.message).toContain(message);
}

describe('a document', () => {
  it('needs a version and an id, nothing else', () => {
    expect(parsePolicy('{"version":"1.0","policy_id":"p"}')).toEqual({ version: '1.0', policy_id: 'p' });
  });

  it('may have all trees, or null in their place', () => {
    expect(parseIssues(JSON.stringify(complete))).toEqual([]);
    const empty = { version: '1.0', policy_id: 'p', description: null, ...Object.fromEntries(TREES.map((tree) => [tree, null])) };
    expect(parseIssues(JSON.stringify(empty))).toEqual([]);
  });

  it.each(['', '2.0', 'anything', '\u0000', '🏦'])('takes any text as version and id: %j', (any) => {
    expect(parsePolicy(JSON.stringify({ version: any, policy_id: any }))).toMatchObject({ version: any, policy_id: any });
  });

  it('ignores unknown keys at every level', () => {
    const note = { anything: [1, { deep: null }] };
    for (const path of [
      [],
      ['payment_tree'],
      ['payment_tree', 'condition'],
      ['payment_tree', 'condition', 'conditions', 0],
      ['payment_tree', 'condition', 'conditions', 0, 'left'],
      ['payment_tree', 'condition', 'conditions', 1],
      ['payment_tree', 'condition', 'conditions', 1, 'condition', 'right', 'compute'],
      ['payment_tree', 'on_true'],
      ['payment_tree', 'on_true', 'parameters', 'timed_for_tick'],
      ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute'],
    ] as Path[]) {
      expect(parseIssues(JSON.stringify(withAt(complete, [...path, 'comment'], note))), pathText(path)).toEqual([]);
    }
  });

  it('ignores the keys that conditions know on actions, and the other way round', () => {
    const odd = withAt(complete, ['payment_tree', 'on_true'], {
      ...act('n2', 'Release'),
      description: 7,
      condition: 7,
      on_true: 7,
      hold_reason: [],
    });
    expect(parseIssues(JSON.stringify(odd))).toEqual([]);
    expect(parseIssues(JSON.stringify(withAt(complete, ['payment_tree', 'action'], 'nonsense')))).toEqual([]);
  });

  it.each(['Release', 'x', ''])('takes any text as node id: %j', (id) => {
    expect(parseIssues(JSON.stringify(withAt(complete, ['payment_tree', 'node_id'], id)))).toEqual([]);
  });

  it('accepts unknown action parameters and numbers of any size', () => {
    expect(
      parsePolicy('{"version":"1","policy_id":"p","parameters":{"a":123456789012345678901234567890,"b":-1e-400,"c":1E308}}')
        .parameters,
    ).toEqual({
      a: Number('123456789012345678901234567890'),
      b: -0,
      c: 1e308,
    });
    const odd = withAt(complete, ['bank_tree', 'parameters'], { whatever: { value: { nested: [true] } } });
    expect(parseIssues(JSON.stringify(odd))).toEqual([]);
  });

  it('may have empty lists of conditions and of values', () => {
    const document = policy({
      payment_tree: when(
        'a',
        all(),
        act('b', 'Hold'),
        when('c', is(compute('max'), '==', 1), act('d', 'Hold'), act('e', 'Hold')),
      ),
    });
    expect(parseIssues(JSON.stringify(document))).toEqual([]);
  });
});

describe('structural errors', () => {
  it.each([
    ['a list', []],
    ['a text', 'x'],
    ['a number', 1],
    ['a truth value', true],
    ['null', null],
  ])('the root is %s', (_, root) => {
    expectOneIssue(root, '', 'invalid type');
  });

  it.each(['version', 'policy_id'])('%s is missing', (key) => {
    expectOneIssue(withAt(complete, [key], undefined), '', `missing field \`${key}\``);
  });

  it.each([
    ...['version', 'policy_id'].flatMap((key) => [1, null, true, [], {}].map((value): [string, unknown] => [key, value])),
    ...[1, true, [], {}].map((value): [string, unknown] => ['description', value]),
    ...[null, 1, 'x', [], true].map((value): [string, unknown] => ['parameters', value]),
    ...TREES.flatMap((tree) => [1, 'x', true, [], ['action', 'A1', 'Hold', {}]].map((value): [string, unknown] => [tree, value])),
  ])('%s is %j', (key, value) => {
    expectOneIssue(withAt(complete, [key], value), key, 'invalid type');
  });

  it.each([null, '1', true, {}, [], { value: 1 }])('a document parameter is %j', (value) => {
    expectOneIssue(withAt(complete, ['parameters', 'p'], value), 'parameters.p', 'invalid type');
  });

  // Keys that are needed, with the object that needs them.
  const NEEDED: [Path, string][] = [
    ...TREES.flatMap((tree): [Path, string][] => [
      [[tree], 'type'],
      [[tree], 'node_id'],
    ]),
    [['payment_tree'], 'condition'],
    [['payment_tree'], 'on_true'],
    [['payment_tree'], 'on_false'],
    [['payment_tree', 'on_false'], 'on_true'],
    [['bank_tree'], 'action'],
    [['payment_tree', 'on_false', 'on_true'], 'action'],
    [['payment_tree', 'condition'], 'op'],
    [['payment_tree', 'condition'], 'conditions'],
    [['payment_tree', 'condition', 'conditions', 0], 'op'],
    [['payment_tree', 'condition', 'conditions', 0], 'left'],
    [['payment_tree', 'condition', 'conditions', 0], 'right'],
    [['payment_tree', 'condition', 'conditions', 1], 'condition'],
  ];
  it.each(NEEDED)('at %j the key %s is missing', (path, key) => {
    expectOneIssue(withAt(complete, [...path, key], undefined), pathText(path), `missing field \`${key}\``);
  });

  it.each([
    ...[1, null, [], {}].map((value): [Path, unknown] => [['payment_tree', 'type'], value]),
    ...[1, null, false].map((value): [Path, unknown] => [['payment_tree', 'node_id'], value]),
    ...[null, 1, []].map((value): [Path, unknown] => [['payment_tree', 'description'], value]),
    ...[null, [], 'x', 5].map((value): [Path, unknown] => [['payment_tree', 'on_true'], value]),
    ...[null, 5].map((value): [Path, unknown] => [['payment_tree', 'on_false', 'on_false'], value]),
    ...[null, [], 'x', 5].map((value): [Path, unknown] => [['payment_tree', 'condition'], value]),
    ...[1, null].map((value): [Path, unknown] => [['bank_tree', 'action'], value]),
    ...[null, [], 'x', 5].map((value): [Path, unknown] => [['bank_tree', 'parameters'], value]),
    ...[null, {}, 'x', 5].map((value): [Path, unknown] => [['payment_tree', 'condition', 'conditions'], value]),
    ...[null, [], 'x', 5].map((value): [Path, unknown] => [['payment_tree', 'condition', 'conditions', 1], value]),
    ...[null, 5].map((value): [Path, unknown] => [['payment_tree', 'condition', 'conditions', 0, 'op'], value]),
  ])('at %j stands %j', (path, value) => {
    expectOneIssue(withAt(complete, path, value), pathText(path), 'invalid type');
  });

  describe('values', () => {
    const NO_VALUE = [{}, { fields: 'balance' }, { field: 3 }, { param: null }, { field: [], param: {} }, { __proto__x: 1 }];
    const OPERANDS: Path[] = [
      ['payment_tree', 'condition', 'conditions', 0, 'left'],
      ['payment_tree', 'condition', 'conditions', 1, 'condition', 'right', 'compute', 'left'],
      ['payment_tree', 'condition', 'conditions', 1, 'condition', 'right', 'compute', 'right', 'compute', 'max'],
      ['payment_tree', 'on_false', 'condition', 'left', 'compute', 'values', 1],
      ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute', 'default'],
    ];
    it.each(OPERANDS.flatMap((path) => NO_VALUE.map((value): [Path, unknown] => [path, value])))(
      'an operand %j without a form: %j',
      (path, value) => {
        expectOneIssue(withAt(complete, path, value), pathText(path), 'data did not match any variant of untagged enum Value');
      },
    );

    it.each(NO_VALUE)('an action parameter without a form: %j', (value) => {
      const path = ['payment_tree', 'on_true', 'parameters', 'priority_flag'];
      expectOneIssue(
        withAt(complete, path, value),
        pathText(path),
        'data did not match any variant of untagged enum ValueOrCompute',
      );
    });

    const BARE = [5, 'balance', [1], null, true];
    const BARE_PLACES: Path[] = [OPERANDS[0]!, ['payment_tree', 'on_true', 'parameters', 'priority_flag']];
    it.each(BARE_PLACES.flatMap((path) => BARE.map((value): [Path, unknown] => [path, value])))(
      'at %j: bare %j is no value',
      (path, value) => {
        expectOneIssue(withAt(complete, path, value), pathText(path), '');
      },
    );

    it('bare values are refused in the words of the specification', () => {
      const [operand, parameter] = BARE_PLACES as [Path, Path];
      for (const value of BARE) {
        expectOneIssue(
          withAt(complete, operand, value),
          pathText(operand),
          'data did not match any variant of untagged enum Value',
        );
        expectOneIssue(
          withAt(complete, parameter, value),
          pathText(parameter),
          'data did not match any variant of untagged enum ValueOrCompute',
        );
      }
    });
  });

  describe('computations', () => {
    const OPERATORS = ['+', '-', '*', '/', 'ceil', 'floor', 'round', 'abs', 'clamp', 'div0'] as const;
    const places: [string, Path][] = [
      ['a condition', ['payment_tree', 'on_false', 'condition', 'left', 'compute']],
      ['an action parameter', ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute']],
    ];
    describe.each(places)('in %s', (_, path) => {
      it.each(OPERATORS.flatMap((op) => operandNames(op).map((name): [string, string] => [op, name])))(
        '%s without %s',
        (op, missing) => {
          const operands = operandNames(op as never).filter((name) => name !== missing);
          const computation = { op, ...Object.fromEntries(operands.map((name) => [name, { value: 1 }])) };
          expectOneIssue(withAt(complete, path, computation), pathText(path), `missing field \`${missing}\``);
        },
      );

      it.each(['max', 'min'])('%s without values, or with no list of them', (op) => {
        expectOneIssue(withAt(complete, path, { op }), pathText(path), 'missing field `values`');
        expectOneIssue(
          withAt(complete, path, { op, left: { value: 1 }, right: { value: 1 } }),
          pathText(path),
          'missing field `values`',
        );
        for (const values of [null, 1, {}, 'x'])
          expectOneIssue(withAt(complete, path, { op, values }), pathText([...path, 'values']), 'invalid type');
      });

      it.each([null, 1, 'x', []])('stands %j', (value) => {
        expectOneIssue(withAt(complete, path, value), pathText(path), 'invalid type');
      });

      it('an operator is missing or no text', () => {
        expectOneIssue(withAt(complete, path, { values: [] }), pathText(path), 'missing field `op`');
        expectOneIssue(withAt(complete, path, { op: 1, values: [] }), pathText([...path, 'op']), 'invalid type');
      });
    });
  });

  describe('unknown variants', () => {
    const list = (names: readonly string[]): string => `expected one of ${names.map((name) => `\`${name}\``).join(', ')}`;
    const EXPRESSIONS = list(['==', '!=', '<', '<=', '>', '>=', 'and', 'or', 'not']);
    const COMPUTATIONS = list(['+', '-', '*', '/', 'max', 'min', 'ceil', 'floor', 'round', 'abs', 'clamp', 'div0']);
    const ACTIONS = list([
      ...[
        'Release',
        'ReleaseWithCredit',
        'PaceAndRelease',
        'Split',
        'StaggerSplit',
        'Hold',
        'Drop',
        'Reprioritize',
        'SetReleaseBudget',
        'SetState',
      ],
      ...['AddState', 'NoAction', 'PostCollateral', 'WithdrawCollateral', 'HoldCollateral', 'WithdrawFromRtgs', 'ResubmitToRtgs'],
    ]);
    const NODES = list(['condition', 'action']);

    it.each([
      ['type', ['payment_tree', 'type'], 'Condition', NODES, 'condition'],
      ['type', ['bank_tree', 'type'], 'actoin', NODES, 'action'],
      ['type', ['bank_tree', 'type'], 'leaf of another kind', NODES, undefined],
      ['action', ['bank_tree', 'action'], 'noaction', ACTIONS, 'NoAction'],
      ['action', ['bank_tree', 'action'], 'SetStat', ACTIONS, 'SetState'],
      ['action', ['payment_tree', 'on_true', 'action'], 'Realease', ACTIONS, 'Release'],
      ['action', ['payment_tree', 'on_true', 'action'], 'MockStaggerSplit', ACTIONS, 'StaggerSplit'],
      ['action', ['payment_tree', 'on_true', 'action'], 'GoFishingInsteadOfPaying', ACTIONS, undefined],
      ['action', ['payment_tree', 'on_true', 'action'], 'constructor', ACTIONS, undefined],
      ['action', ['payment_tree', 'on_true', 'action'], '__proto__', ACTIONS, undefined],
      ['op', ['payment_tree', 'condition', 'op'], 'AND', EXPRESSIONS, 'and'],
      ['op', ['payment_tree', 'condition', 'op'], '&&', EXPRESSIONS, expect.any(String)],
      ['op', ['payment_tree', 'condition', 'conditions', 0, 'op'], '=>', EXPRESSIONS, expect.any(String)],
      ['op', ['payment_tree', 'condition', 'conditions', 0, 'op'], 'is at most', EXPRESSIONS, undefined],
      ['op', ['payment_tree', 'on_false', 'condition', 'left', 'compute', 'op'], 'maximum', COMPUTATIONS, undefined],
      ['op', ['payment_tree', 'on_false', 'condition', 'left', 'compute', 'op'], 'Max', COMPUTATIONS, 'max'],
      ['op', ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute', 'op'], 'div', COMPUTATIONS, 'div0'],
      ['op', ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute', 'op'], 'toString', COMPUTATIONS, undefined],
    ] as [string, Path, string, string, unknown][])('%s at %j: %s', (_, path, name, expected, suggestion) => {
      const issues = parseIssues(JSON.stringify(withAt(complete, path, name)));
      expect(issues).toHaveLength(1);
      expect(issues[0]).toMatchObject({ code: 'ParseError', path: pathText(path) });
      expect(issues[0]!.message).toContain(`unknown variant \`${name}\`, ${expected}`);
      if (suggestion === undefined) expect(issues[0]!.suggestion).toBeUndefined();
      else expect(issues[0]!.suggestion).toEqual(suggestion);
    });

    it.each(
      ACTION_NAMES.flatMap((name) =>
        [name.toLowerCase(), name.slice(1), `${name}x`].map((typo): [string, string] => [typo, name]),
      ),
    )('suggests for the action %s: %s', (typo, name) => {
      if (typo === name.slice(1) && name === 'Drop') return; // 'rop' is as near to others
      expect(parseIssues(JSON.stringify(withAt(complete, ['bank_tree', 'action'], typo)))[0]!.suggestion).toBe(name);
    });
  });

  it('are all found at once', () => {
    const broken = {
      policy_id: 7,
      description: 1,
      parameters: { a: 'x', b: 1, c: null },
      payment_tree: {
        type: 'condition',
        condition: { op: 'and', conditions: [{ op: '<', left: { value: 1 } }, 5, { op: 'nor' }] },
        on_true: { type: 'action', node_id: 'x', action: 'Relase', parameters: 'none' },
      },
      bank_tree: { type: 'action', node_id: 'y', action: 'SetState', parameters: { value: { compute: { op: 'clamp' } } } },
    };
    const found = parseIssues(JSON.stringify(broken)).map(({ path }) => path);
    expect(found.sort()).toEqual(
      [
        '', // version
        'policy_id',
        'description',
        'parameters.a',
        'parameters.c',
        'payment_tree', // node_id
        'payment_tree.condition.conditions[0]', // right
        'payment_tree.condition.conditions[1]',
        'payment_tree.condition.conditions[2].op',
        'payment_tree.on_true.action',
        'payment_tree', // on_false
        ...['bank_tree.parameters.value.compute', 'bank_tree.parameters.value.compute', 'bank_tree.parameters.value.compute'],
      ].sort(),
    );
  });

  it('name their place in the message and come as one error', () => {
    const error = (() => {
      try {
        parsePolicy('{"version":"1.0","policy_id":"p","payment_tree":{"type":"action","node_id":"a"}}');
      } catch (thrown) {
        return thrown as PolicyDocumentError;
      }
      return null;
    })();
    expect(error).toBeInstanceOf(PolicyDocumentError);
    expect(error!.message).toMatch(/missing field `action`.*payment_tree/);
  });
});

describe('several forms in one value (spec 06 §2.3)', () => {
  const REGISTER = 10;
  const context = { bank: 0, world: { registers: [new Map([['bank_state_f', REGISTER]])] } } as unknown as PolicyContext;
  const GOOD = { field: 'bank_state_f', param: 'p', value: 30, compute: { op: '+', left: { value: 39 }, right: { value: 1 } } };
  const BAD = { field: 3, param: null, compute: { op: '?' } };
  const RESULT = { field: REGISTER, param: 20, value: 30, compute: 40 };
  type Form = keyof typeof RESULT;

  /** Every way to give the four forms: absent, well formed or malformed (a literal cannot be malformed). */
  const values = ['absent', 'good', 'bad'].flatMap((f) =>
    ['absent', 'good', 'bad'].flatMap((p) =>
      ['absent', 'good'].flatMap((v) => ['absent', 'good', 'bad'].map((c) => ({ field: f, param: p, value: v, compute: c }))),
    ),
  );

  const written = (given: Record<Form, string>): Record<string, unknown> =>
    Object.fromEntries(
      (Object.keys(given) as Form[])
        .filter((form) => given[form] !== 'absent')
        .map((form) => [form, (given[form] === 'good' ? GOOD : BAD)[form as never]]),
    );

  const evaluate = (document: PolicyDocument): number => {
    const leaf = (compilePolicy(document).bankTree as { leaf: BankLeaf }).leaf as BankLeaf & { action: 'set' };
    return leaf.value(context);
  };

  const setting = (value: unknown): unknown =>
    policy({ parameters: { p: 20 }, bank_tree: act('a', 'SetState', { key: literal('bank_state_x'), value: value as never }) });

  it.each(values)('an operand: field, param, value, compute – %j', (given) => {
    const winner = (['field', 'param', 'value', 'compute'] as const).find((form) => given[form] === 'good');
    const text = JSON.stringify(setting({ compute: { op: '+', left: written(given), right: { value: 0 } } }));
    if (winner === undefined) expect(parseIssues(text)).not.toEqual([]);
    else expect(evaluate(parsePolicy(text))).toBe(RESULT[winner]);
  });

  it.each(values)('an action parameter: value, field, param, compute – %j', (given) => {
    const winner = (['value', 'field', 'param', 'compute'] as const).find((form) => given[form] === 'good');
    const text = JSON.stringify(setting(written(given)));
    if (winner === undefined) expect(parseIssues(text)).not.toEqual([]);
    else expect(evaluate(parsePolicy(text))).toBe(RESULT[winner]);
  });

  it.each([null, 'text', [1], { a: 1 }, true])('the literal %j wins over everything behind it', (value) => {
    const operand = setting({ compute: { op: 'abs', value: { value, compute: GOOD.compute } } });
    const document = parsePolicy(JSON.stringify(operand));
    if (value === true) expect(evaluate(document)).toBe(1);
    else expect(() => evaluate(document)).toThrow('Invalid literal type');
    const parameter = parsePolicy(JSON.stringify(setting({ ...GOOD, value })));
    expect(() => evaluate(parameter)).toThrow('Invalid action parameter type: value');
  });

  it('what does not count is not checked by validation either', () => {
    const hidden = policy({
      payment_tree: act('a', 'Release', { timed_for_tick: { value: 1, field: 'nowhere', param: 'nothing' } as never }),
      bank_tree: when(
        'b',
        is({ field: 'balance', param: 'nothing', value: 0 } as never, '<', 1),
        act('c', 'NoAction'),
        act('d', 'NoAction'),
      ),
    });
    expect(validatePolicy(parsePolicy(JSON.stringify(hidden))).errors).toEqual([]);
  });
});

describe('keys given twice', () => {
  const KNOWN: [Path, string][] = [
    ...['version', 'policy_id', 'description', 'parameters', ...TREES].map((key): [Path, string] => [[], key]),
    ...['type', 'node_id', 'condition', 'on_true', 'on_false'].map((key): [Path, string] => [['payment_tree'], key]),
    ...['type', 'node_id', 'action', 'parameters'].map((key): [Path, string] => [['payment_tree', 'on_true'], key]),
    ...['op', 'conditions'].map((key): [Path, string] => [['payment_tree', 'condition'], key]),
    ...['op', 'left', 'right'].map((key): [Path, string] => [['payment_tree', 'condition', 'conditions', 0], key]),
    ...['op', 'condition'].map((key): [Path, string] => [['payment_tree', 'condition', 'conditions', 1], key]),
  ];
  const valueAt = (path: Path): unknown =>
    path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], complete);

  it.each(KNOWN)('at %j: %s', (path, key) => {
    const again = `${JSON.stringify(key)}:${JSON.stringify(valueAt([...path, key]))}`;
    const issues = parseIssues(textWith(complete, path, again));
    expect(issues.map((issue) => issue.path)).toEqual([pathText(path)]);
    expect(issues[0]!.message).toContain(`duplicate field \`${key}\``);
  });

  it('a description given twice on a condition', () => {
    const described = withAt(complete, ['payment_tree', 'description'], 'x');
    expect(parseIssues(textWith(described, ['payment_tree'], '"description":"y"'))[0]!.message).toContain(
      'duplicate field `description`',
    );
  });

  it('written with an escape', () => {
    expect(parseIssues(textWith(complete, ['payment_tree'], '"node\\u005fid":"other"'))[0]?.message).toContain(
      'duplicate field `node_id`',
    );
  });

  const INSIDE: [string, Path, string][] = [
    ['an operand', ['payment_tree', 'condition', 'conditions', 0, 'left'], '"field":"balance"'],
    ['a literal operand', ['payment_tree', 'condition', 'conditions', 1, 'condition', 'left'], '"value":1'],
    ['a computation', ['payment_tree', 'condition', 'conditions', 1, 'condition', 'right', 'compute'], '"op":"+"'],
    [
      'a computation in a computation',
      ['payment_tree', 'condition', 'conditions', 1, 'condition', 'right', 'compute', 'right', 'compute'],
      '"min":{"value":0}',
    ],
    ['an action parameter', ['payment_tree', 'on_true', 'parameters', 'priority_flag'], '"value":"LOW"'],
    [
      'a computed action parameter',
      ['payment_tree', 'on_true', 'parameters', 'timed_for_tick'],
      '"compute":{"op":"max","values":[]}',
    ],
    [
      'the computation of an action parameter',
      ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute'],
      '"default":{"value":0}',
    ],
  ];
  it.each(INSIDE)('inside %s are refused', (_, path, again) => {
    const issues = parseIssues(textWith(complete, path, again));
    expect(issues.map(({ code }) => code)).toEqual(['ParseError']);
    expect(pathText(path).startsWith(issues[0]!.path)).toBe(true);
  });

  it('inside a value are refused in the words of the specification', () => {
    for (const [place, path, again] of INSIDE) {
      const messages = parseIssues(textWith(complete, path, again)).map(({ message }) => message);
      expect(messages, place).toEqual([expect.stringContaining('data did not match any variant of untagged enum Value')]);
    }
  });

  it.each([
    ['the root', []],
    ['a condition', ['payment_tree']],
    ['an action', ['payment_tree', 'on_true']],
    ['an expression', ['payment_tree', 'condition', 'conditions', 0]],
    ['a value', ['payment_tree', 'condition', 'conditions', 0, 'left']],
    ['a computation', ['payment_tree', 'condition', 'conditions', 1, 'condition', 'right', 'compute']],
  ] as [string, Path][])('that %s does not know are ignored', (_, path) => {
    expect(parseIssues(textWith(complete, path, '"comment":1,"comment":2'))).toEqual([]);
  });

  it('that only look like the place of a known one are ignored', () => {
    expect(parseIssues(textWith(complete, [], '"payment_tree.node_id":1,"payment_tree.node_id":2'))).toEqual([]);
    expect(parseIssues(textWith(complete, ['payment_tree'], '"on_true.action":1,"on_true.action":2'))).toEqual([]);
    const named = withAt(complete, ['payment_tree', 'on_true', 'parameters', 'timed_for_tick.compute'], undefined);
    expect(
      parseIssues(
        textWith(
          named,
          ['payment_tree', 'on_true', 'parameters'],
          '"timed_for_tick.compute.op":{"value":1},"timed_for_tick.compute.op":{"value":2}',
        ),
      ),
    ).toEqual([]);
    expect(parseIssues(textWith(complete, ['payment_tree', 'condition'], '"conditions[0].op":1,"conditions[0].op":2'))).toEqual(
      [],
    );
  });

  it('in parameters: the last one counts', () => {
    expect(parsePolicy(textWith(complete, ['parameters'], '"p":2,"p":3')).parameters).toEqual({ p: 3 });
    const tree = parsePolicy(textWith(complete, ['payment_tree', 'on_true', 'parameters'], '"priority_flag":{"value":"LOW"}'))
      .payment_tree as never as {
      on_true: { parameters: unknown };
    };
    expect(tree.on_true.parameters).toMatchObject({ priority_flag: { value: 'LOW' } });
  });

  it('in parameters: what the last one replaces is not checked for its type', () => {
    expect(parsePolicy('{"version":"1","policy_id":"p","parameters":{"p":1,"p":2}}').parameters).toEqual({ p: 2 });
  });
});

describe('JSON', () => {
  const NOT_JSON = [
    '',
    ' ',
    '{',
    '{"version":"1.0","policy_id":"p"',
    '{"version":"1.0","policy_id":"p"} x',
    '{"version":"1.0","policy_id":"p"}{}',
    '{"version":"1.0","policy_id":"p",}',
    "{'version':'1.0','policy_id':'p'}",
    '{version:"1.0",policy_id:"p"}',
    '// comment\n{"version":"1.0","policy_id":"p"}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":NaN}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":Infinity}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":-Infinity}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":+1}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":01}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":.5}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":5.}}',
    '{"version":"1.0","policy_id":"p","parameters":{"a":0x10}}',
    '{"version":"1.0","policy_id":"p","description":"\u0001"}',
    '{"version":"1.0","policy_id":"p","description":"\\x"}',
    'undefined',
    'NaN',
    '\u0000',
    '\ufeff{"version":"1.0","policy_id":"p"}',
  ];
  it.each(NOT_JSON)('that is none: %j', (text) => {
    expect(parseIssues(text).map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'ParseError', path: '' }]);
  });

  it('with blanks around it', () => {
    expect(parseIssues(' \n\t{"version":"1.0","policy_id":"p"}\r\n ')).toEqual([]);
  });

  it('as the core writes it at creation: numbers that are none become tokens that are refused', () => {
    const text = JSON.stringify(policy({ parameters: { a: NaN } }));
    expect(parseIssues(text).map(({ path }) => path)).toEqual(['parameters.a']);
  });

  describe('a number too large for a double', () => {
    const TOKENS = ['1e400', '-1e400', '1e999999999999', `1${'0'.repeat(400)}`];
    const replaced = (document: unknown, token: string): string => JSON.stringify(document).replaceAll('"HUGE"', token);
    const expectOutOfRange = (document: unknown, path: string): void => {
      for (const token of TOKENS) {
        const issues = parseIssues(replaced(document, token));
        expect(issues.map(({ code }) => code)).toEqual(['ParseError']);
        expect(issues[0]!.message).toContain('number out of range');
        expect(['', path]).toContain(issues[0]!.path);
      }
    };

    it('as a document parameter', () => {
      expectOutOfRange(withAt(complete, ['parameters', 'p'], 'HUGE'), 'parameters.p');
    });
    it('as an operand', () => {
      expectOutOfRange(
        withAt(complete, ['payment_tree', 'on_false', 'condition', 'right', 'value'], 'HUGE'),
        'payment_tree.on_false.condition.right',
      );
    });
    it('in a computation', () => {
      const path = ['payment_tree', 'on_true', 'parameters', 'timed_for_tick', 'compute', 'numerator'];
      expectOutOfRange(withAt(complete, [...path, 'value'], 'HUGE'), pathText(path));
    });
    it('as an action parameter', () => {
      const path = ['payment_tree', 'on_true', 'parameters', 'priority_flag'];
      expectOutOfRange(withAt(complete, [...path, 'value'], 'HUGE'), pathText(path));
    });
    it('inside a literal list', () => {
      const path = ['payment_tree', 'on_true', 'parameters', 'priority_flag'];
      expectOutOfRange(withAt(complete, [...path, 'value'], [['HUGE']]), pathText(path));
    });
    it('behind a form that wins', () => {
      const path = ['payment_tree', 'condition', 'conditions', 0, 'left'];
      expectOutOfRange(withAt(complete, [...path, 'value'], 'HUGE'), pathText(path));
    });
    it('under a key that nobody reads', () => {
      expectOutOfRange(withAt(complete, ['comment'], 'HUGE'), '');
    });
    it('but not inside a text', () => {
      expect(parseIssues(JSON.stringify(withAt(complete, ['comment'], '1e400')))).toEqual([]);
    });
    it.each(['1e308', '1.7976931348623157e308', '-1e-400', '5e-324', '18446744073709551616'])('%s is not', (token) => {
      expect(parseIssues(replaced(withAt(complete, ['parameters', 'p'], 'HUGE'), token))).toEqual([]);
    });
  });

  describe('nesting', () => {
    const nested = (levels: number, open: string, close: string, core = ''): string =>
      `{"version":"1","policy_id":"p","comment":${open.repeat(levels - 1)}${core}${close.repeat(levels - 1)}}`;

    it('of 127 containers is accepted', () => {
      expect(parseIssues(nested(127, '[', ']'))).toEqual([]);
      expect(parseIssues(nested(127, '{"a":', '}', '0'))).toEqual([]);
    });

    it.each([128, 129, 1000])('of %d containers is refused', (levels) => {
      for (const text of [nested(levels, '[', ']'), nested(levels, '{"a":', '}', '0')]) {
        expect(parseIssues(text).map(({ path }) => path)).toEqual(['']);
        expect(parseIssues(text)[0]!.message).toContain('recursion limit exceeded');
      }
    });

    it('is not counted inside texts', () => {
      const brackets = '[{'.repeat(500);
      expect(parseIssues(JSON.stringify({ version: brackets, policy_id: `\\"${brackets}\\`, [brackets]: 1 }))).toEqual([]);
    });

    it('is not counted across siblings', () => {
      expect(parseIssues(`{"version":"1","policy_id":"p","comment":[${'[],{},'.repeat(1000)}0]}`)).toEqual([]);
    });

    it('leaves room for 124 conditions above each other and no more', () => {
      expect(parseIssues(JSON.stringify(policy({ payment_tree: chain(124) })))).toEqual([]);
      expect(parseIssues(JSON.stringify(policy({ payment_tree: chain(125) })))[0]!.message).toContain('recursion limit exceeded');
    });
  });

  describe('size', () => {
    const padded = (length: number): string => {
      const start = '{"version":"1","policy_id":"p","comment":"';
      return `${start}${'x'.repeat(length - start.length - 2)}"}`;
    };
    it('up to 16 MiB is read', () => {
      expect(parseIssues(padded(16 * 1024 * 1024))).toEqual([]);
    });
    it('beyond that is refused unread', () => {
      expect(parseIssues(padded(16 * 1024 * 1024 + 1))[0]).toMatchObject({ code: 'ParseError', path: '' });
      expect(parseIssues('['.repeat(16 * 1024 * 1024 + 1))[0]!.message).toContain('too large');
    });
  });
});

describe('names that mean something to JavaScript', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length'];

  it.each(NAMES)('%s is a document parameter like any other', (name) => {
    const text = `{"version":"1","policy_id":"p","parameters":{${JSON.stringify(name)}:42},"bank_tree":${JSON.stringify(
      act('a', 'SetState', { key: literal('bank_state_x'), value: param(name) }),
    )}}`;
    const document = parsePolicy(text);
    expect(validatePolicy(document).errors).toEqual([]);
    const { leaf } = compilePolicy(document).bankTree as { leaf: BankLeaf & { action: 'set' } };
    expect(leaf.value({} as PolicyContext)).toBe(42);
  });

  it.each(NAMES)('%s is not there unless it is given', (name) => {
    const document = parsePolicy(
      JSON.stringify(
        policy({
          parameters: { a: 1 },
          payment_tree: when('n', is(param(name), '==', field(name)), act('t', 'Hold'), act('f', 'Hold')),
        }),
      ),
    );
    expect(validatePolicy(document).errors.map(({ message }) => message)).toEqual([
      `Invalid field reference: '${name}'`,
      `Parameter '${name}' not found in tree parameters`,
    ]);
  });

  it.each(NAMES)('%s as an action parameter or unknown key is ignored', (name) => {
    const key = JSON.stringify(name);
    const parameters = `{${key}:{"value":1}}`;
    const node = `{"type":"action","node_id":"a","action":"Hold","parameters":${parameters},${key}:{"action":"Drop"}}`;
    expect(parseIssues(`{"version":"1","policy_id":"p",${key}:[1],"payment_tree":${node}}`)).toEqual([]);
  });

  it.each(NAMES)('%s does not stand in for a missing key', (name) => {
    const key = JSON.stringify(name);
    expect(parseIssues(`{${key}:{"version":"1","policy_id":"p"}}`)).toHaveLength(2);
    expect(
      parseIssues(`{"version":"1","policy_id":"p","payment_tree":{${key}:{"type":"action","node_id":"a","action":"Hold"}}}`),
    ).not.toEqual([]);
    const operand = `{"op":"==","left":{${key}:{"field":"balance"}},"right":{"value":1}}`;
    const node = `{"type":"condition","node_id":"a","condition":${operand},"on_true":{"type":"action","node_id":"b","action":"Hold"},"on_false":{"type":"action","node_id":"c","action":"Hold"}}`;
    expect(parseIssues(`{"version":"1","policy_id":"p","payment_tree":${node}}`).map(({ path }) => path)).toEqual([
      'payment_tree.condition.left',
    ]);
  });

  it('reading changes no prototype', () => {
    parseIssues('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"version":"1","policy_id":"p"}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('hostile input', () => {
  const root = (rest: string): string => `{"version":"1","policy_id":"p",${rest}}`;
  const leaf = (id: string): string => `{"type":"action","node_id":"${id}","action":"Hold"}`;
  const condition = (expression: string): string =>
    root(
      `"payment_tree":{"type":"condition","node_id":"a","condition":${expression},"on_true":${leaf('b')},"on_false":${leaf('c')}}`,
    );
  const many = (count: number, item: (i: number) => string): string => Array.from({ length: count }, (_, i) => item(i)).join(',');
  const DEEP = 10_000;

  const INPUTS: [string, () => string][] = [
    ['10,000 lists', () => '['.repeat(DEEP) + ']'.repeat(DEEP)],
    ['10,000 lists never closed', () => '['.repeat(DEEP)],
    ['10,000 objects', () => '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)],
    ['a million levels', () => '['.repeat(1_000_000)],
    [
      '10,000 conditions above each other',
      () =>
        root(
          `"payment_tree":${'{"type":"condition","node_id":"a","condition":{"op":"and","conditions":[]},"on_false":{"type":"action","node_id":"b","action":"Hold"},"on_true":'.repeat(DEEP)}${leaf('z')}${'}'.repeat(DEEP)}`,
        ),
    ],
    [
      '10,000 negations',
      () => condition(`${'{"op":"not","condition":'.repeat(DEEP)}{"op":"and","conditions":[]}${'}'.repeat(DEEP)}`),
    ],
    [
      '10,000 sums in each other',
      () =>
        condition(
          `{"op":"==","left":{"value":1},"right":${'{"compute":{"op":"+","left":{"value":1},"right":'.repeat(DEEP)}{"value":1}${'}}'.repeat(DEEP)}}`,
        ),
    ],
    ['10,000 conditions never closed', () => condition('{"op":"not","condition":'.repeat(DEEP))],
    ['a text that never ends', () => `{"version":"${'x'.repeat(2_000_000)}`],
    ['a text of backslashes', () => `{"version":"${'\\'.repeat(2_000_001)}`],
    ['only closing brackets', () => ']'.repeat(1_000_000)],
    ['a million quotes', () => '"'.repeat(1_000_001)],
    ['a number of a million digits', () => root(`"parameters":{"a":${'9'.repeat(1_000_000)}}`)],
    ['100,000 parameters that are no numbers', () => root(`"parameters":{${many(100_000, (i) => `"p${i}":null`)}}`)],
    ['20,000 conditions of no kind', () => condition(`{"op":"and","conditions":[${many(20_000, () => '{}')}]}`)],
    [
      '2,000 operators with long unknown names',
      () => condition(`{"op":"or","conditions":[${many(2_000, (i) => `{"op":"${'x'.repeat(500)}${i}"}`)}]}`),
    ],
    [
      'an action with a name of a megabyte',
      () => root(`"payment_tree":{"type":"action","node_id":"a","action":"${'Release'.repeat(150_000)}"}`),
    ],
    ['50,000 keys given twice', () => `{${many(50_000, (i) => `"k${i}":1,"k${i}":1`)}}`],
    ['keys given twice below a long key', () => `{"${'k'.repeat(50_000)}":{${many(300, (i) => `"${i}":1,"${i}":1`)}}}`],
    [
      'keys given twice below many long keys',
      () => `${`{"${'k'.repeat(1_000)}":`.repeat(100)}{${many(100, (i) => `"${i}":1,"${i}":1`)}}${'}'.repeat(100)}`,
    ],
    ['200,000 keys without the two that are needed', () => `{${many(200_000, (i) => `"k${i}":${i}`)}}`],
    ['300,000 empty lists', () => root(`"payment_tree":[${many(300_000, () => '[]')}]`)],
    ['lone surrogates', () => `{"version":"\\ud800","policy_id":"\udfff","payment_tree":{"\\ud800":1}}`],
  ];
  it.each(INPUTS)('%s: an error, no crash', (_, text) => {
    const issues = parseIssues(text());
    expect(issues.length).toBeGreaterThan(0);
    expect(issues.every(({ code }) => code === 'ParseError')).toBe(true);
  });

  const VALIDATED: [string, () => string][] = [
    [
      '150 unknown fields with long names',
      () =>
        condition(
          `{"op":"and","conditions":[${many(150, (i) => `{"op":"==","left":{"field":"${'x'.repeat(190)}${i}"},"right":{"value":1}}`)}]}`,
        ),
    ],
    [
      '40 unknown parameters beside 40 known ones, all with long names',
      () =>
        condition(
          `{"op":"and","conditions":[${many(40, (i) => `{"op":"==","left":{"param":"${'x'.repeat(190)}${i}"},"right":{"value":1}}`)}]}`,
        ).replace('"policy_id"', `"parameters":{${many(40, (i) => `"${'y'.repeat(190)}${i}":1`)}},"policy_id"`),
    ],
    [
      '20,000 divisions by zero',
      () =>
        condition(
          `{"op":"and","conditions":[${many(20_000, () => '{"op":"==","left":{"compute":{"op":"/","left":{"value":1},"right":{"value":0}}},"right":{"value":1}}')}]}`,
        ),
    ],
    [
      'a field name of a megabyte',
      () => condition(`{"op":"==","left":{"field":"${'balance'.repeat(150_000)}"},"right":{"value":1}}`),
    ],
  ];
  it.each(VALIDATED)('%s: an error of validation, no crash', (_, text) => {
    expect(validatePolicy(parsePolicy(text())).errors.length).toBeGreaterThan(0);
  });

  it('any text is either read or refused with structural errors', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.stringMatching(/^[[\]{}",:0-9eE.\\-]*$/)), (text) => {
        expect(parseIssues(text).every(({ code }) => code === 'ParseError')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('any value in any place is either read or refused with structural errors', () => {
    const paths: Path[] = [];
    const visit = (value: unknown, path: Path): void => {
      if (path.length > 0) paths.push(path);
      if (typeof value !== 'object' || value === null) return;
      for (const [key, member] of Object.entries(value)) visit(member, [...path, Array.isArray(value) ? Number(key) : key]);
    };
    visit(complete, []);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 3 }), (path, value) => {
        expect(parseIssues(JSON.stringify(withAt(complete, path, value))).every(({ code }) => code === 'ParseError')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('what is read comes back unchanged', () => {
    expect(parsePolicy(JSON.stringify(complete))).toEqual(complete);
  });
});
