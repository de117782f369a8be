import { visible } from '@simcash/protocol';
import type { JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';

/**
 * Everything that is drawn or written as HTML or SVG becomes a text here: markup is escaped, and what a stranger's names could hide in
 * it, control characters and marks of direction, can be seen.
 */
export const markup = (element: JSX.Element): string => renderToString(element).split('\n').map(visible).join('\n');
