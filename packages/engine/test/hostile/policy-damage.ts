import { alter, placesOf, type Json } from './snapshot-alterations.js';
import type { Random } from './fuzz.js';

/** Damage to a policy document: grafts of its own parts, other names and numbers, and broken text. */

const NAMES = [
  ...[
    'payment_tree',
    'bank_tree',
    'strategic_collateral_tree',
    'end_of_tick_collateral_tree',
    'parameters',
    'version',
    'policy_id',
  ],
  ...[
    'on_true',
    'on_false',
    'condition',
    'conditions',
    'left',
    'right',
    'value',
    'values',
    'compute',
    'op',
    'field',
    'param',
    'node_id',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''],
];

const WORDS = [
  ...['Release', 'Hold', 'Split', 'Drop', 'StaggerSplit', 'PaceAndRelease', 'Reprioritize', 'WithdrawFromRtgs', 'ResubmitToRtgs'],
  ...['PostCollateral', 'WithdrawCollateral', 'HoldCollateral', 'SetReleaseBudget', 'SetState', 'AddState', 'NoAction', 'action'],
  ...[
    '+',
    '-',
    '*',
    '/',
    'max',
    'min',
    'ceil',
    'floor',
    'round',
    'abs',
    'clamp',
    'div0',
    '==',
    '<',
    'and',
    'or',
    'not',
    'condition',
  ],
  ...[
    'balance',
    'amount',
    'priority',
    'queue_age',
    'bank_state_a',
    'bank_state_',
    'my_q2_out_value_top_1',
    'HIGH',
    'Urgent',
    'balanec',
  ],
  ...['__proto__', 'constructor', 'toString', 'valueOf', '\u0000', '\ud800', 'x'.repeat(5_000), 'A1', 'N1', '', ' ', '1'],
];

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e300,
  -1e300,
  5e-324,
  1.7976931348623157e308,
  255,
  256,
  10_001,
  1e9,
];

interface Place {
  path: readonly (string | number)[];
  value: Json;
}

const all = (document: Json): Place[] => [...placesOf(document).values()].flat();

/** The document with what `change` makes of the value at a path. */
function changed(document: Json, [step, ...rest]: Place['path'], change: (value: Json) => Json): Json {
  if (step === undefined) return change(document);
  if (Array.isArray(document)) return document.map((entry, i) => (i === step ? changed(entry, rest, change) : entry));
  const entries = Object.entries(document as Record<string, Json>);
  return Object.fromEntries(entries.map(([key, member]) => [key, key === step ? changed(member, rest, change) : member]));
}

/** Another document, which is still JSON and often still valid. */
export function regrown(document: Json, random: Random): Json {
  const places = all(document);
  const strings = places.filter(({ value }) => typeof value === 'string');
  const numbers = places.filter(({ value }) => typeof value === 'number');
  const objects = places.filter(({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value));
  switch (random.below(6)) {
    case 0: {
      // In a place of the same kind the result is often valid.
      const { path } = random.pick(places);
      const alike = places.filter((place) => place.path.at(-1) === path.at(-1));
      const graft = random.pick(alike).value;
      return changed(document, path, () => graft);
    }
    case 1: {
      const graft = random.pick(places).value;
      return random.chance(0.3) ? changed(document, random.pick(places).path, () => graft) : document;
    }
    case 2: {
      // Names of actions, operators and fields among each other, so that many results are valid.
      if (strings.length === 0) return document;
      const word = random.chance(0.5) ? random.pick(WORDS) : random.pick(strings).value;
      return changed(document, random.pick(strings).path, () => word);
    }
    case 3:
      return numbers.length === 0 ? document : changed(document, random.pick(numbers).path, () => random.pick(NUMBERS));
    case 4: {
      if (objects.length === 0) return document;
      const name = random.pick(NAMES);
      const member = random.pick(places).value;
      return changed(document, random.pick(objects).path, (value) =>
        Object.fromEntries([...Object.entries(value as Record<string, Json>), [name, member]]),
      );
    }
    default: {
      // Trees within themselves, a few times: deeper than a policy may be.
      const nodes = places.filter(({ path }) => path.at(-1) === 'on_true' || path.at(-1) === 'condition');
      if (nodes.length === 0) return document;
      const { path } = random.pick(nodes);
      const root = path[0] as string;
      let deeper = document;
      for (let i = 0; i < 1 + random.below(6); i++) {
        const tree = (deeper as Record<string, Json>)[root]!;
        deeper = changed(deeper, path, () => tree);
        if (JSON.stringify(deeper).length > 100_000) break;
      }
      return deeper;
    }
  }
}

/** A text that is hardly a policy document any more. */
export function brokenText(text: string, random: Random): string {
  const position = random.below(text.length + 1);
  const inserted = (piece: string): string => text.slice(0, position) + piece + text.slice(position);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, position);
    case 1:
      return inserted(
        random.pick(['"', '{', '}', '[', ']', ',', ':', '\\', '\u0000', '\ufeff', '\ud800', '\n', '/*', 'NaN', '-', '1e999']),
      );
    case 2: {
      const depth = random.pick([50, 127, 128, 129, 1_000, 50_000]);
      return inserted('['.repeat(depth) + ']'.repeat(random.chance(0.5) ? depth : 0));
    }
    case 3:
      return deepened(text, random);
    case 4:
      return text.replace(
        /"(type|op|action|node_id|value)":/,
        (key) => `${key}${random.pick(['1', 'null', '"x"', '{}'])},${key}`,
      );
    case 5:
      return text.replace(/-?\d+(?=[,}])/, random.pick(['1e999', '-1e999', '9'.repeat(400), '0x1', '01', '1.', '.5', '+1']));
    default:
      return alter(text, random).text;
  }
}

/** Valid JSON that goes deeper than any recursion: something of the document inside so many others. */
function deepened(text: string, random: Random): string {
  const depth = random.pick([5, 50, 120, 5_000, 50_000]);
  const [key, open, close] = random.pick([
    ['condition', '{"op":"not","condition":', '}'],
    ['left', '{"compute":{"op":"abs","value":', '}}'],
    ['value', '[', ']'],
    ['on_true', '{"type":"condition","node_id":"x","condition":{"op":"and","conditions":[]},"on_false":null,"on_true":', '}'],
  ] as const);
  const document = JSON.parse(text) as Json;
  const places = all(document).filter(({ path }) => path.at(-1) === key);
  if (places.length === 0) return text;
  const { path, value } = random.pick(places);
  const marked = JSON.stringify(changed(document, path, () => '@@deep@@'));
  return marked.replace('"@@deep@@"', () => open.repeat(depth) + JSON.stringify(value) + close.repeat(depth));
}
