import { compilePolicy, decide, decideWithPath, type BankLeaf } from '../../../src/policy/compile.js';
import type { PolicyContext } from '../../../src/policy/context.js';
import type { Expression, PolicyNode, Value } from '../../../src/policy/document.js';
import { EvaluationError, type EvaluationErrorKind } from '../../../src/policy/evaluation-error.js';
import { act, literal, policy, text, when, type Operand } from './documents.js';

/** A context in which nothing but state registers can be read. */
export function registersOnly(registers: Record<string, number> = {}): PolicyContext {
  return { bank: 0, world: { registers: [new Map(Object.entries(registers))] } } as unknown as PolicyContext;
}

const written = (operand: Operand): Value => (typeof operand === 'number' ? literal(operand) : operand);

/** A value as a compiled bank tree computes it. */
export function evaluate(value: Operand, registers?: Record<string, number>, parameters?: Record<string, number>): number {
  const inComputation = act('a', 'SetState', {
    key: text('bank_state_out'),
    value: { compute: { op: 'max', values: [written(value)] } },
  });
  const asParameter = act('a', 'SetState', { key: text('bank_state_out'), value: written(value) });
  // `max` of one value would lose NaN and the literal forms of parameters differ from those of operands.
  const node = 'value' in written(value) ? inComputation : asParameter;
  const { bankTree } = compilePolicy(policy({ bank_tree: node, ...(parameters ? { parameters } : {}) }));
  const { leaf } = bankTree as { leaf: BankLeaf & { action: 'set' } };
  return leaf.value(registersOnly(registers));
}

/** Whether a condition holds in a compiled tree. */
export function holds(condition: Expression, registers?: Record<string, number>, parameters?: Record<string, number>): boolean {
  const tree = when('n', condition, act('yes', 'Hold', { reason: text('yes') }), act('no', 'Hold', { reason: text('no') }));
  const { paymentTree } = compilePolicy(policy({ payment_tree: tree, ...(parameters ? { parameters } : {}) }));
  const leaf = decide(paymentTree!, registersOnly(registers));
  return leaf.action === 'hold' && leaf.reason === 'yes';
}

/** The way that a bank tree takes. */
export function pathOf(tree: PolicyNode, registers?: Record<string, number>): string {
  return decideWithPath(compilePolicy(policy({ bank_tree: tree })).bankTree!, registersOnly(registers)).path;
}

/** The kind of error that a computation ends with, null if it has a result. */
export function errorKind(call: () => unknown): EvaluationErrorKind | null {
  try {
    call();
    return null;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return error.kind;
  }
}
