import type { ComponentChildren } from 'preact';
import { round } from '../drawing/chart.js';
import { roundTicks } from '../drawing/scales.js';
import { DASHES, LIGHT } from '../palette.js';
import { whole } from '../text/format.js';
import { svgFile } from './file.js';

/** What a drawing that stands by itself says of itself. */
export interface DrawingText {
  readonly title: string;
  /** Names of the axes. */
  readonly x: string;
  readonly y: string;
}

export interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

const [WIDTH, HEIGHT] = [820, 420];
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 800, 66, 368];
/** Width of what is drawn. */
export const ACROSS = RIGHT - LEFT;

/** Colours and dashes of series, which have no style sheet here; where colours come again, dashes do not. */
export function strokeOf(i: number): { stroke: string; 'stroke-width': number; 'stroke-dasharray'?: string } {
  const dash = DASHES[(i + Math.floor(i / LIGHT.length)) % DASHES.length]!;
  // An empty attribute would be no XML.
  return { stroke: colourOf(i), 'stroke-width': 2, ...(dash === '' ? {} : { 'stroke-dasharray': dash }) };
}

export const colourOf = (i: number): string => LIGHT[i % LIGHT.length]!;

/**
 * A file of SVG: axes with round marks, names of the series, and what `draw` puts between.
 *
 * @param values range of the value axis, which has 0
 * @param marks positions that the other axis has, from the first to the last: named ones, whole ones, or any with `isContinuous`
 */
export function standingAlone(
  { title, x: xName, y: yName }: DrawingText,
  { low, high }: { low: number; high: number },
  { first, isContinuous, last, names }: { first: number; last: number; names?: readonly string[]; isContinuous?: boolean },
  series: readonly { name: string; isArea: boolean }[],
  draw: (place: Place) => ComponentChildren,
): string {
  const ticks = roundTicks(low, high);
  const [from, to] = [ticks[0]!, ticks.at(-1)!];
  const place: Place = {
    x: (value) =>
      round(LEFT + ((RIGHT - LEFT) * (value - first)) / (isContinuous ? last - first || 1 : Math.max(last - first, 1))),
    y: (value) => round(BOTTOM - ((BOTTOM - TOP) * (value - from)) / (to - from)),
  };
  const below = (names === undefined ? roundTicks(first, last, 10) : names.map((_, i) => i)).filter(
    (value) => value >= first && value <= last * (1 + 1e-9) && (isContinuous || Number.isInteger(value)),
  );
  const textIn =
    (span: number) =>
    (value: number): string =>
      Number.isInteger(value) ? whole(value) : value.toFixed(Math.max(0, -Math.floor(Math.log10(span))));
  const text = textIn((to - from) / ticks.length);
  const textBelow = textIn((last - first) / below.length);
  let across = LEFT;
  return svgFile(
    title,
    { width: WIDTH, height: HEIGHT, fontSize: 12, ink: '#444' },
    <>
      <text x={LEFT} y="24" font-size="16" fill="#111">
        {title}
      </text>
      {series.map(({ isArea, name }, i) => {
        const at = across;
        across += 44 + name.length * 7;
        return (
          <g key={i}>
            {isArea ? (
              <rect x={at} y="38" width="22" height="10" fill={colourOf(i)} />
            ) : (
              <line x1={at} x2={at + 22} y1="43" y2="43" {...strokeOf(i)} />
            )}
            <text x={at + 28} y="47">
              {name}
            </text>
          </g>
        );
      })}
      {ticks.map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={RIGHT} y1={place.y(value)} y2={place.y(value)} stroke={value === 0 ? '#888' : '#ddd'} />
          <text x={LEFT - 8} y={place.y(value) + 4} text-anchor="end">
            {text(value)}
          </text>
        </g>
      ))}
      {below.map((value) => (
        <text
          key={value}
          x={place.x(value)}
          y={BOTTOM + 18}
          text-anchor={isContinuous && place.x(value) > RIGHT - 24 ? 'end' : 'middle'}
        >
          {names === undefined ? textBelow(value) : names[value]}
        </text>
      ))}
      <text x={(LEFT + RIGHT) / 2} y={HEIGHT - 12} text-anchor="middle">
        {xName}
      </text>
      <text transform={`translate(16 ${(TOP + BOTTOM) / 2}) rotate(-90)`} text-anchor="middle">
        {yName}
      </text>
      {draw(place)}
    </>,
  );
}
