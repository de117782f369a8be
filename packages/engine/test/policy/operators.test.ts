import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../src/policy/compile.js';
import { COMPARISONS, type Comparison, type Computation } from '../../src/policy/document.js';
import {
  NO,
  YES,
  act,
  all,
  any,
  chain,
  compute,
  failing,
  field,
  is,
  literal,
  not,
  param,
  paying,
  policy,
  text,
  when,
} from './support/documents.js';
import { errorKind, evaluate, holds, pathOf } from './support/evaluation.js';
import { nextDown, nextUp } from './support/numbers.js';
import { decisions, failureOf, pair, pay } from './support/simulations.js';
import '../support/seed.js';

const X = field('bank_state_x');
const Y = field('bank_state_y');
const Z = field('bank_state_z');
const INF = Infinity;
const TOLERANCE = 1e-9;
const SMALLEST_DIVISOR = 2.220446049250313e-16;

/** An operation on literals and on registers must give the same. */
function binaryResult(op: Computation['op'], x: number, y: number): number {
  const ofRegisters = evaluate(compute(op, X, Y), { bank_state_x: x, bank_state_y: y });
  expect(evaluate(compute(op, x, y))).toBe(ofRegisters);
  return ofRegisters;
}

function unaryResult(op: Computation['op'], x: number): number {
  const ofRegister = evaluate(compute(op, X), { bank_state_x: x });
  expect(evaluate(compute(op, x))).toBe(ofRegister);
  return ofRegister;
}

function compared(op: Comparison, x: number, y: number): boolean {
  const ofRegisters = holds(is(X, op, Y), { bank_state_x: x, bank_state_y: y });
  expect(holds(is(x, op, y))).toBe(ofRegisters);
  return ofRegisters;
}

const anyNumber = fc.double({ noNaN: false });

