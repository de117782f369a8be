import { expect, it } from 'vitest';
import { bandsSvg } from '../src/index.js';

/** At most eight series stand in a picture (spec 16 R1609). */
it('eight series can be told apart', () => {
  const bands = Array.from({ length: 8 }, (_, i) => ({
    name: `s${i}`,
    points: [0, 1].map((x) => ({ x, mean: i, low: i, high: i })),
  }));
  const svg = bandsSvg({ title: 't', x: 'x', y: 'y' }, bands);
  const strokes = [...svg.matchAll(/<path [^>]*stroke="(#\w+)" stroke-width="2"(?: stroke-dasharray="([^"]*)")?/g)];
  expect(strokes).toHaveLength(8);
  expect(new Set(strokes.map(([, colour, dash]) => `${colour} ${dash}`)).size).toBe(8);
});
