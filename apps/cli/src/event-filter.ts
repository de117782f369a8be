import { EventFilter } from '@simcash/replay';
import { usageError } from './exit-codes.js';
import type { FilterOptions } from './filter-options.js';
import { tickOf, type Configured } from './moments.js';

/** The ticks that are shown; null for all. @throws CommandError for a range that the run does not have */
function shownTicks({ ticks }: FilterOptions, run: Configured, last: number): { from?: number; to?: number } | null {
  if (ticks === undefined) return null;
  const range = {
    ...(ticks.from === undefined ? {} : { from: tickOf(run, ticks.from, '--ticks') }),
    ...(ticks.to === undefined ? {} : { to: tickOf(run, ticks.to, '--ticks') }),
  };
  const outside = [range.from, range.to].find((tick) => tick !== undefined && tick > Math.max(last, 0));
  if (outside !== undefined) throw usageError(`--ticks: tick ${outside} lies outside the run, its ticks are 0 to ${last}`);
  if ((range.from ?? 0) > (range.to ?? Infinity)) throw usageError('--ticks: the range ends before it begins');
  return range;
}

/** @param last the last tick of the run @throws CommandError for unknown banks, and ticks outside the run */
export function eventFilter(options: FilterOptions, agentIds: readonly string[], run: Configured, last: number): EventFilter {
  const ticks = shownTicks(options, run, last);
  const unknownAgent = options.agent?.find((id) => !agentIds.includes(id));
  if (unknownAgent !== undefined) throw usageError(`unknown agent '${unknownAgent}'`, `known are: ${agentIds.join(', ')}`);
  return new EventFilter({
    ...(options.eventType ? { eventTypes: options.eventType } : {}),
    ...(options.agent ? { agents: options.agent } : {}),
    ...(options.tx ? { transactions: options.tx } : {}),
    ...(ticks === null ? {} : { ticks }),
  });
}
