/** How pieces of the narrative are marked; the plain style marks nothing, so texts for machines and files are plain. */
export interface Style {
  /** The first line of a section. */
  heading(text: string): string;
  /** What matters less. */
  dim(text: string): string;
  /** What is good. */
  good(text: string): string;
  /** What asks for attention. */
  warn(text: string): string;
  /** What is bad. */
  bad(text: string): string;
}

const same = (text: string): string => text;
/** A style without any marks. */
export const PLAIN: Style = { heading: same, dim: same, good: same, warn: same, bad: same };
