import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readScenarioText, ScenarioError } from '../src/index.js';
import { UNSURE } from '../src/scenario/json-text.js';
import { fastYaml } from '../src/scenario/plain-yaml.js';
import { property } from './properties/property.js';

/** Reading YAML line by line gives what reading it token by token gives, or nothing. */

/** Something that is never read fast, and changes nothing. */
const slow = (text: string): unknown => readScenarioText(`--- # slowly\n${text}`).document;

/** What both make of a text: UNSURE where line by line makes nothing of it. */
function check(text: string): unknown {
  const fast = fastYaml(text);
  if (fast === UNSURE) return fast;
  let expected: unknown;
  try {
    expected = slow(text);
  } catch (error) {
    throw new Error(`read, but ${(error as ScenarioError).message}`, { cause: error });
  }
  expect(fast).toEqual(expected);
  // Order and names of keys, and what JSON does not tell apart, `toEqual` does not look at.
  expect(written(fast)).toBe(written(expected));
  return fast;
}

const written = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return `${member}n`;
    return typeof member === 'number' && (!Number.isFinite(member) || Object.is(member, -0)) ? `${member}f` : member;
  });

const REPOSITORY = new URL('../../../', import.meta.url);
const files = ['docs/examples', 'packages', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, REPOSITORY), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml') && !/(?:^|\/)(?:node_modules|dist)\//.test(name))
    .map((name) => `${folder}/${name}`),
);

