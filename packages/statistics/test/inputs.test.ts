import { describe, expect, it } from 'vitest';
import {
  decideProposal,
  fictitiousPlay,
  holm,
  paretoFront,
  priceOfAnarchy,
  race,
  regretCertificate,
  replicatorDynamics,
  skewInterval,
} from '../src/index.js';

/** Input that is none is refused as such (spec 17 §23), and whole numbers lose no digits, however large they are (§3). */

const outcome = (settled: number) => ({ costs: [2, 3], settled, arrived: 10, settled_value: 1, arrived_value: 1 });

it.each<[string, () => unknown]>([
  ['p-values that are no numbers', () => holm([NaN, 0.01], 0.05)],
  [
    'points that are no numbers',
    () =>
      paretoFront([
        [NaN, 1],
        [1, 2],
      ]),
  ],
  ['points of different sizes', () => paretoFront([[1, 1], [1]])],
  ['costs of a race that are no numbers', () => race({ costs: [[NaN]] })],
  ['a race with a day of other candidates', () => race({ costs: [[1], [1]], settled: [[1], [1, 1]], arrived: [1, 1] })],
  ['a race with too few days of payments', () => race({ costs: [[1], [1]], settled: [[1]], arrived: [1, 1] })],
  ['equilibria that are no cells', () => priceOfAnarchy([1, 2], [5])],
  ['shares that are no numbers', () => replicatorDynamics([[1]], [[1]], { x: [NaN] })],
  ['shares of nothing', () => replicatorDynamics([[1, 1]], [[1, 1]], { y: [0, 0] })],
  ['half a strategy', () => fictitiousPlay([[1]], [[1]], { start: [0.5, 0], steps: 1 })],
  ['costs beyond the last look', () => regretCertificate({ current: [1, 2, NaN], candidates: [[1, 2, 3]], looks: [2] })],
  ['payments that are no number', () => decideProposal({ old: outcome(NaN), new: outcome(10) })],
])('%s are refused', (_, call) => expect(call).toThrow(RangeError));

describe('moments of whole numbers', () => {
  const small = Array.from({ length: 100 }, (_, i) => i % 5);
  it.each([1e9, 1e12, 9e15])('are the same, moved by %d', (by) => {
    const [plain, moved] = [skewInterval(small), skewInterval(small.map((value) => value + by))];
    expect(moved.mean).toBe(by + 2);
    expect(moved.sd).toBe(plain.sd);
    expect(moved.skewness).toBe(plain.skewness);
    expect(moved.upper! - moved.mean).toBeCloseTo(plain.upper! - plain.mean, by < 1e15 ? 3 : 0);
  });

  it('know one exception among many', () => {
    const values = (base: number) => [...Array.from({ length: 4999 }, () => base), base + 1];
    expect(skewInterval(values(1e13)).skewness).toBe(skewInterval(values(0)).skewness);
  });
});

it('many days are no reason to fail', () => {
  const days = Array.from({ length: 200_000 }, (_, day) => 100 + (day % 7));
  expect(regretCertificate({ current: days, candidates: [days], looks: [200_000] }).verdict).toBe('certified');
});
