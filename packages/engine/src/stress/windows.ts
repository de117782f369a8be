import { CEILINGS } from '../ceilings.js';
import { firstPlace } from '../numeric/first-place.js';
import type { ScenarioEvent } from '../scenario/config.js';

/** Scenario events that are in force for a while: from their tick to the one in which they end (spec 15 §1). */
export type StressEvent = Extract<ScenarioEvent, { until_tick?: number }>;

const STRESS_TYPES = ['ParticipantOutage', 'SystemOutage', 'LiquidityShock', 'PaymentDelay'] as const;

export function isStressEvent(event: ScenarioEvent): event is StressEvent {
  return (STRESS_TYPES as readonly string[]).includes(event.type);
}

/** First tick after a window that began in tick `from`; Infinity if it lasts to the end of the run. */
export function endOf({ ticks, until_tick }: StressEvent, from: number): number {
  return until_tick ?? (ticks === undefined ? Infinity : from + ticks);
}

/** Tick in which the window of an event began that is in force in this tick; null if none is. */
export function beganIn(event: StressEvent, tick: number): number | null {
  const first = event.schedule === 'OneTime' ? event.tick : event.start_tick;
  const since = event.schedule === 'OneTime' ? first : first + Math.floor((tick - first) / event.interval) * event.interval;
  return first <= tick && tick < endOf(event, since) ? since : null;
}

/** What is wrong with an event: its place among the events, the key, and why. */
export interface WindowProblem {
  readonly index: number;
  readonly key: string;
  readonly message: string;
}

/** What keeps the stress events of a scenario from being carried out; null if nothing does. */
export function windowProblem(events: readonly ScenarioEvent[], banks: readonly string[]): WindowProblem | null {
  const known = new Set(banks);
  const earlier = new Map<string, Alike>();
  for (const [index, event] of events.entries()) {
    if (!isStressEvent(event)) continue;
    const kind = JSON.stringify([event.type, agentOf(event)]);
    const alike = earlier.get(kind) ?? new Alike();
    const found = bankProblem(event, known) ?? ownProblem(event) ?? alike.add({ index, event });
    if (found !== null) return { index, ...found };
    earlier.set(kind, alike);
  }
  return null;
}

/** A stress event, and its place among the events of the scenario. */
interface PlacedEvent {
  readonly index: number;
  readonly event: StressEvent;
}

type OwnProblem = Omit<WindowProblem, 'index'>;

function bankProblem(event: StressEvent, known: ReadonlySet<string>): OwnProblem | null {
  const named: [key: string, id: string | undefined][] = [
    ['agent', 'agent' in event && !(event.type === 'PaymentDelay' && event.agent === 'all') ? event.agent : undefined],
    ['receiver', event.type === 'PaymentDelay' ? event.receiver : undefined],
    ...(event.type === 'ParticipantOutage' && Array.isArray(event.reaction?.banks)
      ? event.reaction.banks.map((id): [string, string] => ['reaction', id])
      : []),
  ];
  const stranger = named.find(([, id]) => id !== undefined && !known.has(id));
  return stranger === undefined ? null : { key: stranger[0], message: `references unknown agent: ${stranger[1]}` };
}

function ownProblem(event: StressEvent): OwnProblem | null {
  if (event.until_tick !== undefined && event.ticks !== undefined)
    return { key: 'until_tick', message: 'until_tick and ticks are mutually exclusive - specify only one' };
  if (event.schedule === 'OneTime' && event.until_tick !== undefined && event.until_tick <= event.tick)
    return { key: 'until_tick', message: `must be above the tick in which the event begins (${event.tick})` };
  if (event.schedule === 'Repeating' && (event.ticks === undefined || event.ticks > event.interval))
    return { key: 'ticks', message: `a repeated ${event.type} needs ticks, at most its interval (${event.interval})` };
  if (event.type !== 'LiquidityShock') return null;
  const { balance_delta, balance_factor, collateral_haircut, posted_collateral_delta, unsecured_cap_delta } = event;
  if (balance_delta !== undefined && balance_factor !== undefined)
    return {
      key: 'balance_factor',
      message: 'balance_delta and balance_factor are mutually exclusive - specify only one',
    };
  const isEmpty = [balance_delta, balance_factor, collateral_haircut, posted_collateral_delta, unsecured_cap_delta].every(
    (value) => value === undefined,
  );
  return isEmpty
    ? {
        key: 'type',
        message:
          'at least one of balance_delta, balance_factor, unsecured_cap_delta, posted_collateral_delta, collateral_haircut is needed',
      }
    : null;
}

