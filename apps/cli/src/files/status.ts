import { statSync, type Stats } from 'node:fs';

/** Of a file or folder; undefined for what is not there or cannot be: a name too long, links in a circle, a closed folder. */
export function statusOf(name: string): Stats | undefined {
  try {
    return statSync(name);
  } catch {
    return undefined;
  }
}
