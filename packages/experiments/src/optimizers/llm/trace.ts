import { EVENT_CATALOGUE, type FieldKind } from '@simcash/protocol';
import type { VisibleEvent } from '../../isolation/visibility.js';
import { dollars } from './dollars.js';

/** Tokens that a trace may take, and the characters that are counted as one. */
const TRACE_TOKENS = 8000;
const CHARACTERS_PER_TOKEN = 3;

/** How much events matter if not all can be shown; the others count 0. */
const WEIGHTS: Partial<Record<VisibleEvent['event_type'], number>> = {
  TransactionWentOverdue: 5,
  CostAccrual: 4,
  LiquidityAllocation: 4,
  RtgsImmediateSettlement: 3,
  Queue2LiquidityRelease: 3,
  OverdueTransactionSettled: 3,
  LsmBilateralOffset: 3,
  LsmCycleSettlement: 3,
  LsmNettedSettlement: 3,
  EntryDispositionOffset: 3,
  DeferredCreditApplied: 3,
  ScenarioEventExecuted: 3,
  Arrival: 2,
  QueuedRtgs: 1,
};

/** Money in views that the catalogue does not know by these names. */
const VIEW_MONEY = new Set(['amount', 'delta', 'net_position', 'paid', 'total_value']);

/**
 * A bank's events in the order of the log, by tick. If they are too many, those that matter least are left out, of equal ones the
 * later; the end says which.
 */
export function traceText(events: readonly VisibleEvent[], tokens = TRACE_TOKENS): string {
  if (events.length === 0) return 'Nothing happened that your bank could see.';
  const lines = events.map(eventLine);
  const shown = chosen(events, lines, tokens * CHARACTERS_PER_TOKEN);
  const text: string[] = [];
  const omitted = new Map<string, number>();
  let tick: number | null = null;
  events.forEach((event, i) => {
    if (!shown.has(i)) {
      omitted.set(event.event_type, (omitted.get(event.event_type) ?? 0) + 1);
      return;
    }
    if (event.tick !== tick) text.push(`tick ${event.tick}`);
    tick = event.tick;
    text.push(lines[i]!);
  });
  if (omitted.size > 0) text.push(`Left out for length: ${[...omitted].map(([type, n]) => `${n} × ${type}`).join(', ')}.`);
  return text.join('\n');
}

/** Positions of the events that have room. */
function chosen(events: readonly VisibleEvent[], lines: readonly string[], room: number): ReadonlySet<number> {
  const weight = (i: number): number => WEIGHTS[events[i]!.event_type] ?? 0;
  const byWeight = events.map((_, i) => i).sort((a, b) => weight(b) - weight(a) || a - b);
  const shown = new Set<number>();
  let used = 0;
  for (const i of byWeight) {
    used += lines[i]!.length + 1;
    if (used > room) break;
    shown.add(i);
  }
  return shown;
}

function eventLine({ event_type, tick: _, ...details }: VisibleEvent): string {
  const kinds = EVENT_CATALOGUE[event_type].fields as Readonly<Record<string, FieldKind>>;
  const words = Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${valueText(value, kinds[name] ?? (VIEW_MONEY.has(name) ? 'cents' : 'text'))}`);
  return ['-', event_type, ...words].join(' ');
}

function valueText(value: unknown, kind: FieldKind): string {
  if (kind === 'costs') return costsText(value as Record<string, number>);
  if (typeof value === 'number' && (kind === 'cents' || kind === 'cents_or_null')) return dollars(value);
  if (Array.isArray(value)) return `[${value.map((item) => valueText(item, kind === 'cents_list' ? 'cents' : kind)).join(' ')}]`;
  return String(value);
}

const costsText = (costs: Readonly<Record<string, number>>): string =>
  Object.entries(costs)
    .filter(([, amount]) => amount !== 0)
    .map(([name, amount]) => `${name}:${dollars(amount)}`)
    .join(',');
