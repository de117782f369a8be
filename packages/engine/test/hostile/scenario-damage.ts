import type { Random } from './fuzz.js';

/** Damage to the text of a scenario file, by accident or on purpose. */

/** Pieces of YAML and JSON that mean something, and some that only look so. */
const SYNTAX = [
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '<<: [*a, *a]',
    '<<: 5',
    '<<: {agents: 1}',
    '&a [*a]',
    '&a {x: *a}',
    '? ',
    ': ',
    '- ',
    '-',
    '| ',
    '>-\n',
  ],
  ...[
    '"',
    "'",
    '{',
    '}',
    '[',
    ']',
    ',',
    '#',
    ' #',
    '%YAML 1.2\n---\n',
    '%TAG ! tag:x,2000:\n---\n',
    '---\n',
    '...\n',
    '\t',
    '\n\n',
  ],
  ...[
    '!!binary ',
    '!!set ',
    '!!omap ',
    '!!python/object:os.system ',
    '!!js/function ',
    '!!float ',
    '!!str ',
    '!!int ',
    '!x ',
    '!<x> ',
  ],
  ...[
    '~',
    'null',
    '.inf',
    '-.inf',
    '.nan',
    '1e400',
    '1.0e+400',
    '0x1F',
    '0o17',
    '017',
    '0b1',
    '190:20:30',
    '1_000',
    '2026-01-01',
    'yes',
  ],
  ...[
    '__proto__: {x: 1}\n',
    'constructor: 1\n',
    '"__proto__": 1,',
    'toString: 1\n',
    'x-note: &a 1\n',
    '@',
    '`',
    '\\',
    '/*',
    '//',
  ],
  ...[
    '\r',
    '\r\n',
    '\u0085',
    '\u2028',
    '\u00a0',
    '\ufeff',
    '\ufffe',
    '\u0000',
    '\u0007',
    '\u001b[31m',
    '\u007f',
    '\ud800',
    '\udc00',
  ],
  ...['"\\ud800"', '"\\u0000"', '"\\x41"', '"\\', 'on', 'off', '-0', '+1', '1.', '.5', '٣', 'e5'],
];

const NUMBERS = [
  ...['9'.repeat(400), '-1', '0', '9007199254740993', '18446744073709551616', '1e308', '1e-400', '-0', '0.1', '1e5', '1.5e+300'],
  ...['4294967296', '2147483648', '1'.repeat(20_000), '0.'.padEnd(5_000, '3'), 'NaN', 'Infinity', '"5"', 'true', '[]', '{}'],
];

/** Containers within each other, far more than any reader can recurse. */
function nested(random: Random): string {
  const depth = random.pick([20, 190, 200, 210, 1_000, 20_000]);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{a: ', '}'],
    ['{"a":', '}'],
    ['- ', ''],
    ['? ', ''],
    ['a: {b: ', ''],
    ['((', '))'],
    ['!!seq [', ']'],
  ] as const);
  return `${open.repeat(depth)}1${random.chance(0.7) ? close.repeat(depth) : ''}`;
}

/** Anchors that refer to each other: a text of a hundred bytes that stands for millions of values. */
function multiplied(random: Random): string {
  const levels = 2 + random.below(8);
  const width = 2 + random.below(9);
  const lines = ['x-0: &x0 [a, b, c]'];
  for (let i = 1; i <= levels; i++) {
    const references = Array.from({ length: width }, () => `*x${i - 1}`).join(', ');
    lines.push(random.chance(0.8) ? `x-${i}: &x${i} [${references}]` : `x-${i}: &x${i} {k: *x${i - 1}, l: *x${i - 1}}`);
  }
  return `${lines.join('\n')}\n`;
}

type Damage = (text: string, random: Random) => string;

const at = (text: string, random: Random): number => random.below(text.length + 1);
const insert = (text: string, position: number, piece: string): string => text.slice(0, position) + piece + text.slice(position);

function onLines(text: string, change: (lines: string[]) => string[]): string {
  return change(text.split('\n')).join('\n');
}

