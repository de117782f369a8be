import { expressionText, valueText, type PolicyNode } from '@simcash/engine';

/** What a node says, in one line: a condition as people write it, or an action with its parameters. */
export function nodeText(node: PolicyNode): string {
  if (node.type === 'condition') return expressionText(node.condition);
  const parameters = Object.entries(node.parameters ?? {}).map(([name, value]) => `${name} = ${valueText(value)}`);
  return parameters.length === 0 ? node.action : `${node.action} (${parameters.join(', ')})`;
}
