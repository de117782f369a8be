import type { ComponentChildren, JSX } from 'preact';
import type { TimeFrame } from '../figures.js';
import { roundTicks, timeTicks } from './scales.js';

export const WIDTH = 760;

/** The place of a picture's values: money, numbers or shares over the ticks of a run. */
export interface Plot {
  readonly x: (tick: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

interface ChartProps {
  readonly ticks: number;
  readonly time: TimeFrame;
  readonly low: number;
  readonly high: number;
  readonly width?: number;
  readonly height?: number;
  /** Text of a value on the axis. */
  readonly value: (value: number) => string;
  /** What the picture shows, for who cannot see it. */
  readonly about: string;
  /** Room at the right for names of lines. */
  readonly room?: number;
  readonly children: (plot: Plot) => ComponentChildren;
}

/** Axes of time and value with a picture between them; the value axis begins at 0, or shows it as a line (spec 16 R1606). */
export function TimeChart({
  about,
  children,
  height = 260,
  high,
  low,
  room = 12,
  ticks,
  time,
  value,
  width = WIDTH,
}: ChartProps): JSX.Element {
  const marks = roundTicks(low, high);
  const [from, to] = [marks[0]!, marks.at(-1)!];
  const texts = marks.map(value);
  const left = 10 + Math.max(...texts.map((text) => text.length)) * 6.6;
  const [right, top, bottom] = [width - room, 8, height - 26];
  const plot: Plot = {
    x: (tick) => round(left + ((right - left) * tick) / Math.max(ticks, 1)),
    y: (v) => round(bottom - ((bottom - top) * (v - from)) / (to - from)),
    left,
    right,
    top,
    bottom,
  };
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={about}>
      {marks.map((mark, i) => (
        <g key={mark}>
          <line class={mark === 0 ? 'zero' : 'grid'} x1={round(left)} x2={right} y1={plot.y(mark)} y2={plot.y(mark)} />
          <text class="tick" x={round(left - 5)} y={plot.y(mark) + 4} text-anchor="end">
            {texts[i]}
          </text>
        </g>
      ))}
      {timeTicks(ticks, time, Math.floor((right - left) / 62)).map(({ isDay, text, tick }) => (
        <g key={tick}>
          <line
            class={isDay && tick > 0 ? 'day' : 'notch'}
            x1={plot.x(tick)}
            x2={plot.x(tick)}
            y1={isDay && tick > 0 ? top : bottom}
            y2={bottom + 4}
          />
          <text class="tick" x={plot.x(tick)} y={height - 8} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      {children(plot)}
    </svg>
  );
}

export const round = (x: number): number => Math.round(x * 10) / 10;

/** A step line through the values of bins: each holds from its first tick to the next bin. */
export function steps(values: readonly number[], starts: readonly number[], plot: Plot): string {
  let path = '';
  values.forEach((value, i) => {
    const y = plot.y(value);
    path += i === 0 ? `M${plot.x(starts[0]!)},${y}` : `V${y}`;
    path += `H${plot.x(starts[i + 1]!)}`;
  });
  return path;
}

/** The area between two step lines. */
export function stepArea(lower: readonly number[], upper: readonly number[], starts: readonly number[], plot: Plot): string {
  if (upper.length === 0) return '';
  let path = steps(upper, starts, plot);
  for (let i = lower.length - 1; i >= 0; i--) path += `V${plot.y(lower[i]!)}H${plot.x(starts[i]!)}`;
  return `${path}Z`;
}
