import { round } from '../drawing/chart.js';
import { label } from '../text/format.js';
import { svgFile } from './file.js';

const [CELL, LEFT, TOP] = [44, 130, 110];

/**
 * A matrix of changes as a file of SVG: blue for less, orange for more, deeper for larger; numbers stand in the cells.
 *
 * @param values by row and column; null is left empty
 */
export function heatSvg(
  { about, title }: { title: string; about: string },
  rows: readonly string[],
  columns: readonly string[],
  values: readonly (readonly (number | null)[])[],
  text: (value: number) => string,
): string {
  const most = Math.max(...values.flat().map((value) => Math.abs(value ?? 0)), Number.MIN_VALUE);
  const [width, height] = [LEFT + columns.length * CELL + 60, TOP + rows.length * CELL + 20];
  return svgFile(
    title,
    { width, height, fontSize: 11, ink: '#333' },
    <>
      <text x="12" y="24" font-size="15" fill="#111">
        {title}
      </text>
      <text x="12" y="42">
        {about}
      </text>
      {columns.map((name, j) => (
        <text key={name} transform={`translate(${LEFT + (j + 0.5) * CELL + 4} ${TOP - 8}) rotate(-45)`}>
          {label(name)}
        </text>
      ))}
      {rows.map((name, i) => (
        <g key={name}>
          <text x={LEFT - 8} y={TOP + (i + 0.5) * CELL + 4} text-anchor="end">
            {label(name)}
          </text>
          {values[i]!.map((value, j) => (
            <g key={j}>
              <rect x={LEFT + j * CELL} y={TOP + i * CELL} width={CELL - 2} height={CELL - 2} fill={shade(value, most)} />
              {value !== null && (
                <text x={LEFT + (j + 0.5) * CELL - 1} y={TOP + (i + 0.5) * CELL + 3} text-anchor="middle" fill="#111">
                  {text(value)}
                </text>
              )}
            </g>
          ))}
        </g>
      ))}
    </>,
  );
}

/** From white to a colour on which black text still stands out. */
function shade(value: number | null, most: number): string {
  if (value === null) return '#eee';
  const part = Math.sqrt(Math.abs(value) / most);
  const [r, g, b] = value < 0 ? [132, 164, 223] : [240, 160, 80];
  const mixed = (end: number): number => Math.round(round(255 - (255 - end) * part));
  return `rgb(${mixed(r)},${mixed(g)},${mixed(b)})`;
}