describe('comparisons', () => {
  // Columns: left, right, and whether ==  !=  <  <=  >  >= hold.
  const TABLE: [number, number, string][] = [
    [1, 1, 'T F F T F T'],
    [0, 0, 'T F F T F T'],
    [0, -0, 'T F F T F T'],
    [-0, 0, 'T F F T F T'],
    [1, 2, 'F T T T F F'],
    [2, 1, 'F T F F T T'],
    [-1, 1, 'F T T T F F'],
    [-2, -1, 'F T T T F F'],
    // Within the tolerance: equal, and still less or greater.
    [0, 5e-10, 'T F T T F T'],
    [5e-10, 0, 'T F F T T T'],
    [1, 1 + 5e-10, 'T F T T F T'],
    [1 + 5e-10, 1, 'T F F T T T'],
    [1, nextUp(1), 'T F T T F T'],
    [0, 5e-324, 'T F T T F T'],
    [-4e-10, 4e-10, 'T F T T F T'],
    [0, nextDown(TOLERANCE), 'T F T T F T'],
    [nextDown(TOLERANCE), 0, 'T F F T T T'],
    // At the tolerance and above it.
    [0, TOLERANCE, 'F T T T F F'],
    [TOLERANCE, 0, 'F T F F T T'],
    [0, -TOLERANCE, 'F T F F T T'],
    [0, nextUp(TOLERANCE), 'F T T T F F'],
    [nextUp(TOLERANCE), 0, 'F T F F T T'],
    [1, 1 + 2e-9, 'F T T T F F'],
    // Large numbers that differ by one unit in the last place.
    [2 ** 53, 2 ** 53 + 2, 'F T T T F F'],
    [1e308, 1e308, 'T F F T F T'],
    [-1e308, 1e308, 'F T T T F F'],
    [2 ** 64, 2 ** 64 - 1, 'T F F T F T'],
    // Infinity less infinity is no number.
    [INF, INF, 'F F F T F T'],
    [-INF, -INF, 'F F F T F T'],
    [INF, -INF, 'F T F F T T'],
    [-INF, INF, 'F T T T F F'],
    [INF, 1, 'F T F F T T'],
    [1, INF, 'F T T T F F'],
    [-INF, 0, 'F T T T F F'],
    [1e308, INF, 'F T T T F F'],
    // With NaN nothing holds, not even !=.
    [NaN, NaN, 'F F F F F F'],
    [NaN, 0, 'F F F F F F'],
    [0, NaN, 'F F F F F F'],
    [NaN, INF, 'F F F F F F'],
    [-INF, NaN, 'F F F F F F'],
  ];
  it.each(TABLE)('%d and %d: == != < <= > >= are %s', (left, right, expected) => {
    const order: Comparison[] = ['==', '!=', '<', '<=', '>', '>='];
    expect(order.map((op) => (compared(op, left, right) ? 'T' : 'F')).join(' ')).toBe(expected);
  });

  it('follow their definitions for any pair of numbers', () => {
    const near = fc
      .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(0, 1e-10, 9e-10, 1e-9, 1.1e-9, -1e-9, 2e-9))
      .map(([x, d]) => [x, x + d] as const);
    fc.assert(
      fc.property(fc.oneof(fc.tuple(anyNumber, anyNumber), near), fc.constantFrom(...COMPARISONS), ([l, r], op) => {
        const equal = Math.abs(l - r) < 1e-9;
        const expected = {
          '==': equal,
          '!=': Math.abs(l - r) >= 1e-9,
          '<': l < r,
          '<=': l <= r || equal,
          '>': l > r,
          '>=': l >= r || equal,
        }[op];
        expect(compared(op, l, r)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('look at the left side first', () => {
    for (const op of COMPARISONS) {
      expect(errorKind(() => holds(is(failing.EmptyValueList, op, failing.DivisionByZero)))).toBe('EmptyValueList');
      expect(errorKind(() => holds(is(failing.DivisionByZero, op, failing.EmptyValueList)))).toBe('DivisionByZero');
      expect(errorKind(() => holds(is(1, op, failing.InvalidLiteralType)))).toBe('InvalidLiteralType');
    }
  });

  it('read infinity from the context: no deadline is nearest', () => {
    const noDeadline = field('ticks_to_nearest_queue2_deadline');
    const simulation = pair(
      paying(
        when(
          'n',
          any(is(noDeadline, '==', noDeadline), is(noDeadline, '!=', noDeadline)),
          act('a', 'Drop'),
          when(
            'm',
            all(is(noDeadline, '<=', noDeadline), is(noDeadline, '>=', noDeadline), is(noDeadline, '>', 1e300)),
            act('b', 'Release'),
            act('c', 'Hold'),
          ),
        ),
      ),
    );
    pay(simulation, 'A', 'B', 1);
    expect(decisions(simulation).map(({ event_type }) => event_type)).toEqual([
      'RtgsSubmission',
      'PolicySubmit',
      'RtgsImmediateSettlement',
    ]);
  });
});

describe('+ - *', () => {
  it.each([
    ['+', 1, 2, 3],
    ['+', 0.1, 0.2, 0.30000000000000004],
    ['+', -0, -0, -0],
    ['+', -0, 0, 0],
    ['+', INF, -INF, NaN],
    ['+', 1e308, 1e308, INF],
    ['+', 2 ** 53, 1, 2 ** 53],
    ['-', 1, 1, 0],
    ['-', 0, 0, 0],
    ['-', -0, 0, -0],
    ['-', INF, INF, NaN],
    ['-', 0.3, 0.1, 0.19999999999999998],
    ['*', 3, -0, -0],
    ['*', INF, 0, NaN],
    ['*', 1e200, 1e200, INF],
    ['*', 5e-324, 0.5, 0],
    ['*', 0.1, 3, 0.30000000000000004],
    ['+', NaN, 1, NaN],
    ['-', 1, NaN, NaN],
    ['*', NaN, 0, NaN],
  ] as [Computation['op'], number, number, number][])('%s of %d and %d is %d', (op, x, y, expected) => {
    expect(binaryResult(op, x, y)).toBe(expected);
  });

  it('are those of IEEE 754 for any numbers', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (x, y) => {
        expect(binaryResult('+', x, y)).toBe(x + y);
        expect(binaryResult('-', x, y)).toBe(x - y);
        expect(binaryResult('*', x, y)).toBe(x * y);
      }),
    );
  });

  it('round after every step: no fused multiply-add', () => {
    const x = 1 + 2 ** -30;
    const exact = 2 ** -60; // x · x − (1 + 2^−29), lost when the product is rounded
    expect(exact).not.toBe(0);
    expect(evaluate(compute('-', compute('*', X, X), 1 + 2 ** -29), { bank_state_x: x })).toBe(0);
  });

  it('compute both operands, the left one first', () => {
    for (const op of ['+', '-', '*', '/'] as const) {
      expect(errorKind(() => evaluate(compute(op, failing.EmptyValueList, failing.InvalidLiteralType)))).toBe('EmptyValueList');
      expect(errorKind(() => evaluate(compute(op, 0, failing.InvalidLiteralType)))).toBe('InvalidLiteralType');
    }
  });
});

describe('/', () => {
  it.each([
    [1, 4, 0.25],
    [1, 3, 1 / 3],
    [-1, INF, -0],
    [0, 5, 0],
    [INF, INF, NaN],
    [1, NaN, NaN],
    [0, NaN, NaN],
    [NaN, 1, NaN],
    [1, SMALLEST_DIVISOR, 1 / SMALLEST_DIVISOR],
    [1, -SMALLEST_DIVISOR, -1 / SMALLEST_DIVISOR],
    [1, 2 ** -52, 2 ** 52],
    [1, nextUp(SMALLEST_DIVISOR), 1 / nextUp(SMALLEST_DIVISOR)],
    [1, 1e-10, 1e10],
    [1e308, 1e-10, INF],
  ])('%d / %d is %d', (x, y, expected) => {
    expect(binaryResult('/', x, y)).toBe(expected);
  });

  it.each([0, -0, 5e-324, nextDown(2 ** -52), -nextDown(2 ** -52), 1e-16])('by %d is an error', (divisor) => {
    expect(errorKind(() => evaluate(compute('/', X, Y), { bank_state_x: 1, bank_state_y: divisor }))).toBe('DivisionByZero');
    expect(errorKind(() => evaluate(compute('/', 0, divisor)))).toBe('DivisionByZero');
  });

  it('looks at the divisor after the dividend', () => {
    expect(errorKind(() => evaluate(compute('/', failing.EmptyValueList, 0)))).toBe('EmptyValueList');
  });
});

describe('div0', () => {
  const result = (n: number, d: number, otherwise: number): number =>
    evaluate(compute('div0', X, Y, Z), { bank_state_x: n, bank_state_y: d, bank_state_z: otherwise });

  it.each([
    [6, 3, 2],
    [1, TOLERANCE, 1 / TOLERANCE],
    [1, -TOLERANCE, -1 / TOLERANCE],
    [1, nextUp(TOLERANCE), 1 / nextUp(TOLERANCE)],
    [1, INF, 0],
    [1, NaN, NaN],
    [NaN, 2, NaN],
  ])('%d over %d is %d', (n, d, expected) => {
    expect(result(n, d, 99)).toBe(expected);
  });

  it.each([0, -0, 5e-324, 1e-10, nextDown(TOLERANCE), -nextDown(TOLERANCE), SMALLEST_DIVISOR])('over %d is the default', (d) => {
    expect(result(1, d, 99)).toBe(99);
    expect(result(NaN, d, -0)).toBe(-0);
    expect(result(1, d, NaN)).toBe(NaN);
  });

  it('computes its default only when it is needed, everything else always', () => {
    expect(evaluate(compute('div0', 1, 2, failing.DivisionByZero))).toBe(0.5);
    expect(errorKind(() => evaluate(compute('div0', 1, 0, failing.EmptyValueList)))).toBe('EmptyValueList');
    expect(errorKind(() => evaluate(compute('div0', failing.EmptyValueList, 0, 1)))).toBe('EmptyValueList');
    expect(errorKind(() => evaluate(compute('div0', failing.EmptyValueList, failing.DivisionByZero, 1)))).toBe('EmptyValueList');
    expect(errorKind(() => evaluate(compute('div0', 1, failing.DivisionByZero, failing.EmptyValueList)))).toBe('DivisionByZero');
  });
});

describe('max and min', () => {
  const of = (op: 'max' | 'min', ...values: number[]): number => {
    const registers = Object.fromEntries(values.map((value, i) => [`bank_state_${i}`, value]));
    const result = evaluate(compute(op, ...values.map((_, i) => field(`bank_state_${i}`))), registers);
    expect(evaluate(compute(op, ...values))).toBe(result);
    return result;
  };

  it.each([
    [[3], 3, 3],
    [[1, 2, 3], 3, 1],
    [[3, 2, 1], 3, 1],
    [[-1, -2], -1, -2],
    [[NaN, 1], 1, 1],
    [[1, NaN], 1, 1],
    [[NaN, 2, NaN, 1, NaN], 2, 1],
    [[NaN], -INF, INF],
    [[NaN, NaN], -INF, INF],
    [[INF, 1], INF, 1],
    [[-INF], -INF, -INF],
    [[INF], INF, INF],
    // The first of equal values stays.
    [[-0, 0], -0, -0],
    [[0, -0], 0, 0],
  ] as [number[], number, number][])('of %j are %d and %d', (values, max, min) => {
    expect(of('max', ...values)).toBe(max);
    expect(of('min', ...values)).toBe(min);
  });

  it('of nothing are errors', () => {
    expect(errorKind(() => evaluate(compute('max')))).toBe('EmptyValueList');
    expect(errorKind(() => evaluate(compute('min')))).toBe('EmptyValueList');
  });

  it('compute all values, in order', () => {
    expect(errorKind(() => evaluate(compute('max', INF, failing.DivisionByZero, failing.EmptyValueList)))).toBe('DivisionByZero');
    expect(errorKind(() => evaluate(compute('min', failing.InvalidLiteralType, failing.EmptyValueList)))).toBe(
      'InvalidLiteralType',
    );
  });

  it('take any numbers', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { minLength: 1, maxLength: 6 }), (values) => {
        const numbers = values.filter((value) => !Number.isNaN(value));
        expect(of('max', ...values) === Math.max(...numbers)).toBe(true);
        expect(of('min', ...values) === Math.min(...numbers)).toBe(true);
      }),
    );
  });
});

