import type { Command } from 'commander';
import { EVENT_TYPES } from '@simcash/protocol';
import { isClockTime } from '@simcash/payments/schema';
import { usageError } from './exit-codes.js';
import type { Moment } from './moment-option.js';

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
