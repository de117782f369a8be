import { PLAIN, type Style } from '@simcash/replay';
import type { GlobalOptions } from '../global-options.js';
import { colorsFor, useColor } from './streams.js';

/** How the narrative on stderr is marked. */
export function narrativeStyle(options: GlobalOptions): Style {
  if (!useColor(process.stderr, options)) return PLAIN;
  const colors = colorsFor(process.stderr, options);
  return { heading: colors.bold, dim: colors.dim, good: colors.green, warn: colors.yellow, bad: colors.red };
}
