import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The files of the repository, as they are in the working tree: what was installed, built or written by runs is left out. */
export const ROOT = path.resolve(import.meta.dirname, '../../..');
const MADE = new Set(['node_modules', 'dist', '.git', '.turbo', 'template', 'coverage', 'results', 'bench-results']);

/** Paths of files with one of some endings, from the root, with `/`. */
export function filesOf(endings: RegExp, folder = ''): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return MADE.has(entry.name) ? [] : filesOf(endings, file);
    return endings.test(entry.name) ? [file] : [];
  });
}

export const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Line of a position in a text, from 1. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