describe('YAML that is read line by line', () => {
  it('is the same as that read token by token, in every file of the repository', () => {
    const read = files.filter((name) => check(readFileSync(new URL(name, REPOSITORY), 'utf8')) !== UNSURE);
    expect(read.length / files.length).toBeGreaterThan(0.5);
  });

  it('has everything that large files are made of', () => {
    const text = [
      '# Banks',
      'simulation: {ticks_per_day: 100, rng_seed: 18446744073709551615}  # seed',
      'x-empty:',
      'agents:',
      '- id: BANK_A',
      '  opening_balance: 1_000',
      '',
      "  policy: { type: Fifo, note: 'a, b', xs: [1.50, -2, ~, yes] }",
      '  # between',
      '  windows:',
      '    - - 08:00',
      '      - "10:00"',
      '    -',
      '      a: 1.0e+6',
      '- {}',
    ];
    expect(check(text.join('\n'))).toEqual({
      simulation: { ticks_per_day: 100n, rng_seed: 18446744073709551615n },
      'x-empty': null,
      agents: [
        {
          id: 'BANK_A',
          opening_balance: 1000n,
          policy: { type: 'Fifo', note: 'a, b', xs: [1.5, -2n, null, true] },
          windows: [[480n, '10:00'], { a: 1_000_000 }],
        },
        {},
      ],
    });
    expect(check(text.join('\r\n'))).toEqual(check(text.join('\n')));
  });

  it.each([
    ['a key twice', 'a: 1\na: 2'],
    ['a key twice within a line', 'a: {b: 1, b: 2}'],
    ['an anchor', 'a: &x 1'],
    ['an alias', 'a: *x'],
    ['a tag', 'a: !!str 1'],
    ['a merge key', 'a: 1\n<<: {b: 1}'],
    ['a text of several lines', 'a: b\n  c'],
    ['a text of several lines, the second like a key', 'a: b\n  c: d'],
    ['a block of text', 'a: |\n  b'],
    ['an escape', 'a: "\\n"'],
    ['a list of several lines', 'a: [1,\n  2]'],
    ['a comma at the end', 'a: [1, ]'],
    ['a mapping in a line with a mapping', 'a: b: c'],
    ['a tab', 'a:\tb'],
    ['a key that is a number', '1: a'],
    ['a key that is a truth', 'yes: a'],
    ['a key that is nothing', 'null: a'],
    ['a key of the language', '__proto__: {a: 1}'],
    ['a second document', 'a: 1\n---\nb: 1'],
    ['an end', 'a: 1\n...'],
    ['a number that is none', 'a: 0x_'],
    ['a line that is too deep', 'a:\n    b: 1\n  c: 1'],
    ['a list at the top', '- a'],
    ['too many levels', `a: ${'['.repeat(60)}${']'.repeat(60)}`],
    ['too many levels of lines', Array.from({ length: 60 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['nothing', ''],
    ['a carriage return', 'a: b\rc'],
  ])('is not that with %s', (_, text) => expect(fastYaml(text)).toBe(UNSURE));

  const words = fc.constantFrom(
    ...['a', 'bank_1', 'BANK-A', 'Fifo', 'falsehood', 'é', 'two words', 'http://x:1/y#z', 'a:b', '<<', '=', 'x"y', "it's", 'a#b'],
    ...[
      '0',
      '-0',
      '+5',
      '007',
      '08',
      '0b11',
      '0x1F',
      '0o7',
      '1_000',
      '9007199254740993',
      '10:30',
      '10:30:00.5',
      '2024-01-31',
      '-x',
    ],
    ...[
      '.5',
      '-.5',
      '1.',
      '1.50',
      '-1.5',
      '1e6',
      '1.5e+3',
      '1.5e3',
      '.inf',
      '-.inf',
      '.nan',
      '.',
      '..',
      '...',
      '1.2.3',
      '-1-',
      '~',
    ],
    ...[
      'null',
      'Null',
      'yes',
      'NO',
      'on',
      'Off',
      'y',
      'true',
      'TRUE',
      'False',
      '"quoted: # x"',
      "'sin''gle'",
      "''",
      '""',
      'a: b',
      'a #',
    ],
    ...[
      '[]',
      '{}',
      '[a, b]',
      '{a: 1, b: [x, {c: 2}]}',
      '[ 1 , -2 ]',
      '{ a: x:y , b: "z" }',
      '[a b, c ]',
      '- a',
      '[[], {}]',
      '? a',
      '@',
    ],
    ...[
      '[a',
      '[a]]',
      '{a}',
      '{a: 1,}',
      '{a:1}',
      '[a: 1]',
      '[a #b]',
      '*a',
      '&a b',
      '!t c',
      '| ',
      '>',
      '%a',
      '`',
      '\u2028',
      'x\u00a0',
      '-',
    ],
  );
  const keys = fc.constantFrom(
    'a',
    'b',
    'c',
    'id',
    'policy',
    'x-y',
    'A.b',
    '_',
    'on',
    'no',
    'constructor',
    'toString',
    '0',
    'é',
    '"q"',
  );
  const ends = fc.constantFrom('', '', '', ' ', ' # note', '  #', ' #: x');
  const indents = fc.constantFrom('', '', '  ', '  ', '    ', ' ', '      ');
  const line = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(indents, fc.constantFrom('', '', '- ', '-   ', '- - '), keys, words, ends) }, // with a value
    { weight: 3, arbitrary: fc.tuple(indents, fc.constantFrom('', '', '- '), keys, fc.constant(''), ends) },
    { weight: 1, arbitrary: fc.tuple(indents, fc.constantFrom('- ', '-', ''), fc.constant(''), words, ends) },
    { weight: 1, arbitrary: fc.tuple(indents, fc.constantFrom('#', '# a: b', '', '-'), fc.constant(''), fc.constant(''), ends) },
  );
  const text = fc
    .array(line, { minLength: 1, maxLength: 6 })
    .map((lines) =>
      lines
        .map(
          ([indent, dash, key, value, end]) =>
            `${indent}${dash}${key}${key === '' ? '' : value === '' ? ':' : ': '}${value}${end}`,
        )
        .join('\n'),
    );

  property('is the same for lines of any kind in any order', 5000, text, (given) => void check(given));

  property(
    'is the same for any characters that mean something',
    5000,
    fc.string({ unit: fc.constantFrom(...'ab1: -\n\n  #[]{},"\''), maxLength: 24 }),
    (given) => {
      check(`k: ${given}`);
      check(`k:\n ${given}`);
      check(`k: [${given}]`);
    },
  );

  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('a', 'BANK 1', '08:00', 'no', '# x', "it's", 'x: y', ''),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('mapping'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    mapping: fc.dictionary(fc.stringMatching(/^k[a-z]{1,5}$/), tie('value'), { maxKeys: 4 }),
  }));

  property('is read at all where a program has written it', 500, values.mapping, (value) => {
    fc.pre(Object.keys(value as object).length > 0);
    const given = stringify(value, { version: '1.1', lineWidth: 0 });
    if (check(given) === UNSURE) expect(given).toMatch(/\||>|\\/);
  });
});
