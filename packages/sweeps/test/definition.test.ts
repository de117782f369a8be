import { describe, expect, it } from 'vitest';
import { readSweep, SweepError } from '../src/index.js';

/** The form of a sweep document (spec 15 §8): every problem says where it is. */

function problemsOf(document: unknown): string[] {
  try {
    readSweep(document);
  } catch (error) {
    if (error instanceof SweepError) return error.issues.map(({ message, path }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const axis = (rest: object): object => ({ sweep: 's', axes: [{ name: 'a', ...rest }] });

describe('a sweep document', () => {
  it('needs no more than its name: the rest has defaults', () => {
    expect(readSweep({ sweep: 's' })).toMatchObject({
      axes: [],
      design: 'full',
      pairing: 'common',
      measures: expect.arrayContaining(['total_cost', 'settlement_rate_value']) as unknown,
      statistics: { confidence: 0.95, bootstrap: 2000, quantiles: [0.05, 0.5, 0.95] },
      store: 'none',
      ticks: null,
    });
    expect(readSweep({ sweep: 's', stop: { measure: 'total_cost', relative: 0.1 } }).stop).toEqual({
      measure: ['total_cost'],
      relative: 0.1,
      of: 'mean',
      min: 30,
      batch: 10,
      max: 1000,
    });
  });

  it.each([
    ['no name', {}, /^sweep: .*expected string/],
    ['a name that is no word', { sweep: 'a b' }, /^sweep: expected a name/],
    ['a list', [], /^: .*expected object/],
    ['an unknown key', { sweep: 's', colour: 1 }, /^: Unrecognized key: "colour"/],
    ['an unknown key of an axis', axis({ path: 'x', values: [1], colour: 1 }), /^axes\.0: Unrecognized key: "colour"/],
    ['an unknown design', { sweep: 's', design: 'random' }, /^design: /],
    ['an unknown pairing', { sweep: 's', pairing: 'none' }, /^pairing: /],
    ['no replications at all', { sweep: 's', replications: { count: 0 } }, /^replications\.count: must be at least 1/],
    ['no seeds at all', { sweep: 's', seeds: [] }, /^seeds: /],
    ['a seed below 0', { sweep: 's', seeds: [3, -1] }, /^seeds\.1: must lie between 0 and 2\^64/],
    ['a seed above the largest', { sweep: 's', seeds: [2n ** 64n] }, /^seeds\.0: must lie between 0 and 2\^64/],
    ['half a seed', { sweep: 's', seeds: [1.5] }, /^seeds/],
    ['seeds that run backwards', { sweep: 's', seeds: { from: 3, to: 1 } }, /^seeds: from must not be above to/],
    ['seeds beside replications', { sweep: 's', replications: { count: 1 }, seeds: [1] }, /^seeds: .*mutually exclusive/],
    ['a tick that is none', { sweep: 's', ticks: 0 }, /^ticks: must be at least 1/],
    ['a level of the store that is none', { sweep: 's', store: 'all' }, /^store: /],
    ['a query without a name', { sweep: 's', store: 'full', measures: [{ sql: 'SELECT 1' }] }, /^measures\.0: expected the name/],
    [
      'a query of runs that are not stored',
      { sweep: 's', measures: [{ name: 'n', sql: 'SELECT 1' }] },
      /^measures\.0: sql needs/,
    ],
    ['two bases', { sweep: 's', base: 'a.yaml', base_run: 'a' }, /^base_run: base and base_run/],
    ['a confidence of 1', { sweep: 's', statistics: { confidence: 1 } }, /^statistics\.confidence: must lie between 0 and 1/],
    ['a quantile of 2', { sweep: 's', statistics: { quantiles: [0.5, 2] } }, /^statistics\.quantiles\.1: /],
    ['cells of another design', { sweep: 's', cells: [{ a: 1 }] }, /^cells: cells go with design: list/],
    ['a list without cells', { sweep: 's', design: 'list' }, /^cells: /],
    ['points of another design', { sweep: 's', points: 3 }, /^points: /],
    ['a sampled design without points', { sweep: 's', design: 'sobol' }, /^points: /],
  ])('with %s is refused', (_, document, expected) => {
    const problems = problemsOf(document);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(expected);
  });

  it('is refused with everything that is wrong, not only the first', () => {
    expect(problemsOf({ sweep: '?', ticks: -1, replications: { count: 0 } })).toHaveLength(3);
  });
});

describe('an axis', () => {
  it.each([
    ['of nothing', {}, /^axes\.0: exactly one of values, range, policies and designs/],
    ['of two things', { path: 'x', values: [1], range: { from: 0, to: 1, count: 2 } }, /^axes\.0: exactly one of/],
    ['of values without a path', { values: [1, 2] }, /^axes\.0: path is needed/],
    ['of a range without a path', { range: { from: 0, to: 1, count: 2 } }, /^axes\.0: path is needed/],
    ['of settings with a path', { path: 'x', values: [{ label: 'a', set: {} }] }, /^axes\.0: path goes with plain values/],
    ['of a label that sets nothing', { values: [{ label: 'a' }] }, /^axes\.0\.values\.0: /],
    ['of policies of nobody', { policies: { f: { type: 'Fifo' } } }, /^axes\.0: policies need agent/],
    ['of values of a bank', { agent: 'NORTH', path: 'x', values: [1] }, /^axes\.0: policies need agent/],
    ['that ends where it begins', { path: 'x', range: { from: 1, to: 1, count: 2 } }, /^axes\.0\.range\.to: must be above from/],
    ['with a step of 0', { path: 'x', range: { from: 0, to: 1, step: 0 } }, /^axes\.0\.range\.step: must be above 0/],
    ['with step and count', { path: 'x', range: { from: 0, to: 1, step: 1, count: 2 } }, /^axes\.0\.range: .*exclusive/],
    [
      'of logarithms from 0 on',
      { path: 'x', range: { from: 0, to: 1, count: 2, scale: 'log' } },
      /^axes\.0\.range\.from: must be above 0 on a log scale/,
    ],
  ])('%s is refused', (_, rest, expected) => {
    expect(problemsOf(axis(rest)).join('\n')).toMatch(expected);
  });

  it('has a name of its own', () => {
    const twice = { name: 'a', path: 'x', values: [1] };
    expect(problemsOf({ sweep: 's', axes: [twice, { ...twice, path: 'y' }] })).toEqual(["axes: two axes are called 'a'"]);
  });
});

describe('a stopping rule', () => {
  const stop = (rest: object): string => problemsOf({ sweep: 's', stop: { measure: 'total_cost', ...rest } }).join('\n');

  it('is relative or absolute, and not both', () => {
    expect(stop({})).toMatch(/^stop: exactly one of relative and absolute/);
    expect(stop({ relative: 0.1, absolute: 5 })).toMatch(/^stop: exactly one of relative and absolute/);
    expect(stop({ relative: 0 })).toMatch(/^stop\.relative: must be above 0/);
  });

  it('looks at two replications at least', () => {
    expect(stop({ relative: 0.1, min: 1 })).toMatch(/^stop\.min: must be at least 2/);
  });

  it('may not end before it begins', () => {
    expect(stop({ relative: 0.1, min: 30, max: 5 })).toMatch(/^stop/);
  });
});
