import { standingAlone, strokeOf, type DrawingText } from './frame.js';

/** A line of a drawing. */
export interface DrawnLine {
  /** What it is called. */
  readonly name: string;
  /** From left to right; a value that is not known makes a gap. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Whether a value holds up to the next point. */
  readonly isStep?: boolean;
  /** Whether the points themselves are marked. */
  readonly isMarked?: boolean;
  /** Texts at the points, in their order. */
  readonly labels?: readonly string[];
}

/** Lines over a common axis as a file of SVG. */
export function linesSvg(text: DrawingText, lines: readonly DrawnLine[]): string {
  const points = lines.flatMap((line) => line.points);
  const values = points.flatMap(([, y]) => (y === null ? [] : [y]));
  const xs = points.map(([x]) => x);
  return standingAlone(
    text,
    { low: Math.min(0, ...values), high: Math.max(0, ...values) },
    { first: Math.min(0, ...xs), last: Math.max(1, ...xs) },
    lines.map(({ name }) => ({ name, isArea: false })),
    (place) =>
      lines.map((line, i) => {
        const known = line.points.flatMap(([x, y], at) => (y === null ? [] : [[x, y, at] as const]));
        return (
          <g key={i}>
            <path d={pathOf(line, place)} fill="none" {...strokeOf(i)} />
            {(line.isMarked || known.length === 1) &&
              known.map(([x, y, at]) => <circle key={at} cx={place.x(x)} cy={place.y(y)} r="3.5" fill={strokeOf(i).stroke} />)}
            {known.map(([x, y, at]) =>
              line.labels?.[at] === undefined ? null : (
                <text key={at} x={place.x(x)} y={place.y(y) - 9} text-anchor="middle">
                  {line.labels[at]}
                </text>
              ),
            )}
          </g>
        );
      }),
  );
}

function pathOf({ isStep, points }: DrawnLine, place: { x: (value: number) => number; y: (value: number) => number }): string {
  let path = '';
  let isDrawing = false;
  for (const [x, y] of points) {
    if (y === null) isDrawing = false;
    else if (!isDrawing) path += `M${place.x(x)},${place.y(y)}`;
    else path += isStep ? `H${place.x(x)}V${place.y(y)}` : `L${place.x(x)},${place.y(y)}`;
    isDrawing = y !== null;
  }
  return path;
}
