import type { Random } from './fuzz.js';

/** One change somewhere in a snapshot. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

export interface Alteration {
  /** Place, with `*` for positions in lists of any length. */
  pattern: string;
  /** What was done there. */
  kind: string;
  /** The altered text. */
  text: string;
}

/** Fields of a payment in the order in which a snapshot has them. */
export const FIELDS = [
  ...['sender', 'receiver', 'amount', 'remaining', 'arrivalTick', 'createdTick', 'deadlineTick', 'priority', 'originalPriority'],
  ...['status', 'settlementTick', 'settlementType', 'overdueSince', 'divisible', 'givenUp', 'offset', 'splitIndex', 'parts'],
  ...['openParts', 'rtgsPriority', 'rtgsSubmissionTick', 'declaredPriority', 'scheduledRelease', 'queue1Ticks', 'queue2Ticks'],
  'arrivalSeq',
];

/** Lists of fixed length, whose positions mean different things. */
const TUPLES =
  /\.(fields|statistics|day_costs|run_costs|day_counters|past_counters|open_day)$|\.(outflows|timers|registers|weights)\[\*\]$/;

interface Place {
  path: Path;
  value: Json;
}

/** All places of a snapshot by pattern. */
export function placesOf(state: Json): Map<string, Place[]> {
  const places = new Map<string, Place[]>();
  const walk = (value: Json, path: Path, pattern: string): void => {
    const others = places.get(pattern);
    if (others) others.push({ path, value });
    else places.set(pattern, [{ path, value }]);
    if (Array.isArray(value)) {
      value.forEach((entry, i) => {
        const step = TUPLES.test(pattern) ? (pattern.endsWith('.fields') ? FIELDS[i] : i) : '*';
        walk(entry, [...path, i], `${pattern}[${step}]`);
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) walk(member, [...path, key], `${pattern}.${key}`);
    }
  };
  walk(state, [], '$');
  return places;
}

/** Stands for a text that `JSON.stringify` does not write. */
const RAW = '@@raw@@';
const raw = (text: string): string => `${RAW}${text}${RAW}`;

const VALUES: readonly Json[] = [
  ...[null, true, false, '', 'x', '5', 'NaN', 'Infinity', '-0', '__proto__', 0, 1, -1, -2, 2, 7, 12, 99, 255, 256, 0.5, -0.5],
  ...[2 ** 31, -(2 ** 31) - 1, 2 ** 53, 2 ** 53 - 1, -(2 ** 53), 1e300, 1e-300, raw('1e999'), raw('-1e999'), raw('-0'), [], {}],
  ...[[0], [[]], { length: 1 }, [null], '18446744073709551616', '9'.repeat(400)],
];

/** Changes one place, chosen so that rare ones are as frequent as common ones; `where` tells which places are wanted, if not all. */
export function alter(text: string, random: Random, where = /^/): Alteration {
  const state = JSON.parse(text) as Json;
  const places = placesOf(state);
  const pattern = random.pick([...places.keys()].filter((key) => where.test(key)));
  const place = random.pick(places.get(pattern)!);
  const done = (kind: string, changed: Json): Alteration => ({ pattern, kind, text: textOf(changed) });
  const replace = (kind: string, value: Json): Alteration => done(kind, replaced(state, place.path, value));
  const { value } = place;
  if (typeof value === 'object' && value !== null && random.chance(0.85)) {
    return Array.isArray(value) ? alteredList(value, places, random, replace) : alteredObject(value, random, replace);
  }
  const siblings = places.get(pattern)!;
  switch (random.below(5)) {
    case 0:
      if (typeof value === 'number') return replace('one more or less', value + random.pick([1, -1, 10, -10, 0.25]));
      return replace('another value', random.pick(VALUES));
    case 1:
      return replace('that of another', random.pick(siblings).value);
    case 2:
      if (typeof value === 'number') return replace('as text', String(value));
      if (typeof value === 'string') return replace('text', `${value}x`);
      return replace('another value', random.pick(VALUES));
    case 3:
      if (typeof value === 'number') return replace('negated', -value);
      return replace('another value', random.pick(VALUES));
    default:
      return replace('another value', random.pick(VALUES));
  }
}

type Replace = (kind: string, value: Json) => Alteration;

function alteredObject(value: Record<string, Json>, random: Random, replace: Replace): Alteration {
  const entries = Object.entries(value);
  const at = random.below(Math.max(entries.length, 1));
  const key = entries[at]?.[0] ?? 'x';
  switch (entries.length === 0 ? 1 : random.below(5)) {
    case 0:
      return replace(`without ${key}`, Object.fromEntries(entries.filter((_, i) => i !== at)));
    case 1:
      return replace('with an unknown key', { ...value, unknown: random.pick(VALUES) });
    case 2:
      return replace(`with ${key} renamed`, Object.fromEntries(entries.map(([name, v], i) => [i === at ? `${name}_` : name, v])));
    case 3:
      // The key stands twice in the text; readers take the last.
      return replace(`with ${key} twice`, { ...value, [raw(`${key}":${textOf(random.pick(VALUES))},"${key}`)]: entries[at]![1] });
    default:
      return replace('with __proto__', { ...value, [raw('__proto__')]: { polluted: 1 } });
  }
}

function alteredList(value: Json[], places: Map<string, Place[]>, random: Random, replace: Replace): Alteration {
  const at = random.below(Math.max(value.length, 1));
  const without = value.filter((_, i) => i !== at);
  const inserted = (entry: Json): Json[] => [...value.slice(0, at), entry, ...value.slice(at)];
  switch (random.below(value.length === 0 ? 2 : 7)) {
    case 0: {
      // A payment from one queue in another one, too.
      const queues = [...places].filter(([pattern]) => /queue[12](_index)?\[\*\]$/.test(pattern)).flatMap(([, list]) => list);
      return replace('with a queued payment', inserted(queues.length > 0 ? random.pick(queues).value : 1));
    }
    case 1:
      return replace('with another entry', inserted(random.pick(VALUES)));
    case 2:
      return replace('without an entry', without);
    case 3:
      return replace('with an entry twice', inserted(value[at]!));
    case 4:
      return replace('emptied', []);
    case 5:
      return replace('reversed', [...value].reverse());
    default:
      return replace('with an entry at the end, too', [...value, value[at]!]);
  }
}

function replaced(state: Json, path: Path, value: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(state)) return state.map((entry, i) => (i === step ? replaced(entry, rest, value) : entry));
  return Object.fromEntries(
    Object.entries(state as Record<string, Json>).map(([key, member]) => [
      key,
      key === step ? replaced(member, rest, value) : member,
    ]),
  );
}

/** The state as text; what is raw stands in it as it is. */
function textOf(state: Json): string {
  return JSON.stringify(state).replace(/"@@raw@@((?:[^"\\]|\\.)*?)@@raw@@"(:?)/g, (_, inner: string, colon: string) => {
    const plain = JSON.parse(`"${inner}"`) as string;
    return colon === '' ? plain : `"${plain}":`;
  });
}