const DAMAGES: Record<string, Damage> = {
  'flipped bits': (text, random) => {
    const bytes = Buffer.from(text, 'utf8');
    for (let i = 1 + random.below(4); i > 0; i--) bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
    return bytes.toString('utf8');
  },
  'other bytes': (text, random) => {
    const bytes = Buffer.from(text, 'utf8');
    for (let i = 1 + random.below(4); i > 0; i--) bytes[random.below(bytes.length)] = random.below(256);
    return bytes.toString('utf8');
  },
  truncation: (text, random) => text.slice(0, at(text, random)),
  'a missing beginning': (text, random) => text.slice(at(text, random)),
  'a missing piece': (text, random) => {
    const from = at(text, random);
    return text.slice(0, from) + text.slice(from + 1 + random.below(40));
  },
  syntax: (text, random) => insert(text, at(text, random), random.pick(SYNTAX)),
  'syntax at the beginning of a line': (text, random) =>
    onLines(text, (lines) => lines.with(random.below(lines.length), random.pick(SYNTAX) + random.pick(lines))),
  'syntax in place of a value': (text, random) => text.replace(/: [^\n]+/, () => `: ${random.pick(SYNTAX)}`),
  'much syntax': (text, random) => {
    for (let i = 0; i < 5; i++) text = insert(text, at(text, random), random.pick(SYNTAX));
    return text;
  },
  'another number': (text, random) => {
    const numbers = [...text.matchAll(/-?\d+(\.\d+)?/g)];
    if (numbers.length === 0) return text;
    const { 0: found, index } = random.pick(numbers);
    return text.slice(0, index) + random.pick(NUMBERS) + text.slice(index + found.length);
  },
  'a line twice': (text, random) =>
    onLines(text, (lines) => {
      const i = random.below(lines.length);
      return lines.toSpliced(random.chance(0.7) ? i : random.below(lines.length), 0, lines[i]!);
    }),
  'a key twice': (text, random) => {
    const keys = [...text.matchAll(/"?\b[a-z_]+"?: ?/g)];
    if (keys.length === 0) return text;
    const { 0: key, index } = random.pick(keys);
    return insert(text, index, text.trimStart().startsWith('{') ? `${key}1,` : `${key.trim()} 1\n`);
  },
  'a line less': (text, random) => onLines(text, (lines) => lines.toSpliced(random.below(lines.length), 1)),
  'another indentation': (text, random) =>
    onLines(text, (lines) => {
      const i = random.below(lines.length);
      return lines.with(i, random.chance(0.5) ? ` ${lines[i]}` : lines[i]!.replace(/^ /, random.pick(['', '\t'])));
    }),
  'lines in another order': (text, random) =>
    onLines(text, (lines) => {
      const [i, j] = [random.below(lines.length), random.below(lines.length)];
      return lines.with(i, lines[j]!).with(j, lines[i]!);
    }),
  'a byte order mark': (text, random) => insert(text, random.chance(0.5) ? 0 : at(text, random), '\ufeff'),
  'other line ends': (text, random) => text.replaceAll('\n', random.pick(['\r\n', '\r', '\u2028', '\n\r'])),
  'deep nesting': (text, random) => {
    if (random.chance(0.4)) return insert(text, random.chance(0.5) ? 0 : at(text, random), nested(random));
    // In place of a value, where it is read as one.
    const values = [...text.matchAll(/(?<=: ?)[\w.-]+/g)];
    if (values.length === 0) return text;
    const { 0: found, index } = random.pick(values);
    return text.slice(0, index) + nested(random) + text.slice(index + found.length);
  },
  'multiplying aliases': (text, random) => multiplied(random) + text,
  'an alias in place of a value': (text, random) =>
    `x-a: &a ${random.pick(['1', '[1]', '{a: 1}', '*a'])}\n${text.replace(/: [^\n]+/, ': *a')}`,
  'twice the text': (text) => `${text}\n${text}`,
};

const NAMES = Object.keys(DAMAGES);

export function damaged(text: string, random: Random): { text: string; damage: string } {
  const names = Array.from({ length: random.chance(0.75) ? 1 : 2 }, () => random.pick(NAMES));
  return { text: names.reduce((given, name) => DAMAGES[name]!(given, random), text), damage: names.join(' and ') };
}
