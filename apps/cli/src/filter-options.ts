import type { Command } from 'commander';
import { EVENT_TYPES } from '@simcash/protocol';
import { EventFilter } from '@simcash/replay';
import { isClockTime } from '@simcash/payments/schema';
import { usageError } from './exit-codes.js';
import { tickOf, type Configured, type Moment } from './moments.js';

export interface FilterOptions {
  eventType?: string[];
  agent?: string[];
  tx?: string[];
  ticks?: TickRange;
}

/** Ticks or times of the clock, both ends included. */
interface TickRange {
  from?: Moment;
  to?: Moment;
}

/** Whether, and how, the run is told tick by tick. */
export interface NarrativeForm {
  verbose?: boolean;
  short?: boolean;
}

/** Whether the run is told. */
export const isTold = ({ short, verbose }: NarrativeForm): boolean => verbose === true || short === true;

/** Collects the values of an option that may be repeated. */
export const repeatable = (value: string, previous: readonly string[] = []): string[] => [...previous, value];

export const withShortOption = (command: Command): Command =>
  command.option('--short', 'the narrative with one line for each tick');

/** Options that select events; each may be repeated, values are alternatives, all options must hold. */
export function withFilterOptions(command: Command): Command {
  return command
    .option('--event-type <names>', 'show only these events (comma-separated, repeatable)', eventTypes)
    .option('--agent <id>', 'show only events of this bank (repeatable)', repeatable)
    .option('--tx <id>', 'show only events about this payment, by its id or its reference (repeatable)', repeatable)
    .option('--ticks <range>', 'show only these ticks, or times of the clock: A..B, A.., ..B or A', tickRange);
}

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

function eventTypes(list: string, previous: readonly string[] = []): string[] {
  const names = list.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !(EVENT_TYPES as readonly string[]).includes(name));
  if (unknown !== undefined) throw usageError(`unknown event type '${unknown}'`, `known are: ${EVENT_TYPES.join(', ')}`);
  return [...previous, ...names];
}

function tickRange(text: string): TickRange {
  const [from, to = from, ...rest] = text.split('..');
  const isMoment = (end: string): boolean => end === '' || /^\d+$/.test(end) || isClockTime(end);
  if (rest.length > 0 || (from === '' && to === '') || !isMoment(from!) || !isMoment(to!))
    throw usageError(`--ticks needs A..B, A.., ..B or A, got '${text}'`);
  const moment = (end: string): Moment => (/^\d+$/.test(end) ? Number(end) : end);
  if (typeof moment(from!) === 'number' && typeof moment(to!) === 'number' && Number(from) > Number(to))
    throw usageError(`--ticks ${text}: the range ends before it begins`);
  return { ...(from === '' ? {} : { from: moment(from!) }), ...(to === '' ? {} : { to: moment(to!) }) };
}

/** @throws CommandError for filters where no events are shown */
export function checkFiltersAreUsed(options: FilterOptions & NarrativeForm & { jsonl?: string }): void {
  const filters = options.eventType ?? options.agent ?? options.tx ?? options.ticks;
  if (filters === undefined || isTold(options) || options.jsonl === 'events') return;
  throw usageError('--event-type, --agent, --tx and --ticks need --verbose, --short or --jsonl events');
}
