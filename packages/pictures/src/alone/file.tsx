import type { ComponentChildren } from 'preact';
import { markup } from '../markup.js';

/**
 * A drawing as a file of SVG: it looks the same wherever it is put, as nothing in it depends on the page.
 *
 * @param fontSize of texts that have none of their own
 * @param ink colour of texts that have none of their own
 */
export function svgFile(
  title: string,
  { fontSize, height, ink, width }: { fontSize: number; height: number; ink: string; width: number },
  content: ComponentChildren,
): string {
  const svg = markup(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={title}
      font-family="system-ui, sans-serif"
      font-size={fontSize}
      fill={ink}
    >
      <rect width={width} height={height} fill="#fff" />
      {content}
    </svg>,
  );
  // Pages may have this in a text, XML may not.
  return svg.replaceAll(']]>', ']]&gt;');
}
