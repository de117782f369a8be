import { round } from '../drawing/chart.js';
import { ACROSS, colourOf, standingAlone, type DrawingText } from './frame.js';

/** Bars of stacked parts, which are not negative, as a file of SVG. */
export function stackedBarsSvg(
  text: DrawingText,
  bars: readonly string[],
  parts: readonly { readonly name: string; readonly values: readonly number[] }[],
): string {
  const totals = bars.map((_, i) => parts.reduce((sum, { values }) => sum + values[i]!, 0));
  const most = Math.ceil(bars.length / 25);
  const width = (2 * 0.35 * ACROSS) / Math.max(bars.length + 1, 2);
  return standingAlone(
    text,
    { low: 0, high: Math.max(0, ...totals) },
    { first: -1, last: Math.max(bars.length, 1), names: bars.map((name, i) => (i % most === 0 ? name : '')) },
    parts.map(({ name }) => ({ name, isArea: true })),
    (place) =>
      bars.map((_, i) => {
        let below = 0;
        return parts.map(({ name, values }, part) => {
          const [from, to] = [below, (below += values[i]!)];
          return values[i] === 0 ? null : (
            <rect
              key={`${i} ${name}`}
              x={round(place.x(i) - width / 2)}
              y={place.y(to)}
              width={round(width)}
              height={round(place.y(from) - place.y(to))}
              fill={colourOf(part)}
            />
          );
        });
      }),
  );
}
