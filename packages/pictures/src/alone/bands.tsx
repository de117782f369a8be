import { colourOf, standingAlone, strokeOf, type DrawingText } from './frame.js';

/** A value with an interval around it; null for what is not known. */
export interface Estimate {
  /** The mean. */
  readonly mean: number | null;
  /** The lower end of the interval; null without one. */
  readonly low: number | null;
  /** The upper end of the interval; null without one. */
  readonly high: number | null;
}

/** A line with its uncertainty. */
export interface Band {
  /** What it is called. */
  readonly name: string;
  /** From left to right. */
  readonly points: readonly (Estimate & { readonly x: number })[];
}

/**
 * Means with their intervals over a common axis as a file of SVG: bands where the axis is a number, bars where it has names.
 *
 * @param names of the positions 0, 1, … of the axis
 */
export function bandsSvg(text: DrawingText, bands: readonly Band[], names?: readonly string[]): string {
  const points = bands.flatMap((band) => band.points);
  const values = points.flatMap(({ high, low, mean }) => [low, mean, high].filter((value) => value !== null));
  const xs = points.map(({ x }) => x);
  const marks =
    names === undefined
      ? { first: Math.min(0, ...xs), last: Math.max(...xs), isContinuous: !xs.every(Number.isInteger) }
      : { first: -0.5, last: names.length - 0.5, names };
  /** Bars of several series stand beside each other. */
  const beside = (i: number): number => (names === undefined ? 0 : (i - (bands.length - 1) / 2) * 0.08);
  return standingAlone(
    text,
    { low: Math.min(0, ...values), high: Math.max(0, ...values) },
    marks,
    bands.map(({ name }) => ({ name, isArea: false })),
    (place) =>
      bands.map((band, i) => {
        const known = band.points.filter(({ mean }) => mean !== null);
        const sure = known.filter(({ high, low }) => low !== null && high !== null);
        const at = (x: number): number => place.x(x + beside(i));
        const upper = sure.map(({ high, x }) => `${at(x)},${place.y(high!)}`);
        const lower = sure.map(({ low, x }) => `${at(x)},${place.y(low!)}`).reverse();
        return (
          <g key={i}>
            {names === undefined && sure.length > 1 && (
              <polygon points={[...upper, ...lower].join(' ')} fill={colourOf(i)} fill-opacity="0.18" />
            )}
            {(names !== undefined || sure.length === 1) &&
              sure.map(({ high, low, x }) => (
                <line
                  key={x}
                  x1={at(x)}
                  x2={at(x)}
                  y1={place.y(low!)}
                  y2={place.y(high!)}
                  stroke={colourOf(i)}
                  stroke-width="2"
                />
              ))}
            {known.length > 1 && (
              <path d={`M${known.map(({ mean, x }) => `${at(x)},${place.y(mean!)}`).join('L')}`} fill="none" {...strokeOf(i)} />
            )}
            {known.map(({ mean, x }) => (
              <circle key={x} cx={at(x)} cy={place.y(mean!)} r="3.5" fill={colourOf(i)} />
            ))}
          </g>
        );
      }),
  );
}
