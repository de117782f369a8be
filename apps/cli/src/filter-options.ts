import type { Command } from 'commander';
import { EVENT_TYPES } from '@simcash/protocol';
import { EventFilter } from '@simcash/replay';
import { usageError } from './exit-codes.js';

export interface FilterOptions {
  eventType?: string[];
  agent?: string[];
  tx?: string[];
  ticks?: string;
}

const collect = (value: string, previous: string[] = []): string[] => [
  ...previous,
  ...value.split(',').map((part) => part.trim()),
];

/** Options that select events; each may be repeated, values are alternatives, all options must hold. */
export function withFilterOptions(command: Command): Command {
  return command
    .option('--event-type <names>', 'show only these events (comma-separated, repeatable)', collect)
    .option('--agent <ids>', 'show only events of these banks', collect)
    .option('--tx <ids>', 'show only events about these payments', collect)
    .option('--ticks <range>', 'show only these ticks: A..B, A.., ..B or A');
}

/** @throws CommandError for unknown events, unknown banks and malformed ranges */
export function eventFilter(options: FilterOptions, agentIds: readonly string[]): EventFilter {
  const unknownType = options.eventType?.find((type) => !(EVENT_TYPES as readonly string[]).includes(type));
  if (unknownType !== undefined) throw usageError(`unknown event type '${unknownType}'`, `known are: ${EVENT_TYPES.join(', ')}`);
  const unknownAgent = options.agent?.find((id) => !agentIds.includes(id));
  if (unknownAgent !== undefined) throw usageError(`unknown agent '${unknownAgent}'`, `known are: ${agentIds.join(', ')}`);
  return new EventFilter({
    ...(options.eventType ? { eventTypes: options.eventType } : {}),
    ...(options.agent ? { agents: options.agent } : {}),
    ...(options.tx ? { transactions: options.tx } : {}),
    ...(options.ticks === undefined ? {} : { ticks: tickRange(options.ticks) }),
  });
}

/** `A..B`, `A..`, `..B` or `A`, both ends included. */
export function tickRange(text: string): { from?: number; to?: number } {
  const match = /^(\d*)\.\.(\d*)$/.exec(text) ?? /^(\d+)$/.exec(text);
  if (!match || text === '..') throw usageError(`--ticks needs A..B, A.., ..B or A, got '${text}'`);
  const [, from, to = from] = match;
  return { ...(from === '' ? {} : { from: Number(from) }), ...(to === '' ? {} : { to: Number(to) }) };
}

/** Whether any option that selects events is given. */
export function selectsEvents(options: FilterOptions): boolean {
  return Boolean(options.eventType ?? options.agent ?? options.tx ?? options.ticks);
}
