/** How pieces of the narrative are marked; the plain style marks nothing, so texts for machines and files are plain. */
export interface Style {
  heading(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

const same = (text: string): string => text;
/** A style without any marks. */
export const PLAIN: Style = { heading: same, dim: same, good: same, warn: same, bad: same };
