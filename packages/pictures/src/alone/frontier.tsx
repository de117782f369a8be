import type { Estimate } from './bands.js';
import { colourOf, standingAlone, type DrawingText } from './frame.js';

/** A point of a frontier, uncertain in both directions. */
export interface FrontierPoint {
  /** What it is called. */
  readonly name: string;
  /** The horizontal value. */
  readonly x: Estimate;
  /** The vertical value. */
  readonly y: Estimate;
  /** No other point is at least as good in both ways. */
  readonly isBest: boolean;
}

/** Names of points further to the right end at them. */
const WIDE = 640;
/** Where names stand: neighbours keep out of each other’s way. */
const ABOVE_AND_BELOW = [-6, 16, -22, 32];

/** Two measures of alternatives against each other, with their intervals, and a line through those that none other beats. */
export function frontierSvg(text: DrawingText, points: readonly FrontierPoint[]): string {
  const known = points.filter(({ x, y }) => x.mean !== null && y.mean !== null);
  const all = (of: 'x' | 'y'): number[] =>
    known.flatMap((point) => [point[of].low, point[of].mean, point[of].high].filter((value) => value !== null));
  const best = known.filter(({ isBest }) => isBest).sort((a, b) => a.x.mean! - b.x.mean! || a.y.mean! - b.y.mean!);
  return standingAlone(
    text,
    { low: Math.min(0, ...all('y')), high: Math.max(0, ...all('y')) },
    { first: Math.min(0, ...all('x')), last: Math.max(...all('x')) * 1.05 || 1, isContinuous: true },
    [],
    (place) => (
      <g>
        {best.length > 1 && (
          <path
            d={`M${best.map(({ x, y }) => `${place.x(x.mean!)},${place.y(y.mean!)}`).join('L')}`}
            fill="none"
            stroke={colourOf(1)}
            stroke-width="1.5"
            stroke-dasharray="5 4"
          />
        )}
        {[...known]
          .sort((a, b) => a.x.mean! - b.x.mean!)
          .map(({ isBest, name, x, y }, i) => {
            const [cx, cy] = [place.x(x.mean!), place.y(y.mean!)];
            const stroke = { stroke: colourOf(isBest ? 1 : 0), 'stroke-width': 1.5, 'stroke-opacity': 0.6 };
            return (
              <g key={name}>
                {x.low !== null && x.high !== null && (
                  <line x1={place.x(x.low)} x2={place.x(x.high)} y1={cy} y2={cy} {...stroke} />
                )}
                {y.low !== null && y.high !== null && (
                  <line x1={cx} x2={cx} y1={place.y(y.low)} y2={place.y(y.high)} {...stroke} />
                )}
                <circle cx={cx} cy={cy} r={isBest ? 4.5 : 3.5} fill={colourOf(isBest ? 1 : 0)} />
                <text
                  x={cx > WIDE ? cx - 7 : cx + 7}
                  y={cy + ABOVE_AND_BELOW[i % ABOVE_AND_BELOW.length]!}
                  text-anchor={cx > WIDE ? 'end' : 'start'}
                >
                  {name}
                </text>
              </g>
            );
          })}
      </g>
    ),
  );
}