describe('ceil, floor, round, abs', () => {
  it.each([
    // x, ceil, floor, round, abs
    [0, 0, 0, 0, 0],
    [-0, -0, -0, -0, 0],
    [0.4, 1, 0, 0, 0.4],
    [-0.4, -0, -1, -0, 0.4],
    [0.5, 1, 0, 1, 0.5],
    [-0.5, -0, -1, -1, 0.5],
    [1.5, 2, 1, 2, 1.5],
    [2.5, 3, 2, 3, 2.5],
    [-2.5, -2, -3, -3, 2.5],
    [-1.5, -1, -2, -2, 1.5],
    [0.49999999999999994, 1, 0, 0, 0.49999999999999994],
    [-0.49999999999999994, -0, -1, -0, 0.49999999999999994],
    [nextUp(0.5), 1, 0, 1, nextUp(0.5)],
    [nextDown(2.5), 3, 2, 2, nextDown(2.5)],
    [nextUp(2.5), 3, 2, 3, nextUp(2.5)],
    [4503599627370495.5, 4503599627370496, 4503599627370495, 4503599627370496, 4503599627370495.5],
    [-4503599627370495.5, -4503599627370495, -4503599627370496, -4503599627370496, 4503599627370495.5],
    [2 ** 53, 2 ** 53, 2 ** 53, 2 ** 53, 2 ** 53],
    [-(2 ** 53) - 2, -(2 ** 53) - 2, -(2 ** 53) - 2, -(2 ** 53) - 2, 2 ** 53 + 2],
    [4503599627370497, 4503599627370497, 4503599627370497, 4503599627370497, 4503599627370497],
    [1e308, 1e308, 1e308, 1e308, 1e308],
    [5e-324, 1, 0, 0, 5e-324],
    [-5e-324, -0, -1, -0, 5e-324],
    [INF, INF, INF, INF, INF],
    [-INF, -INF, -INF, -INF, INF],
    [NaN, NaN, NaN, NaN, NaN],
  ])('of %d are %d, %d, %d, %d', (x, ceil, floor, round, abs) => {
    expect(unaryResult('ceil', x)).toBe(ceil);
    expect(unaryResult('floor', x)).toBe(floor);
    expect(unaryResult('round', x)).toBe(round);
    expect(unaryResult('abs', x)).toBe(abs);
  });

  it('round goes away from zero at every half', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (k) => {
        const half = k + 0.5;
        expect(unaryResult('round', half)).toBe(half > 0 ? k + 1 : k);
        expect(unaryResult('round', nextDown(half))).toBe(k);
      }),
    );
  });

  it('round takes the nearest whole number otherwise', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), (x) => {
        const rounded = unaryResult('round', x);
        expect(Number.isInteger(rounded)).toBe(true);
        expect(Math.abs(rounded - x)).toBeLessThanOrEqual(0.5);
        if (Math.abs(rounded - x) === 0.5) expect(Math.abs(rounded)).toBeGreaterThan(Math.abs(x));
      }),
    );
  });
});

