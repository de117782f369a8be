import type { DecisionTrace } from '@simcash/engine';

/** The path of a decision through its tree with every value that was read; or who made it instead. */
export function traceText(trace: DecisionTrace): string {
  if (trace.decided_by === 'outside') return outsideText(trace);
  const { action, agent_id, node_id, parameters, steps, tick, tree, tx_id } = trace;
  const lines = steps.flatMap((step) => [
    `  ${step.node_id}: ${step.condition} is ${step.outcome}${step.description === null || step.description === '' ? '' : `   (${step.description})`}`,
    ...step.values.map(({ text, value }) => `      ${text} = ${value === null ? 'cannot be computed' : value}`),
  ]);
  const readings = parameters.map(({ text, value }) =>
    value === null || text.endsWith(String(value)) ? text : `${text} = ${value}`,
  );
  const decision = `  ${node_id}: ${action}${readings.length > 0 ? ` (${readings.join(', ')})` : ''}`;
  return [`tick ${tick}, ${agent_id}, ${tree}${tx_id === null ? '' : `, ${tx_id}`}`, ...lines, decision, ''].join('\n');
}

/** A decision of whoever decides in place of the policy: a bank that learns, say. */
function outsideText({ action, agent_id, parameters, tick, tx_id }: DecisionTrace): string {
  const [available, needed] = parameters.map(({ value }) => value!) as [number, number];
  const done = action === 'Hold' ? 'held' : 'released';
  const could = available >= needed ? 'it could have paid' : 'it could not have paid';
  return [
    `tick ${tick}, ${agent_id}, ${tx_id}`,
    `  ${done} by the learner (a decision from outside, in place of the payment tree)${action === 'Hold' ? `; ${could}` : ''}`,
    ...parameters.map(({ text, value }) => `      ${text} = ${value}`),
    '',
  ].join('\n');
}
