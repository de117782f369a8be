import {
  AGENT_STATE_COLUMNS,
  type AgentStateBatch,
  type AgentTickState,
  type QueueBatch,
  type QueueContents,
} from '@simcash/protocol';

/** Bank states in columns as objects, for the display. */
export function agentStates(agentIds: readonly string[], { columns }: AgentStateBatch): AgentTickState[] {
  return agentIds.map((agent_id, b) => {
    const state: Record<string, unknown> = { agent_id };
    for (const name of AGENT_STATE_COLUMNS) state[name] = columns[name][b]!;
    return state as unknown as AgentTickState;
  });
}

/** Queue contents in columns by queue, for the display. */
export function queueContents(
  agentIds: readonly string[],
  { columns, length }: QueueBatch,
  txId: (number: number) => string,
): QueueContents {
  const queue1 = new Map<string, string[]>();
  const queue2: string[] = [];
  for (let i = 0; i < length; i++) {
    const id = txId(columns.tx[i]!);
    if (columns.queue[i] === 2) queue2.push(id);
    else {
      const agent = agentIds[columns.agent[i]!]!;
      queue1.set(agent, [...(queue1.get(agent) ?? []), id]);
    }
  }
  return { queue1, queue2 };
}