describe('clamp', () => {
  const clamped = (value: number, min: number, max: number): number => {
    const result = evaluate(compute('clamp', X, Y, Z), { bank_state_x: value, bank_state_y: min, bank_state_z: max });
    expect(evaluate(compute('clamp', value, min, max))).toBe(result);
    return result;
  };

  it.each([
    [5, 0, 10, 5],
    [-1, 0, 10, 0],
    [11, 0, 10, 10],
    [0, 0, 10, 0],
    [10, 0, 10, 10],
    [nextDown(0.5), 0.5, 1, 0.5],
    [nextUp(0.5), 0.5, 1, nextUp(0.5)],
    [nextUp(1), 0.5, 1, 1],
    [nextDown(1), 0.5, 1, nextDown(1)],
    [INF, 0, 10, 10],
    [-INF, 0, 10, 0],
    [5, -INF, INF, 5],
    // Limits the wrong way round: the upper one counts.
    [5, 10, 0, 0],
    [-5, 10, 0, 0],
    [50, 10, 0, 0],
    // NaN is passed over.
    [NaN, 0, 10, 0],
    [NaN, 10, 0, 0],
    [NaN, -3, NaN, -3],
    [NaN, NaN, 7, 7],
    [NaN, NaN, NaN, NaN],
    [5, NaN, 10, 5],
    [15, NaN, 10, 10],
    [5, 0, NaN, 5],
    [-5, 0, NaN, 0],
    [5, NaN, NaN, 5],
  ])('of %d between %d and %d is %d', (value, min, max, expected) => {
    expect(clamped(value, min, max)).toBe(expected);
  });

  it('is fmin(fmax(value, min), max) for any numbers', () => {
    const fmax = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : a > b ? a : b);
    const fmin = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : a < b ? a : b);
    fc.assert(
      fc.property(anyNumber, anyNumber, anyNumber, (value, min, max) => {
        // Adding 0 makes −0 and 0 one: fmax and fmin may return either.
        expect(clamped(value, min, max) + 0).toBe(fmin(fmax(value, min), max) + 0);
      }),
    );
  });

  it('computes all three, in order', () => {
    expect(
      errorKind(() => evaluate(compute('clamp', failing.DivisionByZero, failing.EmptyValueList, failing.InvalidLiteralType))),
    ).toBe('DivisionByZero');
    expect(errorKind(() => evaluate(compute('clamp', 1, failing.EmptyValueList, failing.InvalidLiteralType)))).toBe(
      'EmptyValueList',
    );
    expect(errorKind(() => evaluate(compute('clamp', 1, 5, failing.InvalidLiteralType)))).toBe('InvalidLiteralType');
  });
});

