import { roundHalfAway } from '@simcash/protocol';
import type { Comparison } from './document.js';
import { EvaluationError } from './evaluation-error.js';

/** Values closer than this are equal to a policy (spec 06 §3.3). */
const TOLERANCE = 1e-9;
/** Divisors below this are zero to `/` … */
const SMALLEST_DIVISOR = 2.220446049250313e-16;
/** … and below this to `div0`. */
const SMALLEST_SAFE_DIVISOR = 1e-9;

/** The six comparisons. With NaN all of them are false, `!=` included. */
export const compare: Record<Comparison, (left: number, right: number) => boolean> = {
  '==': (left, right) => Math.abs(left - right) < TOLERANCE,
  '!=': (left, right) => Math.abs(left - right) >= TOLERANCE,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right || Math.abs(left - right) < TOLERANCE,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right || Math.abs(left - right) < TOLERANCE,
};

export const binary: Record<'+' | '-' | '*' | '/', (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => {
    if (Math.abs(right) < SMALLEST_DIVISOR) throw new EvaluationError('DivisionByZero');
    return left / right;
  },
};

export const unary: Record<'ceil' | 'floor' | 'round' | 'abs', (value: number) => number> = {
  ceil: Math.ceil,
  floor: Math.floor,
  round: roundHalfAway,
  abs: Math.abs,
};

/** NaN is passed over; a list of nothing else gives the start value. */
export const nary: Record<'max' | 'min', { start: number; better: (value: number, best: number) => boolean }> = {
  max: { start: -Infinity, better: (value, best) => value > best },
  min: { start: Infinity, better: (value, best) => value < best },
};

/** fmin(fmax(value, min), max): if min > max the result is max; NaN operands are passed over. */
export function clamp(value: number, min: number, max: number): number {
  const raised = Number.isNaN(value) ? min : Number.isNaN(min) ? value : Math.max(value, min);
  if (Number.isNaN(raised)) return max;
  return Number.isNaN(max) ? raised : Math.min(raised, max);
}

/** Whether `div0` gives its default for this denominator. */
export const isZeroDenominator = (denominator: number): boolean => Math.abs(denominator) < SMALLEST_SAFE_DIVISOR;
