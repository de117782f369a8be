import type { World } from '../world.js';
import { Compiler } from './compile.js';
import type { Computation, Expression, PolicyNode, TreeName, Value } from './document.js';
import { TREE_KIND } from './document.js';
import { EvaluationError } from './evaluation-error.js';
import { kindOf, operandsOf } from './walk.js';

/** A value that a decision looked at: where it stands, what it says, and what it was. */
export interface ReadValue {
  /** `balance`, `param urgency_threshold`, `balance - remaining_amount`. */
  text: string;
  /** Null if it could not be computed. */
  value: number | null;
}

/** One condition on the way to a decision. */
export interface DecisionStep {
  /** The node by its id. */
  node_id: string;
  /** What it is, in words. */
  description: string | null;
  /** The condition as people write it. */
  condition: string;
  /** Whether the condition held. */
  outcome: boolean;
  /** Every field, parameter and computation of the condition with its value. */
  values: ReadValue[];
}

/** Why a policy decided as it did: the path through the tree with the values read. */
export interface DecisionTrace {
  /** Ticks are counted from 0 over all days. */
  tick: number;
  /** The bank's id. */
  agent_id: string;
  /** The tree that was gone through. */
  tree: TreeName;
  /** Null for bank and collateral trees. */
  tx_id: string | null;
  /** Who decided: the bank's policy, or somebody outside in its place, when there are no steps. */
  decided_by: 'policy' | 'outside';
  /** The conditions on the way, in order. */
  steps: DecisionStep[];
  /** The leaf by its id. */
  node_id: string;
  /** What was decided. */
  action: string;
  /** Parameters of the action with their values. */
  parameters: ReadValue[];
}

/** What to explain: decisions about one payment, or every decision of one bank. */
export interface TraceFilter {
  /** The payment's id. */
  tx_id?: string;
  /** The bank's id. */
  agent_id?: string;
}

/** Notes decisions while a tick runs. */
export class DecisionTracer {
  readonly traces: DecisionTrace[] = [];

  constructor(
    private readonly world: World,
    private readonly filter: TraceFilter,
  ) {}

  /** Called right after a decision, while the context still is the one it was made in. */
  record(tree: TreeName, b: number, payment?: number): void {
    const { banks, clock, payments, policies } = this.world;
    const agentId = banks.ids[b]!;
    const txId = payment === undefined ? null : payments.id(payment);
    if (!this.#isWanted(agentId, txId)) return;
    const { document } = policies.of(b);
    const steps: DecisionStep[] = [];
    let node: PolicyNode = document[tree]!;
    const compiler = new Compiler(document, TREE_KIND[tree]);
    while (node.type === 'condition') {
      const outcome = compiler.test(node.condition)(this.world.context);
      steps.push({
        node_id: node.node_id,
        description: node.description ?? null,
        condition: expressionText(node.condition),
        outcome,
        values: [...valuesIn(node.condition)].map((value) => this.#read(compiler, value)),
      });
      node = outcome ? node.on_true : node.on_false;
    }
    const parameters = Object.entries(node.parameters ?? {}).map(([name, value]) => {
      const literal = (value as { value?: unknown }).value;
      if (Object.hasOwn(value, 'value') && typeof literal !== 'number')
        return { text: `${name} = ${JSON.stringify(literal)}`, value: null };
      const read = this.#read(compiler, value);
      return { text: `${name} = ${read.text}`, value: read.value };
    });
    this.traces.push({
      tick: clock.tick,
      agent_id: agentId,
      tree,
      tx_id: txId,
      decided_by: 'policy',
      steps,
      node_id: node.node_id,
      action: node.action,
      parameters,
    });
  }

  /** A decision of somebody outside, with what the bank had and what the payment needs. */
  recordOutside(b: number, payment: number, action: 'Release' | 'Hold'): void {
    const { banks, clock, payments } = this.world;
    const [agentId, txId] = [banks.ids[b]!, payments.id(payment)];
    if (!this.#isWanted(agentId, txId)) return;
    this.traces.push({
      tick: clock.tick,
      agent_id: agentId,
      tree: 'payment_tree',
      tx_id: txId,
      decided_by: 'outside',
      steps: [],
      node_id: '',
      action,
      parameters: [
        { text: 'available_liquidity', value: banks.available(b) },
        { text: 'remaining_amount', value: payments.remaining[payment]! },
      ],
    });
  }

  #isWanted(agentId: string, txId: string | null): boolean {
    const { agent_id, tx_id } = this.filter;
    return (agent_id === undefined || agent_id === agentId) && (tx_id === undefined || tx_id === txId);
  }

  #read(compiler: Compiler, value: Value): ReadValue {
    try {
      return { text: valueText(value), value: compiler.operand(value)(this.world.context) };
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return { text: valueText(value), value: null };
    }
  }
}

/** Everything in a condition that has a value worth showing: no plain numbers. */
function* valuesIn(expression: Expression): Generator<Value> {
  if (expression.op === 'not') yield* valuesIn(expression.condition);
  else if (expression.op === 'and' || expression.op === 'or')
    for (const condition of expression.conditions) yield* valuesIn(condition);
  else for (const value of [expression.left, expression.right]) yield* withOperands(value);
}

function* withOperands(value: Value): Generator<Value> {
  const kind = kindOf(value);
  if (kind === 'value') return;
  if (kind === 'compute')
    for (const [, operand] of operandsOf((value as { compute: Computation }).compute)) yield* withOperands(operand);
  yield value;
}

/** A condition as people write it. */
export function expressionText(expression: Expression): string {
  if (expression.op === 'not') return `not (${expressionText(expression.condition)})`;
  if (expression.op === 'and' || expression.op === 'or') {
    if (expression.conditions.length === 0) return expression.op === 'and' ? 'true' : 'false';
    return expression.conditions.map((condition) => `(${expressionText(condition)})`).join(` ${expression.op} `);
  }
  return `${valueText(expression.left)} ${expression.op} ${valueText(expression.right)}`;
}

/** A value as people write it. */
export function valueText(value: Value): string {
  const given = value as { field?: string; param?: string; value?: unknown; compute?: Computation };
  switch (kindOf(value)) {
    case 'field':
      return given.field!;
    case 'param':
      return `param ${given.param}`;
    case 'value':
      return JSON.stringify(given.value);
    case 'compute': {
      const operands = operandsOf(given.compute!).map(([, operand]) => valueText(operand));
      const { op } = given.compute!;
      return ['+', '-', '*', '/'].includes(op) ? `(${operands.join(` ${op} `)})` : `${op}(${operands.join(', ')})`;
    }
  }
}
