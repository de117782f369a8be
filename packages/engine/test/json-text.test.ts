import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readScenarioText } from '../src/index.js';
import { fastJson, UNSURE } from '../src/scenario/json-text.js';

/** Reading JSON fast gives what reading it token by token gives, or nothing. */

const slow = (text: string): unknown => readScenarioText(`${text} `, 'yaml').document;

describe('JSON that is read fast', () => {
  it('has whole numbers as bigints, others as numbers', () => {
    expect(fastJson('{"a": 1, "b": [1.5, -2, 1e-3], "c": "100.0", "d": null, "e": {"1": true}}')).toEqual({
      a: 1n,
      b: [1.5, -2n, 0.001],
      c: '100.0',
      d: null,
      e: { 1: true },
    });
  });

  it.each([
    ['no JSON', '{"a": 1,}'],
    ['a key twice', '{"a": 1, "a": 2}'],
    ['a key twice, far from its colon', `{"a": 1, "a"${' '.repeat(1000)}: 2}`],
    ['a key twice, deeper', '[{"a": {"b": 1, "b": 2}}]'],
    ['a whole number with a point', '{"a": 100.0}'],
    ['a whole number with an exponent', '{"a": 1e3}'],
    ['more digits than a double has', '{"seed": 18446744073709551615}'],
    ['a negative zero', '[-0]'],
    ['too many levels', `${'['.repeat(201)}${']'.repeat(201)}`],
  ])('is not that with %s', (_, text) => expect(fastJson(text)).toBe(UNSURE));

  it('is the same as that read slowly', () => {
    let sure = 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        fc.pre(!/\\u|e\d|e[+-]/i.test(text));
        const fast = fastJson(text);
        if (fast === UNSURE) return;
        sure++;
        expect(fast).toEqual(slow(text));
      }),
      { numRuns: 500 },
    );
    expect(sure).toBeGreaterThan(100);
  });

  it('knows its places when they are asked for', () => {
    const { locate } = readScenarioText('{"a": 1,\n "b": {"c": 2}}', 'json');
    expect(locate(['b', 'c'])).toEqual({ line: 2, column: 13 });
    expect(locate([])).toBeNull();
  });
});