describe('values', () => {
  it('literals are numbers or truth values', () => {
    expect(holds(is(literal(true), '==', 1))).toBe(true);
    expect(holds(is(literal(false), '==', 0))).toBe(true);
    expect(evaluate(compute('+', literal(true), literal(true)))).toBe(2);
    expect(evaluate(compute('-', literal(false), 0))).toBe(0);
  });

  it.each([null, '1', '', [], [1], {}, { value: 1 }])('%j is neither', (value) => {
    expect(errorKind(() => holds(is(literal(value), '==', 1)))).toBe('InvalidLiteralType');
    expect(errorKind(() => evaluate(compute('abs', literal(value))))).toBe('InvalidLiteralType');
  });

  it('as an action parameter a literal must be a number', () => {
    for (const value of [true, false, null, '1', [], {}]) {
      const document = policy({
        bank_tree: act('a', 'SetReleaseBudget', { max_value_to_release: literal(value) }),
        payment_tree: act('p', 'Hold'),
      });
      expect(failureOf(pair(document))).toBe(
        'Invalid config: Failed to evaluate bank_tree for A: Tree evaluation failed: Invalid action parameter type: max_value_to_release',
      );
    }
  });

  it('parameters are constants of the document', () => {
    expect(evaluate(compute('+', param('p'), 1), {}, { p: 41 })).toBe(42);
    expect(errorKind(() => evaluate(compute('abs', param('q')), {}, { p: 41 }))).toBe('ParameterNotFound');
    expect(errorKind(() => evaluate(param('toString')))).toBe('ParameterNotFound');
  });

  it('registers that are not set are 0, other unknown names are errors', () => {
    expect(evaluate(X)).toBe(0);
    expect(evaluate(field('bank_state_'))).toBe(0);
    expect(evaluate(X, { bank_state_x: NaN })).toBe(NaN);
    expect(errorKind(() => evaluate(field('nope')))).toBe('FieldNotFound');
    expect(errorKind(() => evaluate(field('amount')))).toBe('FieldNotFound');
    expect(errorKind(() => evaluate(field('my_q2_out_value_top_1')))).toBe('FieldNotFound');
  });

  it('errors say what is wrong', () => {
    const message = (value: ReturnType<typeof compute>): string => {
      try {
        evaluate(compute('abs', value));
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(message(field('x'))).toBe('Field not found: x');
    expect(message(param('x'))).toBe('Parameter not found: x');
    expect(message(failing.DivisionByZero)).toBe('Division by zero in computation');
    expect(message(failing.InvalidLiteralType)).toBe('Invalid literal type: expected number');
    expect(message(failing.EmptyValueList)).toBe('Empty value list for min/max computation');
  });
});

describe('and, or, not', () => {
  const bad = Object.values(failing).map((value) => is(value, '==', 1));

  it('follow the truth tables', () => {
    for (const a of [YES, NO]) {
      expect(holds(not(a))).toBe(a === NO);
      expect(holds(not(not(a)))).toBe(a === YES);
      for (const b of [YES, NO]) {
        expect(holds(all(a, b))).toBe(a === YES && b === YES);
        expect(holds(any(a, b))).toBe(a === YES || b === YES);
      }
    }
  });

  it('of nothing: and is true, or is false', () => {
    expect(holds(all())).toBe(true);
    expect(holds(any())).toBe(false);
    expect(holds(not(all()))).toBe(false);
    expect(holds(all(any(), all()))).toBe(false);
  });

  it('stop at the condition that decides: what stands behind it never fails', () => {
    for (const error of bad) {
      expect(holds(all(NO, error))).toBe(false);
      expect(holds(all(YES, NO, error))).toBe(false);
      expect(holds(any(YES, error))).toBe(true);
      expect(holds(any(NO, YES, error))).toBe(true);
      expect(holds(not(all(NO, error)))).toBe(true);
      expect(holds(any(all(NO, error), all(YES)))).toBe(true);
    }
  });

  it('what stands before it always does', () => {
    for (const [kind, value] of Object.entries(failing)) {
      const error = is(value, '==', 1);
      for (const condition of [
        all(error, NO),
        all(YES, error),
        any(error, YES),
        any(NO, error),
        not(error),
        all(YES, any(error, YES)),
        not(not(error)),
      ]) {
        expect(errorKind(() => holds(condition))).toBe(kind);
      }
    }
  });

  it('the first error counts', () => {
    expect(errorKind(() => holds(all(is(failing.EmptyValueList, '<', 1), is(failing.DivisionByZero, '<', 1))))).toBe(
      'EmptyValueList',
    );
  });

  it('with NaN a comparison and its opposite are both false, its negation is true', () => {
    const unequal = is(NaN, '!=', 1);
    expect([holds(unequal), holds(is(NaN, '==', 1)), holds(not(unequal))]).toEqual([false, false, true]);
  });
});

describe('trees', () => {
  const bad = is(failing.DivisionByZero, '<', 1);

  it('errors of branches that are not taken do not occur', () => {
    const tree = when('n', YES, act('good', 'NoAction'), when('m', bad, act('x', 'NoAction'), act('y', 'NoAction')));
    expect(pathOf(tree)).toBe('n(true) → good');
    expect(() => compilePolicy(paying(act('a', 'Reprioritize', { new_priority: failing.DivisionByZero })))).not.toThrow();
  });

  it('the path names every condition with its outcome, then the action', () => {
    const tree = when(
      'N1',
      is(X, '>', 0),
      when('N4', is(X, '>', 5), act('A1', 'NoAction'), act('A2', 'NoAction')),
      act('A3', 'NoAction'),
    );
    expect(pathOf(tree, { bank_state_x: 3 })).toBe('N1(true) → N4(false) → A2');
    expect(pathOf(tree, { bank_state_x: 9 })).toBe('N1(true) → N4(true) → A1');
    expect(pathOf(tree)).toBe('N1(false) → A3');
    expect(pathOf(act('only', 'NoAction'))).toBe('only');
  });

  it('may be 100 conditions deep', () => {
    const path = pathOf(chain(100, act('end', 'NoAction')));
    expect(path.split(' → ')).toEqual([...Array.from({ length: 100 }, (_, i) => `c${i + 1}(true)`), 'end']);
  });

  it('constant parts are not computed ahead of time if that would fail', () => {
    const simulation = pair(
      paying(
        when(
          'n',
          is(field('amount'), '==', 7),
          act('a', 'Hold', { reason: text('fine') }),
          when('m', is(compute('/', 1, compute('-', 1, 1)), '<', 0), act('b', 'Hold'), act('c', 'Hold')),
        ),
      ),
    );
    pay(simulation, 'A', 'B', 7);
    expect(failureOf(simulation)).toBeNull();
    const id = pay(simulation, 'A', 'B', 8);
    expect(failureOf(simulation)).toBe(`Tree traversal failed for tx ${id}: DivisionByZero`);
  });
});