/** Windows of one type for one agent, which must not overlap. */
class Alike {
  /** Those that do not come again, in the order of their ticks. */
  readonly #single: PlacedEvent[] = [];
  /** Those that do; few, as each is compared with all others. */
  readonly #series: PlacedEvent[] = [];

  /** Takes an event; what is wrong with it, null if nothing is. */
  add(placed: PlacedEvent): OwnProblem | null {
    const { event, index } = placed;
    const whose = `${event.type}${agentOf(event) === null ? '' : ` of ${agentOf(event)}`}`;
    const place = this.#placeOf(event);
    const all = (): PlacedEvent[] => [...this.#single, ...this.#series];
    const isSingle = event.schedule === 'OneTime';
    // Windows that do not come again overlap none of each other: only those before and behind can overlap one more.
    const near = isSingle ? [...this.#single.slice(Math.max(place - 1, 0), place + 1), ...this.#series] : all();
    if (near.some(overlaps(event))) {
      const first = Math.min(
        ...all()
          .filter(overlaps(event))
          .map((other) => other.index),
      );
      return { key: 'schedule', message: `${whose} overlaps scenario_events[${first}] (this is scenario_events[${index}])` };
    }
    const { repeated_windows: most } = CEILINGS;
    if (!isSingle && this.#series.length === most)
      return { key: 'schedule', message: `more than ${most} repeated windows: ${whose} (this is scenario_events[${index}])` };
    if (isSingle) this.#single.splice(place, 0, placed);
    else this.#series.push(placed);
    return null;
  }

  /** Where a window belongs among those that do not come again. */
  #placeOf(event: StressEvent): number {
    const { first } = windowsOf(event);
    return firstPlace(this.#single.length, (i) => windowsOf(this.#single[i]!.event).first >= first);
  }
}

const overlaps =
  (event: StressEvent) =>
  (other: PlacedEvent): boolean =>
    overlap(other.event, event);

const agentOf = (event: StressEvent): string | null => ('agent' in event ? event.agent : null);

interface Windows {
  readonly first: number;
  readonly length: number;
  /** Infinity for a window that does not come again. */
  readonly period: number;
}

function windowsOf(event: StressEvent): Windows {
  const first = event.schedule === 'OneTime' ? event.tick : event.start_tick;
  const period = event.schedule === 'OneTime' ? Infinity : event.interval;
  return { first, length: endOf(event, first) - first, period };
}

function overlap(x: StressEvent, y: StressEvent): boolean {
  const [a, b] = [windowsOf(x), windowsOf(y)];
  if (a.period === Infinity) return meets(b, a.first, a.first + a.length);
  if (b.period === Infinity) return meets(a, b.first, b.first + b.length);
  // Two that come again meet if their distance, in steps of what their periods have in common, leaves no room.
  const step = greatestCommonDivisor(a.period, b.period);
  const distance = (((b.first - a.first) % step) + step) % step;
  return distance < a.length || step - distance < b.length;
}

/** Whether any window of a series meets the ticks from `from` to `to` − 1. */
function meets({ first, length, period }: Windows, from: number, to: number): boolean {
  const passed = period === Infinity ? 0 : Math.max(0, Math.floor((from - length - first) / period) + 1);
  const begin = passed === 0 ? first : first + passed * period;
  return begin < to && begin + length > from;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
