import type { Command } from 'commander';
import { EVENT_TYPES } from '@simcash/protocol';
import { EventFilter } from '@simcash/replay';
import { usageError } from './exit-codes.js';

export interface FilterOptions {
  eventType?: string[];
  agent?: string[];
  tx?: string[];
  ticks?: TickRange;
}

/** Ticks, both ends included. */
export interface TickRange {
  from?: number;
  to?: number;
}

/** Collects the values of an option that may be repeated. */
export const repeatable = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

/** Options that select events; each may be repeated, values are alternatives, all options must hold. */
export function withFilterOptions(command: Command): Command {
  return command
    .option('--event-type <names>', 'show only these events (comma-separated, repeatable)', eventTypes)
    .option('--agent <id>', 'show only events of this bank (repeatable)', repeatable)
    .option('--tx <id>', 'show only events about this payment (repeatable)', repeatable)
    .option('--ticks <range>', 'show only these ticks: A..B, A.., ..B or A', tickRange);
}

/** @throws CommandError for a range of ticks that the run does not have */
export function checkTickRange({ ticks }: FilterOptions, last: number): void {
  const outside = [ticks?.from, ticks?.to].find((tick) => tick !== undefined && tick > Math.max(last, 0));
  if (outside !== undefined) throw usageError(`--ticks: tick ${outside} lies outside the run, its ticks are 0 to ${last}`);
}

/** @throws CommandError for unknown banks */
export function eventFilter(options: FilterOptions, agentIds: readonly string[]): EventFilter {
  const unknownAgent = options.agent?.find((id) => !agentIds.includes(id));
  if (unknownAgent !== undefined) throw usageError(`unknown agent '${unknownAgent}'`, `known are: ${agentIds.join(', ')}`);
  return new EventFilter({
    ...(options.eventType ? { eventTypes: options.eventType } : {}),
    ...(options.agent ? { agents: options.agent } : {}),
    ...(options.tx ? { transactions: options.tx } : {}),
    ...(options.ticks ? { ticks: options.ticks } : {}),
  });
}

function eventTypes(list: string, previous: readonly string[] = []): string[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(EVENT_TYPES as readonly string[]).includes(name));
  if (unknown !== undefined) throw usageError(`unknown event type '${unknown}'`, `known are: ${EVENT_TYPES.join(', ')}`);
  return [...previous, ...names];
}

function tickRange(text: string): TickRange {
  const match = /^(\d*)\.\.(\d*)$/.exec(text) ?? /^(\d+)$/.exec(text);
  if (!match || text === '..') throw usageError(`--ticks needs A..B, A.., ..B or A, got '${text}'`);
  const [, from, to = from] = match;
  if (from !== '' && to !== '' && Number(from) > Number(to)) throw usageError(`--ticks ${text}: the range ends before it begins`);
  return { ...(from === '' ? {} : { from: Number(from) }), ...(to === '' ? {} : { to: Number(to) }) };
}

/** @throws CommandError for filters where no events are shown */
export function checkFiltersAreUsed(options: FilterOptions & { verbose?: boolean; jsonl?: string }): void {
  const filters = options.eventType ?? options.agent ?? options.tx ?? options.ticks;
  if (filters === undefined || options.verbose || options.jsonl === 'events') return;
  throw usageError('--event-type, --agent, --tx and --ticks need --verbose or --jsonl events');
}
