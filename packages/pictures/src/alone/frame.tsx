import type { ComponentChildren } from 'preact';
import { round } from '../drawing/chart.js';
import { roundTicks } from '../drawing/scales.js';
import { DASHES, LIGHT } from '../palette.js';
import { whole } from '../text/format.js';
import { svgFile } from './file.js';

/** What a drawing that stands by itself says of itself. */
export interface DrawingText {
  /** The title above the drawing. */
  readonly title: string;
  /** Names of the axes. */
  readonly x: string;
  /** What the vertical axis shows. */
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

/** Height of a line of names, and what keeps them apart. */
const [LINE, GAP] = [18, 16];

/** Where the names of series stand: one after the other, and on a new line what would leave the picture. */
function legendOf(names: readonly string[]): { x: number; line: number }[] {
  let [across, line] = [LEFT, 0];
  return names.map((name) => {
    const width = 28 + name.length * 7 + GAP;
    if (across > LEFT && across + width - GAP > WIDTH) [across, line] = [LEFT, line + 1];
    const x = across;
    across += width;
    return { x, line };
  });
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
  const legend = legendOf(series.map(({ name }) => name));
  const lower = LINE * (legend.at(-1)?.line ?? 0);
  const [top, bottom] = [TOP + lower, BOTTOM + lower];
  const place: Place = {
    x: (value) =>
      round(LEFT + ((RIGHT - LEFT) * (value - first)) / (isContinuous ? last - first || 1 : Math.max(last - first, 1))),
    y: (value) => round(bottom - ((bottom - top) * (value - from)) / (to - from)),
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
  return svgFile(
    title,
    { width: WIDTH, height: HEIGHT + lower, fontSize: 12, ink: '#444' },
    <>
      <text x={LEFT} y="24" font-size="16" fill="#111">
        {title}
      </text>
      {series.map(({ isArea, name }, i) => {
        const { line, x } = legend[i]!;
        const y = 43 + LINE * line;
        return (
          <g key={i}>
            {isArea ? (
              <rect x={x} y={y - 5} width="22" height="10" fill={colourOf(i)} />
            ) : (
              <line x1={x} x2={x + 22} y1={y} y2={y} {...strokeOf(i)} />
            )}
            <text x={x + 28} y={y + 4}>
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
          y={bottom + 18}
          text-anchor={isContinuous && place.x(value) > RIGHT - 24 ? 'end' : 'middle'}
        >
          {names === undefined ? textBelow(value) : names[value]}
        </text>
      ))}
      <text x={(LEFT + RIGHT) / 2} y={bottom + 40} text-anchor="middle">
        {xName}
      </text>
      <text transform={`translate(16 ${(top + bottom) / 2}) rotate(-90)`} text-anchor="middle">
        {yName}
      </text>
      {draw(place)}
    </>,
  );
}
