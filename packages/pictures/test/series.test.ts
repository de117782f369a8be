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

it('names of series that would leave the picture go on below, and the drawing makes room', () => {
  const drawn = (count: number): { height: number; names: { x: number; y: number; end: number }[]; axis: number } => {
    const bands = Array.from({ length: count }, (_, i) => ({
      name: `design number ${i}`,
      points: [0, 1].map((x) => ({ x, mean: i, low: null, high: null })),
    }));
    const svg = bandsSvg({ title: 't', x: 'x', y: 'y' }, bands);
    const texts = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)">(design number \d)</g)];
    return {
      height: Number(/<svg [^>]*? height="(\d+)"/.exec(svg)![1]),
      names: texts.map(([, x, y, name]) => ({ x: Number(x), y: Number(y), end: Number(x) + 7 * name!.length })),
      axis: Number(/y1="([\d.]+)"[^>]*stroke="#888"/.exec(svg)![1]),
    };
  };
  const [few, many] = [drawn(2), drawn(8)];
  expect(new Set(few.names.map(({ y }) => y)).size).toBe(1);
  const lines = [...new Set(many.names.map(({ y }) => y))];
  expect(lines).toHaveLength(2);
  expect(Math.max(...many.names.map(({ end }) => end))).toBeLessThanOrEqual(820);
  const added = lines[1]! - lines[0]!;
  expect([many.height - few.height, many.axis - few.axis]).toEqual([added, added]);
});
